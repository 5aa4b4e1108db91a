"""Keep what a player saw: the events in the journal, the watched seconds and the place where the learner stopped."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from cordee.activities.video import watching
from cordee.activities.video.definition import Video
from cordee.activities.video.models import Viewing
from cordee.core.errors import N_, TooMany
from cordee.learning.finishing import finish_activity
from cordee.learning.journal import Seen, record_seen
from cordee.learning.models import ActivityState, Enrolment, UnitView

MOST_MESSAGES = 40  # a minute: a person who drags about sends a dozen
MINUTE = dt.timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Watched:
    """Where the learner stands in a video, and in its unit."""

    enrolment: Enrolment
    unit: str
    activity: str
    video: Video
    content: str  # sha256 of what is watched


@dataclass(frozen=True, slots=True)
class Progress:
    share: float  # of the seconds of the film
    done: bool


def record_watching(watched: Watched, events: Sequence[Seen], *, now: dt.datetime) -> Progress:
    """Keep a batch of events; the same batch again adds nothing. 6 queries in one transaction, 3 more on finishing.

    Raises TooMany. `watched.enrolment` comes with its account, run and version.
    """
    enrolment = watched.enrolment
    with transaction.atomic():
        viewing = _viewing(watched, now)
        _count(viewing, now)
        record_seen(
            events,
            actor=enrolment.account.pseudonym,
            run=enrolment.run.key,
            version=enrolment.run.version.number,
            activity=watched.activity,
            content=watched.content,
            at=now,
        )
        _move(viewing, events)
        lengths = [event.data["length_s"] for event in events if "length_s" in event.data]
        viewing.length_s = max([length for length in (viewing.length_s, *lengths) if length], default=None)
        window = watched.video.window(viewing.length_s)
        share = _watch(viewing, events, window, now)
        viewing.save()
        if share >= watching.ENOUGH:
            finish_activity(
                enrolment=enrolment, activity=watched.activity, content=watched.content, by="watching", now=now
            )
            return Progress(share, done=True)
    done = ActivityState.objects.filter(enrolment=enrolment, activity=watched.activity, done_at__isnull=False).exists()
    return Progress(share, done)


def _viewing(watched: Watched, now: dt.datetime) -> Viewing:
    """The row, locked. It begins with the visit of its unit: the first message may come late."""
    rows = Viewing.objects.select_for_update().filter(enrolment=watched.enrolment, activity=watched.activity)
    found = rows.first()
    if found is None:
        visit = UnitView.objects.filter(enrolment=watched.enrolment, unit=watched.unit).first()
        start = min(visit.visit_at, now) if visit else now
        fresh = Viewing(
            enrolment=watched.enrolment,
            activity=watched.activity,
            started_at=start,
            position_at=start,
            window_at=now,
        )
        Viewing.objects.bulk_create([fresh], ignore_conflicts=True)  # another tab may be first
        found = rows.get()
    return found


def _count(viewing: Viewing, now: dt.datetime) -> None:
    if not dt.timedelta(0) <= now - viewing.window_at < MINUTE:
        viewing.window_at, viewing.messages = now, 0
    viewing.messages += 1
    if viewing.messages > MOST_MESSAGES:
        left = math.ceil((viewing.window_at + MINUTE - now).total_seconds())
        raise TooMany(N_("The player sends more than it should. It goes on in a minute."), retry_after_s=max(1, left))


def _move(viewing: Viewing, events: Sequence[Seen]) -> None:
    """The place where the learner was last, by the time of the devices."""
    for event in events:
        place = event.data.get("to_s", event.data.get("at_s"))
        if place is not None and event.device_at >= viewing.position_at:
            viewing.position_s = 0.0 if event.verb == "ended" else place
            viewing.position_at = event.device_at


def _watch(viewing: Viewing, events: Sequence[Seen], window: watching.Interval | None, now: dt.datetime) -> float:
    """Add the seconds that were played; gives the share of the film that is watched."""
    new = [(event.data["from_s"], event.data["to_s"]) for event in events if event.verb == "progressed"]
    if window is not None:
        new = [(max(start, window[0]), min(end, window[1])) for start, end in new]
    known = [(float(start), float(end)) for start, end in viewing.watched]
    passed = max(0.0, (now - viewing.started_at).total_seconds())
    kept = watching.added(known, [one for one in new if one[1] > one[0]], allowed_s=watching.FASTEST * passed)
    viewing.watched = [[round(start, 2), round(end, 2)] for start, end in kept]
    return watching.share(kept, window) if window else 0.0
