"""Programs that an author tries in the preview are judged, in a thread beside the pages.

Nothing is started before the first one is handed in: the compiler's library takes half a minute to build. It is kept
where the site would keep it, so that this happens once.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from cordee.web import serving
from cordee.web.environment import default_home

LOOK_S: Final = 0.2
END_S: Final = 5.0


def kept_library() -> Path:
    """Where a site of this machine's usual folder keeps the compiler's library; ask before the preview has its own."""
    given = os.environ.get("CORDEE_HOME", "").strip()
    return (Path(given).expanduser().absolute() if given else default_home()) / "code"


@contextlib.contextmanager
def judging(kept: Path) -> Iterator[None]:
    """As long as this lasts. Where there is no compiler, programs wait, and their page says why."""
    if not serving.has_laboratory():
        yield
        return
    stopping = threading.Event()
    thread = threading.Thread(target=_judge, args=(kept, stopping), name="judges", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopping.set()
        thread.join(END_S)


def _judge(kept: Path, stopping: threading.Event) -> None:
    from django.db import connections

    from cordee.core import clock
    from cordee.jobs.queries import anything_due
    from cordee.learning.judging.handing_in import rest, works
    from cordee.web.environment import Environment
    from cordee.web.judging import make_ready, perform, wake

    try:
        jobs = works()
        while not anything_due(tuple(jobs), now=clock.now()):
            if stopping.wait(LOOK_S):
                return
        environment = Environment.read()
        with contextlib.suppress(OSError):  # it may not be written there: then it is built for this preview alone
            kept.mkdir(parents=True, exist_ok=True)
            environment.code_folder.symlink_to(kept)
        if make_ready(environment, stopping):
            woken = threading.Event()
            judge = threading.Thread(target=perform, args=(jobs, stopping, woken), name="judge", daemon=True)
            judge.start()
            wake(jobs, stopping, woken)
            judge.join(END_S)
            rest()
    finally:
        connections.close_all()
