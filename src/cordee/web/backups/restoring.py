"""Put a site back as a backup has it, and keep what it replaces.

Everything is unpacked and compared beside its place first; only then do names change, in a few renames. A mark stands
in the home folder while they do: a site that was left in the middle is not served, and the same command brings it to
its end.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from cordee.core import clock
from cordee.core.errors import N_, Conflict
from cordee.core.storage import sync_folder
from cordee.formats.archives import Archive
from cordee.web import amounts, keys, serving
from cordee.web.backups import archive
from cordee.web.backups.archive import Manifest, Progress
from cordee.web.environment import Environment
from cordee.web.machine import FULL

STAGED = "restoring"  # in the home folder: what is about to take its place
REPLACED = "replaced"  # in the home folder: what was there before, by date
MARK = "restore-unfinished"  # in the home folder: from the first rename to the last
SPARE_BYTES = 50 * 1024**2


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put back, and where what it replaced is: paths of files, and the schema of PostgreSQL tables."""

    manifest: Manifest
    kept: tuple[str, ...]
    pending: int  # migrations that this release would still run
    erased_again: int  # people of the backup who had been erased since; with migrations pending, `migrate` erases them


def restore(environment: Environment, source: Path, *, progress: Progress) -> Restored:
    """Replace database, files and keys by those of the backup. Raises `CordeeError`; nothing has changed then."""
    from cordee.people import erasing, erasures
    from cordee.web import database
    from cordee.web.backups import moving_rows, restoring_tables

    home = environment.home
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _alone(home), archive.open_backup(source, progress=progress) as (opened, manifest):
        _refuse_without_room(environment, manifest)
        staged = home / STAGED
        swap = Swap(environment, f"{clock.now():%Y%m%d-%H%M%S}")
        try:
            _refuse_if_read_elsewhere(environment)
            shutil.rmtree(staged, ignore_errors=True)
            _stage(opened, manifest, staged, progress)
            moving_rows.refuse_newer(manifest.migrations, release=manifest.release)
            erasures.mark_to_replay()  # from here on nothing is served before those who were erased are erased again
            if environment.postgresql is not None:
                with restoring_tables.prepared(
                    staged / archive.DATABASE, manifest.migrations, progress=progress
                ) as put:
                    kept_schema = swap.run(then=lambda: put(f"replaced_{swap.stamp.replace('-', '_')}"))
            else:
                kept_schema = swap.run(then=lambda: "")
        except (OSError, sqlite3.OperationalError) as wrong:
            if isinstance(wrong, sqlite3.OperationalError) or wrong.errno not in FULL:
                raise
            raise Conflict(
                N_("The disk of {folder} is full, so nothing was restored. Free some room, then try again."),
                folder=home,
            ) from wrong
        finally:
            shutil.rmtree(staged, ignore_errors=True)
    kept = (*map(str, swap.kept), *([kept_schema] if kept_schema else []))
    pending = len(database.pending_migrations())
    erased_again = erasing.replay() if erasures.must_replay() and not pending else 0
    return Restored(manifest, kept, pending, erased_again)


def refuse_half_restored(home: Path) -> None:
    """Raise `Conflict` when a restore was stopped while names changed."""
    if (home / MARK).exists():
        raise Conflict(
            N_(
                "A restore of {home} was interrupted, so the site is not whole. Run cordee restore FILE again; what it"
                " replaced is in the folder {folder}."
            ),
            home=home,
            folder=home / REPLACED,
        )


@dataclass(slots=True)
class Swap:
    """The renames that put what is staged in its place; undone when one fails."""

    environment: Environment
    stamp: str
    kept: list[Path] = field(default_factory=list, init=False)
    _done: list[tuple[Path, Path]] = field(default_factory=list, init=False)

    def run(self, *, then: Callable[[], str]) -> str:
        """Rename, then call `then`; what it gives. Undoes all when any of it raises."""
        home = self.environment.home
        staged = home / STAGED
        mark = home / MARK
        was_whole = not mark.exists()
        mark.touch()
        sync_folder(home)
        try:
            for place in self._places():
                self._put_away(place)
            for source, place in self._pairs(staged):
                if source.exists():
                    self._rename(source, place)
            for folder in {place.parent for _, place in self._pairs(staged)}:
                sync_folder(folder)
            given = then()
        except BaseException:
            for source, place in reversed(self._done):
                place.rename(source)
            if was_whole:
                mark.unlink()
            raise
        mark.unlink()
        return given

    def _pairs(self, staged: Path) -> list[tuple[Path, Path]]:
        file = self.environment.database_file
        pairs = [
            (staged / "files", self.environment.files_folder),
            (staged / "keys", keys.key_folder(self.environment.home)),
        ]
        return pairs if file is None else [*pairs, (staged / archive.DATABASE, file)]

    def _places(self) -> list[Path]:
        file = self.environment.database_file
        places = [place for _, place in self._pairs(Path())]
        return places if file is None else [*places, *(file.with_name(file.name + end) for end in ("-wal", "-shm"))]

    def _put_away(self, place: Path) -> None:
        """What is there now goes into the folder of replaced things: beside it, where that is another disk."""
        if not place.exists():
            return
        home = self.environment.home
        folder = (home if place.parent == home else place.parent) / REPLACED / self.stamp
        for each in (folder.parent, folder):
            each.mkdir(mode=0o700, exist_ok=True)
        self._rename(place, folder / place.name)
        self.kept.append(folder / place.name)

    def _rename(self, source: Path, place: Path) -> None:
        source.rename(place)
        self._done.append((source, place))


@contextlib.contextmanager
def _alone(home: Path) -> Iterator[None]:
    """No server may use the folder, and none starts while this lasts. Raises `Conflict`."""
    with (home / serving.LOCK).open("a") as lock:
        if sys.platform != "win32":
            import fcntl

            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise Conflict(
                    N_("The site in {home} is being served, and would lose answers. Stop it, then restore."), home=home
                ) from None
        yield


def _refuse_without_room(environment: Environment, manifest: Manifest) -> None:
    free = shutil.disk_usage(environment.home).free
    if free < manifest.total_bytes + SPARE_BYTES:
        raise Conflict(
            N_("The backup needs {needed} MB in {folder}, where {free} MB are free. Free some room, then try again."),
            needed=amounts.megabytes(manifest.total_bytes + SPARE_BYTES),
            folder=environment.home,
            free=amounts.megabytes(free),
        )


def _refuse_if_read_elsewhere(environment: Environment) -> None:
    """Another program with the database open would go on writing into what was put away. Raises `Conflict`."""
    file = environment.database_file
    if file is None or not file.is_file():
        return
    try:
        with contextlib.closing(sqlite3.connect(file, timeout=1)) as ours:
            (mode,) = ours.execute("PRAGMA journal_mode = DELETE").fetchone()  # only who is alone may
    except sqlite3.DatabaseError as wrong:
        if "locked" not in str(wrong):
            return  # a damaged file is most often why one restores
        mode = "wal"
    if mode == "wal":
        raise Conflict(N_("Another program has the database {file} open. Stop it, then restore."), file=file)


def _stage(opened: Archive, manifest: Manifest, staged: Path, progress: Progress) -> None:
    """Unpack under `staged`, each file compared with the manifest and on the disk. Raises `CordeeError`."""
    done = 0
    for folder in (staged, staged / "files", staged / "keys"):
        folder.mkdir(mode=0o700, exist_ok=True)
    for name in manifest.members:  # only names that `open_backup` knows: none leads elsewhere
        place = staged / name
        place.parent.mkdir(exist_ok=True)
        descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as out:
            for piece in archive.pieces(opened, manifest, name):
                out.write(piece)
                done += len(piece)
                progress(done, manifest.total_bytes)
            out.flush()
            os.fsync(out.fileno())
    for folder in (*(staged / "files").iterdir(), staged / "files", staged / "keys", staged):
        sync_folder(folder)
    archive.check_database(staged / archive.DATABASE, manifest)
