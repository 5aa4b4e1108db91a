"""Does a quiz say what its author should mend, and never fail over what an author wrote?"""

from __future__ import annotations

from pathlib import Path

import hypothesis
import hypothesis.strategies as st
import pytest

from cordee.activities.quiz import olx
from cordee.activities.quiz.checking import RULES, inspect
from cordee.activities.quiz.patterns import explodes
from cordee.courses.checks.prose import read_prose

PROBLEMS = sorted((Path(__file__).parents[5] / "tests" / "data" / "olx" / "problems").rglob("*.xml"))
CODES = {rule.code for rule in RULES}


def faults(problem: str) -> list[tuple[str, str]]:
    return [(one.rule, one.template.format(**one.values)) for one in inspect(olx.read(problem)).faults]


def check_a_problem(problem: str) -> None:
    told = inspect(olx.read(problem))
    assert {one.rule for one in told.faults} <= CODES
    assert all(one.template.format(**one.values) for one in told.faults)
    assert read_prose(told.prose).words >= 0


def test_checking_the_problems_of_real_courses_raises_nothing() -> None:
    assert len(PROBLEMS) > 100
    for path in PROBLEMS:
        check_a_problem(path.read_text())


@hypothesis.given(st.sampled_from(PROBLEMS), st.data())
@hypothesis.settings(max_examples=60)
def test_checking_a_problem_that_was_cut_and_joined_at_random_raises_nothing(path: Path, data: st.DataObject) -> None:
    text = path.read_text()
    at = sorted(data.draw(st.lists(st.integers(0, len(text)), min_size=2, max_size=2)))
    check_a_problem(text[: at[0]] + data.draw(st.text(max_size=8)) + text[at[1] :])


def numerical(answer: str, more: str) -> str:
    return f'<problem><numericalresponse answer="{answer}">{more}<formulaequationinput/></numericalresponse></problem>'


@pytest.mark.parametrize(
    ("answer", "more", "told"),
    [
        ("5", '<responseparam type="tolerance" default="5"/>', ["tolerance-too-wide"]),
        ("5", '<responseparam type="tolerance" default="10%"/>', []),
        ("0", '<responseparam type="tolerance" default="10%"/>', ["tolerance-of-zero"]),
        ("0", '<responseparam type="tolerance" default="0.1"/>', []),
        ("5", '<additional_answer answer="5.000001"/>', []),  # it only says again what is taken
        (
            "5",
            '<additional_answer answer="5.000001"><correcthint>Very exact.</correcthint></additional_answer>',
            ["never-reached"],
        ),
        ("[1,5]", '<responseparam type="tolerance" default="100%"/>', []),
        ("five", "", ["question-cannot-be-won"]),
    ],
)
def test_tolerances_and_what_they_swallow_are_told(answer: str, more: str, told: list[str]) -> None:
    assert [rule for rule, _words in faults(numerical(answer, more))] == told


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ("('Red','Blue')", []),
        ("('Red','Blue','Red')", ["same-answer-twice"]),
    ],
)
def test_a_menu_with_one_line_twice_is_told(options: str, told: list[str]) -> None:
    problem = f'<problem><optionresponse><optioninput options="{options}" correct="Blue"/></optionresponse></problem>'
    assert [rule for rule, _words in faults(problem)] == told


def test_choices_that_differ_by_a_picture_or_a_formula_are_not_the_same() -> None:
    choices = "".join(
        f'<choice correct="{right}"><img src="/static/{name}.png" alt="A figure"/></choice>'
        for right, name in (("true", "a"), ("false", "b"))
    )
    problem = (
        f"<problem><multiplechoiceresponse><choicegroup>{choices}</choicegroup></multiplechoiceresponse></problem>"
    )
    assert faults(problem) == []


def test_an_accepted_text_that_is_there_twice_is_told_and_so_is_a_hint_for_a_wrong_answer_that_is_right() -> None:
    problem = """<problem><stringresponse answer="Paris" type="ci"><additional_answer answer="paris"/>
<stringequalhint answer="PARIS">Not quite.</stringequalhint><textline/></stringresponse></problem>"""
    assert [rule for rule, _words in faults(problem)] == ["same-answer-twice", "never-reached"]


@pytest.mark.parametrize("pattern", ["(a+)+b", r"(\w*)*", "(?:[a-z]+){2,}!", "(a|aa)+"])
def test_a_repetition_of_a_repetition_is_slow(pattern: str) -> None:
    assert explodes(pattern)


@pytest.mark.parametrize("pattern", ["(a+b)+", "a+", "[(a+)+]", r"\(a+\)+", "(abc)+", "(a{2})+", "un|deux"])
def test_other_patterns_are_not(pattern: str) -> None:
    assert not explodes(pattern)
