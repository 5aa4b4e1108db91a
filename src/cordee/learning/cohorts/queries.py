"""What do those who follow cohorts ask? Only of their own: every read begins with whose a cohort is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from django.db.models import (
    BooleanField,
    Case,
    Count,
    DateTimeField,
    IntegerField,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce

from cordee.core.errors import N_, NotFound
from cordee.courses.models import Run
from cordee.courses.outlines import CONTAINER, Bank, Condition, Entry, Outline
from cordee.learning.access import Calendar
from cordee.learning.grades import graded_sections
from cordee.learning.models import ActivityState, Cohort, CohortMember, Enrolment, JoiningCode, UnitView
from cordee.learning.queries import calendar_of
from cordee.people.emails import email_key
from cordee.people.models import Account, Organisation, Role, RoleGrant
from cordee.people.ordering import Folded
from cordee.people.permissions import TABLE, Subject, grants_of

ROWS_ON_A_PAGE: Final = 100
MOST_COHORTS: Final = 500
CHUNK: Final = 2000
AT_ONCE: Final = 500  # enrolments of one question
A_DAY: Final = len("2026-12-31")  # of a moment as it is stored (UTC)


@dataclass(frozen=True, slots=True)
class Filters:
    """Which members are asked for; "" for all."""

    words: str = ""  # in the name or the address
    site: str = ""
    zone: str = ""
    state: str = ""  # accepted, invited


@dataclass(frozen=True, slots=True)
class GroupInUse:
    """A group of an organisation in a session, for the review. `people`: who has accepted."""

    number: int
    name: str
    organisation: Organisation
    course: str  # its number, e.g. "RES101"
    opens_at: dt.datetime
    use: str
    people: int
    has_tutor: bool


@dataclass(frozen=True, slots=True)
class Counted:
    """So many people of a cohort share these."""

    site: str
    zone: str
    members: int
    accepted: int


@dataclass(frozen=True, slots=True)
class Progress:
    """What an enrolment has done so far. Points and dates as they are stored."""

    enrolment: int
    grade: float
    units_opened: int
    graded_done: int  # graded activities handed in
    last_at: dt.datetime | None  # of the last visit or answer


def cohort_by_id(number: int) -> Cohort | None:
    """With its organisation, run, course and version (1 query)."""
    return _whole().filter(pk=number).first()


def subject_of(cohort: Cohort) -> Subject:
    """Whose it is, as roles are asked (no query for a cohort that was read with run and organisation)."""
    return Subject.of_cohort(
        cohort.pk,
        organisation=cohort.organisation.code if cohort.organisation else "",
        run_key=cohort.run.key if cohort.run else "",
    )


def cohorts_seen_by(account: Account, act: str = "cohort.read", *, within: str = "") -> list[Cohort]:
    """The cohorts in which a role lets the account do `act`, the latest first. 2 queries.

    `within`: only those of a place, "org:KEY" or "run:KEY".
    """
    seen = Q(pk__in=())
    for grant in grants_of(account):
        if grant.role not in TABLE[act]:
            continue
        kind, _colon, key = grant.scope.partition(":")
        match kind:
            case "":
                seen |= Q(pk__isnull=False)
            case "cohort":
                seen |= Q(pk=int(key))
            case "org":
                seen |= Q(organisation__code=key) | Q(organisation=None, run__course__organisation=key)
            case "course":
                organisation, _plus, number = key.partition("+")
                seen |= Q(organisation=None, run__course__organisation=organisation, run__course__number=number)
            case "run":
                seen |= Q(run__key=key)
    found = _whole().filter(seen)
    kind, _colon, key = within.partition(":")
    if kind == "org":
        found = found.filter(organisation__code=key)
    elif kind == "run":
        found = found.filter(run__key=key)
    return list(found.order_by("-pk")[:MOST_COHORTS])


def counts_of(cohorts: Iterable[Cohort]) -> Mapping[int, tuple[int, int]]:
    """Members, and those of them who accepted, by cohort id (1 query)."""
    rows = (
        CohortMember.objects.filter(cohort__in=list(cohorts), left_at=None)
        .values("cohort")
        .annotate(members=Count("pk"), accepted=Count("accepted_at"))
    )
    return {row["cohort"]: (row["members"], row["accepted"]) for row in rows}


def groups_in_use(organisation: int | None = None) -> list[GroupInUse]:
    """Every organisation's group, or that of one, in a session in which somebody has accepted, by number.

    1 or 2 queries.
    """
    accepted = Count("members", filter=Q(members__accepted_at__isnull=False, members__left_at=None))
    found = list(
        _whole()
        .filter(Q() if organisation is None else Q(organisation=organisation), organisation__isnull=False)
        .filter(run__isnull=False)
        .annotate(people=accepted)
        .filter(people__gt=0)
        .order_by("pk")
    )
    scopes = {f"cohort:{one.pk}" for one in found}
    tutored = set()
    if found:
        grants = RoleGrant.objects.filter(role=Role.TUTOR, scope__startswith="cohort:")
        tutored = scopes & set(grants.values_list("scope", flat=True))
    return [
        GroupInUse(
            number=one.pk,
            name=one.name,
            organisation=one.organisation,
            course=one.run.course.number,
            opens_at=one.run.opens_at,
            use=one.use,
            people=one.people,
            has_tutor=f"cohort:{one.pk}" in tutored,
        )
        for one in found
        if one.organisation is not None and one.run is not None
    ]


def parts_of(cohort: Cohort) -> list[Counted]:
    """The groups of a cohort by site and zone (1 query)."""
    rows = (
        CohortMember.objects.filter(cohort=cohort, left_at=None)
        .values("site", "zone")
        .annotate(members=Count("pk"), accepted=Count("accepted_at"))
        .order_by("site", "zone")
    )
    return [Counted(row["site"], row["zone"], row["members"], row["accepted"]) for row in rows]


def members_on(cohort: Cohort, filters: Filters, page: int) -> list[CohortMember]:
    """A page of members by name, and one more where another page follows (1 query)."""
    first = (page - 1) * ROWS_ON_A_PAGE
    return list(_members(cohort, filters)[first : first + ROWS_ON_A_PAGE + 1])


Told = tuple[int, str, str, str, str, str | None]


def all_members(cohort: Cohort) -> Iterator[Told]:
    """Every member by name: account, name, address, site, zone, when they accepted as it is stored (1 query, read
    some at a time).
    """
    found = _members(cohort, Filters()).annotate(since=Cast("accepted_at", TextField()))
    return found.values_list("account", "name", "address", "site", "zone", "since").iterator(chunk_size=CHUNK)


def keys_of_members(cohort: Cohort) -> frozenset[str]:
    """Keys of the addresses that the cohort was given, of who has not left (1 query)."""
    addresses = CohortMember.objects.filter(cohort=cohort, left_at=None).values_list("address", flat=True)
    return frozenset(map(email_key, addresses))


def progress_of(run: Run, accounts: Collection[int], graded: Expected) -> Mapping[int, Progress]:
    """What members have done in a run, by account (1 query)."""
    rows = Enrolment.objects.filter(run=run, left_at=None, account__in=list(accounts)).annotate(
        opened=_one(UnitView, Count("pk"), IntegerField()),
        handed_in=_one(ActivityState, Count("pk"), IntegerField(), activity__in=graded.ids, attempts__gt=0),
        seen=_one(UnitView, Max("visit_at"), DateTimeField()),
        tried=_one(ActivityState, Max("last_at"), DateTimeField()),
    )
    told = rows.values_list("account", "pk", "grade", "opened", "handed_in", "seen", "tried")
    return {
        account: Progress(pk, grade, opened or 0, handed_in or 0, _latest(seen, tried))
        for account, pk, grade, opened, handed_in, seen, tried in told
    }


class Done(NamedTuple):
    """What an enrolment has done so far, for a file: `last_on` is the day in UTC as it is stored, "" for none."""

    grade: float
    units_opened: int
    graded_done: int
    last_on: str


def grades_of_all(run: Run, cohort: Cohort) -> Mapping[int, float]:
    """The grade of each member who has accepted and is in the run, by account (1 query)."""
    return {account: grade for _pk, account, grade in _places(run, cohort)}


def done_by_all(run: Run, cohort: Cohort, graded: Expected) -> Mapping[int, Done]:
    """What every member who has accepted has done, by account. 3 queries where the places of the group lie together,
    as those of a list do; 2 more for each 500 of others.

    Moments stay the text that the database gives: to make moments of them would cost as much as all the rest.
    """
    rows = _places(run, cohort)
    views: dict[int, tuple[int, str | None]] = {}
    states: dict[int, tuple[int, str | None]] = {}
    done = Count("pk", filter=Q(activity__in=graded.ids, attempts__gt=0)) if graded.ids else Value(0)
    for some in _ranges(sorted(pk for pk, _account, _grade in rows)):
        seen = UnitView.objects.filter(some).values_list("enrolment").order_by()
        views |= {pk: (n, at) for pk, n, at in seen.annotate(Count("pk"), at=_as_text(Max("visit_at")))}
        tried = ActivityState.objects.filter(some).values_list("enrolment").order_by()
        states |= {pk: (n, at) for pk, n, at in tried.annotate(done=done, at=_as_text(Max("last_at")))}
    nothing = (0, None)
    found = {}
    for pk, account, grade in rows:
        opened, seen_at = views.get(pk, nothing)
        handed_in, tried_at = states.get(pk, nothing)
        found[account] = Done(grade, opened, handed_in, max((seen_at or "")[:A_DAY], (tried_at or "")[:A_DAY]))
    return found


def to_call(
    cohort: Cohort, *, outline: Outline, now: dt.datetime, quiet_since: dt.datetime, most: int
) -> list[tuple[CohortMember, Progress, int]]:
    """Members who did nothing since, or are behind: (member, what they did, how many due activities are not handed in).

    Due are graded activities whose deadline has passed, or all once the run has closed; where a teacher moved it for
    somebody, theirs. Nobody is silent in a run that is over, or that has not been open for so long. The longest silent
    first, at most `most` and one more. Of who has accepted only. 2 queries, 1 more where a deadline was moved.
    """
    assert cohort.run is not None  # noqa: S101 - asked of a cohort in a session that is played here
    due = graded_of(outline, due_by=now, calendar=calendar_of(cohort.run, None))
    late = Q(done_due__lt=due.count) if due.count else Q(pk__in=())
    is_time_to_work = cohort.run.opens_at < quiet_since and not is_over(cohort.run, now)
    quiet = (
        (Q(seen=None) | Q(seen__lt=quiet_since))
        & (Q(tried=None) | Q(tried__lt=quiet_since))
        & Q(enrolled_at__lt=quiet_since)
    )
    rows = list(
        Enrolment.objects.filter(_of(cohort), run=cohort.run, left_at=None)
        .annotate(
            seen=_one(UnitView, Max("visit_at"), DateTimeField()),
            tried=_one(ActivityState, Max("last_at"), DateTimeField()),
            done_due=Coalesce(
                _one(ActivityState, Count("pk"), IntegerField(), activity__in=due.ids, attempts__gt=0), 0
            ),
            opened=_one(UnitView, Count("pk"), IntegerField()),
            is_quiet=Case(
                When(quiet if is_time_to_work else Q(pk__in=()), then=True), default=False, output_field=BooleanField()
            ),
        )
        .filter(quiet | late if is_time_to_work else late)
        .order_by("pk")
    )
    behind = {row.pk: max(0, due.count - row.done_due) for row in rows}
    behind |= _behind_with_more_time(
        [row for row in rows if row.extensions and behind[row.pk]], cohort.run, outline, now
    )
    called = [row for row in rows if row.is_quiet or behind[row.pk]]
    found = sorted(called, key=lambda row: (_latest(row.seen, row.tried) or row.enrolled_at, row.pk))[: most + 1]
    people = {
        one.account_id: one
        for one in CohortMember.objects.filter(cohort=cohort, account__in=[row.account_id for row in found])
    }
    return [
        (
            people[row.account_id],
            Progress(row.pk, row.grade, row.opened or 0, row.done_due, _latest(row.seen, row.tried)),
            behind[row.pk],
        )
        for row in found
    ]


def is_over(run: Run, now: dt.datetime) -> bool:
    return run.closes_at is not None and run.closes_at <= now


def due_in_run(run: Run, outline: Outline, now: dt.datetime) -> int:
    """How many graded activities everybody should have handed in by now. No query."""
    return graded_of(outline, due_by=now, calendar=calendar_of(run, None)).count


def names_of_invited(cohort: Cohort, most: int) -> list[str]:
    """Who has not accepted yet, by the names that they were added with; at most so many (1 query)."""
    invited = CohortMember.objects.filter(cohort=cohort, left_at=None, accepted_at=None)
    return list(invited.order_by("name", "pk").values_list("name", flat=True)[:most])


def _behind_with_more_time(enrolments: list[Enrolment], run: Run, outline: Outline, now: dt.datetime) -> dict[int, int]:
    """How many of the activities that are due for them these have not handed in, by enrolment (1 query, 0 for none).

    A deadline is only ever moved to a later day, so that what is due for them is due for everybody.
    """
    if not enrolments:
        return {}
    done: dict[int, set[str]] = {one.pk: set() for one in enrolments}
    for enrolment, activity in ActivityState.objects.filter(enrolment__in=list(done), attempts__gt=0).values_list(
        "enrolment", "activity"
    ):
        done[enrolment].add(activity)
    found = {}
    for one in enrolments:
        own = graded_of(outline, due_by=now, calendar=calendar_of(run, one))
        found[one.pk] = max(0, own.count - len(done[one.pk] & set(own.ids)))
    return found


def member_of(cohort: Cohort, number: int) -> CohortMember:
    """Somebody of the cohort, who has accepted, with their account (1 query). Raises NotFound."""
    found = (
        CohortMember.objects.select_related("account")
        .filter(cohort=cohort, pk=number, left_at=None, accepted_at__isnull=False)
        .first()
    )
    if found is None:
        raise NotFound(N_("This person is not in the group, or has not accepted yet. Reload the page."))
    return found


def accounts_in(cohorts: Collection[int]) -> frozenset[int]:
    """Who has accepted one of these groups (1 query)."""
    found = CohortMember.objects.filter(cohort__in=list(cohorts), left_at=None)
    return frozenset(found.filter(accepted_at__isnull=False).values_list("account", flat=True))


def name_of_member(cohort: Cohort, number: int) -> str:
    """How the group calls somebody in it, accepted or not (1 query). Raises NotFound."""
    name = CohortMember.objects.filter(cohort=cohort, pk=number, left_at=None).values_list("name", flat=True).first()
    if name is None:
        raise NotFound(N_("This person is not in the group any more. Go back to the group."))
    return name


def groups_of(account: Account) -> list[Cohort]:
    """The cohorts that see what the account does, the latest first (1 query)."""
    mine = CohortMember.objects.filter(account=account, accepted_at__isnull=False, left_at=None)
    return list(_whole().filter(pk__in=mine.values("cohort")).order_by("-pk"))


def codes_of(cohort: Cohort, now: dt.datetime) -> list[JoiningCode]:
    """The codes that let somebody in still (1 query)."""
    return list(JoiningCode.objects.filter(cohort=cohort, closed_at=None, expires_at__gt=now).order_by("pk"))


def code_found(code: str) -> JoiningCode:
    """A code with its cohort and all that is around it (1 query). Raises NotFound."""
    found = (
        JoiningCode.objects.select_related("cohort__organisation", "cohort__run__course", "cohort__run__version")
        .defer(*(f"cohort__run__version__{name}" for name in ("outline", "files", "extra", "report")))
        .filter(code=code)
        .first()
    )
    if found is None:
        raise NotFound(N_("Nobody gave out this code here. Compare it with what you were given."))
    return found


@dataclass(frozen=True, slots=True)
class Expected:
    """Graded activities that everybody meets: any of these ids, so many of them (a bank draws some for each)."""

    ids: tuple[str, ...] = ()
    count: int = 0


def graded_of(outline: Outline, *, due_by: dt.datetime | None = None, calendar: Calendar | None = None) -> Expected:
    """What everybody is to hand in; `due_by`: only what had to be there by then, by this calendar of a run or of
    somebody in it: without a deadline, when the run closes. Behind a door that may stay shut, nothing is expected.
    """
    ids: list[str] = []
    count = 0
    for section in graded_sections(outline, _for_all):
        last = (calendar.due_of(section) or calendar.closes_at) if calendar is not None else section.due_at
        if due_by is not None and (last is None or last >= due_by):
            continue
        for unit in section.units:
            if unit.staff_only or unit.audience:
                continue
            for entry in unit.entries:
                found, expected = _expected(entry)
                ids += found
                count += expected
    return Expected(tuple(ids), count)


def _expected(entry: Entry) -> tuple[list[str], int]:
    if entry.staff_only or entry.audience or isinstance(entry.choice, Condition):
        return [], 0
    if entry.kind != CONTAINER:
        return ([entry.id], 1) if entry.points > 0 and not entry.ungradable else ([], 0)
    inner = [_expected(child) for child in entry.children]
    ids = [one for found, _count in inner for one in found]
    match entry.choice:
        case Bank(count=None) | None:
            return ids, sum(count for _found, count in inner)
        case Bank(count=int(drawn)):
            return ids, min(drawn, sum(1 for found, _count in inner if found))
        case _:  # one way of a test
            return ids, min((count for _found, count in inner), default=0)


def _for_all(audience: tuple[str, ...]) -> bool:
    return not audience


def _whole() -> QuerySet[Cohort]:
    return Cohort.objects.select_related("organisation", "run__course", "run__version", "run__private_to").defer(
        *(f"run__version__{name}" for name in ("outline", "files", "extra", "report"))
    )


def _members(cohort: Cohort, filters: Filters) -> QuerySet[CohortMember]:
    found = CohortMember.objects.filter(cohort=cohort, left_at=None)
    if filters.words:
        found = found.filter(Q(name__icontains=filters.words) | Q(address__icontains=filters.words))
    if filters.site:
        found = found.filter(site=filters.site)
    if filters.zone:
        found = found.filter(zone=filters.zone)
    if filters.state:
        found = found.filter(accepted_at__isnull=filters.state != "accepted")
    return found.order_by(Folded("name"), "pk")


def _of(cohort: Cohort | None) -> Q:
    """Enrolments of a cohort's members who let it see what they do."""
    members = CohortMember.objects.filter(cohort=cohort, left_at=None, accepted_at__isnull=False)
    return Q(account__in=members.values("account"))


def _one(model: type[Any], what: Any, field: Any, **only: Any) -> Subquery:
    """One number about each enrolment, from the rows of another table."""
    rows = model.objects.filter(enrolment=OuterRef("pk"), **only).order_by().values("enrolment")
    return Subquery(rows.annotate(found=what).values("found"), output_field=field)


def _places(run: Run, cohort: Cohort) -> list[tuple[int, int, float]]:
    """Enrolment, account and grade of each member who lets the cohort see what they do (1 query)."""
    found = Enrolment.objects.filter(_of(cohort), run=run, left_at=None)
    return list(found.values_list("pk", "account", "grade"))


def _ranges(ids: Sequence[int]) -> Iterator[Q]:
    """Conditions on `enrolment` that hold for all of these, and for few others: the numbers themselves, or where they
    lie close together (half of all between are theirs), from the first to the last. `ids`: in order.
    """
    if ids and ids[-1] - ids[0] < 2 * len(ids):
        yield Q(enrolment__gte=ids[0], enrolment__lte=ids[-1])
        return
    for first in range(0, len(ids), AT_ONCE):
        yield Q(enrolment__in=ids[first : first + AT_ONCE])


def _as_text(moment: Any) -> Cast:
    return Cast(moment, TextField())


def _latest(*moments: dt.datetime | None) -> dt.datetime | None:
    return max((moment for moment in moments if moment is not None), default=None)
