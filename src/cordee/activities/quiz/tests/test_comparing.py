"""What does an author's change of a problem mean, and where is an older answer in the newer problem?"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cordee.activities.quiz import olx
from cordee.activities.quiz.comparing import changes, grade_again, moved_answer
from cordee.activities.quiz.definition import Problem
from cordee.courses.differences.model import Change, Said


def choice(*options: tuple[str, bool], asked: str = "Which layer routes packets?", hint: str = "") -> str:
    inner = "".join(
        f'<choice correct="{str(right).lower()}">{words}{f"<choicehint>{hint}</choicehint>" if hint else ""}</choice>'
        for words, right in options
    )
    return (
        f'<multiplechoiceresponse><label>{asked}</label><choicegroup type="MultipleChoice">{inner}</choicegroup>'
        "</multiplechoiceresponse>"
    )


def number(answer: str, tolerance: str = "", asked: str = "How many bytes has an IPv4 address?") -> str:
    given_too = f'<responseparam type="tolerance" default="{tolerance}"/>' if tolerance else ""
    return f'<p>{asked}</p><numericalresponse answer="{answer}">{given_too}<formulaequationinput/></numericalresponse>'


def problem(*questions: str, more: str = "") -> Problem:
    return olx.read(f"<problem>{''.join(questions)}{more}</problem>")


def words_of(said: Said) -> str:
    values = {name: words_of(value) if isinstance(value, Said) else value for name, value in said.values.items()}
    return said.template.format(**values)


def told(found: tuple[Change, ...]) -> list[tuple[str, str]]:
    return [(words_of(one.said), one.weight) for one in found]


LINK, NETWORK, TRANSPORT = ("The link layer", False), ("The network layer", True), ("The transport layer", False)


def test_the_same_problem_says_nothing() -> None:
    assert changes(problem(choice(LINK, NETWORK)), problem(choice(LINK, NETWORK))) == ()


def test_another_right_answer_concerns_grading_and_is_told_with_both() -> None:
    before = problem(choice(LINK, NETWORK), number("5"))
    found = changes(before, problem(choice(LINK, NETWORK), number("4")))
    assert told(found) == [("question 2: the right answer changed", "grading")]
    assert (found[0].before, found[0].after) == ("5", "4")


def test_a_typo_in_a_choice_is_harmless_and_other_words_are_not() -> None:
    before = problem(choice(("The netwrok layer", True), LINK))
    assert told(changes(before, problem(choice(NETWORK, LINK)))) == [("choice A was reworded", "harmless")]
    other = problem(choice(("A cable, whatever its colour may be", True), LINK))
    assert told(changes(before, other)) == [("choice A says something else", "grading")]


def test_choices_in_another_order_are_harmless_and_each_answer_is_found_again() -> None:
    before, after = problem(choice(LINK, TRANSPORT, NETWORK)), problem(choice(NETWORK, LINK, TRANSPORT))
    assert told(changes(before, after)) == [("the choices are in another order", "harmless")]
    assert moved_answer(before, after, {"p_2_1": "choice_2"}) == {"p_2_1": "choice_0"}
    assert grade_again(before, after, {"p_2_1": "choice_2"}, 0).score.earned == 1.0
    assert grade_again(before, after, {"p_2_1": "choice_0"}, 0).score.earned == 0.0


def test_questions_that_changed_places_keep_their_answers() -> None:
    before, after = problem(choice(LINK, NETWORK), number("4")), problem(number("4"), choice(LINK, NETWORK))
    assert {weight for _words, weight in told(changes(before, after))} == {"harmless"}
    answer = {"p_2_1": "choice_1", "p_3_1": "4"}
    assert moved_answer(before, after, answer) == {"p_3_1": "choice_1", "p_2_1": "4"}
    assert grade_again(before, after, answer, 0).score.earned == 2.0


def test_a_question_added_or_taken_out_concerns_grading_and_the_others_stay_themselves() -> None:
    one, two = problem(number("4")), problem(choice(LINK, NETWORK), number("4"))
    assert told(changes(one, two)) == [("question 1: it was added", "grading")]
    assert told(changes(two, one)) == [("question 1, as it was numbered, is gone", "grading")]
    assert moved_answer(two, one, {"p_2_1": "choice_1", "p_3_1": "4"}) == {"p_2_1": "4"}


def test_a_choice_that_is_gone_is_no_answer_any_more() -> None:
    before, after = problem(choice(LINK, TRANSPORT, NETWORK)), problem(choice(LINK, NETWORK))
    assert told(changes(before, after)) == [("choice B, as it was, is gone", "grading")]
    assert moved_answer(before, after, {"p_2_1": "choice_1"}) == {}
    assert grade_again(before, after, {"p_2_1": "choice_1"}, 0).score.earned == 0.0


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (choice(LINK, NETWORK), choice(LINK, NETWORK, hint="Think of routers."), "the feedback changed"),
        (
            choice(LINK, NETWORK),
            choice(LINK, NETWORK, asked="Which layer routes the packets?"),
            "what is asked changed",
        ),
    ],
)
def test_words_around_the_key_are_harmless(before: str, after: str, said: str) -> None:
    assert told(changes(problem(before), problem(after))) == [(said, "harmless")]


def test_the_tolerance_and_another_question_concern_grading() -> None:
    assert told(changes(problem(number("4", "1")), problem(number("4", "10%")))) == [
        ("the tolerance changed", "grading")
    ]
    other = problem(number("4", asked="In which year was the first electronic letter sent, by Ray Tomlinson?"))
    assert ("it asks something else", "grading") in told(changes(problem(number("4")), other))


def test_an_explanation_and_hints_are_harmless() -> None:
    before = problem(number("4"))
    more = "<solution><p>Four of them.</p></solution><demandhint><hint>32 bits.</hint></demandhint>"
    found = told(changes(before, problem(number("4"), more=more)))
    assert found == [("the explanation changed", "harmless"), ("the hints changed", "harmless")]


def test_a_script_concerns_grading() -> None:
    before = problem('<script type="loncapa/python">a = 4</script>', number("$a"))
    after = problem('<script type="loncapa/python">a = 5</script>', number("$a"))
    assert told(changes(before, after)) == [("a script of the problem changed", "grading")]


@given(st.permutations(["Alpha", "Bravo", "Charlie", "Delta", "Echo"]), st.integers(0, 4))
def test_whatever_the_order_an_answer_keeps_its_verdict(order: list[str], chosen: int) -> None:
    names = ["Alpha", "Bravo", "Charlie", "Delta", "Echo"]
    before = problem(choice(*((name, name == "Delta") for name in names)))
    after = problem(choice(*((name, name == "Delta") for name in order)))
    answer = {"p_2_1": f"choice_{chosen}"}
    assert moved_answer(before, after, answer) == {"p_2_1": f"choice_{order.index(names[chosen])}"}
    assert grade_again(before, after, answer, 0).score.earned == float(names[chosen] == "Delta")
