"""On which day may a class meet, and what does a member learn of it beforehand?"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from django.db.models import Q
from django.utils.timezone import localtime

from cordee.core.errors import N_, InputRefused
from cordee.courses.models import Run
from cordee.courses.outlines import foreign, pick
from cordee.courses.queries import outline as read_outline
from cordee.learning.models import CohortMeeting
from cordee.learning.pages.outline import unit_url
from cordee.people.models import Account

LASTS: Final = dt.timedelta(hours=2)  # so long after it began it is still told
MOST_AHEAD: Final = 20


@dataclass(frozen=True, slots=True)
class UnitBefore:
    """A unit that is to be ready for a meeting. `url` is "" before the session opens."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Ahead:
    """A meeting to come, as a member is told of it."""

    number: int
    title: str
    group: str
    course: str
    run_key: str
    meets_at: dt.datetime
    units: tuple[UnitBefore, ...]
    lang: str  # of course and units, when it is not the page's


def moment_of(day: dt.date, time: dt.time, zone: dt.tzinfo) -> dt.datetime:
    """When a clock of the zone shows so. Raises InputRefused where none ever does: as they are put forward."""
    moment = dt.datetime.combine(day, time, tzinfo=zone)
    if moment.astimezone(dt.UTC).astimezone(zone).replace(tzinfo=None) != moment.replace(tzinfo=None):
        raise InputRefused(
            N_("On {day} clocks are put forward, and {time} does not exist. Choose a time an hour later."),
            day=day,
            time=f"{time:%H:%M}",
        )
    return moment


def check_moment(moment: dt.datetime, run: Run, *, now: dt.datetime) -> None:
    """Raises InputRefused for a meeting that is over already, or for which the session is."""
    if moment <= now:
        raise InputRefused(N_("This moment is over. Choose a day and a time to come."))
    if run.closes_at is not None and moment > run.closes_at:
        raise InputRefused(
            N_(
                "The session ends on {day}, before this meeting. Choose an earlier day, or move the end of the session."
            ),
            day=localtime(run.closes_at).date(),
        )


def meetings_ahead(account: Account, *, language: str, now: dt.datetime, run: Run | None = None) -> list[Ahead]:
    """What the groups do that the account has accepted, soonest first; `run`: only those of that session (1 query)."""
    mine = Q(cohort__members__account=account, cohort__members__left_at=None)
    found = (
        CohortMeeting.objects.filter(mine, cohort__members__accepted_at__isnull=False, meets_at__gt=now - LASTS)
        .filter(Q() if run is None else Q(cohort__run=run), cohort__run__isnull=False)
        .select_related("cohort__run__version", "cohort__run__course")
        .defer(*(f"cohort__run__version__{name}" for name in ("outline", "files", "extra", "report")))
        .order_by("meets_at", "pk")[:MOST_AHEAD]
    )
    return [ahead for one in found if (ahead := _ahead(one, language, now)) is not None]


def _ahead(meeting: CohortMeeting, language: str, now: dt.datetime) -> Ahead | None:
    run = meeting.cohort.run
    if run is None:
        return None
    outline = read_outline(run.version.sha256)
    is_open = run.host == Run.HERE and run.opens_at <= now and (run.closes_at is None or now < run.closes_at)
    units = tuple(
        UnitBefore(
            pick(outline.places[name].unit.titles, language, outline.language),
            unit_url(run.key, name) if is_open else "",
        )
        for name in meeting.units
        if name in outline.places and not outline.places[name].unit.staff_only
    )
    lang = foreign(outline.titles, language, outline.language)
    course = pick(outline.titles, language, outline.language)
    return Ahead(meeting.pk, meeting.title, meeting.cohort.name, course, run.key, meeting.meets_at, units, lang)
