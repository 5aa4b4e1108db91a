"""How does a question get a database of its own without paying for one?

To start a DuckDB costs 40 ms of processor, as much as many an answer. So a process starts one, or two: with one core
for small runs, with all of them for large ones. What a session makes there is temporary, and no other session sees it.
"""

from __future__ import annotations

import os
import tempfile
import threading
from pathlib import Path
from typing import Final

import duckdb

from cordee.core.ids import uuid7

MEMORY: Final = "300MB"  # of 400 that a whole process may take; what does not fit spills into a folder
_started: dict[tuple[int, int], duckdb.DuckDBPyConnection] = {}  # by process (a fork takes no other's) and cores
_starting = threading.Lock()


def session(*, threads: int) -> duckdb.DuckDBPyConnection:
    """A connection with a clock of UTC and nothing in it: all made in it must be temporary. Close it after use."""
    key = (os.getpid(), threads)
    with _starting:
        database = _started.get(key)
        if database is None:
            # By default, what spills goes to a folder `.tmp` where the process happens to stand, shared by all.
            spill = Path(tempfile.gettempdir()) / f"cordee-pilot-{uuid7()}"
            config: dict[str, str | bool | int | float | list[str]] = {
                "memory_limit": MEMORY,
                "threads": threads,
                "temp_directory": str(spill),
            }
            database = _started[key] = duckdb.connect(config=config)
        opened = database.cursor()
    opened.execute("SET TimeZone = 'UTC'")
    return opened
