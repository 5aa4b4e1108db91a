"""Is this file a whole backup, and what is in it?

It is read as any archive from outside: through the one door of `formats.archives`, every byte against its checksum,
only under names that a backup has. No Django: `cordee verify` works on a machine that has nothing but Cordée.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
import sqlite3
import tempfile
from collections.abc import Callable, Container, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from cordee.core.errors import N_, InputRefused
from cordee.formats.archives import Archive, ArchiveRefused, Limits, open_archive

MANIFEST = "backup.json"
DATABASE = "database.sqlite3"
KEY_MEMBERS = ("keys/site", "keys/files")
FORMAT = "cordee backup"
FORMAT_VERSION = 1
LONGEST_MANIFEST = 512 * 1024**2
FILE_NAME = re.compile(r"files/[0-9a-f]{2}/[0-9a-f]{62}", re.ASCII)
TABLE_NAME = re.compile(r"[a-z0-9_]+", re.ASCII)
ENORMOUS = 1 << 60
# A backup is as large as the site. Who restores one has room for it, which is looked at before.
LIMITS = Limits(files=500_000, total_bytes=ENORMOUS, member_bytes=ENORMOUS, archive_bytes=ENORMOUS, ratio=2_000)

Progress = Callable[[int, int], None]  # bytes done, bytes in all
Value = TypeVar("Value")


class BackupRefused(InputRefused):
    """The file is no backup, is damaged, or is not of this release."""


@dataclass(frozen=True, slots=True)
class Sum:
    """Size and hash of one member."""

    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself."""

    release: str  # of Cordée
    made_at: str  # ISO 8601, UTC
    engine: str  # "sqlite" or "postgresql": where the rows were
    url: str  # of the site
    migrations: tuple[str, ...]  # that had run, e.g. "jobs.0002_site_key"
    rows: dict[str, int]  # by table
    members: dict[str, Sum]  # by name; not this one
    lost_files: tuple[str, ...]  # SHA-256 of files that the database names and the folder did not hold, or not whole

    @property
    def total_bytes(self) -> int:
        return sum(member.size_bytes for member in self.members.values())

    @property
    def files(self) -> int:
        """Files of courses."""
        return sum(1 for name in self.members if name.startswith("files/"))

    def as_json(self) -> bytes:
        return json.dumps({"format": FORMAT, "version": FORMAT_VERSION, **asdict(self)}, indent=1).encode()


@contextlib.contextmanager
def open_backup(path: Path, *, progress: Progress = lambda done, total: None) -> Iterator[tuple[Archive, Manifest]]:
    """The archive with its manifest, each member there and no other; what the members hold is not yet compared.

    Raises `CordeeError` (`BackupRefused`, or a reason of `formats.archives`).
    """
    with open_archive(path, LIMITS, progress=progress) as archive:
        yield archive, _read_manifest(archive)


def pieces(archive: Archive, manifest: Manifest, name: str) -> Iterator[bytes]:
    """A member's bytes; when the last has been given, they were those of the manifest. Raises `BackupRefused`."""
    digest = hashlib.sha256()
    for piece in archive.stream(name):
        digest.update(piece)
        yield piece
    if digest.hexdigest() != manifest.members[name].sha256:
        raise BackupRefused(
            N_("“{name}” in the backup is not what was saved: its SHA-256 differs. Use another copy of the backup."),
            name=name,
        )


def verify(path: Path, *, progress: Progress = lambda done, total: None) -> Manifest:
    """Read the whole backup and try its database. Writes in a temporary folder only. Raises `CordeeError`."""
    with open_backup(path, progress=progress) as (archive, manifest), tempfile.TemporaryDirectory() as folder:
        done = 0
        database = Path(folder) / DATABASE
        for name in manifest.members:
            with contextlib.ExitStack() as stack:
                out = stack.enter_context(database.open("wb")) if name == DATABASE else None
                for piece in pieces(archive, manifest, name):
                    done += len(piece)
                    progress(done, manifest.total_bytes)
                    if out is not None:
                        out.write(piece)
        check_database(database, manifest)
        return manifest


def check_database(file: Path, manifest: Manifest) -> None:
    """Raise `BackupRefused` unless the file is a sound database with the rows that the manifest counts."""
    try:
        with contextlib.closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as reading:
            reading.execute("PRAGMA ignore_check_constraints = ON")  # some call functions that only Django brings
            (verdict,) = reading.execute("PRAGMA integrity_check(1)").fetchone()
            stray = reading.execute("PRAGMA foreign_key_check").fetchone()
            found, applied = count_rows(reading), migrations_of(reading)
            lost = lost_files(reading, manifest.members)
    except sqlite3.DatabaseError as wrong:
        _damaged(str(wrong))
    if verdict != "ok":
        _damaged(str(verdict))
    if stray is not None:
        _damaged(f"foreign key of {stray[0]}, row {stray[1]}")
    if found != manifest.rows or applied != manifest.migrations:
        _damaged("its rows are not those that were counted")
    if lost - set(manifest.lost_files):
        raise BackupRefused(
            N_("{count} files that the database names are not in the backup. Make the backup again."), count=len(lost)
        )


def count_rows(reading: sqlite3.Connection) -> dict[str, int]:
    """Rows of each table."""
    names = reading.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
    tables = sorted(name for (name,) in names if TABLE_NAME.fullmatch(name))
    counts = {}
    for table in tables:
        (counts[table],) = reading.execute(f'SELECT count(*) FROM "{table}"').fetchone()  # noqa: S608 - a checked name
    return counts


def migrations_of(reading: sqlite3.Connection) -> tuple[str, ...]:
    """Names of the migrations that have run, sorted."""
    rows = reading.execute("SELECT app, name FROM django_migrations")
    return tuple(sorted(f"{app}.{name}" for app, name in rows))


def lost_files(reading: sqlite3.Connection, members: Container[str]) -> set[str]:
    """SHA-256 of the files that the database names and the backup does not hold."""
    hashes = reading.execute("SELECT sha256 FROM courses_asset")
    return {sha256 for (sha256,) in hashes if member_of(str(sha256)) not in members}


def member_of(sha256: str) -> str:
    """The name that a file of a course has in a backup, which is its place in the folder of files."""
    return f"files/{sha256[:2]}/{sha256[2:]}"


def _read_manifest(archive: Archive) -> Manifest:
    member = archive.members.get(MANIFEST)
    if member is None or member.size_bytes > LONGEST_MANIFEST:
        _foreign()
    try:
        said = json.loads(archive.read(MANIFEST))
        if said["format"] != FORMAT:
            _foreign()
        if said["version"] != FORMAT_VERSION:
            raise BackupRefused(
                N_("The backup was made by a newer release of Cordée ({release}). Install that release first."),
                release=str(said.get("release", ""))[:40],
            )
        manifest = _manifest_of(said)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        _foreign()
    if set(archive.members) != {*manifest.members, MANIFEST}:
        raise BackupRefused(N_("The backup does not hold the files that it lists. Use another copy of it."))
    for name, member_sum in manifest.members.items():
        known = name in {DATABASE, *KEY_MEMBERS} or FILE_NAME.fullmatch(name)
        if not known or archive.members[name].size_bytes != member_sum.size_bytes:
            raise BackupRefused(N_("“{name}” does not belong in a backup. Use another copy of it."), name=name[:120])
    if DATABASE not in manifest.members:
        _foreign()
    return manifest


def _manifest_of(said: dict[str, Any]) -> Manifest:
    members = {
        str(name): Sum(_be(int, one["size_bytes"]), _be(str, one["sha256"])) for name, one in said["members"].items()
    }
    return Manifest(
        release=_be(str, said["release"])[:40],
        made_at=_be(str, said["made_at"])[:40],
        engine=_be(str, said["engine"])[:20],
        url=_be(str, said["url"])[:300],
        migrations=tuple(_be(str, name) for name in _be(list, said["migrations"])),
        rows={str(table): _be(int, count) for table, count in said["rows"].items()},
        members=members,
        lost_files=tuple(_be(str, name) for name in _be(list, said["lost_files"])),
    )


def _be(kind: type[Value], value: object) -> Value:
    if not isinstance(value, kind):
        raise TypeError(kind)
    return value


def _foreign() -> NoReturn:
    raise ArchiveRefused(N_("This file is no backup of Cordée. Give the one that cordee backup wrote."))


def _damaged(why: str) -> NoReturn:
    raise BackupRefused(N_("The database in the backup is damaged: {why}. Use another copy of the backup."), why=why)
