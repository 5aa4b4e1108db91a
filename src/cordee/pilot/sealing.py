"""How do the facts of our own journal get into the site's store, each exactly once, whatever is killed when?

The column `sent_at` of the journal is the outbox. A batch is named by a moment, and is handed over in three steps:

1. claim: `sent_at` of events that nobody claimed becomes the batch's moment, a few rows a transaction, so that no
   learner waits for the lock; from then on the batch never changes;
2. write: its rows as Parquet, a file a run and month, under names made of the moment of the batch and of the one
   before;
3. note: `sealed.json` says that everything until this moment is in the store.

Killed after any step, the next sealer finds a batch that is claimed and not noted, and writes the same files again
over the same names: at least once in transport, exactly once in effect. PostgreSQL may end a claim after whoever asked
for it was killed, so it is waited for before asking what is claimed. Readers take files until the noted moment and ask
the database for the rest (live.py). Times are the database's: a store that is lost is made anew from the journal.
"""

from __future__ import annotations

import datetime as dt
import json
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import duckdb
from django.db import connection, transaction
from django.db.models import Max, Q

from cordee.learning.models import Event
from cordee.pilot import journal, parts
from cordee.pilot.disk import sync_folder, write_file, write_parquet
from cordee.pilot.erased import Erased
from cordee.pilot.outbox import BATCH
from cordee.pilot.store import Store
from cordee.pilot.tables import BY_NAME

CLAIMED_AT_ONCE: Final = 500  # rows of one transaction: 5 ms of SQLite's one writer
REST: Final = 2.0  # times what a transaction took, for others to write between two
INSERTED_AT_ONCE: Final = 5000
CLAIMING: Final = 0x5EA1  # PostgreSQL's lock of a claim that is under way, of this database
MEMORY: Final = "192MB"

Step = Callable[[str], None]  # told where the work is; tests kill there


@dataclass(frozen=True, slots=True)
class Sealed:
    """What one call did."""

    batches: int
    events: int  # claimed, those without a row in the pilot's tables too
    rows: int
    files: int


@dataclass(frozen=True, slots=True)
class _Noted:
    """`sealed.json`."""

    until: int = 0  # microseconds
    restored: int = 0  # events that came until then may be in the store though the database does not know it


def seal(
    store: Store,
    *,
    now: Callable[[], dt.datetime],
    batch: int = BATCH,
    stopping: Callable[[], bool] = lambda: False,
    step: Step = lambda _where: None,
) -> Sealed:
    """Bring into the store what is claimed and not noted, then batches of what nobody claimed, until none is left.

    Raises InUse when somebody else writes into the store. Asked to stop, it ends at the next safe place.
    """
    with store.alone(wait=False):
        noted = _after_restore(store, _noted(store))
        done = Sealed(0, 0, 0, 0)
        for moment in _claimed_after(noted.until):  # of somebody who was killed
            noted, done = _hand_over(store, noted, moment, done, step)
        while not stopping():
            moment = max(now(), parts.moment_of(noted.until + 1))
            claimed = _claim(moment, batch, stopping, step)
            if not claimed:
                break
            step("claimed")
            noted, done = _hand_over(store, noted, moment, done, step)
            if claimed < batch:
                break
        return done


def _claim(moment: dt.datetime, batch: int, stopping: Callable[[], bool], step: Step) -> int:
    """Mark the oldest events that nobody claimed with this moment. A query a transaction; 0 when there are none."""
    claimed = 0
    while claimed < batch and not (claimed and stopping()):
        began = time.monotonic()
        most = min(CLAIMED_AT_ONCE, batch - claimed)
        oldest = Event.objects.filter(sent_at=None).order_by("sent_at", "at")[:most]
        with _no_other_claim():
            found = Event.objects.filter(pk__in=oldest.values("pk"), sent_at=None).update(sent_at=moment)
        claimed += found
        if found < most:
            break
        step("claiming")
        time.sleep(REST * (time.monotonic() - began))
    return claimed


@contextmanager
def _no_other_claim() -> Iterator[None]:
    """A transaction beside which no claim is under way: its lock is not the connection's, which a pooler may share."""
    with transaction.atomic():
        _wait_for_claims()
        yield


def _wait_for_claims() -> None:
    """Until the claim that is under way has ended, on PostgreSQL.

    The file lock of the store is gone with a process that is killed, while the server may still be busy with what that
    process asked. SQLite ends with the process.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CLAIMING])


def _claimed_after(until: int) -> list[dt.datetime]:
    """The moments of batches that are claimed and not noted, in order (1 query, 2 on PostgreSQL)."""
    _wait_for_claims()
    later = Event.objects.filter(sent_at__gt=parts.moment_of(until))
    return [moment for moment in later.order_by("sent_at").values_list("sent_at", flat=True).distinct() if moment]


def _hand_over(store: Store, noted: _Noted, moment: dt.datetime, done: Sealed, step: Step) -> tuple[_Noted, Sealed]:
    """Write a batch and note it."""
    until = parts.microseconds_of(moment)
    database = duckdb.connect(config={"memory_limit": MEMORY, "threads": 1, "temp_directory": ""})
    try:
        database.execute("SET TimeZone = 'UTC'")
        _load(database, store, moment)
        if noted.restored:
            _leave_known(database, store, noted)
        files = _write_parts(database, store, noted.until, until, step)
        (rows,) = database.execute("SELECT count(*) FROM taken").fetchall()[0]
    finally:
        database.close()
    step("written")
    for folder in {file.parent for file in files}:
        for one in (folder, folder.parent, folder.parent.parent):  # their names are on the disk before the note is
            sync_folder(one)
    events = Event.objects.filter(sent_at=moment).count()
    noted = _Noted(until, noted.restored)
    write_file(store.folder / "sealed.json", json.dumps({"until": until, "restored": noted.restored}).encode())
    sync_folder(store.folder)
    step("noted")
    return noted, Sealed(done.batches + 1, done.events + events, done.rows + int(rows), done.files + len(files))


def _load(database: duckdb.DuckDBPyConnection, store: Store, moment: dt.datetime) -> None:
    """Make `taken`: the batch, without those who were erased."""
    make_table(database, "taken")
    erased = Erased.of(store.folder)
    insert(database, "taken", erased.others(journal.rows(Q(sent_at=moment), store.actor_of)))


def make_table(database: duckdb.DuckDBPyConnection, name: str) -> None:
    """An empty table for what `journal.rows` gives."""
    types = {column.name: column.type for table in journal.OF_TABLE for column in BY_NAME[table].columns}
    types["received_at"] = "TIMESTAMP"
    columns = ", ".join(f"{column} {types[column]}" for column in journal.COLUMNS)
    database.execute(f"CREATE TEMP TABLE {name} ({columns})")


def insert(database: duckdb.DuckDBPyConnection, name: str, rows: Iterable[journal.Row]) -> int:
    """Add rows of `journal.rows` in pieces; how many."""
    values = ", ".join(f"unnest(${number + 1})" for number in range(len(journal.COLUMNS)))
    count = 0
    piece: list[journal.Row] = []

    def put() -> None:
        columns: list[Any] = [list(column) for column in zip(*piece, strict=True)]
        database.execute(f"INSERT INTO {name} SELECT {values}", columns)

    for row in rows:
        piece.append(row)
        if len(piece) == INSERTED_AT_ONCE:
            put()
            count += len(piece)
            piece = []
    if piece:
        put()
    return count + len(piece)


def _write_parts(database: duckdb.DuckDBPyConnection, store: Store, start: int, until: int, step: Step) -> list[Path]:
    """A file a table, run and month. The same batch gives the same names and rows."""
    written = []
    for table, which in journal.OF_TABLE.items():
        found = database.execute(
            f"SELECT DISTINCT course, strftime(happened_at, '%Y-%m') AS month FROM taken WHERE {which} ORDER BY ALL"  # noqa: S608
        ).fetchall()
        columns = ", ".join(BY_NAME[table].names)
        for course, month in found:
            path = parts.folder_of(store.folder, table, course) / parts.journal_name(month, start, until)
            query = (
                f"SELECT {columns} FROM taken WHERE {which} AND course = $course "  # noqa: S608 - names of ours
                "AND strftime(happened_at, '%Y-%m') = $month ORDER BY actor, happened_at, id"
            )
            write_parquet(database, query, path, {"course": course, "month": month})
            written.append(path)
            step("file")
    return written


# A database that was restored from an older backup


def _noted(store: Store) -> _Noted:
    try:
        found = json.loads((store.folder / "sealed.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return _Noted()
    return _Noted(int(found["until"]), int(found["restored"]))


def _after_restore(store: Store, noted: _Noted) -> _Noted:
    """When the database's last batch is older than the store's, what came before may be in the store already."""
    last = Event.objects.aggregate(last=Max("sent_at"))["last"]
    if noted.until and (last is None or parts.microseconds_of(last) < noted.until):
        return _Noted(noted.until, noted.until)
    return noted


def _leave_known(database: duckdb.DuckDBPyConnection, store: Store, noted: _Noted) -> None:
    """Take out of the batch what the store holds, of the events from before the restoration."""
    before = parts.moment_of(noted.restored).replace(tzinfo=None)
    found = database.execute("SELECT DISTINCT course FROM taken WHERE received_at <= ?", [before]).fetchall()
    for (course,) in found:
        files = [file for table in journal.OF_TABLE for file in store.files_of(BY_NAME[table], (course,))]
        if files:
            database.execute(
                "DELETE FROM taken WHERE course = $course AND received_at <= $before "
                "AND id IN (SELECT id FROM read_parquet($files))",
                {"course": course, "before": before, "files": files},
            )
