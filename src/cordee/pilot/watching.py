"""What arrives in a folder is imported, once it has stopped growing."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from cordee.core.errors import CordeeError
from cordee.pilot.importing import import_paths
from cordee.pilot.store import Receipt, Store

Seen = dict[Path, tuple[int, int]]


class Watching:
    """A folder that is looked at again and again. A file that grows later is another file, and is read again."""

    def __init__(self, store: Store, folder: Path, *, host: str = "", course: str = "") -> None:
        self.store, self.folder, self.host, self.course = store, folder, host, course
        self._before: Seen = {}
        self._taken: Seen = {}

    def look(self) -> tuple[list[Receipt], list[CordeeError]]:
        """Import the files that are as they were at the last look and were not taken; an error stops no other."""
        now: Seen = {}
        for path in sorted(self.folder.rglob("*")):
            if not path.name.startswith(".") and path.is_file():
                found = path.stat()
                now[path] = (found.st_size, found.st_mtime_ns)
        receipts, errors = [], []
        for path, state in now.items():
            if state[0] and self._before.get(path) == state and self._taken.get(path) != state:
                self._taken[path] = state
                try:
                    receipts += import_paths(self.store, [path], host=self.host, course=self.course)
                except CordeeError as error:
                    errors.append(error)
        self._before = now
        return receipts, errors


def watch(
    watching: Watching,
    *,
    every_s: float = 5.0,
    taken: Callable[[Receipt], None],
    refused: Callable[[CordeeError], None],
    prepare: Callable[[list[Receipt]], None] = lambda _receipts: None,
    goes_on: Callable[[], bool] = lambda: True,
) -> None:
    """Look at its folder until `goes_on` says no, and tell what was taken and what could not be.

    `prepare` is called after each look that took something.
    """
    while goes_on():
        receipts, errors = watching.look()
        for receipt in receipts:
            taken(receipt)
        for error in errors:
            refused(error)
        if receipts:
            prepare(receipts)
        time.sleep(every_s)
