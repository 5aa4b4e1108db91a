"""Which exercises are to be looked at?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from cordee.core.errors import N_
from cordee.pilot.desk import Desk
from cordee.pilot.figures import (
    UNKNOWN,
    Figure,
    Filters,
    count,
    figure,
    files_that_tell,
    number_of,
    place_of,
    share,
)
from cordee.pilot.indicators import Row
from cordee.pilot.indicators.exercises import MOST
from cordee.pilot.pages.signals import Signal
from cordee.pilot.scopes import Scope
from cordee.pilot.statistics import wilson
from cordee.ui import charts, typography
from cordee.ui.language import language

LEAST_CHANGE = 0.005  # of the share solved: less is no fall
SIGNALS = {
    "blocks": (N_("Blocks learners"), "bad", "octagon-alert"),
    "two_readings": (N_("Two readings"), "warn", "circle-question-mark"),
    "too_easy": (N_("Too easy?"), "", "info"),
    "improves": (N_("Improves"), "info", "trending-up"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ExerciseRow:
    """A line of the table of exercises."""

    title: str
    url: str
    tried: str
    solved: str
    drawing: SafeString
    first_try: str
    tries: str  # each, as a mean
    spread: SafeString  # how many learners by number of tries
    spread_words: str
    trend: SafeString  # share solved in the last days
    trend_words: str
    discrimination: str
    time: str  # median
    signals: tuple[Signal, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exercises:
    """The exercises, those to look at first."""

    figure: Figure
    rows: tuple[ExerciseRow, ...] = ()
    words: str = ""
    unknown: str = ""  # what the files do not tell of them, and which file would
    all: bool = False
    has_trend: bool = False
    has_time: bool = False
    told: int = 0
    count: int = 0
    some_url: str = ""
    all_url: str = ""


def exercises_of(desk: Desk, scope: Scope, filters: Filters, *, everything: bool) -> Exercises:
    """Those with a signal first, the weakest on top; or all, in the order of the course."""
    told = figure(desk, "exercises", scope, filters)
    if not told.is_known:
        return Exercises(figure=told)
    items = {str(row.get("activity")): row for row in desk.answer("difficulty", scope).rows}
    trends = _by_activity(desk.answer("lately", scope).rows)
    rows = [(row, items.get(str(row["activity"]), {})) for row in told.rows]
    with_signals = [(row, item, signals_of(item)) for row, item in rows]
    to_look_at = sorted((one for one in with_signals if one[2]), key=lambda one: solved_share(one[0]) or 0)
    shown = with_signals if everything else to_look_at
    some, every = filters.query() or "?", (filters.query() or "?") + "&exercises=all"
    return Exercises(
        figure=told,
        rows=tuple(
            _exercise_row(
                row,
                item,
                signals,
                filters,
                trend=trends.get(str(row["activity"]), ()),
            )
            for row, item, signals in shown
        ),
        has_trend=bool(trends),
        has_time=any(number_of(row, "median_s") is not None for row in told.rows),
        words=exercises_words(everything=everything, told=len(to_look_at)),
        unknown=_unknown(told),
        all=everything,
        told=len(to_look_at),
        count=len(rows),
        some_url=reverse("pilot:run") + some + "#exercises",
        all_url=reverse("pilot:run") + every + "#exercises",
    )


def _unknown(told: Figure) -> str:
    if any(number_of(row, "first_try") is not None for row in told.rows):
        return ""
    return gettext("Not known from the files that were read: each try. {files}").format(
        files=" ".join(files_that_tell(("events",)))
    )


def exercises_words(*, everything: bool, told: int) -> str:
    """What the table holds, in a sentence."""
    if everything:
        return gettext("In the order of the course. Shares are of those who tried the exercise.")
    if not told:
        return gettext("No exercise stands out. Shares are of those who tried the exercise.")
    return gettext("Hard ones, too easy ones, and those that tell strong and weak learners apart badly.")


def solved_share(row: Mapping[str, Any]) -> float | None:
    """Who had full marks, of those who tried."""
    tried, solved = number_of(row, "tried"), number_of(row, "solved")
    return solved / tried if tried and solved is not None else None


def signals_of(item: Mapping[str, Any]) -> tuple[Signal, ...]:
    """What the indicator of difficulty says of an exercise, unless it is fine or too few tried it."""
    found = SIGNALS.get(str(item.get("signal")))
    return (Signal(text=gettext(found[0]), tone=found[1], icon=found[2]),) if found else ()


def _exercise_row(
    row: Mapping[str, Any],
    item: Mapping[str, Any],
    signals: tuple[Signal, ...],
    filters: Filters,
    *,
    trend: Sequence[Row],
) -> ExerciseRow:
    counts = _spread_of(row)
    median_s = number_of(row, "median_s")
    shares = [value / 100 for one in trend if (value := number_of(one, "percent")) is not None]
    tried, solved = int(number_of(row, "tried") or 0), int(number_of(row, "solved") or 0)
    ends = wilson(solved, tried)
    first, tries = number_of(row, "first_try"), number_of(row, "attempts")
    value = solved_share(row)
    return ExerciseRow(
        title=place_of(row),
        url=reverse("pilot:exercise") + filters.query(activity=str(row["activity"])),
        tried=count(tried),
        solved=share(value, 0),
        drawing=charts.interval_dot(value, *ends) if value is not None and ends else SafeString(""),
        first_try=UNKNOWN if first is None or not tried else share(first / tried, 0),
        tries=UNKNOWN if tries is None or not tried else typography.number(tries / tried, language(), 1),
        spread=charts.histogram(counts, told_from=MOST - 1),
        spread_words=_spread_words(counts),
        trend=charts.sparkline(shares, told=bool(shares) and shares[-1] < shares[0] - LEAST_CHANGE),
        trend_words=gettext("from {first} to {last}").format(first=share(shares[0], 0), last=share(shares[-1], 0))
        if shares
        else "",
        discrimination=typography.number(told, language(), 2)
        if (told := number_of(item, "discrimination")) is not None
        else UNKNOWN,
        time=UNKNOWN if median_s is None else typography.duration(median_s, language()),
        signals=signals,
    )


def _by_activity(rows: Iterable[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(str(row["activity"]), []).append(row)
    return found


def _spread_of(row: Mapping[str, Any]) -> list[float]:
    """Learners by number of tries, the last those of so many or more; [] where tries are not told."""
    return [n for tries in range(1, MOST + 1) if (n := number_of(row, f"tries_{tries}")) is not None]


def _spread_words(counts: Sequence[float]) -> str:
    """How many needed many tries, as the drawing shows it."""
    if not sum(counts):
        return ""
    return gettext("{share} with {many} tries or more").format(share=share(counts[-1] / sum(counts), 0), many=MOST)
