"""The demo fetches the C compiler once it is up."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from cordee.web import fetching
from cordee.web.serving import Child, Supervisor, laboratory


def checkout(at: Path, script: str) -> Path:
    (at / "bin").mkdir()
    (at / "bin" / "setup").write_text(script, encoding="utf-8")
    return at


def fetched(at: Path, script: str) -> tuple[list[Child], list[str]]:
    said: list[str] = []
    supervisor = Supervisor([], said.append)
    thread = fetching.fetch_compiler(supervisor, laboratory(), said.append, root=checkout(at, script))
    assert thread is not None
    thread.join(20)
    assert not thread.is_alive()
    return supervisor.children, said


def test_where_the_compiler_lacks_it_is_fetched_and_the_laboratory_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "has_laboratory", (tmp_path / "there").exists)
    children, said = fetched(tmp_path, f'[ "$1" = --c ] && touch {tmp_path}/there\n')
    assert [child.name for child in children] == ["laboratory"]
    assert "Fetching" in said[0]
    assert "builds its library now" in said[1]


def test_what_cannot_be_fetched_is_said_and_the_site_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "has_laboratory", lambda: False)
    children, said = fetched(tmp_path, "exit 1\n")
    assert children == []
    assert "could not be fetched" in said[-1]


def test_where_the_compiler_is_nothing_is_fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "has_laboratory", lambda: True)
    said: list[str] = []
    supervisor = Supervisor([], said.append)
    assert fetching.fetch_compiler(supervisor, laboratory(), said.append, root=tmp_path) is None
    assert said == []


def test_a_site_that_stops_does_not_wait_for_the_compiler(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "has_laboratory", lambda: False)
    supervisor = Supervisor([], lambda _words: None)
    root = checkout(tmp_path, f"touch {tmp_path}/begun; sleep 600 & echo $! > {tmp_path}/pid; wait\n")
    thread = fetching.fetch_compiler(supervisor, laboratory(), lambda _words: None, root=root)
    assert thread is not None
    until = time.monotonic() + 20
    while not (tmp_path / "pid").exists() and time.monotonic() < until:
        time.sleep(0.05)
    supervisor.times_asked_to_stop = 1
    thread.join(20)
    assert not thread.is_alive()
