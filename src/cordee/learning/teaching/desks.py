"""Whose desk is it, of which run?"""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest

from cordee.core.errors import N_, NotFound
from cordee.courses.models import Run
from cordee.courses.outlines import Entry, Outline, Section, Titles, pick
from cordee.courses.queries import outline as read_outline
from cordee.courses.queries import run_by_key, subject_of_run
from cordee.learning.grades import graded_sections
from cordee.learning.models import Enrolment
from cordee.people.models import Account
from cordee.people.permissions import may, require, signed_in_account


@dataclass(frozen=True, slots=True)
class Desk:
    """A run before somebody who teaches it or tutors in it."""

    account: Account
    run: Run
    outline: Outline
    language: str
    may_change: bool  # give points, move deadlines, change dates

    @property
    def title(self) -> str:
        return pick(self.outline.titles, self.language, self.outline.language)

    def sections(self) -> tuple[Section, ...]:
        """Every graded section, for whatever cohort it is, in the order of the course."""
        return tuple(one for one in graded_sections(self.outline, lambda _audience: True) if one.counts)

    def words(self, titles: Titles) -> str:
        return pick(titles, self.language, self.outline.language)

    def section(self, section_id: str) -> Section:
        """Raises NotFound."""
        for module in self.outline.modules:
            for one in module.sections:
                if one.id == section_id:
                    return one
        raise NotFound(N_("There is no such section in this session. Choose one from the list."))

    def entry(self, activity_id: str) -> Entry:
        """Raises NotFound."""
        found = self.outline.entries.get(activity_id)
        if found is None:
            raise NotFound(N_("There is no such activity in this session. Choose one from the list."))
        return found[1]


def desk_in(request: HttpRequest, act: str, run_key: str, *, language: str) -> Desk:
    """The desk, asked for `act`. 3 queries: account, roles, run. Raises SignInRequired, NotFound, NotAllowed."""
    account = signed_in_account(request)
    run = run_by_key(run_key)
    subject = subject_of_run(run)
    if run.private_to is not None and not may(account, act, subject):  # to others it is as if it were not there
        raise NotFound(N_("There is no session {key}. Choose one in the course list."), key=run_key)
    require(request, act, subject)
    return Desk(account, run, read_outline(run.version.sha256), language, may(account, "run.teach", subject))


def enrolment_at(desk: Desk, enrolment_id: int) -> Enrolment:
    """One learner of the run, present or gone (1 query). Raises NotFound."""
    found = (
        Enrolment.objects.select_related("account", "run__version", "run__course", "cohort")
        .defer("run__version__outline", "run__version__files", "run__version__extra", "run__version__report")
        .filter(run=desk.run, pk=enrolment_id)
        .first()
    )
    if found is None:
        raise NotFound(N_("There is no such learner in this session. Choose one from the list."))
    return found
