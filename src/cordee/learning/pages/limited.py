"""What does a page say of a section whose time is limited: before it is begun, while the time runs, once it is over?"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.urls import reverse
from django.utils.timezone import get_current_timezone, get_current_timezone_name
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cordee.core.errors import N_, NotAllowed
from cordee.courses.outlines import Place, Section, foreign, pick
from cordee.courses.reading_time import MINUTE_S
from cordee.learning.queries import Seat
from cordee.ui import dates
from cordee.ui.language import language
from cordee.ui.typography import duration, exact_duration

MANY_MINUTES = 180  # from which on hours are easier to read
ASKS_TIME, LEFT = "time", "left"  # what a script adds to the address of a unit to be told only of its time


class NotBegun(NotAllowed):
    """The time of the section is limited, and this learner has not begun it."""


@dataclass(frozen=True, slots=True)
class BeginPage:
    """What is told before the time runs: nothing of what the section holds."""

    run_key: str
    course_title: str
    title: str
    lang: str  # of the title, when it is not the page's
    unit: str  # id: where one goes on
    time: str  # all that this learner has, e.g. "40 min"
    usual: str  # what everybody has, where this learner has more; else ""
    extra_because: str
    anew_because: str
    ends: str  # the moment at which dates end it before the time is over; "" where they do not
    left: str  # what is left until then
    as_learner: bool  # a teacher looks: nothing begins


@dataclass(frozen=True, slots=True)
class TimeLeft:
    """The time of a section that is begun."""

    until: str  # e.g. "2:32 pm", "2:32:08 pm"
    left: str  # when the page is drawn, e.g. "23 minutes"
    seconds: int  # the same; 0 once it is over
    ends_at: dt.datetime
    extra_because: str  # why this learner has more than everybody; "" where they have not
    url: str  # where a script asks for the end again; "" where it is told without a page

    @property
    def is_over(self) -> bool:
        return self.seconds == 0


def refusal_to_show(seat: Seat, place: Place) -> NotBegun:
    """What is said at an address, or to a form, of a section that is not begun."""
    return NotBegun(
        N_("“{section}” has a time limit: {time}. Begin it first."),
        section=_title(seat, place.section),
        time=time_words(seat, place.section),
        url=reverse("unit", args=[seat.run.key, place.unit.id]),
    )


def time_words(seat: Seat, section: Section) -> str:
    """All the time that this person has in a section whose time is limited."""
    return exact_duration(seat.calendar.time_of(section).minutes(section) * MINUTE_S, language())


def begin_page(seat: Seat, place: Place, now: dt.datetime) -> BeginPage:
    """The page before the first one. No query."""
    section, own = place.section, seat.calendar.time_of(place.section)
    last = seat.calendar.last_by_dates(section, seat.outline)
    is_cut = last is not None and last < now + dt.timedelta(minutes=own.minutes(section))
    zone = get_current_timezone_name()
    return BeginPage(
        run_key=seat.run.key,
        course_title=pick(seat.outline.titles, language(), seat.outline.language),
        title=_title(seat, section),
        lang=foreign(section.titles, language(), seat.outline.language),
        unit=place.unit.id,
        time=time_words(seat, section),
        usual=exact_duration(section.limit_min * MINUTE_S, language()) if own.more(section) else "",
        extra_because=own.extra_because,
        anew_because=own.anew_because,
        ends=dates.when(last, now, zone, language(), begins=False) if last is not None and is_cut else "",
        left=_minutes((last - now).total_seconds()) if last is not None and is_cut else "",
        as_learner=seat.as_learner,
    )


def time_left(seat: Seat, section: Section, now: dt.datetime, unit: str = "") -> TimeLeft | None:
    """The time of a section that this learner has begun; None: it is not limited to them. No query.

    `unit`: the id of the one whose page tells it.
    """
    over = None if seat.teaches else seat.calendar.time_over_at(section)
    if over is None:
        return None
    last = seat.calendar.last_by_dates(section, seat.outline)
    ends = over if last is None else min(over, last)
    zone = get_current_timezone()
    is_today = ends.astimezone(zone).date() == now.astimezone(zone).date()
    seconds = max(0.0, (ends - now).total_seconds())
    own = seat.calendar.time_of(section)
    return TimeLeft(
        until=dates.exact_clock(ends, zone, language())
        if is_today
        else dates.when(ends, now, get_current_timezone_name(), language(), name_zone=False, begins=False),
        left=_minutes(seconds),
        seconds=int(-(-seconds // 1)),
        ends_at=ends,
        extra_because=own.extra_because if own.more(section) else "",
        url=f"{reverse('unit', args=[seat.run.key, unit])}?{ASKS_TIME}={LEFT}" if unit else "",
    )


def _minutes(seconds: float) -> str:
    if seconds < MINUTE_S:
        return _("less than a minute")
    minutes = int(seconds // MINUTE_S)
    if minutes > MANY_MINUTES:
        return duration(minutes * MINUTE_S, language())
    return ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}


def _title(seat: Seat, section: Section) -> str:
    return pick(section.titles, language(), seat.outline.language)
