"""Which files does the pilot read? One module here a format, found by its place: it binds `source` to a `Source`.

A source reads leniently and counts: what it kept, what it dropped, why, with a few samples. It writes into a `Landing`,
whose tables are those of `pilot/tables.py` with `person` (what the source calls somebody) in the place of `actor`; the
store makes the pseudonyms, drops what it holds already, and writes the files.
"""

from __future__ import annotations

import datetime as dt
import pkgutil
import shutil
import tempfile
import weakref
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, Final, Protocol, runtime_checkable

import duckdb

from cordee.pilot.parts import STATES
from cordee.pilot.tables import BY_NAME, TABLES

HEAD_BYTES: Final = 64 * 1024  # what `recognises` is given: the file's first bytes, inflated
JOURNAL: Final = STATES
SAMPLES: Final = 3  # of each reason for dropping a row
SAMPLE_SIGNS: Final = 120
PERSONS: Final = (
    "(actor BIGINT, user_id VARCHAR, username VARCHAR, email VARCHAR, name VARCHAR, anonymous VARCHAR)"  # who is who
)


@runtime_checkable
class Source(Protocol):
    """One format of the outside world."""

    @property
    def name(self) -> str:
        """E.g. "edx_log"; names the files of the store, so it never changes."""
        ...

    @property
    def label(self) -> str:
        """What a person calls it, e.g. "tracking log of Open edX"; translatable."""
        ...

    @property
    def identifies(self) -> bool:
        """Whether it says which username belongs to which id: such files of one import are read first."""
        ...

    def recognises(self, path: Path, head: bytes) -> bool:
        """Whether this is a file of this format, by its first bytes (inflated if it is gz)."""
        ...

    def read(self, path: Path, landing: Landing) -> None:
        """Fill the landing. Raises InputRefused for a file of which nothing can be read."""
        ...


@dataclass
class Tally:
    """How a file was read: rows read, rows kept, and rows dropped by reason with a few samples."""

    read: int = 0
    kept: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    samples: dict[str, list[str]] = field(default_factory=dict)

    def drop(self, reason: str, sample: str = "", count: int = 1) -> None:
        """Count rows that are not taken. `reason` is a short English noun phrase, e.g. "no user id"."""
        self.dropped[reason] += count
        kept = self.samples.setdefault(reason, [])
        if sample and len(kept) < SAMPLES:
            kept.append(sample[:SAMPLE_SIGNS])


@dataclass(frozen=True, slots=True)
class Known:
    """What the store knows of a person's names; "" for what it does not know."""

    user_id: str
    username: str
    email: str
    anonymous: str

    @property
    def person(self) -> str:
        """What a landing calls this person."""
        return self.user_id or (f"@{self.username}" if self.username else "")


@dataclass
class Landing:
    """Where one file's rows come down before the store takes them.

    `database` holds a table `landing.<name>` for each table of the pilot, with `person VARCHAR` for `actor`, and
    `landing.persons (person, user_id, username, email, name, anonymous)`, all VARCHAR; `anonymous` holds ids under
    which edX hides the person, with spaces between. A person is the id that the source gives, e.g. "1003", or "@" and
    the username where it gives no id.
    """

    database: duckdb.DuckDBPyConnection
    extracted_at: dt.datetime  # when the source was written out, as far as its name or content says; UTC
    tally: Tally = field(default_factory=Tally)
    remarks: list[str] = field(default_factory=list)  # sentences: what was assumed, what cannot be known
    moved: Callable[[float], None] = lambda _share: None  # tell how far the reading is, from 0 to 1
    adds: bool = False  # rows of several files of this format add up, in every table: logs, not reports
    scratch: Path | None = None  # a folder that ends with the landing; `beside` makes one where there is none
    course: str = ""  # key of the run of a file that does not say it itself; "" where nobody has said it
    distinct: frozenset[str] = frozenset()  # tables of which the source knows that no row stands twice
    part: str = ""  # what of its report this file holds, e.g. one problem: another part does not take its place

    def known(self) -> list[Known]:
        """Who was named to the store before this file."""
        rows = self.database.execute("SELECT user_id, username, email, anonymous FROM known").fetchall()
        return [Known(*(str(cell or "") for cell in row)) for row in rows]

    def anonymous(self) -> dict[str, str]:
        """Anonymised id -> what the landing calls the person, of those named to the store before this file."""
        return {one: known.person for known in self.known() for one in known.anonymous.split() if known.person}

    def beside(self, name: str) -> Path:
        """A place for a file that is needed while reading only."""
        if self.scratch is None:
            self.scratch = Path(tempfile.mkdtemp(prefix="cordee-landing-"))
            weakref.finalize(self, shutil.rmtree, self.scratch, ignore_errors=True)
        return self.scratch / name

    def add(self, table: str, rows: Iterable[Sequence[Any]], columns: Sequence[str]) -> None:
        """Add rows to a table, by the names of their columns. For reports; a log is read by a query of its own."""
        batch = [tuple(row) for row in rows]
        if not batch:
            return
        # One literal of lists, unnested: executemany costs a thousand times as much.
        names = ", ".join(columns)
        values = ", ".join(f"unnest(${position + 1})" for position in range(len(columns)))
        for start in range(0, len(batch), 50_000):
            part = batch[start : start + 50_000]
            self.database.execute(
                f"INSERT INTO landing.{table} ({names}) SELECT {values}",
                [[row[position] for row in part] for position in range(len(columns))],
            )


def open_landing(database: duckdb.DuckDBPyConnection, extracted_at: dt.datetime) -> Landing:
    """Empty tables in `database`."""
    database.execute("CREATE SCHEMA IF NOT EXISTS landing")
    for table in TABLES:
        columns = ", ".join(
            "person VARCHAR" if column.name == "actor" else f"{column.name} {column.type}" for column in table.columns
        )
        database.execute(f"CREATE OR REPLACE TABLE landing.{table.name} ({columns})")
    database.execute(
        "CREATE OR REPLACE TABLE landing.persons "
        "(person VARCHAR, user_id VARCHAR, username VARCHAR, email VARCHAR, name VARCHAR, anonymous VARCHAR)"
    )
    database.execute("CREATE OR REPLACE TEMP TABLE known " + PERSONS)
    return Landing(database, extracted_at)


@cache
def all_sources() -> tuple[Source, ...]:
    """Every module of this folder, by its name."""
    found = []
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda one: one.name):
        source = getattr(import_module(f"{__name__}.{module.name}"), "source", None)
        if source is not None:
            if not isinstance(source, Source):
                raise TypeError(f"{module.name}.source is no Source")
            found.append(source)
    return tuple(found)


def columns_of(table: str) -> tuple[str, ...]:
    """The columns of a landing table, in order."""
    return tuple("person" if name == "actor" else name for name in BY_NAME[table].names)
