"""How does an attestation become a PDF? By typst, from the values in its row and from nothing else.

The values go to typst as JSON and are shown as text, never read as markup; the template can open no file outside its
own folder; the document is PDF/UA-1 (typst refuses what does not conform, a letter without glyph included) and dated
with the day of issue, so that the same row gives the same bytes.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from functools import cache
from pathlib import Path
from threading import Lock

import typst

from cordee.awards import drawing, glyphs
from cordee.awards.models import Attestation
from cordee.awards.wording import Sheet, sheet_of
from cordee.core.errors import N_, Conflict

TEMPLATES = Path(__file__).parent / "typst"
DISPLAY_FONT = "BricolageGrotesque-SemiBold.ttf"
KEPT = 64  # documents that a process keeps, about 40 kB each


class CannotPrint(Conflict):
    """The attestation holds letters that no font of this site has."""


def attestation_pdf(attestation: Attestation) -> bytes:
    """The printed attestation, PDF/UA-1; compiled once, then kept by the process. No query. Raises CannotPrint."""
    return _printed.of(attestation)


def print_attestation(attestation: Attestation) -> bytes:
    """Compile the PDF anew (some 30 ms). Raises CannotPrint."""
    sheet = sheet_of(attestation)
    refuse_missing_letters(attestation, sheet)
    return typst.compile(
        str(TEMPLATES / f"attestation_{attestation.layout}.typ"),
        root=str(TEMPLATES),
        font_paths=_fonts(tuple(glyphs.font_folders())),
        ignore_system_fonts=True,
        format="pdf",
        pdf_standards="ua-1",
        timestamp=int(attestation.issued_at.timestamp()),
        sys_inputs={"data": json.dumps(_values(attestation, sheet), ensure_ascii=False)},
    )


def refuse_missing_letters(attestation: Attestation, sheet: Sheet) -> None:
    """Raise CannotPrint, naming the letters and what they stand in, rather than print boxes."""
    for text, sentence in (
        (
            attestation.name,
            N_(
                "This name holds letters that this site cannot print yet: {letters}. Write it in another script, or ask"
                " the operator to add a font pack."
            ),
        ),
        (
            " ".join((attestation.course_title, *sheet.labels, *sheet.header, sheet.session)),
            N_(
                "The title of the course holds letters that this site cannot print yet: {letters}. Ask the operator to"
                " add a font pack."
            ),
        ),
    ):
        missing = glyphs.unprintable(text)
        if missing:
            raise CannotPrint(sentence, letters=" ".join(missing[:12]))


def _values(attestation: Attestation, sheet: Sheet) -> dict[str, object]:
    """What the template reads. Strings and lists of strings; drawings as SVG."""
    return {
        "language": attestation.language,
        "document_title": f"{sheet.kind} – {attestation.name} – {attestation.course_title}",
        "issuer": ", ".join(sheet.header) or sheet.code_place,
        "header": sheet.header,
        "kind": sheet.kind,
        "name": attestation.name,
        "name_in_display": glyphs.prints_all(DISPLAY_FONT, attestation.name),
        "did": sheet.did,
        "course_title": attestation.course_title,
        "course_language": attestation.course_language,
        "title_in_display": glyphs.prints_all(DISPLAY_FONT, attestation.course_title),
        "detail": sheet.detail,
        "labels": sheet.labels,
        "issued": sheet.issued,
        "session": sheet.session,
        "code_label": sheet.code_label,
        "code": attestation.printed_code,
        "code_place": sheet.code_place,
        "limits": sheet.limits,
        "colour": drawing.colour_of(attestation.family),
        "logo": drawing.logo_svg(),
        "profile": drawing.profile_svg(attestation.modules, drawing.colour_of(attestation.family)),
        "hours_known": drawing.workload_of(attestation.modules) is not None,
        "profile_words": sheet.profile_words,
        "qr": drawing.qr_svg(attestation.verification_url),
        "qr_words": sheet.qr_words,
    }


@cache
def _fonts(folders: tuple[Path, ...]) -> typst.Fonts:
    """Read once a process: an operator who adds a font pack restarts the site."""
    paths = [str(folder) for folder in folders]
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=paths)


class Printed:
    """The last documents that this process printed, by code: what a row says never changes."""

    def __init__(self, kept: int) -> None:
        self._kept = kept
        self._documents: OrderedDict[str, bytes] = OrderedDict()
        self._lock = Lock()

    def of(self, attestation: Attestation) -> bytes:
        with self._lock:
            if attestation.code in self._documents:
                self._documents.move_to_end(attestation.code)
                return self._documents[attestation.code]
        document = print_attestation(attestation)
        with self._lock:
            self._documents[attestation.code] = document
            while len(self._documents) > self._kept:
                self._documents.popitem(last=False)
        return document


_printed = Printed(KEPT)
