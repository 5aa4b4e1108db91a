"""How do all rows go from one engine to the other, unchanged?

Through Django's fields, table by table, a batch at a time, for the models as they were when the rows were written: the
schema is made by the same migrations that had run on the source.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from django.core.management.color import no_style
from django.db import connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from cordee.core.errors import N_
from cordee.web.backups.archive import BackupRefused, Progress
from cordee.web.engines import sqlite

BATCH = 1000
ALIAS = "backup"


@contextlib.contextmanager
def sqlite_connection(file: Path) -> Iterator[BaseDatabaseWrapper]:
    """A second database of Django for as long as this lasts: the file of a backup, nobody else's."""
    defaults = connections.settings["default"]
    given = sqlite(file)
    given["OPTIONS"]["init_command"] = "PRAGMA journal_mode=DELETE; PRAGMA synchronous=OFF"  # hashed and synced later
    connections.settings[ALIAS] = {**defaults, "HOST": "", "PORT": "", "USER": "", "PASSWORD": "", **given}
    connections.settings[ALIAS]["TEST"] = defaults["TEST"]
    try:
        yield connections[ALIAS]
    finally:
        connections[ALIAS].close()
        del connections[ALIAS]
        del connections.settings[ALIAS]


def applied_migrations(connection: BaseDatabaseWrapper) -> tuple[str, ...]:
    """Names of the migrations that have run there, sorted."""
    return tuple(sorted(f"{app}.{name}" for app, name in MigrationExecutor(connection).loader.applied_migrations))


def refuse_newer(migrations: Sequence[str], *, release: str) -> None:
    """Raise `BackupRefused` when a migration is unknown to this release. No query."""
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    if set(migrations) - known:
        raise BackupRefused(
            N_("The backup was made by a newer release of Cordée ({release}). Install that release first."),
            release=release,
        )


def make_schema(connection: BaseDatabaseWrapper, migrations: Sequence[str]) -> None:
    """Empty tables as they are after these migrations, in an empty database."""
    executor = MigrationExecutor(connection)
    executor.migrate(_targets(executor, migrations))


def copy_rows(
    source: BaseDatabaseWrapper, target: BaseDatabaseWrapper, migrations: Sequence[str], *, progress: Progress
) -> None:
    """Replace the rows of `target` by those of `source`, both at these migrations; sequences follow.

    In one transaction on each side. Constraints are those of the target, asked when it commits.
    """
    executor = MigrationExecutor(target)
    apps = executor.loader.project_state(_targets(executor, migrations)).apps
    tables = [one for one in apps.get_models(include_auto_created=True) if not one._meta.proxy]  # noqa: SLF001 - documented by Django
    total = sum(_rows(model, source).count() for model in tables)
    done = 0
    with transaction.atomic(using=target.alias):
        with target.cursor() as cursor:
            for model in tables:  # what migrations wrote; keys between tables are looked at when all is done
                cursor.execute(f"DELETE FROM {target.ops.quote_name(model._meta.db_table)}")  # noqa: S608, SLF001 - a quoted name
        for model in tables:
            for batch in _batches(model, source):
                _insert(model, batch, target)
                done += len(batch)
                progress(done, total)
        with target.cursor() as cursor:
            for statement in target.ops.sequence_reset_sql(no_style(), tables):
                cursor.execute(statement)


def _targets(executor: MigrationExecutor, migrations: Sequence[str]) -> list[tuple[str, str]]:
    """The last of these migrations of each app."""
    nodes = {(app, name) for app, _, name in (one.partition(".") for one in migrations)}
    graph = executor.loader.graph
    return sorted(
        node
        for node in nodes
        if not any(child.key in nodes and child.key[0] == node[0] for child in _children(graph, node))
    )


def _children(graph: Any, node: tuple[str, str]) -> Any:
    return graph.node_map[node].children


def _rows(model: type[models.Model], connection: BaseDatabaseWrapper) -> models.QuerySet[Any]:
    return model._default_manager.using(connection.alias).order_by()  # noqa: SLF001 - documented by Django


def _fields(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    return list(model._meta.local_concrete_fields)  # noqa: SLF001 - documented by Django


def _batches(model: type[models.Model], source: BaseDatabaseWrapper) -> Iterator[list[Sequence[Any]]]:
    names = [field.attname for field in _fields(model)]
    rows = iter(_rows(model, source).values_list(*names).iterator(chunk_size=BATCH))
    while batch := list(islice(rows, BATCH)):
        yield batch


def _insert(model: type[models.Model], batch: list[Sequence[Any]], target: BaseDatabaseWrapper) -> None:
    fields, name = _fields(model), target.ops.quote_name
    columns = ", ".join(name(str(field.column)) for field in fields)
    places = ", ".join(["%s"] * len(fields))
    statement = f"INSERT INTO {name(model._meta.db_table)} ({columns}) VALUES ({places})"  # noqa: S608, SLF001 - quoted names
    rows = [[_prepared(field, value, target) for field, value in zip(fields, row, strict=True)] for row in batch]
    with target.cursor() as cursor:
        cursor.executemany(statement, rows)


def _prepared(field: models.Field[Any, Any], value: Any, target: BaseDatabaseWrapper) -> Any:
    if value is None and isinstance(field, models.JSONField) and not field.null:
        return target.ops.adapt_json_value(None, field.encoder)  # JSON's null: the column has no other
    return field.get_db_prep_save(value, target)
