from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from cordee.formats.calendars import LINE_OCTETS, Event, write_calendar

NOW = dt.datetime(2026, 11, 27, 9, 0, tzinfo=dt.UTC)


def read(data: bytes) -> list[dict[str, str]]:
    """Each event's lines, unfolded and unescaped: an independent reading of RFC 5545."""
    lines = data.decode().replace("\r\n ", "").split("\r\n")
    found: list[dict[str, str]] = []
    for line in lines:
        name, _colon, value = line.partition(":")
        if line == "BEGIN:VEVENT":
            found.append({})
        elif found and name != "END":
            plain, signs = "", iter(value)
            for sign in signs:
                after = next(signs) if sign == "\\" else ""
                plain += {"n": "\n"}.get(after, after) if after else sign
            found[-1][name] = plain
    return found


@given(st.text(st.characters(min_codepoint=32, exclude_categories=["Cs"]), max_size=300), st.integers(0, 40_000))
def test_what_is_written_is_read_back_and_no_line_is_longer_than_75_octets(title: str, hours: int) -> None:
    at = NOW + dt.timedelta(hours=hours)
    data = write_calendar("Cours, notes; etc.", [Event("a@b", at, title, "https://x.example/1")], now=NOW)
    assert all(len(line) <= LINE_OCTETS for line in data.split(b"\r\n"))
    (event,) = read(data)
    assert event["SUMMARY"] == title
    assert event["DTSTART"] == at.strftime("%Y%m%dT%H%M%SZ")
    assert data.startswith(b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n")
    assert data.endswith(b"END:VCALENDAR\r\n")


def test_a_title_writes_no_line_of_its_own() -> None:
    data = write_calendar("x", [Event("a", NOW, "one\r\nBEGIN:VALARM\x00", "")], now=NOW)
    assert b"\r\nBEGIN:VALARM" not in data
    assert read(data)[0]["SUMMARY"] == "one\nBEGIN:VALARM"


def test_times_of_any_zone_are_written_in_utc() -> None:
    at = dt.datetime(2026, 12, 1, 23, 59, tzinfo=dt.timezone(dt.timedelta(hours=1)))
    assert read(write_calendar("x", [Event("a", at, "t")], now=NOW))[0]["DTSTART"] == "20261201T225900Z"
