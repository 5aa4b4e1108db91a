"""Is the database there, up to date, and saved before it changes?"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from cordee.core import clock
from cordee.core.errors import N_, Conflict
from cordee.web import keys, postgresql
from cordee.web.alone import one_at_a_time
from cordee.web.command_language import gettext as _
from cordee.web.environment import Environment

PAGES_A_STEP = 2000


def pending_migrations() -> list[str]:
    """Names of the migrations that have not run, e.g. ["jobs.0002_site_key"]; every one when there is no database."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]


def ready_for_writing(*, say: Callable[[str], None]) -> None:
    """Make the database when there is none; refuse one that is older than the code. Raises Conflict."""
    environment = Environment.read()
    if is_there(environment):
        refuse_older()
        return
    say(_("Making the database {place}.").format(place=environment.postgresql or environment.database_file))
    migrate(environment, progress=lambda _done, _total: None)


def is_there(environment: Environment) -> bool:
    """Whether a migration ever ran on it. Raises Conflict when the server cannot be reached."""
    if environment.postgresql is not None:
        postgresql.refuse_unfit(environment.postgresql)
        return MigrationRecorder(connection).has_table()
    file = environment.database_file
    return file is not None and file.is_file() and _has_tables(file)


def refuse_missing(environment: Environment) -> None:
    """Raise Conflict when there is no database, or when answers may not be entrusted to its server."""
    if not is_there(environment):
        raise Conflict(
            N_("There is no database at {file} yet. Run: cordee migrate"),
            file=environment.postgresql or environment.database_file,
        )


def refuse_older() -> None:
    """Raise Conflict when the database is older than the code."""
    pending = pending_migrations()
    if pending:
        raise Conflict(
            N_("The database is older than the code: {count} changes wait. Run: cordee migrate"), count=len(pending)
        )


@one_at_a_time
def migrate(
    environment: Environment, *, progress: Callable[[int, int], None], saved: bool = False
) -> tuple[int, Path | None]:
    """Save the database, then run what is pending. Gives the number of migrations run and the copy's path, if any.

    A database of PostgreSQL is saved by its operator, who says so (`saved`). Raises Conflict.
    """
    file, place = environment.database_file, environment.postgresql
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
    keys.make_all(environment.home)
    there = is_there(environment)
    if not there and file is not None:
        file.touch(mode=0o600)  # it holds people; the first look would make it, and the files beside it take its rights
    pending = pending_migrations()
    if not pending:
        return 0, None
    copy = None
    if there and place is not None and not saved:
        raise Conflict(
            N_(
                "{count} changes wait. Save the database first ({command}; or cordee backup FILE with the release that"
                " runs now), then run: cordee migrate --saved"
            ),
            count=len(pending),
            command=place.pg_dump,
        )
    if there and file is not None:
        copy = back_up(environment, file, progress=progress)
    call_command("migrate", interactive=False, verbosity=0)
    from cordee.courses.search.indexing import build  # its tables are Django's: not before it is set up

    build(again=False)  # else the first reader of the catalogue waits for it
    return len(pending), copy


def back_up(environment: Environment, file: Path, *, progress: Callable[[int, int], None]) -> Path:
    """A whole copy of the database, made while others may write. Older copies than the setting keeps are dropped."""
    folder = environment.backups_folder
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    copy = folder / f"cordee-{clock.now():%Y%m%d-%H%M%S-%f}.sqlite3"
    draft = copy.with_suffix(".draft")
    try:
        copy_file(file, draft, progress)
        draft.replace(copy)
    finally:
        draft.unlink(missing_ok=True)
    for old in sorted(folder.glob("cordee-*.sqlite3"))[: -environment.backups]:
        old.unlink()
    return copy


def copy_file(source: Path, target: Path, progress: Callable[[int, int], None]) -> None:
    """The state of a SQLite file at one moment, in another file. Writers go on meanwhile, and do not make it begin
    again: the moment is held by a transaction. Raises OSError when the copy is damaged."""
    target.touch(mode=0o600)
    reading, writing = sqlite3.connect(source), sqlite3.connect(target)
    try:
        reading.execute("BEGIN")
        reading.execute("SELECT count(*) FROM sqlite_master").fetchone()  # the first read sets the moment
        reading.backup(writing, pages=PAGES_A_STEP, progress=lambda _status, left, total: progress(total - left, total))
        writing.execute("PRAGMA journal_mode = DELETE")  # the copy is one file
        writing.execute("PRAGMA ignore_check_constraints = ON")  # some call functions that only Django brings
        (verdict,) = writing.execute("PRAGMA quick_check").fetchone()
        if verdict != "ok":
            raise OSError(f"the copy of {source} is damaged: {verdict}")
    finally:
        reading.close()
        writing.close()


def _has_tables(file: Path) -> bool:
    reading = sqlite3.connect(file)
    try:
        (count,) = reading.execute("SELECT count(*) FROM sqlite_master").fetchone()
        return bool(count)
    finally:
        reading.close()
