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
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import duckdb

from cordee.pilot.disk import write_file, write_parquet
from cordee.pilot.scopes import Scope
from cordee.pilot.store import ROLLUPS, InUse, Store
from cordee.pilot.store_views import LEARNERS

SIGNS: Final = 16  # hex digits of a digest
TOGETHER_BYTES: Final = 32_000_000  # of events that one query reads
PEOPLE: Final = ("enrolments", "people", "grades", "reported")
PEOPLE_BYTES: Final = 4_000_000  # of these, some 100,000 people: they are held in memory
PROFILES: Final = ("enrolments", "people")  # that what is asked of every run mostly reads
SMALL: Final = ("structure", "runs", "reported", "grades", "learners")


@dataclass(frozen=True, slots=True)
class Question:
    """Something that is asked of every run: a name of what is asked, and who answers.

    `ask` is called with the tables of some runs, and says of each, by nothing but its own tables, something that JSON
    can hold; it may leave out a run that it knows nothing of.
    """

    about: str
    ask: Callable[[duckdb.DuckDBPyConnection], Mapping[str, Any]]


def of_each_run(store: Store, courses: Iterable[str], question: Question) -> dict[str, Any]:
    """By run, what the question says of it; only runs of which something changed since are asked."""
    return all_of_each_run(store, courses, [question])[0]


def all_of_each_run(store: Store, courses: Iterable[str], questions: Sequence[Question]) -> list[dict[str, Any]]:
    """The same of several questions: to open the tables of runs costs more than most answers, so it is done once.

    So many runs are asked at once as are some tens of megabytes of events, and some hundred thousand people.
    """
    names = [hashlib.sha256(f"{code_digest()} {one.about}".encode()).hexdigest()[:SIGNS] for one in questions]
    found: list[dict[str, Any]] = [{} for _one in questions]
    missing: dict[str, str] = {}
    for course in courses:
        state = store.run_state(course)
        for answers, name in zip(found, names, strict=True):
            kept = _read(_place(store, course, name)) if state else None
            if kept is not None and kept["state"] == state:
                answers[course] = kept["answer"]
            else:
                missing[course] = state
    for together in _batches(store, missing):
        scope = Scope(together)
        # Not a connection that is kept open: there may be many runs, and each is asked once.
        with Store.open(store, scope) as database:
            _keep(database, PROFILES)
            keep_small_tables(database, store, scope)
            told: dict[str, dict[str, Any]] = {course: {} for course in together}
            for question, name, answers in zip(questions, names, found, strict=True):
                new = [course for course in together if course not in answers]
                if new:
                    said = json.loads(json.dumps(question.ask(database)))
                    for course in new:
                        answers[course] = told[course][name] = said.get(course)
        _keep_answers(store, missing, told)
    return [{course: answer for course, answer in answers.items() if answer is not None} for answers in found]


def _keep_answers(store: Store, states: Mapping[str, str], told: Mapping[str, Mapping[str, Any]]) -> None:
    """Write the answers of each run by their names, if the run is still of that state and nobody else writes.

    The disk is not waited for: what a power cut leaves of a file does not fit its checksum.
    """
    with contextlib.suppress(InUse, OSError), store.alone(wait=False):
        for course, answers in told.items():
            state = states[course]
            if not state or store.run_state(course) != state:
                continue
            for name, answer in answers.items():
                text = json.dumps({"state": state, "answer": answer}, ensure_ascii=False).encode()
                path = _place(store, course, name)
                path.parent.parent.mkdir(mode=0o700, exist_ok=True)
                write_file(path, hashlib.sha256(text).hexdigest().encode() + b"\n" + text, mode=0o600, lasting=False)


def _place(store: Store, course: str, name: str) -> Path:
    return store.folder / ROLLUPS / quote(course, safe="") / f"{name}.json"


def _batches(store: Store, courses: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """Runs that fit together into `TOGETHER_BYTES` and `PEOPLE_BYTES`, or one that has more."""
    batch: list[str] = []
    events = people = 0
    for course in courses:
        here, theirs = store.bytes_of((course,)), store.bytes_of((course,), PEOPLE)
        if batch and (events + here > TOGETHER_BYTES or people + theirs > PEOPLE_BYTES):
            yield tuple(batch)
            batch, events, people = [], 0, 0
        batch.append(course)
        events, people = events + here, people + theirs
    if batch:
        yield tuple(batch)


def keep_small_tables(database: duckdb.DuckDBPyConnection, store: Store, scope: Scope) -> None:
    """Have `database`, opened for `scope`, read each small table once; the store keeps the learners of a whole run.

    Most of what a question about a small run costs is to plan views over views over files.
    """
    if database.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = 'kept_learners'").fetchall():
        return
    path = store.learners_of(scope.courses[0]) if scope.actors is None and len(scope.courses) == 1 else None
    is_kept = path is not None and path.exists()
    _keep(database, SMALL)
    if path is None or is_kept:
        return
    with contextlib.suppress(InUse, OSError), store.alone(wait=False):
        if store.learners_of(scope.courses[0]) == path:
            path.parent.parent.mkdir(mode=0o700, exist_ok=True)
            for older in path.parent.glob("learners.*"):
                older.unlink()
            write_parquet(database, f"SELECT {LEARNERS} FROM kept_learners ORDER BY actor", path)  # noqa: S608
            path.chmod(0o600)


def _keep(database: duckdb.DuckDBPyConnection, tables: Iterable[str]) -> None:
    """Have each read once, in this order."""
    for table in tables:
        database.execute(f"CREATE TEMP TABLE kept_{table} AS SELECT * FROM {table}")  # noqa: S608 - names of ours
        database.execute(f"CREATE OR REPLACE TEMP VIEW {table} AS SELECT * FROM kept_{table}")  # noqa: S608


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
