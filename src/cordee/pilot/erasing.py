"""How is a person taken out of a store for good, and how is that proven?

Each file that holds the person is written anew without their rows over its own name, so the old bytes have no name
left; then `persons.parquet`, what the receipts of imports show as samples, what is remembered of
answers about small groups, the answers and roll-ups that are kept, and what killed commands left behind. The
receipt names each file with rows and digests before and after. Killed half-way, the same command again ends the work:
the first thing on the disk is who is to be erased. The file system may keep freed blocks, and backups age by
themselves: neither is ours to promise.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import json
import re
import shutil
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import duckdb

from cordee.core import clock
from cordee.core.errors import N_, NotFound
from cordee.pilot.disk import sync_folder, write_file, write_parquet
from cordee.pilot.erased import FOLDER, digest_of, names_of
from cordee.pilot.kept_answers import forget_answers
from cordee.pilot.rollups import forget_rollups
from cordee.pilot.sessions import MEMORY
from cordee.pilot.store import Store
from cordee.pilot.tables import TABLES
from cordee.pilot.told import forget

TAKEN_OUT: Final = "…"
SHORTEST_NAME: Final = 3  # signs: shorter words stand in too many sentences that mean somebody else

Step = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Rewritten:
    """One file: rows and SHA-256 before and after. A file that holds no row any more stays, empty."""

    file: str  # below the store, e.g. "tables/events/course=…/2026-11.journal.….parquet"
    rows_before: int
    rows_after: int
    sha256_before: str
    sha256_after: str


@dataclass(frozen=True, slots=True)
class ErasureReceipt:
    """What was taken out of a store. Says of nobody who it was."""

    erased_at: dt.datetime
    number: str  # the digest that names it
    files: tuple[Rewritten, ...]
    rows: int  # taken out of the tables
    persons: int  # rows of persons.parquet taken out
    texts: int  # receipts of imports of which samples were taken out
    left_behind: int  # unfinished files of killed commands that were removed
    searched: int  # files of tables that were looked through

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"erased_at": self.erased_at.isoformat()}


@dataclass(frozen=True, slots=True)
class _Person:
    """Everything that the store knows one person by."""

    actors: tuple[int, ...]
    called: tuple[str, ...]  # as sources do, see `names_of`
    words: tuple[str, ...]  # that may stand in a text

    def digests(self, key: bytes) -> list[str]:
        names: tuple[str | int, ...] = (*self.actors, *self.called)
        return sorted({digest_of(key, one) for one in names})


def actor_called(store: Store, person: str) -> int:
    """The pseudonym of who has this id, username, address or pseudonym. Raises NotFound."""
    with _database(store) as database:
        kept = store.folder / "persons.parquet"
        if kept.exists():
            found = database.execute(
                "SELECT actor FROM read_parquet($file) WHERE $person IN (user_id, username, email, actor::VARCHAR) "
                "OR list_contains(string_split(coalesce(anonymous, ''), ' '), $person) ORDER BY actor",
                {"file": str(kept), "person": person},
            ).fetchall()
            if found:
                return int(found[0][0])
        possible = [store.actor_of(person), store.actor_of(f"@{person}")]
        if person.isdecimal() and len(person) > len("2147483647"):  # a pseudonym itself
            possible.append(int(person))
        for actor in possible:
            if _files_with(database, store, (actor,))[0]:
                return actor
    raise NotFound(
        N_("Nobody in {folder} is called {person}. Give an id, a username, an address or a pseudonym."),
        folder=store.folder,
        person=person,
    )


def erase_person(
    store: Store, actor: int, *, now: Callable[[], dt.datetime] = clock.now, step: Step = lambda _where: None
) -> ErasureReceipt:
    """Take a person, under every name and pseudonym that belong together, out of every file of the store.

    Waits while another command writes. Again, it finds nothing and says so.
    """
    with store.alone(), _database(store) as database:
        person = _person(database, store, actor)
        key = (store.folder / "key").read_bytes()
        called = person.digests(key)
        number = digest_of(key, min(person.actors))[:16]
        path = store.folder / FOLDER / f"{number}.json"
        before = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        called = sorted({*called, *before.get("called", ())})
        # First of all: from here on nothing brings the person back, and the same command again ends the work.
        _note(path, {**before, "called": called})
        step("noted")
        left_behind = _tidy(store)
        holding, searched = _files_with(database, store, person.actors)
        files = []
        for file in holding:
            files.append(_rewrite(database, store, file, person.actors))
            step("file")
        texts = _rewrite_receipts(store, person)
        step("texts")
        forget(store, person.actors)
        step("told")
        forget_answers(store)
        forget_rollups(store)
        persons = _rewrite_persons(database, store, person)  # last: it alone says which names are one person's
        receipt = ErasureReceipt(
            erased_at=now(),
            number=number,
            files=tuple(files),
            rows=sum(one.rows_before - one.rows_after for one in files),
            persons=persons,
            texts=texts,
            left_behind=left_behind,
            searched=searched,
        )
        _note(path, {"called": called, "receipts": [*before.get("receipts", ()), receipt.as_json()]})
        return receipt


def _note(path: Path, content: dict[str, Any]) -> None:
    write_file(path, json.dumps(content, indent=1).encode(), mode=0o600)
    sync_folder(path.parent)


@contextlib.contextmanager
def _database(store: Store) -> Any:
    database = duckdb.connect(config={"memory_limit": MEMORY, "temp_directory": ""})
    try:
        database.execute("SET TimeZone = 'UTC'")
        yield database
    finally:
        database.close()


def _person(database: duckdb.DuckDBPyConnection, store: Store, actor: int) -> _Person:
    """Every row of persons.parquet that shares an id or a username with this pseudonym's.

    Not an address: two people may have one together, and only one of them asked to go.
    """
    kept = store.folder / "persons.parquet"
    actors, rows = {actor}, set[tuple[Any, ...]]()
    while kept.exists():
        found = database.execute(
            """
            WITH persons AS (SELECT * FROM read_parquet($file)),
            mine AS (SELECT * FROM persons WHERE actor IN (SELECT unnest($actors)))
            SELECT DISTINCT actor, user_id, username, email, name, coalesce(anonymous, '') FROM persons
            WHERE actor IN (FROM (SELECT actor FROM mine))
               OR (user_id <> '' AND user_id IN (SELECT user_id FROM mine))
               OR (username <> '' AND username IN (SELECT username FROM mine))""",
            {"file": str(kept), "actors": sorted(actors)},
        ).fetchall()
        rows |= set(found)
        more = {int(row[0]) for row in found} - actors
        if not more:
            break
        actors |= more
    called = {name for row in rows for name in names_of(row[1], row[2], row[3], row[5])}
    # Under each of these names a source may have brought rows before the store knew that they are one person's.
    actors |= {store.actor_of(name) for name in called}
    words = {str(word) for row in rows for word in (row[2], row[3], row[4], *row[5].split(), row[1])}
    words = {word for word in words if len(word) >= SHORTEST_NAME} | {str(one) for one in actors}
    return _Person(tuple(sorted(actors)), tuple(sorted(called)), tuple(sorted(words)))


def _files_with(database: duckdb.DuckDBPyConnection, store: Store, actors: Iterable[int]) -> tuple[list[Path], int]:
    """The files of tables with a row of these, those too that do not count at the moment; and how many were read."""
    found: list[Path] = []
    searched = 0
    for table in TABLES:
        if "actor" not in table.names:
            continue
        paths = sorted((store.folder / "tables" / table.name).glob("course=*/*.parquet"))
        searched += len(paths)
        if paths:
            rows = database.execute(
                "SELECT DISTINCT filename FROM read_parquet($files, filename = true, hive_partitioning = false) "
                "WHERE actor IN (SELECT unnest($actors))",
                {"files": [str(path) for path in paths], "actors": sorted(actors)},
            ).fetchall()
            found += sorted(Path(name) for (name,) in rows)
    return found, searched


def _rewrite(database: duckdb.DuckDBPyConnection, store: Store, file: Path, actors: tuple[int, ...]) -> Rewritten:
    given: dict[str, Any] = {"file": str(file)}
    rows = "SELECT count(*) FROM read_parquet($file, hive_partitioning = false)"
    (before,) = database.execute(rows, given).fetchall()[0]
    sha256 = _sha256(file)
    write_parquet(
        database,
        "SELECT * FROM read_parquet($file, hive_partitioning = false) WHERE actor NOT IN (SELECT unnest($actors))",
        file,
        given | {"actors": list(actors)},
    )
    sync_folder(file.parent)
    (after,) = database.execute(rows, given).fetchall()[0]
    return Rewritten(str(file.relative_to(store.folder)), int(before), int(after), sha256, _sha256(file))


def _rewrite_persons(database: duckdb.DuckDBPyConnection, store: Store, person: _Person) -> int:
    kept = store.folder / "persons.parquet"
    if not kept.exists():
        return 0
    given = {"file": str(kept), "actors": list(person.actors)}
    held = "read_parquet($file) WHERE actor IN (SELECT unnest($actors))"
    (count,) = database.execute(f"SELECT count(*) FROM {held}", given).fetchall()[0]  # noqa: S608 - our own words
    if count:
        others = "SELECT * FROM read_parquet($file) WHERE actor NOT IN (SELECT unnest($actors))"
        write_parquet(database, others, kept, given)
        kept.chmod(0o600)
        sync_folder(kept.parent)
    return int(count)


def _rewrite_receipts(store: Store, person: _Person) -> int:
    """Take samples and remarks that name the person out of the receipts of imports; from how many receipts."""
    if not person.words:
        return 0
    named = re.compile("|".join(rf"(?<!\w){re.escape(word)}(?!\w)" for word in person.words), re.IGNORECASE)

    def clean(texts: list[str]) -> list[str]:
        return [TAKEN_OUT if named.search(text) else text for text in texts]  # the rest of such a line is theirs, too

    changed = 0
    for path in sorted((store.folder / "sources").glob("*.json")):
        found = json.loads(path.read_text(encoding="utf-8"))
        dropped = {why: one | {"samples": clean(one["samples"])} for why, one in found["dropped"].items()}
        cleaned = found | {"dropped": dropped, "remarks": clean(found["remarks"])}
        if cleaned != found:
            write_file(path, json.dumps(cleaned, ensure_ascii=False, indent=1).encode())
            changed += 1
    if changed:
        sync_folder(store.folder / "sources")
    return changed


def _tidy(store: Store) -> int:
    """Take away what killed commands left half written: nobody else writes now."""
    found = [*store.folder.glob("landing-*"), *store.folder.rglob(".*.writing")]
    for path in found:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    return len(found)


def _sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
