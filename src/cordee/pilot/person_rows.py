"""What does a store hold of one person, table by table?"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import duckdb

from cordee.pilot.sessions import MEMORY
from cordee.pilot.store import Store
from cordee.pilot.tables import TABLES


def rows_of_person(store: Store, actor: int) -> Iterator[tuple[str, list[str], list[tuple[Any, ...]]]]:
    """(table, names of its columns, rows) of each table with a row of theirs, and what the store calls them.

    Of every file of the store, those too that do not count at the moment. Times are UTC.
    """
    with contextlib.closing(duckdb.connect(config={"memory_limit": MEMORY, "temp_directory": ""})) as database:
        database.execute("SET TimeZone = 'UTC'")
        for table in TABLES:
            paths = sorted((store.folder / "tables" / table.name).glob("course=*/*.parquet"))
            if "actor" not in table.names or not paths:
                continue
            names = [name for name in table.names if name != "actor"]
            columns = ", ".join(names)
            rows = database.execute(
                f"SELECT {columns} FROM read_parquet($files, hive_partitioning = false, union_by_name = true)"  # noqa: S608 - names of ours
                " WHERE actor = $actor ORDER BY ALL",
                {"files": [str(path) for path in paths], "actor": actor},
            ).fetchall()
            if rows:
                yield table.name, names, rows
        kept = store.folder / "persons.parquet"
        if kept.exists():
            rows = database.execute(
                "SELECT user_id, username, email, name, anonymous FROM read_parquet($file) WHERE actor = $actor",
                {"file": str(kept), "actor": actor},
            ).fetchall()
            if rows:
                yield "persons", ["user_id", "username", "email", "name", "anonymous"], rows


def pseudonym_of(store: Store, actor: str) -> UUID | None:
    """Who of this site it is, by the number that the store knows them by; None for who came with an import."""
    kept = store.folder / "persons.parquet"
    if not actor.lstrip("-").isdigit() or not kept.exists():
        return None
    with contextlib.closing(duckdb.connect(config={"memory_limit": MEMORY, "temp_directory": ""})) as database:
        found = database.execute(
            "SELECT user_id FROM read_parquet($file) WHERE actor = $actor", {"file": str(kept), "actor": int(actor)}
        ).fetchall()
    for (called,) in found:
        with contextlib.suppress(ValueError):
            pseudonym = UUID(called)
            if store.actor_of(str(pseudonym)) == int(actor):
                return pseudonym
    return None
