"""The processes that `cordee serve` starts: `python -m cordee.web.processes web|files HOST PORT WORKERS`.

Each is a granian server with workers of its own. A process ends when the one that started it does, however that one
ended: nobody is left holding the port.
"""

from __future__ import annotations

import ctypes
import logging
import os
import signal
import sys
import threading
import time
from typing import Any

from cordee.web.environment import Environment

KILL_AFTER_S = 2  # who has not finished sending a request by then is not waited for
A_YEAR_S = 365 * 24 * 3600
PR_SET_PDEATHSIG = 1


def load_web() -> Any:
    """In a worker: Django, ready."""
    end_with_parent(signal.SIGKILL)
    from cordee.web.gate import gate
    from cordee.web.wsgi import create_application

    environment = Environment.read()
    scheme = "https" if environment.is_https else "http"  # what CORDEE_URL says, never a header: TLS ends at a proxy
    return gate(create_application(), scheme=scheme, largest_body_bytes=environment.form_bytes)


def load_files() -> Any:
    """In a worker: the content origin, ready."""
    end_with_parent(signal.SIGKILL)
    from cordee.web.files import create_application

    return create_application()


def end_with_parent(how: signal.Signals) -> None:
    """Have this process get `how` when its parent ends, even by SIGKILL."""
    parent = os.getppid()
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
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

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
        "workers_kill_timeout": KILL_AFTER_S,
    }
    if name == "files":
        return Granian("cordee.web.processes:load_files", interface=Interfaces.ASGINL, **common)
    return Granian(
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


def main(name: str, host: str, port: str, workers: str) -> None:
    """Serve until told to stop."""
    end_with_parent(signal.SIGTERM)
    server(name, host=host, port=int(port), workers=int(workers)).serve()


if __name__ == "__main__":
    main(*sys.argv[1:])
