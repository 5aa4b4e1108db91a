"""How do the states of our own runs (who is enrolled, grades, answers, the outline) keep up with their events?

Events are handed over one by one (sealing.py); a state is read whole, as an extraction that takes the place of the one
before. Which runs are due is told by outbox.py.
"""

from __future__ import annotations

import datetime as dt
import itertools
import time
from collections.abc import Callable, Iterable
from typing import Final

from cordee.pilot import own, parts
from cordee.pilot.outbox import states_digest
from cordee.pilot.store import Store

GRACE_S: Final = 600.0  # an extraction is kept for who listed the files before the next one came


def refresh(
    store: Store,
    runs: Iterable[str],
    *,
    now: Callable[[], dt.datetime],
    stopping: Callable[[], bool] = lambda: False,
) -> tuple[str, ...]:
    """Read the states of these runs, which `outbox.runs_due` names; gives those that were read. 8 queries each.

    Raises InUse.
    """
    done = []
    for key in runs:
        if stopping():
            break
        read_states(store, key, now())
        done.append(key)
    return tuple(done)


def read_states(store: Store, key: str, now: dt.datetime) -> None:
    """One run's, whatever the store holds of it."""
    with store.alone(wait=False):
        with store.landing(now) as landing:
            own.read_run(key, landing, with_events=False)
            store.take(landing, digest=states_digest(key), name=key, source=own.SOURCE)
        _remove_older(store, key)


def _remove_older(store: Store, key: str) -> None:
    for folder in (store.folder / "tables").glob(f"*/{parts.folder_of(store.folder, '', key).name}"):
        found = sorted(folder.glob(f"{own.SOURCE}.*.{states_digest(key)}.parquet"))
        for path, newer in itertools.pairwise(found):
            if time.time() - newer.stat().st_mtime > GRACE_S:
                path.unlink()
