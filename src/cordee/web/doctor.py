"""Is anything missing on this machine, and how is it mended?

Each question is one function that gives findings; nothing is changed, and one thing that is broken hides no other.
"""

from __future__ import annotations

import importlib.metadata
import os
import shutil
import socket
import sqlite3
import stat
import sys
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from cordee.core.errors import CordeeError
from cordee.web import keys
from cordee.web.environment import PACKAGE, Environment, SettingWrong, unknown_settings

PYTHON = (3, 11)
SQLITE = (3, 31, 0)  # what Django 5.2 needs
ROOM_NEEDED_BYTES = 500 * 1024**2
LIBRARIES = ("django", "granian", "lxml", "nh3", "starlette", "typst", "argon2-cffi")

Level = Literal["ok", "warning", "blocks"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; `mend` says what to do when it is not well."""

    what: str
    level: Level
    found: str
    mend: str = ""

    @property
    def blocks(self) -> bool:
        return self.level == "blocks"

    def line(self) -> str:
        """For a person."""
        sign = {"ok": "ok     ", "warning": "look at", "blocks": "MEND   "}[self.level]
        return f"{sign}  {self.what}: {self.found}" + (f"\n         → {self.mend}" if self.mend else "")

    def as_json(self) -> dict[str, str]:
        """For a machine."""
        return {"what": self.what, "level": self.level, "found": self.found, "mend": self.mend}


def examine(*, port: int | None) -> list[Finding]:
    """Every finding, in the order in which one would mend them."""
    findings = [*_python(), *_sqlite(), *_libraries(), *_unknown_settings()]
    try:
        environment = Environment.read()
    except SettingWrong as wrong:
        return [*findings, Finding("settings", "blocks", str(wrong), "See docs/settings.md.")]
    findings.append(Finding("settings", "ok", f"home {environment.home}, address {environment.url}"))
    questions: tuple[Callable[[Environment], Iterator[Finding]], ...] = (_home, _room, _keys, _database, _attestations)
    for question in questions:
        findings += question(environment)
    return [*findings, *_ports(environment, port)]


def _python() -> Iterator[Finding]:
    found = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < PYTHON:
        yield Finding("Python", "blocks", found, "Install Python 3.11 or later.")
    else:
        yield Finding("Python", "ok", found)


def _sqlite() -> Iterator[Finding]:
    if sqlite3.sqlite_version_info < SQLITE:
        yield Finding("SQLite", "blocks", sqlite3.sqlite_version, "Use a Python with SQLite 3.31 or later.")
    else:
        yield Finding("SQLite", "ok", sqlite3.sqlite_version)


def _libraries() -> Iterator[Finding]:
    missing = []
    for name in LIBRARIES:
        try:
            importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            missing.append(name)
    if missing:
        yield Finding("libraries", "blocks", f"missing: {', '.join(missing)}", "Run: sh bin/setup")
    else:
        yield Finding("libraries", "ok", "all there")


def _unknown_settings() -> Iterator[Finding]:
    for name in unknown_settings():
        yield Finding("settings", "warning", f"{name} is no setting", "Check its spelling in docs/settings.md.")


def _home(environment: Environment) -> Iterator[Finding]:
    home = environment.home
    nearest = _nearest_folder(home)
    if not nearest.is_dir() or not os.access(nearest, os.W_OK | os.X_OK):
        yield Finding("home folder", "blocks", f"{nearest} cannot be written", "Give its rights, or set CORDEE_HOME.")
    elif home.is_dir() and (why := _cannot_write(home)):
        yield Finding("home folder", "blocks", f"{home}: {why}", "Free the disk, or set CORDEE_HOME to another folder.")
    else:
        yield Finding("home folder", "ok", str(home) if home.exists() else f"{home} (made when needed)")


def _room(environment: Environment) -> Iterator[Finding]:
    free = shutil.disk_usage(_nearest_folder(environment.home)).free
    found = f"{free // 1024**2} MB free"
    if free < ROOM_NEEDED_BYTES:
        yield Finding("disk", "warning", found, "Free some room before importing courses.")
    else:
        yield Finding("disk", "ok", found)


def _keys(environment: Environment) -> Iterator[Finding]:
    folder = keys.key_folder(environment.home)
    for name in (keys.SITE, keys.FILES):
        path = folder / name
        if not path.exists():
            yield Finding(f"key {name}", "ok", "made when needed")
        elif sys.platform != "win32" and stat.S_IMODE(path.stat().st_mode) & 0o077:
            yield Finding(f"key {name}", "blocks", f"others can read {path}", f"Run: chmod 600 {path}")
        elif not _is_key(path):
            mend = "Put the key of your backup back; without one, remove the file: everybody signs in again."
            yield Finding(f"key {name}", "blocks", f"{path} holds no key", mend)
        else:
            yield Finding(f"key {name}", "ok", "only you can read it")


def _database(environment: Environment) -> Iterator[Finding]:
    file = environment.database_file
    if not file.is_file():
        yield Finding("database", "warning", f"there is none at {file}", "Run: cordee migrate")
        return
    try:
        mode = _journal_mode(file)
    except sqlite3.Error as wrong:
        yield Finding("database", "blocks", f"{file}: {wrong}", f"Put a copy from {environment.backups_folder} back.")
        return
    if mode != "wal":
        yield Finding("database", "warning", f"its journal is {mode}, not WAL", "Run: cordee migrate")
    yield from _migrations()


def _migrations() -> Iterator[Finding]:
    from cordee.web.cli import set_up_django

    try:
        set_up_django()
    except CordeeError as wrong:
        yield Finding("database", "blocks", "not looked at", str(wrong))
        return
    from cordee.web.database import pending_migrations

    pending = pending_migrations()
    if pending:
        yield Finding("database", "blocks", f"{len(pending)} changes wait", "Run: cordee migrate")
    else:
        yield Finding("database", "ok", "up to date")


def _attestations(_environment: Environment) -> Iterator[Finding]:
    fonts = sorted((PACKAGE / "awards" / "fonts").glob("*.ttf"))
    if not fonts:
        yield Finding("attestations", "blocks", "their fonts are missing", "Install Cordée again.")
        return
    try:
        import typst

        typst.compile(b"ok")
    except Exception as wrong:  # whatever a foreign library raises is the finding
        yield Finding("attestations", "blocks", f"typst cannot make a PDF: {wrong}", "Run: sh bin/setup")
    else:
        yield Finding("attestations", "ok", f"typst makes PDFs, {len(fonts)} fonts")


def _ports(environment: Environment, port: int | None) -> Iterator[Finding]:
    from cordee.web import serving

    if serving.is_in_use(environment.home):
        yield Finding("ports", "ok", "the site is being served")
        return
    place = serving.place_for(None, port)
    for number in (place.port, place.files_port):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((place.host, number))
            except OSError as wrong:
                mend = f"Stop what uses it, or serve with --port {place.port + 10}."
                yield Finding(f"port {number}", "blocks", wrong.strerror or str(wrong), mend)
            else:
                yield Finding(f"port {number}", "ok", "free")


def _nearest_folder(path: Path) -> Path:
    while not path.exists() and path != path.parent:
        path = path.parent
    return path


def _cannot_write(folder: Path) -> str:
    probe = folder / f".doctor-{uuid.uuid4().hex}"
    try:
        probe.write_bytes(b"x" * 4096)
    except OSError as wrong:
        return wrong.strerror or str(wrong)
    finally:
        probe.unlink(missing_ok=True)
    return ""


def _is_key(path: Path) -> bool:
    try:
        return len(bytes.fromhex(path.read_text("ascii"))) == keys.KEY_BYTES
    except (ValueError, OSError):
        return False


def _journal_mode(file: Path) -> Any:
    reading = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    try:
        (mode,) = reading.execute("PRAGMA journal_mode").fetchone()
        reading.execute("PRAGMA schema_version")
        return mode
    finally:
        reading.close()
