"""What does a teacher see of one learner of the run?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from cordee.core.scores import Score
from cordee.courses.entry_names import name_in_section
from cordee.courses.outlines import Entry, Section
from cordee.courses.reading_time import MINUTE_S
from cordee.learning.access import belongs
from cordee.learning.grades import graded_entries
from cordee.learning.models import ActivityState, Decision, Enrolment
from cordee.learning.pages.limited import time_left, time_words
from cordee.learning.pages.looking import Look, look_at
from cordee.learning.pages.progress import ProgressPage, progress_page
from cordee.learning.queries import Seat, states_of, times_of
from cordee.learning.teaching.desks import Desk
from cordee.learning.teaching.forms import Options
from cordee.ui import dates
from cordee.ui.typography import NBSP, exact_duration, points


@dataclass(frozen=True, slots=True)
class Work:
    """One graded activity that counts for the learner."""

    section: str
    title: str
    attempts: int
    score: Score | None  # that counts
    earned: float | None  # where a teacher gave other points: what was earned
    given_because: str
    last_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class TimeTold:
    """How a learner stands in a section whose time is limited."""

    section: str
    time: str  # all that they have, e.g. "40 min"
    because: str  # why it is more than everybody's; "" where it is not
    begun_at: dt.datetime | None
    over_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Told:
    """A decision as a sentence."""

    words: str
    reason: str
    by: str
    at: dt.datetime


def progress_of(desk: Desk, enrolment: Enrolment, now: dt.datetime) -> ProgressPage:
    """The page that the learner has (2 queries)."""
    return progress_page(_look(desk, enrolment, now))


def work_of(desk: Desk, enrolment: Enrolment) -> Sequence[Work]:
    """Every graded activity that counts for this learner (1 query)."""
    states = states_of(enrolment)
    viewer = _seat(desk, enrolment).viewer(states)
    mine = belongs(*viewer.groups)
    return [
        _work(desk, desk.words(section.titles), entry, states.get(entry.id))
        for section in desk.sections()
        for entry in graded_entries(section, mine, viewer.counted)
        if not entry.ungradable
    ]


def activities_of(desk: Desk) -> Options:
    """The graded activities of the run, to choose one from: id, words."""
    everything = [
        (section, entry)
        for section in desk.sections()
        for entry in graded_entries(section, lambda _audience: True, lambda unit: unit.activities())
        if not entry.ungradable and entry.points > 0
    ]
    return [(entry.id, f"{desk.words(section.titles)} – {_title(desk, entry)}") for section, entry in everything]


def sections_of(desk: Desk) -> Options:
    """The graded sections of the run, to choose one from: id, title."""
    return [(section.id, desk.words(section.titles)) for section in desk.sections()]


def limited_of(desk: Desk) -> Options:
    """Every section of the run whose time is limited, to choose one from: id, title and limit."""
    return [
        (section.id, f"{desk.words(section.titles)} – {exact_duration(section.limit_min * MINUTE_S, desk.language)}")
        for section in _limited(desk)
    ]


def times_told(desk: Desk, enrolment: Enrolment, now: dt.datetime) -> Sequence[TimeTold]:
    """How the learner stands in them (1 query)."""
    seat = _seat(desk, enrolment)
    found = []
    for section in _limited(desk):
        own, time = seat.calendar.time_of(section), time_left(seat, section, now)
        found.append(
            TimeTold(
                desk.words(section.titles),
                time_words(seat, section),
                own.extra_because if own.more(section) else "",
                own.begun_at,
                time.ends_at if time else None,
            )
        )
    return found


def _limited(desk: Desk) -> list[Section]:
    return [section for module in desk.outline.modules for section in module.sections if section.limit_min]


def decisions_of(desk: Desk, enrolment: Enrolment) -> Sequence[Told]:
    """What was decided for this learner, the latest first (1 query)."""
    found = Decision.objects.filter(enrolment=enrolment).order_by("-made_at", "-pk")
    return [Told(_sentence(desk, one), one.reason, one.made_by_name, one.made_at) for one in found]


def _look(desk: Desk, enrolment: Enrolment, now: dt.datetime) -> Look:
    return look_at(_seat(desk, enrolment), language=desk.language, now=now)


def _seat(desk: Desk, enrolment: Enrolment) -> Seat:
    times = times_of(enrolment, desk.outline)
    return Seat(enrolment.account, desk.run, desk.outline, enrolment, teaches=False, times=times)


def _work(desk: Desk, section: str, entry: Entry, state: ActivityState | None) -> Work:
    counts = state.points if state else None
    return Work(
        section=section,
        title=_title(desk, entry),
        attempts=state.attempts if state else 0,
        score=None if state is None or counts is None else Score(counts, state.possible or entry.points),
        earned=state.earned if state and state.is_replaced else None,
        given_because=state.given_because if state and state.is_replaced else "",
        last_at=state.last_at if state else None,
    )


def _title(desk: Desk, entry: Entry) -> str:
    return name_in_section(desk.outline, entry, desk.language)


def _sentence(desk: Desk, one: Decision) -> str:
    match one.kind:
        case Decision.EXTENSION:
            title = next((words for key, words in sections_of(desk) if key == one.about), one.about)
            until = one.data["until"]
            if until is None:
                return _("%(title)s: everybody's deadline again") % {"title": title}
            day = dates.long_day(dt.datetime.fromisoformat(until), desk.account.time_zone, desk.language)
            return _("%(title)s: to hand in by %(day)s") % {"title": title, "day": day}
        case Decision.TIME | Decision.ANEW:
            return _said_of_time(desk, one)
        case _:
            template, counted = _said_of_points(one)
            return template % {"title": _named(desk, one.about), "points": points(counted, desk.language)}


def _said_of_time(desk: Desk, one: Decision) -> str:
    title = next((desk.words(section.titles) for section in _limited(desk) if section.id == one.about), one.about)
    if one.kind == Decision.ANEW:
        begun = dt.datetime.fromisoformat(one.data["begun"])
        day = dates.long_day(begun, desk.account.time_zone, desk.language)
        return _("%(title)s: may start again; had started on %(day)s") % {"title": title, "day": day}
    minutes, percent = one.data["minutes"], one.data["percent"]
    more = [exact_duration(minutes * MINUTE_S, desk.language)] if minutes else []
    more += [f"{points(percent, desk.language)}{NBSP}%"] if percent else []
    if not more:
        return _("%(title)s: everybody’s time again") % {"title": title}
    return _("%(title)s: %(more)s more") % {"title": title, "more": " + ".join(more)}


def _said_of_points(one: Decision) -> tuple[str, float]:
    """The sentence, and the points in it."""
    after: float = (
        one.data["after"] if one.kind == Decision.REGRADE else one.data["given"] or one.data.get("floor", 0.0)
    )
    if "stands" in one.data:
        return _("%(title)s: graded again, %(points)s points; those given by hand still count"), after
    if one.kind == Decision.REGRADE:
        return _("%(title)s: graded again, %(points)s points"), after
    if "floor" in one.data:
        return _("%(title)s: no points given by hand any more, %(points)s of grading again count"), after
    if one.data["given"] is None:
        return _("%(title)s: the points earned count again"), after
    return _("%(title)s: %(points)s points given"), after


def _named(desk: Desk, activity: str) -> str:
    """Its section and title, graded or not; its id, where the run shows it no more."""
    found = desk.outline.entries.get(activity)
    if found is None:
        return activity
    place, entry = found
    return f"{desk.words(place.section.titles)} – {_title(desk, entry)}"
