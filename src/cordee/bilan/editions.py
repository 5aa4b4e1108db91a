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

EXACT: Final = 1e-9  # relative; files hold twelve digits


@dataclass(frozen=True, slots=True)
class Correction:
    """A figure that is not what it was; `before` or `now` None: it was not there, or is no more."""

    key: str
    title: str  # as the earlier edition had it
    before: float | None
    now: float | None


def read_edition(file: Path) -> dict[str, tuple[str, float]]:
    """By key, the title and value of each figure in the `figures.csv` of a report's open data. Raises InputRefused."""
    try:
        rows = list(csv.DictReader(io.StringIO(file.read_bytes().decode("utf-8-sig"), newline="")))
        found = {row["key"]: (row["title"], float(row["value"])) for row in rows}
        if not found:
            raise ValueError(file)
    except (OSError, UnicodeDecodeError, KeyError, TypeError, ValueError, csv.Error):
        raise InputRefused(
            N_("{file} holds no figures of a report. Name the file data/figures.csv of an earlier edition."), file=file
        ) from None
    return found


def corrections(earlier: Mapping[str, tuple[str, float]], book: Book) -> list[Correction]:
    """What differs, in the order of today's figures; those that are gone last."""
    found = []
    for figure in book:
        if figure.value is None:
            continue
        title, before = earlier.get(figure.key, ("", None))
        if before is None or not math.isclose(before, figure.value, rel_tol=EXACT):
            found.append(Correction(figure.key, title, before, figure.value))
    gone = [(key, one) for key, one in earlier.items() if book.value(key) is None]
    return [*found, *(Correction(key, title, before, None) for key, (title, before) in gone)]
