"""Is anything missing on this machine, and how is it mended?

Each question is one function that gives findings; nothing is changed, and one thing that is broken hides no other.
"""

from __future__ import annotations

import datetime as dt
import importlib.metadata
import os
import shutil
import sqlite3
import stat
import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from cordee.core import clock
from cordee.core.errors import CordeeError
from cordee.core.storage import damaged
from cordee.web import amounts, keys, serving
from cordee.web.command_language import gettext as _
from cordee.web.command_language import sentence_of, with_calls
from cordee.web.environment import PACKAGE, Environment, SettingWrong, default_home, unknown_settings
from cordee.web.reasons import reason_of
from cordee.web.terminal import set_up_django

PYTHON = (3, 11)
SQLITE = (3, 31, 0)  # what Django 5.2 needs
ROOM_NEEDED_BYTES = 500 * 1024**2
LONG_WAIT = dt.timedelta(minutes=15)  # of a job: longer than a server that is away for a moment
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
        signs = {"ok": _("ok"), "warning": _("look at"), "blocks": _("MEND")}
        width = max(map(len, signs.values()))
        said = _("{what}: {found}").format(what=self.what, found=with_calls(self.found))
        line = f"{signs[self.level]:{width}}  {said}"
        return f"{line}\n{' ' * width}  → {with_calls(self.mend)}" if self.mend else line

    def as_json(self) -> dict[str, str]:
        """For a machine."""
        return {"what": self.what, "level": self.level, "found": self.found, "mend": self.mend}


def examine(*, port: int | None) -> list[Finding]:
    """Every finding, in the order in which one would mend them."""
    findings = [*_python(), *_sqlite(), *_libraries(), *_unknown_settings()]
    try:
        environment = Environment.read()
    except SettingWrong as wrong:
        return [*findings, Finding(_("settings"), "blocks", sentence_of(wrong), _("See docs/settings.md."))]
    url = serving.address_of(environment)
    found = _("home {folder}, address {url}").format(folder=environment.home, url=url)
    findings.append(Finding(_("settings"), "ok", found))
    questions: tuple[Callable[[Environment], Iterator[Finding]], ...] = (
        _home,
        _room,
        _keys,
        _restore,
        _database,
        _mail,
        _notices,
        _attestations,
        _laboratory,
    )
    for question in questions:
        findings += question(environment)
    return [*findings, *_ports(environment, port)]


def look_for_damage(progress: Callable[[int, int], None]) -> Iterator[Finding]:
    """What a disk has made of what was kept: every page of the database, every file against the hash in its name."""
    try:
        environment = Environment.read()
    except SettingWrong:
        return  # said before
    mend = _("Put a copy from {folder} back.").format(folder=environment.backups_folder)
    file = environment.database_file
    if file is not None and file.is_file():
        wrong = _damage_of(file)
        if wrong:
            yield Finding(_("database"), "blocks", _("damaged: {what}").format(what=wrong), mend)
        else:
            yield Finding(_("database"), "ok", _("no damage"))
    broken = damaged(environment.files_folder, progress)
    for path in broken:
        advice = _("Put this file back from a backup, or import its course again.")
        yield Finding(_("files"), "blocks", _("damaged: {what}").format(what=path), advice)
    if not broken:
        yield Finding(_("files"), "ok", _("no damage"))


def _damage_of(file: Path) -> str:
    """The first thing that SQLite finds wrong; "" for nothing."""
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as reading:
            reading.execute("PRAGMA ignore_check_constraints = ON")  # some call functions that only Django brings
            (verdict,) = reading.execute("PRAGMA integrity_check(1)").fetchone()
    except sqlite3.Error as wrong:
        return str(wrong)
    return "" if verdict == "ok" else str(verdict)


def _python() -> Iterator[Finding]:
    found = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < PYTHON:
        yield Finding("Python", "blocks", found, _("Install Python 3.11 or later."))
    else:
        yield Finding("Python", "ok", found)


def _sqlite() -> Iterator[Finding]:
    if sqlite3.sqlite_version_info < SQLITE:
        yield Finding("SQLite", "blocks", sqlite3.sqlite_version, _("Use a Python with SQLite 3.31 or later."))
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
        found = _("missing: {names}").format(names=", ".join(missing))
        yield Finding(_("libraries"), "blocks", found, _("Run: sh bin/setup"))
    else:
        yield Finding(_("libraries"), "ok", _("all there"))


def _unknown_settings() -> Iterator[Finding]:
    for name in unknown_settings():
        found = _("{name} is no setting").format(name=name)
        yield Finding(_("settings"), "warning", found, _("Check its spelling in docs/settings.md."))


def _home(environment: Environment) -> Iterator[Finding]:
    what, home = _("home folder"), environment.home
    nearest = _nearest_folder(home)
    if not nearest.is_dir() or not os.access(nearest, os.W_OK | os.X_OK):
        found = _("{folder} cannot be written").format(folder=nearest)
        yield Finding(what, "blocks", found, _("Give its rights, or set CORDEE_HOME."))
    elif home.is_dir() and (why := _cannot_write(home)):
        yield Finding(what, "blocks", f"{home}: {why}", _("Free the disk, or set CORDEE_HOME to another folder."))
    else:
        found = "{folder}" if home.exists() else _("{folder} (made when needed)")
        yield Finding(what, "ok", found.format(folder=home))


def _room(environment: Environment) -> Iterator[Finding]:
    free = shutil.disk_usage(_nearest_folder(environment.home)).free
    found = _("{count} MB free").format(count=amounts.megabytes(free))
    if free < ROOM_NEEDED_BYTES:
        yield Finding(_("disk"), "warning", found, _("Free some room before importing courses."))
    else:
        yield Finding(_("disk"), "ok", found)


def _keys(environment: Environment) -> Iterator[Finding]:
    folder = keys.key_folder(environment.home)
    for name in (keys.SITE, keys.FILES):
        what, path = _("key {name}").format(name=name), folder / name
        if not path.exists():
            yield Finding(what, "ok", _("made when needed"))
        elif sys.platform != "win32" and stat.S_IMODE(path.stat().st_mode) & 0o077:
            found, mend = _("others can read {path}"), _("Run: chmod 600 {path}")
            yield Finding(what, "blocks", found.format(path=path), mend.format(path=path))
        elif not _is_key(path):
            mend = _("Put the key of your backup back; without one, remove the file: everybody signs in again.")
            yield Finding(what, "blocks", _("{path} holds no key").format(path=path), mend)
        else:
            yield Finding(what, "ok", _("only you can read it"))


def _restore(environment: Environment) -> Iterator[Finding]:
    from cordee.web.backups.restoring import refuse_half_restored

    try:
        refuse_half_restored(environment.home)
    except CordeeError as wrong:
        yield Finding("cordee restore", "blocks", _("not finished"), sentence_of(wrong))


def _database(environment: Environment) -> Iterator[Finding]:
    what, file = _("database"), environment.database_file
    if file is None:
        yield from _postgresql(environment)
        return
    if not file.is_file():
        yield Finding(what, "warning", _("there is none at {file}").format(file=file), _("Run: cordee migrate"))
        yield from _demo(environment)
        return
    try:
        mode = _journal_mode(file)
    except sqlite3.Error as wrong:
        mend = _("Put a copy from {folder} back.").format(folder=environment.backups_folder)
        yield Finding(what, "blocks", f"{file}: {wrong}", mend)
        return
    if mode != "wal":
        yield Finding(what, "warning", _("its journal is {mode}, not WAL").format(mode=mode), _("Run: cordee migrate"))
    yield from _migrations(what, environment)


def _postgresql(environment: Environment) -> Iterator[Finding]:
    from cordee.web import postgresql

    place = environment.postgresql
    assert place is not None  # noqa: S101 - asked by the caller
    try:
        server = postgresql.look(place)
    except CordeeError as wrong:
        yield Finding("PostgreSQL", "blocks", str(place), sentence_of(wrong))
        return
    unfit = postgresql.why_unfit(server)
    for why in unfit:
        yield Finding("PostgreSQL", "blocks", str(place), sentence_of(why))
    if unfit:
        return
    found = _("{version} at {server}, keeps what it acknowledges")
    yield Finding("PostgreSQL", "ok", found.format(version=server.version_text, server=place.server))
    yield from _migrations(_("database"), environment)


def _demo(environment: Environment) -> Iterator[Finding]:
    """Who tried the demo and has no site yet most likely means the demo."""
    from cordee.web import starting

    home = starting.default_demo_home()
    if environment.home != default_home() or not (home / starting.DEMO_MARK).is_file():
        return
    here = Path.cwd()
    folder = home.relative_to(here) if home.is_relative_to(here) else home
    found = _("has a folder of its own. To look at it: {command}")
    yield Finding(_("demo"), "ok", found.format(command=f"CORDEE_HOME={folder} cordee doctor"))


def _migrations(what: str, environment: Environment) -> Iterator[Finding]:
    try:
        set_up_django()
    except CordeeError as wrong:
        yield Finding(what, "blocks", _("not looked at"), sentence_of(wrong))
        return
    from cordee.web.database import is_there, pending_migrations

    try:
        there = is_there(environment)
    except CordeeError as wrong:
        yield Finding(what, "blocks", _("not looked at"), sentence_of(wrong))
        return
    if not there:
        place = environment.postgresql or environment.database_file
        yield Finding(what, "warning", _("there is none at {file}").format(file=place), _("Run: cordee migrate"))
    elif pending := pending_migrations():
        found = _("changes that wait: {count}").format(count=len(pending))
        yield Finding(what, "blocks", found, _("Run: cordee migrate"))
    else:
        yield Finding(what, "ok", _("up to date"))
        yield from _erasures()
        yield from _catalogue()
        yield from _jobs()


def _erasures() -> Iterator[Finding]:
    """Whoever was erased and is there all the same: with a database that was put back by other means than ours."""
    from cordee.people import erasures
    from cordee.people.models import Account

    if erasures.is_empty():
        return
    back = erasures.erased_among(Account.objects.values_list("pseudonym", flat=True).iterator(chunk_size=5000))
    if back:
        found = _("{count} are back with an older database").format(count=len(back))
        yield Finding(_("people who were erased"), "blocks", found, _("Run: cordee account erase-again"))
    else:
        yield Finding(_("people who were erased"), "ok", _("none is back"))


def _catalogue() -> Iterator[Finding]:
    """Whether each course with a listed session is in the catalogue, and no other."""
    from cordee.courses.search.indexing import out_of_step

    count = out_of_step()
    if count:
        found = _("{count} courses are not as their sessions say").format(count=count)
        yield Finding(_("catalogue"), "warning", found, _("Run: cordee catalogue index"))
    else:
        yield Finding(_("catalogue"), "ok", _("in step with the courses"))


def _jobs() -> Iterator[Finding]:
    """What waits too long, and what failed for good, in a database that is up to date."""
    from cordee.jobs.queries import jobs_given_up, last_trouble, queue_state

    state, trouble, given_up = queue_state(), last_trouble(), jobs_given_up(1)
    what = _("jobs")
    if given_up:
        found = _("{count} failed for good; the last: {why}")
        mend = _("See them with cordee jobs list, mend the cause, then run: cordee jobs retry")
        yield Finding(what, "warning", found.format(count=state.given_up, why=given_up[0].error), mend)
    elif state.oldest_at is not None and clock.now() - state.oldest_at > LONG_WAIT:
        found = _("{count} wait, the oldest since {moment}. {why}")
        moment = amounts.moment(state.oldest_at.isoformat())
        mend = _("Is the worker running? It comes with cordee serve, or alone: cordee serve --only worker")
        yield Finding(what, "warning", found.format(count=state.waiting, moment=moment, why=trouble).strip(), mend)
    else:
        yield Finding(what, "ok", _("{count} wait").format(count=state.waiting))


def _mail(environment: Environment) -> Iterator[Finding]:
    what = _("letters")
    if environment.smtp is not None:
        yield Finding(what, "ok", _("handed to {server}").format(server=environment.smtp))
    elif environment.is_local:
        folder = environment.home / "mail"
        yield Finding(what, "ok", _("none leaves: they are written to {folder}").format(folder=folder))
    else:
        yield Finding(what, "warning", _("none leaves this site"), _("Set CORDEE_SMTP, as docs/mail.md says."))


def _notices(environment: Environment) -> Iterator[Finding]:
    """Blanks that the public pages show as such; who tries Cordée on this machine alone need not fill them."""
    from cordee.web.notices import unfilled

    what, missing = _("notices"), unfilled(environment)
    if missing and not environment.is_local:
        found = _("blanks to fill in: {names}").format(names=", ".join(missing))
        yield Finding(what, "warning", found, _("Set them, as docs/privacy.md says: the law asks for these pages."))
    else:
        yield Finding(what, "ok", _("filled in") if not missing else _("blanks, which nobody else sees here"))


def _attestations(_environment: Environment) -> Iterator[Finding]:
    what = _("attestations")
    fonts = sorted((PACKAGE / "awards" / "fonts").glob("*.ttf"))
    if not fonts:
        yield Finding(what, "blocks", _("their fonts are missing"), _("Install Cordée again."))
        return
    try:
        import typst

        typst.compile(b"ok")
    except Exception as wrong:  # whatever a foreign library raises is the finding
        found = _("typst cannot make a PDF: {why}").format(why=wrong)
        yield Finding(what, "blocks", found, _("Run: sh bin/setup"))
    else:
        yield Finding(what, "ok", _("typst makes PDFs, {count} fonts").format(count=len(fonts)))


def _laboratory(environment: Environment) -> Iterator[Finding]:
    """Which of its layers confine programs here, and whether the C compiler is there. A site needs neither."""
    what = _("code laboratory")
    if sys.platform != "linux":
        yield Finding(what, "ok", _("closed: programs are confined on Linux only"))
        return
    from cordee.sandbox.c.toolchain import CompilerMissing, Toolchain
    from cordee.sandbox.confinement import ConfinementError, require_confinement
    from cordee.sandbox.workers import LibraryBroken, Workers

    try:
        doors = require_confinement()
    except ConfinementError as wrong:
        yield Finding(what, "warning", _("closed: no program is compiled or run"), sentence_of(wrong))
        return
    if doors.bubblewrap:
        found = _("programs are confined by bubblewrap ({program}), a filter of system calls and limits")
        found = found.format(program=doors.bubblewrap)
    else:
        found = _("programs are confined by Landlock (ABI {abi}), a filter of system calls and limits")
        found = found.format(abi=doors.landlock_abi)
    yield Finding(what, "ok", found)
    if os.geteuid() == 0:
        yield Finding(what, "ok", _("this process is root, which is left before a program runs"))
    try:
        toolchain = Toolchain.under(environment.code_folder)
        if toolchain.is_ready:
            with Workers(toolchain.compiled_library) as workers:
                workers.try_out()
    except ConfinementError as wrong:
        yield Finding(what, "warning", _("closed: no program is compiled or run"), sentence_of(wrong))
        return
    except LibraryBroken as wrong:
        yield Finding(what, "warning", _("the library of programs is broken"), sentence_of(wrong))
        return
    except CompilerMissing:
        yield Finding(what, "ok", _("the C compiler is not installed: sh bin/setup --c"))
        return
    later = _("the C compiler's library is built when it is first needed, or by: cordee code ready")
    yield Finding(what, "ok", _("the C compiler is ready") if toolchain.is_ready else later)


def _ports(environment: Environment, port: int | None) -> Iterator[Finding]:
    if serving.is_in_use(environment.home):
        found = _("the site is being served at {url}").format(url=serving.address_of(environment))
        yield Finding(_("ports"), "ok", found)
        return
    place = serving.place_for(None, port)
    for number in (place.port, place.files_port):
        what = _("port {number}").format(number=number)
        wrong = serving.why_taken(place.host, number)
        if wrong:
            if isinstance(wrong, PermissionError):
                mend = _("Serve at a port above {limit}, e.g. with --port {other}.")
            else:
                mend = _("Stop what uses it, or serve with --port {other}.")
            mend = mend.format(limit=serving.LAST_PORT_OF_THE_SYSTEM, other=serving.other_port(place))
            yield Finding(what, "blocks", sentence_of(reason_of(wrong)), mend)
        else:
            yield Finding(what, "ok", _("free"))


def _nearest_folder(path: Path) -> Path:
    while not path.exists() and path != path.parent:
        path = path.parent
    return path


def _cannot_write(folder: Path) -> str:
    probe = folder / f".doctor-{uuid.uuid4().hex}"
    try:
        probe.write_bytes(b"x" * 4096)
    except OSError as wrong:
        return sentence_of(reason_of(wrong))
    finally:
        probe.unlink(missing_ok=True)
    return ""


def _is_key(path: Path) -> bool:
    try:
        return len(bytes.fromhex(path.read_text("ascii"))) == keys.KEY_BYTES
    except (ValueError, OSError):
        return False


def _journal_mode(file: Path) -> str:
    reading = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    try:
        (mode,) = reading.execute("PRAGMA journal_mode").fetchone()
        reading.execute("PRAGMA schema_version")
        return str(mode)
    finally:
        reading.close()
