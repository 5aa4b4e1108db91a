"""How is a calendar written that other programs read? iCalendar, RFC 5545: what a feed of dates needs of it.

Lines end with CR LF and are folded at 75 octets, never inside a character (3.1); text is escaped (3.3.11); times are
UTC (3.3.5). An event keeps its UID, so that a program that reads the feed again changes it in place.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

LINE_OCTETS: Final = 75
PRODUCT: Final = "-//Cordee//Calendar//EN"


@dataclass(frozen=True, slots=True)
class Event:
    """One moment, e.g. a deadline. `uid` is its own for ever; `url` is "" for none."""

    uid: str
    at: dt.datetime
    title: str
    url: str = ""


def write_calendar(name: str, events: Iterable[Event], *, now: dt.datetime) -> bytes:
    """The calendar as bytes, events in the order of their moments."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT}", "CALSCALE:GREGORIAN", "METHOD:PUBLISH"]
    lines += [f"X-WR-CALNAME:{_text(name)}", "REFRESH-INTERVAL;VALUE=DURATION:PT6H"]
    for event in sorted(events, key=lambda one: (one.at, one.uid)):
        lines += ["BEGIN:VEVENT", f"UID:{_text(event.uid)}", f"DTSTAMP:{_moment(now)}"]
        lines += [f"DTSTART:{_moment(event.at)}", f"SUMMARY:{_text(event.title)}", "TRANSP:TRANSPARENT"]
        lines += [f"URL:{event.url}"] if event.url else []
        lines.append("END:VEVENT")
    lines.append("END:VCALENDAR")
    return b"".join(_folded(line) for line in lines)


def _moment(at: dt.datetime) -> str:
    return at.astimezone(dt.UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(words: str) -> str:
    plain = "".join(sign for sign in words.replace("\r\n", "\n").replace("\r", "\n") if sign >= " " or sign == "\n")
    for sign in ("\\", ";", ","):
        plain = plain.replace(sign, f"\\{sign}")
    return plain.replace("\n", "\\n")


def _folded(line: str) -> bytes:
    found, rest = [], line.encode("utf-8", "replace")
    limit = LINE_OCTETS
    while len(rest) > limit:
        cut = limit
        while rest[cut] & 0xC0 == 0x80:  # noqa: PLR2004 - inside a character of UTF-8
            cut -= 1
        found.append(rest[:cut])
        rest, limit = rest[cut:], LINE_OCTETS - 1  # a continued line begins with a space
    return b"\r\n ".join([*found, rest]) + b"\r\n"
