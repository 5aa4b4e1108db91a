"""Is the printed attestation right, readable by everybody, and the same each time?"""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import typst
from django.conf import settings

from cordee.awards import glyphs, pdf
from cordee.awards.drawing import workload_of
from cordee.awards.pdf import CannotPrint, attestation_pdf, print_attestation
from cordee.awards.tests.make import unsaved
from cordee.awards.wording import LANGUAGES, LAYOUT, WORDS, sheet_of

LONG = (
    "María del Carmen Guadalupe Fernández de Córdoba y Álvarez de las Asturias-Bohorques Monteverde de la Santísima"
    " Trini"
)


def text_of(document: bytes) -> str:
    """The text of the only page, spaces as one."""
    read = pypdfium2.PdfDocument(document)
    try:
        assert len(read) == 1
        page = read[0].get_textpage().get_text_range()
    finally:
        read.close()
    return " ".join(page.replace("\u00a0", " ").replace("\u200b", "").split())


def test_the_sheet_says_what_the_row_says() -> None:
    text = text_of(print_attestation(unsaved()))
    for line in (
        "Alliance Ingénia École d’ingénieurs de l’Aubrac",
        "Attestation de suivi avec succès Awa Diallo a suivi avec succès le cours en ligne",
        "Concevoir un objet connecté sobre",
        "Quatre modules, 10 heures de travail, session ouverte du 1er au 28 juin 2026.",
        "Note obtenue : 86 sur 100, pour une note minimale de 60.",
        "1. Mesurer 2. Choisir 3. Alléger 4. Projet, relu par trois pairs",
        "Délivrée le 2 juillet 2026",
        "Session Ingenia+SOBRE+2026",
        "7Q2K-9F3M-PX4T-8R1C-X",
        "cordee.ingenia.example/v",
        "ne vaut pas diplôme. L’identité de la personne n’a pas été contrôlée",
    ):
        assert line in text
    assert "signature" not in text.lower()


def test_the_sheet_speaks_english_too() -> None:
    text = text_of(print_attestation(unsaved(language="en", course_title="Designing", course_language="en")))
    for line in (
        "Statement of successful completion Awa Diallo has successfully completed the online course",
        "Four modules, 10 hours of work, a session open from 1 to 28 June 2026.",
        "Grade obtained: 86 out of 100; the pass mark was 60.",
        "Issued on 2 July 2026",
        "is not a degree. The person’s identity was not checked and the assessments were not supervised.",
    ):
        assert line in text


def test_every_layout_speaks_every_language_with_the_same_lines() -> None:
    assert set(WORDS) == {(layout, language) for layout in range(1, LAYOUT + 1) for language in LANGUAGES}
    for words in WORDS.values():
        assert all(getattr(words, field.name) for field in dataclasses.fields(words))
    assert (pdf.TEMPLATES / f"attestation_{LAYOUT}.typ").is_file()


def test_the_document_is_tagged_and_names_its_language_title_and_date() -> None:
    document = print_attestation(unsaved())
    assert b"/MarkInfo<</Marked true" in document
    assert b"/StructTreeRoot" in document
    assert b"/Lang(fr)" in document
    assert b"/DisplayDocTitle true" in document
    assert b"<pdfuaid:part>1</pdfuaid:part>" in document
    read = pypdfium2.PdfDocument(document)
    assert read.get_metadata_value("Title") == (
        "Attestation de suivi avec succès – Awa Diallo – Concevoir un objet connecté sobre"
    )
    assert read.get_metadata_value("CreationDate") == "D:20260702090000Z"
    assert read.get_page_size(0) == pytest.approx((841.89, 595.28), abs=0.01)
    read.close()


def test_drawings_have_words() -> None:
    document = print_attestation(unsaved()).decode("latin-1")
    words = [bytes.fromhex(found).decode("utf-16-be") for found in re.findall(r"/Alt\s*<FEFF([0-9A-F]+)>", document)]
    alternatives = " ".join(words) + document
    assert "Profil d’effort" in alternatives
    assert "module 4, 3 h 18" in alternatives.replace("\u00a0", " ")
    assert "https://cordee.ingenia.example/v/7Q2K-9F3M-PX4T-8R1C-X" in alternatives


def test_the_same_row_gives_the_same_bytes() -> None:
    assert print_attestation(unsaved()) == print_attestation(unsaved())
    assert print_attestation(unsaved()) != print_attestation(unsaved(name="Awa M. Diallo"))


def test_a_process_prints_an_attestation_once(monkeypatch: pytest.MonkeyPatch) -> None:
    printed: list[str] = []

    def counting(attestation: Any) -> bytes:
        printed.append(attestation.code)
        return b"%PDF"

    monkeypatch.setattr(pdf, "print_attestation", counting)
    kept = pdf.Printed(kept=2)
    for code in ("A", "B", "A", "C", "A", "B"):
        kept.of(unsaved(code=code))
    assert printed == ["A", "B", "C", "B"]
    assert attestation_pdf is not print_attestation


@pytest.mark.parametrize(
    "name",
    [
        "Zoë Šťastná-Łukasiewicz",
        "Đặng Nguyễn Thị Ngọc Ánh",
        "Анастасия Жуковская",
        "Ελένη Παπαδοπούλου",
        "İsmail Gönül Ağaoğlu",
        "Þórdís Ægisdóttir O’Brien",
    ],
)
def test_names_of_many_languages_are_printed_and_can_be_copied(name: str) -> None:
    assert name in text_of(print_attestation(unsaved(name=name)))


@pytest.mark.parametrize(
    "text",
    [
        '#read("/etc/passwd")',
        "{{7*7}} {% debug %}",
        "${7*7} %(x)s %s",
        'A "B" \\ C',
        "#panic() $x^2$ *b* _i_ `c`",
        "<script>alert(1)</script>",
        "@preview #import \\u{41}",
        "= Title",
    ],
)
def test_whatever_looks_like_code_is_printed_literally(text: str) -> None:
    document = print_attestation(unsaved(name=text, course_title=text, organisation=text))
    assert text_of(document).count(text) == 3


@pytest.mark.parametrize("name", [LONG, "W" * 120, "Ễ" * 120, "Ж" * 120, "i" * 120, "Wilhelmina " * 10 + "Wolf"])
def test_the_longest_names_fit_the_page(name: str) -> None:
    document = print_attestation(unsaved(name=name[:120], course_title="Un titre de cours long " * 21))
    assert name[:120].replace(" ", "") in text_of(document).replace(" ", "")
    assert ink_reaches_no_edge(document)


def ink_reaches_no_edge(document: bytes) -> bool:
    """Whether nothing is drawn in the outer 8 mm of the page."""
    read = pypdfium2.PdfDocument(document)
    bitmap = read[0].render(scale=1, grayscale=True)
    width, height, stride, pixels = bitmap.width, bitmap.height, bitmap.stride, bytes(bitmap.buffer)
    read.close()
    edge = 22
    rows = [pixels[y * stride : y * stride + width] for y in range(height)]
    outside = b"".join([*rows[:edge], *rows[-edge:], *(row[:edge] + row[-edge:] for row in rows)])
    return set(outside) == {255}


@pytest.mark.parametrize("name", ["王小明", "محمد", "Ana 😀"])
def test_a_letter_without_a_font_is_named_instead_of_drawn_as_a_box(name: str) -> None:
    with pytest.raises(CannotPrint, match="font pack"):
        print_attestation(unsaved(name=name))
    with pytest.raises(CannotPrint, match="title of the course"):
        print_attestation(unsaved(course_title=name))


def test_typst_itself_refuses_a_letter_that_slipped_through(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(glyphs, "unprintable", lambda _text: "")
    with pytest.raises(typst.TypstError, match="UA-1"):
        print_attestation(unsaved(name="王小明"))


def test_a_font_pack_adds_letters(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert glyphs.unprintable("Awa 王 Diallo 王明") == "王明"
    monkeypatch.setattr(settings, "CORDEE", dataclasses.replace(settings.CORDEE, home=tmp_path))
    assert glyphs.font_folders() == [glyphs.FONTS]
    (tmp_path / "fonts").mkdir()
    (tmp_path / "fonts" / "Extra.ttf").write_bytes((glyphs.FONTS / "NotoSans-Regular.ttf").read_bytes())
    assert glyphs.font_folders() == [glyphs.FONTS, tmp_path / "fonts"]
    assert print_attestation(unsaved()).startswith(b"%PDF-")


def test_a_file_that_is_no_font_is_told() -> None:
    with pytest.raises(glyphs.FontUnreadable, match="README"):
        glyphs.covered(glyphs.FONTS / "README.md")


def test_our_fonts_cover_what_they_promise_within_two_megabytes() -> None:
    for language, letters in {
        "French": "àâæçéèêëîïôœùûüÿÀÂÆÇÉÈÊËÎÏÔŒÙÛÜŸ«»’–—…€",
        "Central Europe": "ąćęłńóśźżěščřžýáíéůúďťňőűĄĆĘŁŃÓŚŹŻĚŠČŘŽÝÁÍÉŮÚĎŤŇŐŰ",
        "Turkish": "ğışçöüĞİŞÇÖÜ",
        "Vietnamese": "ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ",
        "Greek": "αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώΐΰΑΩ",
        "Russian, Ukrainian, Serbian": "абвгдежзийклмнопрстуфхцчшщъыьэюяёіїєґђљњћџ",
    }.items():
        assert glyphs.unprintable(letters) == "", language
    files = list(glyphs.FONTS.iterdir())
    assert sum(file.stat().st_size for file in files) <= 2 * 1024 * 1024
    assert len([file for file in files if file.name.startswith("LICENSE-")]) == 5


def test_unknown_hours_are_a_flat_line_and_never_an_invented_relief() -> None:
    hours = {"video_h": None, "reading_h": None, "practice_h": None, "graded": False}
    unknown = unsaved(modules=[{"title": "Mesurer", **hours}])
    assert workload_of(unknown.modules) is None
    assert "heures de travail" not in sheet_of(unknown).detail
    assert sheet_of(unknown).profile_words == "Profil d’effort non connu."
    assert "Un module, session ouverte du 1er au 28 juin 2026." in text_of(print_attestation(unknown))


def test_a_run_without_an_end_says_when_it_opened() -> None:
    assert "session à rythme libre ouverte le 1er juin 2026." in text_of(print_attestation(unsaved(closes_on=None)))


def test_many_modules_are_numbered_and_still_fit() -> None:
    many = unsaved(modules=[{**unsaved().modules[index % 4], "title": f"Chapitre {index}"} for index in range(40)])
    assert "40 modules, 100 heures de travail" in text_of(print_attestation(many))
    assert sheet_of(many).labels == tuple(str(rank) for rank in range(1, 41))
