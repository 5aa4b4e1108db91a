"""What does the programme office's store hold, as a programme and row by row?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from cordee.bilan.folder.checking import check
from cordee.bilan.folder.faults import Fault, Faults
from cordee.bilan.letters import unprintable
from cordee.bilan.models import Office, SheetRow
from cordee.bilan.office.sheets import ABOUT, SHEETS, TEXTS, Cells, programme_of, tag_of_all
from cordee.bilan.programme import Programme
from cordee.core.kept import Kept

FIRST_LINE: Final = 2  # of a row in a file: the first names the columns


@dataclass(frozen=True, slots=True)
class Row:
    """A stored row. `line`: where it stands in the exported file."""

    id: UUID
    line: int
    cells: Cells


@dataclass(frozen=True, slots=True)
class Held:
    """All that is stored, at one moment. Not to be changed: readers share it."""

    state: str  # "" before anything was stored
    programme: Programme
    faults: tuple[Fault, ...]
    rows: Mapping[str, tuple[Row, ...]] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        return not any(self.rows.values())

    def of(self, sheet: str) -> tuple[Row, ...]:
        return self.rows.get(sheet, ())

    def row(self, sheet: str, id_: UUID) -> Row | None:
        return next((row for row in self.of(sheet) if row.id == id_), None)

    def said(self) -> Cells:
        """What programme.toml says once."""
        return next((row.cells for row in self.of(ABOUT)), {})

    def text(self, chapter: str, language: str) -> str:
        place = {"chapter": chapter, "language": language}
        return next((row.cells["words"] for row in self.of(TEXTS) if place.items() <= row.cells.items()), "")

    def faults_of(self, sheet: str) -> tuple[Fault, ...]:
        return tuple(fault for fault in self.faults if fault.file == f"{sheet}.csv")

    def tag(self, sheet: str) -> str:
        return tag_of_all(row.cells for row in self.of(sheet))


_kept: Kept[str, Held] = Kept(2)


def held() -> Held:
    """Everything. 1 query where nothing changed since this process last read it, else 2."""
    state = Office.objects.filter(key=Office.SITE).values_list("state", flat=True).first()
    return Held("", Programme(), ()) if state is None else _kept.of(state.hex, lambda: _read(state.hex))


def _read(state: str) -> Held:
    rows: dict[str, list[Row]] = {sheet: [] for sheet in SHEETS}
    found = SheetRow.objects.order_by("sheet", "position").values_list("sheet", "id", "cells")
    for sheet, id_, cells in found:
        if sheet in rows:
            rows[sheet].append(Row(id_, len(rows[sheet]) + FIRST_LINE, cells))
    faults = Faults()
    programme = programme_of({sheet: [row.cells for row in those] for sheet, those in rows.items()}, faults)
    check(programme, faults)
    return Held(
        state,
        programme,
        (*faults.all(), *unprintable(programme)),
        {sheet: tuple(those) for sheet, those in rows.items()},
    )
