"""How does one page ask a dozen questions of a store without opening it a dozen times?

To open a store costs as much as to answer a question. What was opened for some runs and people is kept as long as the
files that it reads are the same, a few of them; who asks waits for who is asking.
"""

from __future__ import annotations

import contextlib
import threading
from collections import OrderedDict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import duckdb

from cordee.pilot.scopes import Scope
from cordee.pilot.store import Store
from cordee.pilot.tables import TABLES

MOST: Final = 6  # kept open; they share the memory of `sessions`


class OpenStore(Store):
    """A store whose connections outlive the question. For readers; whoever writes takes a `Store`."""

    def __init__(self, folder: Path) -> None:
        """Open what is there."""
        super().__init__(folder)
        self._kept: OrderedDict[Any, tuple[contextlib.ExitStack, duckdb.DuckDBPyConnection]] = OrderedDict()
        self._asking = threading.RLock()

    @contextlib.contextmanager
    def open(self, scope: Scope | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
        """As `Store.open`, kept."""
        scope = scope or Scope()
        with self._asking:
            key = (scope, self._files(scope))
            if key not in self._kept:
                opened = contextlib.ExitStack()
                database = opened.enter_context(super().open(scope))
                self._kept[key] = (opened, database)
                while len(self._kept) > MOST:
                    _key, (oldest, _database) = self._kept.popitem(last=False)
                    oldest.close()
            self._kept.move_to_end(key)
            yield self._kept[key][1]

    def _files(self, scope: Scope) -> tuple[tuple[str, int], ...]:
        """What an answer depends on: the files of these runs and of the persons, with the moment of their writing."""
        courses = scope.courses or self.courses()
        files = [file for table in TABLES for file in self.files_of(table, courses)]
        files += map(str, (self.folder / "sources").glob("*.json"))
        files.append(str(self.folder / "persons.parquet"))
        return tuple((file, Path(file).stat().st_mtime_ns) for file in files if Path(file).exists())
