"""Do identifiers sort by when they were made, and tell their version?"""

from __future__ import annotations

import time

import pytest

from cordee.core import ids


def test_ids_of_one_process_sort_in_the_order_in_which_they_were_made() -> None:
    made = [ids.uuid7() for _ in range(5_000)]  # many in a millisecond
    assert made == sorted(made)
    assert len(set(made)) == len(made)
    assert {(one.version, one.variant) for one in made} == {(7, "specified in RFC 4122")}


def test_many_made_at_once_sort_before_and_after_the_others() -> None:
    made = [ids.uuid7(), *ids.uuid7s(10_000), ids.uuid7()]
    assert made == sorted(made)
    assert len(set(made)) == len(made) == 10_002
    assert {(one.version, one.variant) for one in made} == {(7, "specified in RFC 4122")}
    assert ids.uuid7s(0) == []


def test_a_clock_that_steps_back_turns_no_order_round(monkeypatch: pytest.MonkeyPatch) -> None:
    before = ids.uuid7()
    now = time.time_ns()
    monkeypatch.setattr(time, "time_ns", lambda: now - 3_600_000_000_000)
    assert ids.uuid7() > before


def test_an_id_says_its_millisecond() -> None:
    earliest = time.time_ns() // 1_000_000
    made = ids.uuid7()
    assert earliest <= made.int >> 80 <= time.time_ns() // 1_000_000 + 10
