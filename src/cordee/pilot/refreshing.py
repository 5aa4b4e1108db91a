"""How do the states of our own runs (who is enrolled, grades, answers, the outline) keep up with their events?

Events are handed over one by one (sealing.py); a state is read whole, as an extraction that takes the place of the one
before. A run is read again when events of it were sealed since, or after a day, and never so often that it would take
more than a twentieth of one processor.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
import time
from collections.abc import Callable
from typing import Final

from cordee.courses.models import Run
from cordee.courses.queries import latest_runs
from cordee.pilot import own, parts
from cordee.pilot.store import Store

OLDEST: Final = dt.timedelta(days=1)
REST: Final = 20.0  # times what reading took, until it is read again
GRACE_S: Final = 600.0  # an extraction is kept for who listed the files before the next one came


def refresh(
    store: Store,
    not_before: dict[str, float],
    *,
    now: Callable[[], dt.datetime],
    stopping: Callable[[], bool] = lambda: False,
) -> tuple[str, ...]:
    """Read the states of the runs that changed (1 query, and 8 a run); the keys of those. Raises InUse.

    `not_before` is what the process remembers from call to call: from when on, on its own clock, a run is read again.
    """
    done = []
    for key in [run.key for run in latest_runs() if run.host == Run.HERE]:
        if stopping():
            break
        if time.monotonic() < not_before.get(key, 0.0) or not _is_due(store, key, now()):
            continue
        began = time.monotonic()
        read_states(store, key, now())
        not_before[key] = time.monotonic() + REST * (time.monotonic() - began)
        done.append(key)
    return tuple(done)


def read_states(store: Store, key: str, now: dt.datetime) -> None:
    """One run's, whatever the store holds of it."""
    with store.alone(wait=False):
        with store.landing(now) as landing:
            own.read_run(key, landing, with_events=False)
            store.take(landing, digest=_digest(key), name=key, source=own.SOURCE)
        _remove_older(store, key)


def _digest(key: str) -> str:
    """Names the run's extractions; its receipt is the last one's."""
    return hashlib.sha256(f"{own.SOURCE} {key}".encode()).hexdigest()[:16]


def _is_due(store: Store, key: str, now: dt.datetime) -> bool:
    """By the times of files: a process that was killed needs to remember nothing."""
    receipt = store.folder / "sources" / f"{_digest(key)}.json"
    if not receipt.exists():
        return True
    read_at = receipt.stat().st_mtime
    if now.timestamp() - read_at > OLDEST.total_seconds():
        return True
    events = parts.folder_of(store.folder, "events", key)
    return any(path.stat().st_mtime >= read_at for path in events.glob("*.parquet"))


def _remove_older(store: Store, key: str) -> None:
    for folder in (store.folder / "tables").glob(f"*/{parts.folder_of(store.folder, '', key).name}"):
        found = sorted(folder.glob(f"{own.SOURCE}.*.{_digest(key)}.parquet"))
        for path, newer in itertools.pairwise(found):
            if time.time() - newer.stat().st_mtime > GRACE_S:
                path.unlink()
