"""Is the measured grammar of numbers read as it was measured?"""

from __future__ import annotations

import json
import math
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cordee.activities.quiz.expressions import Unreadable, value_of_answer, value_of_key
from cordee.activities.quiz.tests.make import DATA, unhurried

PROBES = [json.loads(line) for line in (DATA / "olx" / "grammar_probes.jsonl").read_text("utf-8").splitlines()]
# Syntax errors of Open edX that learners' answers (never keys) may hold here, with what they mean.
FRENCH_HABITS = {
    "3,14": 3.14,  # a decimal comma
    "sqrt(4,9)": math.sqrt(4.9),  # … also inside a function: no function here takes two numbers
    "1 000": 1000.0,  # thousands in groups of three
    "−7": -7.0,  # U+2212
    "2−1": 1.0,
    "2×3": 6.0,
    "6÷2": 3.0,
    "1\u00a0+\u00a01": 2.0,  # spaces that word processors put
    "1\u2009+\u20091": 2.0,
    "\u00a07\u00a0": 7.0,
    "7\u202f": 7.0,
    "-\u00a07": -7.0,
}


def test_every_probe_is_tried() -> None:
    assert len(PROBES) == 516
    assert FRENCH_HABITS.keys() < {probe["input"] for probe in PROBES}


@pytest.mark.parametrize("group", sorted({probe["group"] for probe in PROBES}))
def test_probes_have_the_values_that_open_edx_computes(group: str) -> None:
    for probe in PROBES:
        if probe["group"] == group:
            _check_probe(probe)


def _check_probe(probe: dict[str, Any]) -> None:
    text, expected = probe["input"], probe["value"]
    if not expected.startswith("error"):
        for read in (value_of_key, value_of_answer):
            assert _same(read(text), complex(expected) if "j" in expected else float(expected))
        return
    with pytest.raises(Unreadable) as caught:
        value_of_key(text)
    assert ("unknown" in caught.value.reason) == ("unknown" in expected)
    if text in FRENCH_HABITS:
        assert value_of_answer(text) == FRENCH_HABITS[text]
    else:
        with pytest.raises(Unreadable):
            value_of_answer(text)


def _same(value: complex, expected: complex) -> bool:
    if isinstance(expected, complex) or isinstance(value, complex):
        return type(value) is type(expected) and abs(value - expected) <= 1e-14 * abs(expected)
    if math.isnan(expected):
        return math.isnan(value)
    return value == expected or abs(value - expected) <= 4 * math.ulp(expected)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 234,5", 1234.5),
        ("1\u202f234\u202f567", 1234567),
        ("0,125", 0.125),
        ("12,3456", 12.3456),
        ("-0,5+1,5", 1.0),
        ("50\u00a0%", 0.5),
        ("2 + 1 000", 1002.0),
        ("57%", 0.5700000000000001),
        ("1e + 3", 1000.0),
        ("1/sin(0)", math.inf),
        ("sqrt(0)^-1", math.inf),
        ("sqrt(1e300)^10", math.inf),
        ("fact(abs(3))", 6.0),
        ("10^309/10^308", 10.0),
        ("fact(171)/fact(170)", 171.0),
    ],
)
def test_an_answer_has_one_value(text: str, value: float) -> None:
    assert value_of_answer(text) == value


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("1,000", "two ways"),
        ("3,142", "two ways"),
        ("12,345,678", "cannot be read"),
        ("1 00", "cannot be read"),
        ("7 8", "cannot be read"),
        ("٣٫١٤", "cannot be read"),
        ("3.14abc", "cannot be read"),
        ("0x10", "cannot be read"),
        ("3 cm", "cannot be read"),
        ("(1+2", "bracket"),
        ("NaN", "is not a number"),
        ("inf", "is not a number"),
        ("x+1", "“x” is not a number"),
        ("asin(1)", "“asin” is not a function"),
        ("1/0", "divides by zero"),
        ("fact(2.5)", "factorial"),
        ("10^309", "too large"),
        ("fact(171)", "too large"),
        ("fact(1001)", "too large"),
        ("1" * 5_000, "too large"),
        ("\x00", "cannot be read"),
        ("\ud800", "cannot be read"),
    ],
)
def test_what_cannot_be_read_is_said_in_plain_words(text: str, sentence: str) -> None:
    with pytest.raises(Unreadable) as caught:
        value_of_answer(text)
    said = caught.value.sentence.format(**caught.value.values)
    assert sentence in said
    assert said.isprintable()


@pytest.mark.parametrize(
    "text",
    [
        "9^9^9",
        "9^9^7",
        "9^9^9^9^9",
        "(9^9)^(9^9)",
        "2^2^2^2^2^2",
        "fact(fact(fact(9)))",
        "fact(999)^999",
        "*".join(["fact(1000)"] * 900),
        "(" * 5_000 + "1" + ")" * 5_000,
        "sqrt(" * 2_000,
        "-" * 9_000,
        "2^" * 4_999 + "2",
        "1+" * 5_000_000,
        "1" * 10_000_000,
        " " * 10_000_000 + "1",
        "1 000 " * 1_600,
        "1,0" * 3_000,
        "'" * 9_999,
        "x_" * 4_999,
        "." * 9_999,
        "||" * 4_999,
    ],
    ids=lambda text: f"{text[:12]}-{len(text)}",
)
def test_an_absurd_expression_ends_at_once(text: str) -> None:
    started = time.process_time()
    with pytest.raises(Unreadable):
        value_of_answer(text)
    assert time.process_time() - started < 0.5


def test_a_sum_of_five_thousand_terms_is_computed() -> None:
    assert value_of_answer("+".join(["1"] * 5_000)) == 5000


alphabet = st.text(alphabet="0123456789.,+-*/^|()%eEpijx_{}' \t\u00a0−×\x00é", max_size=60)
calls = st.sampled_from(["sin(", "arctanh(", "fact(", "ln(", "sqrt(", "abs(", "1e400", "i", "10^9", "0", "-", "^", ")"])


@unhurried
@given(st.one_of(alphabet, st.lists(calls, max_size=12).map("".join)))
def test_any_text_is_a_number_or_a_clean_error(text: str) -> None:
    assert isinstance(_value_or_sentence(text), float | complex | str)


def _value_or_sentence(text: str) -> float | complex | str:
    try:
        return value_of_answer(text)
    except Unreadable as error:
        return error.sentence.format(**error.values)


@unhurried
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_float_is_read_as_itself(value: float) -> None:
    assert value_of_answer(repr(value)) == value
    whole, _, rest = repr(value).partition(".")
    if rest and len(whole.lstrip("-")) > 3:
        assert value_of_answer(f"{whole},{rest}") == value
