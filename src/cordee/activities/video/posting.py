"""What did the player send? A batch of events, each with an id that the device made; anything else is refused whole."""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from cordee.core.errors import N_, InputRefused, TooLarge
from cordee.learning.journal import Seen

LONGEST_BATCH = 16_384  # characters
MOST_EVENTS = 60
OLDEST_MS = 7 * 24 * 3600 * 1000  # a device that was offline for longer has nothing to tell
LONGEST_FILM_S = 100 * 3600.0
# Numbers that each event carries, and those it may carry.
SCHEMA: Final[Mapping[str, tuple[frozenset[str], frozenset[str]]]] = {
    "played": (frozenset({"at_s", "speed"}), frozenset({"length_s"})),
    "paused": (frozenset({"at_s"}), frozenset()),
    "seeked": (frozenset({"from_s", "to_s"}), frozenset()),
    "progressed": (frozenset({"from_s", "to_s"}), frozenset()),
    "ended": (frozenset({"at_s"}), frozenset()),
}
KEYS = {"id", "verb", "ago_ms", "data"}


def read_batch(text: str, now: dt.datetime) -> tuple[Seen, ...]:
    """The events in the order of time. How long ago each was is told by the device: its clock may be wrong, not its
    stopwatch. Raises InputRefused, TooLarge.
    """
    if len(text) > LONGEST_BATCH:
        raise TooLarge(N_("More events than a player sends at once. Reload the page."))
    try:
        found = json.loads(text)
        if not isinstance(found, list) or not 0 < len(found) <= MOST_EVENTS:
            raise ValueError(text[:80])
        events = [_event(one, now) for one in found]
    except (ValueError, TypeError, AttributeError, RecursionError, OverflowError):
        raise InputRefused(N_("These are not the events of a player. Reload the page.")) from None
    return tuple(sorted(events, key=lambda event: event.device_at))


def _event(given: Any, now: dt.datetime) -> Seen:
    if not isinstance(given, dict) or set(given) != KEYS:
        raise ValueError("keys")
    verb, data = given["verb"], given["data"]
    needed, possible = SCHEMA[verb] if isinstance(verb, str) and verb in SCHEMA else _unknown()
    if not needed <= set(data) <= needed | possible:
        raise ValueError("data")
    ago_ms = _number(given["ago_ms"], OLDEST_MS)
    numbers = {name: round(_number(value, LONGEST_FILM_S), 2) for name, value in data.items()}
    if verb == "progressed" and numbers["to_s"] < numbers["from_s"]:
        raise ValueError("backwards")
    return Seen(UUID(given["id"]), verb, now - dt.timedelta(milliseconds=ago_ms), numbers)


def _unknown() -> tuple[frozenset[str], frozenset[str]]:
    raise ValueError("verb")


def _number(value: Any, most: float) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise ValueError("number")
    if not 0 <= value <= most:
        raise ValueError("range")
    return float(value)
