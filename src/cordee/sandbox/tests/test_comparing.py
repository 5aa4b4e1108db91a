from __future__ import annotations

import time

import pytest

from cordee.sandbox import explaining
from cordee.sandbox.comparing import DIFFERENCES, MODES, Mode, compare


@pytest.mark.parametrize("mode", MODES)
def test_the_wanted_output_is_right_in_every_mode(mode: Mode) -> None:
    assert compare(b"1 2\n3\n", b"1 2\n3\n", mode) is None


@pytest.mark.parametrize("mode", MODES)
def test_a_last_line_without_its_end_is_right(mode: Mode) -> None:
    assert compare(b"1 2\n3\n", b"1 2\n3", mode) is None


def test_spaces_matter_only_to_the_exact() -> None:
    assert compare(b"1 2\n", b" 1   2 \n", "tokens") is None
    found = compare(b"1 2\n", b"1  2\n", "exact")
    assert found is not None
    assert (found.kind, found.line) == ("spacing", 1)


def test_lines_in_another_order_are_right_only_where_it_says_so() -> None:
    assert compare(b"a\nb\n", b"b\na\n", "unordered_lines") is None
    assert compare(b"a\nb\n", b"b\na\n", "tokens") is not None
    assert compare(b"a\na\nb\n", b"a\nb\nb\n", "unordered_lines") is not None


@pytest.mark.parametrize(
    ("got", "right"), [(b"0.3333333", True), (b"0.3333", False), (b"nan", False), (b"-0.333333", False)]
)
def test_numbers_are_alike_within_the_tolerance(got: bytes, right: bool) -> None:
    assert (compare(b"0.333333333", got, "floats", 1e-6) is None) is right


def test_minus_zero_is_zero_and_exponents_are_numbers() -> None:
    assert compare(b"0 1000", b"-0.0 1e3", "floats") is None


@pytest.mark.parametrize(
    ("wanted", "got", "kind"),
    [
        ("42\n", "", "nothing_printed"),
        ("42\n", "  \n", "nothing_printed"),
        ("42\n", "n = ? 42\n", "prompt_printed"),
        ("42\n", "Enter a number: 42\n", "prompt_printed"),
        ("1\n2\n", "12", "missing_newline"),
        ("Yes\n", "yes\n", "capitals"),
        ("1 2 3\n", "3 2 1\n", "wrong_order"),
        ("3.1416\n", "3.14\n", "precision"),
        ("10\n", "9\n", "off_by_one"),
        ("10\n", "11\n", "off_by_one"),
        ("1 2 3\n", "1 2\n", "incomplete"),
        ("1 2 3\n", "1 2 3 4\n", "too_much"),
        ("42\n", "17\n", "different"),
        ("hello\n", "goodbye\n", "different"),
    ],
)
def test_a_wrong_output_is_told_by_its_kind(wanted: str, got: str, kind: str) -> None:
    found = compare(wanted.encode(), got.encode())
    assert found is not None
    assert found.kind == kind


def test_the_first_line_that_differs_is_shown() -> None:
    found = compare(b"1\n2\n3\n", b"1\n5\n3\n")
    assert found is not None
    assert (found.line, found.wanted, found.got) == (2, "2", "5")


def test_bytes_that_are_no_text_are_never_right() -> None:
    assert compare("é\n".encode(), b"\xe9\n") is not None
    assert compare("\N{REPLACEMENT CHARACTER}".encode(), b"\xff") is not None


def test_control_characters_are_not_shown_as_they_are() -> None:
    found = compare(b"1\n", b"\x1b]0;pwn\x07\n")
    assert found is not None
    assert "\x1b" not in found.got


MANY = 500_000
LARGE = {
    "one endless number": (b"1\n", b"1" * 1_000_000 + b"x\n"),
    "many words, none alike": (b"a%d " * MANY % tuple(range(MANY)), b"b%d " * MANY % tuple(range(MANY))),
    "many words after a prompt": (b"1 " * MANY, b"n? " + b"1 " * MANY),
    "many lines in another order": (b"1\n2\n" * MANY, b"2\n1\n" * MANY),
}


@pytest.mark.long
@pytest.mark.parametrize("name", LARGE)
@pytest.mark.parametrize("mode", MODES)
def test_outputs_as_large_as_may_be_are_compared_in_little_time(name: str, mode: Mode) -> None:
    """A program chooses what it prints, and its judge is not confined."""
    wanted, got = LARGE[name]
    began = time.process_time()
    compare(wanted, got, mode)
    assert time.process_time() - began < 15


def test_each_kind_of_difference_has_its_sentence() -> None:
    assert set(explaining.DIFFERENCES) == set(DIFFERENCES)
