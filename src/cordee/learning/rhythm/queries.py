"""What did somebody do in each of the last weeks, beside the aim that they set themselves?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from cordee.learning.models import Event, WeeklyAim
from cordee.people.models import Account

WEEKS: Final = 6
DOING: Final = ("viewed", "submitted", "done")  # as the journal calls them; a film that plays tells its unit was opened
DRAWN: Final = 96  # height of the drawing
GAP: Final = 3
MOST_BLOCKS: Final = 10  # more are one bar


@dataclass(frozen=True, slots=True)
class Block:
    """A rectangle of the drawing, from the top."""

    y: float
    height: float
    is_left: bool  # not done: what is left of this week's aim


@dataclass(frozen=True, slots=True)
class Week:
    """`begins_at`: its Monday at 0:00 in the reader's zone."""

    begins_at: dt.datetime
    done: int
    is_now: bool
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Rhythm:
    """The aim, and the weeks since something was first done, six at most, the present one last."""

    measure: str  # "days" or "units"
    count: int
    weeks: tuple[Week, ...]

    @property
    def done(self) -> int:
        return self.weeks[-1].done

    @property
    def left(self) -> int:
        return max(0, self.count - self.done)


def rhythm_of(account: Account, aim: WeeklyAim, *, zone: str, now: dt.datetime) -> Rhythm:
    """From the person's own traces in the journal. 1 query."""
    here = ZoneInfo(zone)
    today = now.astimezone(here).date()
    monday = today - dt.timedelta(days=today.weekday())
    mondays = [monday - dt.timedelta(weeks=back) for back in reversed(range(WEEKS))]
    since = dt.datetime.combine(mondays[0], dt.time(), here)
    acts = Event.objects.filter(actor=account.pseudonym, verb__in=DOING, at__gte=since, at__lte=now)
    done = _counted(acts.values_list("at", "run", "verb", "activity"), aim.measure, here)
    counts = [done.get(one, 0) for one in mondays]
    first = next((rank for rank, count in enumerate(counts) if count), WEEKS - 1)
    top = max(aim.count, *counts)
    weeks = tuple(
        Week(
            dt.datetime.combine(one, dt.time(), here),
            count,
            one == monday,
            tuple(_blocks(count, max(0, aim.count - count) if one == monday else 0, top)),
        )
        for one, count in list(zip(mondays, counts, strict=True))[first:]
    )
    return Rhythm(aim.measure, aim.count, weeks)


def _counted(acts: Iterable[tuple[dt.datetime, str, str, str]], measure: str, here: ZoneInfo) -> dict[dt.date, int]:
    """By Monday: on how many days something was done, or how many units were opened."""
    found: dict[dt.date, set[object]] = {}
    for at, run, verb, activity in acts:
        day = at.astimezone(here).date()
        if measure == WeeklyAim.DAYS:
            counted: object = day
        elif verb == "viewed":
            counted = (run, activity)
        else:
            continue
        found.setdefault(day - dt.timedelta(days=day.weekday()), set()).add(counted)
    return {monday: len(things) for monday, things in found.items()}


def _blocks(done: int, left: int, top: int) -> Iterable[Block]:
    """From the ground up: what was done, then what is left."""
    one = DRAWN / top
    if top > MOST_BLOCKS:
        if done:
            yield Block(DRAWN - done * one, done * one, is_left=False)
        if left:
            yield Block(DRAWN - (done + left) * one + 1, max(1.0, left * one - GAP), is_left=True)
        return
    for rank in range(1, done + left + 1):
        yield Block(round(DRAWN - rank * one + 1, 1), round(one - GAP, 1), is_left=rank > done)
