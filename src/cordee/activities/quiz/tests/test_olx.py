"""Is a problem read, written and read again without loss?"""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cordee.activities.quiz import codec, olx
from cordee.activities.quiz.definition import (
    Accepted,
    Blank,
    BlankChoice,
    BlankChoices,
    Choice,
    Choices,
    FormulaHint,
    FormulaKey,
    Hint,
    Input,
    Menu,
    Menus,
    NoKey,
    Number,
    Option,
    Problem,
    Response,
    Spot,
    Spots,
    Targeted,
    Text,
    slot,
)
from cordee.activities.quiz.tests.make import from_finland, handmade, problem, unhurried

ALL = [*handmade(), *from_finland()]


@pytest.mark.parametrize("graded", ALL, ids=lambda graded: graded.name.rpartition("/")[2])
def test_a_real_problem_survives_both_codecs(graded: object) -> None:
    xml = graded.xml  # type: ignore[attr-defined] # Graded, as pytest gives it
    definition = olx.read(xml)
    assert not definition.unreadable
    assert olx.read(olx.write(definition)) == definition
    assert codec.from_json(json.loads(json.dumps(codec.to_json(definition)))) == definition


words = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "Zs"]), max_size=12)
names = st.text("abcxyz019", min_size=1, max_size=6)
lines = words.map(str.strip).filter(lambda text: "\\" not in text)
htmls = st.builds(lambda text, tag: f"<{tag}>{_escaped(text)}</{tag}>", words, st.sampled_from(["p", "b", "span"]))
hints = st.builds(Hint, htmls, st.none() | lines)
timed_hints = st.builds(Hint, htmls, st.none() | lines, names)
extras = st.just(()) | st.builds(lambda value: (("data-kept", value),), words)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


choices = st.builds(
    Choice,
    htmls,
    st.sampled_from(["true", "false", "partial"]),
    name=st.just("") | names,
    points=st.sampled_from(["", "0.5", "x"]),
    fixed=st.booleans(),
    explanation=st.just("") | names,
    hints=st.lists(timed_hints, max_size=2).map(tuple),
    attributes=extras,
)
groups = st.builds(
    Choices,
    st.lists(choices, min_size=1, max_size=4).map(tuple),
    partial_credit=st.none() | lines,
    shuffle=st.booleans(),
    pool=st.sampled_from(["", "3", "trois"]),
    targeted=st.none() | names,
    compound_hints=st.lists(timed_hints, max_size=2).map(tuple),
)


def _menu(texts: list[str], right: int, as_elements: bool) -> Menu:
    return Menu(tuple(Option(text) for text in texts), (texts[right % len(texts)],), as_elements=as_elements)


menus = st.builds(_menu, st.lists(names, min_size=1, max_size=4, unique=True), st.integers(0, 9), st.booleans())
accepted = st.builds(Accepted, names, st.none() | hints)
texts = st.builds(
    Text,
    names,
    type=st.none() | st.sampled_from(["ci", "regexp ci"]),
    hint=st.none() | hints,
    additional=st.lists(st.one_of(accepted, st.builds(Accepted, names, in_text=st.just(True))), max_size=2).map(tuple),
    equal_hints=st.lists(timed_hints, max_size=2).map(tuple),
    pattern_hints=st.lists(timed_hints, max_size=2).map(tuple),
)
numbers = st.builds(
    Number,
    names,
    tolerance=st.none() | lines,
    partial_credit=st.none() | lines,
    partial_range=st.none() | lines,
    partial_answers=st.none() | lines,
    hint=st.none() | hints,
    additional=st.lists(accepted, max_size=2).map(tuple),
)


formulas = st.builds(
    FormulaKey,
    names,
    lines,
    type=st.none() | st.sampled_from(["cs", "ci"]),
    tolerance=st.none() | lines,
    hints=st.lists(
        st.builds(FormulaHint, names, names, lines, type=st.none() | names, tolerance=st.none() | lines), max_size=2
    ).map(tuple),
    parts=st.lists(st.builds(Hint, htmls, st.just(""), names), max_size=2).map(tuple),
)
spots = st.builds(Spot, st.none() | lines, st.none() | lines)


def _blank_choice(
    html: str, correct: bool, blanks: list[Blank], attributes: tuple[tuple[str, str], ...]
) -> BlankChoice:
    return BlankChoice(
        html + "".join(slot(f"n{rank}") + html for rank in range(len(blanks))), correct, tuple(blanks), attributes
    )


numbered = st.builds(Blank, lines, st.none() | lines, extras)
blank_choices = st.builds(
    BlankChoices,
    st.lists(st.builds(_blank_choice, htmls, st.booleans(), st.lists(numbered, max_size=2), extras), max_size=3).map(
        tuple
    ),
)


@st.composite
def responses(draw: st.DrawFn, number: int) -> Response:
    tag, key, inputs = draw(
        st.one_of(
            st.tuples(st.just("multiplechoiceresponse"), groups, st.just(("choicegroup",))),
            st.tuples(st.just("choiceresponse"), groups, st.sampled_from([("checkboxgroup",), ("radiogroup",)])),
            st.tuples(st.just("stringresponse"), texts, st.just(("textline",))),
            st.tuples(st.just("numericalresponse"), numbers, st.just(("formulaequationinput",))),
            st.tuples(st.just("truefalseresponse"), groups, st.just(("choicegroup",))),
            st.tuples(
                st.just("formularesponse"), formulas, st.sampled_from([("textline",), ("formulaequationinput",)])
            ),
            st.tuples(
                st.just("choicetextresponse"),
                blank_choices,
                st.sampled_from([("radiotextgroup",), ("checkboxtextgroup",)]),
            ),
            st.lists(spots, min_size=1, max_size=2).map(
                lambda found: ("imageresponse", Spots(tuple(found)), ("imageinput",) * len(found))
            ),
            st.tuples(st.just("customresponse"), st.just(NoKey()), st.just(("textline", "jsinput"))),
            st.lists(menus, min_size=1, max_size=2).map(
                lambda found: ("optionresponse", Menus(tuple(found)), ("optioninput",) * len(found))
            ),
        )
    )
    graded = not isinstance(key, NoKey)
    return Response(
        number,
        tag,
        key,
        tuple(Input(rank, name, draw(extras)) for rank, name in enumerate(inputs, 1)),
        label=draw(htmls) if graded and draw(st.booleans()) else "",
        descriptions=tuple(draw(st.lists(htmls, max_size=2))) if graded else (),
        attributes=draw(extras),
    )


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    found = tuple(draw(responses(number)) for number in range(2, 2 + draw(st.integers(0, 3))))
    body = draw(htmls)
    for response in found:
        inside = draw(htmls) + "".join(slot(f"{response.number}_{i.number}") + draw(htmls) for i in response.inputs)
        body += slot(f"({response.number}") + inside + slot(f"){response.number}") + draw(htmls)
    solutions = tuple(f"<solution>{html}</solution>" for html in draw(st.lists(htmls, max_size=2)))
    kept = ("<demandhint><hint>a</hint></demandhint>",) if draw(st.booleans()) else ()
    targeted = tuple(draw(st.lists(st.builds(Targeted, names, htmls), max_size=2)))
    body += "".join(slot(f"s{rank}") for rank in range(len(solutions))) + (slot("t0") if targeted else "")
    return Problem(body + (slot("k0") if kept else ""), found, solutions, targeted, kept)


@pytest.mark.long
@unhurried
@given(problems())
def test_writing_olx_then_reading_it_gives_the_same_problem(definition: Problem) -> None:
    assert olx.read(olx.write(definition)) == definition


@pytest.mark.long
@unhurried
@given(problems())
def test_writing_json_then_reading_it_gives_the_same_problem(definition: Problem) -> None:
    assert codec.from_json(json.loads(json.dumps(codec.to_json(definition)))) == definition


def test_json_leaves_out_what_is_usual_so_that_later_fields_keep_the_hash() -> None:
    data = codec.to_json(problem("<stringresponse answer='a'><textline/></stringresponse>"))
    assert data["responses"] == [
        {
            "number": 2,
            "tag": "stringresponse",
            "key": {"family": "text", "answer": "a"},
            "inputs": [{"number": 1, "tag": "textline"}],
        }
    ]


def test_what_is_not_understood_is_written_back() -> None:
    source = (
        "<p>Before</p><!-- a note --><numericalresponse answer='1' rare='x'><responseparam default='5'/>"
        "<hintgroup><hintpart/></hintgroup><textline math='1' size='9'><strange/></textline></numericalresponse>"
        "<customresponse cfn='f' expect='2'><label>Why?</label>"
        "<answer>code()</answer><jsinput src='a.js'/></customresponse>"
        "<demandhint><hint>h</hint></demandhint><script>def f(): pass</script><style>p {}</style><acme a='1'/>"
    )
    written = olx.write(problem(source), [("display_name", "Q & A")])
    for piece in (
        '<problem display_name="Q &amp; A">',
        "<!-- a note -->",
        'rare="x"',
        '<responseparam default="5"></responseparam>',
        "<hintgroup><hintpart></hintpart></hintgroup>",
        '<textline math="1" size="9"><strange></strange></textline>',
        '<customresponse cfn="f" expect="2">',
        "<label>Why?</label>",
        "<answer>code()</answer>",
        '<jsinput src="a.js"></jsinput>',
        "<demandhint><hint>h</hint></demandhint>",
        "<script>def f(): pass</script>",
        "<style>p {}</style>",
        '<acme a="1"></acme>',
    ):
        assert piece in written


def test_inputs_are_numbered_as_open_edx_does() -> None:
    definition = problem(
        "<stringresponse answer='a'><solution>s</solution><textline/>"
        "</stringresponse><imageresponse><imageinput/></imageresponse>"
        "<optionresponse><p><optioninput options=\"('a')\" correct='a'/> and "
        "<optioninput options=\"('b')\" correct='b'/>"
        "</p></optionresponse>"
    )
    assert list(definition.input_ids()) == ["p_2_1", "p_3_1", "p_4_1", "p_4_2"]


@pytest.mark.parametrize(
    ("written", "lines_"),
    [
        ("('a','b')", ("a", "b")),
        ("('vert d’eau', 'l\\'eau')", ("vert d’eau", "l'eau")),
        ("('don't','l'été')", ("don't", "l'été")),
        ('("a","b c")', ("a", "b c")),
        ("(a, b)", ("a", "b")),
        ("('',)", ("",)),
        ("()", ()),
        ("", ()),
    ],
)
def test_a_menu_in_one_attribute_is_read(written: str, lines_: tuple[str, ...]) -> None:
    assert olx.options_of(written) == lines_


def test_a_label_just_before_a_response_is_its_question() -> None:
    definition = problem("<label>How many?</label>\n<numericalresponse answer='1'><textline/></numericalresponse>")
    assert definition.responses[0].label == "How many?"
    assert "How many" not in definition.body


def test_a_slot_cannot_be_forged() -> None:
    mark = "\ue0002_1\ue001"
    definition = problem(
        f"<p title='{mark}'>{mark}&#xE000;2_1&#xE001;</p><stringresponse answer='a'><textline/></stringresponse>"
    )
    assert definition.body.count("\ue000") == 3  # (2  2_1  )2
    assert '<p title="2_1">2_12_1</p>' in definition.body


@pytest.mark.parametrize(
    "source",
    [
        "",
        "no xml",
        "<problem>",
        "<problem>&nbsp;</problem>",
        '<!DOCTYPE x [<!ENTITY a "b">]><problem>&a;</problem>',
        "<problem>\ud800</problem>",
        "<problem>\x00</problem>",
        "<html/>",
        "<numericalresponse answer='1'><textline/></numericalresponse>",
        "<problem>" + "<p>" * 300 + "</p>" * 300 + "</problem>",
    ],
)
def test_what_is_no_problem_becomes_an_unreadable_one_that_is_kept(source: str) -> None:
    definition = olx.read(source)
    assert definition.unreadable
    assert olx.write(definition) == source
    assert codec.from_json(codec.to_json(definition)) == definition


def test_a_choice_inside_a_choice_is_read_without_harm() -> None:
    definition = problem(
        "<multiplechoiceresponse><choicegroup><choice correct='true'>a<choice>b</choice></choice></choicegroup>"
        "</multiplechoiceresponse>"
    )
    assert olx.read(olx.write(definition)) == definition
    assert [choice.html for choice in definition.responses[0].key.choices] == ["a", "b"]  # type: ignore[union-attr] # Choices
