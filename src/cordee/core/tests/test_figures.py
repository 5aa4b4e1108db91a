"""Do several processes count together, and does a killed one leave its counts and its row?"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys

import pytest

from cordee.core import figures

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="rows are claimed by locks of POSIX")


def count(path: str, times: int, then_wait: bool) -> None:
    board = figures.claim_row(path, "web")
    board.add(figures.IN_FLIGHT)
    for _ in range(times):
        board.add(figures.SUBMISSIONS)
    if then_wait:
        signal.pause()
    board.add(figures.IN_FLIGHT, (), -1)


def started(path: str, times: int, *, then_wait: bool = False) -> multiprocessing.process.BaseProcess:
    process = multiprocessing.get_context("spawn").Process(target=count, args=(path, times, then_wait))
    process.start()
    return process


@pytest.mark.long
def test_processes_that_count_at_once_lose_nothing() -> None:
    board, path = figures.make_board()
    for process in [started(path, 20_000) for _ in range(3)]:
        process.join(60)
    assert board.total(figures.SUBMISSIONS) == 60_000
    assert board.total(figures.STARTS, ("web",)) == 3
    assert board.total(figures.IN_FLIGHT) == 0
    figures.forget_board(path)


@pytest.mark.long
def test_a_killed_process_leaves_its_counts_and_its_row_to_the_next() -> None:
    board, path = figures.make_board()
    for _ in range(3):
        process = started(path, 10, then_wait=True)
        while board.total(figures.SUBMISSIONS) % 10 or board.total(figures.IN_FLIGHT) == 0:
            process.join(0.01)
        assert process.pid is not None
        os.kill(process.pid, signal.SIGKILL)
        process.join(10)
        next_one = started(path, 0)
        next_one.join(60)
        assert board.total(figures.IN_FLIGHT) == 0  # what the killed one held is forgotten with it
    assert board.total(figures.SUBMISSIONS) == 30
    assert sum(board._all[1 * figures.CELLS : 2 * figures.CELLS]) > 0
    assert sum(board._all[2 * figures.CELLS :]) == 0  # all of them had the first row in turn
    figures.forget_board(path)


def test_every_row_taken_is_said_and_nothing_is_shared_by_mistake() -> None:
    board, path = figures.make_board()
    with pytest.raises(figures.BoardUnusable):
        figures.claim_row("/nowhere/board", "web")
    assert board.total(figures.STARTS, ("web",)) == 0
    figures.forget_board(path)


def test_a_duration_falls_into_its_class() -> None:
    board = figures.own_board()
    for seconds in (0.001, 0.005, 0.3, 60.0):
        board.observe(figures.DURATIONS, seconds, ("learning",))
    *classes, above, microseconds = board.cells(figures.DURATIONS, ("learning",))
    assert (classes[0], classes[6], above, sum(classes)) == (2, 1, 1, 3)
    assert microseconds == 60_306_000
    with pytest.raises(KeyError):
        board.add(figures.REQUESTS, ("nobody", "2xx"))


@pytest.mark.parametrize(("status", "name"), [(101, "2xx"), (200, "2xx"), (303, "3xx"), (429, "4xx"), (507, "5xx")])
def test_a_status_has_its_class(status: int, name: str) -> None:
    assert figures.status_class(status) == name


def test_stopping_is_seen_by_every_process() -> None:
    board, path = figures.make_board()
    other = figures.claim_row(path, "files")
    assert not other.is_stopping
    board.say_stopping()
    assert other.is_stopping
    figures.forget_board(path)
