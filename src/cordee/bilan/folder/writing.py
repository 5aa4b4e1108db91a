"""How does a programme become a folder that a spreadsheet and a text editor open?"""

from __future__ import annotations

import csv
import dataclasses
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cordee.bilan.columns import columns_of
from cordee.bilan.folder.cells import cell_of, guarded
from cordee.bilan.folder.reading import ABOUT, TEXTS
from cordee.bilan.programme import TABLES, About, Programme

DECIMAL: Final = frozenset({"share", "amount"})  # kinds of columns that may have decimals


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a spreadsheet of some country reads CSV. `mark`: between cells; `bom`: whether UTF-8 must say that it is."""

    mark: str = ","
    decimal: str = "."
    bom: bool = False

    def text(self, rows: Iterable[Sequence[str]]) -> str:
        """Rows of cells as CSV, none of which a spreadsheet would take for a formula."""
        out = io.StringIO(newline="")
        writer = csv.writer(out, delimiter=self.mark, lineterminator="\n")
        writer.writerows([guarded(cell) for cell in row] for row in rows)
        return ("\ufeff" if self.bom else "") + out.getvalue()

    def number(self, written: str) -> str:
        """A number that stands there with a point. Of three decimals a fourth is written: 42,125 could be 42125."""
        whole, point, part = written.partition(".")
        if self.decimal == "." or not point:
            return written
        return f"{whole}{self.decimal}{part}{'0' if len(part) == THOUSAND else ''}"


FOLDER: Final = Dialect()  # the folder's own, which every program reads
FRENCH: Final = Dialect(";", ",", bom=True)  # Excel and LibreOffice as they come in France
THOUSAND: Final = 3  # digits


def write_folder(programme: Programme, folder: Path) -> None:
    """Write every file that says something; those of the same names are replaced."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ABOUT).write_text(toml_of(programme.about), encoding="utf-8")
    for name, record in TABLES.items():
        rows = getattr(programme, name)
        path = folder / f"{name}.csv"
        if rows:
            path.write_bytes(csv_of(record, rows).encode("utf-8"))
        else:
            path.unlink(missing_ok=True)
    for (chapter, language), text in programme.texts.items():
        (folder / TEXTS).mkdir(exist_ok=True)
        (folder / TEXTS / f"{chapter}.{language}.md").write_text(text, encoding="utf-8", newline="\n")


def csv_of(record: type, rows: Iterable[object], dialect: Dialect = FOLDER) -> str:
    """A table as CSV: a first line with the names of the columns, one line a row."""
    columns = columns_of(record)

    def cell(row: object, name: str) -> str:
        written = cell_of(getattr(row, name))
        return dialect.number(written) if columns[name].kind in DECIMAL else written

    return dialect.text([list(columns), *([cell(row, name) for name in columns] for row in rows)])


def toml_of(about: About) -> str:
    """programme.toml; what is empty is left out."""
    lines: list[str] = []
    for one in dataclasses.fields(about):
        value = getattr(about, one.name)
        if isinstance(value, str) and value:
            lines.append(f"{one.name} = {_quoted(value)}")
        elif isinstance(value, Mapping) and value:
            inner = ", ".join(f"{language} = {_quoted(words)}" for language, words in value.items())
            lines.append(f"{one.name} = {{ {inner} }}")
    lines += _table("[targets]", about.targets)
    for host in about.hosts:
        lines += _table("[[hosts]]", host)
    for category in about.categories:
        lines += _table("[[categories]]", category)
    return "\n".join(lines) + "\n"


def _table(head: str, record: object) -> list[str]:
    lines = []
    for one in dataclasses.fields(record):  # type: ignore[arg-type]  # always one of our dataclasses
        value = getattr(record, one.name)
        if value not in (None, "", ()):
            lines.append(f"{one.name} = {_value(value)}")
    return ["", head, *lines] if lines else []


def _value(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return f"[{', '.join(map(_quoted, value))}]"
    return _quoted(value) if isinstance(value, str) else str(value)


def _quoted(words: str) -> str:
    """A basic string of TOML: as JSON writes it, and U+007F escaped too."""
    return json.dumps(words, ensure_ascii=False).replace("\x7f", "\\u007f")
