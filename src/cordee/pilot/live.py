"""How fresh is a page of a run that is played here? By seconds: what is sealed, and the tail from the database.

    with open_site_store(Scope(courses=("IMT+ABC+2026",))) as database:
        indicator_called("exercises").rows(database)

    Desk(live_store(("IMT+ABC+2026",)))  # for pages: what was asked is kept until something happens in these runs

First until when the journal is sealed is read, then the tail: one query, the events that the store does not hold until
then. A sealer may go on meanwhile: its newer files do not count for this reader (parts.py).
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb
from django.conf import settings

from cordee.pilot import journal
from cordee.pilot.erased import Erased
from cordee.pilot.open_store import OpenStore
from cordee.pilot.scopes import Scope
from cordee.pilot.sealing import insert, make_table
from cordee.pilot.store import Store
from cordee.pilot.tables import Table

TAIL: Final = 200_000  # events: twice a batch; a page waits two seconds for so many


def site_store() -> Store:
    """The site's own store, made if it is not there yet."""
    return Store.make(settings.CORDEE.pilot_folder)


@contextlib.contextmanager
def open_site_store(scope: Scope | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """As `Store.open` of the site’s store, with what is not sealed yet (1 query).

    Raises NotFound for a run of which neither knows anything. When more than `TAIL` events wait, those that came last
    are missing until they are sealed.
    """
    scope = scope or Scope()
    store = _Live(site_store().folder, scope)
    with store.open(scope) as database:
        yield database


def live_store(courses: tuple[str, ...] = ()) -> Store:
    """The site's store as it is now, and what is not sealed yet of these runs, () for all (1 query).

    The same object as before as long as nothing happened in them: what it has opened stays open.
    """
    global _last  # noqa: PLW0603 - one, so that a process holds few connections
    fresh = _Live(site_store().folder, Scope(courses))
    last = _last
    if last is not None and last.tells_the_same_as(fresh):
        return last
    _last = fresh
    return fresh


@dataclass
class _Tail:
    rows: list[journal.Row]
    courses: frozenset[str]


class _Live(OpenStore):
    """The store as one page sees it: sealed until one moment, and the tail after it."""

    def __init__(self, folder: Path, scope: Scope) -> None:
        super().__init__(folder)
        self._runs = scope.courses
        self._until = super().sealed_until()
        waits = journal.waiting(self._until, scope.courses)
        rows = list(Erased.of(self.folder).others(journal.rows(waits, self.actor_of, most=TAIL)))
        self._tail = _Tail(rows, frozenset(str(row[1]) for row in rows))
        self.keeps_answers = not rows  # then what it answers depends on its files alone
        told = f"{self._runs} {self._until} {[row[0] for row in rows]}"
        self._told = hashlib.sha256(told.encode()).hexdigest()

    def sealed_until(self) -> int:
        return self._until

    def state(self) -> str:
        """Changes with each event of its runs, too."""
        return super().state() if self.keeps_answers else f"{super().state()} {self._told}"

    def run_state(self, course: str) -> str:
        """Of a run that waits to be sealed nothing is kept."""
        return "" if course in self._tail.courses else super().run_state(course)

    def tells_the_same_as(self, other: _Live) -> bool:
        """Whether nothing happened between the two."""
        return (self.folder, self._told) == (other.folder, other._told)

    def courses(self) -> tuple[str, ...]:
        return tuple(sorted({*super().courses(), *self._tail.courses}))

    def _open_table(
        self, database: duckdb.DuckDBPyConnection, table: Table, courses: tuple[str, ...], *, chosen: bool
    ) -> None:
        super()._open_table(database, table, courses, chosen=chosen)
        which = journal.OF_TABLE.get(table.name)
        if which is None:
            return
        if table.name == next(iter(journal.OF_TABLE)):
            make_table(database, "tail")
            insert(database, "tail", self._tail.rows)
        columns = ", ".join(table.names)
        some = " AND actor IN (FROM chosen)" if chosen else ""
        database.execute(f"ALTER VIEW {table.name} RENAME TO sealed_{table.name}")
        database.execute(
            f"CREATE TEMP VIEW {table.name} AS SELECT {columns} FROM sealed_{table.name} "  # noqa: S608 - names of ours
            f"UNION ALL SELECT {columns} FROM tail WHERE {which}{some}"
        )


_last: _Live | None = None
