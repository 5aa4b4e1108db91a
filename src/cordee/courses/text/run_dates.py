"""When does a new run of a course text open and close, and until when may one enrol?"""

from __future__ import annotations

import datetime as dt
import zoneinfo

from cordee.courses.opening import RunOptions
from cordee.courses.relative_dates import moment_after
from cordee.formats.coursetext import dates
from cordee.formats.coursetext.folder import CourseText

DAYS_A_WEEK = 7


def dates_of_run(course: CourseText, options: RunOptions, now: dt.datetime) -> tuple[dt.datetime, dt.datetime | None]:
    """As the operator says, else as the calendar of course.yaml does; else from now on, for its weeks.

    None: at the learner's pace it stays open.
    """
    calendar = course.facts.calendar
    zone = calendar.timezone.text if calendar.timezone else "UTC"
    opens_at = options.opens_at or _moment(calendar.opens, zone, now, closing=False) or now
    last_day = dates.After(int(calendar.weeks) * DAYS_A_WEEK - 1)
    usual = None if calendar.pace == "free" else _moment(last_day, zone, opens_at, closing=True)
    if options.closes_at is not None:
        return opens_at, options.closes_at
    match calendar.closes:
        case None:
            return opens_at, usual
        case dates.Never():
            return opens_at, None
        case when:
            return opens_at, _moment(when, zone, opens_at, closing=True)


def enrolment_end_of(course: CourseText, options: RunOptions, opens_at: dt.datetime) -> dt.datetime | None:
    """Until when one may enrol in a new run; None: until it closes, or the day belongs to dates that were not taken."""
    calendar = course.facts.calendar
    if options.gives_dates and isinstance(calendar.enrolment_closes, dates.On):
        return None
    zone = calendar.timezone.text if calendar.timezone else "UTC"
    return _moment(calendar.enrolment_closes, zone, opens_at, closing=True)


def _moment(when: dates.When | None, zone: str, first: dt.datetime, *, closing: bool) -> dt.datetime | None:
    match when:
        case dates.On():
            return when.at(closing=closing).replace(tzinfo=zoneinfo.ZoneInfo(zone)).astimezone(dt.UTC)
        case dates.After():
            return moment_after(when.written(zone, closing=closing), first)
        case _:
            return None
