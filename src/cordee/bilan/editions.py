"""What changed since an earlier edition of the report? Texts are kept, figures are counted again."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cordee.bilan.figures import Book
from cordee.core.errors import N_, InputRefused

Edition = dict[str, tuple[str, float]]  # by key, the title and value of each figure
ROWS: Final = (
    *("course.", "category.", "item.", "year.", "money."),
    *("use.", "uses.", "company.", "survey.", "kind."),
)  # figures that older editions do not have
EXACT: Final = 1e-9  # relative; files hold twelve digits


@dataclass(frozen=True, slots=True)
class Correction:
    """A figure that is not what it was; `before` or `now` None: it was not there, or is no more."""

    key: str
    title: str  # as the earlier edition had it
    before: float | None
    now: float | None


def read_edition(file: Path) -> Edition:
    """The figures in the `figures.csv` of a report's open data. Raises InputRefused."""
    try:
        data = file.read_bytes()
    except OSError:
        data = b""
    return edition_of(data, str(file))


def edition_of(data: bytes, name: str) -> Edition:
    """The same of a file's bytes; `name`: what it is called. Raises InputRefused."""
    try:
        text = data.decode("utf-8-sig")
        mark = max(",;", key=text.partition("\n")[0].count)
        rows = list(csv.DictReader(io.StringIO(text, newline=""), delimiter=mark))
        found = {row["key"]: (row["title"], _number(row["value"], mark)) for row in rows}
        if not found:
            raise ValueError(name)
    except (UnicodeDecodeError, KeyError, TypeError, AttributeError, ValueError, csv.Error):
        raise InputRefused(
            N_("{file} holds no figures of a report. Name the file data/figures.csv of an earlier edition."), file=name
        ) from None
    return found


def edition_file_of(edition: Edition) -> bytes:
    """The least of a `figures.csv` that `edition_of` reads the same."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("key", "title", "value"))
    writer.writerows((key, title, repr(value)) for key, (title, value) in edition.items())
    return out.getvalue().encode("utf-8")


def _number(cell: str, mark: str) -> float:
    """A value as a file for a French spreadsheet writes it, too. Raises ValueError."""
    number = float(cell.replace(",", ".") if mark == ";" else cell)
    if not math.isfinite(number):
        raise ValueError(cell)
    return number


def corrections(earlier: Mapping[str, tuple[str, float]], book: Book) -> list[Correction]:
    """What differs, in the order of today's figures; those that are gone last.

    Of figures of rows nothing is said where the earlier edition has none of that sort: an older version made it."""
    known = tuple(sort for sort in ROWS if any(key.startswith(sort) for key in earlier))
    found = []
    for figure in book:
        if figure.value is None or (figure.key.startswith(ROWS) and not figure.key.startswith(known)):
            continue
        title, before = earlier.get(figure.key, ("", None))
        if before is None or not math.isclose(before, figure.value, rel_tol=EXACT):
            found.append(Correction(figure.key, title, before, figure.value))
    gone = [(key, one) for key, one in earlier.items() if book.value(key) is None]
    return [*found, *(Correction(key, title, before, None) for key, (title, before) in gone)]
