"""Files for this room's tests, and how they come into a store."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from cordee.pilot.sources import HEAD_BYTES, Source, all_sources
from cordee.pilot.store import Receipt, Store

REPORTS = Path(__file__).parents[4] / "tests" / "data" / "pilot" / "reports"
COURSES = Path(__file__).parents[4] / "tests" / "data" / "courses"
BEGIN = "CordeeX_OOE101_2026_"
COURSE = "course-v1:CordeeX+OOE101+2026"
GRADES = f"{BEGIN}grade_report_2026-03-15-0600.csv"
OLD_GRADES = f"{BEGIN}grade_report_2026-03-08-0600_ancien.csv"
PROBLEMS = f"{BEGIN}problem_grade_report_2026-03-15-0600.csv"
PROFILES = f"{BEGIN}student_profile_info_2026-03-15-0600.csv"
RESPONSES = f"{BEGIN}problem_response_2026-03-15-0600.csv"
ORA = f"{BEGIN}ORA_data_2026-03-15-0600.csv"
ANONYMOUS = f"{BEGIN}anon_ids_2026-03-15-0600.csv"
STATES = f"{BEGIN}student_state_from_block-v1_CordeeX_OOE101_2026_type_problem_block_p_choix_2026-03-15-0600.csv"


def source_of(path: Path) -> Source:
    """The one source that takes this file for its own."""
    head = path.read_bytes()[:HEAD_BYTES]
    if head[:2] == b"\x1f\x8b":
        head = zlib.decompressobj(31).decompress(head, HEAD_BYTES)
    (found,) = (source for source in all_sources() if source.recognises(path, head))
    return found


def bring(folder: Path, paths: Iterable[Path]) -> tuple[Store, dict[str, Receipt]]:
    """A store in `folder` with these files, and what each left, by its name; those that identify people first."""
    store = Store.make(folder)
    receipts: dict[str, Receipt] = {}
    for _, path, source in sorted(
        ((not (found := source_of(path)).identifies, path, found) for path in paths), key=lambda one: one[:2]
    ):
        with store.alone(), store.landing(dt.datetime(2026, 4, 1, tzinfo=dt.UTC)) as landing:
            source.read(path, landing)
            digest = hashlib.sha256(path.read_bytes()).hexdigest()[:16]
            receipts[path.name] = store.take(landing, digest=digest, name=path.name, source=source.name)
    return store, receipts


def report(folder: Path, name: str, rows: Sequence[Sequence[object]], **choices: Any) -> Path:
    """A CSV file of these rows, the first of which names the columns."""
    text = io.StringIO(newline="")
    csv.writer(text, **choices).writerows(rows)
    path = folder / name
    path.write_text(text.getvalue(), encoding="utf-8", newline="")
    return path


def told(store: Store, query: str) -> list[tuple[Any, ...]]:
    """The rows of a query over the store's views."""
    with store.open() as database:
        return database.execute(query).fetchall()


def tables(store: Store, *, without: Sequence[str] = ()) -> dict[str, list[tuple[Any, ...]]]:
    """What the views say, with usernames for pseudonyms, to compare two stores."""
    found: dict[str, list[tuple[Any, ...]]] = {}
    with store.open() as database:
        database.execute(
            "CREATE TEMP TABLE names AS SELECT actor, coalesce(nullif(username, ''), user_id) AS who FROM persons"
        )
        for view in ("enrolments", "people", "grades", "reported", "answers", "surveys"):
            if view not in without:
                rows = database.execute(f"SELECT who, * EXCLUDE (actor) FROM {view} LEFT JOIN names USING (actor)")  # noqa: S608
                found[view] = sorted(rows.fetchall(), key=repr)
        for view in ("structure", "runs"):
            if view not in without:
                found[view] = sorted(database.execute(f"SELECT * FROM {view}").fetchall(), key=repr)  # noqa: S608
        found["persons"] = sorted(database.execute("SELECT * EXCLUDE (actor) FROM persons").fetchall())
    return found
