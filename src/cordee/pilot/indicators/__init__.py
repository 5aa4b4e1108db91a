"""Which indicators are there? One module here an indicator, found by its place: it binds `indicator` to an `Indicator`.

An indicator is one query over the views of the store (`pilot/tables.py`, and those that `pilot/store_views.py` derives
from them: `learners`, `submissions`, `persons`), with its definition, unit, denominator and source. The query is what a
reader is shown under the figure; it is written once, in SQL that DuckDB runs and that sqlglot turns into Spark's.
"""

from __future__ import annotations

import datetime as dt
import pkgutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib import import_module
from typing import Any, Literal

import duckdb

from cordee.core.errors import N_, NotFound

Value = str | int | float | bool | None
Row = dict[str, Value]
Kind = Literal["count", "percent", "points", "seconds", "number", "text", "when"]


@dataclass(frozen=True, slots=True)
class Field:
    """One column of the answer, e.g. Field("tried", "count", "learners who handed it in at least once")."""

    name: str
    kind: Kind
    meaning: str
    needs: tuple[str, ...] = ()  # tables without which this column is null, beyond those of the indicator


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """A number with its definition. Texts are English templates marked with N_; pages translate them."""

    name: str  # e.g. "exercises"; what `cordee pilot show` takes
    title: str
    definition: str  # one or two sentences
    unit: str
    denominator: str  # of whom a share is taken; "" where there is none
    source: str  # where the definition comes from: a page, a paper
    fields: tuple[Field, ...]
    query: str
    needs: tuple[str, ...]  # the tables without which it cannot be known, e.g. ("events",)
    finish: Callable[[Sequence[Row]], list[Row]] | None = None  # what SQL cannot say: intervals, curves
    # Where each row tells of one run: the rows of several runs are those of each, put in order by this.
    by_run: Callable[[Sequence[Row]], list[Row]] | None = None
    chart: str = ""  # which drawing of `ui` shows it; "" for the table alone
    persons: bool = False  # a row speaks of one person: shown to who may see names only
    cells: tuple[str, ...] = ()  # fields that count people by what they said of themselves: small cells are hidden
    group: str = ""  # the field that names the cohort of which a row tells: small ones are hidden
    people: str = ""  # the field that counts those of whom a row tells: of few, only the fields before it are told
    said: str = ""  # of such an indicator: the query of (course, actor, trait, class), one row a learner and trait

    def rows(self, database: duckdb.DuckDBPyConnection) -> list[Row]:
        """The answer for the runs and people whose views `database` holds (1 query).

        Readers ask through `small_cells.answer`; of cohorts and of what people said of themselves, in no other way.
        """
        if self.cells or self.group or self.people:
            raise TypeError(f"small cells of {self.name} must be hidden: ask cordee.pilot.small_cells.answer")
        return self.finished(self.counts(database))

    def counts(self, database: duckdb.DuckDBPyConnection) -> list[Row]:
        """What the query alone says, before `finish`."""
        cursor = database.execute(self.query)
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, map(plain, row), strict=True)) for row in cursor.fetchall()]

    def finished(self, counts: Sequence[Row]) -> list[Row]:
        """The rows that a reader sees, of what the query says."""
        return self.finish(counts) if self.finish else list(counts)


def plain(value: Any) -> Value:
    """What JSON can say: a time in UTC as "2017-03-06T08:00:00Z", a decimal as a float."""
    if isinstance(value, dt.datetime):
        return value.isoformat() + "Z"
    return float(value) if isinstance(value, Decimal) else value


@cache
def all_indicators() -> Mapping[str, Indicator]:
    """By name, in the order of their names."""
    found: dict[str, Indicator] = {}
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda one: one.name):
        indicator: Any = getattr(import_module(f"{__name__}.{module.name}"), "indicator", None)
        if isinstance(indicator, Indicator):
            if indicator.name in found:
                raise TypeError(f"two indicators are called {indicator.name}")
            found[indicator.name] = indicator
    return found


def indicator_called(name: str) -> Indicator:
    """Raises NotFound with the names that exist."""
    try:
        return all_indicators()[name]
    except KeyError:
        raise NotFound(
            N_("There is no indicator {name}. There are: {names}."), name=name, names=", ".join(all_indicators())
        ) from None
