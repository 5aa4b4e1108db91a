"""Small worlds of which every figure can be counted by hand, written as a source writes them."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cordee.pilot.scopes import Scope
from cordee.pilot.small_cells import Answer, answer
from cordee.pilot.sources import columns_of
from cordee.pilot.store import Store
from cordee.pilot.tables import JOURNALED

RUN = "course-v1:Ingenia+CABLE+2026_T1"
MONDAY = dt.datetime(2026, 1, 5)  # noqa: DTZ001 - the tables hold UTC without a zone
EXTRACTED = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
PERSONS = ("person", "user_id", "username", "email", "name")


def at(day: float, *, hour: float = 0) -> dt.datetime:
    """So many days and hours after the Monday on which the small run opens."""
    return MONDAY + dt.timedelta(days=day, hours=hour)


@dataclass
class World:
    """Rows by table, added by one line each; `store` writes them all. A person is named as a source names one."""

    course: str = RUN
    rows: dict[str, list[Mapping[str, Any]]] = field(default_factory=dict)

    def add(self, table: str, **values: Any) -> None:
        """One row of a table, in the run of this world unless `course` says another."""
        self.rows.setdefault(table, []).append({"course": self.course} | values)

    def run(self, **values: Any) -> None:
        """The run itself, with a pass mark of 60."""
        self.add(
            "runs",
            **{"title": "Du câble au paquet", "subject": "Ingenia+CABLE", "host": "FUN", "pass_mark": 60.0}
            | {"opens_at": MONDAY}
            | values,
        )

    def activity(self, name: str, module: int, *, quiz: str = "", **values: Any) -> None:
        """One activity after those that are there; graded if a quiz holds it."""
        position = 1 + sum(1 for row in self.rows.get("structure", ()) if row["course"] == self.course)
        self.add(
            "structure",
            **{
                "activity": name,
                "kind": "problem",
                "title": name.capitalize(),
                "unit": "",
                "module": module,
                "position": position,
                "graded": quiz != "",
                "quiz": quiz,
            }
            | values,
        )

    def learner(self, person: str, **values: Any) -> None:
        """Somebody enrolled."""
        self.add("enrolments", **{"person": person, "enrolled_at": MONDAY, "active": True, "cohort": ""} | values)

    def event(self, person: str, verb: str, activity: str = "", *, when: dt.datetime = MONDAY, **values: Any) -> None:
        """One event, with an id of its own."""
        self.add("events", person=person, verb=verb, activity=activity, happened_at=when, **values)

    def hand_in(
        self, person: str, activity: str, earned: float, *, possible: float = 1.0, when: dt.datetime = MONDAY
    ) -> None:
        """One try."""
        self.event(person, "submitted", activity, when=when, earned=earned, possible=possible)

    def store(self, folder: Path, *, extracted_at: dt.datetime = EXTRACTED) -> Store:
        """Take the rows into the store of this folder, as one file extracted at that time."""
        store = Store.make(folder)
        seal = hashlib.sha256(f"{extracted_at} {self.rows}".encode()).hexdigest()[:16]
        with store.alone(), store.landing(extracted_at) as landing:
            for table, rows in self.rows.items():
                columns = PERSONS if table == "persons" else columns_of(table)
                landing.add(table, [_values(table, columns, row, nth) for nth, row in enumerate(rows)], columns)
            store.take(landing, digest=seal, name="world", source="world")
        return store


def _values(table: str, columns: Iterable[str], row: Mapping[str, Any], nth: int) -> list[Any]:
    seal = hashlib.sha256(f"{nth} {sorted(row.items(), key=str)}".encode()).digest()
    given: dict[str, Any] = {"id": int.from_bytes(seal[:8], "big")} if table in JOURNALED else {}
    given |= {"staff": False} if table == "enrolments" else {}
    return [(given | dict(row)).get(column) for column in columns]


def ask(store: Store, name: str, scope: Scope | None = None, *, k: int = 10) -> Answer:
    """What a reader of the indicator gets."""
    return answer(name, store, scope, k=k)


def rows_of(store: Store, name: str, scope: Scope | None = None, *, k: int = 10) -> list[dict[str, Any]]:
    """Its rows alone."""
    return [dict(row) for row in ask(store, name, scope, k=k).rows]
