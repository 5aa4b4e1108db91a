"""A real site for tests: `cordee serve` on free ports of this machine, in a folder of its own."""

from __future__ import annotations

import contextlib
import datetime as dt
import fcntl
import hashlib
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

import django
import httpx

from cordee.sandbox.tests.compilers import ready_library
from cordee.web.environment import data_folder
from cordee.web.serving import has_laboratory
from cordee.web.starting import DEMO_MARK
from tests.ports import free_ports

CORDEE = [sys.executable, "-m", "cordee.web.cli"]
START_S = 60.0
DEMO_S = 300.0
POSTGRESQL = os.environ.get("TEST_POSTGRESQL", "")  # bin/test --postgres
SOURCE = Path(__file__).parents[2]
MIGRATED = SOURCE.parents[1] / ".pytest_cache" / "migrated"
A_DAY_S = 86_400
_made: set[str] = set()


@dataclass(frozen=True, slots=True)
class Site:
    """A site that answers."""

    home: Path
    port: int
    supervisor: subprocess.Popen[str]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def content_url(self) -> str:
        return f"http://127.0.0.1:{self.port + 1}"

    def log(self) -> str:
        return (self.home / "log.txt").read_text("utf-8")

    def processes(self) -> dict[int, str]:
        """Process ids of the site, the supervisor left out, with "web main", "web worker", "files main"…."""
        parents = {}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                words = (folder / "cmdline").read_bytes().split(b"\0")
                status = (folder / "stat").read_text("utf-8").rpartition(")")[2].split()
            except (FileNotFoundError, ProcessLookupError):
                continue
            if b"cordee.web.processes" in words and str(self.port).encode() in words and status[0] != "Z":
                parents[int(folder.name)] = ("web", int(status[1]))
            if b"cordee.web.processes" in words and str(self.port + 1).encode() in words and status[0] != "Z":
                parents[int(folder.name)] = ("files", int(status[1]))
        return {
            pid: f"{name} {'worker' if parent in parents else 'main'}"
            for pid, (name, parent) in sorted(parents.items())
        }


def cordee(*words: str, home: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run one `cordee` command to its end."""
    return subprocess.run(  # noqa: S603 - our own command
        [*CORDEE, *words], env=environment(home, settings), capture_output=True, text=True, check=False, timeout=120
    )


def environment(home: Path, settings: Mapping[str, str]) -> dict[str, str]:
    """The variables of a site: none of the tests' own settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CORDEE_", "DJANGO_"))}
    if POSTGRESQL and "CORDEE_DATABASE" not in settings:
        kept["CORDEE_DATABASE"] = f"{POSTGRESQL}/{database_of(home)}"
    return {**kept, "CORDEE_HOME": str(home), **settings}


def migrate_once(home: Path) -> None:
    """What `cordee migrate` makes of an empty folder: a copy of what it made for the first test that asked.

    A folder that has a database keeps it. Its laboratory finds the compiler's library made: building it anew beside
    every site that is served would keep a core busy for as long as a test lasts.
    """
    share_library(home)
    if POSTGRESQL:
        if _name_of(home) not in _made:
            copy_database(database_of(_migrated()), _name_of(home))
            _made.add(_name_of(home))
            shutil.copytree(_migrated(), home, dirs_exist_ok=True)
    elif not (home / "cordee.sqlite3").exists():
        shutil.copytree(_migrated(), home, dirs_exist_ok=True)


def share_library(home: Path) -> None:
    """Let the site of this folder use the C library that all tests share."""
    if not has_laboratory():
        return
    library = ready_library()  # which may take half a minute, so that it comes before looking
    if not (home / "code").exists():
        home.mkdir(parents=True, exist_ok=True)
        (home / "code").symlink_to(library)


def migrated_copy(place: Path) -> None:
    """The rows that migrations make, on SQLite: a file of one's own."""
    shutil.copyfile(_tables() / "cordee.sqlite3", place)


def migrated_database() -> str:
    """The rows that migrations make, on PostgreSQL: the name of a database to copy. Nobody may connect to it."""
    return _name_of(_tables())


@cache
def _migrated() -> Path:
    """The home folder that `cordee migrate` makes."""
    return _made_once("site", partial(_run, [*CORDEE, "migrate"]))


@cache
def _tables() -> Path:
    """A home folder with what migrations alone make, which is what Django begins its tests with."""
    return _made_once("tables", partial(_run, [sys.executable, "-m", "django", "migrate", "--verbosity=0"]))


def built_demo(home: Path) -> None:
    """What `cordee demo` leaves in an empty folder once it is stopped: a copy of what it left today already."""
    shutil.copytree(_demo(), home, symlinks=True, dirs_exist_ok=True)


@cache
def _demo() -> Path:
    """The home folder of a demo that was started once. Its sessions open on the day that it was made."""
    data = data_folder()
    files = sorted(path for path in data.rglob("*") if path.is_file())
    also = [f"{path.relative_to(data)} {hashlib.sha256(path.read_bytes()).hexdigest()}" for path in files]
    return _made_once("demo", _start_demo, also=f"{dt.datetime.now(dt.UTC):%F} {also}")


def _start_demo(home: Path, _settings: Mapping[str, str]) -> None:
    log = home.with_name(f"{home.name}.log")
    command = [*CORDEE, "demo", "--port", str(free_pair_of_ports())]
    surroundings = environment(home, {"CORDEE_DATABASE": ""})
    if has_laboratory():
        ready_library()  # before the demo starts: else it would begin one of its own meanwhile
    try:
        with (
            log.open("w") as out,
            subprocess.Popen(command, env=surroundings, stdout=out, stderr=subprocess.STDOUT) as process,  # noqa: S603 - ours
        ):
            try:
                # The folder is the demo's own once it is marked; before, it takes an empty one only.
                assert wait_for(lambda: (home / DEMO_MARK).exists() or process.poll() is not None, START_S)
                share_library(home)
                wait_for(lambda: "answers at" in log.read_text("utf-8") or process.poll() is not None, DEMO_S)
                assert "answers at" in log.read_text("utf-8"), log.read_text("utf-8")
            finally:
                process.terminate()
        assert process.returncode == 0, log.read_text("utf-8")
    finally:
        log.unlink()


def _run(command: Sequence[str], home: Path, settings: Mapping[str, str]) -> None:
    done = subprocess.run(  # noqa: S603 - our own command
        command, env=environment(home, settings), capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr


def _made_once(name: str, make: Callable[[Path, Mapping[str, str]], None], *, also: str = "") -> Path:
    """The home folder that `make` fills, which is given it and the settings of a site.

    The first process lets it; the others, and later runs, find what was made.

    Another state of the code, another library or another server has another folder (`also`: or of what else it is
    made from): those of a day ago are removed.
    """
    home = MIGRATED / f"{name}-{state_of_the_code(also)}"
    MIGRATED.mkdir(parents=True, exist_ok=True)
    with (MIGRATED / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not home.exists():
            for old in MIGRATED.iterdir():
                if old.is_dir() and old.stat().st_mtime < time.time() - A_DAY_S:
                    shutil.rmtree(old)
            new = Path(tempfile.mkdtemp(dir=MIGRATED))
            settings = {"DJANGO_SETTINGS_MODULE": "cordee.web.settings"}
            if POSTGRESQL:
                settings["CORDEE_DATABASE"] = f"{POSTGRESQL}/{database_of(home)}"
            make(new, settings)
            new.rename(home)
    return home


def state_of_the_code(also: str = "") -> str:
    """Migrations lean on the code beside them: whatever of it changes, or of `also`, they run again."""
    files = sorted(path for path in SOURCE.rglob("*.py") if "tests" not in path.relative_to(SOURCE).parts)
    every = hashlib.sha256(f"{django.__version__} {sqlite3.sqlite_version} {POSTGRESQL} {also}".encode())
    for path in files:
        every.update(f"\0{path.relative_to(SOURCE)}\0".encode() + path.read_bytes())
    return every.hexdigest()[:16]


def copy_database(name: str, copy: str) -> None:
    """A database of the tests' PostgreSQL server once more; nobody may be connected to the one that is copied."""
    import psycopg

    with psycopg.connect(f"{POSTGRESQL}/postgres", autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{copy}" TEMPLATE "{name}"')


def _name_of(home: Path) -> str:
    return f"site_{hashlib.sha256(str(home).encode()).hexdigest()[:16]}"


def database_of(home: Path) -> str:
    """The name of this home's database on the tests' PostgreSQL server; made empty when there is none."""
    import psycopg

    name = _name_of(home)
    if name not in _made:
        taken = contextlib.suppress(psycopg.errors.DuplicateDatabase)  # of the same home in another process
        with taken, psycopg.connect(f"{POSTGRESQL}/postgres", autocommit=True) as server:
            server.execute(f'CREATE DATABASE "{name}"')
        _made.add(name)
    return name


def rows(home: Path, statement: str) -> list[tuple[object, ...]]:
    """Run one statement on a site's database, whichever engine holds it; the rows that it gives."""
    if not POSTGRESQL:
        with contextlib.closing(sqlite3.connect(home / "cordee.sqlite3")) as file, file:
            return file.execute(statement).fetchall()
    import psycopg

    with psycopg.connect(f"{POSTGRESQL}/{database_of(home)}") as server:
        done = server.execute(statement.encode())
        return done.fetchall() if done.description else []


def undo_last_migration(home: Path) -> None:
    """As if a site had not seen the newest change of the room `jobs` yet."""
    for index in ("letter_person", "letter_written_at"):
        rows(home, f"DROP INDEX {index}")
    rows(home, "DELETE FROM django_migrations WHERE app = 'jobs' AND name = '0004_letters_of_a_person'")


@contextmanager
def running_site(home: Path, *words: str, **settings: str) -> Iterator[Site]:
    """A site with an empty database, served until the block ends."""
    migrate_once(home)
    port = free_pair_of_ports()
    with (home / "log.txt").open("w") as log:
        supervisor = subprocess.Popen(  # noqa: S603 - our own command
            [*CORDEE, "serve", "--port", str(port), *words],
            env=environment(home, settings),
            stdout=log,
            stderr=subprocess.STDOUT,
            text=True,
        )
    site = Site(home, port, supervisor)
    try:
        wait_for(lambda: "answers at" in site.log() or supervisor.poll() is not None, START_S)
        assert supervisor.poll() is None, site.log()
        assert "answers at" in site.log(), site.log()
        yield site
    finally:
        supervisor.terminate()
        try:
            supervisor.wait(20)
        except subprocess.TimeoutExpired:
            supervisor.kill()
            supervisor.wait()


@contextmanager
def running_pilot(home: Path, *words: str, start_s: float = START_S, **settings: str) -> Iterator[str]:
    """`cordee pilot` with these words on a free port; its address, until the block ends."""
    port = free_ports()
    home.mkdir(exist_ok=True)
    log = home / "log.txt"
    with (
        log.open("w") as output,
        subprocess.Popen(  # noqa: S603 - our own command
            [*CORDEE, "pilot", *words, "--port", str(port)],
            env=environment(home, settings),
            stdout=output,
            stderr=subprocess.STDOUT,
        ) as process,
    ):
        try:
            wait_for(lambda: "http://" in log.read_text("utf-8") or process.poll() is not None, start_s)
            assert "http://" in log.read_text("utf-8"), log.read_text("utf-8")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(30)


def free_pair_of_ports() -> int:
    """The first of two neighbouring ports that nobody listens on: pages on one, files on the next."""
    return free_ports(2)


def processes_below(supervisor: int, name: str) -> list[int]:
    """Ids of the processes with this word in their command that it started (Linux)."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
            parent = int((folder / "stat").read_text("utf-8").rpartition(")")[2].split()[1])
        except (FileNotFoundError, ProcessLookupError):
            continue
        if parent == supervisor and name.encode() in words:
            found.append(int(folder.name))
    return found


def wait_for(condition: object, seconds: float) -> bool:
    """Whether the condition came true in time."""
    assert callable(condition)
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return bool(condition())


def raw(port: int, data: bytes, *, seconds: float = 10.0) -> bytes:
    """Send bytes as they are and read until the server is done."""
    with socket.create_connection(("127.0.0.1", port), timeout=seconds) as connection:
        connection.sendall(data)
        received = b""
        try:
            while chunk := connection.recv(65536):
                received += chunk
                if _is_whole(received):
                    break
        except (ConnectionResetError, TimeoutError):
            pass
        return received


def status_of(answer: bytes) -> int:
    """The status of a raw answer, 0 when the server closed without a word."""
    found = re.match(rb"HTTP/1\.[01] (\d{3})", answer)
    return int(found[1]) if found else 0


def csrf_token(client: httpx.Client, page: str) -> str:
    """The token of a form on a page."""
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', client.get(page).text)
    assert found, f"{page} holds no form"
    return found[1]


def _is_whole(received: bytes) -> bool:
    head, gap, body = received.partition(b"\r\n\r\n")
    length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
    return bool(gap) and length is not None and len(body) >= int(length[1])


@contextmanager
def running_preview(
    folder: Path, home: Path, *, port: str = "", **settings: str
) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """`cordee course watch FOLDER` on a free port: its address, and the process; ended when the block is left."""
    port = port or str(free_ports())
    command = [*CORDEE, "course", "watch", str(folder), "--port", port]
    log = home / f"preview-{port}.txt"
    with (
        log.open("w", encoding="utf-8") as output,
        subprocess.Popen(  # noqa: S603 - our own command
            command, env=environment(home / "home", settings), stdout=output, stderr=subprocess.STDOUT, text=True
        ) as process,
    ):
        try:
            until = time.monotonic() + START_S
            while f":{port}/" not in log.read_text("utf-8"):
                assert process.poll() is None, log.read_text("utf-8")
                assert time.monotonic() < until, log.read_text("utf-8")
                time.sleep(0.1)
            yield f"http://127.0.0.1:{port}", process
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(20)
