"""How do the tests get a PostgreSQL server? with_postgresql.py COMMAND... starts one, runs the command, stops it.

The command finds the server's address, with a password made for this run, in TEST_POSTGRESQL. The server listens on
this machine only, runs as an ordinary user, keeps its rows in memory where that can be, with fsync on, and ends when
this script does, however that ends. Its programs are looked for in TEST_POSTGRESQL_BIN, in PATH, then where Debian has
them; the newest is taken.
"""

from __future__ import annotations

import ctypes
import os
import pwd
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it
ROOM_BYTES = 1024**3
READY_S = 60.0
STOP_S = 30.0
TRIES = 5  # another program may take the free port first
PR_SET_PDEATHSIG = 1
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "30min",
    "autovacuum_naptime": "10s",
    "log_min_messages": "fatal",
}
# Sorted as French people sort, as on many servers: no page and no test may lean on the order of bytes.
SORTING = ("--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=fr-FR")
ADVICE = "On Debian or Ubuntu: apt install postgresql. Elsewhere name the folder of initdb: TEST_POSTGRESQL_BIN=/path"


class CannotStart(Exception):
    """Why there is no server, and what to do."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Who runs the server: PostgreSQL refuses root."""

    user: int | None  # None: whoever runs this script
    group: int | None

    def run(self, *words: str | Path) -> None:
        """Raises `CannotStart` with what the program said."""
        done = subprocess.run(  # noqa: S603 - PostgreSQL's own programs
            words, cwd="/", capture_output=True, text=True, check=False, **self._as_them()
        )
        if done.returncode:
            raise CannotStart(f"{words[0]} failed:\n{done.stdout}{done.stderr}")

    def start(self, *words: str | Path, log: Path) -> subprocess.Popen[bytes]:
        with log.open("ab") as out:
            return subprocess.Popen(  # noqa: S603 - as above
                words,
                cwd="/",
                stdout=out,
                stderr=out,
                preexec_fn=_end_with_parent,  # noqa: PLW1509 - this script has one thread
                start_new_session=True,
                **self._as_them(),
            )

    def _as_them(self) -> dict[str, Any]:
        return {} if self.user is None else {"user": self.user, "group": self.group, "extra_groups": []}


def owner() -> Owner:
    if os.geteuid() != 0:
        return Owner(None, None)
    for name in ("postgres", "nobody"):
        try:
            account = pwd.getpwnam(name)
        except KeyError:
            continue
        return Owner(account.pw_uid, account.pw_gid)
    raise CannotStart("PostgreSQL refuses root, and this machine has neither a user postgres nor a user nobody.")


def programs() -> Path:
    """The folder that holds initdb and postgres."""
    given = os.environ.get("TEST_POSTGRESQL_BIN", "")
    found = shutil.which("postgres")
    debian = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(re.sub(r"\D", "", path.parent.name) or 0)
    )
    for folder in [Path(given)] if given else [*([Path(found).parent] if found else []), *reversed(debian)]:
        if (folder / "initdb").is_file() and (folder / "postgres").is_file():
            return folder
    raise CannotStart(f"no PostgreSQL server was found. {ADVICE}")


@contextmanager
def server(settings: Mapping[str, str] = MappingProxyType({})) -> Iterator[str]:
    """The address of a server, up to the port: postgresql://user:password@127.0.0.1:port."""
    folder, who = programs(), owner()
    roomy = MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM_BYTES
    home = Path(tempfile.mkdtemp(prefix="cordee-postgresql-", dir=MEMORY if roomy else None))
    process = None
    try:
        password = secrets.token_hex(16)
        (home / "password").write_text(password)
        if who.user is not None and who.group is not None:
            for path in (home, home / "password"):
                os.chown(path, who.user, who.group)
        make = ("--auth=scram-sha-256", "--username=cordee", f"--pwfile={home / 'password'}", "--encoding=UTF8")
        who.run(folder / "initdb", *make, *SORTING, "--no-sync", "-D", home / "data")
        process, port = _started(folder, who, home, {**SETTINGS, **settings})
        yield f"postgresql://cordee:{password}@127.0.0.1:{port}"
    finally:
        if process is not None:
            _stop(process)
        shutil.rmtree(home, ignore_errors=True)


def _started(folder: Path, who: Owner, home: Path, settings: Mapping[str, str]) -> tuple[subprocess.Popen[bytes], int]:
    log = home / "log.txt"
    options = [f"--{name}={value}" for name, value in settings.items()]
    for _ in range(TRIES):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        sockets = f"--unix_socket_directories={home}"
        process = who.start(folder / "postgres", "-D", home / "data", f"--port={port}", sockets, *options, log=log)
        deadline = time.monotonic() + READY_S
        while process.poll() is None and time.monotonic() < deadline:
            if _is_ready(home / "data" / "postmaster.pid"):
                return process, port
            time.sleep(0.05)
        _stop(process)
    raise CannotStart(f"the server does not start:\n{log.read_text(errors='replace')}")


def _is_ready(state: Path) -> bool:
    """The eighth line of postmaster.pid says so."""
    try:
        return state.read_text().splitlines()[7].strip() == "ready"
    except (OSError, IndexError):
        return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGINT)  # "fast": connections are ended
        try:
            process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGQUIT)
            process.wait()


def _end_with_parent() -> None:
    """In the child: a fast stop when this script ends, even by SIGKILL."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGINT)


def main(command: list[str]) -> int:
    if not command:
        print(__doc__)
        return 2

    def interrupted(number: int, _frame: object) -> None:
        raise SystemExit(128 + number)

    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupted)
    try:
        with server() as address:
            child = subprocess.Popen(command, env={**os.environ, "TEST_POSTGRESQL": address})  # noqa: S603 - as asked
            try:
                return child.wait()
            except BaseException:
                child.send_signal(signal.SIGINT)
                child.wait()
                raise
    except CannotStart as why:
        print(f"with_postgresql: {why}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
