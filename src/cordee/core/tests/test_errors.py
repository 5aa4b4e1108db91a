"""Does an error say its sentence in every language?"""

from __future__ import annotations

from cordee.core.errors import InputRefused, shown

FRENCH = {
    "The setting {name} cannot be used. {advice}": "Le réglage {name} ne convient pas. {advice}",
    "Write {example}.": "Écrivez {example}.",
}


def test_an_error_is_english_until_a_translation_is_asked_for() -> None:
    error = InputRefused("Write {example}.", example="yes")
    assert str(error) == "Write yes."
    assert error.sentence(lambda template: FRENCH[template]) == "Écrivez yes."


def test_an_error_inside_an_error_is_translated_too() -> None:
    advice = InputRefused("Write {example}.", example="fr")
    error = InputRefused("The setting {name} cannot be used. {advice}", name="CORDEE_LANGUAGE", advice=advice)
    assert str(error) == "The setting CORDEE_LANGUAGE cannot be used. Write fr."
    assert error.sentence(FRENCH.__getitem__) == "Le réglage CORDEE_LANGUAGE ne convient pas. Écrivez fr."


def test_a_sentence_without_values_may_hold_braces() -> None:
    assert str(InputRefused("Write {}.")) == "Write {}."


def test_words_from_outside_stand_on_one_short_line() -> None:
    assert shown("a\nb\x00") == "a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}"
    assert shown("é" * 121) == "é" * 120 + "…"


def test_words_from_outside_keep_the_spaces_of_french() -> None:
    words = "Deux\N{NO-BREAK SPACE}: coupé\N{NARROW NO-BREAK SPACE}?"
    assert shown(words) == words
