"""What is a figure of a report, and what is a remark in its margin?

One module here a family of figures. A figure is never a bare number: it says of which period and of whom it is, whether
somebody declared it or it was computed, from which rows, on which day, and by which query over the open data.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal
from urllib.parse import quote

from cordee.bilan.programme import Run

Unit = Literal["people", "courses", "runs", "countries", "number", "percent", "points", "keur", "person_years", "years"]
How = Literal["declared", "reckoned", "computed", "mixed"]  # see `how_of`


@dataclass(frozen=True, slots=True)
class Amount:
    """A number with its unit, for a sentence that is worded in each language later."""

    value: float
    unit: Unit = "number"
    decimals: int | None = None  # None: as many as the unit wants


@dataclass(frozen=True, slots=True)
class Own:
    """Words that people wrote, shown as they are; `english` where they are others in English."""

    text: str
    english: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """Several things said alike: an English template marked with N_, and what fills it each time."""

    template: str
    items: tuple[Mapping[str, str | Amount], ...]


Word = str | Amount | Own | Listed
Words = Mapping[str, Word]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number of the report. `value` None: not known, and `title` still says what it would be."""

    key: str  # e.g. "enrolments"; one in a report
    title: str  # English template, marked with N_; `words` fill it
    value: float | None
    unit: Unit
    period: str
    how: How
    of: str = ""  # of whom a share is taken; marked with N_
    source: str = ""
    extracted_on: str = ""
    rows: tuple[str, ...] = ()  # e.g. "runs.csv:12"
    query: str = ""  # SQL over the tables of the open data, or the pilot's own
    words: Words = field(default_factory=dict)
    row: str = ""  # of a figure in a row of a table: template of that row's name; figures of one row begin alike

    @property
    def group(self) -> str:
        """What the keys of the figures of a row begin with: "course.a.runs" → "course.a"."""
        return self.key.rpartition(".")[0] if self.row else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """Something that does not add up or cannot be compared. Numbers in `words` are `Amount`s."""

    chapter: str
    sentence: str  # English template, marked with N_
    words: Words = field(default_factory=dict)
    about: tuple[str, ...] = ()  # keys of figures


class Book:
    """Collects figures, each key once, and remarks, while a report is counted up.

    `source`: whose tables these are, for figures that follow from rows which name nobody; else their files.
    """

    def __init__(self, period: str, source: str = "") -> None:
        self.period = period
        self._source = source
        self._figures: dict[str, Figure] = {}
        self._remarks: list[Remark] = []

    def add(self, figure: Figure) -> Figure:
        if figure.key in self._figures:
            raise ValueError(f"two figures are called {figure.key}")
        told = figure if figure.source else replace(figure, source=self._source or _files(figure.rows))
        self._figures[told.key] = told
        return told

    def remark(self, chapter: str, sentence: str, /, *about: str, **words: Word) -> None:
        self._remarks.append(Remark(chapter=chapter, sentence=sentence, words=words, about=about))

    def get(self, key: str) -> Figure | None:
        return self._figures.get(key)

    def value(self, key: str) -> float | None:
        figure = self._figures.get(key)
        return None if figure is None else figure.value

    def begins(self, prefix: str) -> list[Figure]:
        """The figures whose key begins so, in the order in which they were added."""
        return [figure for key, figure in self._figures.items() if key.startswith(prefix)]

    def __iter__(self) -> Iterator[Figure]:
        return iter(self._figures.values())

    def remarks(self) -> Sequence[Remark]:
        return tuple(self._remarks)


def how_of(runs: Sequence[Run]) -> How:
    """Where a number over runs comes from: stores of the pilot, declared rows, or both.

    "declared" is a number that somebody wrote down as it stands; "reckoned" follows from rows that are.
    """
    stores = {bool(run.store) for run in runs}
    return "computed" if stores == {True} else "mixed" if True in stores else "reckoned"


def in_key(words: str) -> str:
    """Words of people as they stand in a key, and so in an address: "a b" → "a~20b"; "" as "~"."""
    return quote(words.replace("~", "~7E"), safe="").replace("%", "~").replace(".", "~2E") or "~"


def in_sql(words: str) -> str:
    """Words of people as a string of SQL."""
    return "'" + words.replace("'", "''") + "'"


def _files(rows: Sequence[str]) -> str:
    """The files in which rows stand, for rows of which nobody says where they come from."""
    return " | ".join(sorted({row.partition(":")[0] for row in rows}))


def sources_of(rows: Sequence[object]) -> str:
    """Who says what rows hold, each once; "" where no row names anybody."""
    return " | ".join(sorted({source for row in rows if (source := getattr(row, "source", ""))}))


def newest_of(rows: Sequence[object]) -> str:
    """The newest day on which rows were extracted; "" where none names one."""
    return max((str(getattr(row, "extracted_on", "")) for row in rows), default="")


def lines(table: str, rows: Sequence[object]) -> tuple[str, ...]:
    """Where rows stand, e.g. "runs.csv:12"; those that were computed stand in no file."""
    return tuple(f"{table}.csv:{line}" for row in rows if (line := getattr(row, "line", 0)))
