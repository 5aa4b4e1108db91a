"""Are letters that no font has named, with their place, before they are printed as question marks?"""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest
from django.conf import settings

from cordee.awards import glyphs
from cordee.bilan.letters import unprintable
from cordee.bilan.pdf import pdf_of
from cordee.bilan.programme import About, Course, Credit, Programme
from cordee.bilan.report import report_of
from cordee.bilan.tests.make import programme, reviewed


def test_rows_texts_and_entries_with_such_letters_are_named_with_them_and_where_fonts_go() -> None:
    held = Programme(
        about=About(title={"fr": "Bilan \u2603"}),
        courses=(
            Course(id="a", title="Éœ – «déjà» Ελλάδα Ж", line=2),
            Course(id="b", title="网 \U0001f600 网", line=3),
        ),
        credits=(Credit(course="a", role="teacher", name="علي", line=7),),
        texts={("use", "en"): "fine\n\tтут \u6f22"},
    )
    found = {fault.place(): str(fault.told) for fault in unprintable(held)}
    assert set(found) == {"courses.csv:3", "credits.csv:7", "programme.toml", "texts/use.en.md"}
    assert "网 (U+7F51), \U0001f600 (U+1F600). In the PDF" in found["courses.csv:3"]
    assert str(glyphs.font_pack()) in found["credits.csv:7"]
    assert {fault.kind for fault in unprintable(held)} == {"remark"}


def test_what_is_not_named_is_printed_as_it_is() -> None:
    words = "Œuvre – ½ “déjà” ‘Ж’ 10 € → ≥ ≤ × · …"
    held = programme(courses=(Course(id="a", title=words, language="fr"),))
    named = {sign for fault in unprintable(held) for sign in words if f"{sign} (U+" in str(fault.told)}
    document = pypdfium2.PdfDocument(pdf_of(report_of(reviewed(held), "fr")))
    printed = "".join(document[place].get_textpage().get_text_bounded() for place in range(len(document)))
    for sign in words:
        assert (sign in printed) is (sign not in named) or sign.isspace(), sign


def test_a_font_of_the_operators_pack_adds_its_letters(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held = programme(courses=(Course(id="a", title="\u6f22"),))
    assert unprintable(held)
    monkeypatch.setattr(glyphs, "covered", lambda file: frozenset({0x6F22, *range(0x250)}))
    glyphs._letters.cache_clear()
    try:
        assert unprintable(held) == ()
    finally:
        monkeypatch.undo()
        glyphs._letters.cache_clear()
    assert unprintable(held)
    assert settings.CORDEE.home
