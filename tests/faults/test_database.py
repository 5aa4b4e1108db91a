"""Is an acknowledged answer on the disk, and is a busy, full or restarted database no reason to lose one?

F4 (disk full), F5 (power cut), F6 (server restarted), F10 (locked, backup running) of docs/faults.md.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client

from cordee.learning.forms import form_id
from cordee.learning.models import ActivityState, Submission
from cordee.learning.tests.make import make_enrolment
from cordee.people.tests.make import make_account, signed_in_client
from tests.faults import kill
from tests.faults.conftest import Served
from tests.faults.test_stopping import writer
from tests.faults.world import Learner, World, is_accepted, make_world, someone

pytestmark = pytest.mark.long

WORD = '<problem><stringresponse answer="rope" type="ci"><textline/></stringresponse></problem>'
FULL, WAL = 2, "wal"


def only_on_sqlite() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("this is how SQLite is told to keep what it has said")


def survives_a_power_cut() -> bool:
    """Whether a commit of this connection is on the disk before it returns."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous")
        level = cursor.fetchone()[0]
        cursor.execute("PRAGMA journal_mode")
        return int(level) >= FULL and cursor.fetchone()[0] == WAL


@pytest.mark.django_db(transaction=True)
def test_a_commit_is_on_the_disk_before_it_is_acknowledged_and_this_test_can_fail() -> None:
    only_on_sqlite()
    assert survives_a_power_cut()
    try:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous = NORMAL")
        assert not survives_a_power_cut()
    finally:
        connection.close()  # the next one is opened as settings say
    assert survives_a_power_cut()


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace shows what the disk is asked")
def test_a_server_that_serves_asks_the_disk_before_it_says_received(served: Served, tmp_path: Path) -> None:
    """The system calls of the real processes: between the form and its receipt there is at least one sync."""
    if not served.world.is_sqlite:
        pytest.skip("PostgreSQL's own processes write")
    learner = Learner(served.world.url, someone())
    learner.arrive()
    form = learner.form("open")
    workers = [pid for pid, role in served.site.processes().items() if role == "web worker"]
    trace = tmp_path / "trace"
    command = ["strace", "-f", "-e", "trace=fdatasync,fsync", "-o", str(trace)]
    tracing = subprocess.Popen(  # noqa: S603
        [*command, *(word for pid in workers for word in ("-p", str(pid)))],
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert tracing.stderr is not None
        for _ in workers:  # "strace: Process 123 attached with 4 threads"
            line = tracing.stderr.readline()
            if "attached" not in line:
                pytest.skip(f"this machine does not let processes be traced: {line}")
        before = len(re.findall(r"\bf(?:data)?sync\(", trace.read_text()))
        assert is_accepted(learner.send(form, "4"))
        after = len(re.findall(r"\bf(?:data)?sync\(", trace.read_text()))
    finally:
        tracing.terminate()
        tracing.communicate(timeout=20)
    assert after > before


def hand_in(client: Client, enrolment_id: int, run_key: str, text: str, *, attempt: int = 1) -> int:
    words = {"form_id": str(form_id(enrolment_id=enrolment_id, activity="word", attempt=attempt)), "p_2_1": text}
    return int(client.post(f"/runs/{run_key}/activities/word/submissions", words).status_code)


@pytest.mark.django_db(transaction=True)
def test_a_full_database_refuses_in_plain_words_and_takes_the_same_form_later(tmp_path: Path) -> None:
    only_on_sqlite()
    enrolment = make_enrolment(tmp_path, account=make_account(language="fr"), quizzes={"word": WORD})
    client = signed_in_client(enrolment.account)
    assert client.get(f"/runs/{enrolment.run.key}/units/v_word").status_code == 200
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")  # what other tests left free would take the answers
        cursor.execute("PRAGMA page_count")
        pages = cursor.fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count = {pages}")
        try:
            long = "x" * 900
            taken = [hand_in(client, enrolment.pk, enrolment.run.key, long, attempt=n) for n in range(1, 61)]
            assert 507 in taken
            kept = Submission.objects.count()
            assert taken == [303] * kept + [507] * (60 - kept)
            words = {"form_id": str(form_id(enrolment_id=enrolment.pk, activity="word", attempt=kept + 1))}
            path = f"/runs/{enrolment.run.key}/activities/word/submissions"
            page = client.post(path, words | {"p_2_1": long})
            assert page.status_code == 507
            text = page.content.decode()
            assert "votre réponse est encore dans le formulaire" in text
            assert f"<code>{page.headers['X-Request-Id']}</code>" in text
            assert client.get(f"/runs/{enrolment.run.key}/units/v_word").status_code == 200  # reading goes on
            assert sum(state.attempts for state in ActivityState.objects.all()) == kept
        finally:
            cursor.execute("PRAGMA max_page_count = 1073741823")
        assert hand_in(client, enrolment.pk, enrolment.run.key, long, attempt=kept + 1) == 303
        cursor.execute("PRAGMA integrity_check")
        assert cursor.fetchone()[0] == "ok"


@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_held_too_long_is_a_page_that_says_when_to_try_again(tmp_path: Path) -> None:
    only_on_sqlite()
    enrolment = make_enrolment(tmp_path, quizzes={"word": WORD})
    client = signed_in_client(enrolment.account)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 100")
    other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        path = f"/runs/{enrolment.run.key}/activities/word/submissions"
        words = {"form_id": str(form_id(enrolment_id=enrolment.pk, activity="word", attempt=1)), "p_2_1": "rope"}
        answer = client.post(path, words, headers={"accept-language": "en"})
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
        assert "kept nothing of this" in answer.content.decode()
        assert Submission.objects.count() == 0
    finally:
        other.execute("ROLLBACK")
        other.close()
        connection.close()
    assert hand_in(client, enrolment.pk, enrolment.run.key, "rope") == 303


def test_five_seconds_of_a_long_writer_and_a_backup_running_cost_nobody_an_error(served: Served) -> None:
    world, people = served.world, [Learner(served.world.url, someone()) for _ in range(4)]
    for person in people:
        person.arrive()
    stop, copies = threading.Event(), []

    def back_up() -> None:
        """As `cordee migrate` does, again and again, while others write."""
        while not stop.is_set():
            target = world.home / "copy.sqlite3"
            reading, writing = sqlite3.connect(world.home / "cordee.sqlite3"), sqlite3.connect(target)
            try:
                reading.backup(writing, pages=50)
                writing.execute("PRAGMA ignore_check_constraints = ON")  # some call functions that only Django brings
                copies.append(writing.execute("PRAGMA integrity_check").fetchone()[0])
            finally:
                reading.close()
                writing.close()
            time.sleep(0.2)

    def hand_in_some(person: Learner) -> list[bool]:
        return [is_accepted(person.send(person.form("open"), "4")) for _ in range(5)]

    with ThreadPoolExecutor(5) as pool:
        with writer(world) as lock:
            backing_up = pool.submit(back_up)
            sending = [pool.submit(hand_in_some, person) for person in people]
            time.sleep(4.5)
            lock.execute("ROLLBACK")
        try:
            accepted = [one for each in sending for one in each.result(60)]
        finally:
            stop.set()
        backing_up.result(30)
    assert accepted == [True] * 20
    assert copies
    assert set(copies) == {"ok"}


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder on a disk of its own that a test may fill."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = sys.platform == "linux" and os.geteuid() == 0 and shutil.which("mount") is not None
    command = ["mount", "-t", "tmpfs", "-o", "size=80m", "tmpfs", str(folder)]
    if not mounted or subprocess.run(command, check=False, capture_output=True).returncode:  # noqa: S603
        pytest.skip("only an account that may mount a disk can fill one; the test above fills the database instead")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)  # noqa: S603, S607


@pytest.mark.sqlite_only(reason="fills the disk on which the database's file lies")
def test_a_full_disk_refuses_answers_keeps_pages_and_is_forgotten_once_there_is_room(
    small_disk: Path,
) -> None:
    world = make_world(small_disk / "home", database="", CORDEE_FREE_BYTES="1M")
    site = world.serve("--workers", "2")
    ledger = []
    try:
        learner = Learner(world.url, someone())
        learner.arrive()
        filling = small_disk / "filling"
        form = learner.form("open")
        # Without a buffer: closing the file has nothing left to write, for which there would be no room either.
        with filling.open("wb", buffering=0) as file, contextlib.suppress(OSError):
            while True:
                file.write(b"x" * 65536)
        statuses = []
        for _ in range(400):  # what is left of pages already there may take a few more
            answer = learner.send(form, "4")
            statuses.append(answer.status_code)
            if answer.status_code != 303:
                break
            ledger.append({"email": learner.email, "activity": "open", "form_id": form.form_id, "value": "4"})
            form = learner.form("open")
        assert statuses[-1] == 507, statuses[-1]
        assert "votre réponse est encore dans le formulaire" in answer.text
        ready = learner.client.get("/readyz")
        assert (ready.status_code, "disk" in ready.json()["failed"]) == (503, True)
        assert learner.client.get("/runs/Ingenia+TST101+2026/units/u1").status_code in {200, 507}
        assert learner.client.get("/sign-in", follow_redirects=True).status_code == 200
        filling.unlink()
        assert learner.send(form, "4").status_code == 303  # the same form
        ledger.append({"email": learner.email, "activity": "open", "form_id": form.form_id, "value": "4"})
        assert learner.client.get("/readyz").status_code == 200
    finally:
        world.stop(site)
    (found,) = kill.audited(world, [one | {"acknowledged": True} for one in ledger])
    assert kill.is_well(found), found
    assert found["submissions"] == len(ledger)


def test_a_database_server_that_is_restarted_is_found_again_and_nothing_is_lost(served: Served) -> None:
    world: World = served.world
    if world.is_sqlite:
        pytest.skip("SQLite has no server; bin/test --postgres runs this")
    learner = Learner(world.url, someone())
    learner.arrive()
    ledger, deadline = [], time.monotonic() + 15
    cut = (
        "from django.db import connection\n"
        "with connection.cursor() as cursor:\n"
        "    cursor.execute('SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()')"
    )
    while time.monotonic() < deadline:
        world.run(cut)  # to a client the same as a restart: its connection is gone
        form = learner.form("open") if learner.client.get("/sign-in").status_code in {200, 302} else None
        began = time.monotonic()
        while form is not None:
            answer = learner.send(form, "4")
            if is_accepted(answer):
                break
            assert answer.status_code == 503, answer.text[:300]
            assert time.monotonic() - began < 5, "connections are there again within 5 s"
        if form is not None:
            entry = {"email": learner.email, "activity": "open", "form_id": form.form_id, "value": "4"}
            ledger.append(entry | {"acknowledged": True})
    (found,) = kill.audited(world, ledger)
    assert ledger
    assert found["lost"] == found["doubled"] == 0
