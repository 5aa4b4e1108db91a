"""What does `cordee pilot demo` show? Sessions of simulated learners, as their hosts would have exported them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from cordee.core.errors import N_, NotFound
from cordee.pilot.desk import DECLARED, FIRST_ASKED, NEXT_ASKED, Desk, prepare
from cordee.pilot.importing import import_paths
from cordee.pilot.open_store import OpenStore
from cordee.pilot.store import Store
from cordee.web.environment import PACKAGE, Environment, checkout

HOSTS = {"fun": "FUN", "edx": "edX"}  # a folder of files each
READING = 0.6  # of the time


def make(folder: Path, *, moved: Callable[[float], None]) -> Store:
    """A store with the sample data, read as any files are, and what its pages ask first."""
    store = Store.make(folder)
    for done, (name, host) in enumerate(HOSTS.items()):
        import_paths(
            store,
            [sample_data() / name],
            host=host,
            moved=lambda share, done=done: moved(READING * (done + share) / len(HOSTS)),  # type: ignore[misc]  # a default of a lambda
        )
    desk = Desk(OpenStore(folder), k=Environment.read().small_cell)
    # Nothing more comes into this store: what its people declared can be told at once.
    names = (*FIRST_ASKED, *NEXT_ASKED, *DECLARED)
    prepare(desk, store.courses(), names=names, moved=lambda share: moved(READING + (1 - READING) * share))
    return store


def sample_data() -> Path:
    """Where the files lie: beside the code in a checkout, inside the package when installed."""
    root = checkout()
    packed = PACKAGE / "web" / "demo_data" / "pilot"
    found = packed if packed.is_dir() or root is None else root / "demo" / "pilot"
    if not found.is_dir():
        raise NotFound(N_("The sample data is not in {folder}. Install Cordée again."), folder=found)
    return found
