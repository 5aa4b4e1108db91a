"""Where are the pilot's tables kept, and how are they opened?

A store is a folder. Each file that was read leaves, for each table and run, one Parquet file named by what is in it:

    store.json                                  what this folder is
    key                                         makes the pseudonyms (mode 600)
    persons.parquet                             pseudonym, id, username, address, name: the only table with names
    sources/<digest>.json                       what was read, when, from when, and what was dropped
    answers/<of>/<state>/…                      what was answered before (kept_answers.py; mode 600)
    rollups/<run>/…                             what all its events say in a few rows (rollups.py; mode 600)
    sealed.json                                 until when the journal of this site is in here (sealing.py)
    erased/<digest>.json                        receipts of those whose traces were taken out (erasing.py)
    tables/events/course=<key>/<month>.<source>.<digest>.parquet
    tables/<table>/course=<key>/<source>.<extracted>.<digest>.parquet

A file is written beside its place and renamed, and a source is noted last: killed at any moment, the same import again
writes the same names. Of reports, the newest extraction counts; events add up, each once.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import hmac
import json
import os
import shlex
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, unquote

import duckdb

from cordee.core.errors import N_, Conflict, CordeeError, InputRefused, NotFound
from cordee.pilot import parts, remarks, titles
from cordee.pilot.erased import Erased
from cordee.pilot.scopes import Scope
from cordee.pilot.sessions import session
from cordee.pilot.sources import PERSONS, Landing, Tally, open_landing
from cordee.pilot.store_views import DERIVED, LEARNERS, learners_version, nothing, quoted, rows_of, view_of
from cordee.pilot.tables import BY_NAME, TABLES, Table

FORMAT: Final = 1
READING: Final = "256MB"  # of an import, beside the pieces of the file that are read
FEW_BYTES: Final = 8_000_000  # of events, some 500,000: to share fewer costs more than one core does alone
ROLLUPS: Final = "rollups"
PART_SIGNS: Final = 120
ADDS: Final = "+"  # behind the source's name in a file's: the rows of all its files count, not the newest extraction's


class NoStore(NotFound):
    """The folder holds no store."""


class InUse(Conflict):
    """Somebody else writes."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What one file brought. `dropped` is reason → (rows, samples)."""

    digest: str  # of the file, 16 hex, see `importing.digest_of`
    name: str  # the file's own name
    source: str  # the format, e.g. "edx_log"
    extracted_at: dt.datetime
    courses: tuple[str, ...]
    read: int
    kept: int
    known: int  # events that the store held already, or that stood twice in the file
    dropped: Mapping[str, tuple[int, tuple[str, ...]]]
    remarks: tuple[str, ...]
    rows: Mapping[str, int]  # rows by table
    refusal: CordeeError | None = None  # why nothing of the file was taken; such a receipt is not kept
    again: bool = False  # whether the file was known already, and nothing was added this time

    def as_json(self) -> dict[str, Any]:
        """For `sources/<digest>.json` and for machines."""
        return {
            "digest": self.digest,
            "name": self.name,
            "source": self.source,
            "extracted_at": self.extracted_at.isoformat(),
            "courses": list(self.courses),
            "read": self.read,
            "kept": self.kept,
            "known": self.known,
            "dropped": {reason: {"rows": n, "samples": list(samples)} for reason, (n, samples) in self.dropped.items()},
            "remarks": list(self.remarks),
            "rows": dict(self.rows),
            **({"refused": str(self.refusal)} if self.refusal else {}),
            **({"again": True} if self.again else {}),
        }


def _receipt(data: Mapping[str, Any]) -> Receipt:
    return Receipt(
        digest=data["digest"],
        name=data["name"],
        source=data["source"],
        extracted_at=dt.datetime.fromisoformat(data["extracted_at"]),
        courses=tuple(data["courses"]),
        read=data["read"],
        kept=data["kept"],
        known=data["known"],
        dropped={reason: (one["rows"], tuple(one["samples"])) for reason, one in data["dropped"].items()},
        remarks=tuple(data["remarks"]),
        rows=data["rows"],
    )


class Store:
    """One folder of tables."""

    keeps_answers = True  # what it answers depends on its files alone

    def __init__(self, folder: Path) -> None:
        """Open what is there; `Store.make` makes one."""
        self.folder = folder
        try:
            found = json.loads((folder / "store.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            raise NoStore(
                N_("{folder} holds no data yet. Bring some in: cordee pilot import FILES --store {quoted}"),
                folder=folder,
                quoted=shlex.quote(str(folder)),
            ) from None
        if found.get("format") != FORMAT:
            raise InputRefused(
                N_("{folder} was written by another version of Cordée. Import its files again into a new folder."),
                folder=folder,
            )

    @classmethod
    def make(cls, folder: Path) -> Store:
        """Open the store of this folder, made if the folder is empty or missing."""
        if not (folder / "store.json").exists():
            if folder.exists() and (not folder.is_dir() or not all(map(_is_begun, folder.iterdir()))):
                raise InputRefused(
                    N_("{folder} holds something else. Name an empty folder, or one that does not exist."),
                    folder=folder,
                )
            folder.mkdir(parents=True, exist_ok=True)
            _make_key(folder / "key")
            _write(folder / "store.json", json.dumps({"format": FORMAT}).encode())
        return cls(folder)

    @contextlib.contextmanager
    def alone(self, *, wait: bool = True) -> Iterator[None]:
        """One writer at a time; others wait, or with `wait=False` raise InUse."""
        with (self.folder / "lock").open("a") as lock:
            if sys.platform != "win32":
                import fcntl

                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
                except BlockingIOError:
                    raise InUse(
                        N_("Another command writes into {folder} now. Try again when it has ended."), folder=self.folder
                    ) from None
            yield

    def remove_if_nothing_came(self) -> None:
        """Take the folder away again if no file was ever read into it. Waits while somebody writes."""
        with self.alone():
            if not self.receipts() and not (self.folder / "tables").exists():
                shutil.rmtree(self.folder)

    @cached_property
    def _key(self) -> bytes:
        return (self.folder / "key").read_bytes()

    def receipts(self) -> tuple[Receipt, ...]:
        """What was read so far, the newest extraction first."""
        found = [
            _receipt(json.loads(path.read_text(encoding="utf-8"))) for path in (self.folder / "sources").glob("*.json")
        ]
        return tuple(sorted(found, key=lambda one: (one.extracted_at, one.digest), reverse=True))

    def receipt_of(self, digest: str) -> Receipt | None:
        """What a file with this digest brought when it was read whole; None if it was not."""
        path = self.folder / "sources" / f"{digest}.json"
        return _receipt(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else None

    def state(self) -> str:
        """Changes whenever a file was read into the store, the journal sealed, or somebody erased. No query."""
        digest = hashlib.sha256(str(self.sealed_until()).encode())
        noted = [
            *sorted((self.folder / "sources").glob("*.json")),
            *sorted((self.folder / "erased").glob("*.json")),
            self.folder / "persons.parquet",
        ]
        for path in noted:
            with contextlib.suppress(FileNotFoundError):
                found = path.stat()
                digest.update(f"{path.name}\0{found.st_mtime_ns}\0{found.st_size}\n".encode())
        return digest.hexdigest()[:32]

    def run_state(self, course: str) -> str:
        """Changes whenever a file that tells of this run does; "" while it cannot be said. No query."""
        digest = hashlib.sha256()
        for table in TABLES:
            for file in self.files_of(table, (course,)):
                with contextlib.suppress(FileNotFoundError):
                    found = Path(file).stat()
                    digest.update(f"{file}\0{found.st_mtime_ns}\0{found.st_size}\n".encode())
        return digest.hexdigest()[:32]

    def learners_of(self, course: str) -> Path | None:
        """Where the learners of a run are kept as of now (rollups.py), there or not; None while nothing may be."""
        state = self.run_state(course)
        name = f"learners.{learners_version()}.{state}.parquet"
        return self.folder / ROLLUPS / quote(course, safe="") / name if state else None

    def tidy(self) -> None:
        """Take away what a killed import left half written, under `alone`."""
        for folder in self.folder.glob("landing-*"):
            shutil.rmtree(folder)
        for path in self.folder.rglob(".*.writing"):
            path.unlink()

    def holds(self, digest: str) -> bool:
        """Whether a file with this digest was read whole."""
        return (self.folder / "sources" / f"{digest}.json").exists()

    def courses(self) -> tuple[str, ...]:
        """The keys of the runs that any table speaks of, sorted."""
        return tuple(
            sorted({unquote(path.name.removeprefix("course=")) for path in (self.folder / "tables").glob("*/course=*")})
        )

    # Writing

    @contextlib.contextmanager
    def landing(self, extracted_at: dt.datetime) -> Iterator[Landing]:
        """Empty tables for one source, which may grow beyond the memory: they spill into the store's own folder."""
        with tempfile.TemporaryDirectory(prefix="landing-", dir=self.folder) as spill:
            database = duckdb.connect(
                config={"memory_limit": READING, "temp_directory": spill, "preserve_insertion_order": False},
            )
            try:
                database.execute("SET TimeZone = 'UTC'")
                landing = open_landing(database, extracted_at)
                landing.scratch = Path(spill)
                self._load_known(database)
                yield landing
            finally:
                database.close()

    def take(self, landing: Landing, *, digest: str, name: str, source: str) -> Receipt:
        """Keep what has landed, under `alone`. The same file again replaces what it left."""
        database = landing.database
        Erased.of(self.folder).leave_out(landing)
        self._name_persons(landing)
        rows: dict[str, int] = {}
        courses: set[str] = set()
        known = 0
        kept_as = source + ADDS if landing.adds else source
        moment = f"{kept_as}{_part(landing)}.{landing.extracted_at:%Y%m%dT%H%M%S}"
        if not landing.adds:
            self._warn_of_far_fewer(landing, moment)
            self._replace_same_moment(landing, moment, digest)
        for table in TABLES:
            landed = database.execute(f"SELECT DISTINCT course FROM landing.{table.name}").fetchall()  # noqa: S608
            for course in (str(key) for (key,) in landed):
                courses.add(course)
                if table.name == "events":
                    written, doubled = self._take_events(database, course, source=source, digest=digest)
                    known += doubled
                else:
                    written = self._take_rows(
                        database,
                        table,
                        course,
                        f"{moment}.{digest}.parquet",
                        distinct=table.name in landing.distinct,
                    )
                rows[table.name] = rows.get(table.name, 0) + written
        tally: Tally = landing.tally
        receipt = Receipt(
            digest=digest,
            name=name,
            source=source,
            extracted_at=landing.extracted_at,
            courses=tuple(sorted(courses)),
            read=tally.read,
            kept=tally.kept,
            known=known,
            dropped={reason: (count, tuple(tally.samples.get(reason, ()))) for reason, count in tally.dropped.items()},
            remarks=tuple(landing.remarks),
            rows=rows,
        )
        _write(
            self.folder / "sources" / f"{digest}.json",
            json.dumps(receipt.as_json(), ensure_ascii=False, indent=1).encode(),
        )
        return receipt

    def forget(self, digest: str) -> None:
        """Take out what a report left and its receipt, under `alone`: the same file is read again then.

        Who was named stays named. Raises Conflict for a log, whose events others may stand for by now.
        """
        if list((self.folder / "tables" / "events").glob(f"*/*.{digest}.parquet")):
            raise Conflict(N_("The events of a log cannot be taken out again. Import the files into a new folder."))
        for path in sorted((self.folder / "tables").glob(f"*/course=*/*.{digest}.parquet")):
            path.unlink()
            with contextlib.suppress(OSError):  # others are in it
                path.parent.rmdir()
        (self.folder / "sources" / f"{digest}.json").unlink(missing_ok=True)

    def _courses_in(self, landing: Landing, table: Table) -> list[str]:
        found = landing.database.execute(f"SELECT DISTINCT course FROM landing.{table.name}").fetchall()  # noqa: S608
        return [str(course) for (course,) in found]

    def _warn_of_far_fewer(self, landing: Landing, moment: str) -> None:
        """Leave a remark where a report lists fewer than half of the people of the one whose place it takes."""
        source = moment.split(".", 1)[0]
        for course in self._courses_in(landing, BY_NAME["runs"]):
            counts: list[tuple[int, int]] = []  # of the older report, of this one
            for table in TABLES:
                if table.grows or "actor" not in table.names:
                    continue
                kept = sorted(self._folder(table.name, course).glob(f"{source}.*.parquet"))
                if not kept or kept[-1].name.rsplit(".", 2)[0] > moment:
                    continue  # an older one takes no place
                many = _count(landing.database, "SELECT count(DISTINCT actor) FROM read_parquet(?)", [str(kept[-1])])
                few = f"SELECT count(DISTINCT person) FROM landing.{table.name} WHERE course = ?"  # noqa: S608
                counts.append((many, _count(landing.database, few, [course])))
            many, few_now = max(counts, default=(0, 0))
            if few_now * 2 < many:
                landing.remarks.append(remarks.FAR_FEWER.format(few=few_now, many=many))

    def _replace_same_moment(self, landing: Landing, moment: str, digest: str) -> None:
        """Of one extraction that was downloaded twice, what was read last counts: the first may have been cut."""
        mine = set(self._courses_in(landing, BY_NAME["runs"]))
        for path in sorted((self.folder / "tables" / "runs").glob(f"course=*/{moment}.*.parquet")):
            other = path.name.rsplit(".", 2)[1]
            receipt = self.receipt_of(other)
            if other == digest or receipt is None or receipt.rows.get("events"):
                continue  # logs of one moment add up
            if set(receipt.courses) == mine:
                self.forget(other)

    def _name_persons(self, landing: Landing) -> None:
        """Make `landing.actors (person, actor)`, and add to `persons.parquet` what the source says of people."""
        database = landing.database
        kept = self._load_known(database)
        tables = [table.name for table in TABLES if "actor" in table.names]
        everybody = " UNION ".join(f"SELECT person FROM landing.{name}" for name in [*tables, "persons"])  # noqa: S608
        persons = [str(one) for (one,) in database.execute(everybody).fetchall() if one is not None]
        # Somebody keeps the pseudonym they were first given, whether by a username or by an id, in whatever order
        # the files come that say that both are one.
        asked = "SELECT {key}, min(actor) FROM known WHERE {key} <> '' {more} GROUP BY {key}"
        of_id = dict(database.execute(asked.format(key="user_id", more="")).fetchall())
        of_username = dict(database.execute(asked.format(key="username", more="")).fetchall())
        without_id = dict(database.execute(asked.format(key="username", more="AND user_id = ''")).fetchall())
        named = dict(
            database.execute(
                "SELECT person, max(username) FROM landing.persons WHERE username <> '' GROUP BY person"
            ).fetchall()
        )
        actors: dict[str, int] = {}
        for person in sorted(persons, key=lambda one: (one.startswith("@"), one)):  # ids first
            if person.startswith("@"):
                actors[person] = of_username.get(person[1:]) or self.actor_of(person)
            else:
                first = of_id.get(person) or without_id.pop(named.get(person, ""), None)
                actors[person] = first or self.actor_of(person)
                if person in named:
                    of_username.setdefault(named[person], actors[person])
        at = [(person, person[1:]) for person in actors if person.startswith("@")]
        landing.add("persons", at, ("person", "username"))
        database.execute("CREATE OR REPLACE TABLE landing.actors (person VARCHAR, actor BIGINT)")
        if actors:
            database.execute(
                "INSERT INTO landing.actors SELECT unnest($1), unnest($2)", [list(actors), list(actors.values())]
            )
        fresh = """
            SELECT actor, max(user_id) AS user_id, max(username) AS username, max(email) AS email, max(name) AS name,
                   max(anonymous) AS anonymous
            FROM (SELECT actor, user_id, username, email, name, coalesce(anonymous, '') AS anonymous FROM known
                  UNION ALL
                  SELECT actor, coalesce(user_id, ''), coalesce(username, ''), coalesce(email, ''), coalesce(name, ''),
                         coalesce(anonymous, '')
                  FROM landing.persons JOIN landing.actors USING (person))
            GROUP BY actor ORDER BY actor"""
        if database.execute("SELECT count(*) FROM landing.persons").fetchall() != [(0,)]:
            self._write_parquet(database, fresh, kept)
            kept.chmod(0o600)

    def _load_known(self, database: duckdb.DuckDBPyConnection) -> Path:
        """Make `known`: the persons that were named before. Returns where they are kept."""
        database.execute("CREATE OR REPLACE TEMP TABLE known " + PERSONS)
        kept = self.folder / "persons.parquet"
        if kept.exists():
            database.execute("INSERT INTO known BY NAME SELECT * FROM read_parquet(?)", [str(kept)])
        return kept

    def actor_of(self, person: str) -> int:
        """The pseudonym of who a source calls `person`: 62 bits of an HMAC under the store's key."""
        return int.from_bytes(hmac.digest(self._key, person.encode(), hashlib.sha256)[:8], "big") >> 2

    def _take_events(
        self, database: duckdb.DuckDBPyConnection, course: str, *, source: str, digest: str
    ) -> tuple[int, int]:
        """Write a run's events by month, each once. Returns how many were written, and how many were known already."""
        folder = self._folder("events", course)
        for old in folder.glob(f"*.{digest}.parquet"):
            old.unlink()  # of an import of this file that did not end
        here = sorted(str(path) for path in folder.glob("*.parquet"))
        landed, different = database.execute(
            "SELECT count(*), count(DISTINCT id) FROM landing.events WHERE course = ?", [course]
        ).fetchall()[0]
        rows = (
            f"SELECT {_with_actor(BY_NAME['events'])} FROM landing.events AS landed JOIN landing.actors USING (person) "  # noqa: S608
            f"WHERE landed.course = '{quoted(course)}'"
        )
        within = f"landing.events WHERE course = '{quoted(course)}'"
        if here or different < landed:
            if different < landed:
                rows = rows.replace("SELECT", "SELECT DISTINCT ON (id)", 1)
            if here:
                rows += " AND NOT EXISTS (SELECT 1 FROM read_parquet($files) AS kept WHERE kept.id = landed.id)"
            database.execute(f"CREATE OR REPLACE TEMP TABLE taken AS {rows}", {"files": here} if here else {})
            rows, within = "SELECT * FROM taken WHERE true", "taken"
        months = database.execute(
            f"SELECT DISTINCT date_trunc('month', happened_at) AS month FROM {within} ORDER BY month"  # noqa: S608
        ).fetchall()
        written = 0
        for (month,) in months:
            inside = (
                f"happened_at >= DATE '{month:%Y-%m-%d}' AND happened_at < DATE '{month:%Y-%m-%d}' + INTERVAL 1 MONTH"
            )
            written += self._write_parquet(
                database,
                f"{rows} AND {inside} ORDER BY actor, happened_at, id",
                folder / f"{month:%Y-%m}.{source}.{digest}.parquet",
            )
        database.execute("DROP TABLE IF EXISTS taken")
        return written, landed - written

    def _take_rows(
        self, database: duckdb.DuckDBPyConnection, table: Table, course: str, name: str, *, distinct: bool
    ) -> int:
        folder = self._folder(table.name, course)
        with_actor = "actor" in table.names
        return self._write_parquet(
            database,
            f"""
            SELECT {"" if distinct else "DISTINCT"} {_with_actor(table)} FROM landing.{table.name} AS landed
            {"JOIN landing.actors USING (person)" if with_actor else ""}
            WHERE course = '{quoted(course)}' ORDER BY {"actor" if with_actor else table.names[1]}""",  # noqa: S608
            folder / name,
        )

    def _write_parquet(self, database: duckdb.DuckDBPyConnection, query: str, path: Path) -> int:
        """The rows of a query as one file; how many they are."""
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f".{path.name}.writing")
        written = _count(database, f"COPY ({query}) TO '{quoted(beside)}' (FORMAT parquet, COMPRESSION zstd)")
        with beside.open("rb") as file:
            os.fsync(file.fileno())
        beside.replace(path)
        return written

    def _folder(self, table: str, course: str) -> Path:
        return self.folder / "tables" / table / f"course={quote(course, safe='')}"

    # Reading

    def sealed_until(self) -> int:
        """Until when our own journal's events are here, in microseconds since 1970; 0 for a store without any."""
        return parts.sealed_until(self.folder)

    def files_of(self, table: Table, courses: tuple[str, ...]) -> list[str]:
        """The Parquet files that count: all of a table that grows, else the newest extraction by source and run."""
        found: list[str] = []
        for course in courses:
            folder = self._folder(table.name, course)
            try:  # a page about many runs lists a thousand folders, and a glob costs ten times as much
                paths = [folder / name for name in sorted(os.listdir(folder)) if name.endswith(".parquet")]  # noqa: PTH208
            except FileNotFoundError:
                continue
            if table.grows:
                found += map(str, parts.counting(paths, self.sealed_until()))
            else:
                # Sorted by name: of each source the last is the newest.
                newest = {path.name if ADDS in path.name else path.name.split(".", 1)[0]: path for path in paths}
                found += map(str, newest.values())
        return found

    def bytes_of(self, courses: tuple[str, ...], tables: Iterable[str] = ("events",)) -> int:
        """How large these tables of these runs are on the disk. No query."""
        size = 0
        for table in tables:
            for file in self.files_of(BY_NAME[table], courses):
                with contextlib.suppress(FileNotFoundError):  # others write
                    size += Path(file).stat().st_size
        return size

    def courses_of(self, scope: Scope) -> tuple[str, ...]:
        """The keys of the runs that `scope` speaks of. Raises NotFound for one that the store does not hold."""
        held = self.courses()
        for course in scope.courses:
            if course not in held:
                raise NotFound(
                    N_("No data of the run {course} is here. There are: {held}."),
                    course=course,
                    held=", ".join(held) or N_("none"),
                )
        return scope.courses or held

    def extractions_of(self, courses: tuple[str, ...]) -> list[tuple[str, dt.datetime]]:
        """From when each source of these runs is: (course, extracted_at), in UTC without a zone."""
        return [
            (course, receipt.extracted_at.astimezone(dt.UTC).replace(tzinfo=None))
            for receipt in self.receipts()
            for course in receipt.courses
            if course in courses
        ]

    @contextlib.contextmanager
    def open(self, scope: Scope | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection whose views are the pilot's tables, of the runs and people of `scope` only. Nothing is written.

        Raises NotFound for a run that the store does not hold.
        """
        scope = scope or Scope()
        courses = self.courses_of(scope)
        database = session(threads=1 if self.bytes_of(courses) < FEW_BYTES else os.cpu_count() or 1)
        try:
            if scope.actors is not None:
                database.execute("CREATE TEMP TABLE chosen (actor BIGINT PRIMARY KEY)")
                if scope.actors:
                    database.execute("INSERT INTO chosen SELECT unnest($1)", [sorted(scope.actors)])
            for table in TABLES:
                self._open_table(database, table, courses, chosen=scope.actors is not None)
            kept = self.folder / "persons.parquet"
            rows = f"SELECT * FROM read_parquet('{quoted(kept)}')" if kept.exists() else nothing(PERSONS)  # noqa: S608
            database.execute(f"CREATE TEMP VIEW persons AS {rows}")
            told = {kind for (kind,) in database.execute(titles.KINDS).fetchall()}
            database.execute(titles.IDS if titles.TITLE in told else titles.NO_IDS)
            for statement in titles.VIEWS:
                database.execute(statement)
            database.execute(titles.SECTIONS if titles.SECTION in told else titles.NO_SECTIONS)
            self._open_extractions(database, courses)
            for statement in DERIVED:
                database.execute(statement)
            if scope.actors is None and len(courses) == 1:
                learners = self.learners_of(courses[0])
                if learners is not None and learners.exists():
                    rows = f"SELECT {LEARNERS} FROM read_parquet('{quoted(learners)}', hive_partitioning = false)"  # noqa: S608
                    database.execute(f"CREATE OR REPLACE TEMP VIEW learners AS {rows}")
            yield database
        finally:
            database.close()

    def _open_extractions(self, database: duckdb.DuckDBPyConnection, courses: tuple[str, ...]) -> None:
        """`extractions (course, extracted_at)`: until when each run is known; who acted shortly before has not left."""
        database.execute("CREATE TEMP TABLE extractions (course VARCHAR, extracted_at TIMESTAMP)")
        dates = self.extractions_of(courses)
        if dates:
            database.execute(
                "INSERT INTO extractions SELECT unnest($1), unnest($2)",
                [[course for course, _date in dates], [date for _course, date in dates]],
            )

    def _open_table(
        self, database: duckdb.DuckDBPyConnection, table: Table, courses: tuple[str, ...], *, chosen: bool
    ) -> None:
        files = self.files_of(table, courses)
        if files:
            listed = ", ".join(f"'{quoted(Path(path))}'" for path in files)
            rows = rows_of(table, f"read_parquet([{listed}], hive_partitioning = false, filename = true)", len(files))
        else:
            rows = nothing("(" + ", ".join(f"{column.name} {column.type}" for column in table.columns) + ")")
        database.execute(view_of(table, rows, chosen=chosen))


def _part(landing: Landing) -> str:
    """ "-p_choix" for a file of that problem alone: the newest of each part counts."""
    return "-" + quote(landing.part, safe="").replace(".", "%2E")[:PART_SIGNS] if landing.part else ""


def _with_actor(table: Table) -> str:
    return ", ".join(f"landed.{name}" if name != "actor" else "actor" for name in table.names)


def _count(database: duckdb.DuckDBPyConnection, query: str, given: list[Any] | None = None) -> int:
    row = database.execute(query, given or []).fetchone()
    return int(row[0]) if row else 0


def _is_begun(path: Path) -> bool:
    """Whether this is what `make` leaves when it is killed half-way."""
    return path.name == "key" or (path.name.startswith((".key.", ".store.json.")) and path.name.endswith(".writing"))


def _make_key(path: Path) -> None:
    """Whole or not at all, and once: of two processes, both use the one's."""
    beside = path.with_name(f".key.{os.urandom(4).hex()}.writing")
    beside.touch(mode=0o600)
    try:
        beside.write_bytes(os.urandom(32))
        with contextlib.suppress(FileExistsError):
            os.link(beside, path)
    finally:
        beside.unlink()


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.writing")
    with beside.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
