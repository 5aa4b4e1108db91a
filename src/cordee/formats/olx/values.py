"""What does an attribute or a policy value mean?

Studio writes attributes as strings, and many of these strings are JSON once more:
`start="&quot;2015-05-05T13:30:00Z&quot;"`, `graded="true"`, `markdown="null"`. policy.json holds the same settings as
real JSON. Each function here takes both.
"""

from __future__ import annotations

import json
import math
import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

from cordee.core.errors import N_, InputRefused

NOTHING = ("", "null", "None", "none")
LAST_MOMENT = time(23, 59, 59)
DATE_ONLY = re.compile(r"\d{4}-\d{2}-\d{2}")
WORDED_DATES = ("%B %d, %Y", "%b %d, %Y", "%d %B %Y", "%m/%d/%Y")
WORDED_MOMENTS = ("%B %d, %Y %H:%M", "%b %d, %Y %H:%M", "%Y-%m-%d %H:%M:%S %Z", "%a, %d %b %Y %H:%M:%S %Z")
DURATION_PART = re.compile(r"(\d+(?:\.\d+)?)\s*(week|day|hour|minute|second)s?")
CLOCK = re.compile(r"(?:(\d+):)?(\d+):(\d+(?:\.\d+)?)")
LONGEST_VALUE = 100


class UnreadableValue(InputRefused):
    """A setting of the course is not what it should be."""


def json_value(value: Any) -> Any:
    """The value of a string that holds JSON; any other string or value as it is. NaN and infinities are strings."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value, parse_constant=lambda name: name)
    except (ValueError, RecursionError):
        return value


def text(value: Any) -> str:
    """The string meant: `"\\"x\\""` and `"x"` both give x; null gives ""."""
    if value is None:
        return ""
    if isinstance(value, str):
        inner = json_value(value) if value.startswith('"') else value
        value = inner if isinstance(inner, str) else value
        return "" if value in NOTHING[:2] else value
    return value if isinstance(value, str) else attribute(value)


def attribute(value: Any) -> str:
    """A JSON value as Studio writes it into an attribute: strings bare, the rest as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def boolean(value: Any, default: bool = False) -> bool:
    """true, "True", "1" are true; false, "False", "0" are false; nothing is `default`. Raises UnreadableValue."""
    if isinstance(value, bool):
        return value
    word = text(value).strip().lower()
    if word in NOTHING:
        return default
    if word in ("true", "1", "yes"):
        return True
    if word in ("false", "0", "no"):
        return False
    raise _unreadable(N_("“{value}” is neither true nor false. Correct it in the course."), value)


def number(value: Any) -> float | None:
    """A finite number, None for nothing. Raises UnreadableValue."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        found = _float(value)
    else:
        word = text(value).strip()
        if word in NOTHING:
            return None
        found = _float(word)
    if found is None:
        raise _unreadable(N_("“{value}” is not a number. Correct it in the course."), value)
    return found


def _float(value: Any) -> float | None:
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None


def moment(value: Any, *, closing: bool = False, zone: tzinfo = UTC) -> datetime | None:
    """An aware time, None for nothing. Raises UnreadableValue.

    Without an offset the time is UTC, as in Open edX. A date without a time opens at 00:00 and closes (`closing`) at
    23:59:59 in `zone`. A bare number counts milliseconds since 1970.
    """
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _since_1970(value)
    word = text(value).strip()
    if word in NOTHING:
        return None
    try:
        day = _day(word)
        if day is not None:
            return datetime.combine(day, LAST_MOMENT if closing else time.min, zone)
        found = _moment(word)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise _unreadable(N_("“{value}” is not a date. Correct it in the course."), value) from error


def _since_1970(milliseconds: float) -> datetime:
    try:
        return datetime.fromtimestamp(milliseconds / 1000, UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise _unreadable(N_("“{value}” is not a date. Correct it in the course."), milliseconds) from error


def _day(word: str) -> date | None:
    if DATE_ONLY.fullmatch(word):
        return date.fromisoformat(word)
    return next((found.date() for found in _tried(word, WORDED_DATES)), None)


def _moment(word: str) -> datetime:
    try:
        return datetime.fromisoformat(word)
    except ValueError:
        for found in _tried(word, WORDED_MOMENTS):
            return found
        raise


def _tried(word: str, forms: tuple[str, ...]) -> list[datetime]:
    found = []
    for form in forms:
        try:
            found.append(datetime.strptime(word, form))  # noqa: DTZ007 - the caller gives the zone
        except ValueError:
            continue
    return found


def duration(value: Any) -> timedelta | None:
    """`"21600 seconds"`, `"2 days 5 hours"`, a number of seconds; None for nothing. Raises UnreadableValue."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _seconds(value, value)
    word = text(value).strip()
    if word in NOTHING:
        return None
    parts = DURATION_PART.findall(word)
    if parts and not DURATION_PART.sub("", word).strip(" ,"):
        total = sum(
            float(count) * {"week": 604_800, "day": 86_400, "hour": 3_600, "minute": 60, "second": 1}[unit]
            for count, unit in parts
        )
        return _seconds(total, value)
    seconds = clock(word)
    if seconds is None:
        raise _unreadable(N_("“{value}” is not a length of time. Write it as “2 days 5 hours”."), value)
    return _seconds(seconds, value)


def _seconds(seconds: float, value: Any) -> timedelta:
    try:
        return timedelta(seconds=seconds)
    except (ValueError, OverflowError) as error:
        raise _unreadable(N_("“{value}” is not a length of time. Write it as “2 days 5 hours”."), value) from error


def clock(value: Any) -> float | None:
    """Seconds of `HH:MM:SS`, `MM:SS` or a bare number (a video's start_time); None when it is none of them."""
    word = text(value).strip()
    found = CLOCK.fullmatch(word)
    if found:
        return float(found[1] or 0) * 3600 + float(found[2]) * 60 + float(found[3])
    return _float(word) if word else None


def _unreadable(sentence: str, value: Any) -> UnreadableValue:
    word = attribute(value)
    return UnreadableValue(sentence, value=word if len(word) <= LONGEST_VALUE else word[:LONGEST_VALUE] + "…")
