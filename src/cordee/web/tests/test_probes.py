"""Do the probes say what is so, and nothing more than they should?"""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from pytest_django import DjangoAssertNumQueries

from cordee.core import figures
from cordee.web import probes
from cordee.web.environment import Environment


def environment(home: Path, **more: str) -> Environment:
    (home / "files").mkdir(exist_ok=True)
    return Environment.read({"CORDEE_HOME": str(home), **more})


def failed(answer: tuple[int, str]) -> list[str]:
    status, text = answer
    said = json.loads(text)
    assert (status == 200) is said["ready"] is (not said["failed"])
    return list(said["failed"])


@pytest.mark.django_db
def test_alive_asks_nothing_and_ready_asks_one_query(
    tmp_path: Path, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    known = probes.probes_of_web(environment(tmp_path))
    with django_assert_num_queries(0):
        assert known["/healthz"]()[0] == 200
    known["/readyz"]()  # reads the names of the migrations, once
    with django_assert_num_queries(1):
        assert failed(known["/readyz"]()) == []


@pytest.mark.django_db
def test_ready_says_no_while_a_migration_waits(tmp_path: Path) -> None:
    ready = probes.probes_of_web(environment(tmp_path))["/readyz"]
    recorder = MigrationRecorder(connection)
    recorder.record_unapplied(*next(iter(sorted(recorder.applied_migrations()))))
    assert failed(ready()) == ["database"]


@pytest.mark.django_db
def test_ready_says_no_without_room_or_without_the_folder_of_files(tmp_path: Path) -> None:
    ready = probes.probes_of_web(environment(tmp_path, CORDEE_FREE_BYTES="900000G"))["/readyz"]
    assert failed(ready()) == ["disk"]
    (tmp_path / "files").rmdir()
    assert failed(ready()) == ["files", "disk"]
    (tmp_path / "files").mkdir()
    assert failed(ready()) == ["disk"]


@pytest.mark.django_db
def test_ready_says_no_once_the_site_stops_while_alive_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    board = figures.own_board()
    monkeypatch.setattr(figures, "_board", board)
    for known in (probes.probes_of_web(environment(tmp_path)), probes.probes_of_files(environment(tmp_path))):
        board.row[:] = type(board.row)(bytes(figures.ROW_BYTES)).cast("Q")
        assert failed(known["/readyz"]()) == []
        board.say_stopping()
        assert failed(known["/readyz"]()) == ["stopping"]
        assert known["/healthz"]()[0] == 200


@pytest.mark.django_db
def test_asking_a_thousand_times_costs_little(tmp_path: Path) -> None:
    ready = probes.probes_of_web(environment(tmp_path))["/readyz"]
    ready()
    began = time.process_time()
    for _ in range(200):
        ready()
    assert (time.process_time() - began) / 200 < 0.01  # less than any page
