"""How does `cordee pilot serve` keep the pilot's pages running, and when does it refuse to start?"""

from __future__ import annotations

import gc
import logging
import os
import secrets
import signal
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cordee.core.errors import N_, Conflict, NotAllowed
from cordee.pilot.store import Store
from cordee.web import logs, processes, serving
from cordee.web.command_language import gettext as _
from cordee.web.environment import DEFAULT_PORT, Environment
from cordee.web.gate import Gate, gate
from cordee.web.pilot_site import variables
from cordee.web.reasons import reason_of

READY = "/healthz"
READY_S = 60.0
A_YEAR_S = 365 * 24 * 3600
SETTINGS = "cordee.web.pilot_site.settings"


def serve(folder: Path, *, host: str, port: int | None, say: Callable[[str], None], demo: bool = False) -> None:
    """Serve the pages of this store until told to stop. Raises `CordeeError` when they must not or cannot be served."""
    Store(folder)  # says what is missing before anything is started
    port = port or DEFAULT_PORT
    environment = Environment.read()
    _refuse_open_doors(host, environment)
    _refuse_taken_port(host, port)
    with tempfile.TemporaryDirectory(prefix="cordee-pilot-") as static:
        os.environ.update(
            {
                "DJANGO_SETTINGS_MODULE": SETTINGS,
                "CORDEE_LOG_LEVEL": os.environ.get("CORDEE_LOG_LEVEL") or "warning",
                "CORDEE_LOG_FORMAT": os.environ.get("CORDEE_LOG_FORMAT") or "text",
                variables.STORE: str(folder.resolve()),
                variables.STATIC: static,
                variables.SECRET: secrets.token_hex(32),
                variables.PASSWORD_HASH: "" if serving.is_loopback(host) else _hash(environment.pilot_password),
                variables.DEMO: "1" if demo else "",
                processes.PARENT: str(os.getpid()),
            }
        )
        _collect_static()
        url = f"http://{host if ':' not in host else f'[{host}]'}:{port}"
        threading.Thread(target=_announce, args=(url, say), daemon=True).start()
        _server(host, port, static).serve()


def load() -> Gate:
    """In a worker: Django with the pilot's pages, ready."""
    processes.end_with_parent(signal.SIGKILL)
    import django

    django.setup()
    from django.core.handlers.wsgi import WSGIHandler

    threading.Thread(target=_warm, daemon=True).start()
    environment = Environment.read()
    return gate(
        WSGIHandler(),
        scheme="http",
        largest_body_bytes=environment.form_bytes,
        probes={READY: lambda: (200, "ok\n")},
    )


def _warm() -> None:
    from cordee.pilot import views
    from cordee.web.pilot_site.urls import desk_of_all

    try:
        views.warm(desk_of_all())
    except Exception:  # what cannot be asked now is told on its page
        logging.getLogger("cordee.web").exception("the pages could not be prepared")
    gc.collect()
    gc.freeze()  # what every page needs is no garbage: to look at it again costs the first page after an import a third


def _hash(password: str) -> str:
    from cordee.web.pilot_site.password import hash_of

    return hash_of(password)


def _collect_static() -> None:
    import django
    from django.core.management import call_command

    django.setup()
    call_command("collectstatic", interactive=False, verbosity=0)


def _server(host: str, port: int, static: str) -> Any:
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server.mp import MPServer

    # One worker: a page asks DuckDB, which uses every core by itself; and wrong passwords are counted in one place.
    logging.getLogger("_granian").addFilter(lambda record: "refused to gracefully stop" not in record.getMessage())
    return MPServer(
        "cordee.web.pilot_site.serving:load",
        address=host,
        port=port,
        workers=1,
        factory=True,
        websockets=False,
        interface=Interfaces.RSGI,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        respawn_interval=0.5,
        workers_kill_timeout=5,
        static_path_route=["/static"],
        static_path_mount=[Path(static)],
        static_path_expires=A_YEAR_S,
        log_dictconfig=logs.configuration(Environment.read(), "pilot"),
    )


def _announce(url: str, say: Callable[[str], None]) -> None:
    """Once the pages answer, say where."""
    until = time.monotonic() + READY_S
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(f"{url}{READY}", timeout=2):  # noqa: S310 - http, this machine
                say(_("The pages are at {url} – stop them with Ctrl-C.").format(url=url))
                return
        except (OSError, urllib.error.URLError):
            time.sleep(0.1)
    print(_("The pages do not answer yet; the lines above may say why."), file=sys.stderr)  # noqa: T201


def _refuse_open_doors(host: str, environment: Environment) -> None:
    if not serving.is_loopback(host) and not environment.pilot_password:
        raise NotAllowed(
            N_(
                "Other machines could reach {host}, and these pages speak of people. Set a password in"
                " CORDEE_PILOT_PASSWORD (or a file that holds it in CORDEE_PILOT_PASSWORD_FILE), or leave"
                " --host-address out."
            ),
            host=host,
        )


def _refuse_taken_port(host: str, port: int) -> None:
    wrong = serving.why_taken(host, port)
    if wrong is not None:
        raise Conflict(
            N_(
                "Port {port} of {host} cannot be used: {why}."
                " Stop what uses it, or choose another, e.g. --port {other}."
            ),
            port=port,
            host=host,
            why=reason_of(wrong),
            other=serving.other_port(serving.Place(host, port)),
        )
