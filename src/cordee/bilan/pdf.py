"""How does a report become a PDF? By typst, from the same blocks and drawings as its pages.

Everything that varies goes to typst as JSON and is shown as text. The document is PDF/UA-1 and bears the day of the
report, not that of the clock: the same folder gives the same bytes.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import unicodedata
from collections.abc import Sequence
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any, Final

import typst

from cordee.awards import glyphs
from cordee.bilan.document import Report, RowSource, Source
from cordee.bilan.drawing import on_paper
from cordee.bilan.folder.cells import first_day
from cordee.core.errors import CordeeError

TEMPLATES: Final = Path(__file__).parent / "typst"
PLAIN_SIGN: Final = "?"
MOST_ALONE: Final = 12  # classes of a trait that have a line each in print
EPOCH: Final = dt.date(2000, 1, 1)  # of a report that says no day


def pdf_of(report: Report, *, prepared_on: str = "") -> bytes:
    """The report on A4 (a second or two). A letter that no font of ours has is printed as a question mark."""
    folders = glyphs.font_folders()
    values = _printable(dataclasses.asdict(_printed(report)), glyphs.printable_letters())
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


def _printed(report: Report) -> Report:
    """The report with the classes of a trait in one line where they are many: 170 countries are no five pages."""
    alone: list[Source] = []
    together: list[RowSource] = []
    for family, members in groupby(report.sources, lambda one: one.family):
        found = list(members)
        if family and len(found) > MOST_ALONE:
            together.append(_family(family, found))
        else:
            alone += found
    return dataclasses.replace(report, sources=tuple(alone), row_sources=(*together, *report.row_sources))


def _family(title: str, sources: Sequence[Source]) -> RowSource:
    first = sources[0]
    return RowSource(
        key=first.key,
        title=f"{title} ({first.of})" if first.of else title,
        sources=tuple(dataclasses.replace(one, title=one.brief) for one in sources),
        period=first.period,
        how=first.how,
        source=first.source,
        extracted_on=first.extracted_on,
        rows=first.rows,
        more_rows=0,
        places=", ".join(dict.fromkeys(one.places for one in sources if one.places)),
        query=first.query,
    )


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
