"""Is the portrait a sentence that a French and an English reader would have written?"""

from __future__ import annotations

import pytest

from cordee.bilan.figures.learners import most_frequent
from cordee.bilan.portrait import in_country_fr, portrait
from cordee.bilan.programme import Programme, Share
from cordee.bilan.tests.make import NBSP


def shares(**traits: tuple[str, float | None]) -> dict[str, Share]:
    return {trait: Share(trait=trait, group=group, percent=percent) for trait, (group, percent) in traits.items()}


def test_all_that_is_known_is_one_sentence() -> None:
    known = shares(sex=("m", 75), age=("25-34", 34), education=("master", 47), country=("SN", 12.5))
    assert portrait(known, "en") == (
        "Most often it is a man (75%) aged 25 to 34 (34%), who holds a master’s degree (47%),"
        " who lives in Senegal (12.5%)."
    )
    assert portrait(known, "fr").replace(NBSP, " ") == (
        "Le plus souvent, c’est un homme (75 %) de 25 à 34 ans (34 %), titulaire d’un master (47 %),"
        " qui vit au Sénégal (12,5 %)."
    )


def test_what_is_not_known_is_left_out() -> None:
    assert portrait({}, "fr") == ""
    assert portrait(shares(sex=("f", None)), "fr") == "Le plus souvent, c’est une femme."
    assert portrait(shares(age=("55+", None)), "en") == "Most often it is a person aged 55 or over."
    assert portrait(shares(education=("none", None)), "en") == "Most often it is a person, without a degree."


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("FR", "en France"),
        ("SN", "au Sénégal"),
        ("US", "aux États-Unis"),
        ("MG", "à Madagascar"),
        ("CI", "en Côte d’Ivoire"),
        ("MX", "au Mexique"),
        ("KR", "en Corée du Sud"),
        ("IR", "en Iran"),
        ("HT", "à Haïti"),
        ("PH", "aux Philippines"),
        ("BB", "à la Barbade"),
        ("KH", "au Cambodge"),
        ("CG", "au Congo-Brazzaville"),
    ],
)
def test_french_has_its_word_before_each_country(code: str, words: str) -> None:
    assert in_country_fr(code) == words


def test_of_equals_the_first_class_is_taken_and_the_undeclared_never() -> None:
    rows = (
        Share(trait="age", group="35-44", percent=30),
        Share(trait="age", group="25-34", percent=30),
        Share(trait="country", group="undeclared", percent=90),
        Share(trait="country", group="MA", percent=8),
    )
    found = most_frequent(Programme(profile=rows))
    assert (found["age"].group, found["country"].group) == ("25-34", "MA")
