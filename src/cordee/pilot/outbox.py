"""Is there anything to bring from the journal into the site's store? Asked every few seconds, so at little cost.

No column store is opened or imported here: few queries of the site's database, and the names and times of files.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from cordee.courses.models import Run
from cordee.courses.queries import latest_runs
from cordee.learning.models import Event
from cordee.learning.queries import said_since
from cordee.pilot import parts

BATCH: Final = 100_000  # events that are sealed at once
OLDEST: Final = dt.timedelta(days=1)  # of the states of a run
REST: Final = 20.0  # times what reading a run's states took, until they are read again


def waiting_events(most: int = BATCH) -> int:
    """How many events nobody has claimed, counted up to `most` (1 query)."""
    return Event.objects.filter(sent_at=None)[:most].count()


def anything_to_seal(folder: Path) -> bool:
    """Whether an event waits, or a batch was claimed by somebody who was killed (2 queries)."""
    if Event.objects.filter(sent_at=None).exists():
        return True
    return Event.objects.filter(sent_at__gt=parts.moment_of(parts.sealed_until(folder))).exists()


def runs_due(folder: Path, not_before: Mapping[str, float], *, now: dt.datetime) -> tuple[str, ...]:
    """The runs of which events were sealed since their states were read, or learners said something of themselves or
    took it back, or whose states are a day old (3 queries).

    `not_before` is what the process remembers from call to call: from when on, on its own clock, a run is read again.
    """
    said = said_since(now - OLDEST)
    return tuple(
        run.key
        for run in latest_runs()
        if run.host == Run.HERE
        and time.monotonic() >= not_before.get(run.key, 0.0)
        and (_is_due(folder, run.key, now) or _was_said_later(folder, run.key, said.get(run.key)))
    )


def states_digest(key: str) -> str:
    """Names the extractions of a run's states; its receipt is the last one's."""
    return hashlib.sha256(f"{parts.STATES} {key}".encode()).hexdigest()[:16]


def _was_said_later(folder: Path, key: str, said_at: dt.datetime | None) -> bool:
    """Whether it was said after the moment of which the run's states are."""
    if said_at is None:
        return False
    receipt = json.loads((folder / "sources" / f"{states_digest(key)}.json").read_text("utf-8"))
    return said_at >= dt.datetime.fromisoformat(receipt["extracted_at"])


def _is_due(folder: Path, key: str, now: dt.datetime) -> bool:
    """By the times of files: a process that was killed needs to remember nothing."""
    receipt = folder / "sources" / f"{states_digest(key)}.json"
    if not receipt.exists():
        return True
    read_at = receipt.stat().st_mtime
    if now.timestamp() - read_at > OLDEST.total_seconds():
        return True
    events = parts.folder_of(folder, "events", key)
    return any(path.stat().st_mtime >= read_at for path in events.glob("*.parquet"))
