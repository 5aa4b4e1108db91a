"""Do the states of our own runs keep up with their events, beside them and without doubling any?"""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

import pytest

from cordee.core import clock
from cordee.courses.tests.make import NOW
from cordee.learning.enrolling import enrol
from cordee.learning.tests.make import hand_in, make_enrolment
from cordee.people.tests.make import make_account
from cordee.pilot import live, outbox, own, refreshing, sealing
from cordee.pilot.indicators import indicator_called
from cordee.pilot.scopes import Scope
from cordee.pilot.store import Store

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(live, "site_store", lambda: Store.make(tmp_path / "pilot"))
    return tmp_path / "pilot"


def refresh() -> tuple[str, ...]:
    store = live.site_store()
    return refreshing.refresh(store, outbox.runs_due(store.folder, {}, now=clock.now()), now=clock.now)


def counted(run: str) -> list[tuple[object, ...]]:
    with live.open_site_store(Scope((run,))) as database:
        rows = indicator_called("exercises").rows(database)
        (learners,) = database.execute("SELECT count(*) FROM learners").fetchall()[0]
    return [(learners,), *((row["activity"], row["title"], row["tried"], row["attempts"]) for row in rows)]


def test_an_answer_and_its_state_are_counted_once_whatever_came_first(tmp_path: Path) -> None:
    enrolment = make_enrolment(tmp_path)
    run = enrolment.run.key
    hand_in(enrolment, "capital", now=NOW)
    assert counted(run) == [(1,), ("capital", "", 1, 1)]
    assert refresh() == (run,)
    expected = [(1,), ("capital", "Capital", 1, 1)]
    assert counted(run) == expected
    sealing.seal(live.site_store(), now=clock.now)
    assert counted(run) == expected
    assert refresh() == (run,)
    assert counted(run) == expected
    assert refresh() == ()
    enrol(account=make_account(email="other@example.org"), run=enrolment.run, now=NOW)
    assert counted(run)[0] == (2,)


def test_an_older_state_is_removed_when_nobody_reads_it_any_more(tmp_path: Path, folder: Path) -> None:
    enrolment = make_enrolment(tmp_path)
    for number in range(3):
        refreshing.read_states(live.site_store(), enrolment.run.key, NOW + dt.timedelta(minutes=number))
        if number < 2:
            for path in folder.rglob(f"{own.SOURCE}.*.parquet"):
                os.utime(path, (1, 1))  # long ago
    grades = sorted((folder / "tables" / "grades").rglob("*.parquet"))
    assert [path.name.split(".")[1] for path in grades] == ["20261124T090100", "20261124T090200"]
    assert counted(enrolment.run.key)[0] == (1,)
