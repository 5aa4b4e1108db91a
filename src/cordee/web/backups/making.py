"""Write everything that a site keeps into one file, while it is served.

First the database, as it is at one moment; then the files, which are only ever added: whatever the database names is
there. The archive is written beside its place and takes its name when it is whole and on the disk.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import os
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import cordee
from cordee.core import clock
from cordee.core.errors import N_, Conflict
from cordee.core.storage import CHUNK_BYTES, SHA256, sync_folder
from cordee.web import keys, serving
from cordee.web.backups import archive
from cordee.web.backups.archive import Manifest, Progress, Sum
from cordee.web.environment import Environment
from cordee.web.machine import FULL

EPOCH = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip knows; when a backup was made stands in its manifest


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that is now there."""

    file: Path
    size_bytes: int
    manifest: Manifest


def back_up(environment: Environment, target: Path, *, replace: bool, progress: Progress) -> Made:
    """Write the backup. Raises `Conflict` when there is nothing to save, no room, or `target` is there already."""
    target = target.expanduser().absolute()
    refuse_target(target, replace=replace)
    draft = target.with_name(f"{target.name}.draft")
    try:
        with (
            _exclusive(draft) as out,
            tempfile.TemporaryDirectory(prefix=".cordee-backup-", dir=target.parent) as folder,
        ):
            database = Path(folder) / archive.DATABASE
            engine = _save_database(environment, database, progress)
            manifest = _write(out, environment, database, engine, progress)
            out.flush()
            os.fsync(out.fileno())
            refuse_target(target, replace=replace)
            draft.replace(target)
        sync_folder(target.parent)
    except (OSError, sqlite3.OperationalError) as wrong:
        if isinstance(wrong, sqlite3.OperationalError) and "full" not in str(wrong):
            raise
        if isinstance(wrong, sqlite3.OperationalError) or wrong.errno in FULL:
            raise Conflict(
                N_("The disk of {folder} is full, so no backup was written. Free some room, or give another place."),
                folder=target.parent,
            ) from wrong
        raise
    return Made(target, target.stat().st_size, manifest)


def refuse_target(target: Path, *, replace: bool) -> None:
    """Raise `Conflict` when the backup cannot be written there."""
    if target.is_dir() or (target.exists() and not replace):
        raise Conflict(
            N_("{file} is there already, and is kept. Give another name, or add --replace to write over a file."),
            file=target,
        )
    if not target.parent.is_dir():
        raise Conflict(N_("There is no folder {folder}. Make it first, or give another place."), folder=target.parent)
    if not os.access(target.parent, os.W_OK | os.X_OK):
        raise Conflict(
            N_("{folder} cannot be written. Give another place, or let this account write there."), folder=target.parent
        )


@contextlib.contextmanager
def _exclusive(draft: Path) -> Iterator[IO[bytes]]:
    """The draft, empty, ours alone, readable by nobody else, and gone when it has not been renamed by the end."""
    descriptor = os.open(draft, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
    with os.fdopen(descriptor, "r+b") as out:
        if os.name == "posix":
            import fcntl

            try:
                fcntl.flock(out, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise Conflict(N_("Another backup is being written to {file}. Wait for it."), file=draft) from None
            os.fchmod(out.fileno(), 0o600)
        out.truncate()  # what a backup that was killed has left
        try:
            yield out
        finally:
            with contextlib.suppress(FileNotFoundError):
                if os.path.samestat(os.fstat(out.fileno()), draft.stat()):  # else it has its name, or is another's
                    draft.unlink()


def _save_database(environment: Environment, file: Path, progress: Progress) -> str:
    """The database at one moment, as a SQLite file; the name of the engine that it was in."""
    from cordee.web import database

    if not database.is_there(environment):
        raise Conflict(
            N_("There is no database at {file}, so there is nothing to save. Check CORDEE_HOME and CORDEE_DATABASE."),
            file=environment.postgresql or environment.database_file,
        )
    if environment.database_file is not None:
        database.copy_file(environment.database_file, file, progress)
        return "sqlite"
    from django.db import connection, transaction

    from cordee.web.backups import moving_rows

    with moving_rows.sqlite_connection(file) as copy, transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        migrations = moving_rows.applied_migrations(connection)
        moving_rows.refuse_newer(migrations, release="")
        moving_rows.make_schema(copy, migrations)
        moving_rows.copy_rows(connection, copy, migrations, progress=progress)
    return "postgresql"


def _write(out: IO[bytes], environment: Environment, database: Path, engine: str, progress: Progress) -> Manifest:
    with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as reading:
        rows, migrations = archive.count_rows(reading), archive.migrations_of(reading)
    folder = environment.files_folder
    files = [(f"files/{path.parent.name}/{path.name}", path) for path in _kept_files(folder)]
    total = database.stat().st_size + sum(path.stat().st_size for _, path in files)
    members: dict[str, Sum] = {}
    damaged = set()
    done = 0
    with zipfile.ZipFile(out, "w") as packed:

        def add(name: str, path: Path, method: int) -> Sum:
            nonlocal done
            member, digest, size = _member(name, path, method), hashlib.sha256(), 0
            with path.open("rb") as source, packed.open(member, "w") as sink:
                while chunk := source.read(CHUNK_BYTES):
                    digest.update(chunk)
                    size += sink.write(chunk)
                    done += len(chunk)
                    progress(done, total)
            members[name] = Sum(size, digest.hexdigest())
            return members[name]

        add(archive.DATABASE, database, zipfile.ZIP_DEFLATED)
        for name in (keys.SITE, keys.FILES):
            path = keys.key_folder(environment.home) / name
            if path.is_file():
                add(f"keys/{name}", path, zipfile.ZIP_STORED)
        for name, path in files:
            sha256 = path.parent.name + path.name
            if add(name, path, zipfile.ZIP_STORED).sha256 != sha256:
                damaged.add(sha256)
        with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as reading:
            lost = archive.lost_files(reading, members) | damaged
        manifest = Manifest(
            release=cordee.__version__,
            made_at=clock.now().astimezone(dt.UTC).isoformat(timespec="seconds"),
            engine=engine,
            url=serving.address_of(environment),
            migrations=migrations,
            rows=rows,
            members=members,
            lost_files=tuple(sorted(lost)),
        )
        about = zipfile.ZipInfo(archive.MANIFEST, EPOCH)
        about.compress_type = zipfile.ZIP_DEFLATED
        about.external_attr = 0o100600 << 16
        packed.writestr(about, manifest.as_json())
    return manifest


def _member(name: str, path: Path, method: int) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(name, EPOCH)
    member.compress_type = method
    member.file_size = path.stat().st_size  # says whether wide sizes are needed
    member.external_attr = 0o100600 << 16
    return member


def _kept_files(root: Path) -> Iterator[Path]:
    """Whole files of the folder, in the order of their names; drafts and strangers are left out."""
    for folder in sorted(root.glob("[0-9a-f][0-9a-f]")):
        for path in sorted(folder.iterdir()):
            if SHA256.fullmatch(folder.name + path.name) and path.is_file():
                yield path
