"""How long does a page of the pilot wait for its numbers when a store holds millions of events?

    sh bin/bench --only pilot_scale [--events 100000000] [--quick]

The store is written as compaction leaves it: a file a run and month, by learner and time; 40 runs, some 60 events a
learner. Each question is asked of several runs in turn, by a process that holds the store open, with nothing kept of
earlier answers; `again` is what the same costs when the answer is kept. The catalogue is asked from nothing, after one
run changed, and again.
"""

from __future__ import annotations

import datetime as dt
import json
import shutil
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from bench.rows import Row

RUNS = 40
EVENTS, QUICK_EVENTS = 10_000_000, 400_000
OF_A_LEARNER = 60
EXERCISES, FILMS, UNITS, MONTHS = 48, 36, 12, 3
COHORT = 2000
ROUNDS = 12  # runs that each question is asked of
COURSE_MS = {10_000_000: 20.0, 100_000_000: 100.0}
CATALOGUE_MS = 150.0
QUESTIONS = ("exercises", "weeks", "video")


def measured(folder: Path, engine: str, *, quick: bool, events: int = 0) -> Iterator[Row]:
    """Every row."""
    from cordee.pilot.desk import Desk
    from cordee.pilot.kept_answers import answered, forget_answers
    from cordee.pilot.open_store import OpenStore
    from cordee.pilot.rollups import forget_rollups, keep_small_tables
    from cordee.pilot.scopes import Scope
    from cordee.pilot.small_cells import answer

    events = events or (QUICK_EVENTS if quick else EVENTS)
    began = time.perf_counter()
    courses, learners = write(folder / "store", events)
    size = sum(path.stat().st_size for path in (folder / "store").rglob("*.parquet"))
    yield Row("pilot_scale/events", engine, events, "events")
    yield Row("pilot_scale/store_mb", engine, size / 1e6, "MB")
    yield Row("pilot_scale/made_s", engine, time.perf_counter() - began, "s")
    store = OpenStore(folder / "store")
    aim = COURSE_MS.get(events)
    group = frozenset(actor_of(0, number) for number in range(min(COHORT, learners // 2)))

    def asked(name: str, question: Callable[[str], Any], target: float | None = aim) -> Iterator[Row]:
        spent, used = [], []
        for course in courses[:ROUNDS]:
            with store.open(Scope((course,))) as database:  # as the second question of a page finds it
                keep_small_tables(database, store, Scope((course,)))
            start, cpu = time.perf_counter(), time.process_time()
            question(course)
            spent.append(1000 * (time.perf_counter() - start))
            used.append(1000 * (time.process_time() - cpu))
        yield Row(f"pilot_scale/{name}_ms", engine, statistics.median(spent), "ms", None, target)
        yield Row(f"pilot_scale/{name}_cpu_ms", engine, statistics.median(used), "ms")

    for name in QUESTIONS:
        yield from asked(name, lambda course, name=name: answer(name, store, Scope((course,))))  # type: ignore[misc] # a default binds it
    desk = Desk(store)
    desk.runs()
    yield from asked("learner", lambda course: desk.work_of(course, actor_of(courses.index(course), 7)))
    spent = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        answer("exercises", store, Scope(courses[:1], group, label="", cohorts=frozenset({"School"})))
        spent.append(1000 * (time.perf_counter() - start))
    yield Row("pilot_scale/cohort_ms", engine, statistics.median(spent), "ms", None, aim)
    for name in QUESTIONS:  # as `desk.prepare` leaves it behind an import
        for course in courses[:ROUNDS]:
            answered(name, store, Scope((course,)), k=10)
        yield from asked(f"{name}_again", lambda course, name=name: answered(name, store, Scope((course,)), k=10))  # type: ignore[misc] # a default binds it

    forget_answers(store)
    forget_rollups(store)
    yield from _catalogue("nothing", engine, store, None)
    _touch(folder / "store", courses[3])
    yield from _catalogue("one_run_changed", engine, store, CATALOGUE_MS if events <= EVENTS else None)
    forget_answers(store)
    yield from _catalogue("nothing_changed", engine, store, CATALOGUE_MS)
    yield from _catalogue("again", engine, store, CATALOGUE_MS)


def _catalogue(when: str, engine: str, store: Any, target: float | None) -> Iterator[Row]:
    """What the catalogue's page asks: which runs there are, and the rates of all courses."""
    from cordee.pilot.desk import Desk
    from cordee.pilot.kept_answers import answered
    from cordee.pilot.queries import runs_told
    from cordee.pilot.scopes import Scope

    start, cpu = time.perf_counter(), time.process_time()
    Desk(store).state()
    runs_told(store)
    answered("courses", store, Scope(store.courses()), k=10)
    yield Row(f"pilot_scale/catalogue_{when}_ms", engine, 1000 * (time.perf_counter() - start), "ms", None, target)
    yield Row(f"pilot_scale/catalogue_{when}_cpu_ms", engine, 1000 * (time.process_time() - cpu), "ms")


def actor_of(run: int, number: int) -> int:
    """A pseudonym: learners of different runs are different people."""
    return (run * 1_000_000 + number) * 7919 + 10_000_000_000


def course_of(run: int) -> str:
    return f"course-v1:Bench+C{run % 20:02d}+2026_T{1 + run // 20}"


def write(folder: Path, events: int) -> tuple[tuple[str, ...], int]:
    """A store of so many events; its runs, and how many learners each has."""
    import duckdb

    from cordee.pilot import parts
    from cordee.pilot.disk import write_parquet
    from cordee.pilot.store import Store

    store = Store.make(folder)
    database = duckdb.connect(config={"memory_limit": "1500MB", "temp_directory": str(folder / "spill")})
    learners = max(20, events // RUNS // OF_A_LEARNER)
    for run in range(RUNS):
        course = course_of(run)

        def put(table: str, query: str, course: str = course) -> None:
            write_parquet(database, query, parts.folder_of(folder, table, course) / _name(table))

        for month in range(MONTHS):
            write_parquet(
                database,
                _events(run, learners, month),
                parts.folder_of(folder, "events", course) / f"2026-{month + 1:02d}.edx_log.{run:016x}.parquet",
            )
        people = f"SELECT (({run} * 1000000 + n) * 7919 + 10000000000)::BIGINT AS actor, n FROM range({learners}) t (n)"  # noqa: S608 - numbers
        put(
            "enrolments",
            f"""SELECT '{course}' AS course, actor, TIMESTAMP '2026-01-01' AS enrolled_at, true AS active,
            'audit' AS mode, CASE WHEN n < {min(COHORT, learners // 2)} THEN 'School' ELSE 'Open' END AS cohort,
            false AS staff FROM ({people})""",  # noqa: S608 - numbers
        )
        put(
            "grades",
            f"""SELECT '{course}' AS course, actor, (hash(n) % 101)::DOUBLE AS grade, grade >= 60 AS passed,
            grade >= 60 AS certified, NULL::BOOLEAN AS complete FROM ({people})""",  # noqa: S608 - numbers
        )
        put("structure", _structure(course))
        put(
            "runs",
            f"""SELECT '{course}' AS course, 'Course {run % 20}' AS title, 'Bench+C{run % 20:02d}' AS subject,
            'FUN' AS host, TIMESTAMP '2026-01-05' AS opens_at, TIMESTAMP '2026-03-30' AS closes_at,
            60.0::DOUBLE AS pass_mark, {1 + run % 6}.0::DOUBLE AS hours_a_week""",
        )
        _note(store.folder, run, course)
    database.close()
    shutil.rmtree(folder / "spill", ignore_errors=True)
    return tuple(course_of(run) for run in range(RUNS)), learners


def _name(table: str) -> str:
    return f"edx_{table}.20260330T000000.0123456789abcdef.parquet"


def _events(run: int, learners: int, month: int) -> str:
    """A month's rows by learner and time: views, tries and films, about as often as in the simulated logs."""
    each = OF_A_LEARNER // MONTHS
    return f"""
    WITH made AS (
        SELECT n // {each} AS who, n % {each} AS nth, hash(n, {run}, {month}) AS h, h % 10 AS what,
               (hash(h, 1) % 2419200)::BIGINT AS second
        FROM range({learners * each}) AS numbers (n)),
    told AS (
        SELECT *, CASE WHEN what < 3 THEN 'viewed' WHEN what < 6 THEN 'submitted' WHEN what < 8 THEN 'played'
                       ELSE 'paused' END AS verb FROM made)
    SELECT hash(who, nth, {run}, {month})::UBIGINT AS id, '{course_of(run)}' AS course,
           (({run} * 1000000 + who) * 7919 + 10000000000)::BIGINT AS actor,
           TIMESTAMP '2026-{month + 1:02d}-01' + to_seconds(second) AS happened_at, verb,
           CASE verb WHEN 'viewed' THEN 'unit' || ({month * UNITS // MONTHS} + hash(h, 2) % {UNITS // MONTHS})
                     WHEN 'submitted'
                     THEN 'problem' || ({month * EXERCISES // MONTHS} + hash(h, 2) % {EXERCISES // MONTHS})
                     ELSE 'film' || ({month * FILMS // MONTHS} + hash(h, 2) % {FILMS // MONTHS}) END AS activity,
           CASE WHEN what >= 6 THEN (hash(h, 3) % 600)::DOUBLE END AS from_s, NULL::DOUBLE AS to_s,
           CASE WHEN verb = 'submitted' THEN (hash(h, 4) % 2)::DOUBLE END AS earned,
           CASE WHEN verb = 'submitted' THEN 1.0::DOUBLE END AS possible,
           CASE WHEN verb = 'submitted' THEN (1 + hash(h, 5) % 3)::INTEGER END AS attempt
    FROM told ORDER BY actor, happened_at, id"""  # noqa: S608 - numbers


def _structure(course: str) -> str:
    """The plan of a run: its exercises and films in units, every eighth exercise graded."""
    return f"""
    WITH things AS (
        SELECT 'problem' || n AS activity, 'problem' AS kind, n * {UNITS} // {EXERCISES} AS place, n AS rank,
               n % 8 = 7 AS graded FROM range({EXERCISES}) t (n)
        UNION ALL
        SELECT 'film' || n, 'video', n * {UNITS} // {FILMS}, n, false FROM range({FILMS}) t (n))
    SELECT '{course}' AS course, activity, kind, upper(activity) AS title, 'unit' || place AS unit,
           (1 + place // 2)::INTEGER AS module, (1 + place * 100 + rank)::INTEGER AS position, graded,
           CASE WHEN graded THEN 'Quiz ' || place ELSE '' END AS quiz,
           CASE WHEN kind = 'video' THEN 600.0 END::DOUBLE AS length_s FROM things"""  # noqa: S608 - numbers


def _note(folder: Path, run: int, course: str) -> None:
    from cordee.pilot.disk import write_file

    receipt = {
        "digest": f"{run:016x}", "name": "bench", "source": "edx_log", "courses": [course], "read": 0, "kept": 0,
        "known": 0, "dropped": {}, "remarks": [], "rows": {},
        "extracted_at": dt.datetime(2026, 3, 30, tzinfo=dt.UTC).isoformat(),
    }  # fmt: skip
    write_file(folder / "sources" / f"{run:016x}.json", json.dumps(receipt).encode())


def _touch(folder: Path, course: str) -> None:
    """One more file of a run, as a sealed batch leaves it."""
    import duckdb

    from cordee.pilot import parts
    from cordee.pilot.disk import write_file, write_parquet

    place = parts.folder_of(folder, "events", course)
    (first, *_rest) = sorted(place.glob("*.parquet"))
    until = 1_790_000_000_000_000
    write_parquet(
        duckdb.connect(),
        "SELECT * REPLACE (id + 1 AS id) FROM read_parquet($file, hive_partitioning = false) LIMIT 100",
        place / parts.journal_name("2026-03", 0, until),
        {"file": str(first)},
    )
    write_file(folder / "sealed.json", json.dumps({"until": until, "restored": 0}).encode())
