"""How does a page ask the same question a thousand times a second without composing it anew each time?

Django composes a query from Python objects at each call: for the joins of a learner's seat that takes ten times as long
as the database needs to answer. A `Prepared` query is written as any other, composed once for the process, and then run
with other values; `add` does the same for a new row.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import AutoField, Model, QuerySet
from django.db.models.query import get_related_populators

from cordee.core.kept import Kept

M = TypeVar("M", bound=Model)
Value = str | int | uuid.UUID | dt.datetime
ROWS_AT_ONCE = 1000  # of one statement to a server


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


@dataclass(frozen=True, slots=True)
class Stored:
    """A value as the database takes it: JSON that is written already, a key that was read from it."""

    value: Any


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

    `shared`: what is the same in all of them, made ready for the database once. What neither says has its default.
    """
    connection = connections[DEFAULT_DB_ALIAS]
    key = (model, connection.vendor, True)
    sql, fields = _insertions.of(key, lambda: _insertion(model, connection, unless_there=True))
    if not rows:
        return
    if unknown := {*rows[0], *shared} - {field.attname for field in fields}:
        raise ValueError(f"{model.__name__} has no fields {sorted(unknown)}")
    same = {
        field.attname: field.get_db_prep_save(shared.get(field.attname, field.get_default()), connection)
        for field in fields
        if field.attname not in rows[0]
    }
    names = [field.attname for field in fields]
    own = [(names.index(name), name, fields[names.index(name)].get_db_prep_save) for name in rows[0]]
    shared_by_all = [same.get(name) for name in names]
    values = []
    for row in rows:
        ready = shared_by_all.copy()
        for place, name, prepare in own:
            ready[place] = _ready(prepare, row[name], connection)
        values.append(ready)
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            cursor.executemany(sql, values)
            return
        head, one, tail = sql.partition(f"({', '.join(['%s'] * len(fields))})")
        for start in range(0, len(values), ROWS_AT_ONCE):
            some = values[start : start + ROWS_AT_ONCE]
            cursor.execute(head + ", ".join([one] * len(some)) + tail, [value for row in some for value in row])


def change(rows: Sequence[Model], *names: str) -> None:
    """Write these fields of rows that are there (1 query, sent for all of them at once)."""
    if rows:
        fields = [rows[0]._meta.get_field(name) for name in names]  # noqa: SLF001 - Django documents it
        attributes = [str(field.attname) for field in fields]  # type: ignore[union-attr]  # columns of ours
        change_values(type(rows[0]), names, [(row.pk, *(getattr(row, one) for one in attributes)) for row in rows])


def as_stored(model: type[Model], name: str, value: Any) -> Any:
    """A value of this field as the database takes it, for `change_values(…, stored=True)`."""
    return model._meta.get_field(name).get_db_prep_save(value, connections[DEFAULT_DB_ALIAS])  # type: ignore[union-attr]  # noqa: SLF001


def change_values(
    model: type[Model], names: Sequence[str], rows: Sequence[tuple[Any, ...]], *, stored: bool = False
) -> None:
    """The same for rows that were not read as objects: each its key, then its values.

    1 query for all of them; to a server 1 for each 1,000. `stored`: every value is as the database takes it.
    """
    if not rows:
        return
    connection, about = connections[DEFAULT_DB_ALIAS], model._meta  # noqa: SLF001 - Django documents it
    quote, fields = connection.ops.quote_name, [about.get_field(name) for name in names]
    given = ", ".join(f"{quote(str(field.column))} = %s" for field in fields)  # type: ignore[union-attr]  # columns of ours
    key = quote(str(about.pk.column)) if about.pk is not None else ""
    prepare = [field.get_db_prep_save for field in fields]  # type: ignore[union-attr]
    values: list[Sequence[Any]] = (
        [(*row[1:], row[0]) for row in rows]
        if stored
        else [
            [*(_ready(one, value, connection) for one, value in zip(prepare, row[1:], strict=True)), row[0]]
            for row in rows
        ]
    )
    table = quote(about.db_table)
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":  # in SQLite a statement costs nothing to send
            cursor.executemany(f"UPDATE {table} SET {given} WHERE {key} = %s", values)  # noqa: S608 - names of ours
            return
        cast = ", ".join(
            f"{quote(str(field.column))} = CAST(fresh.c{rank} AS {field.rel_db_type(connection)})"  # type: ignore[union-attr]
            for rank, field in enumerate(fields)
        )
        columns = ", ".join([*(f"c{rank}" for rank in range(len(fields))), "row_key"])
        one = f"({', '.join(['%s'] * (len(fields) + 1))})"
        for start in range(0, len(values), ROWS_AT_ONCE):
            some = values[start : start + ROWS_AT_ONCE]
            given_rows = f"(VALUES {', '.join([one] * len(some))}) AS fresh ({columns})"
            sql = f"UPDATE {table} SET {cast} FROM {given_rows} WHERE {table}.{key} = fresh.row_key"  # noqa: S608 - names of ours
            cursor.execute(sql, [value for row in some for value in row])


def _ready(prepare: Callable[[Any, BaseDatabaseWrapper], Any], value: Any, connection: BaseDatabaseWrapper) -> Any:
    return value.value if type(value) is Stored else prepare(value, connection)


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
