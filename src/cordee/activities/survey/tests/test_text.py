"""Is a poll, a survey or a word cloud the same as course text and as OLX?"""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from cordee.activities.survey import olx
from cordee.activities.survey.definition import Form, Item, Survey
from cordee.activities.survey.text import _meaning, read_text, write_text
from cordee.formats.coursetext import marks
from cordee.formats.coursetext.lists import Messages
from cordee.formats.coursetext.model import Message, Place, TextBlock, Written
from cordee.formats.olx.model import Block


def block(kind: str, body: str, **settings_: str) -> TextBlock:
    written = tuple(Written(name, value, Place("a.md", 2)) for name, value in settings_.items())
    return TextBlock(kind, "s", written, marks.lines_of(body, Place("a.md", 4)), Place("a.md"))


def read(kind: str, body: str, **settings_: str) -> Survey:
    said = Messages()
    found = read_text(block(kind, body, **settings_), None, said)
    assert said.all == []
    survey, remarks = olx.read(found)
    assert remarks == ()
    return survey


def said_of(kind: str, body: str, **settings_: str) -> list[Message]:
    said = Messages()
    read_text(block(kind, body, **settings_), None, said)
    return said.all


def test_a_poll_is_a_question_and_a_plain_list() -> None:
    survey = read(
        "poll",
        "Quel *sujet* ?\n\n- Le sans-fil\n- ![une clé](cle.svg) La sécurité {name=S}\n\n> [!answered]\n> Merci.\n",
    )
    assert survey.questions == (Item("q", "<p>Quel <em>sujet</em> ?</p>"),)
    assert survey.options == (Item("A", "Le sans-fil"), Item("S", "La sécurité", "cle.svg", "une clé"))
    assert (survey.feedback, survey.is_private, survey.times) == ("<p>Merci.</p>", False, 1)


def test_a_survey_with_a_scale_is_a_grid() -> None:
    survey = read(
        "survey",
        "- J'ai appris\n- J'ai eu le temps\n",
        scale="pas du tout | un peu | beaucoup",
        results="after",
        votes="unlimited",
    )
    assert [item.label for item in survey.questions] == ["J'ai appris", "J'ai eu le temps"]
    assert [(item.id, item.label) for item in survey.options] == [
        ("A", "pas du tout"),
        ("B", "un peu"),
        ("C", "beaucoup"),
    ]
    assert (survey.is_private, survey.times) == (False, None)


def test_questions_with_the_same_answers_are_a_grid_too_and_the_team_s_by_default() -> None:
    survey = read("survey", "Un ?\n\n- ( ) oui\n- ( ) non\n\nDeux ?\n\n- ( ) oui\n- ( ) non\n")
    assert [item.label for item in survey.questions] == ["Un ?", "Deux ?"]
    assert survey.is_private


def test_a_word_cloud_is_a_question() -> None:
    survey = read("wordcloud", "Trois mots.\n", words="3", top="50", percents="no")
    assert (survey.words, survey.top, survey.shows_percents) == (3, 50, False)
    assert survey.questions == (Item("q", "Trois mots."),)


@pytest.mark.parametrize(
    ("kind", "body", "settings_", "code", "place"),
    [
        ("poll", "Quoi ?\n", {}, "no-answers", "a.md:1:1"),
        ("poll", "Quoi ?\n\n- (x) a\n- ( ) b\n", {}, "marked-poll", "a.md:6:3"),
        ("poll", "Quoi ?\n\n- a\n\nEt ?\n\n- b\n", {}, "two-lists", "a.md:10:1"),
        ("poll", "Quoi ?\n\n- a\n", {"results": "moi"}, "bad-setting", "a.md:2:1"),
        ("poll", "Quoi ?\n\n- a\n", {"votes": "0"}, "bad-setting", "a.md:2:1"),
        ("poll", "Quoi ?\n\n- a\n\n> [!hint]\n> b\n", {}, "unknown-note", "a.md:8:3"),
        ("survey", "Quoi ?\n", {}, "no-questions", "a.md:1:1"),
        ("survey", "Un ?\n\n- ( ) oui\n\nDeux ?\n\n- ( ) peut-être\n", {}, "own-answers", "a.md:10:1"),
        ("survey", "Un ?\n\n- = anything\n", {}, "typed-survey", "a.md:6:1"),
        ("survey", "- Un ?\n- = anything\n", {"scale": "a | b"}, "typed-survey", "a.md:5:3"),
        ("survey", "- Un ?\n- ( ) oui\n", {"scale": "a | b"}, "own-answers", "a.md:5:3"),
        ("survey", "Dites tout.\n\n- Un ?\n", {"scale": "a | b"}, "not-shown", "a.md:4:1"),
        ("wordcloud", "Un ?\n\n- a\n", {}, "list-in-cloud", "a.md:6:1"),
        ("wordcloud", "Un ?\n", {"words": "trois"}, "bad-setting", "a.md:2:1"),
    ],
)
def test_each_mistake_is_told_at_its_place(
    kind: str, body: str, settings_: dict[str, str], code: str, place: str
) -> None:
    assert (code, place) in {(one.code, str(one.place)) for one in said_of(kind, body, **settings_)}


words = st.lists(
    st.sampled_from(["oui", "- (x)", "{x}", "a | b", "<", "**", "= 4", "[!hint]", "l'été", "& co"]),
    min_size=1,
    max_size=3,
).map(" ".join)
plain = words.filter(lambda said: "|" not in said)
ids = st.lists(st.sampled_from(["A", "B", "C", "oui", "x-1"]), min_size=1, max_size=4, unique=True)


@st.composite
def surveys(draw: st.DrawFn) -> Survey:
    forms: list[Form] = ["poll", "survey", "word_cloud"]
    form = draw(st.sampled_from(forms))
    label = words.map(lambda said: said.replace("<", "&lt;") if "&" in said else said).filter(
        lambda said: "<" not in said
    )
    if form == "word_cloud":
        return Survey(
            "word_cloud",
            (Item("q", draw(label)),),
            words=draw(st.integers(1, 5)),
            top=draw(st.integers(1, 300)),
            shows_percents=draw(st.booleans()),
        )
    private = draw(st.booleans())
    times = 1 if private else draw(st.sampled_from([1, 3, None]))
    bare = form == "survey"
    options = tuple(
        Item(
            name,
            draw(plain if bare else label).replace("<", "moins"),
            *(("", "") if bare else draw(st.sampled_from([("", ""), ("/static/a.png", "carte"), ("b.png", "")]))),
        )
        for name in draw(ids)
    )
    asked = (
        [Item("q", draw(label))]
        if form == "poll"
        else [Item(f"q{n}", draw(plain).replace("<", "moins")) for n in range(1, draw(st.integers(2, 4)))]
    )
    feedback = draw(st.sampled_from(["", "<p>Merci.</p>", "Merci."])) if form == "poll" else ""
    return Survey(form, tuple(asked), options, feedback, private, times)


@given(surveys())
@settings(deadline=None, max_examples=100)
def test_a_survey_written_as_text_is_read_back_as_itself(survey: Survey) -> None:
    content = olx.write(survey, url_name="s", display_name="Titre")
    attributes = {str(name): str(value) for name, value in etree.fromstring(content).attrib.items()}
    given_ = Block("s", survey.form, "Titre", attributes, content=content)
    meant, _remarks = olx.read(given_)
    found = write_text(given_)
    assert found is not None, content
    said = Messages()
    again, _more = olx.read(read_text(found, None, said))
    assert said.all == []
    assert _meaning(again) == _meaning(meant)


def test_an_older_poll_stays_olx() -> None:
    content = '<poll_question>Quoi ?<answer id="a">A</answer></poll_question>'
    assert write_text(Block("s", "poll_question", "", {}, content=content)) is None
