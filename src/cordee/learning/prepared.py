"""How does a page ask the same question a thousand times a second without composing it anew each time?

Django composes a query from Python objects at each call: for the joins of a learner's seat that takes ten times as long
as the database needs to answer. A `Prepared` query is written as any other, composed once for the process, and then run
with other values.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model, QuerySet
from django.db.models.query import get_related_populators

M = TypeVar("M", bound=Model)
Value = str | int | uuid.UUID | dt.datetime


@dataclass(frozen=True, slots=True)
class _Composed:
    """SQL, its parameters with names where values go, and how a row becomes an object."""

    sql: str
    parameters: tuple[tuple[str, Any], ...]  # (name of a value, "") or ("", constant)
    compiler: Any


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
        return list(_objects(composed.compiler, rows))

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
        composed = self._composed[connection.vendor] = _Composed(sql, parameters, compiler)
        return composed


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


def _objects(compiler: Any, rows: list[tuple[Any, ...]]) -> Iterator[Any]:
    """What Django's own `ModelIterable` does with the rows of a query."""
    select, of = compiler.select, compiler.klass_info
    fields = of["select_fields"]
    begin, end = fields[0], fields[-1] + 1
    names = [column[0].target.attname for column in select[begin:end]]
    related = get_related_populators(of, select, DEFAULT_DB_ALIAS)  # type: ignore[call-arg] # the stubs are of Django 6
    for row in compiler.results_iter([rows]):
        found = of["model"].from_db(DEFAULT_DB_ALIAS, names, row[begin:end])
        for populator in related:
            populator.populate(row, found)
        for name, column in (compiler.annotation_col_map or {}).items():
            setattr(found, name, row[column])
        yield found
