"""What does an operator's Prometheus see? A few figures, at an address of their own that the site never shows.

`cordee serve` gives them at CORDEE_METRICS (nowhere unless it is set) from the process that watches the others, which
has nothing else to do: a scrape costs no page anything. https://prometheus.io/docs/instrumenting/exposition_formats/
"""

from __future__ import annotations

import platform
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import cordee
from cordee.core import clock, figures
from cordee.core.errors import N_, Conflict
from cordee.core.figures import MICROSECONDS, Board, Figure
from cordee.web.environment import Environment

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
SLOWEST_S = 5.0  # for a scraper to send its request, or take the answer
OK, NOT_FOUND, NOT_ALLOWED, FORBIDDEN = 200, 404, 405, 403
Levels = Callable[[], Iterator[str]]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, place: tuple[str, int], page: Callable[[], str]) -> None:
        if ":" in place[0]:
            import socket

            self.address_family = socket.AF_INET6
        self.page = page
        self.host = place[0]
        super().__init__(place, _Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """A scraper that goes away half-way is none of our errors."""


class _Handler(BaseHTTPRequestHandler):
    timeout = SLOWEST_S
    server: _Server
    server_version = "Cordee"
    sys_version = ""

    def do_GET(self) -> None:
        host = self.headers.get("Host", "").rpartition(":")[0].strip("[]") or self.headers.get("Host", "")
        if host not in {self.server.host, "localhost", "127.0.0.1", "::1"}:
            self._answer(FORBIDDEN, "This host name is none of ours.\n")  # a page elsewhere made a browser ask
        elif self.path.partition("?")[0] != "/metrics":
            self._answer(NOT_FOUND, "Figures are at /metrics.\n")
        else:
            self._answer(OK, self.server.page())

    def do_HEAD(self) -> None:
        self.do_GET()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's own name
        """Scrapes are in no log."""

    def _answer(self, status: int, text: str) -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", CONTENT_TYPE)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)


def serve(place: tuple[str, int], board: Board, levels: Levels) -> Callable[[], None]:
    """Give the figures there until the returned function is called. Raises Conflict."""
    host, port = place
    try:
        server = _Server((host, port), lambda: page(board, levels))
    except OSError as wrong:
        raise Conflict(
            N_("Figures cannot be given at {host}:{port}: {why}. Set CORDEE_METRICS to another port."),
            host=host,
            port=port,
            why=wrong.strerror or wrong,
        ) from None
    threading.Thread(target=server.serve_forever, name="metrics", daemon=True).start()

    def stop() -> None:
        server.shutdown()
        server.server_close()

    return stop


def page(board: Board, levels: Levels) -> str:
    """The whole answer."""
    lines = [line for figure in figures.FIGURES for line in _lines_of(figure, board)]
    lines += levels()
    return "\n".join(lines) + "\n"


def levels_of(environment: Environment, running: Callable[[], dict[str, int]]) -> Levels:
    """What is measured when asked: room, size of the database, processes. 1 query, 2 with PostgreSQL."""

    def levels() -> Iterator[str]:
        usage = shutil.disk_usage(environment.home)
        yield from _level("cordee_disk_free_bytes", "Room left on the disk of the home folder.", {"": usage.free})
        yield from _level("cordee_disk_size_bytes", "Size of that disk.", {"": usage.total})
        size = database_bytes(environment)
        if size is not None:
            yield from _level("cordee_database_size_bytes", "Size of the database.", {"": size})
        yield from _queue_levels()
        up = {f'{{process="{name}"}}': count for name, count in running().items()}
        yield from _level("cordee_servers_up", "Servers that run now, by kind.", up)
        build = f'{{version="{cordee.__version__}",python="{platform.python_version()}"}}'
        yield from _level("cordee_build_info", "Which release this is.", {build: 1})

    return levels


def _queue_levels() -> Iterator[str]:
    """How the queue of jobs stands (1 query); nothing when the database does not answer now."""
    from django.db import DatabaseError, connection

    from cordee.jobs.queries import queue_state

    try:
        with closing(connection):
            state = queue_state()
    except DatabaseError:
        return
    age_s = (clock.now() - state.oldest_at).total_seconds() if state.oldest_at else 0
    yield from _level("cordee_jobs_waiting", "Jobs that wait to be done.", {"": state.waiting})
    yield from _level("cordee_job_oldest_seconds", "For how long the oldest of them has waited.", {"": int(age_s)})
    yield from _level("cordee_jobs_failed", "Jobs given up, until an operator says otherwise.", {"": state.given_up})


def database_bytes(environment: Environment) -> int | None:
    """Bytes of the database with its journal; None when it does not answer now."""
    from django.db import DatabaseError, connection

    file = environment.database_file
    if file is not None:
        parts = (file, file.with_name(f"{file.name}-wal"))
        return sum(_size(part) for part in parts)
    try:
        with closing(connection), connection.cursor() as cursor:
            cursor.execute("SELECT pg_database_size(current_database())")
            return int(cursor.fetchone()[0])
    except DatabaseError:
        return None


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _level(name: str, meaning: str, values: dict[str, int]) -> Iterator[str]:
    yield f"# HELP {name} {meaning}"
    yield f"# TYPE {name} gauge"
    for labels, value in values.items():
        yield f"{name}{labels} {value}"


def _lines_of(figure: Figure, board: Board) -> Iterator[str]:
    kind = "histogram" if figure.classes else "gauge" if figure.is_level else "counter"
    yield f"# HELP {figure.name} {figure.meaning}"
    yield f"# TYPE {figure.name} {kind}"
    for values in figure.combinations():
        cells = board.cells(figure, values)
        words = [f'{label}="{value}"' for label, value in zip(figure.labels, values, strict=True)]
        if not figure.classes:
            yield f"{figure.name}{_braces(words)} {_signed(cells[0]) if figure.is_level else cells[0]}"
            continue
        *classes, microseconds = cells
        seen = 0
        for bound, count in zip([*map(str, figure.classes), "+Inf"], classes, strict=True):
            seen += count
            edge = f'le="{bound}"'
            yield f"{figure.name}_bucket{_braces([*words, edge])} {seen}"
        yield f"{figure.name}_sum{_braces(words)} {microseconds / MICROSECONDS}"
        yield f"{figure.name}_count{_braces(words)} {seen}"


def _braces(words: list[str]) -> str:
    return f"{{{','.join(words)}}}" if words else ""


def _signed(value: int) -> int:
    """A level below nothing for a moment (one process counts down before another's count up is read) is nothing."""
    return 0 if value >= 2**63 else value
