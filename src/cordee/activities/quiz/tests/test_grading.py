"""Do the rules that the recorded cases do not reach hold too? The verdicts were measured on Open edX's grader."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cordee.activities.quiz import olx
from cordee.activities.quiz.definition import Problem
from cordee.activities.quiz.grading import grade
from cordee.activities.quiz.tests.make import handmade, many, numerical, only_input, problem, single, string, unhurried
from cordee.core.errors import InputRefused
from cordee.courses.kinds import AnswerUnreadable, Result

TOLERANCE = '<responseparam type="tolerance" default="1" {}/>'
TWO_OF_THREE = '<choice correct="true">b</choice><choice correct="true">c</choice><choice correct="false">d</choice>'


@pytest.mark.parametrize(
    ("definition", "value", "correctness", "points"),
    [
        (string("un|deux|trois", type_="regexp"), "x deux y", "correct", 1),
        (string("un|deux|trois", type_="regexp"), "x un", "incorrect", 0),
        (string("ab", '<additional_answer answer="c."/>', "regexp"), "xcd", "correct", 1),
        (string("ab", '<additional_answer answer="c."/>', "regexp"), "cdx", "incorrect", 0),
        (string("a_or_b", '<additional_answer answer="c"/>'), "b", "correct", 1),
        (string("a_or_b", '<additional_answer answer="c"/>'), "c", "incorrect", 0),
        (string("a._or_b.", type_="regexp"), "ab", "incorrect", 0),
        (string("a", '<additional_answer answer="b">c</additional_answer>'), "b", "correct", 1),
        (string("a", '<additional_answer answer="b">c</additional_answer>'), "c", "incorrect", 0),
        (string("a", type_="CI"), "A", "correct", 1),
        (string("a", type_="ci,regexp"), "A", "incorrect", 0),
        (string("$5"), "$5", "correct", 1),
        (numerical(" 3 "), "3", "correct", 1),
        (numerical(" "), "1", "incorrect", 0),
        (numerical("5", partial_credit="false"), "6", "incorrect", 0),
        (
            numerical("10", TOLERANCE.format('partial_answers="20"'), partial_credit="LIST"),
            "20",
            "partially-correct",
            0.5,
        ),
        (numerical("10", TOLERANCE.format(""), partial_credit="list"), "20", "incorrect", 0),
        (
            numerical("10", '<responseparam partial_answers="20"/>', partial_credit="list"),
            "20",
            "partially-correct",
            0.5,
        ),
        (numerical("10", partial_credit="close"), "10.0002", "partially-correct", 0.5),
        (
            numerical("[2,5]", TOLERANCE.format('partial_answers="20"'), partial_credit="list,close"),
            "20",
            "incorrect",
            0,
        ),
        (numerical("(2,5)", TOLERANCE.format(""), partial_credit="close"), "2", "incorrect", 0),
        (numerical("(2,5)", TOLERANCE.format(""), partial_credit="close"), "-3.9", "partially-correct", 0.5),
        (numerical("[5,2]", TOLERANCE.format(""), partial_credit="close"), "3", "incorrect", 0),
        (
            numerical("10", TOLERANCE.format("") + '<additional_answer answer="12"/>', partial_credit="close"),
            "12",
            "partially-correct",
            0.5,
        ),
        (numerical("(2,2]"), "2", "incorrect", 0),
        (numerical("[-inf,5)"), "-1000", "correct", 1),
        (numerical("[0,INF)"), "1e300", "correct", 1),
        (numerical("[1,2]", '<responseparam type="tolerance" default="abc"/>'), "1.5", "correct", 1),
        (numerical("10", '<responseparam type="tolerance" default="1e400"/>'), "1.5", "correct", 1),
        (numerical("10", '<responseparam type="tolerance" default=" 1 "/>'), "11", "correct", 1),
        (
            numerical("10", '<responseparam default="5"/><responseparam type="tolerance" default="1"/>'),
            "12",
            "incorrect",
            0,
        ),
        (numerical("1e308", TOLERANCE.format("")), "-1e308", "incorrect", 0),
        (numerical("1e308*i", TOLERANCE.format("")), "-1e308*i*1.7", "incorrect", 0),
        (single('<choice name="x" correct="false"/><choice correct="true"/>'), "choice_0", "correct", 1),
        (single('<choice name="a" correct="true"/><choice name="a" correct="false"/>'), "choice_a", "correct", 1),
        (
            single('<choice correct="true"/><choice correct="partial"/>', partial_credit="false"),
            "choice_1",
            "incorrect",
            0,
        ),
        (
            single('<choice correct="true"/><choice correct="PARTIAL"/>', partial_credit="Points"),
            "choice_1",
            "partially-correct",
            0.5,
        ),
        (many(TWO_OF_THREE, partial_credit=" EDC "), ["choice_0"], "partially-correct", 0.67),
        (many(TWO_OF_THREE, partial_credit="false"), ["choice_0"], "incorrect", 0),
        (
            problem(f"<choiceresponse><radiogroup>{TWO_OF_THREE[:33]}</radiogroup></choiceresponse>"),
            "choice_0",
            "correct",
            1,
        ),
        (
            problem(
                "<optionresponse><optioninput options=\"('a','b')\" correct=\"a\">"
                '<option correct="True">b</option></optioninput></optionresponse>'
            ),
            "b",
            "correct",
            1,
        ),
        (
            problem(
                '<optionresponse><optioninput><option correct="True">a <b>x</b> y</option>'
                '<option correct="false">b</option></optioninput></optionresponse>'
            ),
            "a",
            "correct",
            1,
        ),
    ],
)
def test_a_rule_gives_the_measured_verdict(definition: Problem, value: Any, correctness: str, points: float) -> None:
    result = only_input(definition, value)
    assert (result.correctness, result.points) == (correctness, points)


@pytest.mark.parametrize(
    "definition",
    [
        numerical("2k"),
        numerical("[0,x)"),
        numerical("(,5)"),
        numerical("[0,i)"),
        numerical("(1+2)*(3)"),
        numerical("$x"),
        numerical("10", partial_credit=""),
        numerical("10", partial_credit="tiers"),
        numerical("10", '<responseparam type="tolerance" default="inf"/>'),
        numerical("10", TOLERANCE.format('partial_range="x"'), partial_credit="close"),
        string("(oups", type_="regexp"),
        many(TWO_OF_THREE, partial_credit="edc,halves"),
        many(TWO_OF_THREE, partial_credit=""),
    ],
)
def test_a_mistake_of_the_author_counts_no_answer_but_the_missing_one(definition: Problem) -> None:
    with pytest.raises(AnswerUnreadable) as caught:
        only_input(definition, ["choice_0"] if "choice" in definition.responses[0].tag else "10")
    assert caught.value.input_id == "p_2_1"
    assert grade(definition, {}, None).inputs["p_2_1"].correctness == "incorrect"


def test_a_mistake_in_a_menu_or_in_points_counts_no_answer_at_all() -> None:
    two_right = (
        "<optionresponse><optioninput><option correct='True'>a</option>"
        "<option correct='true'>b</option></optioninput></optionresponse>"
    )
    for definition in (
        problem(two_right),
        problem('<optionresponse><optioninput options="()" correct=""/></optionresponse>'),
        single('<choice correct="true"/>', partial_credit="tiers"),
        single('<choice correct="partial" point_value="x"/>', partial_credit="points"),
        single('<choice correct="partial" point_value="1e999"/>', partial_credit="points"),
    ):
        with pytest.raises(AnswerUnreadable):
            grade(definition, {}, None)


@pytest.mark.parametrize(
    ("inside", "name"),
    [
        ("<numericalresponse answer='1'/>", "numericalresponse"),
        ("<numericalresponse answer=''><textline/></numericalresponse>", "numericalresponse"),
        ("<stringresponse><textline/></stringresponse>", "stringresponse"),
        ("<stringresponse answer='a'><textbox/></stringresponse>", "stringresponse"),
        ("<choiceresponse><choicegroup/></choiceresponse>", "choiceresponse"),
        ("<numericalresponse answer='4'><textline/><textline/></numericalresponse>", "numericalresponse"),
        ("<customresponse cfn='f'><textline/></customresponse><script>def f(): pass</script>", "customresponse"),
        (
            "<symbolicresponse expect='x'><textline/></symbolicresponse><imageresponse/>",
            "symbolicresponse, imageresponse",
        ),
        (
            "<script type='loncapa/python'>x = 4 + 1</script><stringresponse answer='$x'><textline/></stringresponse>",
            "script",
        ),
    ],
)
def test_a_problem_that_cannot_be_graded_names_what_is_missing(inside: str, name: str) -> None:
    with pytest.raises(InputRefused, match=f"^not graded here yet: {name}$"):
        grade(problem(inside), {"p_2_1": "1"}, None)


@pytest.mark.parametrize(
    "script",
    [
        "<script type='text/javascript'>alert(1)</script>",
        "<script> \n</script>",
        "<script type='loncapa/python'># nothing yet\n</script>",
    ],
)
def test_a_script_that_computes_nothing_changes_nothing(script: str) -> None:
    definition = problem(f"{script}<stringresponse answer='a'><textline/></stringresponse>")
    assert only_input(definition, "a").correctness == "correct"


def test_an_input_error_in_one_response_voids_the_whole_answer() -> None:
    definition = problem(
        "<numericalresponse answer='1'><textline/></numericalresponse>"
        "<numericalresponse answer='2'><textline/></numericalresponse>"
    )
    with pytest.raises(AnswerUnreadable) as caught:
        grade(definition, {"p_2_1": "1", "p_3_1": "two"}, None)
    assert caught.value.input_id == "p_3_1"


def test_a_choice_that_was_not_drawn_is_refused_and_one_that_was_is_graded() -> None:
    definition = single(
        "".join(f'<choice correct="{str(rank < 3).lower()}">{rank}</choice>' for rank in range(12)), 'answer-pool="4"'
    )
    outcomes = set()
    for rank in range(12):
        try:
            outcomes.add(grade(definition, {"p_2_1": f"choice_{rank}"}, 5).score.earned)
        except InputRefused:
            outcomes.add(-1.0)
    assert outcomes == {1.0, 0.0, -1.0}
    assert grade(definition, {"p_2_1": "choice_11"}, None).score.earned == 0


def test_an_exploding_pattern_ends_soon_and_counts_nothing() -> None:
    with pytest.raises(AnswerUnreadable, match="too long"):
        only_input(string("(a|aa)+", type_="regexp"), "a" * 60 + "!")


def test_feedback_of_a_partly_right_choice_does_not_say_incorrect() -> None:
    definition = single('<choice correct="partial">c<choicehint>h</choicehint></choice>', partial_credit="points")
    assert only_input(definition, "choice_0").feedback == '<strong lang="en">Partly correct:</strong> h'


def test_one_hint_keeps_its_own_label_and_several_share_the_usual_one() -> None:
    definition = many(
        '<choice correct="true">b<choicehint selected="true" label="L1">h</choicehint></choice>'
        '<choice correct="true">c<choicehint selected="TRUE" label="L2">k</choicehint>'
        "<choicehint>n</choicehint></choice>"
    )
    assert only_input(definition, ["choice_1"]).feedback == "<strong>L2</strong> k"
    both = only_input(definition, ["choice_0", "choice_1"]).feedback
    assert both == '<strong lang="en">Correct:</strong> <ul><li>h</li> <li>k</li></ul>'


def test_targeted_feedback_follows_the_chosen_explanation() -> None:
    definition = problem(
        '<multiplechoiceresponse targeted-feedback=""><choicegroup>'
        '<choice correct="false" explanation-id="low">1</choice><choice correct="true" explanation-id="ok">2</choice>'
        "</choicegroup></multiplechoiceresponse><targetedfeedbackset>"
        '<targetedfeedback explanation-id="low">Too low.</targetedfeedback>'
        '<targetedfeedback explanation-id="ok">Yes.</targetedfeedback></targetedfeedbackset>'
    )
    assert only_input(definition, "choice_0").feedback == "Too low."
    assert only_input(definition, "choice_1").feedback == "Yes."


PROBLEMS = [olx.read(graded.xml) for graded in handmade()]
json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["choice_0", "", "a"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
answers = st.dictionaries(st.sampled_from(["p_2_1", "p_2_2", "p_3_1", "p_9_9", ""]), json_values, max_size=4)


@unhurried
@given(st.sampled_from(PROBLEMS), st.one_of(answers, json_values), st.none() | st.integers())
def test_any_json_is_graded_or_cleanly_refused(definition: Problem, answer: Any, seed: int | None) -> None:
    result = _result_or_sentence(definition, answer, seed)
    if isinstance(result, Result):
        assert list(result.inputs) == list(definition.input_ids())
        assert result.score.possible == len(result.inputs)
    else:
        assert result


def _result_or_sentence(definition: Problem, answer: Any, seed: int | None) -> Result | str:
    try:
        return grade(definition, answer, seed)
    except InputRefused as error:
        return str(error)


def test_choices_inside_other_elements_are_graded_as_usual() -> None:
    choices = '<choice correct="true">a</choice><choice correct="false">b</choice>'
    definition = problem(
        f"<multiplechoiceresponse><div><choicegroup>{choices}</choicegroup></div></multiplechoiceresponse>"
    )
    assert only_input(definition, "choice_0").correctness == "correct"
    assert only_input(definition, "choice_1").correctness == "incorrect"
