"""Do numbers and spaces follow the rules of each language?"""

from __future__ import annotations

import re

from django.utils.safestring import mark_safe
from hypothesis import given
from hypothesis import strategies as st

from cordee.ui.templatetags import ui
from cordee.ui.typography import (
    duration,
    exact_duration,
    hundredths,
    number,
    percent,
    plural_of,
    points,
    typo_fr,
    typo_fr_html,
)


def test_french_puts_a_no_break_space_before_two_part_punctuation() -> None:
    assert (
        typo_fr("Quoi ? Rien ! Ici : « là » ; 41 %")
        == "Quoi\u00a0? Rien\u00a0! Ici\u00a0: «\u00a0là\u00a0»\u00a0; 41\u00a0%"
    )


def test_french_keeps_thousands_and_units_on_one_line() -> None:
    assert typo_fr("12 480 inscrits, 22 min, 16 h") == "12\u00a0480 inscrits, 22\u00a0min, 16\u00a0h"


def test_a_year_and_a_day_are_not_thousands() -> None:
    assert typo_fr("le 24 2026") == "le 24 2026"


def test_the_narrow_space_that_our_fonts_lack_is_replaced() -> None:
    assert typo_fr("Quoi\u202f?") == "Quoi\u00a0?"


@given(st.text())
def test_french_spacing_done_twice_is_done_once(text: str) -> None:
    assert typo_fr(typo_fr(text)) == typo_fr(text)


@given(st.text())
def test_french_spacing_changes_nothing_but_spaces(text: str) -> None:
    def bare(written: str) -> str:
        return re.sub("[ \u00a0\u202f]", "", written)

    assert bare(typo_fr(text)) == bare(text)


def test_code_and_formulas_keep_their_spaces() -> None:
    html = "<p>Tapez <code>a ? b : c</code> : voilà</p><pre>x : y</pre>"
    assert typo_fr_html(html) == "<p>Tapez <code>a ? b : c</code>\u00a0: voilà</p><pre>x : y</pre>"


def test_an_attribute_keeps_its_spaces() -> None:
    assert typo_fr_html('<a title="Quoi ?">Quoi ?</a>') == '<a title="Quoi ?">Quoi\u00a0?</a>'


@given(st.text())
def test_the_typo_filter_never_lets_markup_through(text: str) -> None:
    assert "<" not in ui.typo_fr(text)


def test_the_typo_filter_keeps_html_that_is_safe() -> None:
    assert ui.typo_fr(mark_safe("<em>Quoi ?</em>")) == "<em>Quoi\u00a0?</em>"


def test_numbers_are_written_as_each_language_writes_them() -> None:
    assert (number(12480, "fr"), number(12480, "en")) == ("12\u00a0480", "12,480")
    assert (number(1234.5, "fr-ca", 1), number(1234.5, "en", 1)) == ("1\u00a0234,5", "1,234.5")


def test_a_half_is_rounded_up_as_people_expect() -> None:
    assert [number(half, "en") for half in (0.5, 1.5, 2.5)] == ["1", "2", "3"]
    assert number(0.285, "en", 2) == "0.29"


def test_what_is_no_number_is_a_dash() -> None:
    assert number(float("nan"), "fr") == number(float("inf"), "en", 2) == "–"
    assert percent(float("nan"), "en") == "–%"


def test_there_is_no_minus_zero() -> None:
    assert number(-0.001, "en", 1) == "0.0"
    assert number(-0.25, "en", 2) == "\u22120.25"


def test_a_fraction_below_two_is_singular_in_french_only() -> None:
    values = (0, 0.5, 1, 1.0, 1.5, 2, 2.5)
    assert [plural_of(value, "fr") > 1 for value in values] == [False, False, False, False, False, True, True]
    assert [plural_of(value, "en") != 1 for value in values] == [True, True, False, False, True, True, True]


def test_points_carry_no_needless_decimals() -> None:
    assert [points(value, "fr") for value in (3, 2.5, 1 / 3, 10, 1000)] == ["3", "2,5", "0,33", "10", "1\u00a0000"]


def test_a_share_is_written_as_a_percentage() -> None:
    assert (percent(0.41, "fr", 1), percent(0.41, "en", 1), percent(0.285, "en")) == ("41,0\u00a0%", "41.0%", "29%")


def test_a_length_of_work_is_written_in_hours_and_minutes() -> None:
    assert [duration(s, "fr") for s in (45, 1320, 3600, 5400)] == [
        "45\u00a0s",
        "22\u00a0min",
        "1\u00a0h",
        "1\u00a0h\u00a030",
    ]
    assert duration(5400, "en") == "1\u00a0h 30\u00a0min"


def test_a_length_of_time_that_is_kept_to_the_second_is_never_written_longer_than_it_is() -> None:
    assert [exact_duration(s, "fr") for s in (45.9, 90, 399.0, 5 * (1 + 100 / 300) * 60, 5400, 7201.5)] == [
        "45\u00a0s",
        "1\u00a0min 30\u00a0s",
        "6\u00a0min 39\u00a0s",
        "6\u00a0min 40\u00a0s",
        "1\u00a0h\u00a030",
        "2\u00a0h 0\u00a0min 1\u00a0s",
    ]
    assert exact_duration(5400, "en") == "1\u00a0h 30\u00a0min"


@given(st.floats(min_value=-1e12, max_value=1e12), st.integers(0, 3))
def test_a_number_reads_back_as_itself_rounded(value: float, decimals: int) -> None:
    for language in ("en", "fr"):
        written = number(value, language, decimals)
        plain = written.replace("\u00a0", "").replace("\u2212", "-").replace(",", "." if language == "fr" else "")
        assert abs(float(plain) - value) <= 0.5 * 10**-decimals + abs(value) * 1e-15


def test_a_grade_is_out_of_100_with_the_mark_of_the_language() -> None:
    assert hundredths(0.745, "en") == "74.5"
    assert hundredths(0.745, "fr") == "74,5"
    assert hundredths(0.29, "fr") == "29"
