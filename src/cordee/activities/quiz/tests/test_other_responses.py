"""Are clicks, choices with numbers, sets of choices and targeted feedback graded as Open edX does?

The verdicts of sets of choices, and of what the recorded cases do not reach, were measured on its grader.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cordee.activities.quiz.definition import Spot
from cordee.activities.quiz.grading import grade
from cordee.activities.quiz.spots import Shape, answer_from, point_of, shapes_of, typed_of
from cordee.activities.quiz.tests.make import blanks, click, only_input, problem, unhurried
from cordee.courses.kinds import AnswerUnreadable

TRUE_FALSE = problem(
    '<truefalseresponse partial_credit="EDC"><choicegroup><choice correct="true" name="a">A<choicehint>h</choicehint>'
    '</choice><choice correct="false" name="b">B</choice><choice correct="true">C</choice></choicegroup>'
    "</truefalseresponse>"
)
TWO = (
    '<choice correct="true">a <numtolerance_input answer="5" tolerance="0.1"/></choice>'
    '<choice correct="false">b <numtolerance_input answer="9"/></choice>'
)
Q = "p_2_1_choiceinput_"


def made(rank: int, *numbers: str) -> dict[str, str]:
    """The part of an answer that makes one choice."""
    return {f"{Q}{rank}bc": f"{Q}{rank}bc"} | {
        f"{Q}{rank}_numtolerance_input_{place}": number for place, number in enumerate(numbers)
    }


@pytest.mark.parametrize(
    ("ticked", "points"),
    [
        (["choice_a", "choice_0"], 1),
        (["choice_0", "choice_a", "choice_0"], 1),
        (["choice_a", "choice_2"], 0),
        (["choice_a"], 0),
        ("choice_a", 0),
        ([], 0),
        ("", 0),
        (["choice_a", "choice_b", "choice_0"], 0),
        (["choice_a", "choice_0", "zzz"], 0),
    ],
)
def test_a_set_of_choices_is_right_as_a_whole_or_not_at_all(ticked: Any, points: float) -> None:
    result = only_input(TRUE_FALSE, ticked)
    assert (result.points, result.correctness) == (points, "correct" if points else "incorrect")


def test_the_hint_of_a_set_is_that_of_its_first_choice() -> None:
    assert only_input(TRUE_FALSE, ["choice_a", "choice_b"]).feedback.endswith(" h")
    assert only_input(TRUE_FALSE, ["choice_b", "choice_a"]).feedback == ""


@pytest.mark.parametrize(
    ("places", "clicked", "points"),
    [
        ('rectangle="[10,20]-[100,80]"', "[100,80]", 1),
        ('rectangle="(10,20)-(100,80);"', "[1,1]", 0),
        ('rectangle="(100,80)-(10,20)"', "[50,50]", 0),
        ('regions="[[[10.5,10],[50,10],[50,50]]]"', "[40,20]", 1),
        ('regions="[[[10,10],[50,10],[50,50]],[[0,0],[9,9],[5,5]]]"', "[5,5]", 0),
    ],
)
def test_a_click_is_inside_or_not(places: str, clicked: str, points: float) -> None:
    assert only_input(click(places), clicked).points == points


@pytest.mark.parametrize(
    "places",
    ["", 'rectangle=""', 'rectangle="(10.5,20)-(100,80)"', 'regions="x"', 'regions="[]"', 'regions="[[[1,1],[2,2]]]"',
     'regions="[[[true,1],[2,2],[3,1]]]"', 'regions="[[[NaN,1],[2,2],[3,1]]]"', f'regions="{"[" * 5000}"'],
)  # fmt: skip
def test_an_image_where_no_click_could_win_counts_no_click(places: str) -> None:
    with pytest.raises(AnswerUnreadable, match="expected answer"):
        only_input(click(places), "[5,5]")
    assert only_input(click(places), "").correctness == "incorrect"


@pytest.mark.parametrize(
    "clicked", ["5,5", "[5]", "[-1,5]", "[5.5,5]", "[5,5]x", "[,5]", "[1e3,5]", "[٥,5]", "[5,9999999]"]
)
def test_what_is_no_point_counts_nothing(clicked: str) -> None:
    with pytest.raises(AnswerUnreadable, match="not a point of the picture"):
        only_input(click('rectangle="(1,1)-(9,9)"'), clicked)


@unhurried
@given(st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99)), min_size=3, max_size=8), st.data())
def test_a_region_holds_what_is_between_its_points_and_nothing_outside_their_box(
    points: list[tuple[int, int]], data: st.DataObject
) -> None:
    try:
        (shape,) = shapes_of(Spot(regions=str([[list(point) for point in points]])))
    except ValueError:  # on one line
        return
    assert set(shape.corners) <= {(float(x), float(y)) for x, y in points}
    assert not any(shape.holds(*corner) for corner in shape.corners)
    assert shape.holds(
        sum(x for x, _ in shape.corners) / len(shape.corners), sum(y for _, y in shape.corners) / len(shape.corners)
    )
    outside = data.draw(st.tuples(st.integers(100, 200), st.integers(-50, 200)))
    assert not shape.holds(*outside)


def test_the_two_fields_of_a_point_make_its_answer_and_come_back_as_typed() -> None:
    assert answer_from(" 12 ", "7") == "[12,7]"
    assert answer_from("", " ") == ""
    for across, down in (("12", "7"), ("", "7"), ("a", ""), ("12.5", "-3")):
        assert typed_of(answer_from(across, down)) == (across, down)
    assert point_of("[ 12 , 7 ]") == (12, 7)
    assert point_of("[12,]") is None
    assert Shape(((0.0, 0.0), (10.0, 20.0)), is_rectangle=True).middle == (5, 10)


@pytest.mark.parametrize(
    ("answer", "points"),
    [
        (made(0, "5"), 1),
        (made(0, "5,1"), 1),
        (made(0, "5.2"), 0),
        (made(0), 0),
        (made(0, ""), 0),
        (made(1, "9"), 0),
        (made(0, "5") | made(1, "9"), 0),
        (made(0, "5") | {f"{Q}1_numtolerance_input_0": "abc"}, 1),
        (made(1, "9") | {f"{Q}0_numtolerance_input_0": "abc"}, 0),
        ("", 0),
        ([], 0),
        (None, 0),
        ("{}", 0),
    ],
)
def test_the_choice_and_its_numbers_are_right_together(answer: Any, points: float) -> None:
    assert only_input(blanks(TWO), answer).points == points


@pytest.mark.parametrize("answer", [made(0, "abc"), made(1, "abc"), made(1, "2k")])
def test_an_unreadable_number_counts_nothing_whether_the_choice_is_right_or_not(answer: dict[str, str]) -> None:
    with pytest.raises(AnswerUnreadable):
        only_input(blanks(TWO), answer)


def test_which_choices_are_right_changes_nothing_in_a_refusal() -> None:
    swapped = TWO.replace("true", "x").replace("false", "true")
    for rank in (0, 1):
        said = []
        for choices in (TWO, swapped):
            with pytest.raises(AnswerUnreadable) as caught:
                only_input(blanks(choices), made(rank, "1+"))
            said.append(str(caught.value))
        assert said[0] == said[1]


EXPLAINED = (
    '<multiplechoiceresponse targeted-feedback="{}"><choicegroup><choice correct="false" explanation-id="low">1'
    '</choice><choice correct="true" explanation-id="ok">2</choice></choicegroup>'
    '</multiplechoiceresponse><targetedfeedbackset><targetedfeedback explanation-id="low">Too low.'
    "</targetedfeedback></targetedfeedbackset><solutionset>"
    '<solution explanation-id="ok"><p>Two it is.</p></solution></solutionset>'
)


def test_the_explanation_of_the_right_choice_follows_any_choice_where_the_author_asks_for_it() -> None:
    always = problem(EXPLAINED.format("alwaysShowCorrectChoiceExplanation"))
    assert only_input(always, "choice_0").feedback == "Too low.<p>Two it is.</p>"
    assert only_input(always, "choice_1").feedback == "<p>Two it is.</p>"
    assert grade(always, {}, None).inputs["p_2_1"].feedback == ""
    assert only_input(problem(EXPLAINED.format("")), "choice_0").feedback == "Too low."
