"""Does a problem survive being written as text and read back?"""

from __future__ import annotations

import json
import tarfile
from dataclasses import replace
from functools import cache
from html import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from cordee.activities.quiz import codec, olx, text
from cordee.activities.quiz.definition import (
    Accepted,
    Choice,
    Choices,
    FormulaHint,
    FormulaKey,
    Hint,
    Input,
    Key,
    Menu,
    Menus,
    Number,
    NumberHint,
    Option,
    Problem,
    Response,
    Spot,
    Spots,
    Text,
    slot,
)
from cordee.activities.quiz.grading import grade
from cordee.activities.quiz.literals import needs_python
from cordee.activities.quiz.tests.make import DATA, from_finland, handmade, unhurried
from cordee.activities.quiz.tests.texts import problem_block, written
from cordee.activities.quiz.text_sameness import sameness
from cordee.core.errors import InputRefused
from cordee.formats.coursetext import marks
from cordee.formats.coursetext.lists import Messages
from cordee.formats.coursetext.model import TextBlock
from cordee.formats.olx.documents import ForbiddenDeclaration, Unreadable, parse
from tests.own_course import own_courses


@cache
def problems() -> dict[str, str]:
    """Every problem that the repository holds: its name and its XML."""
    found = {f"handmade/{graded.name.rpartition('/')[2]}": graded.xml for graded in handmade()}
    for course in ("math-percent-fi", "mitx-grading-library", "one-of-each"):
        with tarfile.open(DATA / "courses" / f"{course}.tar.gz") as archive:
            for member in archive.getmembers():
                if "/problem/" in member.name and member.name.endswith(".xml"):
                    file = archive.extractfile(member)
                    assert file is not None
                    found[f"{course}/{member.name.rpartition('/')[2]}"] = file.read().decode()
    for language, own in own_courses().items():
        for block in own.leaves():
            if block.tag == "problem":
                found[f"demo-{language}/{block.id}.xml"] = block.content
    return {name: xml for name, xml in found.items() if _is_problem(xml)}


def _is_problem(xml: str) -> bool:
    try:
        return bool(parse(xml.encode()).root.tag == "problem")
    except (Unreadable, ForbiddenDeclaration):
        return False


@cache
def texts() -> dict[str, TextBlock | None]:
    return {name: text.write_text(problem_block(xml)) for name, xml in problems().items()}


def share_said(prefix: str, *, python: bool = False) -> tuple[int, int]:
    """How many problems have a text, of how many."""
    of_course = [
        name for name, xml in problems().items() if name.startswith(prefix) and needs_python(olx.read(xml)) is python
    ]
    return sum(texts()[name] is not None for name in of_course), len(of_course)


def test_every_problem_of_a_real_course_that_needs_no_python_has_a_text() -> None:
    assert share_said("math-percent-fi/") == (41, 41)
    assert share_said("demo-fr/") == share_said("demo-en/") == (51, 52)  # the other one has numbers inside its choices
    assert share_said("one-of-each/") == (12, 13)


def test_problems_made_to_be_odd_have_a_text_or_stay_as_they_are() -> None:
    said, of = share_said("handmade/")
    assert (said, of) == (155, 177)


def test_of_python_only_what_has_a_function_and_plain_lines_has_a_text() -> None:
    assert share_said("math-percent-fi/", python=True) == (2, 6)
    assert share_said("mitx-grading-library/", python=True) == (2, 53)


@pytest.mark.long
def test_a_text_asks_the_same_twice_over() -> None:
    """OLX -> text -> OLX -> text: the same questions, then the same text."""
    for name, found in texts().items():
        if found is None:
            continue
        said = Messages()
        again = text.read_text(found, None, said)
        assert not said.errors, name
        assert sameness(olx.read(again.content)) == sameness(olx.read(problems()[name])), name
        twice = text.write_text(again)
        assert twice is not None, name
        assert [line.text for line in twice.lines] == [line.text for line in found.lines], name


@pytest.mark.long
def test_open_edx_s_verdicts_hold_for_the_text_too() -> None:
    """Each answer that Open edX graded is graded alike once its problem went through the text."""
    compared = 0
    for graded in (*handmade(), *from_finland()):
        block = problem_block(graded.xml)
        found = text.write_text(block) if _is_problem(graded.xml) else None
        if found is None:
            continue
        before, after = olx.read(graded.xml), olx.read(text.read_text(found, None, Messages()).content)
        for case in graded.cases:
            compared += 1
            assert _verdict(after, case["answers"]) == _verdict(before, case["answers"]), graded.name
    assert compared > 1500


def _verdict(problem: Problem, answers: dict[str, object]) -> object:
    given = {name.replace(name.rpartition("_")[0].rpartition("_")[0], "p", 1): value for name, value in answers.items()}
    try:
        result = grade(problem, given, 5)
    except InputRefused as error:
        return type(error).__name__
    return result.score, {name: (one.correctness, one.points) for name, one in result.inputs.items()}


@pytest.mark.long
def test_the_canonical_form_of_a_text_is_the_text_itself() -> None:
    for name, found in texts().items():
        if found is not None:
            lines = tuple(line.text for line in found.lines)
            assert marks.canonical(found.lines, listings=["python grader"]) == lines, name


# Definitions made of our own signs

SIGNS = [
    *("- (x) a", "- [ ]", ":::", "::: quiz", "---", "[?]", "[?a]", "{x}", "{fixed}", "{{n}}", "> [!hint]", "> non"),
    *(
        "= 4",
        "!= 5",
        "@zone 1,2",
        "± 2",
        "(50%)",
        "let: n",
        "a: b",
        "1. un",
        "# titre",
        "*",
        "**",
        "_",
        "`",
        "```",
        "~~~",
    ),
    *(
        "$",
        "$5",
        "$$",
        "|",
        "a | b",
        "[a](b)",
        "![a](b)",
        "<b>",
        "</p>",
        "&amp;",
        "&",
        "\\",
        "\\(",
        "http://a.b",
        "a@b.c",
    ),
    *(
        "été",
        "l'eau",
        "« oui »",
        "x^2",
        "2*3*4",
        "snake_case_name",
        "100 %",
        "fin.",
        "suite",
        "+ plus",
        "~~non~~",
        "[^1]",
    ),
]
words = st.lists(st.sampled_from(SIGNS), min_size=1, max_size=4).map(" ".join)
escaped = words.map(lambda said: escape(said, quote=False))
inlines = st.one_of(
    escaped,
    st.builds(
        lambda before, tag, inside: f"{before} <{tag}>{inside}</{tag}>",
        escaped,
        st.sampled_from(["em", "strong", "sub", "kbd", "s"]),
        escaped,
    ),
    st.builds(
        lambda before, tex: f"{before} \\({tex}\\)", escaped, st.sampled_from(["x^2", "\\frac{a}{b}", "a_1 &lt; b"])
    ),
    st.builds(lambda code: f"<code>{code}</code> ensuite", escaped),
    st.builds(lambda inside: f'<a href="https://a.example/b?c=d">{inside}</a>', escaped),
    st.builds(
        lambda alt: f'mot <img src="/static/a b.png" alt="{alt}"/>', escaped.map(lambda said: said.replace('"', ""))
    ),
)
blocks = st.one_of(
    inlines.map(lambda said: f"<p>{said}</p>"),
    st.lists(inlines, min_size=1, max_size=3).map(
        lambda items: "<ul>" + "".join(f"<li>{one}</li>" for one in items) + "</ul>"
    ),
    st.builds(lambda inside: f"<blockquote><p>{inside}</p></blockquote>", inlines),
    st.just("<pre><code>- (x) a\n\n::: quiz\n  [?]</code></pre>"),
    st.just('<table><tbody><tr><td colspan="2">- (x)</td></tr><tr><td>a | b</td><td>[?]</td></tr></tbody></table>'),
    st.builds(lambda title: f"<h3>{title}</h3>", escaped),
    st.just("<p>\\[ \\sum_{i} x_i \\]</p>"),
)
pages = st.lists(blocks, max_size=3).map("".join)
labels = st.none() | st.sampled_from(["", "Presque", "Non : relisez"])
hints = st.builds(
    Hint, st.one_of(inlines, st.builds(lambda one, two: f"<p>{one}</p><p>{two}</p>", inlines, inlines)), labels
)
maybe_hint = st.none() | hints
texts_ = words.filter(lambda said: "_or_" not in said)
numbers = st.sampled_from(["42", "3.5", "1e3", "2*pi", "4+5/2^2", "-1"])
tolerances = st.none() | st.sampled_from(["0.5", "5%", "1e-3"])
formulas = st.sampled_from(["x^2+y", "2*x", "sqrt(x)*y"])
samples = st.just("x,y@1,2:3,4#7")


@st.composite
def choices(draw: st.DrawFn) -> tuple[str, Key, tuple[Input, ...]]:
    """One or several choices."""
    many = draw(st.booleans())
    states = ("true", "false") if many else ("",)
    count_ = draw(st.integers(1, 4))
    made = []
    for rank in range(count_):
        partial = not many and rank and draw(st.booleans())
        said = tuple(replace(hint, when=state) for state in states if (hint := draw(maybe_hint)))
        made.append(
            Choice(
                draw(inlines),
                "partial" if partial else "true" if rank == 0 or draw(st.booleans()) else "false",
                name=draw(st.sampled_from(["", f"n{rank}"])) if not many else "",
                points=draw(st.sampled_from(["", "0.25", "0.5"])) if partial else "",
                fixed=draw(st.booleans()),
                hints=said,
            )
        )
    credit = (
        draw(st.sampled_from([None, "EDC", "halves"]))
        if many
        else "points"
        if any(c.correct == "partial" for c in made)
        else None
    )
    compound = (Hint(draw(inlines), draw(labels), "A"),) if many and draw(st.booleans()) else ()
    key = Choices(
        tuple(made), credit, shuffle=draw(st.booleans()), pool=draw(st.sampled_from(["", "2"])), compound_hints=compound
    )
    tag, field = ("choiceresponse", "checkboxgroup") if many else ("multiplechoiceresponse", "choicegroup")
    return tag, key, (Input(1, field),)


@st.composite
def typed(draw: st.DrawFn) -> tuple[str, Key, tuple[Input, ...]]:
    """A text, a number or a formula."""
    shape = draw(st.sampled_from(["text", "pattern", "number", "formula"]))
    after = draw(st.sampled_from(["", "m/s", "octets.", "%"]))
    unit = (("trailing_text", after),) if after else ()
    if shape == "formula":
        wrong = draw(st.lists(formulas, max_size=2))
        type_ = draw(st.sampled_from([None, "cs"]))
        key: Key = FormulaKey(
            draw(formulas),
            draw(samples),
            type_,
            draw(tolerances),
            tuple(FormulaHint(f"w{n}", answer, draw(samples), type_) for n, answer in enumerate(wrong)),
            tuple(Hint(draw(inlines), "", f"w{n}") for n in range(len(wrong))),
        )
        return "formularesponse", key, (Input(1, "formulaequationinput", unit),)
    if shape == "number":
        listed = draw(st.sampled_from([None, "41", "41,43"]))
        others = draw(st.lists(numbers, max_size=2))
        key = Number(
            draw(st.one_of(numbers, st.sampled_from(["[1, 3)", "(0,inf)"]))),
            draw(tolerances),
            partial_credit="list" if listed else draw(st.sampled_from([None, "close"])),
            partial_answers=listed,
            hint=draw(maybe_hint),
            additional=tuple(Accepted(one, draw(maybe_hint), tolerance=draw(tolerances)) for one in others),
            wrong=tuple(
                NumberHint(one, draw(inlines), draw(tolerances), draw(labels))
                for one in draw(st.lists(numbers, max_size=2))
            ),
        )
        return "numericalresponse", key, (Input(1, "formulaequationinput", unit),)
    if shape == "pattern":
        key = Text(
            draw(st.sampled_from(["rouge", "colou?r", "(?:a|b)", "[^|]+/x", ".+"])), "ci regexp", hint=draw(maybe_hint)
        )
    else:
        key = Text(
            draw(texts_),
            draw(st.sampled_from([None, "ci"])),
            hint=draw(maybe_hint),
            additional=tuple(Accepted(one, draw(maybe_hint)) for one in draw(st.lists(texts_, max_size=2))),
            equal_hints=tuple(Hint(draw(inlines), draw(labels), one) for one in draw(st.lists(texts_, max_size=2))),
        )
    return "stringresponse", key, (Input(1, "textline", unit),)


@st.composite
def menus(draw: st.DrawFn) -> tuple[str, Key, tuple[Input, ...]]:
    texts = draw(st.lists(texts_, min_size=1, max_size=3, unique=True))
    options = tuple(Option(one, (hint,) if (hint := draw(maybe_hint)) else ()) for one in texts)
    return "optionresponse", Menus((Menu(options, (texts[0],)),)), (Input(1, "optioninput"),)


places = st.lists(st.sampled_from(["(9,9)-(20,20)", "[[1,2],[30,4],[5,60]]"]), max_size=2, unique=True)


@st.composite
def spots(draw: st.DrawFn) -> tuple[str, Key, tuple[Input, ...]]:
    spot = Spot(
        draw(st.sampled_from(["(1,2)-(30,40)", "(1,2)-(30,40);(5,6)-(7,8)"])),
        draw(st.sampled_from([None, "[[[1,2],[30,4],[5,60]]]"])),
        tuple(Hint(draw(inlines), draw(labels), place) for place in draw(places)),
    )
    alt = draw(words).replace('"', "")
    attributes = (("src", "/static/a.png"), ("width", "480"), ("height", "320"), ("alt", alt))
    return "imageresponse", Spots((spot,)), (Input(1, "imageinput", attributes),)


@st.composite
def quizzes(draw: st.DrawFn) -> Problem:
    """A problem as the writer of OLX would have it read."""
    body = ""
    responses: list[Response] = []
    solutions: list[str] = []
    for number in range(2, 2 + draw(st.integers(1, 3))):
        tag, key, inputs = draw(st.one_of(choices(), typed(), menus(), spots()))
        body += draw(pages)
        said = tuple(Hint(draw(inlines), when=when) for when in ("right", "partly", "wrong") if draw(st.booleans()))
        response = Response(
            number,
            tag,
            key,
            inputs,
            label=draw(st.just("") | inlines),
            descriptions=(draw(escaped),) if draw(st.booleans()) else (),
            said=said if not isinstance(key, FormulaKey) or not key.hints else (),
        )
        responses.append(response)
        body += slot(f"({number}") + slot(f"{number}_1") + slot(f"){number}")
        if draw(st.booleans()):
            body += slot(f"s{len(solutions)}")
            solutions.append(f"<solution>{draw(pages)}</solution>")
    kept: tuple[str, ...] = ()
    if draw(st.booleans()):
        kept = (
            "<demandhint>"
            + "".join(f"<hint>{one}</hint>" for one in draw(st.lists(inlines, min_size=1, max_size=2)))
            + "</demandhint>",
        )
        body += slot("k0")
    return Problem(body, tuple(responses), tuple(solutions), kept=kept)


@given(quizzes())
@settings(unhurried, max_examples=20)
def test_a_definition_written_as_text_is_read_back_as_itself(problem: Problem) -> None:
    _survives(problem)


@pytest.mark.long
@given(quizzes())
@settings(unhurried, max_examples=400)
def test_many_definitions_written_as_text_are_read_back_as_themselves(problem: Problem) -> None:
    _survives(problem)


def _survives(problem: Problem) -> None:
    xml = olx.write(problem)
    stored = olx.read(xml)
    assert codec.from_json(json.loads(json.dumps(codec.to_json(stored)))) == stored
    assert olx.read(olx.write(stored)) == stored
    found = text.write_text(problem_block(xml))
    assert found is not None, xml
    again = olx.read(text.read_text(found, None, Messages()).content)
    assert sameness(again) == sameness(olx.read(xml))
    lines = tuple(line.text for line in found.lines)
    assert marks.canonical(found.lines, listings=["python grader"]) == lines


def test_what_text_cannot_say_stays_olx() -> None:
    number = '<numericalresponse answer="1"><textline/></numericalresponse>'
    filled = '<choice correct="true">A <numtolerance_input answer="1"/></choice>'
    stays = [
        "<problem><p>Rien.</p></problem>",
        f"<problem><choicetextresponse><radiotextgroup>{filled}</radiotextgroup></choicetextresponse></problem>",
        '<problem><stringresponse answer="un|deux" type="regexp"><textline/></stringresponse></problem>',
        '<problem><numericalresponse answer="1"><textline hidden="true"/></numericalresponse></problem>',
        f'<problem><script type="text/javascript">a()</script>{number}</problem>',
        f'<problem><p><input type="text"/></p>{number}</problem>',
        "<problem><optionresponse><optioninput options=\"('a','b')\" correct=\"c\"/></optionresponse></problem>",
        "<problem> broken",
    ]
    for xml in stays:
        if _is_problem(xml):
            assert written(xml) is None, xml
    assert text.write_text(replace(problem_block("<problem/>"), content=stays[-1])) is None


@pytest.mark.parametrize("name", ["math-percent-fi", "demo-fr"])
def test_a_text_is_shorter_than_its_xml(name: str) -> None:
    pairs = [(problems()[one], found) for one, found in texts().items() if found and one.startswith(name)]
    xml = sum(len(etree.tostring(etree.fromstring(source.encode()))) for source, _found in pairs)
    assert sum(len(line.text) + 1 for _source, found in pairs for line in found.lines) < 0.8 * xml
