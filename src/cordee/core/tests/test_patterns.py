"""An author's pattern: found or not, and never for ever."""

from __future__ import annotations

import time

import pytest

from cordee.core.patterns import MOST_WRITTEN_OUT, BadPattern, TooSlow, _written_out, check, explodes, is_found


def test_a_pattern_looks_at_each_line_where_it_is_told_to() -> None:
    assert is_found("^21$", "20\n21\n22", by_line=True)
    assert not is_found("^21$", "20\n21\n22")


@pytest.mark.parametrize("pattern", ["(", "[a", "*", "(?P<a", "a{4000000000}", "(?:a{1000}){1000}", "a{9}" * 30_000])
def test_what_is_no_pattern_or_takes_long_to_read_is_refused_at_once(pattern: str) -> None:
    began = time.process_time()
    with pytest.raises(BadPattern):
        check(pattern)
    assert time.process_time() - began < 1


@pytest.mark.parametrize(
    ("pattern", "length"),
    [
        ("", 0),
        ("abc", 3),
        ("a{3}", 3),
        ("a{2,9}", 2),
        ("a{0,9}", 1),
        ("(a{2}b){2}", 6),
        (r"[({2}]\({2}", 3),
        ("a{,3}", 5),
    ],
)
def test_counts_are_written_out(pattern: str, length: int) -> None:
    assert _written_out(pattern) == length <= MOST_WRITTEN_OUT


def test_matching_ends_after_its_time() -> None:
    began = time.process_time()
    with pytest.raises(TooSlow):
        is_found("(a|aa)+$", "a" * 5000 + "b", timeout_s=0.05)
    assert time.process_time() - began < 1


def test_a_pattern_that_is_slow_line_by_line_explodes() -> None:
    assert explodes("^(a|aa)+$", by_line=True)
    assert not explodes(r"^\s*for\b", by_line=True)
