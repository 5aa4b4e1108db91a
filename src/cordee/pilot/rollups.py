"""How does a page cost the same however many events there are? What all of a run's events say in a few rows is kept.

    rollups/<run>/<question>.json             an answer, and the state of the run that it is of, under a checksum
    rollups/<run>/learners.<…>.<state>.parquet    who its learners are, which no query then looks for in the events

A question about all runs is put together from the answers of each.

The state of a run is what its files are: an import or a batch that is sealed changes those of its runs alone, and only
these are asked again. Whoever is erased changes each file that held a row of theirs; all that is kept goes, too. The
folder is readable by its owner only: counts of a run may be small. A file that is missing, damaged or of another state
is made anew; nothing is written while somebody else writes into the store.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import duckdb

from cordee.pilot.disk import write_file, write_parquet
from cordee.pilot.scopes import Scope
from cordee.pilot.store import LEARNERS, ROLLUPS, InUse, Store

SIGNS: Final = 16  # hex digits of a digest
TOGETHER_BYTES: Final = 32_000_000  # of events that one query reads
SMALL: Final = ("structure", "runs", "reported", "grades", "learners")


def of_each_run(
    store: Store, courses: Iterable[str], about: str, ask: Callable[[duckdb.DuckDBPyConnection], Mapping[str, Any]]
) -> dict[str, Any]:
    """By run, what `ask` says of it: something that JSON can hold, by nothing but tables of this run.

    `about` names the question; `ask` is called with the tables of the runs of which something changed since they were
    asked, so many at once as are some tens of megabytes, and says it of each that it knows something of.
    """
    name = hashlib.sha256(f"{code_digest()} {about}".encode()).hexdigest()[:SIGNS]
    found: dict[str, Any] = {}
    missing: dict[str, str] = {}
    for course in courses:
        state = store.run_state(course)
        kept = _read(_place(store, course, name)) if state else None
        if kept is not None and kept["state"] == state:
            found[course] = kept["answer"]
        else:
            missing[course] = state
    for together in _batches(store, missing):
        scope = Scope(together)
        # Not a connection that is kept open: there may be many runs, and each is asked once.
        with Store.open(store, scope) as database:
            keep_small_tables(database, store, scope)
            told = json.loads(json.dumps(ask(database)))
        found |= {course: told.get(course) for course in together}
        with contextlib.suppress(InUse, OSError), store.alone(wait=False):
            for course in together:
                if missing[course] and store.run_state(course) == missing[course]:
                    text = json.dumps({"state": missing[course], "answer": found[course]}, ensure_ascii=False).encode()
                    path = _place(store, course, name)
                    path.parent.parent.mkdir(mode=0o700, exist_ok=True)
                    write_file(path, hashlib.sha256(text).hexdigest().encode() + b"\n" + text, mode=0o600)
    return {course: found[course] for course in (*found,) if found[course] is not None}


def _place(store: Store, course: str, name: str) -> Path:
    return store.folder / ROLLUPS / quote(course, safe="") / f"{name}.json"


def _batches(store: Store, courses: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """Runs of which the events are `TOGETHER_BYTES` at most, or one that has more."""
    batch: list[str] = []
    size = 0
    for course in courses:
        here = store.event_bytes((course,))
        if batch and size + here > TOGETHER_BYTES:
            yield tuple(batch)
            batch, size = [], 0
        batch.append(course)
        size += here
    if batch:
        yield tuple(batch)


def keep_small_tables(database: duckdb.DuckDBPyConnection, store: Store, scope: Scope) -> None:
    """Have `database`, opened for `scope`, read each small table once; the store keeps the learners of a whole run.

                    told = {"state": missing[course], "answer": found[course]}
                    text = json.dumps(told, ensure_ascii=False).encode()
    about a small run costs is to plan views over views over files.
    """
    if database.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = 'kept_learners'").fetchall():
        return
    path = store.learners_of(scope.courses[0]) if scope.actors is None and len(scope.courses) == 1 else None
    is_kept = path is not None and path.exists()
    for table in SMALL:
        database.execute(f"CREATE TEMP TABLE kept_{table} AS SELECT * FROM {table}")  # noqa: S608 - names of ours
        database.execute(f"CREATE OR REPLACE VIEW {table} AS SELECT * FROM kept_{table}")  # noqa: S608
    if path is None or is_kept:
        return
    with contextlib.suppress(InUse, OSError), store.alone(wait=False):
        if store.learners_of(scope.courses[0]) == path:
            path.parent.parent.mkdir(mode=0o700, exist_ok=True)
            for older in path.parent.glob("learners.*"):
                older.unlink()
            write_parquet(database, f"SELECT {LEARNERS} FROM kept_learners ORDER BY actor", path)  # noqa: S608
            path.chmod(0o600)


def forget_rollups(store: Store) -> None:
    """Remove all that is kept, under `alone`."""
    shutil.rmtree(store.folder / ROLLUPS, ignore_errors=True)
    if (store.folder / ROLLUPS).exists():
        raise PermissionError(f"{store.folder / ROLLUPS} could not be removed")


@cache
def code_digest() -> str:
    """Of what answers: another version, or a query that is being worked on, finds nothing of an older one."""
    digest = hashlib.sha256()
    here = Path(__file__).parent
    for path in sorted([*here.glob("*.py"), *(here / "indicators").glob("*.py")]):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _read(path: Path) -> Any:
    """What is kept there; None where nothing is, or nothing that is whole."""
    try:
        checksum, _, text = path.read_bytes().partition(b"\n")
    except OSError:
        return None
    if checksum.decode(errors="replace") != hashlib.sha256(text).hexdigest():
        return None
    return json.loads(text)
