"""How fast is a tracking log brought into a store and asked, beside what merely reading it costs?

The log is made by the pilot's own generator. Beside the import of the log and its outline, and the indicators, run on
the same file and in the same minute: DuckDB's own reading of the same columns (the floor), and one pass of plain Python
with orjson, which is how logs are mostly read. That pass counts what the indicators tell (exercises, learners by week,
who started, was assiduous and passed, the last week and activity of each, films by ten seconds), each record once. It
keeps nothing: to ask anything else, it reads the log again. Modules are loaded before a step's clock starts.
"""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import json
import os
import resource
import shutil
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.rows import Row

LEARNERS, QUICK_LEARNERS = 9700, 500  # about 1 GB, 50 MB
TIMES_THE_FLOOR = 2.0
FASTER_THAN_PYTHON = 3.0
MEMORY_MB = 400
PASS_MARK = 50  # percent of the graded exercises
INDICATORS = ("exercises", "weeks", "funnel", "last_activity", "video")  # those that are there
ROUNDS, QUICK_ROUNDS = 3, 1


def measured(folder: Path, engine: str, *, quick: bool, log: Path | None = None) -> Iterator[Row]:
    """Every row of the pilot, each step in a process of its own: the best of three rounds."""
    if log is None:
        made = folder / "made"
        _child("make", str(made), str(QUICK_LEARNERS if quick else LEARNERS))
        log = made / "tracking.log"
    gz = folder / "tracking.log.gz"
    with log.open("rb") as plain, gzip.open(gz, "wb", compresslevel=6) as out:
        shutil.copyfileobj(plain, out, 1024 * 1024)
    found: dict[str, list[dict[str, float]]] = defaultdict(list)
    for rank in range(QUICK_ROUNDS if quick else ROUNDS):
        found["floor"].append(_child("floor", str(log)))
        store = folder / f"store-{rank}"
        found["import"].append(_child("import", str(log), str(store)))
        found["indicators"].append(_child("indicators", str(store)))
        shutil.rmtree(store)
        found["gz"].append(_child("import", str(gz), str(store)))
        shutil.rmtree(store)
        found["inflate"].append(_child("inflate", str(gz)))
        found["python"].append(_child("python", str(log)))
    best = {name: min(rounds, key=lambda one: one["cpu_s"]) for name, rounds in found.items()}
    floor = best["floor"]
    both = {key: best["import"][key] + best["indicators"][key] for key in ("s", "cpu_s")}
    yield Row("pilot/log_mb", engine, log.stat().st_size / 1e6, "MB")
    yield Row("pilot/seconds", engine, both["s"], "s", floor["s"])
    yield Row("pilot/cpu_s", engine, both["cpu_s"], "s", floor["cpu_s"])
    yield Row("pilot/times_the_floor", engine, both["s"] / floor["s"], "times", None, TIMES_THE_FLOOR)
    yield Row("pilot/times_the_floor_cpu", engine, both["cpu_s"] / floor["cpu_s"], "times", None, TIMES_THE_FLOOR)
    yield Row("pilot/import_s", engine, best["import"]["s"], "s", floor["s"])
    yield Row("pilot/indicators_s", engine, best["indicators"]["s"], "s")
    yield Row("pilot/gz_s", engine, best["gz"]["s"], "s", best["inflate"]["s"] + best["import"]["s"])
    of_gz = best["inflate"]["cpu_s"] + best["import"]["cpu_s"]
    yield Row("pilot/gz_cpu_s", engine, best["gz"]["cpu_s"], "s", of_gz)
    yield Row("pilot/python_s", engine, best["python"]["s"], "s")
    yield Row("pilot/python_cpu_s", engine, best["python"]["cpu_s"], "s")
    yield Row(
        "pilot/visits_per_s_of_python", engine, best["python"]["s"] / both["s"], "times", None, FASTER_THAN_PYTHON
    )
    most = max(one["memory_mb"] for one in [*found["import"], *found["indicators"], *found["gz"]])
    yield Row("pilot/memory_mb", engine, most, "MB", None, MEMORY_MB)


def _child(*words: str) -> dict[str, float]:
    """One step in a process of its own: seconds, processor seconds and the most memory that it held."""
    process = subprocess.Popen([sys.executable, "-m", "bench.pilot", *words], stdout=subprocess.PIPE)  # noqa: S603
    printed, _ = process.communicate()
    if process.returncode:
        raise RuntimeError(f"{words[0]} ended with {process.returncode}")
    figures: dict[str, float] = json.loads(printed)
    return figures


def _step(words: list[str]) -> None:
    begun, cpu = time.perf_counter(), time.process_time()
    match words:
        case ["make", folder, learners]:
            from cordee.pilot.simulated import Plan, write

            write(Path(folder), Plan(seed=1, learners=int(learners)))
        case ["floor", log]:
            import duckdb  # noqa: F401 - loaded before the clock starts

            begun, cpu = time.perf_counter(), time.process_time()
            _floor(Path(log))
        case ["import", log, store]:
            from cordee.pilot.importing import import_paths
            from cordee.pilot.sources import all_sources
            from cordee.pilot.store import Store

            all_sources()  # imports their modules
            begun, cpu = time.perf_counter(), time.process_time()
            import_paths(Store.make(Path(store)), [log], structure=_structure_of(Path(log)))
        case ["indicators", store]:
            from cordee.pilot.indicators import all_indicators
            from cordee.pilot.store import Store

            all_indicators()
            begun, cpu = time.perf_counter(), time.process_time()
            _indicators(Path(store))
        case ["inflate", gz]:
            with gzip.open(gz) as file, Path(os.devnull).open("wb") as out:
                shutil.copyfileobj(file, out, 1024 * 1024)
        case ["python", log]:
            import orjson  # noqa: F401

            begun, cpu = time.perf_counter(), time.process_time()
            _python(Path(log))
        case _:
            raise SystemExit(f"no such step: {words}")
    print(
        json.dumps(
            {
                "s": time.perf_counter() - begun,
                "cpu_s": time.process_time() - cpu,
                "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            }
        )
    )


def _floor(log: Path) -> None:
    import duckdb

    from cordee.pilot.sources.edx_log import COLUMNS

    database = duckdb.connect(config={"preserve_insertion_order": False})
    columns = ("time", "event_source", "event_type", "name", "username", "session", "event", "context")
    counted = ", ".join(f"count({column})" for column in columns)
    database.execute(
        f"SELECT count(*), {counted} FROM read_json(?, format = 'newline_delimited', columns = {COLUMNS}, "  # noqa: S608
        "ignore_errors = true)",
        [str(log)],
    ).fetchall()


def _indicators(folder: Path) -> None:
    from cordee.pilot.indicators import all_indicators
    from cordee.pilot.rollups import keep_small_tables
    from cordee.pilot.scopes import Scope
    from cordee.pilot.store import Store

    store = Store(folder)
    with store.open() as database:
        keep_small_tables(database, store, Scope())  # as whoever asks a page's questions does
        for name, indicator in all_indicators().items():
            if name in INDICATORS:
                indicator.rows(database)


def _structure_of(log: Path) -> Path | None:
    """The outline of the course that lies beside a log of the generator."""
    path = log.with_name("structure.csv")
    return path if path.exists() else None


def _python(log: Path) -> dict[str, Any]:  # noqa: C901, PLR0912, PLR0915 - one loop, as it is mostly written
    """One pass, as it is mostly done; what it counted."""
    import orjson

    attempts: Counter[str] = Counter()
    tried, solved, first = (defaultdict[str, set[Any]](set) for _ in range(3))
    best: dict[tuple[str, Any], float] = {}
    weeks: dict[tuple[int, int], set[Any]] = defaultdict(set)
    week_of: dict[str, tuple[int, int]] = {}
    last: dict[Any, tuple[str, str]] = {}
    playing: dict[tuple[Any, str], float] = {}
    bins: Counter[tuple[str, int]] = Counter()
    enrolled: set[Any] = set()
    seen: set[int] = set()
    with log.open("rb") as lines:
        for line in lines:
            record = orjson.loads(line)
            kind, user = record["name"] or record["event_type"], record["context"]["user_id"]
            mark = hash(line)
            if not user or mark in seen:
                continue
            seen.add(mark)
            event = record["event"]
            if isinstance(event, str) and event.startswith("{"):
                event = orjson.loads(event)
            activity = ""
            if kind == "problem_check" and record["event_source"] == "server":
                activity = event["problem_id"].rpartition("@")[2]
                attempts[activity] += 1
                tried[activity].add(user)
                share = (event["grade"] or 0) / (event["max_grade"] or 1)
                best[activity, user] = max(share, best.get((activity, user), 0))
                if share >= 1:
                    solved[activity].add(user)
                    if event["attempts"] == 1:
                        first[activity].add(user)
            elif kind in ("play_video", "pause_video", "stop_video", "seek_video"):
                activity = event["id"].rpartition("@")[2]
                start = playing.pop((user, activity), None)
                if kind == "play_video":
                    playing[user, activity] = event["currentTime"]
                elif start is not None:
                    end = event["old_time"] if kind == "seek_video" else event["currentTime"]
                    for rank in range(int(start // 10), int(-(-end // 10))):
                        bins[activity, rank] += 1
            elif "/courseware/" in kind:
                activity = kind
            elif kind.startswith("edx.course.enrollment."):
                (enrolled.add if kind.endswith(".activated") else enrolled.discard)(event["user_id"])
                continue
            else:
                continue
            day = record["time"][:10]
            week = week_of.get(day)
            if week is None:
                week = week_of[day] = dt.date.fromisoformat(day).isocalendar()[:2]
            weeks[week].add(user)
            if last.get(user, ("",))[0] <= record["time"]:
                last[user] = (record["time"], activity)
    graded = defaultdict[str, list[str]](list)
    outline = _structure_of(log)
    if outline is not None:
        with outline.open(encoding="utf-8") as rows:
            for row in csv.DictReader(rows):
                if row["graded"] == "1":
                    graded[row["module"]].append(row["problem_id"].rpartition("@")[2])
    quizzes = [names[0] for _module, names in sorted(graded.items())]
    counted = [name for names in graded.values() for name in names]
    marks = Counter(user for name in counted for user in solved[name] & enrolled)
    return {
        "exercises": {
            name: (len(tried[name]), len(solved[name]), n, len(first[name]), _mean(best, name, tried[name]))
            for name, n in attempts.items()
        },
        "weeks": {week: len(users) for week, users in weeks.items()},
        "started": len(tried[quizzes[0]] & enrolled) if quizzes else None,
        "assiduous": len(tried[quizzes[1]] & enrolled) if len(quizzes) > 1 else None,
        "passed": sum(PASS_MARK * len(counted) <= 100 * n for n in marks.values()),
        "last_weeks": Counter(week_of[at[:10]] for at, _activity in last.values()),
        "last_activity": Counter(activity for _at, activity in last.values()),
        "video": bins,
    }


def _mean(best: dict[tuple[str, Any], float], name: str, users: set[Any]) -> float:
    return sum(best[name, user] for user in users) / len(users)


if __name__ == "__main__":
    _step(sys.argv[1:])
