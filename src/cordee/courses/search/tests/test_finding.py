"""What a search finds, and in which order."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cordee.courses.search.finding import Found, find
from cordee.courses.search.nearest import Nearest, slips_between
from cordee.courses.search.shelf import Shelf, shelf
from cordee.courses.search.tests.golden import COURSES, QUESTIONS
from cordee.courses.search.tests.make import make_catalogue
from cordee.courses.search.words import fold, roots_asked, roots_of, words_of
from cordee.courses.tests.make import NOW


@cache
def golden() -> Shelf:
    """The sixty courses, made once: a search asks the database nothing."""
    make_catalogue(COURSES)
    return shelf(NOW)


def numbers(held: Shelf, found: Found) -> list[str]:
    """Numbers of the courses that were found, the best first."""
    ranked = sorted(found.scores, key=lambda one: (-found.scores[one], held.place(one).facts.key))
    return [held.place(one).facts.key.partition("+")[2] for one in ranked]


@pytest.mark.django_db
def test_fifty_questions_find_first_the_course_that_answers_them() -> None:
    held = golden()
    first = {
        (language, question): next(iter(numbers(held, find(held, question, language=language))), "")
        for language, question, _wanted in QUESTIONS
    }
    assert len(first) == 50
    assert first == {(language, question): wanted for language, question, wanted in QUESTIONS}


@pytest.mark.django_db
def test_a_word_taken_for_another_is_said_and_can_be_asked_for_exactly() -> None:
    held = golden()
    assert find(held, "thermodinamique", language="fr").meant == (("thermodinamique", "thermodynamique"),)
    exactly = find(held, "thermodinamique", language="fr", exactly=True)
    assert (dict(exactly.scores), exactly.meant, exactly.unknown) == ({}, (), ("thermodinamique",))
    known = find(held, "thermodynamique", language="fr")
    assert (known.meant, known.unknown) == ((), ())


@pytest.mark.django_db
def test_courses_that_hold_every_word_come_alone_and_else_those_with_the_most() -> None:
    held = golden()
    both = find(held, "réseau établissement", language="fr")
    assert (numbers(held, both), both.in_part) == (["SEC220"], False)
    never = find(held, "houle transistor éolienne", language="fr")
    assert (numbers(held, never), never.in_part) == (["EMR200"], True)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "question",
    [
        "",
        "   ",
        '"',
        "*",
        "NEAR",
        "-",
        '"a" NEAR/3 "b"',
        "' OR 1=1 --",
        "%_\\",
        "математика",
        "数学",
        "🙂",
        "\x00",
        "le la les",
    ],
)
def test_a_question_of_signs_operators_or_another_script_is_harmless(question: str) -> None:
    assert find(golden(), question, language="fr").scores == {}


@pytest.mark.django_db
def test_a_question_of_any_length_is_answered() -> None:
    held = golden()
    assert numbers(held, find(held, "langage " * 500, language="fr")) == ["C101"]
    assert find(held, "x" * 5000, language="fr").scores == {}


@pytest.mark.django_db
def test_names_of_categories_are_found_in_both_languages() -> None:
    held = golden()
    assert {"TEL190", "IOT170"} <= set(numbers(held, find(held, "télécom", language="fr")))
    assert "CHI150" in numbers(held, find(held, "engineering", language="en"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("réseaux", "Reseau"),
        ("sécurité", "securites"),
        ("CŒURS", "coeur"),
        ("énergie", "ENERGIES"),
        ("élèves", "eleve"),
    ],
)
def test_accents_capitals_and_plurals_lead_to_one_root(one: str, other: str) -> None:
    (first,), (second,) = words_of(one), words_of(other)
    assert roots_asked(first, ("fr",)) & set(roots_of(second, "fr"))


def test_elisions_and_possessives_go_with_their_apostrophe() -> None:
    assert words_of("L’énergie d'aujourd'hui, qu’il faut") == ["énergie", "aujourd", "hui", "il", "faut"]
    assert words_of("the network's users; C, C++ and C#") == ["the", "network", "users", "c", "c++", "and", "c#"]


@given(st.text(max_size=60))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text("abcd", min_size=1, max_size=7), st.text("abcd", min_size=1, max_size=7))
def test_slips_are_counted_alike_from_both_ends(one: str, other: str) -> None:
    slips = slips_between(one, other, 9)
    assert slips == slips_between(other, one, 9) == slips_between(one[::-1], other[::-1], 9)
    assert (slips == 0) == (one == other)
    assert slips_between(one, other, 1) == min(slips, 2)


def test_of_two_words_as_near_the_one_that_begins_alike_is_meant() -> None:
    counts = {"bases": 9, "cases": 1, "chases": 1}
    near = Nearest(counts)
    assert near.to("casses", counts.__getitem__)[0] == "cases"
    assert near.to("cates", counts.__getitem__) == ["cases"]
    assert near.to("dases", counts.__getitem__) == ["bases", "cases"]
    assert near.to("reseau", counts.__getitem__) == []
    assert Nearest(["abc"]).to("abd", len) == []
