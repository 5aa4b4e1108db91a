"""How does `cordee serve` keep the site's processes running, and when does it refuse to start?"""

from __future__ import annotations

import contextlib
import importlib.util
import ipaddress
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from cordee.core import figures
from cordee.core.errors import N_, Conflict, InputRefused, NotAllowed
from cordee.core.figures import Board
from cordee.web.command_language import gettext as _
from cordee.web.environment import DEFAULT_PORT, LAST_PORT, Environment, host_of, is_url_told, port_of
from cordee.web.processes import PARENT
from cordee.web.reasons import reason_of

Say = Callable[[str], None]
FILES_WORKERS = 1
STOP_MARGIN_S = 3.0  # beyond what requests in progress are given
FIRST_WAIT_S = 0.5
LONGEST_WAIT_S = 30.0
LIVED_LONG_S = 60.0
READY_S = 60.0
LOCK = "serving.lock"  # in the home folder, held while it is served; holds the address
POLL_S = 0.1
LAST_PORT_OF_THE_SYSTEM = 1023  # below, Unix asks for rights


@dataclass(frozen=True, slots=True)
class Place:
    """Where the site answers on this machine."""

    host: str
    port: int

    @property
    def files_port(self) -> int:
        return self.port + 1


@dataclass(slots=True)
class Child:
    """One process under watch."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    wait_s: float = FIRST_WAIT_S
    again_at: float = 0.0


@dataclass(slots=True)
class Supervisor:
    """Starts the children, starts them again when they die, stops them together."""

    children: list[Child]
    say: Say
    board: Board = field(default_factory=figures.own_board)
    stop_delay_s: float = 0.0
    stop_wait_s: float = 5.0
    times_asked_to_stop: int = field(default=0, init=False)

    @property
    def asked_to_stop(self) -> bool:
        return self.times_asked_to_stop > 0

    def run(self, ready: Callable[[], None]) -> None:
        """Until SIGTERM or SIGINT. `ready` is called once, when everything has been started."""
        with self._signals():
            try:
                for child in self.children:
                    _start(child)
                ready()
                while not self.asked_to_stop:
                    self._look_after()
                    time.sleep(POLL_S)
            finally:
                self.stop()

    def stop(self) -> None:
        """End every child: say so at `/readyz`, then let requests in progress end, then end what is left.

        Asked a second time, end everything at once. No process is left when this returns.
        """
        self.board.say_stopping()
        running = [child.process for child in self.children if child.process and child.process.poll() is None]
        self._wait(self.stop_delay_s, running)
        for process in running:
            process.terminate()
        self._wait(self.stop_wait_s + STOP_MARGIN_S, running)
        for process in running:
            _end_group(process)
            process.wait()

    def running(self) -> dict[str, int]:
        """How many servers of each kind run now."""
        return {child.name: int(child.process is not None and child.process.poll() is None) for child in self.children}

    def _wait(self, seconds: float, running: list[subprocess.Popen[bytes]]) -> None:
        """For `seconds`, for the end of all, or until asked to stop once more."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and self.times_asked_to_stop < 2:  # noqa: PLR2004 - twice is at once
            if all(process.poll() is not None for process in running):
                return
            time.sleep(POLL_S / 4)

    def _look_after(self) -> None:
        now = time.monotonic()
        for child in self.children:
            if child.process is None:
                if now >= child.again_at:
                    _start(child)
            elif (code := child.process.poll()) is not None:
                _end_group(child.process)
                if now - child.started > LIVED_LONG_S:
                    child.wait_s = FIRST_WAIT_S
                words = _("The process {name} ended ({code}); it starts again in {seconds} s.")
                self.say(words.format(name=child.name, code=code, seconds=f"{child.wait_s:g}"))
                self.board.add(figures.RESTARTS, (child.name,))
                child.process, child.again_at = None, now + child.wait_s
                child.wait_s = min(child.wait_s * 2, LONGEST_WAIT_S)

    @contextlib.contextmanager
    def _signals(self) -> Iterator[None]:
        def ask(*_: object) -> None:
            self.times_asked_to_stop += 1

        before = {number: signal.signal(number, ask) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def place_for(host: str | None, port: int | None) -> Place:
    """Where to listen: as told, else where CORDEE_URL says when that is this machine, else 127.0.0.1:8000.

    Without CORDEE_URL, the public address becomes this place, for this process and its children.
    """
    if is_url_told(os.environ):
        url = Environment.read().url
        local = host_of(url) in {"127.0.0.1", "localhost"}
        return Place(host or "127.0.0.1", port or (port_of(url) if local else DEFAULT_PORT))
    place = Place(host or "127.0.0.1", port or DEFAULT_PORT)
    if not is_loopback(place.host):
        raise InputRefused(
            N_("Other machines could reach {host}, but the public address is not known. Set CORDEE_URL to it."),
            host=place.host,
        )
    os.environ["CORDEE_URL"] = f"http://{place.host}:{place.port}"
    return place


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches `host`."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def check_ports(place: Place, only: str | None) -> None:
    """Raise `Conflict` naming the option when a port is taken."""
    ports = {"web": place.port, "files": place.files_port}
    for name, port in ports.items():
        wrong = why_taken(place.host, port) if only in {None, name} else None
        if isinstance(wrong, PermissionError):
            raise NotAllowed(
                N_(
                    "Port {port} is kept for the system, and this account may not use it."
                    " Choose one above {limit}, e.g. --port {other}."
                ),
                port=port,
                limit=LAST_PORT_OF_THE_SYSTEM,
                other=other_port(place),
            )
        if wrong:
            raise Conflict(
                N_(
                    "Port {port} of {host} cannot be used: {why}."
                    " Stop what uses it, or choose another pair of ports, e.g. --port {other}."
                ),
                port=port,
                host=place.host,
                why=reason_of(wrong),
                other=other_port(place),
            )


def other_port(place: Place) -> int:
    """A pair of ports to name as an example: any account may use it, and nobody does now."""
    begin = place.port + 10 if place.port > LAST_PORT_OF_THE_SYSTEM else DEFAULT_PORT
    for port in chain(range(begin, LAST_PORT, 10), range(DEFAULT_PORT, LAST_PORT, 10)):
        if not (why_taken(place.host, port) or why_taken(place.host, port + 1)):
            return port
    return DEFAULT_PORT


def why_taken(host: str, port: int) -> OSError | None:
    """Why nobody can listen there; None when one can."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as wrong:
            return wrong
    return None


def children_for(place: Place, *, workers: int, only: str | None) -> list[Child]:
    """The processes of this site."""
    wanted = [("web", place.port, workers), ("files", place.files_port, FILES_WORKERS)]
    module = [sys.executable, "-m", "cordee.web.processes"]
    servers = [Child(name, [*module, name, place.host, str(port), str(count)]) for name, port, count in wanted]
    apart = [Child("worker", [*module, "worker"]), *([laboratory()] if has_laboratory() else [])]
    return [child for child in (*servers, *apart) if only in {None, child.name}]


def laboratory() -> Child:
    """The process that judges programs of learners."""
    return Child("laboratory", [sys.executable, "-m", "cordee.web.processes", "laboratory"])


def has_laboratory() -> bool:
    """Whether programs of learners can be judged here: the compiler is installed, and the system confines it."""
    return sys.platform == "linux" and all(importlib.util.find_spec(name) for name in ("ziglang", "wasmtime"))


def worker_count(environment: Environment) -> int:
    """As the setting says, else one a core and at least two: one may be busy."""
    return environment.workers or max(2, os.cpu_count() or 1)


def wait_until_ready(place: Place, only: str | None, *, still_wanted: Callable[[], bool]) -> bool:
    """Whether every process answered within a minute."""
    ports = [port for name, port in (("web", place.port), ("files", place.files_port)) if only in {None, name}]
    deadline = time.monotonic() + READY_S
    while ports and time.monotonic() < deadline and still_wanted():
        ports = [port for port in ports if not _answers(place.host, port)]
        time.sleep(POLL_S if ports else 0)
    return not ports


@contextlib.contextmanager
def folder_in_use(home: Path, url: str) -> Iterator[None]:
    """Tell other commands that a server uses this home folder, and at which address, as long as this lasts."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / LOCK).open("a", encoding="utf-8") as lock:
        if sys.platform != "win32":
            import fcntl

            fcntl.flock(lock, fcntl.LOCK_SH)
        with contextlib.suppress(OSError):  # a full disk: the site is served all the same
            lock.truncate(0)
            lock.write(f"{url}\n")
            lock.flush()
        yield


def address_of(environment: Environment) -> str:
    """The site's address: CORDEE_URL, else where it is served, or was last; where it would be when it never was."""
    if os.environ.get("CORDEE_URL") or os.environ.get("CORDEE_URL_FILE"):
        return environment.url
    try:
        written = (environment.home / LOCK).read_text("utf-8").strip()
    except (OSError, UnicodeError):
        return environment.url
    return written or environment.url


def is_in_use(home: Path) -> bool:
    """Whether a server uses this home folder now."""
    path = home / LOCK
    if not path.exists() or sys.platform == "win32":
        return False
    import fcntl

    try:
        lock = path.open("a")
    except OSError:
        return False  # who may not write there does not serve it
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return True
    return False


def _start(child: Child) -> None:
    variables = os.environ | {PARENT: str(os.getpid())}
    child.process = subprocess.Popen(child.command, env=variables, start_new_session=True)  # noqa: S603 - ours
    child.started = time.monotonic()


def _end_group(process: subprocess.Popen[bytes]) -> None:
    """End what a child may have left running."""
    if sys.platform == "win32":
        process.kill()
        return
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _answers(host: str, port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://{host}:{port}/readyz", timeout=2) as answer:
            return bool(answer.status == 200)  # noqa: PLR2004
    except urllib.error.HTTPError as refused:
        with refused:  # it answers: that the disk is nearly full, for instance, is for the operator to mend
            return refused.code == 503 and b'"database"' not in refused.read()  # noqa: PLR2004
    except (OSError, urllib.error.URLError):
        return False
