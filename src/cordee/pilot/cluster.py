"""Does a cluster count the same? A store's views and indicators on Spark, from the very texts that DuckDB runs.

`store.py`, `titles.py` and `indicators/` are written once, in DuckDB's SQL; sqlglot turns them into Spark's, and what
the two engines understand differently is said in one place, `_adapted`. What comes out is compared by `digest`. Needs
the extra `cordee[cluster]` and Java: `missing` says what is not there. docs/pilot/cluster.md says how to run it.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import importlib.util
import json
import math
import os
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from cordee.core.errors import N_, Conflict
from cordee.pilot import titles
from cordee.pilot.indicators import Indicator, Row, Value, plain
from cordee.pilot.scopes import Scope
from cordee.pilot.sources import PERSONS
from cordee.pilot.store import Store
from cordee.pilot.store_views import DERIVED, rows_of, view_of
from cordee.pilot.tables import TABLES, Table

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession
    from sqlglot import exp

DECIMALS: Final = 6  # two engines add floats up in different orders
LOOPBACK: Final = "127.0.0.1"

# The types of tables.py that Spark calls otherwise. It has no unsigned integers: Parquet's are read as decimals. Our
# times are UTC without a zone, and stay so.
TYPES: Final = {"VARCHAR": "STRING", "UBIGINT": "DECIMAL(20,0)", "TIMESTAMP": "TIMESTAMP_NTZ"}

SETTINGS: Final = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.timestampType": "TIMESTAMP_NTZ",
    "spark.sql.ansi.enabled": "true",  # what cannot be computed is an error, not a null
}

# In the order in which `Store.open` makes them. IDS and SECTIONS stand for NO_… too: they have no rows then.
VIEWS: Final = (titles.IDS, *titles.VIEWS, titles.SECTIONS, *DERIVED)
KEPT: Final = frozenset({"made_of_activities", "structure", "learners"})  # small, and asked several times by one query


def missing() -> Conflict | None:
    """What must be installed before Spark can be asked, as the error to raise; None where nothing lacks."""
    absent = [name for name in ("pyspark", "sqlglot") if importlib.util.find_spec(name) is None]
    if absent:
        return Conflict(
            N_("Spark cannot be asked: {names} is not installed. Install it: pip install 'cordee[cluster]'"),
            names=", ".join(absent),
        )
    home = os.environ.get("JAVA_HOME")
    if shutil.which("java", path=str(Path(home) / "bin") if home else None) is None:
        return Conflict(
            N_("Spark cannot be asked: Java is not installed. On Debian: apt install openjdk-17-jre-headless")
        )
    return None


# From one dialect to the other


def in_spark(text: str) -> str:
    """A query of ours in Spark's SQL; of a text that makes a view, the query behind it.

    Raises sqlglot's errors for what it cannot read, or cannot say in Spark's.
    """
    return _named(text)[1]


def _named(text: str) -> tuple[str, str]:
    """The name of the view that a text makes ("" for a query), and its query in Spark's SQL."""
    import sqlglot
    from sqlglot import exp

    tree = sqlglot.parse_one(text, read="duckdb")
    name = ""
    if isinstance(tree, exp.Create):
        name, tree = tree.this.name, tree.expression
    return name, str(_adapted(tree).sql(_dialect(), unsupported_level=sqlglot.ErrorLevel.RAISE))


@cache
def _dialect() -> Any:
    """Spark's, with its QUALIFY: sqlglot writes it as subqueries that bear one name, and two of ours would clash."""
    from sqlglot import exp, transforms
    from sqlglot.dialects.spark import Spark
    from sqlglot.generators.spark import SparkGenerator

    class Generator(SparkGenerator):
        TRANSFORMS = SparkGenerator.TRANSFORMS | {
            exp.Select: transforms.preprocess([transforms.eliminate_distinct_on, transforms.unnest_to_explode])
        }

    class SparkWithQualify(Spark):
        pass

    SparkWithQualify.Generator = Generator
    SparkWithQualify.generator_class = Generator
    return SparkWithQualify


def _adapted(tree: exp.Expr) -> exp.Expr:
    """The same query, where Spark means something else by what sqlglot would write. Each rule says why."""
    from sqlglot import exp

    def rewritten(node: exp.Expr) -> exp.Expr:
        match node:
            case exp.DateDiff():
                # DuckDB counts the borders crossed (00.9 s to 01.1 s is one), Spark the whole units that fit in (none).
                for side in ("this", "expression"):
                    cut = exp.TimestampTrunc(this=node.args[side], unit=node.args["unit"].copy())
                    node.set(side, cut)
            case exp.GenerateSeries():
                # From 5 to 3 DuckDB gives nothing, Spark counts down.
                start, end = node.args["start"], node.args["end"]
                return exp.Case(ifs=[exp.If(this=exp.LTE(this=start.copy(), expression=end.copy()), true=node.copy())])
            case exp.ArgMin() | exp.ArgMax():
                # DuckDB passes over rows where what is wanted is null, Spark gives the null. In a struct DuckDB holds
                # null for the greatest, Spark for the least.
                order = node.expression
                if isinstance(order, exp.Struct):
                    order.set("expressions", [part for pair in order.expressions for part in _null_last(pair)])
                return exp.Filter(this=node.copy(), expression=exp.Where(this=_known(node.this)))
            case exp.Filter(this=exp.Filter() as inner):  # of an ArgMin that had a filter already
                both = exp.and_(inner.expression.this, node.expression.this)
                return exp.Filter(this=inner.this, expression=exp.Where(this=both))
            case exp.Cast(this=exp.Div()) if node.to.is_type(*exp.DataType.INTEGER_TYPES):
                # DuckDB rounds, half to even, Spark cuts off. (Other casts to integers here are of whole numbers.)
                node.set("this", exp.Anonymous(this="RINT", expressions=[node.this]))
            case exp.Cast() if node.to.is_type("INT128"):  # Spark's longest whole numbers are decimals
                node.set("to", exp.DataType.build("DECIMAL(38, 0)"))
            case exp.Anonymous() if node.name.lower() == "epoch_us":  # Spark's reckons from a moment with its zone
                moment = exp.cast(node.expressions[0], "TIMESTAMPLTZ")
                return exp.Anonymous(this="UNIX_MICROS", expressions=[moment])
            case exp.Anonymous() if node.name.lower() == "parse_filename":
                parts = exp.Anonymous(this="SPLIT", expressions=[*node.expressions, exp.Literal.string("/")])
                return exp.Anonymous(this="ELEMENT_AT", expressions=[parts, exp.Literal.number(-1)])
        return node

    # From the leaves up, so that what was rewritten is not met again.
    for node in reversed(list(tree.walk(bfs=True))):
        changed = rewritten(node)
        if changed is not node:
            node.replace(changed)
    return tree


def _known(value: exp.Expr) -> exp.Expr:
    from sqlglot import exp

    return exp.Not(this=exp.Is(this=value.copy(), expression=exp.Null()))


def _null_last(pair: exp.Expr) -> tuple[exp.Expr, exp.Expr]:
    """Of `a := x`: `a_null := x IS NULL, a := x`."""
    from sqlglot import exp

    is_null = exp.Paren(this=exp.Is(this=pair.expression.copy(), expression=exp.Null()))
    return exp.PropertyEQ(this=exp.to_identifier(f"{pair.name}_null"), expression=is_null), pair.copy()


# Opening


@contextlib.contextmanager
def spark_at(master: str = "", settings: Mapping[str, str] = MappingProxyType({})) -> Iterator[SparkSession]:
    """Spark, stopped at the end. `master`: as in "local-cluster[2,1,1024]"; "" for what spark-submit or Spark's own
    files say. A cluster on this machine listens on this machine only.

    Raises Conflict where something is not installed.
    """
    lacking = missing()
    if lacking:
        raise lacking
    from pyspark.sql import SparkSession

    chosen = {"spark.ui.showConsoleProgress": "false"}
    if master:
        chosen["spark.master"] = master
    if master.startswith("local"):
        os.environ["SPARK_LOCAL_IP"] = LOOPBACK  # master, workers and executors
        chosen |= {
            "spark.driver.bindAddress": LOOPBACK,
            "spark.driver.host": LOOPBACK,
            "spark.ui.enabled": "false",
        }
    builder = SparkSession.builder.appName("cordee pilot")
    for name, value in (chosen | dict(settings)).items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    application = spark.sparkContext.applicationId
    try:
        yield spark
    finally:
        spark.stop()
        if master.startswith("local-cluster"):
            _tidy(application)


def _tidy(application: str) -> None:
    """Take away what the workers of a cluster on this machine leave where Spark is installed."""
    import pyspark

    work = Path(os.environ.get("SPARK_HOME") or Path(pyspark.__file__).parent) / "work"
    shutil.rmtree(work / application, ignore_errors=True)
    with contextlib.suppress(OSError):  # others are at work too
        work.rmdir()


@contextlib.contextmanager
def open_store(store: Store, spark: SparkSession, scope: Scope | None = None) -> Iterator[SparkSession]:
    """A session of this Spark whose views are those of `Store.open`, of the runs and people of `scope` only.

    Every machine of the cluster must find the store's folder at the same path. What our own journal has not sealed yet
    is not in it. Raises NotFound for a run that the store does not hold.
    """
    scope = scope or Scope()
    courses = store.courses_of(scope)
    session = spark.newSession()
    for name, value in SETTINGS.items():
        session.conf.set(name, value)
    if scope.actors is not None:
        chosen = session.createDataFrame([(actor,) for actor in sorted(scope.actors)], "actor BIGINT")
        chosen.createOrReplaceTempView("chosen")
    for table in TABLES:
        files = store.files_of(table, courses)
        _read(session, files, _columns(table)).createOrReplaceTempView(f"files_of_{table.name}")
        rows = rows_of(table, f"files_of_{table.name}", len(files))
        _make_view(session, view_of(table, rows, chosen=scope.actors is not None))
    kept = store.folder / "persons.parquet"
    named = _read(session, [str(kept)] if kept.exists() else [], _spelled(PERSONS.strip("()")))
    named.drop("filename").createOrReplaceTempView("persons")
    dates = session.createDataFrame(store.extractions_of(courses), "course STRING, extracted_at TIMESTAMP_NTZ")
    dates.createOrReplaceTempView("extractions")
    kept_rows: list[DataFrame] = []
    try:
        for text in VIEWS:
            name, found = _make_view(session, text)
            if name in KEPT:
                kept_rows.append(found.cache())
        yield session
    finally:
        for found in kept_rows:
            found.unpersist()


def _make_view(session: SparkSession, text: str) -> tuple[str, DataFrame]:
    name, query = _named(text)
    found = session.sql(query)
    found.createOrReplaceTempView(name)
    return name, found


def _columns(table: Table) -> str:
    return _spelled(", ".join(f"{column.name} {column.type}" for column in table.columns))


def _spelled(columns: str) -> str:
    """E.g. "actor BIGINT, name VARCHAR" as Spark writes it."""
    typed = (column.strip().rsplit(" ", 1) for column in columns.split(","))
    return ", ".join(f"`{name}` {TYPES.get(kind, kind)}" for name, kind in typed)


def _read(session: SparkSession, files: Sequence[str], columns: str) -> DataFrame:
    """What these Parquet files hold, and `filename`."""
    if not files:
        return session.createDataFrame([], f"{columns}, filename STRING")
    # The folder course=KEY is no column: the files have theirs, as with DuckDB's hive_partitioning = false.
    found = session.read.schema(columns).option("recursiveFileLookup", "true").parquet(*map(_address, files))
    return found.selectExpr("*", "_metadata.file_path AS filename")


def _address(path: str) -> str:
    """A path as Hadoop reads it: what would stand for other names stands for itself."""
    return "file://" + re.sub(r"([\\*?\[\]{}^])", r"\\\1", str(Path(path).absolute()))


# Asking


def counts(session: SparkSession, indicator: Indicator) -> list[Row]:
    """What the query of an indicator alone says on Spark, as `Indicator.counts` on DuckDB (1 query)."""
    answer = session.sql(in_spark(indicator.query))
    # What Spark cut to weeks bears a zone; collected so, it would be turned into this machine's own.
    zoned = [name for name, kind in answer.dtypes if kind == "timestamp"]
    answer = answer.withColumns({name: answer[name].cast("timestamp_ntz") for name in zoned}) if zoned else answer
    return [dict(zip(answer.columns, map(plain, row), strict=True)) for row in answer.collect()]


def rows(session: SparkSession, indicator: Indicator) -> list[Row]:
    """The answer of an indicator on Spark, as `Indicator.rows` on DuckDB, which says why some are refused (1 query)."""
    if indicator.cells:
        raise TypeError(f"small cells of {indicator.name} must be hidden: ask cordee.pilot.small_cells.answer")
    return indicator.finished(counts(session, indicator))


def digest(rows: Sequence[Row]) -> str:
    """16 hex digits of these rows in any order, floats at 6 decimals: the same rows, the same digest on any engine."""
    lines = sorted(json.dumps({name: _steady(value) for name, value in row.items()}) for row in rows)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def _steady(value: Value | dt.datetime) -> object:
    if not isinstance(value, float):
        return value
    if not math.isfinite(value):
        return str(value)
    return f"{round(value, DECIMALS) + 0.0:.{DECIMALS}f}"  # + 0.0: there is one zero
