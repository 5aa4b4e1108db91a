"""How does a programme become a folder that a spreadsheet and a text editor open?"""

from __future__ import annotations

import csv
import dataclasses
import io
import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from cordee.bilan.columns import columns_of
from cordee.bilan.folder.cells import cell_of, guarded
from cordee.bilan.folder.reading import ABOUT, TEXTS
from cordee.bilan.programme import TABLES, About, Programme


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


def csv_of(record: type, rows: Iterable[object]) -> str:
    """A table as CSV: commas, a first line with the names of the columns, one line a row, no cell that a spreadsheet
    would take for a formula."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    names = list(columns_of(record))
    writer.writerow(names)
    writer.writerows([guarded(cell_of(getattr(row, name))) for name in names] for row in rows)
    return out.getvalue()


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
