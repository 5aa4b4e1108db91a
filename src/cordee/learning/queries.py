"""Every read of this room's tables, one function a question."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from django.conf import settings
from django.db.models import Count, Exists, F, FloatField, Max, OuterRef, Q, QuerySet, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Concat
from django.http import HttpRequest

from cordee.core.errors import N_, NotAllowed, NotFound
from cordee.courses.models import Course, Run
from cordee.courses.outlines import Outline
from cordee.courses.queries import is_in_course_list, run_by_key, subject_of_run
from cordee.courses.queries import outline as read_outline
from cordee.learning.access import Calendar
from cordee.learning.choosing import State, Viewer
from cordee.learning.models import (
    ActivityState,
    Aim,
    Cohort,
    CohortMember,
    Enrolment,
    Event,
    SectionTime,
    Submission,
    UnitView,
)
from cordee.learning.prepared import Prepared
from cordee.learning.time_limits import OwnTime
from cordee.people.models import Account, RoleGrant
from cordee.people.permissions import ENROLLED, TABLE, Subject, grants_of, lacks_second_factor, may, must_wait, require
from cordee.people.sessions import SessionClaim, account_of, claim_of, live_sign_in, remember

AS_LEARNER = "as_learner"  # the cookie of a teacher who looks as a learner: of one run, until the browser is closed
CHUNK = 2000  # rows of a long read in memory
DOING = ("viewed", "submitted", "done", "played", "paused", "seeked", "progressed", "ended")  # acts of learners
NO_TIMES: Final[Mapping[str, OwnTime]] = MappingProxyType({})
SCOPES = ("scope_1", "scope_2", "scope_3", "scope_4")  # site, organisation, course, run: where a role may be held


class NotEnrolled(NotAllowed):
    """The person has no place in the run. The web room offers to enrol."""


def no_place_in(run: Run) -> NotEnrolled:
    """What to tell somebody without a place in a run. It names the course where its page is there (1 query)."""
    if is_in_course_list(run.course_id):
        return NotEnrolled(
            N_("You have no place in this session. Enrol on the course page to go on."), course=run.course.key
        )
    return NotEnrolled(
        N_("You have no place in this session, and it is not in the course list. Ask whoever told you of it.")
    )


@dataclass(frozen=True, slots=True)
class Shows:
    """A session, the number of the version that it shows, and how many learners are in it."""

    key: str
    version: int
    learners: int


def sessions_of(course_id: int) -> list[Shows]:
    """Every session of a course that is held here, those with most learners first (1 query)."""
    there = Count("enrolments", filter=Q(enrolments__left_at__isnull=True))
    found = Run.objects.filter(course=course_id, host=Run.HERE).annotate(learners=there)
    rows = found.order_by("-learners", "-opens_at").values_list("key", "version__number", "learners")
    return [Shows(*row) for row in rows]


def calendar_of(run: Run, enrolment: Enrolment | None, times: Mapping[str, OwnTime] = NO_TIMES) -> Calendar:
    """The dates of a run, with the deadlines moved for this learner, and their own time where it is limited."""
    if enrolment is None:
        return Calendar(run.opens_at, run.closes_at, own=run.due)
    moved = {section: dt.datetime.fromisoformat(moment) for section, moment in enrolment.extensions.items()}
    return Calendar(run.opens_at, run.closes_at, moved, run.due, enrolment.extended_because, times)


def times_of(enrolment: Enrolment, outline: Outline) -> Mapping[str, OwnTime]:
    """The learner's own time in sections whose time is limited, by section (1 query; none where no section's is)."""
    if not outline.is_timed:
        return NO_TIMES
    return {row.section: own_time(row) for row in _times.all(enrolment=enrolment.pk)}


def own_time(row: SectionTime) -> OwnTime:
    """What the rules ask of a row."""
    return OwnTime(
        begun_at=row.begun_at,
        limit_min=row.limit_min or 0.0,
        extra_min=row.extra_min,
        extra_percent=row.extra_percent,
        extra_because=row.extra_because,
        anew_because=row.anew_because,
    )


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody in a run: a learner with an enrolment, or a teacher who looks without one."""

    account: Account
    run: Run
    outline: Outline
    enrolment: Enrolment | None
    teaches: bool
    times: Mapping[str, OwnTime] = field(default_factory=dict)  # of a learner, in sections whose time is limited

    @property
    def as_learner(self) -> bool:
        """A teacher looks as somebody would who has just enrolled."""
        return self.enrolment is None and not self.teaches

    @property
    def groups(self) -> tuple[str, ...]:
        """The cohort, and the groups drawn."""
        return viewer_of(self.enrolment, self.outline, {}, ()).groups

    @property
    def calendar(self) -> Calendar:
        return calendar_of(self.run, self.enrolment, self.times)

    def viewer(self, states: Mapping[str, State] | None = None, opened: Collection[str] = ()) -> Viewer:
        """This person before the outline, with what they did so far (needed where a container may choose)."""
        return viewer_of(self.enrolment, self.outline, states or {}, opened, sees_all=self.teaches)

    @property
    def passed(self) -> bool:
        return self.enrolment is not None and self.enrolment.grade >= self.run.pass_mark


def seat_in(request: HttpRequest, act: str, run_key: str, now: dt.datetime) -> Seat:
    """The reader's seat in a run, asked for `act`.

    1 query for a learner (session, account, enrolment, run, version, cohort and role together), 1 more where the time
    of a section is limited, 4 for a teacher without an enrolment; one more the first time that a process meets the
    version. Raises SignInRequired, NotFound,
    NotEnrolled, NotAllowed.
    """
    claim = claim_of(request)
    subject = Subject.of_run_key(run_key)
    if claim is not None:
        enrolment = _seats.first(
            sign_in=claim.sign_in_id,
            account=claim.account_id,
            epoch=claim.epoch,
            now=now,
            run=run_key,
            **dict(zip(SCOPES, sorted(subject.scopes), strict=True)),
        )
        if enrolment is not None:
            remember(request, enrolment.account)
            require(request, act, Subject.of_run_key(run_key, standing={ENROLLED}))
            outline = read_outline(enrolment.run.version.sha256)
            teaches = bool(enrolment.teaches) and not lacks_second_factor(enrolment.account)  # type: ignore[attr-defined] # annotated
            if teaches and request.COOKIES.get(AS_LEARNER):
                return Seat(enrolment.account, enrolment.run, outline, None, teaches=False)
            times = NO_TIMES if teaches else times_of(enrolment, outline)
            return Seat(enrolment.account, enrolment.run, outline, enrolment, teaches, times)
    account = account_of(request)
    run = run_by_key(run_key)
    if account is not None:
        subject = _with_what_is_beside(account, run, subject)
    if account is not None and not may(account, act, subject) and not _held_back(account, act):
        if run.private_to_id:  # to others it is as if it were not there
            raise NotFound(N_("There is no session {key}. Choose one in the course list."), key=run_key)
        raise no_place_in(run)
    require(request, act, subject)
    if account is None:  # `require` has raised; said for the type checker
        raise NotEnrolled(N_("You have no place in this session. Enrol on the course page to go on."))
    return Seat(account, run, read_outline(run.version.sha256), None, teaches=not request.COOKIES.get(AS_LEARNER))


def _held_back(account: Account, act: str) -> bool:
    """Whether `require` has a better reason to refuse than a missing place: a parent, or a second factor."""
    if must_wait(account, act):
        return True
    return lacks_second_factor(account) and bool(TABLE[act] & {grant.role for grant in grants_of(account)})


def _with_what_is_beside(account: Account, run: Run, subject: Subject) -> Subject:
    """Where else a role lets one into a run: the organisation whose private run it is, a cohort in it.

    0 queries for who has no role in a cohort, else 1 (and 1 for the roles).
    """
    scopes = set(subject.scopes | subject_of_run(run).scopes)
    if any(grant.scope.startswith("cohort:") for grant in grants_of(account)):
        scopes |= {f"cohort:{pk}" for pk in Cohort.objects.filter(run=run).values_list("pk", flat=True)}
    return Subject(frozenset(scopes), subject.standing)


def _seats_of(
    sign_in: uuid.UUID, account: int, epoch: int, now: dt.datetime, run: str, **scopes: str
) -> QuerySet[Enrolment]:
    """The place that whoever is signed in has in a run, with everything a page asks of it."""
    claim = SessionClaim(sign_in, account, epoch)
    owner = Concat(Value("org:"), OuterRef("run__private_to__code"))
    roles = RoleGrant.objects.filter(
        Q(scope__in=list(scopes.values())) | Q(scope=owner, scope__gt="org:"),
        account=OuterRef("account_id"),
        role__in=TABLE["course.preview"],
    )
    return (
        Enrolment.objects.select_related("account", "run__version", "run__course", "run__private_to", "cohort")
        .defer("run__version__outline", "run__version__files", "run__version__extra", "run__version__report")
        .filter(live_sign_in(claim, now, path="account"), run__key=run, left_at__isnull=True)
        .annotate(teaches=Exists(roles))
    )


_seats = Prepared(
    _seats_of, sign_in=uuid.UUID, account=int, epoch=int, now=dt.datetime, run=str, **dict.fromkeys(SCOPES, str)
)
_states = Prepared(lambda enrolment: ActivityState.objects.filter(enrolment_id=enrolment), enrolment=int)
_times = Prepared(lambda enrolment: SectionTime.objects.filter(enrolment_id=enrolment), enrolment=int)
_views = Prepared(lambda enrolment: UnitView.objects.filter(enrolment_id=enrolment), enrolment=int)


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
    """Every activity state of an enrolment, by activity id (1 query)."""
    return {state.activity: state for state in _states.all(enrolment=enrolment.pk)}


def views_of(enrolment: Enrolment) -> Mapping[str, UnitView]:
    """Every unit opened by an enrolment, by unit id (1 query)."""
    return {view.unit: view for view in _views.all(enrolment=enrolment.pk)}


@lru_cache(maxsize=64)
def _submissions(count: int) -> Prepared[Submission]:
    """The query of so many submissions."""
    names = [f"submission_{rank}" for rank in range(count)]
    return Prepared(
        lambda **ids: Submission.objects.filter(pk__in=[ids[name] for name in names]), **dict.fromkeys(names, uuid.UUID)
    )


def last_submissions(states: Iterable[ActivityState]) -> Mapping[str, Submission]:
    """The last submission of each of these activities, by activity id (1 query; none when nothing was handed in)."""
    ids = [state.last_id for state in states if state.last_id]
    if not ids:
        return {}
    names = [f"submission_{rank}" for rank in range(len(ids))]
    return {one.activity: one for one in _submissions(len(ids)).all(**dict(zip(names, ids, strict=True)))}


def enrolments_of(account: Account) -> list[Enrolment]:
    """An account's present enrolments with run, course, version and its weekly aim, latest first (1 query)."""
    return list(
        Enrolment.objects.filter(account=account, left_at__isnull=True)
        .select_related("account__weekly_aim", "run__version", "run__course", "cohort")
        .defer("run__version__outline", "run__version__files", "run__version__extra", "run__version__report")
        .order_by("-enrolled_at")
    )


def runs_ever_of(account: Account) -> list[str]:
    """Keys of the runs in which the account has or had a place (1 query)."""
    return list(Enrolment.objects.filter(account=account).values_list("run__key", flat=True))


def groups_ever_of(account: Account) -> Mapping[int, str]:
    """Number and name of each cohort that counts or counted the account (1 query)."""
    return dict(CohortMember.objects.filter(account=account).values_list("cohort", "cohort__name"))


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


def times_of_many(enrolments: list[Enrolment], outlines: Mapping[int, Outline]) -> Mapping[int, Mapping[str, OwnTime]]:
    """Own times by enrolment id, then by section (1 query; none where no section's time is limited).

    `outlines`: by enrolment id.
    """
    found: dict[int, dict[str, OwnTime]] = {enrolment.pk: {} for enrolment in enrolments}
    timed = [enrolment for enrolment in enrolments if outlines[enrolment.pk].is_timed]
    for row in SectionTime.objects.filter(enrolment__in=timed) if timed else ():
        found[row.enrolment_id][row.section] = own_time(row)
    return found


def enrolled_counts(run_ids: list[int]) -> Mapping[int, int]:
    """How many people have a place in each run (1 query)."""
    rows = (
        Run.objects.filter(pk__in=run_ids)
        .annotate(n=Count("enrolments", filter=Q(enrolments__left_at__isnull=True)))
        .values_list("pk", "n")
    )
    return dict(rows)


def told_counts(run_ids: list[int]) -> Mapping[int, int]:
    """The same for the public (1 query): a run with fewer people than `CORDEE_SMALL_CELL` is left out."""
    smallest = settings.CORDEE.small_cell
    return {run: count for run, count in enrolled_counts(run_ids).items() if count >= smallest}


def everybody_enrolled() -> int:
    """How many enrolments all listed runs have had, of who has left too (1 query)."""
    return Enrolment.objects.filter(run__listed=True).count()


def everybody_in(run_id: int) -> list[Enrolment]:
    """Every enrolment that a run has had, of who has left too, with account, what they said of themselves, aim, cohort.

    1 query.
    """
    found = Enrolment.objects.filter(run=run_id).select_related("account__about_me", "aim", "cohort")
    return list(found.order_by("pk"))


def said_since(since: dt.datetime) -> Mapping[str, dt.datetime]:
    """The runs of which a learner said something of themselves or their aim since, or took it back, and when last.

    2 queries over what was said since.
    """
    aims = Aim.objects.filter(said_at__gt=since).values_list("enrolment__run__key").annotate(last=Max("said_at"))
    about = Enrolment.objects.filter(account__about_me__said_at__gt=since).values_list("run__key")
    found: dict[str, dt.datetime] = {}
    for run, last in [*aims, *about.annotate(last=Max("account__about_me__said_at"))]:
        found[run] = max(last, found.get(run, last))
    return found


def journal_of(run_key: str) -> Iterator[Event]:
    """The journal of a run, as it came in (1 query, a few thousand rows in memory)."""
    return Event.objects.filter(run=run_key).order_by("at", "id").iterator(chunk_size=CHUNK)


def film_lengths(run_key: str) -> Mapping[str, float]:
    """Seconds of each film of a run, by the activity's id, as players told them (1 query)."""
    length = Cast(KeyTextTransform("length_s", "data"), FloatField())
    played = Event.objects.filter(run=run_key, verb="played", data__has_key="length_s")
    return dict(played.values("activity").annotate(length=Max(length)).values_list("activity", "length"))


def acted_between(run_key: str, since: dt.datetime | None, until: dt.datetime) -> frozenset[uuid.UUID]:
    """Who did anything in a run after `since` (ever, for None) and up to `until`, by pseudonym (1 query)."""
    events = Event.objects.filter(run=run_key, verb__in=DOING, at__lte=until)
    if since is not None:
        events = events.filter(at__gt=since)
    return frozenset(events.values_list("actor", flat=True).distinct())


def solved_between(run_key: str, activity: str, since: dt.datetime | None, until: dt.datetime) -> frozenset[uuid.UUID]:
    """Who handed in an answer with full marks to an activity then, by pseudonym (1 query)."""
    solved = Submission.objects.filter(
        enrolment__run__key=run_key,
        activity=activity,
        received_at__lte=until,
        possible__gt=0,
        earned__gte=F("possible"),
    )
    if since is not None:
        solved = solved.filter(received_at__gt=since)
    return frozenset(solved.values_list("enrolment__account__pseudonym", flat=True).distinct())


def opened_between(
    run_key: str, units: Collection[str], since: dt.datetime | None, until: dt.datetime
) -> frozenset[uuid.UUID]:
    """Who opened one of these units for the first time then, by pseudonym (1 query)."""
    views = UnitView.objects.filter(enrolment__run__key=run_key, unit__in=list(units), first_at__lte=until)
    if since is not None:
        views = views.filter(first_at__gt=since)
    return frozenset(views.values_list("enrolment__account__pseudonym", flat=True).distinct())


def answers_by_activity(course: Course) -> Mapping[str, int]:
    """How many answers were handed in to each activity, over all runs of the course (1 query)."""
    rows = Submission.objects.filter(enrolment__run__course=course).order_by().values_list("activity")
    return dict(rows.annotate(n=Count("pk")))


def submissions_in(run_id: int) -> Iterator[Submission]:
    """Every answer of a run with its points, by learner and attempt (1 query, a few thousand rows in memory)."""
    found = Submission.objects.filter(enrolment__run=run_id).order_by("enrolment", "activity", "attempt")
    return found.iterator(chunk_size=CHUNK)
