from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from cordee.activities.survey import codec, olx
from cordee.activities.survey.definition import MOST_WORDS, Form, Item, Survey
from cordee.activities.survey.tests.make import cloud, element, poll, read, survey
from cordee.formats.olx.model import Block

# What XML can hold, without the blanks that a reader takes off at both ends, and without "null", which says nothing.
letters = st.characters(
    min_codepoint=32, max_codepoint=0x2FFF, exclude_characters="\x7f", exclude_categories=("Cs", "Cc")
)
words = st.text(letters, min_size=1, max_size=30).map(str.strip).filter(lambda text: text not in ("", "null"))
ids = st.text("abcdefXYZ0123-_", min_size=1, max_size=6)
items = st.lists(
    st.builds(Item, ids, words, st.sampled_from(["", "/static/a.png"]), st.sampled_from(["", "a map"])),
    min_size=1,
    max_size=5,
    unique_by=lambda item: item.id,
).map(tuple)
bare = st.lists(st.builds(Item, ids, words), min_size=1, max_size=5, unique_by=lambda item: item.id).map(tuple)
said = words.map(lambda text: (Item("q", text),))
times = st.one_of(st.none(), st.integers(1, 5))


def definitions(form: Form) -> st.SearchStrategy[Survey]:
    feedback = st.one_of(st.just(""), words)
    match form:
        case "word_cloud":
            counts = {"words": st.integers(1, MOST_WORDS), "top": st.integers(1, 300)}
            return st.builds(Survey, st.just(form), said, shows_percents=st.booleans(), **counts)
        case "poll_question":
            plain = words.filter(lambda text: "<" not in text and "&" not in text)
            question = plain.map(lambda text: (Item("q", text),))
            options = bare.filter(lambda found: all("<" not in item.label and "&" not in item.label for item in found))
            return st.builds(Survey, st.just(form), question, options, times=st.sampled_from([None, 1]))
        case "poll":
            return st.builds(Survey, st.just(form), said, items, feedback, st.just(False), times)
        case _:
            anonymous = st.builds(Survey, st.just(form), items, items, feedback, st.just(True), st.just(1))
            return st.one_of(anonymous, st.builds(Survey, st.just(form), items, bare, feedback, st.just(False), times))


@pytest.mark.long
@pytest.mark.parametrize("form", olx.TAGS)
@given(data=st.data())
def test_what_is_written_is_read_back(form: Form, data: st.DataObject) -> None:
    wanted = data.draw(definitions(form))
    xml = olx.write(wanted, url_name="sv", display_name="A survey")
    root = etree.fromstring(xml)
    attributes = {str(name): str(value) for name, value in root.attrib.items() if name != "url_name"}
    found, remarks = olx.read(Block("sv", str(root.tag), "A survey", attributes, content=xml))
    assert found == wanted
    assert remarks == ()
    assert codec.from_json(codec.to_json(found)) == found


def test_a_poll_is_read_with_its_images_and_its_rules(tmp_path: Path) -> None:
    found, codes = read(tmp_path, poll(max_submissions="0", feedback="Merci.", private_results="false"))
    assert found.questions == (Item("q", "Which bread?"),)
    assert found.options == (Item("B", "Baguette"), Item("S", "Seigle"))
    assert (found.feedback, found.times, found.is_private, codes) == ("Merci.", None, False, [])


def test_a_survey_of_which_the_results_are_private_is_anonymous_and_answered_once(tmp_path: Path) -> None:
    found, codes = read(tmp_path, survey(private_results="true", max_submissions="2"))
    assert (found.is_private, found.times, codes) == (True, 1, ["survey-once"])


def test_an_old_poll_holds_its_answers_as_elements(tmp_path: Path) -> None:
    inside = "<p>Are you <b>well</b>?</p><answer id='y'>Yes</answer>\n<answer id='n'>No</answer> Tell us."
    found, codes = read(
        tmp_path, f'<poll_question url_name="sv" display_name="P" reset="True">{inside}</poll_question>'
    )
    assert found.options == (Item("y", "Yes"), Item("n", "No"))
    assert "Are you <b>well</b>?" in found.questions[0].label
    assert "Tell us." in found.questions[0].label
    assert (found.times, codes) == (None, [])


def test_a_cloud_is_read_with_its_fields(tmp_path: Path) -> None:
    found, codes = read(tmp_path, cloud(num_top_words="20", display_student_percents="false"))
    assert (found.words, found.top, found.shows_percents, codes) == (3, 20, False, [])


@pytest.mark.parametrize(
    ("attributes", "words"), [({"num_inputs": "0"}, 1), ({"num_inputs": "9999"}, 20), ({"num_inputs": "many"}, 5)]
)
def test_a_number_of_fields_that_makes_no_sense_is_brought_into_bounds(
    tmp_path: Path, attributes: dict[str, str], words: int
) -> None:
    assert read(tmp_path, cloud(**attributes))[0].words == words


@pytest.mark.parametrize(
    ("xml", "fault"),
    [
        (element("poll", question="Q"), "no answers"),
        (poll(answers="not json"), "no answers"),
        (poll(answers="[]"), "no answers"),
        (poll(answers='{"a": 1}'), "no answers"),
        (poll(answers='[[1, 2], ["a"], null, "x", ["b", 3]]'), "no answers"),
        (poll(answers='[["a", "x"], ["a", "y"]]'), "two of one id"),
        (survey(questions="[]"), "no questions"),
        (survey(questions=[[f"q{n}", "x"] for n in range(500)]), "too many answers"),
        (element("poll_question"), "no questions"),
    ],
)
def test_a_survey_that_nobody_can_answer_is_told_to_its_author(tmp_path: Path, xml: str, fault: str) -> None:
    found, codes = read(tmp_path, xml)
    assert found.fault == fault
    assert "survey-not-answerable" in codes
