"""Does a command write numbers, sizes and moments as its reader's language does?"""

from __future__ import annotations

import datetime as dt

import pytest

from cordee.web import amounts, command_language


@pytest.mark.parametrize(
    ("spoken", "size", "count", "moment", "day"),
    [
        ("fr_FR.UTF-8", "6,8", "12\xa0480", "1er\xa0déc. 2026, 20\xa0h\xa005 (heure UTC)", "1er\xa0décembre 2026"),
        ("C.UTF-8", "6.8", "12,480", "1\xa0Dec 2026, 8:05\xa0pm (UTC time)", "1\xa0December 2026"),
    ],
)
def test_numbers_sizes_and_moments_are_written_as_the_language_of_the_command_does(
    monkeypatch: pytest.MonkeyPatch, spoken: str, size: str, count: str, moment: str, day: str
) -> None:
    monkeypatch.setenv("LC_ALL", spoken)
    when = dt.datetime(2026, 12, 1, 20, 5, tzinfo=dt.UTC)
    assert amounts.megabytes(round(6.8 * 1024**2), 1) == size
    assert amounts.number(12_480) == count
    assert amounts.moment(when.isoformat()) == moment
    assert amounts.day(when, dt.UTC) == day


def test_what_is_no_date_is_said_as_it_is_written() -> None:
    assert amounts.moment("in the evening") == "in the evening"


def test_machines_are_told_numbers_in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    monkeypatch.setitem(command_language._to_machines, "speaks", True)
    assert amounts.number(12_480) == "12,480"
