"""Does a code survive what people do to it, and does a wrong one show?"""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cordee.core.codes import BITS, CHECK_SYMBOLS, HARD_TO_SAY, SYMBOLS, grouped, new_code, read_code, with_check_symbol

numbers = st.integers(min_value=0, max_value=2**BITS - 1)


@given(numbers)
def test_a_code_is_read_back_as_it_was_printed(number: int) -> None:
    code = with_check_symbol(number)
    assert len(code) == 17
    assert read_code(code) == code
    assert read_code(grouped(code)) == code
    assert read_code(f" {grouped(code).lower()} ") == code


@given(numbers)
def test_letters_that_look_like_digits_are_forgiven(number: int) -> None:
    code = with_check_symbol(number)
    for digit, letters in {"0": "Oo", "1": "IiLl"}.items():
        for letter in letters:
            assert read_code(code.replace(digit, letter)) == code


@settings(deadline=None, max_examples=50)  # each number tries hundreds of codes
@given(numbers)
def test_any_single_wrong_symbol_is_caught(number: int) -> None:
    code = with_check_symbol(number)
    for place, right in enumerate(code):
        for wrong in SYMBOLS if place < 16 else CHECK_SYMBOLS:
            if wrong != right:
                assert read_code(code[:place] + wrong + code[place + 1 :]) is None


@settings(deadline=None, max_examples=50)  # each number tries hundreds of codes
@given(numbers)
def test_any_two_symbols_that_changed_places_are_caught(number: int) -> None:
    code = with_check_symbol(number)
    for a, b in combinations(range(17), 2):
        if code[a] != code[b]:
            swapped = list(code)
            swapped[a], swapped[b] = swapped[b], swapped[a]
            assert read_code("".join(swapped)) is None


@given(numbers, st.integers(0, 16))
def test_a_lost_or_doubled_symbol_is_caught(number: int, place: int) -> None:
    code = with_check_symbol(number)
    assert read_code(code[:place] + code[place + 1 :]) is None
    assert read_code(code[:place] + code[place] + code[place:]) is None


@given(st.text(max_size=120))
def test_whatever_is_typed_gives_a_code_or_nothing(typed: str) -> None:
    read = read_code(typed)
    assert read is None or read_code(grouped(read)) == read


def test_the_check_symbol_is_crockfords() -> None:
    assert with_check_symbol(0) == "0" * 17
    assert with_check_symbol(32) == "0000000000000010*"
    assert with_check_symbol(36) == "0000000000000014U"
    assert with_check_symbol(37) == "00000000000000150"


def test_dashes_and_spaces_of_all_sorts_are_forgiven() -> None:
    code = with_check_symbol(123456789012345678901234)
    for separator in ("-", "–", "—", "\u2011", "\u2212", " ", ".", "_"):
        assert read_code(grouped(code).replace("-", separator)) == code
    assert read_code(code.replace("1", "ı")) is None or "1" not in code


def test_new_codes_differ_and_never_end_in_a_sign() -> None:
    codes = [new_code() for _ in range(2000)]
    assert len(set(codes)) == len(codes)
    assert not [code for code in codes if code[-1] in HARD_TO_SAY or read_code(code) != code]


def test_a_number_that_does_not_fit_is_refused() -> None:
    for number in (-1, 2**BITS):
        with pytest.raises(ValueError, match="bits"):
            with_check_symbol(number)
