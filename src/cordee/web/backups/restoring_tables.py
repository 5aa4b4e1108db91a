"""How do the tables of a backup take the place of those in PostgreSQL?

They are made and filled in a schema of their own, where nobody sees them. Then, in one transaction, the tables that are
there move into a schema that keeps them, and the new ones move in.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from cordee.core.errors import N_, Conflict
from cordee.web.backups import moving_rows
from cordee.web.backups.archive import Progress

STAGED = "cordee_restoring"
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = %s AND tableowner = current_user ORDER BY tablename"
OTHERS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usename = current_user"
    " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
)

Put = Callable[[str], str]


@contextlib.contextmanager
def prepared(file: Path, migrations: Sequence[str], *, progress: Progress) -> Iterator[Put]:
    """Tables and rows, ready. Gives `put(keep)`: swap them in; the name of the schema that keeps the old, or "".

    Raises `Conflict` while anybody else of this account is connected to the database.
    """
    with connection.cursor() as cursor:
        _refuse_others(cursor)
        cursor.execute("SELECT current_schema()")
        (home,) = cursor.fetchone()
        if home is None:
            raise Conflict(N_("The database has no schema to hold tables. Run: CREATE SCHEMA public"))
        cursor.execute("SHOW search_path")
        (path,) = cursor.fetchone()
        cursor.execute(f"DROP SCHEMA IF EXISTS {STAGED} CASCADE")  # of a restore that was stopped
        cursor.execute(f"CREATE SCHEMA {STAGED}")
        cursor.execute(f"SET search_path TO {STAGED}")
    try:
        with moving_rows.sqlite_connection(file) as source:
            moving_rows.make_schema(connection, migrations)
            moving_rows.copy_rows(source, connection, migrations, progress=progress)
        yield lambda keep: _put(home, keep)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('search_path', %s, false)", [path])
            cursor.execute(f"DROP SCHEMA IF EXISTS {STAGED} CASCADE")


def _put(home: str, keep: str) -> str:
    with transaction.atomic(), connection.cursor() as cursor:
        _refuse_others(cursor)
        old = _tables(cursor, home)
        if old:
            cursor.execute(f"CREATE SCHEMA {_quoted(keep)}")
        for table in old:
            cursor.execute(f"ALTER TABLE {_quoted(home)}.{_quoted(table)} SET SCHEMA {_quoted(keep)}")
        for table in _tables(cursor, STAGED):
            cursor.execute(f"ALTER TABLE {STAGED}.{_quoted(table)} SET SCHEMA {_quoted(home)}")
    return keep if old else ""


def _tables(cursor: CursorWrapper, schema: str) -> list[str]:
    cursor.execute(TABLES, [schema])
    return [name for (name,) in cursor.fetchall()]


def _refuse_others(cursor: CursorWrapper) -> None:
    cursor.execute(OTHERS)
    (count,) = cursor.fetchone()
    if count:
        raise Conflict(
            N_("Others are connected to the database ({count}), and would lose what they write. Stop the site first."),
            count=count,
        )


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
