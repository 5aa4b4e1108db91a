"""Is an export what it says? Its files are read again, as a stranger reads them, with no help of what wrote them."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb

from cordee.core.errors import N_, Conflict
from cordee.pilot.research.anonymity import Traits
from cordee.pilot.research.columns import Column, Table

ADDRESS: Final = re.compile(rb"[\w.+-]+@[\w.-]+", re.ASCII)
NUMBERS: Final = {"integer": re.compile(r"-?\d+"), "number": re.compile(r"-?\d+(\.\d+)?(e[-+]?\d+)?")}


class ExportRefused(Conflict):
    """The files do not keep what an export promises."""


@dataclass(frozen=True, slots=True)
class Found:
    """What the files hold."""

    rows: Mapping[str, int]
    smallest: int
    groups: int


def check(folder: Path, tables: Sequence[Table], k: int, *, emails: Collection[str] = ()) -> Found:
    """Read every file again. Raises ExportRefused for the first promise that is not kept.

    The promises: the columns declared and no other; of each the values declared; the people of `people` and no other;
    the activities of `activities` and no other; groups of k or more by sex, age, education and country; no address; the
    same rows in both forms.
    """
    held: dict[str, dict[str, set[str]]] = {}
    rows: dict[str, int] = {}
    groups: Counter[tuple[str, ...]] = Counter()
    for table in tables:
        path = folder / f"{table.name}.csv"
        with path.open(encoding="utf-8", newline="") as file:
            lines = csv.reader(file)
            names = next(lines, [])
            _hold(tuple(names) == table.names, table, N_("its columns are not those declared"))
            values: list[set[str]] = [set() for _name in names]
            places = [names.index(name) for name in Traits._fields] if table.name == "people" else []
            count = 0
            for line in lines:
                count += 1
                for seen, cell in zip(values, line, strict=True):
                    seen.add(cell)
                if places:
                    groups[tuple(line[place] for place in places)] += 1
        rows[table.name], held[table.name] = count, dict(zip(names, values, strict=True))
        _hold(
            not {one.decode().lower() for one in ADDRESS.findall(path.read_bytes())} & set(emails),
            table,
            N_("it holds an address"),
        )
        _hold(_rows_in(folder / f"{table.name}.parquet", table) == count, table, N_("its two forms differ"))
    for table in tables:
        for column in table.columns:
            _hold(_fits(column, held[table.name][column.name], held), table, N_("a column holds what it may not"))
    told_twice = _groups_in(folder / "people.parquet")
    _hold(told_twice == groups, tables[0], N_("its two forms differ"))
    smallest = min(groups.values(), default=0)
    if smallest < k:
        raise ExportRefused(
            N_("A group of {n} people would stand in the file, fewer than {k}. Nothing was written."), n=smallest, k=k
        )
    return Found(rows, smallest, len(groups))


def _hold(kept: bool, table: Table, why: str) -> None:
    if not kept:
        raise ExportRefused(
            N_("The table {table} is not as promised: {why}. Nothing was written; please tell who looks after Cordée."),
            table=table.name,
            why=ExportRefused(why),
        )


def _fits(column: Column, cells: set[str], held: Mapping[str, Mapping[str, set[str]]]) -> bool:
    """Whether all that stands in a column may stand there; a cell may be empty."""
    cells = cells - {""}
    if column.refers_to:
        key = held.get(column.refers_to, {}).get(column.name)
        if key is not None and not cells <= key:
            return False
    if column.type == "boolean":
        return cells <= {"true", "false"}
    if column.type != "string":
        return all(NUMBERS[column.type].fullmatch(cell) for cell in cells)
    if column.values or column.pattern:
        pattern = re.compile(column.pattern or r"(?!)")
        return all(cell in column.values or pattern.fullmatch(cell) for cell in cells)
    return True


def _groups_in(path: Path) -> Counter[tuple[str, ...]]:
    """The same groups, counted in the other form."""
    names = ", ".join(Traits._fields)
    with duckdb.connect() as database:
        rows = database.execute(f"SELECT {names}, count(*) FROM read_parquet(?) GROUP BY ALL", [str(path)]).fetchall()  # noqa: S608 - our own names
    return Counter({tuple(str(one or "") for one in traits): int(n) for *traits, n in rows})


def _rows_in(path: Path, table: Table) -> int:
    """How many rows the other form has; -1 where its columns are not those declared."""
    with duckdb.connect() as database:
        found = database.execute("SELECT * FROM read_parquet(?) LIMIT 0", [str(path)])
        if tuple(column[0] for column in found.description or ()) != table.names:
            return -1
        row = database.execute("SELECT count(*) FROM read_parquet(?)", [str(path)]).fetchone()
    return int(row[0]) if row else -1
