"""What may a learner read in the source of a page, and when?"""

from __future__ import annotations

import re

import lxml.html
import pytest
from django.utils import translation
from lxml.etree import _Element

from cordee.activities.quiz import olx
from cordee.activities.quiz.definition import Choices, Problem
from cordee.activities.quiz.grading import grade
from cordee.activities.quiz.kind import kind
from cordee.activities.quiz.showing import in_divs, right_texts
from cordee.activities.quiz.tests.make import (
    answered,
    click,
    from_finland,
    handmade,
    many,
    numerical,
    problem,
    shown,
    single,
    string,
    view,
)

# Every place of a problem where an author may write what wins or what is said afterwards, each with a word of its own.
SECRETS = {
    "multiplechoiceresponse": (
        '<multiplechoiceresponse targeted-feedback=""><label>L</label><choicegroup>'
        '<choice correct="true" explanation-id="SECRETid">one<choicehint label="SECRETlabel">SECREThint</choicehint>'
        "</choice>"
        '<choice correct="false">two<choicehint>SECREThint</choicehint></choice></choicegroup></multiplechoiceresponse>'
    ),
    "choiceresponse": (
        '<choiceresponse partial_credit="EDC"><checkboxgroup><choice correct="true">one'
        '<choicehint selected="true">SECREThint</choicehint>'
        '<choicehint selected="false">SECRETother</choicehint></choice>'
        '<choice correct="false">two</choice><compoundhint value="A">SECRETcompound</compoundhint></checkboxgroup>'
        "</choiceresponse>"
    ),
    "optionresponse": (
        '<optionresponse><optioninput><option correct="True">one<optionhint>SECREThint</optionhint></option>'
        '<option correct="False">two</option></optioninput></optionresponse>'
    ),
    "stringresponse": (
        '<stringresponse answer="SECRETkey" type="ci"><additional_answer answer="SECRETother"><correcthint>SECREThint'
        '</correcthint></additional_answer><correcthint>SECREThint</correcthint><stringequalhint answer="SECRETwrong">'
        "SECREThint</stringequalhint>"
        '<regexphint answer="SECRETpattern">SECREThint</regexphint><textline/></stringresponse>'
    ),
    "numericalresponse": (
        '<numericalresponse answer="271828" partial_credit="list"><responseparam type="tolerance" default="314159" '
        'partial_answers="161803"/><additional_answer answer="141421"/><correcthint>SECREThint</correcthint>'
        "<formulaequationinput/></numericalresponse>"
    ),
    "truefalseresponse": (
        '<truefalseresponse><choicegroup><choice correct="true">one<choicehint>SECREThint</choicehint></choice>'
        '<choice correct="false">two</choice></choicegroup></truefalseresponse>'
    ),
    "formularesponse": (
        '<formularesponse answer="SECRETkey" samples="SECRETx@271828:314159#5" type="cs">'
        '<responseparam type="tolerance" default="161803"/><hintgroup>'
        '<formulahint name="SECRETname" answer="SECRETwrong" samples="SECRETx@1:3#5"/>'
        '<hintpart on="SECRETname"><text>SECREThint</text></hintpart></hintgroup><textline/></formularesponse>'
    ),
    "imageresponse": (
        '<imageresponse><imageinput src="/static/a.png" width="640" height="480" alt="A plan" '
        'rectangle="(271828,314159)-(271828,314159)" regions="[[[161803,1],[2,141421],[3,3]]]"/></imageresponse>'
    ),
    "choicetextresponse": (
        '<choicetextresponse><radiotextgroup><choice correct="true">one <numtolerance_input answer="271828" '
        'tolerance="314159"/></choice><choice correct="false">two <numtolerance_input answer="161803"/></choice>'
        "</radiotextgroup></choicetextresponse>"
    ),
    "the rest": (
        "<p>Text<!-- SECRETcomment --></p><solution><p>SECRETsolution</p></solution><solutionset><solution>SECRETset"
        '</solution></solutionset><targetedfeedbackset><targetedfeedback explanation-id="SECRETid">SECRETtargeted'
        "</targetedfeedback></targetedfeedbackset><demandhint><hint>SECRETdemand</hint></demandhint>"
        "<script>SECRETscript = 1</script><style>.SECRETstyle {}</style>"
        "<customresponse expect='SECRETexpect'><answer>SECRETcode</answer><textline/></customresponse>"
    ),
}
NUMBERS = ("271828", "314159", "161803", "141421")


def _words(element: lxml.html.HtmlElement | _Element) -> str:
    return "".join(str(piece) for piece in element.itertext())


@pytest.mark.parametrize("inside", SECRETS.values(), ids=SECRETS.keys())
@pytest.mark.parametrize("open_", [True, False])
@pytest.mark.parametrize("for_teacher", [True, False])
def test_an_unanswered_question_tells_nothing_of_its_key(inside: str, open_: bool, for_teacher: bool) -> None:
    source = shown(problem(inside), open=open_, for_teacher=for_teacher)
    assert "SECRET" not in source
    assert not any(number in source for number in NUMBERS)
    for word in ("correct", "true", "explanation", "partial", "EDC", "data-state", "verdict"):
        assert word not in source.lower().replace('aria-hidden="true"', "")


@pytest.mark.parametrize(
    "inside", [inside for tag, inside in SECRETS.items() if tag.endswith("choiceresponse") or tag == "optionresponse"]
)
def test_which_choice_is_right_changes_nothing_in_the_page_of_an_unanswered_question(inside: str) -> None:
    swapped = re.sub(
        'correct="(true|false)"',
        lambda found: f'correct="{"false" if found[1].lower() == "true" else "true"}"',
        inside,
        flags=re.I,
    )
    assert swapped != inside
    assert shown(problem(inside)) == shown(problem(swapped))


@pytest.mark.parametrize("inside", [SECRETS["stringresponse"], SECRETS["numericalresponse"]])
def test_another_key_gives_the_same_page_to_an_unanswered_question(inside: str) -> None:
    other = re.sub(r"SECRET\w+|\d{6}", "x", inside)
    assert shown(problem(inside)) == shown(problem(other))


def test_the_context_of_an_unanswered_question_holds_no_definition() -> None:
    for inside in SECRETS.values():
        assert "SECRET" not in repr(kind.page(problem(inside), view()))


def test_a_wrong_answer_gets_its_own_feedback_and_no_other() -> None:
    source = answered(problem(SECRETS["choiceresponse"]), {"p_2_1": ["choice_1"]})
    assert "SECRETother" in source
    assert "SECREThint" not in source
    assert "SECRETcompound" not in source
    assert "SECRET" not in answered(problem(SECRETS["stringresponse"]), {"p_2_1": "something"})
    assert "SECRETsolution" not in answered(
        problem("<solution>SECRETsolution</solution><stringresponse answer='a'><textline/></stringresponse>"),
        {"p_2_1": "b"},
    )


def test_a_verdict_on_ticks_does_not_tell_which_of_them_is_right() -> None:
    choices = (
        '<choice correct="true">one</choice><choice correct="false">two</choice><choice correct="true">six</choice>'
    )
    source = answered(many(choices), {"p_2_1": ["choice_0", "choice_1"]})
    assert source.count("data-state") == 1  # the question as a whole
    assert "Not right" in source
    other = answered(many(choices.replace("true", "x").replace("false", "true")), {"p_2_1": ["choice_0", "choice_1"]})
    assert source == other


def test_choices_that_were_not_drawn_are_not_in_the_page() -> None:
    definition = single(
        "".join(f'<choice correct="{str(rank == 0).lower()}">word{rank}</choice>' for rank in range(9)),
        'answer-pool="3"',
    )
    pages = {shown(definition, seed=seed) for seed in range(20)}
    assert all(len(re.findall(r"word\d", page)) == 3 and "word0" in page for page in pages)
    assert len(pages) > 10
    assert shown(definition, seed=3) == shown(definition, seed=3)


def test_the_right_answer_and_the_solution_come_when_they_may_be_revealed() -> None:
    definition = problem(
        SECRETS["multiplechoiceresponse"] + SECRETS["stringresponse"] + "<solution><p>SECRETsolution</p></solution>"
    )
    source = answered(definition, {"p_2_1": "choice_1", "p_3_1": "x"}, reveal=True, open=False)
    assert "SECRETsolution" in source
    assert "Right answer" in source
    assert "SECRETkey" in source
    page = lxml.html.fromstring(source)
    states = [label.get("data-state") for label in page.iter("label") if label.get("class") == "choice"]
    assert states == ["right", "wrong"]


def test_what_was_answered_is_still_in_the_fields() -> None:
    definition = problem(
        SECRETS["multiplechoiceresponse"]
        + SECRETS["choiceresponse"]
        + SECRETS["optionresponse"]
        + SECRETS["stringresponse"]
    )
    answer = {"p_2_1": "choice_1", "p_3_1": ["choice_0"], "p_4_1": "two", "p_5_1": '<b>"é" \U0001f9d7</b>'}
    page = lxml.html.fromstring(shown(definition, answer=answer))
    assert [field.get("value") for field in page.iter("input") if field.get("checked") is not None] == [
        "choice_1",
        "choice_0",
    ]
    assert [option.get("value") for option in page.iter("option") if option.get("selected") is not None] == ["two"]
    assert [field.get("value") for field in page.iter("input") if field.get("type") == "text"] == [answer["p_5_1"]]


def test_a_result_is_words_and_an_icon_not_colour_alone() -> None:
    source = answered(numerical("1"), {"p_2_1": "2"})
    assert 'data-state="wrong"' in source
    assert re.search(r'class="verdict" id="q1-p_2_1-verdict"[^>]*><svg.*?</svg>Not right', source, re.DOTALL)
    assert 'aria-describedby="q1-p_2_1-verdict"' in source
    assert "Right" in answered(numerical("1"), {"p_2_1": "1"})
    assert "No answer" in answered(numerical("1"), {})
    half = single('<choice correct="partial">c</choice>', partial_credit="points")
    assert "Your answer: partly right" in answered(half, {"p_2_1": "choice_0"})


def test_a_question_in_a_paragraph_leaves_a_page_that_browsers_read_as_written() -> None:
    inside = "<p>Choose:{}</p><p>After</p>"
    for response in (SECRETS["multiplechoiceresponse"], SECRETS["stringresponse"]):
        source = answered(problem(inside.format(response)), {})
        body = lxml.html.fromstring(source)
        for paragraph in body.iter("p"):
            assert not [*paragraph.iter("fieldset", "div", "ul")]
        assert "<div>Choose:" in source
        assert "<p>After</p>" in source


def test_only_paragraphs_with_a_question_become_divisions() -> None:
    assert in_divs('<p title="a>b">x\ue0002_1\ue001</p><p>y</p>') == '<div title="a>b">x\ue0002_1\ue001</div><p>y</p>'
    assert in_divs("<pre>\ue000</pre>") == "<pre>\ue000</pre>"


@pytest.mark.parametrize(
    ("inside", "name"),
    [
        ("<stringresponse answer='a'><label>Which <b>river</b>?</label><textline/></stringresponse>", "Which river?"),
        ("<p>The river is:</p><stringresponse answer='a'><textline/></stringresponse>", "The river is:"),
        ("<p>It is <stringresponse answer='a'><textline/></stringresponse> long.</p>", "It is"),
        ("<stringresponse answer='a'><textline label='The river'/></stringresponse>", "The river"),
        ("<stringresponse answer='a'><textline/></stringresponse>", "Your answer"),
        ("<p>\\(x^2\\)</p><p> </p><stringresponse answer='a'><textline/></stringresponse>", "x2"),
    ],
)
def test_every_field_has_a_name(inside: str, name: str) -> None:
    page = lxml.html.fromstring(shown(problem(inside)))
    field = next(page.iter("input"))
    labels = [label for label in page.iter("label") if label.get("for") == field.get("id")]
    said = _words(labels[0]) if labels else field.get("aria-label")
    assert "".join(str(said).split()) == "".join(name.split())


def test_two_menus_of_one_question_have_two_names() -> None:
    inside = "<optionresponse><label>Colours</label><p>A {0} B {0}</p></optionresponse>".format(
        "<optioninput options=\"('x','y')\" correct='x'/>"
    )
    page = lxml.html.fromstring(shown(problem(inside)))
    assert [menu.get("aria-label") for menu in page.iter("select")] == [
        "Colours, field 1 of 2",
        "Colours, field 2 of 2",
    ]
    assert "Colours" in _words(page)


def test_choices_are_a_group_with_its_question_as_legend() -> None:
    page = lxml.html.fromstring(shown(problem(SECRETS["multiplechoiceresponse"])))
    (group,) = page.iter("fieldset")
    assert group.get("id") == "q1-p_2_1"
    assert [_words(legend) for legend in group.iter("legend")] == ["L"]
    assert {field.get("name") for field in group.iter("input")} == {"p_2_1"}


def test_a_description_is_tied_to_its_field() -> None:
    source = shown(
        problem("<numericalresponse answer='1'><description>In metres.</description><textline/></numericalresponse>")
    )
    assert '<span class="field__hint" id="q1-p_2_1-about-0">In metres.</span>' in source
    assert 'aria-describedby="q1-p_2_1-about-0"' in source


@pytest.mark.parametrize("graded", [*handmade(), *from_finland()], ids=lambda graded: graded.name.rpartition("/")[2])
def test_every_problem_has_a_page_with_all_its_fields_once(graded: object) -> None:
    definition = olx.read(graded.xml)  # type: ignore[attr-defined] # Graded, as pytest gives it
    page = lxml.html.fromstring(f"<main>{shown(definition)}</main>")
    names = dict.fromkeys(_input_of(str(field.get("name"))) for field in page.iter("input", "select", "textarea"))
    expected = [name for name in definition.input_ids() if not _is_ungraded(definition, name)]
    assert [name for name in names if name != "hints"] == expected
    ids = [element.get("id") for element in page.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    assert "\ue000" not in _words(page)


def _input_of(field: str) -> str:
    """The input that a field belongs to: those of an image and of choices with numbers have several."""
    return re.sub("_[xy]$|_choiceinput_.*", "", field)


def _is_ungraded(definition: Problem, name: str) -> bool:
    number = int(name.split("_")[1])
    response = definition.responses[number - 2]
    empty = isinstance(response.key, Choices) and not response.key.choices
    return type(response.key).__name__ == "NoKey" or empty


def test_what_is_not_graded_here_is_shown_and_says_so() -> None:
    definition = problem(
        "<customresponse cfn='f'><p>What is 2+2?</p><textline/></customresponse>"
        "<stringresponse answer='a'><textline/></stringresponse>"
    )
    source = shown(definition)
    assert "What is 2+2?" in source
    assert "Not graded here yet." in source
    assert "customresponse" not in source
    assert "<code>customresponse</code>" in shown(definition, for_teacher=True)
    assert "readonly" in source  # the other question of the problem cannot be handed in either


def test_an_unreadable_problem_says_so_and_shows_no_source() -> None:
    source = shown(olx.read("<problem><b>SECRET</problem>"))
    assert "cannot be shown" in source
    assert "SECRET" not in source


def test_no_author_markup_escapes_the_sanitiser() -> None:
    evil = (
        "<img src='x' onerror='alert(1)'/><script type='text/javascript'>alert(1)</script>"
        "<a href='javascript:f()'>x</a>"
    )
    definition = problem(
        f"{evil}<multiplechoiceresponse><label>{evil}</label><description>{evil}</description><choicegroup>"
        f"<choice correct='true' name='&quot;&gt;&lt;script&gt;'>{evil}"
        f"<choicehint label='&lt;script&gt;'>{evil}</choicehint>"
        f"</choice>"
        f"</choicegroup></multiplechoiceresponse><stringresponse answer='a'><textline trailing_text='&lt;script&gt;'"
        f" label='&quot;&gt;&lt;script&gt;'/></stringresponse><solution>{evil}</solution>"
    )
    name = definition.responses[0].key.choices[0].name  # type: ignore[union-attr] # Choices
    answer = {"p_2_1": f"choice_{name}", "p_3_1": '"><script>'}
    source = shown(definition, answer=answer, result=grade(definition, answer, None), reveal=True)
    assert "<script" not in source
    assert "onerror" not in source
    assert "javascript:" not in source


def test_a_slot_that_the_sanitiser_drops_comes_back_at_the_end() -> None:
    source = shown(
        problem("<p>a</p><template><stringresponse answer='a'><textline/></stringresponse></template><p>b</p>")
    )
    assert 'name="p_2_1"' in source


def test_words_of_ours_are_in_the_language_of_the_page_and_marked() -> None:
    with translation.override("fr"):
        source = answered(string("a"), {"p_2_1": "b"})
    assert re.search(r'<span class="verdict"[^>]* lang="fr">', source)


def test_the_unit_behind_a_field_describes_it() -> None:
    source = shown(
        problem("<stringresponse answer='a'><label>Mass</label><textline trailing_text='kg'/></stringresponse>")
    )
    assert '<span id="q1-p_2_1-after">kg</span>' in source
    assert 'aria-describedby="q1-p_2_1-after"' in source


@pytest.mark.parametrize("label", ["<label>Mass</label>", ""])
def test_the_unit_stands_in_one_row_with_its_field_and_nothing_else(label: str) -> None:
    inside = (
        f"{label}<description>With its bag.</description><correcthint>h</correcthint><textline trailing_text='kg'/>"
    )
    page = lxml.html.fromstring(
        answered(problem(f"<numericalresponse answer='1'>{inside}</numericalresponse>"), {"p_2_1": "1"})
    )
    (field,) = page.iter("input")
    row = field.getparent()
    assert row is not None
    assert [(child.tag, child.get("id")) for child in row] == [("input", "q1-p_2_1"), ("span", "q1-p_2_1-after")]
    box = row.getparent()
    assert box is not None
    assert box.get("data-state") == "right"
    assert {"verdict", "feedback", "field__hint"} <= {child.get("class") for child in box}


@pytest.mark.parametrize(
    ("key", "french", "english"),
    [
        ("1000/200000*1000", "5", "5"),
        ("0.1+0.2", "0,3", "0.3"),
        ("2^20", "1\u00a0048\u00a0576", "1048576"),
        ("1/1024", "0,0009765625", "0.0009765625"),
        ("1/3", "1/3 ≈ 0,333333", "1/3 ≈ 0.333333"),
        ("-2/3*10^6", "-2/3*10^6 ≈ -666\u00a0667", "-2/3*10^6 ≈ -666667"),
        ("10^20/3", "10^20/3 ≈ 3,33333e+19", "10^20/3 ≈ 3.33333e+19"),
        ("3.140", "3,140", "3.140"),
        ("12480.5", "12\u00a0480,5", "12480.5"),
        ("6.02e23", "6,02e23", "6.02e23"),
        ("12345678901234567890", "12345678901234567890", "12345678901234567890"),
        ("2+3*i", "2+3*i", "2+3*i"),
        ("1/", "1/", "1/"),
        ("[0.5,1/4*3)", "de 0,5 à 0,75", "from 0.5 to 0.75"),
        ("[0,inf)", "de 0 à inf", "from 0 to inf"),
    ],
)
def test_the_key_of_a_number_is_shown_as_its_value(key: str, french: str, english: str) -> None:
    (response,) = numerical(key).responses
    with translation.override("fr"):
        assert right_texts(response, 0, "fr") == (french,)
    with translation.override("en"):
        assert right_texts(response, 0, "en") == (english,)


def test_a_key_of_text_is_shown_as_its_author_wrote_it() -> None:
    (text,) = string("1000/200").responses
    (pattern,) = string("1.5|2.5", type_="regexp").responses
    assert right_texts(text, 0, "fr") == ("1000/200",)
    assert right_texts(pattern, 0, "fr") == ()


def test_the_usual_label_is_left_out_below_its_verdict_in_whatever_language_it_was_said() -> None:
    definition = numerical("1", "<correcthint>Both ends count.</correcthint>")
    for language in ("en", "fr"):
        with translation.override(language):
            result = grade(definition, {"p_2_1": "1"}, None)
        assert "<strong" in result.inputs["p_2_1"].feedback
        source = shown(definition, answer={"p_2_1": "1"}, result=result)
        assert re.search(r'class="feedback"[^>]*>Both ends count\.</div>', source)
        assert source.count("Right") == 1


def test_a_label_of_the_author_stays_below_a_verdict() -> None:
    source = answered(numerical("1", '<correcthint label="Well seen.">Both count.</correcthint>'), {"p_2_1": "1"})
    assert "<strong>Well seen.</strong> Both count." in source


def test_the_usual_label_stays_where_no_verdict_stands_just_above() -> None:
    choices = '<choice correct="true">one<choicehint>It is.</choicehint></choice><choice correct="false">two</choice>'
    source = answered(single(choices), {"p_2_1": "choice_0"})
    assert '<strong lang="en">Correct:</strong> It is.' in source


def test_a_single_choice_bears_one_verdict() -> None:
    source = answered(problem(SECRETS["multiplechoiceresponse"]), {"p_2_1": "choice_1"})
    assert source.count("Your answer: not right") == 1
    assert 'class="verdict"' not in source
    assert "No answer" in answered(problem(SECRETS["multiplechoiceresponse"]), {})


def menu(*texts: str) -> Problem:
    options = "".join(f'<option correct="{rank == 0}">{text}</option>' for rank, text in enumerate(texts))
    return problem(f"<optionresponse><optioninput>{options}</optioninput></optionresponse>")


@pytest.mark.parametrize(
    ("given_to", "chosen"),
    [
        (menu("rouge", "vert", "bleu"), "green"),  # the same question in another language
        (menu("green", "red", "vert"), "blue"),
        (menu("rouge", "vert"), None),  # another question: no guess
        (numerical("3"), None),
        (None, None),
    ],
)
def test_a_line_of_a_menu_chosen_in_another_language_is_chosen_in_this_one(
    given_to: Problem | None, chosen: str | None
) -> None:
    page = lxml.html.fromstring(
        shown(menu("red", "green", "blue"), answer={"p_2_1": "vert"}, answered=given_to, open=True)
    )
    assert [option.get("value") for option in page.iter("option") if option.get("selected") is not None] == (
        [chosen] if chosen else []
    )


def test_a_line_of_this_language_is_found_by_its_words() -> None:
    page = lxml.html.fromstring(shown(menu("red", "green"), answer={"p_2_1": "green"}, answered=menu("green", "red")))
    assert [option.get("value") for option in page.iter("option") if option.get("selected") is not None] == ["green"]


HINTS = "<demandhint><hint>first <b>one</b></hint><hint>another thing</hint></demandhint>"


def test_a_hint_is_in_the_page_once_it_is_asked_for_and_not_before() -> None:
    definition = problem(f"<stringresponse answer='a'><textline/></stringresponse>{HINTS}")
    pages = [shown(definition, hints=asked) for asked in (0, 1, 2, 9)]
    assert ["first" in page for page in pages] == [False, True, True, True]
    assert ["another thing" in page for page in pages] == [False, False, True, True]
    buttons = [re.findall(r'name="hint" value="(\d+)"', page) for page in pages]
    assert buttons == [["1"], ["2"], [], []]
    assert "Hint 1 of 2" in pages[1]


def test_no_hint_can_be_asked_for_where_nothing_can_be_handed_in() -> None:
    definition = problem(f"<stringresponse answer='a'><textline/></stringresponse>{HINTS}")
    closed = shown(definition, open=False)
    assert 'name="hint"' not in closed
    assert 'name="hint"' not in shown(problem(f"<customresponse><textline/></customresponse>{HINTS}"))


def test_the_first_button_of_a_form_with_several_hands_in_so_that_enter_does() -> None:
    for inside in (SECRETS["imageresponse"], f"<stringresponse answer='a'><textline/></stringresponse>{HINTS}"):
        page = lxml.html.fromstring(f"<main>{shown(problem(inside))}</main>")
        buttons = [one for one in page.iter("button", "input") if one.get("type") in ("submit", "image")]
        assert buttons[0].get("type") == "submit"
        assert buttons[0].get("name") is None
        assert (buttons[0].get("tabindex"), buttons[0].get("aria-hidden")) == ("-1", "true")
    assert "<button" not in shown(string("a"))


IMAGE = click('rectangle="(10,20)-(110,80)" alt="A plan"')


def test_an_image_is_pressed_without_script_and_has_two_fields_for_its_point() -> None:
    page = lxml.html.fromstring(f"<main>{shown(IMAGE, answer={'p_2_1': '[30,x]'})}</main>")
    fields = {field.get("name"): field.get("value") for field in page.iter("input") if field.get("type") == "text"}
    assert fields == {"p_2_1_x": "30", "p_2_1_y": "x"}
    assert [_words(label) for label in page.iter("label")] == ["From the left", "From the top"]


def test_where_a_click_wins_is_drawn_and_said_once_it_may_be() -> None:
    for reveal in (False, True):
        source = answered(IMAGE, {"p_2_1": "[5,5]"}, reveal=reveal)
        assert ("around 60 from the left and 50 from the top" in source) == reveal
        assert ("110" in source) == (reveal and "<polygon" in source)


def test_each_number_in_a_choice_has_a_name_and_its_choice_the_words_around_it() -> None:
    definition = problem(SECRETS["choicetextresponse"])
    page = lxml.html.fromstring(f"<main>{shown(definition, answer={'p_2_1': {'p_2_1_choiceinput_1bc': 'x'}})}</main>")
    labels = [field.get("aria-label") for field in page.iter("input") if field.get("type") == "text"]
    assert labels == ["Number for: one …", "Number for: two …"]
    radios = [field for field in page.iter("input") if field.get("type") == "radio"]
    assert [radio.get("checked") is not None for radio in radios] == [False, True]
    for radio in radios:
        (named,) = [one for one in page.iter() if one.get("id") == radio.get("aria-labelledby")]
        assert _words(named).split()[0] in ("one", "two")


def test_the_numbers_of_the_right_choice_come_when_they_may() -> None:
    source = answered(problem(SECRETS["choicetextresponse"]), {"p_2_1": {}}, reveal=True)
    assert "(271\u00a0828)" in source
    assert "161" not in source


def test_an_explanation_told_with_the_verdict_is_not_told_twice() -> None:
    definition = problem(
        '<multiplechoiceresponse targeted-feedback="alwaysShowCorrectChoiceExplanation"><choicegroup>'
        '<choice correct="true" explanation-id="a">one</choice></choicegroup></multiplechoiceresponse>'
        '<solutionset><solution explanation-id="a">Because it is.</solution></solutionset>'
    )
    assert "Because" not in shown(definition)
    assert answered(definition, {"p_2_1": "choice_0"}).count("Because it is.") == 1
    assert answered(definition, {"p_2_1": "choice_0"}, reveal=True).count("Because it is.") == 1


ANYTHING = '<stringresponse answer=".+" type="ci regexp"><label>Tell us.</label><textline {size}/></stringresponse>'


@pytest.mark.parametrize(("size", "lines"), [("", "5"), ('size="20"', None), ('size="90"', "3"), ('size="9000"', "12")])
def test_where_any_answer_is_right_the_field_is_as_high_as_sentences_unless_a_short_one_is_asked(
    size: str, lines: str | None
) -> None:
    page = lxml.html.fragment_fromstring(shown(problem(ANYTHING.format(size=size))), create_parent=True)
    fields = page.xpath(".//textarea[@name='p_2_1']")
    assert [field.get("rows") for field in fields] == ([lines] if lines else [])
    assert len(page.xpath(".//input[@name='p_2_1']")) == (0 if lines else 1)


def test_an_answer_of_several_lines_is_right_where_anything_is_and_is_shown_as_it_came() -> None:
    said = "12 ms to the gateway,\r\n\r\n140 ms far away."
    asked = problem(ANYTHING.format(size=""))
    assert grade(asked, {"p_2_1": said}, 1).score.earned == 1
    assert grade(asked, {"p_2_1": " \n "}, 1).score.earned == 0
    assert "gateway,\r\n\r\n140 ms far away.</textarea>" in answered(asked, {"p_2_1": said})
