"""A reader of French reads French, everybody else English."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from cordee.core.two_languages import ToldInBoth


@dataclass(frozen=True)
class Field(ToldInBoth):
    name_fr: str = "Réseaux"
    name_en: str = "Networks"
    about_fr: str = "Comment tout se parle."
    about_en: str = "How things talk."


@pytest.mark.parametrize(
    ("language", "name", "about"),
    [
        ("fr", "Réseaux", "Comment tout se parle."),
        ("fr-ca", "Réseaux", "Comment tout se parle."),
        ("en", "Networks", "How things talk."),
        ("pt-br", "Networks", "How things talk."),
    ],
)
def test_a_name_and_what_is_told_come_in_the_readers_language_else_in_english(
    language: str, name: str, about: str
) -> None:
    assert (Field().name_in(language), Field().about_in(language)) == (name, about)
