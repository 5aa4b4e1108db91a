"""Write the sample data of `cordee pilot demo` into demo/pilot: three sessions of one course, of simulated learners.

python scripts/make_pilot_demo.py      the same files each time
"""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

from cordee.pilot.simulated.session import Session, write

FOLDER = Path(__file__).resolve().parent.parent / "demo" / "pilot"
MODULES = (
    ("Relier deux machines", ("Un fil qui parle", "Compter les bits", "Nommer les couches", "Quiz 1, le fil")),
    (
        "Donner une adresse",
        ("Une adresse en deux parties", "Calculer un masque", "Voisin ou loin", "Quiz 2, l’adresse"),
    ),
    ("Lire ce qui passe", ("Où commence une trame", "TP 3.2 Lire une trame", "Vérifier une trame", "Quiz 3, la trame")),
    ("Trouver son chemin", ("Choisir la sortie", "Ne pas tourner en rond", "Du câble au paquet", "Quiz 4, le chemin")),
)
SCHOOLS = (("Vercors, 1A", 184), ("Lérins, 2A", 96), ("Aubrac, FISA", 62), ("Régie Énergie", 7))
HARD = "TP 3.2 Lire une trame"


def day(year: int, month: int, number: int) -> dt.datetime:
    return dt.datetime(year, month, number, 8, tzinfo=dt.UTC)


def main() -> None:
    for folder in ("fun", "edx"):
        shutil.rmtree(FOLDER / folder, ignore_errors=True)
    title = "Du câble au paquet"
    write(
        FOLDER / "fun",
        Session(
            key="course-v1:Ingenia+CABLE+2026_T2",
            title=title,
            modules=MODULES,
            opens=day(2026, 9, 14),
            closes=day(2026, 12, 7),
            extracted=day(2026, 11, 24),
            learners=6000,
            seed=1,
            hard=HARD,
            cohorts=SCHOOLS,
        ),
    )
    write(
        FOLDER / "fun",
        Session(
            key="course-v1:Ingenia+CABLE+2026_T1",
            title=title,
            modules=MODULES,
            opens=day(2026, 2, 2),
            closes=day(2026, 4, 20),
            extracted=day(2026, 6, 30),
            learners=2500,
            seed=2,
            starting=0.19,
            cohorts=SCHOOLS[:2],
        ),
    )
    write(
        FOLDER / "edx",
        Session(
            key="course-v1:IngeniaX+CABLEx+3T2025",
            title=title,
            modules=MODULES,
            opens=day(2025, 9, 15),
            closes=day(2025, 12, 1),
            extracted=day(2026, 1, 31),
            learners=900,
            seed=3,
            starting=0.17,
            hard=HARD,
        ),
    )


if __name__ == "__main__":
    main()
