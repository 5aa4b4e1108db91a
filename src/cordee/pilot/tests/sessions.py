"""A store with two small sessions of simulated learners, for the tests of pages and commands."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from cordee.pilot.importing import import_paths
from cordee.pilot.simulated.session import Session, write
from cordee.pilot.store import Store

SPRING = "course-v1:Ingenia+CABLE+2026_T1"
AUTUMN = "course-v1:Ingenia+CABLE+2026_T2"
MODULES = (
    ("Relier deux machines", ("Un fil qui parle", "Compter les bits", "Quiz 1, le fil")),
    ("Donner une adresse", ("Une adresse en deux parties", "Lire une trame", "Quiz 2, l’adresse")),
)
SCHOOLS = (("Vercors, 1A", 40), ("Régie Énergie", 7))


def files(folder: Path, *keys: str) -> Path:
    """What a host would give of these sessions."""
    for seed, key in enumerate(keys, 1):
        month = 9 if key == AUTUMN else 2
        write(
            folder,
            Session(
                key=key,
                title="Du câble au <paquet>",
                modules=MODULES,
                opens=dt.datetime(2026, month, 1, tzinfo=dt.UTC),
                closes=dt.datetime(2026, month + 2, 1, tzinfo=dt.UTC),
                extracted=dt.datetime(2026, month + 2, 20, tzinfo=dt.UTC),
                learners=400,
                seed=seed,
                starting=0.6,
                hard="Lire une trame",
                cohorts=SCHOOLS,
            ),
        )
    return folder


def store_of(folder: Path, *keys: str) -> Store:
    """The same, read."""
    store = Store.make(folder / "store")
    import_paths(store, [files(folder / "files", *keys)], host="FUN")
    return store
