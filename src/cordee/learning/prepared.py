"""How does a page ask the same question a thousand times a second without composing it anew each time?

Django composes a query from Python objects at each call: for the joins of a learner's seat that takes ten times as long
as the database needs to answer. A `Prepared` query is written as any other, composed once for the process, and then run
with other values; `add` does the same for a new row.
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import AutoField, Model, QuerySet
from django.db.models.query import get_related_populators

from cordee.core.kept import Kept

M = TypeVar("M", bound=Model)
Value = str | int | uuid.UUID | dt.datetime
ROWS_AT_ONCE = 50_000  # of one statement to a server: a few megabytes
ALIKE = 100  # rows that become the same, from which on SQLite takes them together


@dataclass(frozen=True, slots=True)
class _Composed:
    """SQL, its parameters with names where values go, and how a row becomes an object."""

    sql: str
    parameters: tuple[tuple[str, Any], ...]  # (name of a value, "") or ("", constant)
    compiler: Any
    converters: Any  # of columns, as Django's compiler made them
    columns: slice  # those of the model itself
    names: tuple[str, ...]
    related: tuple[Any, ...]
    annotations: tuple[tuple[str, int], ...]


class Prepared(Generic[M]):
    """A query with named values: `Prepared(lambda key: Run.objects.filter(key=key), key=str)`.

    Each value is given its type. It may stand in several places; a constant that the query itself holds stays.
    """

    def __init__(self, build: Callable[..., QuerySet[M]], **types: type[Value]) -> None:
        self._build = build
        self._samples = {name: _sample(rank, of) for rank, (name, of) in enumerate(types.items())}
        self._composed: dict[str, _Composed] = {}  # by database engine

    def all(self, **values: Value) -> list[M]:
        """Every row (1 query)."""
        connection = connections[DEFAULT_DB_ALIAS]
        composed = self._composed.get(connection.vendor) or self._compose(connection)
        parameters = [
            _as_stored(connection, values[name]) if name else constant for name, constant in composed.parameters
        ]
        with connection.cursor() as cursor:
            cursor.execute(composed.sql, parameters)
            rows = cursor.fetchall()
        return list(_objects(composed, rows, connection))

    def first(self, **values: Value) -> M | None:
        """The first row, None when there is none (1 query)."""
        return next(iter(self.all(**values)), None)

    def _compose(self, connection: BaseDatabaseWrapper) -> _Composed:
        compiler: Any = self._build(**self._samples).query.get_compiler(using=DEFAULT_DB_ALIAS)
        sql, found = compiler.as_sql()
        names = {_as_stored(connection, sample): name for name, sample in self._samples.items()}
        parameters = tuple((names[one], "") if one in names else ("", one) for one in found)
        missing = set(self._samples) - {name for name, _constant in parameters}
        if missing:
            raise ValueError(f"the query does not use {sorted(missing)}")
        of = compiler.klass_info
        columns = slice(of["select_fields"][0], of["select_fields"][-1] + 1)
        composed = self._composed[connection.vendor] = _Composed(
            sql=sql,
            parameters=parameters,
            compiler=compiler,
            converters=compiler.get_converters([column[0] for column in compiler.select]),
            columns=columns,
            names=tuple(column[0].target.attname for column in compiler.select[columns]),
            related=tuple(get_related_populators(of, compiler.select, DEFAULT_DB_ALIAS)),  # type: ignore[call-arg] # the stubs are of Django 6
            annotations=tuple((compiler.annotation_col_map or {}).items()),
        )
        return composed


def add(row: Model, *, unless_there: bool = False) -> bool:
    """Insert a row that needs nothing back from the database (1 query).

    With `unless_there`, a row that a unique constraint forbids is left out, and False is the answer.
    """
    connection = connections[DEFAULT_DB_ALIAS]
    key = (type(row), connection.vendor, unless_there)
    sql, fields = _insertions.of(key, lambda: _insertion(type(row), connection, unless_there=unless_there))
    values = [field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return bool(cursor.rowcount)


def add_new(model: type[Model], rows: Sequence[Mapping[str, Any]], **shared: Any) -> None:
    """Insert rows, given by the names of their fields, that no unique constraint forbids (1 query, all or nothing).

    `shared`: what is the same in all of them, made ready for the database once. What neither says has its default. A
    server gets 1 query for each 50,000 rows.
    """
    if rows:
        own = {name: [row[name] for row in rows] for name in rows[0]}
        add_columns(model, {name: stored_column(model, name, column) for name, column in own.items()}, **shared)


def add_columns(model: type[Model], own: Mapping[str, Sequence[Any]], **shared: Any) -> None:
    """The same, the rows given as one column for each field, every value as the database takes it."""
    connection = connections[DEFAULT_DB_ALIAS]
    key = (model, connection.vendor, True)
    sql, fields = _insertions.of(key, lambda: _insertion(model, connection, unless_there=True))
    count = len(next(iter(own.values())))
    if not count:
        return
    if unknown := {*own, *shared} - {field.attname for field in fields}:
        raise ValueError(f"{model.__name__} has no fields {sorted(unknown)}")
    same = {
        field.attname: field.get_db_prep_save(shared.get(field.attname, field.get_default()), connection)
        for field in fields
        if field.attname not in own
    }
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            columns = [own.get(field.attname) or repeat(same[field.attname], count) for field in fields]
            cursor.executemany(sql, list(zip(*columns, strict=True)))
            return
        for start in range(0, count, ROWS_AT_ONCE):
            some = {name: column[start : start + ROWS_AT_ONCE] for name, column in own.items()}
            cursor.execute(*_insertion_of_many(model, connection, fields, same, some))


def change(rows: Sequence[Model], *names: str) -> None:
    """Write these fields of rows that are there (1 query, sent for all of them at once)."""
    if rows:
        fields = [rows[0]._meta.get_field(name) for name in names]  # noqa: SLF001 - Django documents it
        attributes = [str(field.attname) for field in fields]  # type: ignore[union-attr]  # columns of ours
        change_values(type(rows[0]), names, [(row.pk, *(getattr(row, one) for one in attributes)) for row in rows])


def as_stored(model: type[Model], name: str, value: Any) -> Any:
    """A value of this field as the database takes it, for `change_values(…, stored=True)`."""
    return model._meta.get_field(name).get_db_prep_save(value, connections[DEFAULT_DB_ALIAS])  # type: ignore[union-attr]  # noqa: SLF001


def stored_column(model: type[Model], name: str, values: Iterable[Any]) -> list[Any]:
    """Values of this field as the database takes them, for `add_columns`."""
    prepare: Any = model._meta.get_field(name).get_db_prep_save  # type: ignore[union-attr]  # noqa: SLF001 - as above
    connection = connections[DEFAULT_DB_ALIAS]
    return [prepare(value, connection) for value in values]


def change_values(
    model: type[Model], names: Sequence[str], rows: Sequence[tuple[Any, ...]], *, stored: bool = False
) -> None:
    """The same for rows that were not read as objects: each its key, then its values.

    1 query for all of them; to a server 1 for each 50,000. Where many become the same, SQLite gets 1 query for each
    way of becoming: it changes them in a third of the time. `stored`: every value is as the database takes it.
    """
    if not rows:
        return
    connection, about = connections[DEFAULT_DB_ALIAS], model._meta  # noqa: SLF001 - Django documents it
    fields: list[Any] = [about.get_field(name) for name in names]
    if not stored:
        prepare = [field.get_db_prep_save for field in fields]
        rows = [
            (row[0], *(one(value, connection) for one, value in zip(prepare, row[1:], strict=True))) for row in rows
        ]
    if connection.vendor == "postgresql":
        for start in range(0, len(rows), ROWS_AT_ONCE):
            with connection.cursor() as cursor:
                cursor.execute(*_change_of_many(model, connection, fields, rows[start : start + ROWS_AT_ONCE]))
        return
    quote, key = connection.ops.quote_name, about.pk
    table, key_column = quote(about.db_table), quote(str(key.column)) if key is not None else ""
    given = ", ".join(f"{quote(field.column)} = %s" for field in fields)
    alike: dict[tuple[Any, ...], list[Any]] = {}
    for row in rows:
        alike.setdefault(row[1:], []).append(row[0])
    alone = f"UPDATE {table} SET {given} WHERE {key_column} = %s"  # noqa: S608 - names of ours
    together = f"UPDATE {table} SET {given} WHERE {key_column} IN (SELECT value FROM json_each(%s))"  # noqa: S608
    with connection.cursor() as cursor:
        if len(alike) * ALIKE > len(rows):
            cursor.executemany(alone, [(*row[1:], row[0]) for row in rows])
            return
        for values, keys in alike.items():
            cursor.execute(together, (*values, json.dumps(keys)))


def _change_of_many(
    model: type[Model], connection: BaseDatabaseWrapper, fields: Sequence[Any], rows: Sequence[tuple[Any, ...]]
) -> tuple[str, list[Any]]:
    """To PostgreSQL: rows as one list a column, so that one plan is made and few values are sent."""
    quote, about = connection.ops.quote_name, model._meta  # noqa: SLF001 - as above
    table, key = quote(about.db_table), about.pk
    assert key is not None  # noqa: S101 - every table of ours has one; said for the type checker
    keys, *columns = zip(*rows, strict=True)
    given: list[str] = []
    same: list[Any] = []  # what all of them become
    names, types, own = ["row_key"], [_type(key, connection)], [keys]
    for field, column in zip(fields, columns, strict=True):
        if all(value is column[0] for value in column):
            given.append(f"{quote(field.column)} = CAST(%s AS {_type(field, connection)})")
            same.append(column[0])
            continue
        given.append(f"{quote(field.column)} = fresh.{quote(field.attname)}")
        names.append(field.attname)
        types.append(_type(field, connection))
        own.append(column)
    lists = ", ".join(f"CAST(%s AS {one}[])" for one in types)
    sql = (
        f"UPDATE {table} SET {', '.join(given)} FROM unnest({lists})"  # noqa: S608 - names of ours
        f" AS fresh ({', '.join(quote(name) for name in names)}) WHERE {table}.{quote(str(key.column))} = fresh.row_key"
    )
    return sql, [*same, *(_listed(column) for column in own)]


def _insertion_of_many(
    model: type[Model],
    connection: BaseDatabaseWrapper,
    fields: Sequence[Any],
    same: Mapping[str, Any],
    own: Mapping[str, Sequence[Any]],
) -> tuple[str, list[Any]]:
    """The same for new rows: what they share is sent once."""
    quote = connection.ops.quote_name
    types = {field.attname: _type(field, connection) for field in fields}
    columns = ", ".join(quote(field.column) for field in fields)
    read = ", ".join(
        f"fresh.{quote(field.attname)}" if field.attname in own else f"CAST(%s AS {types[field.attname]})"
        for field in fields
    )
    lists = ", ".join(f"CAST(%s AS {types[name]}[])" for name in own)
    named = ", ".join(quote(name) for name in own)
    sql = (
        f"INSERT INTO {quote(model._meta.db_table)} ({columns}) SELECT {read}"  # noqa: S608, SLF001 - names of ours
        f" FROM unnest({lists}) AS fresh ({named}) ON CONFLICT DO NOTHING"
    )
    shared = [same[field.attname] for field in fields if field.attname not in own]
    return sql, [*shared, *(_listed(column) for column in own.values())]


def _type(field: Any, connection: BaseDatabaseWrapper) -> str:
    """Text has no length here: the column checks it, where a cast would cut."""
    name = str(field.rel_db_type(connection))
    return "text" if name.startswith("varchar") else name


def _listed(values: Sequence[Any]) -> Any:
    """A column as PostgreSQL takes it. Numbers are written here: psycopg refuses a list of 1 and 0.5."""
    written: list[str] = []
    for value in values:
        if value is None:
            written.append("NULL")
        elif isinstance(value, int):  # a truth too, as 1 or 0
            written.append(int.__repr__(value))
        elif isinstance(value, float):
            written.append(float.__repr__(value))
        else:
            return list(values)
    return f"{{{','.join(written)}}}"


def _insertion(
    model: type[Model], connection: BaseDatabaseWrapper, *, unless_there: bool
) -> tuple[str, tuple[Any, ...]]:
    quote, about = connection.ops.quote_name, model._meta  # noqa: SLF001 - Django documents it
    fields = tuple(field for field in about.concrete_fields if not isinstance(field, AutoField))
    columns = ", ".join(quote(str(field.column)) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    end = " ON CONFLICT DO NOTHING" if unless_there else ""  # SQLite and PostgreSQL both say it so
    return f"INSERT INTO {quote(about.db_table)} ({columns}) VALUES ({marks}){end}", fields  # noqa: S608 - names of ours


_insertions: Kept[tuple[type[Model], str, bool], tuple[str, tuple[Any, ...]]] = Kept(100)


def _sample(rank: int, of: type[Value]) -> Value:
    """A value that no query holds by itself, to be found again among the parameters."""
    samples: Mapping[type[Value], Value] = {
        str: f"\ue000{rank}",
        int: 2_000_000_000 + rank,
        uuid.UUID: uuid.UUID(int=rank),
        dt.datetime: dt.datetime(1901, 1, 1, microsecond=rank, tzinfo=dt.UTC),
    }
    return samples[of]


def _as_stored(connection: BaseDatabaseWrapper, value: Value) -> Any:
    """As the database takes it."""
    match value:
        case uuid.UUID() if not connection.features.has_native_uuid_field:
            return value.hex
        case dt.datetime():
            return connection.ops.adapt_datetimefield_value(value)
        case _:
            return value


def _objects(composed: _Composed, rows: Iterable[Any], connection: BaseDatabaseWrapper) -> Iterator[Any]:
    """What Django's own `ModelIterable` does with the rows of a query."""
    model = composed.compiler.klass_info["model"]
    if composed.converters:
        rows = composed.compiler.apply_converters(rows, composed.converters)
    for row in rows:
        found = model.from_db(DEFAULT_DB_ALIAS, composed.names, row[composed.columns])
        for populator in composed.related:
            populator.populate(row, found)
        for name, column in composed.annotations:
            setattr(found, name, row[column])
        yield found
