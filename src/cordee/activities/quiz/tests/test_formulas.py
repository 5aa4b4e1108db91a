"""Are formulas compared where they are drawn, the same way each time?"""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cordee.activities.quiz.formulas import MAX_CHARACTERS, MOST_POINTS, Samples
from cordee.activities.quiz.grading import grade
from cordee.activities.quiz.numbers import BadKey
from cordee.activities.quiz.tests.make import formula, only_input, unhurried
from cordee.courses.kinds import AnswerUnreadable

HINTS = (
    "<hintgroup><formulahint name='a' answer='2*x' samples='x@1:3#5'/><formulahint name='b' answer='x+x' type='cs' "
    "samples='x@1:3#5'/><formulahint name='bad' answer='2x' samples='x@1:3#5'/>"
    "<hintpart on='a'><text>A</text></hintpart><hintpart on='b'><text><b>B</b></text></hintpart>"
    "<hintpart on='bad'><text>C</text></hintpart></hintgroup>"
)


@pytest.mark.parametrize(
    ("samples", "known"),
    [
        ("x,y@1,2:3,4#5", Samples(("x", "y"), (1, 2), (3, 4), 5)),
        (" x , y @ 1 , 2 : 3 , 4 # 5 ", Samples(("x", "y"), (1, 2), (3, 4), 5)),
        ("a,b@1:3#4", Samples(("a",), (1,), (3,), 4)),
        ("x@-1e0:.5#1", Samples(("x",), (-1,), (0.5,), 1)),
        ("x@1:3#5000", Samples(("x",), (1,), (3,), MOST_POINTS)),
    ],
)
def test_samples_are_read(samples: str, known: Samples) -> None:
    assert Samples.of(samples) == known


@pytest.mark.parametrize(
    "samples",
    ["", "x", "x@1:3", "x@1:3#", "x@1:3#0", "x@1:3#-1", "x@1:3#x", "x@1/2:3#2", "x@nan:3#2", "x@1:1e999#2", "x@1#3",
     "x@1:3#١", "x@1:3:4#3", ",".join("x" * 60) + "@1:3#2"],
)  # fmt: skip
def test_samples_that_cannot_be_read_count_no_answer(samples: str) -> None:
    with pytest.raises(BadKey):
        Samples.of(samples)
    with pytest.raises(AnswerUnreadable, match="expected answer"):
        only_input(formula("x", samples), "x")


@unhurried
@given(st.integers(0, 2**48), st.floats(-1e6, 1e6), st.floats(0, 1e6))
def test_points_are_drawn_between_the_ends_and_are_those_of_their_seed(seed: int, low: float, width: float) -> None:
    samples = Samples(("x", "y"), (low, low), (low + width, low), 4)
    points = [*samples.points(seed, "p_2_1")]
    assert points == [*samples.points(seed, "p_2_1")]
    assert len(points) == 4
    assert all(low <= point["x"] <= low + width and point["y"] == low for point in points)


def test_a_verdict_near_the_tolerance_is_the_same_each_time_and_not_for_every_seed() -> None:
    definition = formula("x", "x@1:3#1", '<responseparam type="tolerance" default="5%"/>')
    verdicts = [grade(definition, {"p_2_1": "x+0.1"}, seed).score.earned for seed in range(40)]
    assert verdicts == [grade(definition, {"p_2_1": "x+0.1"}, seed).score.earned for seed in range(40)]
    assert set(verdicts) == {0.0, 1.0}


@pytest.mark.parametrize(
    ("typed", "correctness"),
    [
        ("x*y", "correct"),
        ("X*Y", "correct"),
        ("x × y", "correct"),
        ("x*y*1,0", "correct"),
        ("x\u00a0*\u00a0y", "correct"),
        ("x+y", "incorrect"),
        (" ", "incorrect"),
        ("ln(0)", "incorrect"),
    ],
)
def test_an_answer_is_compared_at_every_point(typed: str, correctness: str) -> None:
    assert only_input(formula("x*y"), typed).correctness == correctness


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("2x", "“2x” cannot be read as a formula"),
        ("x*z", "“z” is not known in this formula. Write it with: x, y."),
        ("f(x)", "“f” is not a function"),
        ("1/(x-x)", "divides by zero"),
        ("(x", "bracket"),
        ("x*1,000", "two ways"),
        ("x" * (MAX_CHARACTERS + 1), "longer than"),
        ("9^9^9*x", "too large"),
    ],
)
def test_what_is_no_formula_is_said_and_counts_nothing(typed: str, words: str) -> None:
    with pytest.raises(AnswerUnreadable) as caught:
        only_input(formula("x*y"), typed)
    assert words in str(caught.value)
    assert caught.value.input_id == "p_2_1"


def test_upper_case_is_another_name_only_where_the_author_says_so() -> None:
    assert only_input(formula("R*r", "R,r@1,5:2,6#5", type="cs"), "r*R").correctness == "correct"
    for typed in ("r^2", "R^2"):
        assert only_input(formula("R*r", "R,r@1,5:2,6#5", type="cs"), typed).correctness == "incorrect"
    with pytest.raises(AnswerUnreadable, match="“SIN”"):
        only_input(formula("sin(x)", "x@1:2#5", type="cs"), "SIN(x)")
    assert only_input(formula("sin(x)", "x@1:2#5", type="CS"), "SIN(X)").correctness == "correct"


def test_the_hint_of_the_formula_written_is_given_and_a_bad_one_says_nothing() -> None:
    definition = formula("x^2", "x@1:3#5", HINTS)
    assert only_input(definition, "2*x").feedback == "<b>B</b>"
    assert only_input(definition, "2*X").feedback == "A"  # the other minds its case
    assert only_input(definition, "x^3").feedback == ""


@pytest.mark.parametrize(
    "typed", ["+".join(["fact(170)"] * 200), "(" * 50 + "x" + ")" * 50, "x^" * 900 + "x", "||".join("x" * 900)]
)
def test_the_longest_formula_at_the_most_points_ends_soon(typed: str) -> None:
    definition = formula("x", f"x@1:2#{MOST_POINTS}")
    started = time.process_time()
    try:
        only_input(definition, typed)
    except AnswerUnreadable as error:
        assert str(error)  # noqa: PT017 - either outcome is good, as long as it comes soon
    assert time.process_time() - started < 2
