"""Does the worker do what is due, whatever fails beside it, and does it stop when it is asked to?"""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from cordee.core import figures
from cordee.web import worker
from cordee.web.tests.running import (
    CORDEE,
    cordee,
    environment,
    free_pair_of_ports,
    migrate_once,
    processes_below,
    wait_for,
)
from cordee.web.worker import Duty


def test_each_duty_is_done_at_once_and_again_after_its_time() -> None:
    stopping, done = threading.Event(), []

    def often(_stopping: worker.Stopping) -> None:
        done.append("often")
        if done.count("often") == 3:
            stopping.set()

    worker.work(
        (Duty("often", 0.0, often), Duty("seldom", 3600.0, lambda _stopping: done.append("seldom"))),
        stopping,
        look_s=0.0,
    )
    assert done == ["often", "seldom", "often", "often"]


@pytest.mark.django_db
def test_a_duty_that_fails_is_said_and_tried_again_and_the_others_go_on(caplog: pytest.LogCaptureFixture) -> None:
    stopping, done = threading.Event(), []
    before = figures.board().total(figures.WORKER_FAILURES)

    def fail(_stopping: worker.Stopping) -> None:
        done.append("fails")
        raise OSError("the disk is away")

    def go_on(_stopping: worker.Stopping) -> None:
        done.append("goes on")
        if len(done) == 4:
            stopping.set()

    with caplog.at_level(logging.ERROR, "cordee.worker"):
        worker.work((Duty("fails", 0.0, fail), Duty("goes on", 0.0, go_on)), stopping, look_s=0.0)
    assert done == ["fails", "goes on"] * 2
    assert "the disk is away" in caplog.text
    assert figures.board().total(figures.WORKER_FAILURES) == before + 2


def test_what_presses_is_done_before_its_time() -> None:
    stopping, done = threading.Event(), []

    def seal(_stopping: worker.Stopping) -> None:
        done.append(1)
        if len(done) == 3:
            stopping.set()

    worker.work((Duty("seal", 3600.0, seal, presses=lambda: True),), stopping, look_s=0.0)
    assert len(done) == 3


@pytest.mark.with_site
def test_without_a_database_the_pilot_says_what_to_do(tmp_path: Path) -> None:
    done = cordee("pilot", "seal", home=tmp_path / "home", CORDEE_DATABASE="")
    assert done.returncode == 1
    assert "Run: cordee migrate" in done.stderr


@pytest.mark.with_site
def test_the_journal_is_sealed_and_a_person_erased_from_a_terminal(tmp_path: Path) -> None:
    home = tmp_path / "home"
    migrate_once(home)
    done = cordee("pilot", "seal", "--json", home=home)
    assert done.stdout == '{"events": 0, "rows": 0, "batches": 0, "files": 0}\n', done.stderr
    done = cordee("pilot", "erase", "--store", str(home / "pilot"), "--person", "nobody", "--json", home=home)
    assert done.returncode == 1
    assert "Nobody in" in done.stderr


@pytest.mark.with_site
@pytest.mark.skipif(sys.platform != "linux", reason="finds the worker in /proc")
def test_a_worker_alone_seals_starts_again_when_killed_and_stops_when_asked(tmp_path: Path) -> None:
    home = tmp_path / "home"
    migrate_once(home)
    log = home / "log.txt"
    with log.open("w") as output:
        supervisor = subprocess.Popen(  # noqa: S603 - our own command
            [*CORDEE, "serve", "--only", "worker", "--port", str(free_pair_of_ports())],
            env=environment(home, {"CORDEE_LOG_FORMAT": "text"}),
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        assert wait_for((home / "pilot" / "store.json").exists, 60), log.read_text("utf-8")
        (first,) = processes_below(supervisor.pid, "worker")
        assert wait_for(lambda: processes_below(first, "worker") == [], 60)  # the child that made the store has ended
        assert b"cordee.web.watching" in Path(f"/proc/{supervisor.pid}/cmdline").read_bytes()
        for pid in (first, supervisor.pid):
            assert "duckdb" not in Path(f"/proc/{pid}/maps").read_text("utf-8")
        os.kill(first, signal.SIGKILL)
        assert wait_for(lambda: processes_below(supervisor.pid, "worker") not in ([], [first]), 60), log.read_text(
            "utf-8"
        )
        time.sleep(2.0)  # it takes a moment until the new one has its handler
        supervisor.terminate()
        assert supervisor.wait(30) == 0
    finally:
        supervisor.kill()
        supervisor.wait()
    said = log.read_text("utf-8")
    assert "The worker of this site works. Stop it with Ctrl-C." in said
    assert "The process worker ended (-9)" in said
    assert said.endswith("Stopped.\n")
