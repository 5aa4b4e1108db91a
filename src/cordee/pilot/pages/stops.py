"""After which unit do those who were active stop?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext, ngettext

from cordee.pilot.desk import Desk, Run
from cordee.pilot.figures import Figure, Filters, count, figure, number_of, place_of, share
from cordee.pilot.indicators import Row
from cordee.pilot.scopes import Scope
from cordee.ui import charts

LEAST_AT_RISK = 100  # learners still active, below whom a fall is not told as the finding
LEAST_FALL = 0.02  # of the active: below, nobody need look at it
FEW_AT_RISK, SURE_FALL = 30, 10.0  # of a session that nowhere has so many: and of the active surely so many percent


@dataclass(frozen=True, slots=True, kw_only=True)
class Legend:
    """What a line stands for."""

    words: str
    shape: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Stops:
    """Where they stop."""

    figure: Figure
    words: str = ""
    drawing: str = ""
    note: str = ""  # what the drawing says at its ring, where it is too narrow to hold words
    legend: tuple[Legend, ...] = ()
    worst: Row | None = None  # the unit with the largest fall


def stops_of(desk: Desk, scope: Scope, filters: Filters, *, before: Run | None, before_scope: Scope | None) -> Stops:
    """The stairs of a run, beside those of the compared one."""
    told = figure(desk, "stops", scope, filters)
    if not told.is_known:
        return Stops(figure=told)
    rows = told.rows
    if not any(number_of(row, "stopped") for row in rows):
        return Stops(
            figure=told,
            words=gettext("Nobody has stopped yet: who did something or enrolled in the last two weeks is on the way."),
        )
    lines = [charts.Line(label=gettext("This session"), shares=left_of(rows))]
    legend = []
    if before is not None and before_scope is not None:
        other = figure(desk, "stops", before_scope, filters)
        if other.is_known and len(other.rows) == len(rows):
            lines.append(charts.Line(label=before.short, shares=left_of(other.rows), shape=2))
            legend = [
                Legend(words=gettext("This session"), shape=1),
                Legend(words=f"{before.title}, {before.short}", shape=2),
            ]
    worst = worst_of(rows)
    note = None if worst is None else _note(rows, worst)
    return Stops(
        figure=told,
        words=gettext(
            "Share of the enrolled who get to each unit; those still on their way count for as far as they came."
            " A high step is a place to look at again."
        ),
        drawing=charts.steps(
            lines,
            title=gettext("Learners still active, unit by unit"),
            words=_steps_words(rows),
            ticks=_modules(rows),
            note=note,
            name="stops-plot",
        ),
        note="" if note is None else f"{note.label} – {note.words}",
        legend=tuple(legend),
        worst=worst,
    )


def left_of(rows: Sequence[Mapping[str, Any]]) -> list[float]:
    """The share of the enrolled who get beyond each row, the first of which is enrolment."""
    shares = [(number_of(row, "share") or 0.0) / 100 for row in rows]
    return [*shares[1:], shares[-1]]


def worst_of(rows: Sequence[Row]) -> Row | None:
    """The unit at which most of the active stop. Enrolment is none: who stops there never did anything."""
    able = [row for row in rows[1:-1] if (number_of(row, "at_risk") or 0) >= LEAST_AT_RISK]
    if not able:  # a small session: only what is more than chance
        able = [
            row
            for row in rows[1:-1]
            if (number_of(row, "at_risk") or 0) >= FEW_AT_RISK and (number_of(row, "stopped_low") or 0) >= SURE_FALL
        ]
    worst = max(able, key=fall_of, default=None)
    return None if worst is None or fall_of(worst) < LEAST_FALL else worst


def fall_of(row: Mapping[str, Any]) -> float:
    """The share of those at risk who stop there."""
    return (number_of(row, "stopped_percent") or 0.0) / 100


def _note(rows: Sequence[Row], worst: Row) -> charts.Note:
    words = gettext("{share} of the active stop here").format(share=share(fall_of(worst), 0))
    return charts.Note(step=rows.index(worst), label=place_of(worst), words=words)


def _modules(rows: Sequence[Mapping[str, Any]]) -> list[tuple[int, str]]:
    """Where each module begins."""
    found: list[tuple[int, str]] = []
    last = None
    for step, row in enumerate(rows):
        module = number_of(row, "module")
        if module is not None and module != last:
            found.append((step, gettext("M{number}").format(number=int(module))))
            last = module
    return found


def _steps_words(rows: Sequence[Mapping[str, Any]]) -> str:
    last = len(rows) - 1
    return "; ".join(
        gettext("{share} get to {place}").format(
            share=share((number_of(rows[at], "share") or 0) / 100), place=place_of(rows[at])
        )
        for at in sorted({1, last // 4, last // 2, 3 * last // 4, last} - {0})
    )


def never_words(desk: Desk, scope: Scope, filters: Filters) -> str:
    """Who never opened anything, apart from who did something and stopped."""
    told = figure(desk, "never", scope, filters)
    never, new, stopped = (number_of(told.row, name) for name in ("never", "new", "stopped"))
    if not told.is_known or never is None or stopped is None:
        return ""
    nothing = int(never + (new or 0))
    parts = [
        ngettext("{count} learner never opened anything", "{count} learners never opened anything", nothing).format(
            count=count(nothing)
        )
        + (gettext(" ({count} of them enrolled in the last two weeks)").format(count=count(new)) if new else ""),
        ngettext("{count} did something, then stopped", "{count} did something, then stopped", int(stopped)).format(
            count=count(stopped)
        )
        if stopped
        else gettext("Nobody did something, then stopped"),
    ]
    return " · ".join(parts[: 2 if stopped else 1] if nothing else parts[1:])
