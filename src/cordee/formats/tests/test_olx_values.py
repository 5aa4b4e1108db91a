"""Is every way to write a date, a number or a truth read alike?"""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cordee.formats.olx import values

NOON = datetime(2015, 5, 5, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    [
        "2015-05-05T12:00:00Z",
        '"2015-05-05T12:00:00+00:00"',
        "2015-05-05T14:00:00+02:00",
        "2015-05-05T12:00",
        "2015-05-05 12:00:00",
        "2015-05-05T12:00:00.000000Z",
        "May 5, 2015 12:00",
        1430827200000,
    ],
)
def test_a_moment_is_read(value: Any) -> None:
    assert values.moment(value) == NOON


def test_a_day_opens_at_midnight_and_closes_at_its_last_second() -> None:
    paris = ZoneInfo("Europe/Paris")
    assert values.moment("2026-02-01", zone=paris) == datetime(2026, 2, 1, tzinfo=paris)
    assert values.moment('"2026-02-01"', closing=True, zone=paris) == datetime(2026, 2, 1, 23, 59, 59, tzinfo=paris)


@pytest.mark.parametrize("value", [None, "", "null", "None", '"null"', '""'])
def test_nothing_is_no_date_no_number_no_length(value: Any) -> None:
    assert values.moment(value) is None
    assert values.number(value) is None
    assert values.duration(value) is None
    assert values.boolean(value, default=True) is True


@pytest.mark.parametrize(
    "value", ["soon", "2015-13-01", "2015-02-30", "9" * 500, 1e300, "0000-00-00", [1], {"a": 1}, True]
)
def test_what_is_no_date_is_told(value: Any) -> None:
    with pytest.raises(values.UnreadableValue) as error:
        values.moment(value)
    assert str(error.value)


@pytest.mark.parametrize(
    ("value", "meant"), [(True, True), ("true", True), ("True", True), ('"true"', True), ("0", False), ("FALSE", False)]
)
def test_a_truth_is_read(value: Any, meant: bool) -> None:
    assert values.boolean(value) is meant


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("21600 seconds", 21600), ("2 days 5 hours", 190800), ("1 day", 86400), ("1:30:00", 5400), (60, 60), ('"60"', 60)],
)
def test_a_length_of_time_is_read(value: Any, seconds: int) -> None:
    assert values.duration(value) == timedelta(seconds=seconds)


def test_json_is_read_where_it_is_json() -> None:
    assert values.json_value('{"51": [501]}') == {"51": [501]}
    assert values.json_value("not json") == "not json"
    assert values.json_value("[" * 100_000) == "[" * 100_000
    assert values.json_value([1]) == [1]


@settings(deadline=None)  # the machine may be busy
@given(st.one_of(st.text(max_size=40), st.floats(), st.integers(), st.booleans(), st.none(), st.lists(st.integers())))
def test_nothing_but_unreadable_is_ever_raised(value: Any) -> None:
    for read in (
        values.moment,
        values.number,
        values.boolean,
        values.duration,
        values.text,
        values.clock,
    ):
        with suppress(values.UnreadableValue):
            read(value)
