"""What do the pages of cohorts share: whose a cohort is, how it is called, what a row of it shows?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from cordee.core.errors import N_, NotFound
from cordee.courses.models import Run
from cordee.courses.outlines import pick
from cordee.courses.queries import outline as read_outline
from cordee.learning.cohorts.queries import (
    Expected,
    Filters,
    Progress,
    cohort_by_id,
    graded_of,
    progress_of,
    subject_of,
)
from cordee.learning.models import Cohort, CohortMember
from cordee.people.permissions import Subject, require
from cordee.ui.language import language
from cordee.ui.shell import Link

DAYS_QUIET = 7


@dataclass(frozen=True, slots=True)
class Row:
    """A member as the table shows them. `progress`: None before they accept, and where the session is elsewhere."""

    id: int
    name: str
    address: str
    site: str
    zone: str
    accepted: bool
    invited_at: dt.datetime | None
    progress: Progress | None
    passed: bool


def cohort_for(request: HttpRequest, act: str, number: int) -> Cohort:
    """The cohort, for who may do this to it. A cohort of others and one that is not there are alike to who may not.

    1 query, and 2 for who asks. Raises NotAllowed, NotFound.
    """
    found = cohort_by_id(number)
    require(request, act, subject_of(found) if found else Subject.of_cohort(number))
    if found is None:
        raise NotFound(N_("There is no such group. Go back to the list."))
    return found


def is_here(cohort: Cohort) -> bool:
    return cohort.run is not None and cohort.run.host == Run.HERE


def expected_in(cohort: Cohort) -> Expected:
    """What the session of the cohort asks of everybody. No query once the process has met the version."""
    return graded_of(read_outline(cohort.run.version.sha256)) if cohort.run and is_here(cohort) else Expected()


def rows_of(cohort: Cohort, members: Iterable[CohortMember], expected: Expected) -> list[Row]:
    """The members with what they let the cohort see (1 query)."""
    listed = list(members)
    accepted = [member.account_id for member in listed if member.accepted_at]
    run = cohort.run if is_here(cohort) else None
    done = progress_of(run, accepted, expected) if run and accepted else {}
    return [_row(member, done.get(member.account_id), run) for member in listed]


def _row(member: CohortMember, progress: Progress | None, run: Run | None) -> Row:
    return Row(
        id=member.pk,
        name=member.name,
        address=member.address,
        site=member.site,
        zone=member.zone,
        accepted=member.accepted_at is not None,
        invited_at=member.invited_at,
        progress=progress,
        passed=progress is not None and run is not None and progress.grade >= run.pass_mark,
    )


def title_of(run: Run) -> str:
    """The course of a session, in the page's language."""
    outline = read_outline(run.version.sha256)
    return pick(outline.titles, language(), outline.language)


def about(cohort: Cohort) -> dict[str, str]:
    """Whose a cohort is, in words."""
    return {
        "organisation": cohort.organisation.name_in(language()) if cohort.organisation else "",
        "course": title_of(cohort.run) if cohort.run else "",
        "session": cohort.run.key.rpartition("+")[2] if cohort.run else "",
    }


def crumbs(*cohorts: Cohort) -> tuple[Link, ...]:
    return (
        Link(label=_("Groups"), url=reverse("cohorts")),
        *(Link(label=one.name, url=reverse("cohort", args=[one.pk])) for one in cohorts),
    )


def filters_of(request: HttpRequest) -> Filters:
    """What the address of a page asks for."""
    told = {name: request.GET.get(name, "")[:120].replace("\0", "") for name in ("words", "site", "zone", "state")}
    return Filters(**told | {"state": told["state"] if told["state"] in {"accepted", "invited"} else ""})


def number_in(request: HttpRequest, name: str, *, least: int, most: int, otherwise: int) -> int:
    """A number of the address, between two; what is none is `otherwise`."""
    typed = request.GET.get(name, "")
    return min(max(int(typed), least), most) if typed.isascii() and typed.isdigit() and len(typed) < 7 else otherwise  # noqa: PLR2004
