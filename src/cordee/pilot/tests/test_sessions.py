"""Does each question have a database of its own, though the process starts one?"""

from __future__ import annotations

import os
import threading
from pathlib import Path

import duckdb
import pytest

from cordee.pilot.sessions import session


def test_what_one_session_makes_no_other_sees() -> None:
    with session(threads=1) as one, session(threads=1) as other:
        one.execute("CREATE TEMP TABLE chosen AS SELECT 1 AS actor")
        one.execute("CREATE TEMP VIEW events AS FROM chosen")
        with pytest.raises(duckdb.CatalogException):
            other.execute("FROM events")
        other.execute("CREATE TEMP VIEW events AS SELECT 2 AS actor")
        assert (one.execute("FROM events").fetchall(), other.execute("FROM events").fetchall()) == ([(1,)], [(2,)])


def test_a_session_that_is_closed_leaves_nothing_to_the_next() -> None:
    with session(threads=1) as first:
        first.execute("CREATE TEMP TABLE chosen (actor BIGINT)")
        first.execute("SET TimeZone = 'Asia/Tokyo'")
    with session(threads=1) as second:
        assert second.execute("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'chosen'").fetchall() == [(0,)]
        assert second.execute("SELECT current_setting('TimeZone')").fetchall() == [("UTC",)]


def test_sessions_of_several_threads_ask_at_once() -> None:
    answers: dict[int, list[tuple[int]]] = {}

    def ask(number: int) -> None:
        with session(threads=1) as mine:
            mine.execute(f"CREATE TEMP TABLE mine AS SELECT {number} AS n FROM range(10000)")
            answers[number] = mine.execute("SELECT DISTINCT n FROM mine").fetchall()

    asking = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for thread in asking:
        thread.start()
    for thread in asking:
        thread.join()
    assert answers == {number: [(number,)] for number in range(8)}


def test_a_forked_process_starts_a_database_of_its_own(tmp_path: Path) -> None:
    with session(threads=1) as opened:
        opened.execute("SELECT 1")
    answer = tmp_path / "answer"
    child = os.fork()
    if child == 0:
        with session(threads=1) as mine:
            answer.write_text(str(mine.execute("SELECT 6 * 7").fetchall()), "utf-8")
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert answer.read_text("utf-8") == "[(42,)]"
