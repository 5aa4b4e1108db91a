"""What does it cost to keep what devices saw, durably, beside the least that SQLite can do; and to take a person out?

    .venv/bin/python -m bench.journal ingest [--seconds 5] [--batch 20]
    .venv/bin/python -m bench.journal endpoint [--seconds 5] [--batch 20]
    .venv/bin/python -m bench.journal erase [--rows 2500000]
    .venv/bin/python -m bench.journal seal [--events 100000]

`ingest`: events a second that `record_seen` keeps, one transaction a batch with `synchronous=FULL`, and those of a bare
`INSERT OR IGNORE` of the same rows into a table that has the same columns and indexes, and one that has the key alone.
`endpoint`: the same through everything that the player's address does once a request has come in. All in a new folder;
the figure is of one writer: SQLite has one at a time.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import resource
import sqlite3
import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

TOGETHER = 20  # batches of one turn
RUN, ACTIVITY, CONTENT = "Ingenia+TST101+2026", "film", "c" * 64


def rates(seconds: float, batch: int, writes: dict[str, Callable[[], None]]) -> dict[str, float]:
    """Events a second, and a second of processor, of each of `writes`, by turns: what else runs here meets them all."""
    spent = dict.fromkeys(writes, 0.0)
    used = dict.fromkeys(writes, 0.0)
    turns = 0
    for write in writes.values():
        write()
    while sum(spent.values()) < seconds * len(writes):
        turns += 1
        for name, write in writes.items():
            began, cpu = time.perf_counter(), time.process_time()
            for _ in range(TOGETHER):
                write()
            spent[name] += time.perf_counter() - began
            used[name] += time.process_time() - cpu
    count = turns * TOGETHER * batch
    found = {name: count / spent[name] for name in writes}
    return found | {f"{name}_by_cpu": count / used[name] for name in writes}


def batch_of(size: int) -> list[Any]:
    from cordee.core import clock
    from cordee.learning.journal import Seen

    now = clock.now()
    return [Seen(uuid.uuid4(), "progressed", now, {"from_s": 3.0 * n, "to_s": 3.0 * n + 2.5}) for n in range(size)]


def ingest(folder: Path, seconds: float, size: int) -> dict[str, Any]:
    from django.db import connection, transaction

    from cordee.core import clock
    from cordee.learning.journal import record_seen

    connection.ensure_connection()
    actor = uuid.uuid4()

    def ours() -> None:
        with transaction.atomic():
            record_seen(
                batch_of(size), actor=actor, run=RUN, version=1, activity=ACTIVITY, content=CONTENT, at=clock.now()
            )

    with connection.cursor() as cursor:
        cursor.execute("SELECT sql FROM sqlite_master WHERE tbl_name = 'learning_event' AND sql IS NOT NULL")
        table_and_indexes = [str(sql) for (sql,) in cursor.fetchall()]
    writes = {
        "record_seen": ours,
        "floor_same_indexes": floor(folder / "same.sqlite3", table_and_indexes, size),
        "floor_key_alone": floor(folder / "key.sqlite3", table_and_indexes[:1], size),
    }
    found = rates(seconds, size, writes)
    shares = {f"of_{name}": found["record_seen"] / found[name] for name in writes}
    return {"batch": size} | found | shares


def floor(file: Path, statements: list[str], size: int) -> Callable[[], None]:
    """A bare connection, one prepared statement, one transaction a batch."""
    bare = sqlite3.connect(file, isolation_level=None)
    bare.execute("PRAGMA journal_mode=WAL")
    bare.execute("PRAGMA synchronous=FULL")
    for statement in statements:
        bare.execute(statement)
    words: tuple[Any, ...] = (
        1,
        "2026-11-24 09:00:00.123456",
        "2026-11-24 09:00:00.123456",
        uuid.uuid4().hex,
        "progressed",
        RUN,
        1,
    )
    words += (ACTIVITY, CONTENT, '{"from_s": 3.0, "to_s": 5.5}', None)
    insert = (
        "INSERT OR IGNORE INTO learning_event "
        "(id, schema, at, device_at, actor, verb, run, version, activity, content, data, sent_at) "
        "VALUES (?,?,?,?,?,?,?,?,?,?,?,?)"
    )

    def write() -> None:
        rows = [(uuid.uuid4().hex, *words) for _ in range(size)]
        bare.execute("BEGIN IMMEDIATE")
        bare.executemany(insert, rows)
        bare.execute("COMMIT")

    return write


def endpoint(folder: Path, seconds: float, size: int) -> dict[str, Any]:
    """`record_watching`: the row of the viewing, the events, the watched seconds, in one transaction."""
    from cordee.activities.video import recording
    from cordee.activities.video.definition import Video
    from cordee.core import clock
    from cordee.learning.models import Enrolment
    from cordee.learning.tests.make import make_enrolment

    learners = [make_enrolment(folder)]
    while len(learners) < 50:  # noqa: PLR2004 - so many that none sends more than a player may
        from cordee.people.tests.make import make_account

        account = make_account(email=f"{uuid.uuid4().hex}@essai.example")
        learners.append(make_enrolment(folder, run=learners[0].run, account=account))
    seats = list(Enrolment.objects.select_related("account", "run__version"))
    recording.MOST_MESSAGES = 10**9  # what is measured is the writing
    turn = 0

    def write() -> None:
        nonlocal turn
        turn += 1
        watched = recording.Watched(seats[turn % len(seats)], "u1", ACTIVITY, Video(), CONTENT)
        recording.record_watching(watched, batch_of(size), now=clock.now())

    return {"batch": size} | rates(seconds, size, {"record_watching": write})


def erase(folder: Path, rows: int) -> dict[str, Any]:
    """One month of one run in one file, by learner, as compaction leaves it."""
    import duckdb

    from cordee.pilot import disk, parts
    from cordee.pilot.erasing import erase_person
    from cordee.pilot.store import Store

    store = Store.make(folder / "store")
    path = parts.folder_of(store.folder, "events", RUN) / "2026-11.edx_log.0123456789abcdef.parquet"
    learners = rows // 200
    disk.write_parquet(
        duckdb.connect(),
        f"""SELECT hash(n)::UBIGINT AS id, '{RUN}' AS course, (n // 200 * 7919 + 10000000000)::BIGINT AS actor,
        TIMESTAMP '2026-11-01' + to_seconds((hash(n) % 2500000)::BIGINT) AS happened_at,
        ['viewed', 'submitted', 'watched'][(1 + hash(n, 1) % 3)::BIGINT] AS verb, 'a' || hash(n, 2) % 80 AS activity,
        (hash(n, 3) % 600)::DOUBLE AS from_s, (hash(n, 4) % 600)::DOUBLE AS to_s, (hash(n, 5) % 2)::DOUBLE AS earned,
        1.0::DOUBLE AS possible, 1::INTEGER AS attempt FROM range({rows}) AS numbers (n)
        ORDER BY actor, happened_at""",  # noqa: S608 - numbers
        path,
    )
    size = path.stat().st_size
    began, used = time.perf_counter(), time.process_time()
    receipt = erase_person(store, learners // 2 * 7919 + 10_000_000_000)
    seconds, cpu = time.perf_counter() - began, time.process_time() - used
    return {"rows": rows, "bytes": size, "taken_out": receipt.rows, "seconds": seconds, "cpu_seconds": cpu}


def seal(events: int) -> dict[str, Any]:
    """Batches of a backlog, and what a page of a run pays for a minute's tail."""
    from cordee.core import clock
    from cordee.learning.models import Event
    from cordee.pilot import live, sealing
    from cordee.pilot.scopes import Scope

    def make(count: int) -> None:
        now = clock.now()
        people = [uuid.uuid4() for _ in range(500)]
        for start in range(0, count, 10_000):
            Event.objects.bulk_create(
                Event(verb="progressed", actor=people[n % 500], run=RUN, version=1, activity=ACTIVITY, content=CONTENT,
                      at=now + dt.timedelta(microseconds=n), device_at=now, data={"from_s": 1.0, "to_s": 2.0})
                for n in range(start, min(count, start + 10_000))
            )  # fmt: skip

    make(events)
    began, used = time.perf_counter(), time.process_time()
    done = sealing.seal(live.site_store(), now=clock.now)
    found: dict[str, Any] = {"events": done.events, "seconds": time.perf_counter() - began}
    found["cpu_seconds"] = time.process_time() - used
    found["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    for tail in (0, 1000, 5000):
        Event.objects.filter(sent_at=None).delete()
        make(tail)
        used = time.process_time()
        with live.open_site_store(Scope((RUN,))) as database:
            database.execute("SELECT count(*) FROM events").fetchall()
        found[f"page_cpu_ms_tail_{tail}"] = 1000 * (time.process_time() - used)
    return found


def main() -> None:
    asked = argparse.ArgumentParser(prog="python -m bench.journal")
    asked.add_argument("what", choices=["ingest", "endpoint", "erase", "seal"])
    asked.add_argument("--seconds", type=float, default=5.0)
    asked.add_argument("--batch", type=int, default=20)
    asked.add_argument("--rows", type=int, default=2_500_000)
    asked.add_argument("--events", type=int, default=100_000)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="cordee-journal-") as name:
        folder = Path(name)
        os.environ["CORDEE_HOME"] = str(folder)
        os.environ["DJANGO_SETTINGS_MODULE"] = "cordee.web.settings"
        os.environ["CORDEE_LOG_LEVEL"] = "error"
        os.environ.pop("CORDEE_DATABASE", None)
        import django

        django.setup()
        if given.what != "erase":
            from django.core.management import call_command

            call_command("migrate", verbosity=0)
        match given.what:
            case "ingest":
                found = ingest(folder, given.seconds, given.batch)
            case "endpoint":
                found = endpoint(folder, given.seconds, given.batch)
            case "erase":
                found = erase(folder, given.rows)
            case _:
                found = seal(given.events)
        found["load"] = os.getloadavg()[0]
        json.dump(found, sys.stdout, indent=1, default=float)
        print()


if __name__ == "__main__":
    main()
