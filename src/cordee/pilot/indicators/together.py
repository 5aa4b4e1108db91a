"""What do several runs say together, and which of them are put side by side?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations
from statistics import fmean
from typing import Final

from cordee.pilot.indicators import Row, Value
from cordee.pilot.indicators.marks import NAMES, with_shares

ALL_PAIRS: Final = 12  # runs, of which each is put beside each; of more, those of one course alone


def mean(values: Iterable[Value]) -> float | None:
    """The plain mean of what is known; None of nothing."""
    known = [float(value) for value in values if value is not None]
    return fmean(known) if known else None


def together(rows: Sequence[Row], **words: Value) -> Row:
    """The rows added up; what one of them does not know is left out of count and denominator alike."""
    counts: Row = {"enrolled": sum(int(row["enrolled"] or 0) for row in rows)}
    for name in NAMES:
        knowing = [row for row in rows if row[name] is not None]
        counts[name] = sum(int(row[name] or 0) for row in knowing) if knowing else None
        counts[f"{name}_of"] = sum(int(row[f"{name}_of"] or 0) for row in knowing)
    return with_shares(words | counts)


def by_host(rows: Sequence[Row]) -> list[tuple[str, list[Row]]]:
    """The runs of each host, by its name; runs of which no file says the host are left out."""
    hosts: dict[str, list[Row]] = {}
    for row in rows:
        if row["host"]:
            hosts.setdefault(str(row["host"]), []).append(row)
    return sorted(hosts.items(), key=lambda one: one[0].casefold())


def pairs_of(rows: Sequence[Row]) -> list[tuple[Row, Row]]:
    """(later, earlier): each two of the rows in their order; of more than ALL_PAIRS, those of one `subject`."""
    few = len(rows) <= ALL_PAIRS
    return [
        (later, earlier) for earlier, later in combinations(rows, 2) if few or earlier["subject"] == later["subject"]
    ]
