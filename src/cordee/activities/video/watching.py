"""Which seconds of a film were really watched? Pure: intervals in, intervals out.

A learner may play at twice the speed. So what counts can never exceed `FASTEST` times the time that has passed since
the film was opened, whatever a script may send.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

Interval = tuple[float, float]  # seconds of the film, from and to

ENOUGH = 0.9  # of the seconds of a film: then it is done
FASTEST = 2.5  # seconds of film a second: the player offers 2, the rest is the network's jitter
NEAR_S = 0.5  # a gap of this size is none: players do not stop on the same frame twice
MOST_INTERVALS = 200


def union(intervals: Iterable[Interval]) -> tuple[Interval, ...]:
    """The same seconds as few intervals, in order, none touching another."""
    found: list[Interval] = []
    for start, end in sorted(intervals):
        if found and start <= found[-1][1] + NEAR_S:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        elif end > start:
            found.append((start, end))
    while len(found) > MOST_INTERVALS:
        found.remove(min(found, key=lambda one: one[1] - one[0]))
    return tuple(found)


def total(intervals: Iterable[Interval]) -> float:
    """Seconds in intervals that do not touch."""
    return sum(end - start for start, end in intervals)


def added(watched: Sequence[Interval], new: Iterable[Interval], *, allowed_s: float) -> tuple[Interval, ...]:
    """`watched` with the new seconds, as long as all together stay within `allowed_s`; the first ones are kept."""
    found = union(watched)
    for interval in new:
        for start, end in _outside(interval, found):
            room = allowed_s - total(found)
            if room <= 0:
                return found
            wider = union([*found, (start, min(end, start + room))])
            if total(wider) > allowed_s:  # two intervals met across a small gap
                return found
            found = wider
    return found


def share(watched: Iterable[Interval], window: Interval) -> float:
    """Which share of the window was watched, 0 to 1."""
    start, end = window
    inside = (min(stop, end) - max(begin, start) for begin, stop in watched)
    return min(1.0, sum(length for length in inside if length > 0) / (end - start))


def _outside(interval: Interval, known: Iterable[Interval]) -> list[Interval]:
    """The pieces of an interval that are in none of the known ones."""
    at, last = interval
    pieces = []
    for start, end in known:
        if start > at:
            pieces.append((at, min(start, last)))
        at = max(at, end)
        if at >= last:
            break
    if at < last:
        pieces.append((at, last))
    return [(start, end) for start, end in pieces if end > start]
