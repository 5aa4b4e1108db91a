"""Is what is kept of answers what the tables say, and never older, and of nobody who was erased?"""

from __future__ import annotations

import datetime as dt
import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from django.test import override_settings

from cordee.pilot import kept_answers
from cordee.pilot.desk import FIRST_ASKED, NEXT_ASKED, Desk, prepare
from cordee.pilot.erasing import erase_person
from cordee.pilot.figures import Filters
from cordee.pilot.indicators import Row, all_indicators, indicator_called
from cordee.pilot.kept_answers import answered, recalled
from cordee.pilot.open_store import OpenStore
from cordee.pilot.pages import films as films_page
from cordee.pilot.pages import run as run_page
from cordee.pilot.pages import weeks as weeks_page
from cordee.pilot.scopes import Scope
from cordee.pilot.small_cells import answer
from cordee.pilot.store import Store
from cordee.pilot.tests.make import EXTRACTED, RUN, World
from cordee.pilot.tests.sessions import AUTUMN, SPRING, store_of
from cordee.web.pilot_site import settings as site

pytestmark = pytest.mark.long  # each test makes stores of its own

K = 10


def world(learners: int, course: str = RUN) -> World:
    found = World(course)
    found.run()
    found.activity("p1", 1, quiz="q1")
    for number in range(learners):
        found.learner(str(2000 + number))
        found.add(
            "persons",
            person=str(2000 + number),
            user_id=str(2000 + number),
            username=f"user{number}",
            name=f"Né {number}",
        )
        found.hand_in(str(2000 + number), "p1", 1.0)
    return found


@pytest.fixture(scope="module")
def two_runs(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return OpenStore(store_of(tmp_path_factory.mktemp("kept"), SPRING, AUTUMN).folder)


class _Untouched(Store):
    """A store of which no table may be opened."""

    def open(self, scope: Scope | None = None) -> Iterator[None]:  # type: ignore[override]
        raise AssertionError("the tables were asked")


def files(store: Store) -> list[Path]:
    return sorted((store.folder / "answers").rglob("*.json"))


def _rounded(row: Row) -> Row:
    """Sums of fractions differ in their last digit by how the cores shared the rows."""
    return {name: round(value, 9) if isinstance(value, float) else value for name, value in row.items()}


@pytest.mark.long
def test_every_indicator_is_answered_from_what_is_kept_with_the_same_rows(two_runs: Store) -> None:
    scope = Scope((AUTUMN,))
    first = {name: answered(name, two_runs, scope, k=K) for name in all_indicators()}
    restarted = _Untouched(two_runs.folder)
    for name, one in first.items():
        assert answered(name, restarted, scope, k=K) == one
        again = answer(name, two_runs, scope, k=K)
        assert [_rounded(row) for row in again.rows] == [_rounded(row) for row in one.rows]
        assert (again.hidden, again.missing, again.lacking) == (one.hidden, one.missing, one.lacking)
        assert again.sources == one.sources
        assert [list(row) for row in one.rows] == [list(row) for row in again.rows]


def test_the_named_cohorts_are_kept_but_not_a_list_that_somebody_made_nor_what_the_ledger_decides(
    two_runs: Store,
) -> None:
    scope = Desk(two_runs).scope(SPRING, "Vercors, 1A")
    assert scope.actors
    kept = answered("funnel", two_runs, scope, k=K)
    assert answered("funnel", _Untouched(two_runs.folder), scope, k=K) == kept
    with pytest.raises(AssertionError, match="were asked"):
        answered("funnel", _Untouched(two_runs.folder), replace(scope, label=""), k=K)
    answered("sex", two_runs, scope, k=K)
    with pytest.raises(AssertionError, match="were asked"):
        answered("sex", _Untouched(two_runs.folder), scope, k=K)


def test_all_runs_named_and_all_runs_meant_are_one_answer(two_runs: Store) -> None:
    kept = answered("runs", two_runs, Scope((AUTUMN, SPRING)), k=K)
    assert answered("runs", _Untouched(two_runs.folder), k=K).rows == kept.rows


def test_an_import_makes_the_answers_anew_and_removes_those_before(tmp_path: Path) -> None:
    store = world(12).store(tmp_path / "store")
    assert answered("funnel", store, k=K).rows[0]["enrolled"] == 12
    before = files(store)
    store = world(15).store(tmp_path / "store", extracted_at=EXTRACTED + dt.timedelta(days=1))
    assert answered("funnel", store, k=K).rows[0]["enrolled"] == 15
    assert not any(path.exists() for path in before)
    assert len(files(store)) == 1


def test_what_comes_for_one_run_leaves_the_answers_of_the_others(tmp_path: Path) -> None:
    other = "course-v1:Ingenia+CABLE+2026_T9"
    world(12).store(tmp_path / "store")
    store = world(13, other).store(tmp_path / "store", extracted_at=EXTRACTED + dt.timedelta(hours=1))
    kept = {name: answered(name, store, Scope((RUN,)), k=K) for name in ("funnel", "stops", "learners")}
    assert answered("funnel", store, Scope((other,)), k=K).rows[0]["enrolled"] == 13
    before = set(files(store))
    world(20, other).store(tmp_path / "store", extracted_at=EXTRACTED + dt.timedelta(days=1))
    for name in ("funnel", "stops"):
        assert answered(name, _Untouched(store.folder), Scope((RUN,)), k=K) == kept[name]
    with pytest.raises(AssertionError, match="were asked"):  # names came, and it tells some
        answered("learners", _Untouched(store.folder), Scope((RUN,)), k=K)
    assert answered("funnel", store, Scope((other,)), k=K).rows[0]["enrolled"] == 20
    assert len(before - set(files(store))) == 1
    erase_person(store, store.actor_of("2003"))
    assert answered("funnel", store, Scope((RUN,)), k=K).rows[0]["enrolled"] == 11


def test_who_is_erased_is_in_no_answer_that_is_kept(tmp_path: Path) -> None:
    store = world(12).store(tmp_path / "store")
    assert len(answered("learners", store, k=K).rows) == 12
    assert b"user7" in files(store)[0].read_bytes()
    actor = next(row["actor"] for row in answered("learners", store, k=K).rows if row["username"] == "user7")
    assert isinstance(actor, int | float)
    before = store.state()
    erase_person(store, int(actor))
    assert files(store) == []
    assert store.state() != before
    assert len(answered("learners", store, k=K).rows) == 11
    assert not any(b"user7" in path.read_bytes() for path in store.folder.rglob("*") if path.is_file())


def test_what_was_asked_before_an_erasure_and_answered_after_it_is_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = world(12).store(tmp_path / "store")

    def meanwhile(*given: object, **more: object) -> object:
        found = answer(*given, **more)  # type: ignore[arg-type]
        erase_person(store, store.actor_of("2003"))
        return found

    monkeypatch.setattr(kept_answers, "answer", meanwhile)
    answered("learners", store, k=K)
    assert files(store) == []


def test_nothing_is_kept_while_somebody_else_writes(tmp_path: Path) -> None:
    store = world(12).store(tmp_path / "store")
    with store.alone():
        assert answered("funnel", Store(store.folder), k=K).rows[0]["enrolled"] == 12
    assert files(store) == []


def test_another_k_another_query_and_another_version_of_the_code_find_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = world(12).store(tmp_path / "store")
    answered("funnel", store, k=K)
    answered("funnel", _Untouched(store.folder), k=K)
    funnel = indicator_called("funnel")
    with pytest.raises(AssertionError, match="were asked"):
        answered(funnel, _Untouched(store.folder), k=K + 1)
    with pytest.raises(AssertionError, match="were asked"):
        answered(replace(funnel, query=funnel.query + "\n"), _Untouched(store.folder), k=K)
    monkeypatch.setattr(kept_answers, "code_digest", lambda: "another version")
    with pytest.raises(AssertionError, match="were asked"):
        answered(funnel, _Untouched(store.folder), k=K)


@pytest.mark.parametrize("damage", [b"", b"{}", b"00\n{}", None])
def test_a_damaged_file_is_reckoned_anew(tmp_path: Path, damage: bytes | None) -> None:
    store = world(12).store(tmp_path / "store")
    kept = answered("funnel", store, k=K)
    (path,) = files(store)
    whole = path.read_bytes()
    path.write_bytes(whole.replace(b"12", b"13", 1) if damage is None else damage)
    assert answered("funnel", store, k=K) == kept
    assert path.read_bytes() == whole


def test_only_the_owner_may_read_the_answers(tmp_path: Path) -> None:
    store = world(12).store(tmp_path / "store")
    answered("learners", store, k=K)
    (path,) = files(store)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.parent.stat().st_mode) == 0o700


def test_another_reading_is_kept_until_the_store_changes(tmp_path: Path) -> None:
    store = world(12).store(tmp_path / "store")
    assert recalled(store, "sizes", [RUN], lambda: {"a": (1, 2)}) == {"a": [1, 2]}
    assert recalled(store, "sizes", [RUN], lambda: {"a": (3, 4)}) == {"a": [1, 2]}
    assert recalled(store, "sizes", ["other"], lambda: {"a": (3, 4)}) == {"a": [3, 4]}
    world(13).store(tmp_path / "store")
    assert recalled(store, "sizes", [RUN], lambda: {"a": (5, 6)}) == {"a": [5, 6]}


@pytest.mark.long
def test_after_an_import_the_pages_of_a_run_open_no_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = store_of(tmp_path, SPRING)
    told: list[float] = []
    prepare(Desk(store), store.courses(), moved=told.append)
    assert told == sorted(told)
    assert told[-1] == 1
    for name in ("_answers", "_runs", "_cohorts", "_names"):  # another process
        monkeypatch.setattr(getattr(__import__("cordee.pilot.desk", fromlist=[name]), name), "_values", {})
    asked: list[str] = []

    def asking(indicator: object, *given: object, **more: object) -> object:
        asked.append(str(getattr(indicator, "name", indicator)))
        return answer(indicator, *given, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(kept_answers, "answer", asking)
    desk = Desk(_Untouched(store.folder))
    with override_settings(ROOT_URLCONF=site.ROOT_URLCONF):
        assert run_page.page(desk, Filters(run=SPRING))["people"]
        assert weeks_page.page(desk, Filters(run=SPRING))["rows"]
        assert films_page.films(desk, Filters(run=SPRING), "")["figure"].is_known
    assert asked
    # What people declared is told when a reader asks, from the counts that are kept of each run.
    assert {name for name in asked if not indicator_called(name).cells} == set()
    assert not {*FIRST_ASKED, *NEXT_ASKED} & {name for name, one in all_indicators().items() if one.cells}
