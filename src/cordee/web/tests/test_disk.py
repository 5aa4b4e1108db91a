"""Does an answer leave only when what it tells is on the disk, and do many share one sync?"""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections

from cordee.web import disk as disks
from cordee.web import engines
from cordee.web import gate as gates
from cordee.web.disk import Disk
from cordee.web.environment import Environment
from cordee.web.tests.test_gate import FakeProtocol, FakeScope


class SlowDisk(Disk):
    """Says when each sync begins, and ends it when it is told to."""

    def __init__(self, tell: Callable[[str], None], *, held: bool = False) -> None:
        super().__init__(Path("nowhere"))
        self.tell, self.syncs, self.let_go = tell, 0, threading.Event()
        self.fails, self.took_s = False, 1.0
        if not held:
            self.let_go.set()

    def sync(self) -> None:
        self.syncs += 1
        assert self.let_go.wait(10)
        if self.fails:
            raise OSError(5, "Input/output error")
        self.tell("synced")


def gate_of(disk: Disk, said: Callable[[str], None]) -> gates.Gate:
    def application(variables: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        said(f"committed {variables['PATH_INFO']}")
        start_response("200 OK", [])
        return [b"received"]

    return gates.gate(application, scheme="http", largest_body_bytes=1, disk=disk)


def test_what_is_told_as_received_was_synced_after_it_was_committed() -> None:
    said: list[str] = []

    class Protocol(FakeProtocol):
        def response_bytes(self, status: int, headers: Any, body: bytes) -> None:
            said.append("answered")

    answer = gate_of(SlowDisk(said.append), said.append)
    asyncio.run(answer(FakeScope(method="POST"), Protocol()))  # type: ignore[arg-type] # a coroutine
    assert said == ["committed /", "synced", "answered"]


def test_many_answers_wait_for_one_sync_and_nobody_for_one_that_began_before_the_commit() -> None:
    said: list[str] = []
    disk = SlowDisk(said.append, held=True)
    answer = gate_of(disk, said.append)

    async def visits() -> list[FakeProtocol]:
        protocols = [FakeProtocol() for _ in range(40)]
        first = asyncio.ensure_future(answer(FakeScope(method="POST"), protocols[0]))
        while not disk.syncs:
            await asyncio.sleep(0)
        others = [asyncio.ensure_future(answer(FakeScope(method="POST"), one)) for one in protocols[1:]]
        while said.count("committed /") < 40:
            await asyncio.sleep(0)
        assert not any(one.answered for one in protocols)
        disk.let_go.set()
        await first
        assert disk.syncs <= 2
        await asyncio.gather(*others)
        return protocols

    assert all(one.answered[0][0] == 200 for one in asyncio.run(visits()))
    assert disk.syncs == 2


@pytest.mark.django_db
def test_a_page_that_changes_nothing_does_not_wait() -> None:
    disk = SlowDisk(lambda _word: None, held=True)
    protocol = FakeProtocol()
    asyncio.run(gate_of(disk, lambda _word: None)(FakeScope(), protocol))  # type: ignore[arg-type] # a coroutine
    assert (protocol.answered[0][0], disk.syncs) == (200, 0)


@pytest.mark.django_db(transaction=True)
def test_a_page_that_notes_the_visit_waits_as_a_form_does() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL syncs by itself")
    disk = SlowDisk(lambda _word: None)

    def note(_word: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute("CREATE TEMP TABLE IF NOT EXISTS visits (n INTEGER)")
            cursor.execute("INSERT INTO visits VALUES (1)")

    note("")  # the connection is there before the request comes
    asyncio.run(gate_of(disk, note)(FakeScope(), FakeProtocol()))  # type: ignore[arg-type] # a coroutine
    assert disk.syncs == 1
    connection.close()


def test_when_the_disk_refuses_nobody_is_told_that_it_was_received() -> None:
    disk = SlowDisk(lambda _word: None)
    disk.fails = True
    answer = gate_of(disk, lambda _word: None)

    async def twice() -> list[int]:
        protocols = [FakeProtocol(), FakeProtocol()]
        await answer(FakeScope(method="POST"), protocols[0])
        disk.fails = False
        await answer(FakeScope(method="POST"), protocols[1])
        return [one.answered[0][0] for one in protocols]

    assert asyncio.run(twice()) == [503, 200]


def test_a_quick_disk_is_synced_at_once_until_it_is_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    here: list[bool] = []
    disk = Disk(Path("nowhere"))
    monkeypatch.setattr(disk, "sync", lambda: here.append(threading.current_thread() is threading.main_thread()))

    async def twice() -> None:
        await disk.synced()
        disk.took_s = 1.0
        await disk.synced()
        await disk.synced()

    asyncio.run(twice())
    assert here == [True, False, True]


def test_the_log_of_a_real_database_is_synced_wherever_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "site.sqlite3"
    synced: list[int] = []
    monkeypatch.setattr(disks, "_sync", synced.append)
    disk = Disk(file)
    disk.sync()  # nothing there yet
    assert synced == []
    for turn in (1, 2):  # the last to close the file takes the log away; the next log is another file
        database = sqlite3.connect(file)
        for statement in engines.pragmas(synchronous="NORMAL").split(";"):
            database.execute(statement)
        database.execute(f"CREATE TABLE t{turn} (n)")
        disk.sync()
        database.close()
        assert len(synced) == turn


def test_only_processes_that_make_pages_commit_without_waiting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "synchronous=FULL" in str(engines.sqlite(tmp_path / "site.sqlite3")["OPTIONS"]["init_command"])
    options = {"OPTIONS": {"init_command": "as before"}}
    monkeypatch.setitem(connections.settings, "default", options)
    environment = Environment.read({"CORDEE_HOME": str(tmp_path)})
    disk = disks.commit_before_syncing(environment)
    assert isinstance(disk, Disk)
    assert "synchronous=NORMAL" in options["OPTIONS"]["init_command"]
