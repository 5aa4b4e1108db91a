"""Does a page about all runs say what the tables say, while only runs that changed are asked again?"""

from __future__ import annotations

import datetime as dt
import shutil
from contextlib import AbstractContextManager
from pathlib import Path
from urllib.parse import quote

import duckdb
import pytest

from cordee.core import clock
from cordee.pilot import erasing, rollups
from cordee.pilot.desk import Desk
from cordee.pilot.indicators import all_indicators, indicator_called
from cordee.pilot.queries import RUNS, runs_told
from cordee.pilot.scopes import Scope
from cordee.pilot.small_cells import roll_up
from cordee.pilot.store import ROLLUPS, Store
from cordee.pilot.tests.make import EXTRACTED, MONDAY, RUN, World, at, rows_of

pytestmark = pytest.mark.long

OTHER = "course-v1:Ingenia+CABLE+2026_T2"
THIRD = "course-v1:Ingenia+AUTRE+2026_T1"
BY_RUN = [name for name, one in all_indicators().items() if one.by_run]


def session(course: str, people: int, *, opens: float | None = 0, hours: float | None = 2.0) -> World:
    """A small run: some of its people hand in, some pass; every run has people of its own, and one who is in all."""
    world = World(course)
    world.run(
        subject=course.rpartition("+")[0].partition(":")[2],
        opens_at=None if opens is None else at(opens),
        hours_a_week=hours,
    )
    for module in (1, 2):
        world.activity(f"q{module}", module, quiz=f"Quiz {module}")
    for number in range(people):
        person = f"{course}{number}" if number else "everywhere"
        world.learner(person, staff=False)
        world.hand_in(person, "q1", number % 2, when=at(1 + number))
        if number % 3:
            world.hand_in(person, "q2", 1.0, when=at(8 + number))
        world.add("grades", person=person, grade=30.0 * (number % 4), certified=number % 4 == 3)
    return world


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("rollups") / "store"
    session(RUN, 5, opens=7).store(folder)
    session(OTHER, 8, opens=None, hours=None).store(folder)
    session(THIRD, 3).store(folder)
    return folder


@pytest.fixture
def store(made: Path, tmp_path: Path) -> Store:
    return Store(Path(shutil.copytree(made, tmp_path / "store")))


def asked_directly(store: Store, name: str) -> list[dict[str, object]]:
    """What the query says of all runs at once."""
    with store.open(Scope()) as database:
        return [dict(row) for row in indicator_called(name).rows(database)]


def told_directly(store: Store) -> dict[str, tuple[object, ...]]:
    with store.open(Scope()) as database:
        return {
            row[0]: tuple(cell.isoformat() if isinstance(cell, dt.datetime) else cell for cell in row[1:])
            for row in database.execute(RUNS).fetchall()
        }


def agrees(store: Store) -> None:
    for name in BY_RUN:
        assert rows_of(store, name) == asked_directly(store, name), name
    assert runs_told(store) == told_directly(store)


def test_several_runs_say_what_one_query_over_all_says_whatever_happens_to_them(store: Store) -> None:
    assert {"runs", "courses", "workload"} <= set(BY_RUN)
    agrees(store)
    agrees(store)  # from what is kept
    late = World(RUN)
    late.hand_in("new", "q1", 1.0, when=at(20))
    late.store(store.folder, extracted_at=EXTRACTED + dt.timedelta(days=1))
    agrees(store)
    session("course-v1:Ingenia+NEUF+1", 2, opens=-400.5).store(store.folder)
    agrees(store)


def test_only_a_run_that_changed_is_asked_again(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, ...]] = []
    opening = Store.open

    def opened(self: Store, scope: Scope | None = None) -> object:
        asked.append((scope or Scope()).courses)
        return opening(self, scope)

    monkeypatch.setattr(Store, "open", opened)
    rows_of(store, "courses")
    assert asked == [(THIRD, RUN, OTHER)]
    asked.clear()
    rows_of(store, "runs")  # the same query: kept for both
    assert asked == []
    late = World(OTHER)
    late.hand_in("new", "q1", 1.0, when=at(20))
    late.store(store.folder, extracted_at=EXTRACTED + dt.timedelta(days=1))
    asked.clear()
    rows_of(store, "courses")
    assert asked == [(OTHER,)]


def test_nothing_that_is_kept_outlives_the_erasure_of_who_was_counted(store: Store) -> None:
    agrees(store)
    before = {row["course"]: row["enrolled"] for row in rows_of(store, "runs")}
    assert list((store.folder / ROLLUPS).rglob("*.json"))
    erasing.erase_person(store, store.actor_of("everywhere"), now=clock.now)
    assert not (store.folder / ROLLUPS).exists()
    assert {row["course"]: row["enrolled"] for row in rows_of(store, "runs")} == {
        course: int(str(count)) - 1 for course, count in before.items()
    }
    agrees(store)


@pytest.mark.parametrize("damage", [b"", b"no json", b"0\n{}"])
def test_what_is_damaged_is_asked_again(store: Store, damage: bytes) -> None:
    expected = rows_of(store, "courses")
    for path in (store.folder / ROLLUPS).rglob("*.json"):
        path.write_bytes(damage)
    assert rows_of(store, "courses") == expected


def test_a_run_that_changes_while_it_is_asked_is_not_kept(store: Store) -> None:
    def ask(database: duckdb.DuckDBPyConnection) -> dict[str, int]:
        late = World(RUN)
        late.hand_in("new", "q1", 1.0, when=MONDAY)
        late.store(store.folder, extracted_at=EXTRACTED + dt.timedelta(days=3))
        return {RUN: len(database.execute("SELECT * FROM events").fetchall())}

    first = rollups.of_each_run(store, (RUN,), rollups.Question("a question", ask))
    again = rollups.of_each_run(store, (RUN,), rollups.Question("a question", lambda _database: {RUN: "anew"}))
    assert again == {RUN: "anew"} != first


def test_all_that_is_asked_of_runs_is_asked_at_one_opening_and_of_runs_that_changed_alone(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[tuple[str, ...]] = []
    opens = Store.open

    def counted(self: Store, scope: Scope | None = None) -> AbstractContextManager[duckdb.DuckDBPyConnection]:
        opened.append((scope or Scope()).courses)
        return opens(self, scope)

    monkeypatch.setattr(Store, "open", counted)
    roll_up(store, ("runs", "sex", "countries"))
    assert opened == [tuple(sorted((RUN, OTHER, THIRD)))]
    roll_up(store, ("runs", "sex", "countries", "age"))  # one more question, of each
    assert len(opened) == 2
    next((store.folder / "tables" / "grades").glob(f"course={quote(OTHER, safe='')}/*.parquet")).touch()
    roll_up(store, ("runs", "sex", "countries", "age"))
    assert opened[2:] == [(OTHER,)]


def test_runs_are_asked_a_few_at_a_time_by_their_events_and_their_people(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = asked_directly(store, "runs")
    asked: list[int] = []

    def ask(database: duckdb.DuckDBPyConnection) -> dict[str, int]:
        asked.append(len(database.execute("SELECT DISTINCT course FROM learners").fetchall()))
        return {}

    monkeypatch.setattr(rollups, "PEOPLE_BYTES", 1)
    rollups.of_each_run(store, store.courses(), rollups.Question("a question", ask))
    assert asked == [1, 1, 1]
    assert rows_of(store, "runs") == expected


def test_who_may_not_write_into_the_store_is_answered_all_the_same(store: Store) -> None:
    with store.alone():
        agrees(store)
    assert not (store.folder / ROLLUPS).exists()


def test_the_list_of_sessions_is_that_of_the_tables(store: Store) -> None:
    told = {run.key: (run.learners, run.opens_at) for run in Desk(store).runs()}
    assert told == {
        RUN: (5, at(7).replace(tzinfo=dt.UTC)),
        OTHER: (8, None),
        THIRD: (3, MONDAY.replace(tzinfo=dt.UTC)),
    }
