"""Where are the learners, as far as they said?"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from cordee.pilot.desk import Desk
from cordee.pilot.figures import Figure, Filters, count, figure, interval, number_of, share
from cordee.pilot.indicators.countries import MAP_CLASSES
from cordee.pilot.indicators.traits import MERGED
from cordee.pilot.pages.people import class_words
from cordee.ui import worldmap

FEW_CLASSES = (20, 100, 500, 2_000)  # of a map whose largest country would be alone in the report's classes
TOLD = 5  # countries that the description of the map names


@dataclass(frozen=True, slots=True, kw_only=True)
class CountryRow:
    """A country, or those that are too small to be told apart."""

    name: str
    count: str
    share: str
    interval: str
    at: int  # class of the map; 0 for what is not on it
    legend: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Legend:
    """A class of the map."""

    at: int
    words: str


def page(desk: Desk, filters: Filters) -> dict[str, Any]:
    """All that `pilot/world.html` shows. 1 query the first time, none later. Raises NotFound."""
    scope = desk.scope(filters.run or filters.sessions, filters.cohort)
    told = figure(desk, "countries", scope, filters)
    rows = [row for row in told.rows if row.get("host") == ""]
    bounds = bounds_for([int(number_of(row, "n") or 0) for row in rows if row["class"] != MERGED])
    at = {
        str(row["class"]): bisect_left(bounds, int(row["n"])) + 1 for row in rows if row["n"] and row["class"] != MERGED
    }
    shown = [row for row in rows if row["n"]]
    return {
        "figure": told,
        "run": desk.run(filters.run) if filters.run else None,
        "sentence": _sentence(shown, told),
        "answered": _answered(rows),
        "drawing": _drawing(shown, at) if shown else SafeString(""),
        "legend": _legend(bounds, set(at.values())),
        "rows": [_row(row, at, bounds) for row in shown],
        "hosts": len({row.get("host") for row in told.rows}) > 1,
        "back": reverse("pilot:run") + filters.query() + "#who" if filters.run else "",
    }


def bounds_for(counts: Sequence[int]) -> tuple[int, ...]:
    """The classes of the report, where more than one country reaches its second; finer ones else."""
    return MAP_CLASSES if sum(n > MAP_CLASSES[0] for n in counts) > 1 else FEW_CLASSES


def _drawing(rows: Sequence[Mapping[str, Any]], at: Mapping[str, int]) -> SafeString:
    named = [row for row in rows if row["class"] != MERGED][:TOLD]
    words = "; ".join(f"{_name(row)}: {count(number_of(row, 'n') or 0)}" for row in named)
    return worldmap.world_map(at, title=gettext("Learners by the country that they declared"), words=words)


def _row(row: Mapping[str, Any], at: Mapping[str, int], bounds: Sequence[int]) -> CountryRow:
    low, high = number_of(row, "low"), number_of(row, "high")
    code = str(row["class"])
    return CountryRow(
        name=_name(row),
        count=count(number_of(row, "n") or 0),
        share=share((number_of(row, "percent") or 0) / 100),
        interval=interval(None if low is None else low / 100, None if high is None else high / 100),
        at=at.get(code, 0) if worldmap.has_place(code) else 0,
        legend=_bounds_words(bounds, at[code]) if code in at else "",
    )


def _name(row: Mapping[str, Any]) -> str:
    return class_words("countries", str(row["class"]))


def _legend(bounds: Sequence[int], used: set[int]) -> list[Legend]:
    """The classes from the first to the highest that is on the map."""
    return [Legend(at=at, words=_bounds_words(bounds, at)) for at in range(1, max(used, default=0) + 1)]


def _bounds_words(bounds: Sequence[int], at: int) -> str:
    if at == 1:
        return gettext("up to {most} learners").format(most=count(bounds[0]))
    if at > len(bounds):
        return gettext("more than {least}").format(least=count(bounds[-1]))
    return gettext("{least} to {most}").format(least=count(bounds[at - 2] + 1), most=count(bounds[at - 1]))


def _sentence(rows: Sequence[Mapping[str, Any]], told: Figure) -> str:
    """The country of most, of those who said one."""
    first = next((row for row in rows if row["class"] != MERGED), None)
    if first is None or not told.is_known:
        return ""
    return gettext("{share} of those who said where they are declare {country}.").format(
        share=share((number_of(first, "percent") or 0) / 100, 0), country=_name(first)
    )


def _answered(rows: Sequence[Mapping[str, Any]]) -> str:
    if not rows:
        return ""
    row = rows[0]
    return gettext("{declared} said it, {undeclared} did not: {rate} answered.").format(
        declared=count(number_of(row, "declared") or 0),
        undeclared=count(number_of(row, "undeclared") or 0),
        rate=share((number_of(row, "answer_rate") or 0) / 100, 0),
    )
