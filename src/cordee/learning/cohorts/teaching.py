"""How is a course used in class, when does the class meet, and who is ready for it?"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import Q

from cordee.core.errors import N_, Conflict, CordeeError, InputRefused, NotFound
from cordee.courses.entry_names import name_in_section
from cordee.courses.kinds import installed
from cordee.courses.outlines import CONTAINER, Bank, Condition, Entry, Outline, Unit, pick
from cordee.courses.queries import outline as read_outline
from cordee.learning.cohorts.making import ACT, read_cohort_name
from cordee.learning.cohorts.meeting_days import check_moment
from cordee.learning.cohorts.queries import Expected
from cordee.learning.completion import TASKS
from cordee.learning.models import ActivityState, Cohort, CohortMeeting, CohortMember, Enrolment, UnitView
from cordee.people.auditing import note_act
from cordee.people.models import Account
from cordee.people.ordering import Folded

USES: Final[Mapping[str, str]] = {  # as the review calls them, too
    "flipped": N_("flipped classroom"),
    "blended": N_("blended with teaching on site"),
    "core": N_("as the course itself"),
    "catch_up": N_("to catch up"),
    "bonus": N_("for bonus credits"),
}
MOST_CREDITS: Final = 60
MOST_MEETINGS: Final = 200
MOST_LISTED: Final = 500  # people of one page
MOST_BLOCKING: Final = 10


@dataclass(frozen=True, slots=True)
class Ready:
    """A member before a meeting: how many of the units are done, and which are not (titles)."""

    name: str
    address: str
    done: int
    missing: tuple[str, ...]
    stuck: tuple[str, ...]  # activities that were tried and not solved

    @property
    def is_ready(self) -> bool:
        return not self.missing


@dataclass(frozen=True, slots=True)
class Blocking:
    """An activity of the units at which people stand: how many tried it without full marks, how many solved it."""

    title: str
    unit: str
    stuck: int
    solved: int
    tries: float  # of those who are stuck, on average


@dataclass(frozen=True, slots=True)
class Readiness:
    """A class before a meeting."""

    rows: tuple[Ready, ...]
    blocking: tuple[Blocking, ...]
    units: tuple[str, ...]  # titles
    more: bool
    waiting: int  # who has not accepted yet: nothing of them is known
    waiting_names: tuple[str, ...]  # as they were added with

    @property
    def ready(self) -> int:
        return sum(1 for row in self.rows if row.is_ready)


def use_digest(cohort: Cohort) -> str:
    """Of what `set_use` changes, so that two who change it at once are told."""
    return hashlib.sha256(repr((cohort.use, float(cohort.credits))).encode()).hexdigest()[:16]


def set_use(*, cohort: Cohort, use: str, ects: float, seen: str, by: Account, now: dt.datetime) -> None:
    """Say how the course is used, and how many ECTS are proposed. 3 queries. `seen`: the digest that the form showed.

    Raises InputRefused, and Conflict when somebody else has said otherwise since; `cohort` then holds what they said.
    """
    if use and use not in USES:
        raise InputRefused(N_("There is no such way of use. Choose one of the list."))
    if not 0 <= ects <= MOST_CREDITS:
        raise InputRefused(N_("Credits are a number from 0 to {most}."), most=MOST_CREDITS)
    with transaction.atomic():
        held = Cohort.objects.select_for_update().only("use", "credits").get(pk=cohort.pk)
        cohort.use, cohort.credits = held.use, held.credits
        if (held.use, held.credits) != (use, ects) and use_digest(held) != seen:
            raise Conflict(
                N_("This was changed meanwhile, to “{use}” and {ects} ECTS. Store yours again if it is to stand."),
                use=CordeeError(USES[held.use]) if held.use else "–",
                ects=float(held.credits),
            )
        changed = Cohort.objects.filter(pk=cohort.pk).exclude(use=use, credits=ects).update(use=use, credits=ects)
        if changed:
            note_act(account=by, act=ACT, place=f"cohort:{cohort.pk}", people=0, about=f"use: {use}", now=now)


def make_meeting(
    *, cohort: Cohort, title: str, meets_at: dt.datetime, units: Collection[str], by: Account, now: dt.datetime
) -> CohortMeeting:
    """Plan a meeting. 3 queries. Raises InputRefused, and Conflict when there is one at that moment."""
    chosen = _chosen(cohort, units)
    assert cohort.run is not None  # noqa: S101 - else nothing could be chosen
    check_moment(meets_at, cohort.run, now=now)
    if CohortMeeting.objects.filter(cohort=cohort).count() >= MOST_MEETINGS:
        raise InputRefused(N_("This group has {most} meetings already. Take out old ones."), most=MOST_MEETINGS)
    meeting = CohortMeeting(cohort=cohort, title=read_cohort_name(title), meets_at=meets_at, units=chosen)
    try:
        with transaction.atomic():
            meeting.save(force_insert=True)
            note_act(account=by, act=ACT, place=f"cohort:{cohort.pk}", people=0, about="meeting planned", now=now)
    except IntegrityError:
        raise Conflict(N_("This group meets at that moment already. Choose another one.")) from None
    return meeting


def change_meeting(
    *,
    meeting: CohortMeeting,
    title: str,
    meets_at: dt.datetime,
    units: Collection[str],
    seen: str,
    by: Account,
    now: dt.datetime,
) -> None:
    """Other words, another moment, other units. 3 queries; `meeting` with its cohort and run.

    `seen`: the digest of the meeting that the form showed. Raises InputRefused, and Conflict when somebody else has
    changed it since, or when the class meets at that moment already.
    """
    cohort = meeting.cohort
    chosen = _chosen(cohort, units)
    assert cohort.run is not None  # noqa: S101 - else nothing could be chosen
    try:
        with transaction.atomic():
            held = CohortMeeting.objects.select_for_update().filter(pk=meeting.pk).first()
            if held is None:
                raise NotFound(N_("There is no such meeting of this group. Go back to the group."))
            if meeting_digest(held) != seen:
                raise Conflict(N_("Somebody changed this meeting meanwhile. Look at it as it is now, then change it."))
            if meets_at != held.meets_at:
                check_moment(meets_at, cohort.run, now=now)
            held.title, held.meets_at, held.units = read_cohort_name(title), meets_at, chosen
            held.save()
            note_act(account=by, act=ACT, place=f"cohort:{cohort.pk}", people=0, about="meeting changed", now=now)
    except IntegrityError:
        raise Conflict(N_("This group meets at that moment already. Choose another one.")) from None


def meeting_digest(meeting: CohortMeeting) -> str:
    """Of what can be changed, so that two who change it at once are told."""
    told = repr((meeting.title, meeting.meets_at.astimezone(dt.UTC).isoformat(), meeting.units))
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def _chosen(cohort: Cohort, units: Collection[str]) -> list[str]:
    if cohort.run is None:
        raise InputRefused(N_("This group has no session, so nothing can be prepared for a meeting."))
    chosen = [unit for unit in read_outline(cohort.run.version.sha256).places if unit in set(units)]
    if not chosen or len(chosen) != len(set(units)):
        raise InputRefused(N_("Choose at least one unit that is to be ready."))
    return chosen


def cancel_meeting(*, cohort: Cohort, number: int, by: Account, now: dt.datetime) -> None:
    """Take a meeting out. Twice is like once. 2 queries."""
    with transaction.atomic():
        if CohortMeeting.objects.filter(cohort=cohort, pk=number).delete()[0]:
            note_act(account=by, act=ACT, place=f"cohort:{cohort.pk}", people=0, about="meeting cancelled", now=now)


def meetings_of(cohort: Cohort) -> list[CohortMeeting]:
    """All of a cohort's, in order (1 query)."""
    return list(CohortMeeting.objects.filter(cohort=cohort).order_by("meets_at")[:MOST_MEETINGS])


def meeting_of(cohort: Cohort, number: int) -> CohortMeeting:
    """One (1 query). Raises NotFound."""
    found = CohortMeeting.objects.filter(cohort=cohort, pk=number).first()
    if found is None:
        raise NotFound(N_("There is no such meeting of this group. Go back to the group."))
    return found


def readiness(cohort: Cohort, meeting: CohortMeeting, *, language: str) -> Readiness:
    """Who is ready, and what keeps the others, of those who have accepted; and who has not accepted. 4 queries."""
    assert cohort.run is not None  # noqa: S101 - no meeting is made without
    outline = read_outline(cohort.run.version.sha256)
    units = {name: outline.places[name].unit for name in meeting.units if name in outline.places}
    titles = {name: pick(unit.titles, language, outline.language) for name, unit in units.items()}
    tasks = {name: _tasks(unit) for name, unit in units.items()}
    names = {one: name for name, found in tasks.items() for one in found.ids}
    everybody = list(
        CohortMember.objects.filter(cohort=cohort, left_at=None)
        .only("account", "name", "address", "accepted_at", "cohort")
        .order_by(Folded("name"), "pk")
    )
    members = [member for member in everybody if member.accepted_at is not None]
    waiting = [member.name for member in everybody if member.accepted_at is None]
    shown = members[:MOST_LISTED]
    places = dict(
        Enrolment.objects.filter(
            run=cohort.run, left_at=None, account__in=[member.account_id for member in shown]
        ).values_list("account", "pk")
    )
    opened: dict[int, set[str]] = {}
    for place, unit in UnitView.objects.filter(enrolment__in=places.values(), unit__in=list(units)).values_list(
        "enrolment", "unit"
    ):
        opened.setdefault(place, set()).add(unit)
    states: dict[int, dict[str, ActivityState]] = {}
    touched = ActivityState.objects.filter(enrolment__in=places.values(), activity__in=list(names)).filter(
        Q(attempts__gt=0) | Q(done_at__isnull=False)
    )
    for state in touched:
        states.setdefault(state.enrolment_id, {})[state.activity] = state
    rows = []
    for member in shown:
        place = places.get(member.account_id, 0)
        mine, seen = states.get(place, {}), opened.get(place, set())
        missing = [name for name in units if not _is_done(name, tasks[name], mine, seen)]
        stuck = [one for one, state in mine.items() if _is_stuck(state)]
        rows.append(
            Ready(
                member.name,
                member.address,
                len(units) - len(missing),
                tuple(titles[name] for name in missing),
                tuple(_title(outline, one, language) for one in stuck),
            )
        )
    return Readiness(
        tuple(rows),
        tuple(_blocking(outline, states, names, titles, language)),
        tuple(titles.values()),
        len(members) > MOST_LISTED,
        len(waiting),
        tuple(waiting[:MOST_LISTED]),
    )


def _tasks(unit: Unit) -> Expected:
    """What is to be done in a unit besides opening it, by everybody."""
    ids: list[str] = []
    count = 0
    for entry in unit.entries:
        found, expected = _tasks_in(entry)
        ids += found
        count += expected
    return Expected(tuple(ids), count)


def _tasks_in(entry: Entry) -> tuple[list[str], int]:
    if entry.staff_only or entry.audience or isinstance(entry.choice, Condition):
        return [], 0
    if entry.kind != CONTAINER:
        kind = installed().get(entry.kind)
        counts = kind is not None and kind.completion in TASKS and not entry.ungradable
        return ([entry.id], 1) if counts else ([], 0)
    inner = [_tasks_in(child) for child in entry.children]
    ids = [one for found, _count in inner for one in found]
    match entry.choice:
        case Bank(count=None) | None:
            return ids, sum(count for _found, count in inner)
        case Bank(count=int(drawn)):
            return ids, min(drawn, sum(1 for found, _count in inner if found))
        case _:
            return ids, min((count for _found, count in inner), default=0)


def _is_done(unit: str, tasks: Expected, states: Mapping[str, ActivityState], opened: Collection[str]) -> bool:
    return unit in opened and sum(1 for one in tasks.ids if one in states) >= tasks.count


def _is_stuck(state: ActivityState) -> bool:
    return state.attempts > 0 and not state.solved and state.possible is not None and state.possible > 0


def _blocking(
    outline: Outline,
    states: Mapping[int, Mapping[str, ActivityState]],
    names: Mapping[str, str],
    titles: Mapping[str, str],
    language: str,
) -> list[Blocking]:
    """The activities at which most stand, those first."""
    found = []
    for activity, unit in names.items():
        tried = [mine[activity] for mine in states.values() if activity in mine]
        stuck = [state for state in tried if _is_stuck(state)]
        if stuck:
            tries = sum(state.attempts for state in stuck) / len(stuck)
            solved = sum(1 for state in tried if state.solved)
            found.append(Blocking(_title(outline, activity, language), titles[unit], len(stuck), solved, tries))
    return sorted(found, key=lambda one: -one.stuck)[:MOST_BLOCKING]


def _title(outline: Outline, activity: str, language: str) -> str:
    return name_in_section(outline, outline.entries[activity][1], language)
