"""How is something done that needs much memory for a moment, in a process that lives for months with little?

In a child that is forked for it and ends with it. It begins with everything that its parent has imported, so it costs
what the act itself imports; what it took is the system's again.
"""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

LOOK_S = 0.02
AT_ONCE = nullcontext()
KILLED_AFTER_S = 30.0  # for a child that was asked to stop

logger = logging.getLogger("cordee.worker")


class Failed(Exception):
    """The child did not end well; why is in the log."""


def do_apart(
    act: Callable[[], None],
    *,
    stopping: Callable[[], bool] = lambda: False,
    quiet: AbstractContextManager[object] = AT_ONCE,
) -> None:
    """Call `act` in a child and wait for it. Asked to stop, the child is sent SIGTERM, as this process was.

    `quiet` is entered while the child is made: when no other thread is in the middle of something. Raises Failed.
    Database connections are closed before: two processes cannot share one. Where this process itself has loaded DuckDB,
    `act` is called here: there is nothing left to save, and a child without its threads would crash.
    """
    if "duckdb" in sys.modules:
        act()
        return
    from django.db import connections

    connections.close_all()
    parent = os.getpid()
    with quiet:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()  # else what waits in them would be written twice
        child = os.fork()
        if child == 0:
            _be_child(act, parent)
    asked = 0.0
    while True:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            break
        if stopping() and not asked:
            asked = time.monotonic()
            os.kill(child, signal.SIGTERM)
        elif asked and time.monotonic() > asked + KILLED_AFTER_S:
            os.kill(child, signal.SIGKILL)
        time.sleep(LOOK_S)
    if status:
        raise Failed(f"it ended with {os.waitstatus_to_exitcode(status)}")


def _be_child(act: Callable[[], None], parent: int) -> None:
    from cordee.web import processes

    code = 1
    try:
        os.environ[processes.PARENT] = str(parent)
        processes.end_with_parent(signal.SIGKILL)
        act()
        code = 0
    except BaseException:  # also SystemExit: nothing of the parent may go on here
        logger.exception("failed in a process of its own")
    finally:
        with contextlib.suppress(Exception):
            logging.shutdown()
            for stream in (sys.stdout, sys.stderr):
                stream.flush()
        os._exit(code)
