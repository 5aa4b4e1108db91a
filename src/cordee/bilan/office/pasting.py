"""What do cells say that somebody pastes from a spreadsheet, and which of them cannot be taken?

Read as the folder's files are: tabs, semicolons or commas between cells, numbers and days as French and English write
them. The first line may name the columns, as the files or as the pages of either language call them; so may
words of closed lists.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import Final, Literal

from cordee.bilan.folder.faults import Fault, Faults
from cordee.bilan.folder.reading import read_rows
from cordee.bilan.office.labels import names_of_columns
from cordee.bilan.office.sheets import Cells, cells_from, check_cell, check_lines, columns
from cordee.core.errors import N_, CordeeError, InputRefused

First = Literal["guess", "names", "row"]
FIRST: Final[tuple[First, ...]] = ("guess", "names", "row")  # what the first line is


TAB: Final = "\t"


@dataclass(frozen=True, slots=True)
class Pasted:
    """The rows that can be read, and what is wrong with the others. `named`: whether the first line named columns."""

    rows: tuple[Cells, ...]
    faults: tuple[Fault, ...]
    named: bool


def read_pasted(sheet: str, text: str, first: First = "guess") -> Pasted:
    """The lines of faults are those of the text, from 1 on. A row with a fault in it is not among `rows`."""
    faults = Faults()
    known, calls = columns(sheet), names_of_columns(sheet)
    named = False

    def head_of(line: list[str]) -> list[str] | None:
        nonlocal named
        called = [calls.get(cell.casefold(), cell.casefold()) for cell in line]
        told = sum(name in known for name in called)
        named = first == "names" or (first == "guess" and told * 2 > sum(map(bool, called)))
        return called if named else None

    rows = []
    file = f"{sheet}.csv"
    whole = text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")
    try:
        check_lines(sheet, whole)
    except InputRefused as refused:
        return Pasted((), (Fault(file, 0, refused),), named)
    mark = TAB if TAB in whole.lstrip("\n").partition("\n")[0] else ""
    quoted = not mark or _is_quoted(whole)
    for line, values in read_rows(file, whole, known, faults, head_of=head_of, mark=mark, quoted=quoted):
        cells = cells_from(values)
        for name, cell in cells.items():
            try:
                check_cell(sheet, name, cell)
            except CordeeError as wrong:
                faults.add(file, line, N_("Column {column}: {what}"), column=name, what=wrong)
        rows.append((line, cells))
    wrong_lines = {fault.line for fault in faults.all()}
    return Pasted(tuple(cells for line, cells in rows if line not in wrong_lines), faults.all(), named)


def _is_quoted(text: str) -> bool:
    """Whether quotes are those of CSV: a spreadsheet copies a cell that begins with one as it is."""
    try:
        for _row in csv.reader(io.StringIO(text, newline=""), delimiter=TAB, strict=True):
            pass
    except csv.Error:
        return False
    return True
