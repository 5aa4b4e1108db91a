"""Does a site that is stopped, or started anew in the middle of an exam, lose or refuse nobody's answer? (F15)"""

from __future__ import annotations

import json
import signal
import sqlite3
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from cordee.web.tests.running import cordee, wait_for
from tests.faults.conftest import Served
from tests.faults.world import Learner, World, course_archive, is_accepted, make_world, someone

pytestmark = pytest.mark.long

NEEDS_SQLITE = "holds the one lock that SQLite has; PostgreSQL locks rows"


@contextmanager
def writer(world: World) -> Iterator[sqlite3.Connection]:
    """Another process that holds the database for writing."""
    if not world.is_sqlite:
        pytest.skip(NEEDS_SQLITE)
    connection = sqlite3.connect(world.home / "cordee.sqlite3", isolation_level=None, check_same_thread=False)
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield connection
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        connection.close()


def test_an_answer_in_progress_is_acknowledged_and_readyz_says_no_before_the_door_closes(tmp_path: Path) -> None:
    world = make_world(tmp_path / "home", CORDEE_STOP_DELAY="4", CORDEE_STOP_WAIT="20", CORDEE_LOG_LEVEL="info")
    site = world.serve("--workers", "2")
    try:
        learner = Learner(world.url, someone())
        learner.arrive()
        form = learner.form("open")
        with writer(world) as lock, ThreadPoolExecutor(1) as pool:
            sending = pool.submit(learner.send, form, "4")
            time.sleep(1.0)  # now it waits for the lock
            assert not sending.done()
            site.supervisor.send_signal(signal.SIGTERM)

            def says_no() -> bool:
                try:  # one of the two workers waits with the answer, and the kernel gives connections to either
                    answer = httpx.get(f"{world.url}/readyz", timeout=0.3)
                except httpx.TimeoutException:
                    return False
                return answer.status_code == 503 and answer.json()["failed"] == ["stopping"]

            assert wait_for(says_no, 3.5)  # while it still answers
            time.sleep(4.5)  # after the delay: no new connection is taken, the one in progress goes on
            assert not sending.done()
            lock.execute("ROLLBACK")
            answer = sending.result(20)
        assert answer.status_code == 303
        assert site.supervisor.wait(30) == 0
        assert site.processes() == {}
        kept = world.run("from cordee.learning.models import *; print(Submission.objects.get().form_id)")
        assert kept.strip() == form.form_id
        lines = [json.loads(line) for line in site.log().splitlines() if line.startswith("{")]
        assert any(line.get("status") == 303 and str(line.get("route", "")).endswith("submissions") for line in lines)
    finally:
        world.stop(site)


def test_a_second_signal_stops_at_once(served: Served) -> None:
    learner = Learner(served.world.url, someone())
    learner.arrive()
    form = learner.form("open")
    with writer(served.world), ThreadPoolExecutor(1) as pool:
        sending = pool.submit(learner.send, form, "4")
        time.sleep(1.0)
        began = time.monotonic()
        served.site.supervisor.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        served.site.supervisor.send_signal(signal.SIGTERM)
        assert served.site.supervisor.wait(10) == 0
        assert time.monotonic() - began < 4  # CORDEE_STOP_WAIT is 5
        assert served.site.processes() == {}
        with pytest.raises(httpx.TransportError):
            sending.result(5)


def test_an_exam_goes_on_through_a_stop_a_new_version_of_the_course_and_a_start(served: Served) -> None:
    world = served.world
    learner, other = Learner(world.url, someone()), Learner(world.url, someone())
    learner.arrive()
    other.arrive()
    before = {activity: learner.form(activity) for activity in ("open", "pick")}
    assert is_accepted(learner.send(learner.form("word"), "string"))
    done = threading.Event()
    failures: list[str] = []

    def go_on() -> None:
        """Another learner hands in again and again meanwhile; a refused connection is tried again."""
        while not done.is_set():
            try:
                form = other.form("open")
                while not is_accepted(other.send(form, "4")):
                    failures.append("refused")
            except httpx.TransportError:
                time.sleep(0.05)

    thread = threading.Thread(target=go_on)
    thread.start()
    try:
        served.site.supervisor.terminate()
        assert served.site.supervisor.wait(30) == 0
        newer = course_archive(world.home / "newer.tar.gz", text="Read this, said better.")
        words = ["course", "import", str(newer), "--run", "2026", "--update-run"]
        imported = cordee(*words, home=world.home, **world.settings)
        assert imported.returncode == 0, imported.stderr
        site = world.serve("--workers", "2")
        try:
            for activity, value in (("open", "4"), ("pick", "choice_0")):
                assert is_accepted(learner.send(before[activity], value)), "a form made before is taken after"
                again = learner.send(before[activity], value, as_json=True)
                assert again.json()["repeated"] is True
            assert is_accepted(learner.send(learner.form("word"), "rope"))  # the second attempt of an open quiz
        finally:
            done.set()
            thread.join()
            world.stop(site)
    finally:
        done.set()
        thread.join()
    assert failures == []
    code = (
        "import sys; from cordee.learning.models import *\n"
        "for one in Enrolment.objects.filter(account__email=sys.argv[1]):\n"
        "    found = Submission.objects.filter(enrolment=one)\n"
        "    print(one.grade, sorted(found.values_list('activity', 'attempt')), one.run.version.number)"
    )
    said = world.run(code, learner.email)
    assert said.strip() == "1.0 [('open', 1), ('pick', 1), ('word', 1), ('word', 2)] 2"
