"""Rows and files for the tests of the pilot."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

from cordee.pilot.sources import Landing
from cordee.pilot.store import Store

DATA = Path(__file__).parents[4] / "tests" / "data" / "pilot"
RUN = "course-v1:IMT+ABC-C+2017_T1"
NOW = dt.datetime(2026, 3, 15, 6, 0, tzinfo=dt.UTC)


def edx_record(kind: str, event: object = None, *, server: bool = False, **changed: Any) -> dict[str, Any]:
    """One record of a tracking log; `changed` replaces fields of the envelope, `context` some of its own."""
    context = {"user_id": 7, "org_id": "IMT", "course_id": RUN, "path": "/event"} | changed.pop("context", {})
    return {
        "username": "ada",
        "event_type": kind,
        "name": kind,
        "event_source": "server" if server else "browser",
        "event": event if server or isinstance(event, str) else json.dumps(event),
        "context": context,
        "time": "2017-03-06T07:37:49.123456+00:00",
        "ip": "192.0.2.1",
        "agent": "Mozilla/5.0",
        "host": "www.fun-mooc.fr",
        "page": None,
        "session": "f8bf7a3d85220a8f3ee440a3f03fe861",
    } | changed


def checked(problem: str = "p1", *, grade: Any = 1, of: Any = 1, attempts: Any = 1, **changed: Any) -> dict[str, Any]:
    """An answer that the server graded."""
    event = {
        "problem_id": f"block-v1:IMT+ABC-C+2017_T1+type@problem+block@{problem}",
        "grade": grade,
        "max_grade": of,
        "attempts": attempts,
        "success": "correct" if grade == of else "incorrect",
    } | changed.pop("event", {})
    return edx_record("problem_check", event, server=True, **changed)


def write_log(path: Path, *lines: Any) -> Path:
    """Records, texts and bytes, one a line."""
    path.write_bytes(
        b"".join(
            (line if isinstance(line, bytes) else (line if isinstance(line, str) else json.dumps(line)).encode())
            + b"\n"
            for line in lines
        )
    )
    return path


def rows_of(store: Store, query: str) -> list[tuple[Any, ...]]:
    """What a query over the views of a store answers."""
    with store.open() as database:
        return database.execute(query).fetchall()


def landed(landing: Landing, query: str) -> list[tuple[Any, ...]]:
    """What has landed."""
    return landing.database.execute(query).fetchall()
