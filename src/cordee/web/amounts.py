"""How does a command write a number, a size or a moment? As its reader's language does; to machines, in English."""

from __future__ import annotations

import datetime as dt

from cordee.ui import dates, typography
from cordee.web.command_language import language

UTC = "UTC"


def number(value: float, decimals: int = 0) -> str:
    """E.g. "12,480.5"; in French "12 480,5"."""
    return typography.number(value, language(), decimals)


def megabytes(size_bytes: int, decimals: int = 0) -> str:
    """In units of 1024 × 1024 bytes, without the unit: e.g. "6.8", in French "6,8"."""
    return number(size_bytes / 1024**2, decimals)


def moment(iso: str) -> str:
    """A moment that a file keeps as ISO 8601, in UTC, as the place of whoever reads is not known: "26 Nov 2026, 8:15 pm
    (UTC time)", in French "26 nov. 2026, 20 h 15 (heure UTC)". What is no date is said as it is written.
    """
    try:
        when = dt.datetime.fromisoformat(iso)
    except ValueError:
        return iso
    words = language()
    day, clock = dates.day(when, dt.UTC, words), dates.clock(when, dt.UTC, words)
    return f"{day}, {clock} ({dates.zone_words(UTC, words)})"


def day(when: dt.datetime, zone: dt.tzinfo) -> str:
    """E.g. "26 November 2026", in French "26 novembre 2026"."""
    return dates.long_day(when, zone, language())
