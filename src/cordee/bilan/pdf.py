"""How does a report become a PDF? By typst, from the same blocks and drawings as its pages.

Everything that varies goes to typst as JSON and is shown as text. The document is PDF/UA-1 and bears the day of the
report, not that of the clock: the same folder gives the same bytes.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any, Final

import typst

from cordee.awards import glyphs
from cordee.bilan.document import Report
from cordee.bilan.drawing import on_paper
from cordee.bilan.folder.cells import first_day
from cordee.core.errors import CordeeError

TEMPLATES: Final = Path(__file__).parent / "typst"
PLAIN_SIGN: Final = "?"
EPOCH: Final = dt.date(2000, 1, 1)  # of a report that says no day


def pdf_of(report: Report, *, prepared_on: str = "") -> bytes:
    """The report on A4 (a second or two). A letter that no font of ours has is printed as a question mark."""
    folders = glyphs.font_folders()
    values = _printable(dataclasses.asdict(report), glyphs.printable_letters())
    compiled = typst.compile(
        str(TEMPLATES / "report.typ"),
        root=str(TEMPLATES),
        font_paths=_fonts(tuple(folders), sum(len(glyphs.font_files(folder)) for folder in folders)),
        ignore_system_fonts=True,
        format="pdf",
        pdf_standards="ua-1",
        timestamp=_timestamp(prepared_on),
        sys_inputs={"data": json.dumps(values, ensure_ascii=False)},
    )
    return bytes(compiled)


def _timestamp(prepared_on: str) -> int:
    try:
        day = first_day(prepared_on) if prepared_on else EPOCH
    except CordeeError:
        day = EPOCH
    return int(dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC).timestamp())


def _printable(value: Any, letters: frozenset[int]) -> Any:
    """The values with drawings in the colours of paper, and without letters that cannot be printed."""
    if isinstance(value, dict):
        return {
            name: on_paper(one) if name in {"svg", "ridge"} else _printable(one, letters) for name, one in value.items()
        }
    if isinstance(value, list | tuple):
        return [_printable(one, letters) for one in value]
    if isinstance(value, str):
        return "".join(
            sign if ord(sign) in letters or sign in glyphs.UNDRAWN or sign == "\n" else PLAIN_SIGN
            for sign in unicodedata.normalize("NFC", value)
        )
    return value


@cache
def _fonts(folders: tuple[Path, ...], _files: int) -> typst.Fonts:
    """The fonts of these folders, looked up anew when there are more of them."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[*map(str, folders)])
