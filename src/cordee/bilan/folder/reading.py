"""How does a folder become a programme, and what in it is wrong?"""

from __future__ import annotations

import csv
import difflib
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from cordee.bilan.columns import CLASS_OF, Column, columns_of
from cordee.bilan.folder.about import about_of
from cordee.bilan.folder.cells import unguarded, value_of
from cordee.bilan.folder.checking import check
from cordee.bilan.folder.faults import Fault, Faults
from cordee.bilan.folder.toml import read_toml
from cordee.bilan.names import class_called
from cordee.bilan.programme import CHAPTERS, LANGUAGES, TABLES, About, Programme
from cordee.core.errors import N_, CordeeError, NotFound, shown

ABOUT: Final = "programme.toml"
TEXTS: Final = "texts"
LARGEST_BYTES: Final = 50_000_000
SEPARATOR: Final = re.compile(r"sep=([,;]|\t|\\t)\n", re.IGNORECASE)
MARKS: Final = (",", ";", "\t")


def read_folder(folder: Path) -> tuple[Programme, tuple[Fault, ...]]:
    """The programme and everything that is wrong with its files. Raises NotFound where there is no such folder."""
    if not (folder / ABOUT).is_file():
        raise NotFound(
            N_(
                "{folder} holds no programme.toml. Name the folder of a programme; docs/bilan/folder.md says what is"
                " in it."
            ),
            folder=folder,
        )
    faults = Faults()
    about = _read_about(folder, faults)
    tables = {name: tuple(_read_table(folder, name, record, faults)) for name, record in TABLES.items()}
    programme = Programme(about=about, texts=_read_texts(folder, faults), **tables)
    _look_for_strangers(folder, faults)
    check(programme, faults)
    return programme, faults.all()


def _read_about(folder: Path, faults: Faults) -> About:
    text = _text_of(folder, ABOUT, faults)
    return about_of(read_toml(ABOUT, text, faults), text, faults)


def _read_table(folder: Path, name: str, record: type, faults: Faults) -> Iterator[Any]:
    file = f"{name}.csv"
    for line, values in read_rows(file, _text_of(folder, file, faults), columns_of(record), faults):
        yield record(**values, line=line)


def read_rows(
    file: str,
    text: str,
    columns: Mapping[str, Column],
    faults: Faults,
    *,
    head_of: Callable[[list[str]], list[str] | None] | None = None,
    mark: str = "",
    quoted: bool = True,
) -> Iterator[tuple[int, dict[str, Any]]]:
    """The line and the values of each row that can be read; what is wrong is added to `faults`.

    `head_of` says which columns the first line names, None where it is a row like the others; `mark` what
    stands between cells, where that is known; `quoted` whether a quote opens a cell.
    """
    if not text.strip():
        return
    told = SEPARATOR.match(text)  # a line of its own, which Excel takes for the sign between cells
    if told:
        text, mark = "\n" + text[told.end() :], told[1].replace("\\t", "\t")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark or _mark(text), strict=True)
    if not quoted:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark or _mark(text), quoting=csv.QUOTE_NONE)
    line = 1
    head: list[str] | None = None
    try:
        for number, raw in enumerate(reader, -1 if told else 0):
            if number < 0:
                line = reader.line_num + 1
                continue
            row = [unguarded(cell.strip()) for cell in raw]
            named = None
            if number == 0:
                named = head_of(row) if head_of else [cell.lower() for cell in row]
            if named is not None:
                head = named
                _check_head(file, head, columns, faults)
            elif any(row):
                head = list(columns) if head is None else head
                values = values_of(file, line, head, row, columns, faults)
                if values is not None:
                    yield line, values
            line = reader.line_num + 1
    except csv.Error as wrong:
        faults.add(
            file,
            reader.line_num,
            N_('This line cannot be read as CSV ({why}). A quote may be open: what holds a quote is written "".'),
            why=shown(str(wrong)),
        )


def values_of(
    file: str, line: int, head: Sequence[str], row: Sequence[str], columns: Mapping[str, Column], faults: Faults
) -> dict[str, Any] | None:
    """The cells of a row by column; None where one that it cannot do without is missing or wrong."""
    if any(row[len(head) :]):
        faults.add(
            file,
            line,
            N_("This row has {cells} cells, the first line {columns}. Put a text that holds a comma between quotes."),
            cells=len(row),
            columns=len(head),
        )
        return None
    values: dict[str, Any] = {}
    spoiled = False
    for name, cell in zip(head, row, strict=False):
        column = columns.get(name)
        if column is None or not cell:
            continue
        try:
            values[name] = value_of(column, cell)
        except CordeeError as wrong:
            sentence = (
                N_("Column {column}, and with it the row, is left out: {what}")
                if column.required
                else N_("Column {column}: {what}")
            )
            faults.add(file, line, sentence, column=name, what=wrong)
            spoiled |= column.required
    for name, column in columns.items():
        if column.kind == "class" and name in values:
            values[name] = class_called(values.get(CLASS_OF, ""), values[name])
    missing = [name for name, column in columns.items() if column.required and name not in values]
    if spoiled:
        return None
    if missing:
        faults.add(file, line, N_("This row is left out: it needs {columns}. Fill it in."), columns=", ".join(missing))
        return None
    return values


def _check_head(file: str, head: list[str], columns: Mapping[str, Column], faults: Faults) -> None:
    for name in head:
        if name and name not in columns:
            near = difflib.get_close_matches(name, columns, n=1)
            faults.add(
                file,
                1,
                N_("There is no column {column}: it is not read. Did you mean {near}?")
                if near
                else N_("There is no column {column}: it is not read. There are: {all}."),
                column=shown(name, 40),
                near="".join(near),
                all=", ".join(columns),
            )
    for name in sorted({name for name in head if name and head.count(name) > 1}):
        faults.add(file, 1, N_("The column {column} is there twice. Keep one of the two."), column=shown(name, 40))


def _read_texts(folder: Path, faults: Faults) -> dict[tuple[str, str], str]:
    """`texts/<chapter>.<language>.md`, by chapter and language."""
    found = {}
    for path in sorted((folder / TEXTS).glob("*")) if (folder / TEXTS).is_dir() else ():
        if path.name.startswith("."):
            continue
        parts = path.name.split(".")
        if len(parts) != 3 or parts[0] not in CHAPTERS or parts[1] not in LANGUAGES or parts[2] != "md":  # noqa: PLR2004 - a.b.c
            faults.add(
                f"{TEXTS}/{path.name}",
                0,
                N_("This file is not read. Texts are called CHAPTER.fr.md or CHAPTER.en.md, with one of: {chapters}."),
                chapters=", ".join(CHAPTERS),
            )
            continue
        text = _text_of(folder, f"{TEXTS}/{path.name}", faults)
        if text.strip():
            found[parts[0], parts[1]] = text
    return found


def _look_for_strangers(folder: Path, faults: Faults) -> None:
    for path in sorted(folder.glob("*.csv")):
        if path.stem not in TABLES:
            near = difflib.get_close_matches(path.stem, TABLES, n=1)
            faults.add(
                path.name,
                0,
                N_("This file is not read. Did you mean {near}.csv?")
                if near
                else N_("This file is not read. The tables are: {all}."),
                near="".join(near),
                all=", ".join(f"{name}.csv" for name in TABLES),
            )


def _text_of(folder: Path, name: str, faults: Faults) -> str:
    """The text of a file; "" where there is none or it cannot be read."""
    path = folder / name
    if not path.is_file():
        return ""
    try:
        if path.stat().st_size > LARGEST_BYTES:
            faults.add(name, 0, N_("This file is larger than {size} MB. Split the programme."), size=50)
            return ""
        return path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as wrong:
        faults.add(
            name,
            path.read_bytes()[: wrong.start].count(b"\n") + 1,
            N_("This file is no text in UTF-8. Save it again as “CSV UTF-8”, or as UTF-8 in the text editor."),
        )
    except OSError:
        faults.add(name, 0, N_("This file cannot be read. Give this account the right to read it."))
    return ""


def _mark(text: str) -> str:
    """What stands between two cells: a spreadsheet in French writes a semicolon."""
    first = text.partition("\n")[0]
    return max(MARKS, key=first.count)
