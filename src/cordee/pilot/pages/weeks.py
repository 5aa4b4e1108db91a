"""How many are still there, week after week, and on which module do they work?"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from cordee.pilot.desk import Desk
from cordee.pilot.figures import Figure, Filters, count, figure, interval, number_of, share, shares, when
from cordee.pilot.indicators import Row
from cordee.ui import charts

MODULES_SAID = 8
LEVELS = 4  # of the heat: so many grounds carry words with enough contrast in both themes


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekRow:
    """A week of the session."""

    number: str
    starts: str
    active: str
    acting: str
    share: str
    interval: str
    drawing: SafeString


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatRow:
    """A week by modules: how many, and how dark."""

    number: str
    cells: tuple[tuple[str, int], ...]


def page(desk: Desk, filters: Filters) -> dict[str, Any]:
    """All that `pilot/weeks.html` shows. 2 queries the first time, none later. Raises NotFound."""
    scope = desk.scope(filters.run, filters.cohort)
    told, heat = figure(desk, "weeks", scope, filters), figure(desk, "weeks_modules", scope, filters)
    whole = _over(told.rows, desk.answer("weeks", scope).extracted_at if told.is_known else "")
    modules = sorted({int(number_of(row, "module") or 0) for row in heat.rows})
    return {
        "run": desk.run(filters.run),
        "figure": told,
        "sentence": _sentence(whole),
        "unfinished": len(whole) < len(told.rows),
        "drawing": _drawing(told.rows),
        "rows": [_row(row) for row in told.rows],
        "heat": heat,
        "heat_words": _heat_words(heat),
        "modules": [gettext("M{number}").format(number=module) for module in modules],
        "heat_rows": _heat(heat.rows, modules),
        "back": reverse("pilot:run") + filters.query(),
    }


def _over(rows: Sequence[Row], extracted_at: str) -> list[Row]:
    """The weeks that had ended when the files were made."""
    if not extracted_at:
        return list(rows)
    until = dt.datetime.fromisoformat(extracted_at)
    return [row for row in rows if dt.datetime.fromisoformat(str(row["starts_at"])) + dt.timedelta(days=7) <= until]


def _open(rows: Sequence[Row]) -> list[Row]:
    """The weeks since the opening."""
    return [row for row in rows if (number_of(row, "week") or 0) >= 1]


def _sentence(rows: Sequence[Row]) -> str:
    """How many are left of the busiest week in the last."""
    weeks = _open(rows)
    if len(weeks) < 2:  # noqa: PLR2004 - nothing to compare with
        return ""
    most, last = max(weeks, key=lambda row: number_of(row, "acting") or 0), weeks[-1]
    return gettext("In week {peak}, {most} learners did an activity; in week {week}, {last} did.").format(
        last=count(number_of(last, "acting") or 0),
        week=count(number_of(last, "week") or 0),
        most=count(number_of(most, "acting") or 0),
        peak=count(number_of(most, "week") or 0),
    )


def _drawing(rows: Sequence[Row]) -> SafeString:
    if not rows:
        return SafeString("")
    numbers = [number_of(row, "active") or 0.0 for row in rows]
    most = max(range(len(rows)), key=numbers.__getitem__)
    return charts.columns(
        numbers,
        [str(int(number_of(row, "week") or 0)) for row in rows],
        title=gettext("Learners active in each week"),
        words=gettext("Most in week {week}: {count}").format(
            week=int(number_of(rows[most], "week") or 0), count=count(numbers[most])
        ),
        name="weeks-plot",
    )


def _row(row: Row) -> WeekRow:
    value, low, high = shares(row, "acting")
    return WeekRow(
        number=str(int(number_of(row, "week") or 0)),
        starts=when(row["starts_at"]),
        active=count(number_of(row, "active") or 0),
        acting=count(number_of(row, "acting") or 0),
        share=share(value),
        interval=interval(low, high),
        drawing=charts.interval_bar(value or 0, low, high),
    )


def _heat(rows: Sequence[Row], modules: Sequence[int]) -> list[HeatRow]:
    counts = {
        (int(number_of(row, "week") or 0), int(number_of(row, "module") or 0)): int(number_of(row, "acting") or 0)
        for row in rows
    }
    most = max(counts.values(), default=0)
    weeks = sorted({week for week, _module in counts})
    return (
        [
            HeatRow(
                number=str(week),
                cells=tuple(
                    (count(counts.get((week, module), 0)), _level(counts.get((week, module), 0), most))
                    for module in modules
                ),
            )
            for week in range(weeks[0], weeks[-1] + 1)
        ]
        if weeks
        else []
    )


def _level(n: int, most: int) -> int:
    """From 0, nobody, to LEVELS, by the share of the most: a quarter each."""
    return math.ceil(LEVELS * n / most) if most else 0


def _heat_words(heat: Figure) -> str:
    """In which week each module has most learners: the sentence of the heat."""
    peaks: dict[int, tuple[int, int]] = {}
    for row in _open(heat.rows):
        week, module = int(number_of(row, "week") or 0), int(number_of(row, "module") or 0)
        acting = int(number_of(row, "acting") or 0)
        if acting > peaks.get(module, (0, 0))[0]:
            peaks[module] = (acting, week)
    told = [
        gettext("module {module} in week {week}").format(module=module, week=week)
        for module, (_acting, week) in sorted(peaks.items())[:MODULES_SAID]
    ]
    return gettext("Most learners work on {peaks}.").format(peaks=", ".join(told)) if told else ""
