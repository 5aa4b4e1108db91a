"""Does the quiz keep the promises of the protocol: posting, rules, remarks, what counts?"""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cordee.activities.quiz import checks
from cordee.activities.quiz.kind import kind
from cordee.activities.quiz.tests.make import (
    blanks,
    click,
    formula,
    many,
    numerical,
    problem,
    single,
    string,
    unhurried,
)
from cordee.core.errors import InputRefused
from cordee.courses.graded.rules import rules_of
from cordee.courses.kinds import Draft, Rules, draft_in, graded_at_once, installed, kind_for_tag
from cordee.formats.olx.model import Block

CHOICES = '<choice correct="true">a</choice><choice correct="false">b</choice>'
MENU = "<optionresponse><optioninput options=\"('a','b c')\" correct='a'/></optionresponse>"


def read(inside: str, **attributes: str) -> tuple[Rules, list[str]]:
    """The rules and the codes of the remarks of a block."""
    block = Block("q", "problem", "Q", attributes, content=f"<problem>{inside}</problem>", place="problem/q.xml")
    reading = kind.read_olx(block)
    for remark in reading.remarks:
        assert str(remark)
        assert remark.place == "problem/q.xml"
    return reading.rules, [remark.code for remark in reading.remarks]


def test_the_quiz_is_found_by_its_place() -> None:
    assert installed()["quiz"] is kind
    assert kind_for_tag("problem") is kind
    assert graded_at_once(kind) is kind


def test_an_answer_is_kept_as_posted() -> None:
    definition = problem(
        f"<multiplechoiceresponse><choicegroup>{CHOICES}</choicegroup></multiplechoiceresponse>"
        f"<choiceresponse><checkboxgroup>{CHOICES}</checkboxgroup></choiceresponse>{MENU}"
        "<stringresponse answer='a'><textline/></stringresponse>"
        "<numericalresponse answer='1'><textline/></numericalresponse>"
    )
    fields = {
        "csrf": ["x"],
        "p_2_1": ["choice_1"],
        "p_3_1": ["choice_0", "choice_1"],
        "p_4_1": ["b c"],
        "p_5_1": [" E\u0301te\u0301 \u202e œ \U0001f9d7\u00a0"],
        "p_6_1": ["3,14"],
        "p_9_1": ["other"],
    }
    assert kind.answer(definition, fields) == {
        "p_2_1": "choice_1",
        "p_3_1": ["choice_0", "choice_1"],
        "p_4_1": "b c",
        "p_5_1": " E\u0301te\u0301 \u202e œ \U0001f9d7\u00a0",
        "p_6_1": "3,14",
    }
    assert kind.answer(definition, {}) == {}
    assert kind.answer(definition, {"p_5_1": [""]}) == {"p_5_1": ""}


@pytest.mark.parametrize(
    ("definition", "posted"),
    [
        (single(CHOICES), ["choice_2"]),
        (single(CHOICES), ["a"]),
        (single(CHOICES), ["choice_0", "choice_1"]),
        (many(CHOICES), ["choice_0", "choice_9"]),
        (many(CHOICES), [f"choice_{rank}" for rank in range(10_000)]),
        (many(CHOICES), ["choice_0"] * 10_000),
        (problem(MENU), ["c"]),
        (problem(MENU), ["a", "a"]),
        (string("a"), ["a", "b"]),
        (string("a"), ["a\x00"]),
        (string("a"), ["\ud800"]),
        (string("a"), ["a" * 10_001]),
        (numerical("1"), ["1" * 10_000_000]),
    ],
)
def test_what_no_page_could_send_is_refused(definition: object, posted: list[str]) -> None:
    with pytest.raises(InputRefused):
        kind.answer(definition, {"p_2_1": posted})


def test_points_are_one_an_input() -> None:
    assert kind.possible(problem(MENU + MENU)) == 2
    assert kind.possible(problem("<p>Text</p>")) == 0
    assert kind.possible(problem("<customresponse><textline/></customresponse>")) == 0


def test_a_problem_that_nobody_could_win_through_a_mistake_does_not_count() -> None:
    assert kind.ungradable(numerical("2k")) == "numericalresponse"
    assert kind.ungradable(string("(oups", type_="regexp")) == "stringresponse"
    assert kind.ungradable(problem("<customresponse><textline/></customresponse>")) == "customresponse"
    assert kind.ungradable(problem("<script>x = random()</script>" + MENU)) == "script"
    assert kind.ungradable(problem(MENU)) == ""
    assert kind.ungradable(single('<choice correct="false">a</choice>')) == ""  # it can be graded: always wrong


def test_rules_are_read_from_the_attributes() -> None:
    rules, remarks = read(
        MENU,
        max_attempts="2",
        weight="1.5",
        showanswer="after_attempts",
        attempts_before_showanswer_button="3",
        submission_wait_seconds="10",
        grading_method="last_score",
        show_correctness="past_due",
        rerandomize="per_student",
        markdown="null",
        unknown="x",
    )
    assert rules == Rules(2, 10, 1.5, "last", "after_attempts", 3, "past_due", "per_learner")
    assert remarks == []


def test_without_attributes_the_best_score_counts() -> None:
    assert read(MENU) == (Rules(kept="highest"), [])
    assert read(MENU, max_attempts="", weight="null", showanswer='"never"', max_score="x")[0] == Rules(
        show_answer="never"
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("max_attempts", "many"),
        ("max_attempts", "-1"),
        ("max_attempts", "1.5"),
        ("max_attempts", "9" * 400),
        ("weight", "heavy"),
        ("weight", "nan"),
        ("weight", "1e999"),
        ("weight", "1_0"),
        ("showanswer", "sometimes"),
        ("submission_wait_seconds", "ten"),
        ("grading_method", "worst_score"),
        ("rerandomize", "weekly"),
        ("show_correctness", "maybe"),
        ("attempts_before_showanswer_button", "x"),
    ],
)
def test_an_attribute_that_cannot_be_read_is_told_and_the_usual_value_kept(name: str, value: str) -> None:
    assert read(MENU, **{name: value}) == (Rules(), ["unreadable-attribute"])


def test_a_negative_weight_is_refused_with_a_remark() -> None:
    assert read(MENU, weight="-2") == (Rules(), ["negative-weight"])
    assert read(MENU, weight="0")[0].weight == 0


@unhurried
@given(st.dictionaries(st.sampled_from(["max_attempts", "weight", "showanswer", "rerandomize"]), st.text(max_size=20)))
def test_no_attribute_ever_raises(attributes: dict[str, str]) -> None:
    rules, _ = rules_of(attributes, "x.xml")
    assert rules.weight is None or (math.isfinite(rules.weight) and rules.weight >= 0)


@pytest.mark.parametrize(
    ("inside", "code"),
    [
        (
            f"<multiplechoiceresponse>"
            f"<choicegroup>{CHOICES.replace('true', 'no')}</choicegroup></multiplechoiceresponse>",
            "no-right-answer",
        ),
        (
            f"<choiceresponse partial_credit='tiers'><checkboxgroup>{CHOICES}</checkboxgroup></choiceresponse>",
            "bad-credit",
        ),
        ("<multiplechoiceresponse><choicegroup></choicegroup></multiplechoiceresponse>", "no-option"),
        (
            "<multiplechoiceresponse><choicegroup><choice name='a' correct='true'/>"
            "<choice name='a'/></choicegroup></multiplechoiceresponse>",
            "same-name",
        ),
        (
            f"<multiplechoiceresponse><choicegroup answer-pool='x'>{CHOICES}</choicegroup></multiplechoiceresponse>",
            "bad-pool",
        ),
        (
            "<multiplechoiceresponse><choicegroup><choice correct='partial' point_value='x'/>"
            "</choicegroup></multiplechoiceresponse>",
            "bad-points",
        ),
        ("<optionresponse><optioninput options=\"()\" correct='a'/></optionresponse>", "no-option"),
        ("<optionresponse><optioninput options=\"('a')\" correct='b'/></optionresponse>", "no-right-answer"),
        (
            "<optionresponse><optioninput><option correct='True'>a</option>"
            "<option correct='true'>b</option></optioninput></optionresponse>",
            "two-right",
        ),
        ("<stringresponse answer='(oups' type='regexp'><textline/></stringresponse>", "bad-pattern"),
        ("<stringresponse answer='(a|aa)+' type='regexp'><textline/></stringresponse>", "slow-pattern"),
        (
            "<stringresponse answer='a'><regexphint answer='(x'>h</regexphint><textline/></stringresponse>",
            "bad-hint-pattern",
        ),
        ("<numericalresponse answer='2k'><textline/></numericalresponse>", "bad-key"),
        ("<numericalresponse answer='1'><additional_answer answer='[1,2]'/><textline/></numericalresponse>", "bad-key"),
        ("<numericalresponse answer='1' partial_credit='x'><textline/></numericalresponse>", "bad-credit"),
        (
            "<numericalresponse answer='1'><responseparam type='tolerance' default='0,5'/>"
            "<textline/></numericalresponse>",
            "bad-tolerance",
        ),
        ("<numericalresponse answer=''><textline/></numericalresponse>", "no-key"),
        ("<numericalresponse answer='1'/>", "no-input"),
        ("<numericalresponse answer='1'><textline/><textline/></numericalresponse>", "bad-inputs"),
        ("<customresponse><textline/></customresponse>", "not-graded-here"),
        ("<formularesponse answer='x' samples='x@1:2'><textline/></formularesponse>", "bad-samples"),
        ("<formularesponse answer='2x' samples='x@1:2#3'><textline/></formularesponse>", "bad-key"),
        ("<formularesponse answer='1/x' samples='x@0:0#3'><textline/></formularesponse>", "bad-key"),
        ("<formularesponse answer='ln(x)-ln(x)' samples='x@0:0#3'><textline/></formularesponse>", "cannot-win"),
        ("<formularesponse samples='x@0:0#3'><textline/></formularesponse>", "no-key"),
        (
            "<formularesponse answer='x' samples='x@1:2#3'><hintgroup><formulahint name='a' answer='2x' "
            "samples='x@1:2#3'/></hintgroup><textline/></formularesponse>",
            "bad-hint",
        ),
        (
            "<formularesponse answer='x' samples='x@1:2#3'><responseparam type='tolerance' default='-1'/>"
            "<textline/></formularesponse>",
            "cannot-win",
        ),
        ("<imageresponse><imageinput src='a.png'/></imageresponse>", "bad-key"),
        ("<imageresponse><imageinput src='a.png' rectangle='(9,9)-(1,1)'/></imageresponse>", "cannot-win"),
        (
            "<imageresponse><imageinput src='a' width='50' height='50' rectangle='(60,9)-(80,10)'/></imageresponse>",
            "cannot-win",
        ),
        ("<choicetextresponse><radiotextgroup><choice/></radiotextgroup></choicetextresponse>", "no-right-answer"),
        ("<choicetextresponse><radiotextgroup/></choicetextresponse>", "no-option"),
        (
            "<choicetextresponse><radiotextgroup><choice correct='true'/><choice correct='true'/></radiotextgroup>"
            "</choicetextresponse>",
            "one-of-two",
        ),
        (
            "<choicetextresponse><radiotextgroup><choice correct='true'><numtolerance_input answer='x'/></choice>"
            "</radiotextgroup></choicetextresponse>",
            "bad-key",
        ),
        (
            "<choicetextresponse><radiotextgroup><choice correct='true'><numtolerance_input answer=''/></choice>"
            "</radiotextgroup></choicetextresponse>",
            "cannot-win",
        ),
        ("<truefalseresponse><choicegroup><choice/></choicegroup></truefalseresponse>", "no-right-answer"),
        (
            "<numericalresponse answer='3'><responseparam type='tolerance' default='-1'/><textline/>"
            "</numericalresponse>",
            "cannot-win",
        ),
        ("<numericalresponse answer='ln(0)-ln(0)'><textline/></numericalresponse>", "cannot-win"),
        ("<stringresponse answer=' '><textline/></stringresponse>", "cannot-win"),
        ("<script>x = random()</script>", "script"),
        ("<p>", "unreadable-problem"),
    ],
)
def test_the_author_is_told_what_to_mend(inside: str, code: str) -> None:
    assert code in read(inside)[1]


def test_a_key_that_wins_brings_no_remark() -> None:
    for definition in (
        formula("x*y"),
        click('rectangle="(1,1)-(9,9)"'),
        click('regions="[[[0,0],[9,0],[0,9]]]"'),
        blanks('<choice correct="true">a <numtolerance_input answer="1/3"/></choice><choice>b</choice>'),
        numerical("(2,5)"),
        numerical("[0,inf)"),
        string("a|b", type_="regexp"),
    ):
        assert checks.remarks(definition, "x.xml") == []


def test_the_fields_of_an_image_and_of_choices_with_numbers_make_their_answers() -> None:
    image = click('rectangle="(1,1)-(9,9)"')
    assert kind.answer(image, {"p_2_1_x": [" 3"], "p_2_1_y": ["4"]}) == {"p_2_1": "[3,4]"}
    assert kind.answer(image, {"p_2_1_x": [""], "p_2_1_y": [""]}) == {"p_2_1": ""}
    assert kind.answer(image, {"p_2_1": ["[3,4]"]}) == {"p_2_1": "[3,4]"}
    assert kind.answer(image, {"p_2_1.x": ["3"], "p_2_1.y": ["4"], "p_2_1_x": ["9"]}) == {"p_2_1": "[3,4]"}
    choices = blanks('<choice correct="true">a <numtolerance_input answer="1"/></choice><choice>b</choice>')
    first, number = "p_2_1_choiceinput_0bc", "p_2_1_choiceinput_0_numtolerance_input_0"
    assert kind.answer(choices, {"p_2_1": [first], number: ["1"]}) == {"p_2_1": {first: first, number: "1"}}
    assert kind.answer(choices, {"p_2_1": [first], number: [""]}) == {"p_2_1": {first: first, number: ""}}
    assert kind.answer(choices, {number: ["1"]}) == {"p_2_1": {number: "1"}}
    assert kind.answer(choices, {number: [""]}) == {}
    for posted in ({"p_2_1": ["choice_0"]}, {"p_2_1": [first, "p_2_1_choiceinput_1bc"]}, {number: ["1", "2"]}):
        with pytest.raises(InputRefused):
            kind.answer(choices, posted)
    with pytest.raises(InputRefused):
        kind.answer(image, {"p_2_1_x": ["1" * 10_001], "p_2_1_y": ["4"]})


def test_the_buttons_of_an_image_and_of_hints_hand_nothing_in() -> None:
    image = click('rectangle="(1,1)-(9,9)"')
    assert draft_in(kind, image, {"p_2_1.x": ["3"], "p_2_1.y": ["4"]}) == Draft({"p_2_1": "[3,4]"})
    assert draft_in(kind, image, {"p_2_1_x": ["3"], "p_2_1_y": ["4"]}) is None
    hinted = problem(
        "<stringresponse answer='a'><textline/></stringresponse><demandhint><hint>h</hint><hint>k</hint></demandhint>"
    )
    assert draft_in(kind, hinted, {"p_2_1": ["b"], "hint": ["1"]}) == Draft({"p_2_1": "b"}, hints=1, asks_hint=True)
    for asked, counted in (("2", 2), ("99", 2), ("9999", 0), ("-1", 0), ("x", 0), ("٢", 0), ("", 0)):
        draft = draft_in(kind, hinted, {"hint": [asked]})
        assert draft is not None
        assert draft.hints == counted
    assert draft_in(kind, hinted, {"p_2_1": ["b"], "hints": ["1"]}) is None


SHUFFLED = f"<multiplechoiceresponse><choicegroup shuffle='true'>{CHOICES}</choicegroup></multiplechoiceresponse>"


@pytest.mark.parametrize(
    ("inside", "written", "rule"),
    [
        (SHUFFLED, "always", "always"),
        (SHUFFLED, "onreset", "on_reset"),
        (SHUFFLED, "per_student", "per_learner"),
        (SHUFFLED, "never", "never"),
        (MENU, "always", "never"),
        (MENU, "per_student", "per_learner"),
    ],
)
def test_a_new_variant_is_asked_for_only_where_variants_differ(inside: str, written: str, rule: str) -> None:
    assert read(inside, rerandomize=written)[0].new_variant == rule
