"""Is what needs much memory for a moment done in a child, with its failures told and its parent untouched?"""

from __future__ import annotations

import os
import sys
import threading
import time
from pathlib import Path

import pytest

from cordee.web.apart import Failed, do_apart

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.filterwarnings(
        "ignore:This process .* is multi-threaded:DeprecationWarning"
    ),  # of the tests themselves
]


def test_the_act_is_done_by_another_process_that_has_ended_when_it_returns(tmp_path: Path) -> None:
    noted = tmp_path / "pid"

    def note() -> None:
        noted.write_text(str(os.getpid()))

    do_apart(note)
    assert int(noted.read_text()) != os.getpid()
    with pytest.raises(ProcessLookupError):
        os.kill(int(noted.read_text()), 0)


def test_what_the_child_imports_is_not_in_the_parent() -> None:
    sys.modules.pop("this", None)

    def act() -> None:
        import wave  # noqa: F401

    before = "wave" in sys.modules
    do_apart(act)
    assert ("wave" in sys.modules) == before


@pytest.mark.parametrize("how", ["raises", "exits", "dies"])
def test_a_child_that_does_not_end_well_is_an_error_here(how: str) -> None:
    def act() -> None:
        if how == "raises":
            raise OSError("the disk is away")
        if how == "exits":
            raise SystemExit(3)
        os.kill(os.getpid(), 9)

    with pytest.raises(Failed):
        do_apart(act)


def test_asked_to_stop_the_child_is_asked_too() -> None:
    stopping = threading.Event()
    threading.Timer(0.2, stopping.set).start()
    began = time.monotonic()
    with pytest.raises(Failed, match="-15"):
        do_apart(lambda: time.sleep(20), stopping=stopping.is_set)
    assert time.monotonic() - began < 10
