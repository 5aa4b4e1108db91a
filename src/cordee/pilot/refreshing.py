"""How do the states of our own runs (who is enrolled, grades, answers, the outline) keep up with their events?

Events are handed over one by one (sealing.py); a state is read whole, as an extraction that takes the place of the one
before. Which runs are due is told by outbox.py. What the pages of such a run ask is then answered ahead of its readers.
"""

from __future__ import annotations

import datetime as dt
import itertools
import time
from collections.abc import Callable, Iterable
from typing import Final

from cordee.learning.models import Event
from cordee.pilot import journal, own, parts
from cordee.pilot.desk import Desk, prepare
from cordee.pilot.open_store import OpenStore
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


def prepare_answers(
    store: Store, runs: Iterable[str], *, k: int, stopping: Callable[[], bool] = lambda: False
) -> tuple[str, ...]:
    """Have the store keep what the pages of these runs ask; gives those runs. 1 query of the site's database.

    Where an event of a run waits to be sealed, a page counts it too, and has no use for what was answered without it:
    such a run is left until it is quiet. `k`: see `small_cells`.
    """
    keys = tuple(runs)
    if not keys:
        return ()
    waits = journal.waiting(store.sealed_until(), keys)
    busy = set(Event.objects.filter(waits).values_list("run", flat=True).distinct())
    quiet = tuple(key for key in keys if key not in busy)
    if quiet and not stopping():
        prepare(Desk(OpenStore(store.folder), k=k), quiet, stopping=stopping)
    return quiet


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
