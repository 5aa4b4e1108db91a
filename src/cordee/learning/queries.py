"""Every read of this room's tables, one function a question."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q
from django.http import HttpRequest

from cordee.core.errors import N_, NotAllowed
from cordee.courses.models import Run
from cordee.courses.outlines import Outline
from cordee.courses.queries import outline as read_outline
from cordee.courses.queries import run_by_key
from cordee.learning.access import Calendar
from cordee.learning.choosing import State, Viewer
from cordee.learning.models import ActivityState, Enrolment, UnitView
from cordee.people.models import Account, RoleGrant
from cordee.people.permissions import ENROLLED, TABLE, Subject, may, require
from cordee.people.sessions import account_of, claim_of, live_sign_in, remember


class NotEnrolled(NotAllowed):
    """The person has no place in the run. The web room offers to enrol."""


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody in a run: a learner with an enrolment, or a teacher who looks without one."""

    account: Account
    run: Run
    outline: Outline
    enrolment: Enrolment | None
    teaches: bool

    @property
    def cohort(self) -> str:
        return self.enrolment.cohort.name if self.enrolment and self.enrolment.cohort else ""

    @property
    def calendar(self) -> Calendar:
        return Calendar(self.run.opens_at, self.run.closes_at)

    def viewer(self, states: Mapping[str, State] | None = None, opened: Collection[str] = ()) -> Viewer:
        """This person before the outline, with what they did so far (needed where a container may choose)."""
        return viewer_of(self.enrolment, self.outline, states or {}, opened, sees_all=self.teaches)

    @property
    def passed(self) -> bool:
        return self.enrolment is not None and self.enrolment.grade >= self.run.pass_mark


def seat_in(request: HttpRequest, act: str, run_key: str, now: dt.datetime) -> Seat:
    """The reader's seat in a run, asked for `act`.

    1 query for a learner (session, account, enrolment, run, version, cohort and role together), 4 for a teacher without
    an enrolment; one more the first time that a process meets the version. Raises SignInRequired, NotFound,
    NotEnrolled, NotAllowed.
    """
    claim = claim_of(request)
    organisation, _, rest = run_key.partition("+")
    number = rest.partition("+")[0]
    subject = Subject.of_run(run_key, organisation, number)
    if claim is not None:
        enrolment = (
            Enrolment.objects.select_related("account", "run__version", "run__course", "cohort")
            .defer("run__version__outline", "run__version__files", "run__version__extra", "run__version__report")
            .filter(live_sign_in(claim, now, path="account"), run__key=run_key, left_at__isnull=True)
            .annotate(
                teaches=Exists(
                    RoleGrant.objects.filter(
                        account=OuterRef("account_id"), role__in=TABLE["course.preview"], scope__in=subject.scopes
                    )
                )
            )
            .first()
        )
        if enrolment is not None:
            remember(request, enrolment.account)
            require(request, act, Subject.of_run(run_key, organisation, number, standing={ENROLLED}))
            outline = read_outline(enrolment.run.version.sha256)
            return Seat(enrolment.account, enrolment.run, outline, enrolment, bool(enrolment.teaches))
    account = account_of(request)
    run = run_by_key(run_key)
    if account is not None and not may(account, act, subject):
        raise NotEnrolled(
            N_("You have no place in this session. Enrol on the course page to go on."), course=run.course.key
        )
    require(request, act, subject)
    if account is None:  # `require` has raised; said for the type checker
        raise NotEnrolled(N_("You have no place in this session. Enrol on the course page to go on."))
    return Seat(account, run, read_outline(run.version.sha256), None, teaches=True)


def viewer_of(
    enrolment: Enrolment | None,
    outline: Outline,
    states: Mapping[str, State],
    opened: Collection[str],
    *,
    sees_all: bool = False,
) -> Viewer:
    """A learner before an outline (no query when the enrolment came with its cohort)."""
    if enrolment is None:
        return Viewer(outline, sees_all=sees_all)
    cohort = enrolment.cohort.name if enrolment.cohort else ""
    return Viewer(outline, enrolment.seed, cohort, enrolment.drawn, states, opened, sees_all)


def states_of(enrolment: Enrolment) -> Mapping[str, ActivityState]:
    """Every activity state of an enrolment with its last submission, by activity id (1 query)."""
    states = ActivityState.objects.filter(enrolment=enrolment).select_related("last")
    return {state.activity: state for state in states}


def views_of(enrolment: Enrolment) -> Mapping[str, UnitView]:
    """Every unit opened by an enrolment, by unit id (1 query)."""
    return {view.unit: view for view in UnitView.objects.filter(enrolment=enrolment)}


def enrolments_of(account: Account) -> list[Enrolment]:
    """An account's present enrolments with run, course and version, latest first (1 query)."""
    return list(
        Enrolment.objects.filter(account=account, left_at__isnull=True)
        .select_related("account", "run__version", "run__course", "cohort")
        .defer("run__version__outline", "run__version__files", "run__version__extra", "run__version__report")
        .order_by("-enrolled_at")
    )


def states_of_many(enrolments: list[Enrolment]) -> Mapping[int, Mapping[str, ActivityState]]:
    """Activity states by enrolment id, then by activity id (1 query)."""
    found: dict[int, dict[str, ActivityState]] = {enrolment.pk: {} for enrolment in enrolments}
    for state in ActivityState.objects.filter(enrolment__in=enrolments):
        found[state.enrolment_id][state.activity] = state
    return found


def views_of_many(enrolments: list[Enrolment]) -> Mapping[int, Mapping[str, UnitView]]:
    """Units opened by enrolment id, then by unit id (1 query)."""
    found: dict[int, dict[str, UnitView]] = {enrolment.pk: {} for enrolment in enrolments}
    for view in UnitView.objects.filter(enrolment__in=enrolments):
        found[view.enrolment_id][view.unit] = view
    return found


def enrolled_counts(run_ids: list[int]) -> Mapping[int, int]:
    """How many people have a place in each run (1 query)."""
    rows = (
        Run.objects.filter(pk__in=run_ids)
        .annotate(n=Count("enrolments", filter=Q(enrolments__left_at__isnull=True)))
        .values_list("pk", "n")
    )
    return dict(rows)
