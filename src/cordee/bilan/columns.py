"""What may stand in a column of a table that a programme office writes?

A table is a CSV file; a row of it is a frozen dataclass whose fields are its columns. Each field says of which kind it
is, so that one reader, one writer, one check and one codebook serve them all.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final, Literal

CLASS_OF: Final = "trait"  # the column that says of what a column of the kind "class" is one
Kind = Literal[
    "text", "words", "count", "share", "amount", "date", "year", "language", "country", "yes", "choice", "class"
]


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `course`: its words are ids of courses.csv; `choices`: what a "choice" may be; `money`: in k€;
    `large`: thousands are usual in it."""

    kind: Kind
    meaning: str  # an English sentence marked with N_
    required: bool = False
    choices: tuple[str, ...] = ()
    course: bool = False
    money: bool = False
    large: bool = False
    name: str = ""


def text(meaning: str, *, required: bool = False, course: bool = False) -> Any:
    """Any words; "" where nothing is said."""
    return _field(Column("text", meaning, required, course=course), "")


def words(meaning: str, *, required: bool = False, course: bool = False) -> Any:
    """Several words, in the file with a vertical bar between them: a | b."""
    return _field(Column("words", meaning, required, course=course), ())


def count(meaning: str, *, required: bool = False) -> Any:
    """A whole number from 0; None where it is not known."""
    return _field(Column("count", meaning, required), None)


def share(meaning: str, *, required: bool = False) -> Any:
    """A percent from 0 to 100; None where it is not known."""
    return _field(Column("share", meaning, required), None)


def amount(meaning: str, *, required: bool = False, large: bool = False) -> Any:
    """A number from 0, whole or not; None where it is not known."""
    return _field(Column("amount", meaning, required, large=large), None)


def money(meaning: str, *, required: bool = False) -> Any:
    """Thousands of euros from 0, whole or not; None where it is not known."""
    return _field(Column("amount", meaning, required, money=True, large=True), None)


def date(meaning: str, *, required: bool = False) -> Any:
    """2016, 2016-11 or 2016-11-24, as much as is known; "" where nothing is."""
    return _field(Column("date", meaning, required), "")


def year(meaning: str, *, required: bool = False) -> Any:
    """A year, e.g. 2016; None where it is not known."""
    return _field(Column("year", meaning, required), None)


def language(meaning: str, *, required: bool = False) -> Any:
    """Two letters of ISO 639-1, e.g. fr; "" where it is not known."""
    return _field(Column("language", meaning, required), "")


def country(meaning: str, *, required: bool = False) -> Any:
    """Two letters of ISO 3166-1, e.g. SN; "" where it is not known."""
    return _field(Column("country", meaning, required), "")


def yes(meaning: str) -> Any:
    """yes or no; None where nothing is said."""
    return _field(Column("yes", meaning), None)


def choice(meaning: str, choices: Sequence[str], *, required: bool = False) -> Any:
    """One word of a closed list; "" where nothing is said."""
    return _field(Column("choice", meaning, required, tuple(choices)), "")


def of_class(meaning: str, *, required: bool = False) -> Any:
    """A class of learners, of the trait in the row's column `trait`; "" where nothing is said."""
    return _field(Column("class", meaning, required), "")


def place() -> Any:
    """The line of the file on which a row stands; it does not make two rows different."""
    return field(default=0, compare=False, repr=False)


@cache
def columns_of(record: type) -> dict[str, Column]:
    """The columns of a row, in their order."""
    return {
        one.name: dataclasses.replace(one.metadata["column"], name=one.name)
        for one in dataclasses.fields(record)
        if "column" in one.metadata
    }


def _field(column: Column, default: object) -> Any:
    return field(default=default, metadata={"column": column})
