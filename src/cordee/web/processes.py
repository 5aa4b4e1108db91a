"""The processes that `cordee serve` starts: `python -m cordee.web.processes web|files HOST PORT WORKERS`, `… worker`,
`… laboratory`.

The first two are granian servers with workers of their own; the others are web/worker.py and web/judging.py. A process
ends when the one that started it does, however that one ended: nobody is left holding the port.

A server imports everything before its workers are forked from it: one that was killed is replaced in a tenth of the
time, and they share the memory of the code. What a request would import first is imported there, too: else each worker
has a copy of its own (docs/operations.md says what each process needs).
"""

from __future__ import annotations

import ctypes
import gc
import logging
import os
import signal
import sys
import threading
import time
from typing import Any

from cordee.core import figures, memory
from cordee.web import logs, probes
from cordee.web.environment import Environment

BOARD = "_CORDEE_BOARD"  # variable with the path of the board of figures, from `cordee serve` to its processes
PARENT = "_CORDEE_PARENT"  # variable with the process id of who started this one
MANY_DEATHS, OF_LATE_S, PAUSE_S = 20, 10.0, 1.0  # so many workers dead in so long: the next one starts after a pause
A_YEAR_S = 365 * 24 * 3600
PR_SET_PDEATHSIG = 1


def load_web() -> Any:
    """In a worker: Django, ready."""
    end_with_parent(signal.SIGKILL)
    join_board("web")
    from cordee.web.disk import commit_before_syncing
    from cordee.web.gate import gate
    from cordee.web.sizes import largest_bytes
    from cordee.web.wsgi import create_application

    environment = Environment.read()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cordee.web.settings")
    disk = commit_before_syncing(environment)
    scheme = "https" if environment.is_https else "http"  # what CORDEE_URL says, never a header: TLS ends at a proxy
    return gate(
        create_application(),
        scheme=scheme,
        largest_body_bytes=environment.form_bytes,
        probes=probes.probes_of_web(environment),
        disk=disk,
        largest_for=largest_bytes,
    )


def load_files() -> Any:
    """In a worker: the content origin, ready."""
    end_with_parent(signal.SIGKILL)
    join_board("files")
    from cordee.web.files import create_application

    return create_application()


def join_board(role: str) -> None:
    """Count where the site's other processes count. Without a board (a process started by hand), for oneself alone."""
    path = os.environ.get(BOARD)
    if not path:
        return
    try:
        figures.use(figures.claim_row(path, role))
    except figures.BoardUnusable:
        logging.getLogger("cordee.web").exception("this process is missing from the figures")


def end_with_parent(how: signal.Signals) -> None:
    """Have this process get `how` when its parent ends, even by SIGKILL, and even before this is called.

    The variable PARENT says who that is: whoever was killed a moment ago is nobody's parent any more, and a process
    that asked the system would take its heir for it and hold the port for ever.
    """
    parent = int(os.environ.get(PARENT) or os.getppid())
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, how)
        if os.getppid() != parent:  # it ended in between
            os.kill(os.getpid(), how)
    else:
        threading.Thread(target=_watch_parent, args=(parent, how), daemon=True).start()


def _watch_parent(parent: int, how: signal.Signals) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os.kill(os.getpid(), how)


def server(name: str, *, host: str, port: int, workers: int) -> Any:
    """The server of one kind of process."""
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server.mp import MPServer

    class Server(MPServer):
        """A worker that dies is replaced, as often as it takes; the others go on serving meanwhile.

        Granian itself gives up, workers and all, when one dies twice within 5 s.
        """

        deaths: tuple[float, ...] = ()

        def _respawn_workers(self, *words: Any, **more: Any) -> None:
            super()._respawn_workers(*words, **more)
            now = time.monotonic()
            self.deaths = (*(at for at in self.deaths if now - at < OF_LATE_S), now)
            self.respawned_wrks.clear()
            if len(self.deaths) > MANY_DEATHS:
                time.sleep(PAUSE_S)

    logging.getLogger("_granian").addFilter(_is_worth_saying)
    environment = Environment.read()
    common: dict[str, Any] = {
        "address": host,
        "port": port,
        "workers": workers,
        "factory": True,
        "websockets": False,
        "log_level": LogLevels.warning,
        "respawn_failed_workers": True,
        "respawn_interval": 0.5,
        "workers_kill_timeout": max(environment.stop_wait, 1),
        "log_dictconfig": logs.configuration(environment, name),
    }
    if name == "files":
        return Server("cordee.web.processes:load_files", interface=Interfaces.ASGINL, **common)
    return Server(
        "cordee.web.processes:load_web",
        interface=Interfaces.RSGI,
        static_path_route=["/static"],
        static_path_mount=[environment.static_folder],
        static_path_expires=A_YEAR_S,  # their names hold a hash
        **common,
    )


def _is_worth_saying(record: logging.LogRecord) -> bool:
    """Granian warns of each worker that it ends while somebody sends half a request: stopping is meant to be so.

    Measured: idle connections that are kept open do not hold a worker; half a head or half a form does.
    """
    return "refused to gracefully stop" not in record.getMessage()


@memory.importing()
def import_pages() -> None:
    """Everything that a page may need, with no connection open."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cordee.web.settings")
    from django.core.wsgi import get_wsgi_application

    get_wsgi_application()  # and the middleware; each worker makes its own
    from django.contrib.auth.hashers import make_password
    from django.db.models.sql import compiler  # noqa: F401 - with the first query
    from django.template.loader import get_template
    from django.urls import get_resolver

    from cordee.courses.kinds import installed
    from cordee.web import disk, gate, wsgi  # noqa: F401 - with the first request

    _ = get_resolver().url_patterns
    get_template("ui/error.html")
    make_password("so that its library is imported")
    installed()
    probes.migrations_of_the_code()


@memory.importing()
def import_files() -> None:
    """What the content origin needs."""
    from cordee.web import files  # noqa: F401 - for those who are forked


def keep_for_all() -> None:
    """What was imported is no garbage: looking at it again would copy it into each worker."""
    gc.collect()
    memory.give_back()
    gc.freeze()


def main(name: str, host: str = "", port: str = "", workers: str = "") -> None:
    """Serve, or work, until told to stop."""
    end_with_parent(signal.SIGTERM)
    if name == "worker":
        from cordee.web import worker

        join_board("worker")
        worker.main()
        return
    if name == "laboratory":
        from cordee.web import judging

        join_board("laboratory")
        judging.main()
        return
    os.environ[PARENT] = str(os.getpid())  # of the workers
    import_pages() if name == "web" else import_files()
    made = server(name, host=host, port=int(port), workers=int(workers))
    keep_for_all()
    made.serve()


if __name__ == "__main__":
    main(*sys.argv[1:])
