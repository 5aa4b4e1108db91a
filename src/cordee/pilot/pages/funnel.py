"""From enrolment to success: how many at each step, and how sure is it?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString
from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext

from cordee.core import clock
from cordee.core.errors import N_
from cordee.pilot.desk import Desk, Run
from cordee.pilot.figures import (
    UNKNOWN,
    Figure,
    Filters,
    count,
    figure,
    files_that_tell,
    interval,
    number_of,
    points_words,
    share,
    shares,
)
from cordee.pilot.scopes import Scope
from cordee.ui import charts, dates
from cordee.ui.language import language

STEPS = (
    ("started", N_("Started"), N_("handed in the first graded quiz")),
    ("assiduous", N_("Assiduous"), N_("handed in the first graded quiz of the second module")),
    ("passed", N_("Passed"), N_("grade at or above the pass mark")),
)
READINGS = (
    ("started_any", N_("did any activity")),
    ("week_two", N_("did an activity of the second module")),
    ("passed_fun", N_("passed with an attestation (FUN)")),
    ("passed_coursera", N_("passed with all graded activities done (Coursera)")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A line of the funnel."""

    label: str
    words: str
    count: str
    share: str
    interval: str
    drawing: SafeString
    change: str = ""
    tone: str = ""  # up, down
    icon: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Funnel:
    """From enrolment to success."""

    figure: Figure
    steps: tuple[Step, ...] = ()
    before: str = ""  # the run that the marks stand for
    provisional: bool = False
    passed_of_assiduous: str = ""
    readings: str = ""  # the same steps in their other reading
    unknown: tuple[str, ...] = ()
    note: str = ""


def funnel_of(
    desk: Desk, run: Run, scope: Scope, filters: Filters, *, before: Run | None, before_scope: Scope | None
) -> Funnel:
    """Enrolled, started, assiduous, passed, with their intervals and the marks of the compared run."""
    told = figure(desk, "funnel", scope, filters)
    if not told.is_known:
        return Funnel(figure=told)
    row = told.row
    row_before = figure(desk, "funnel", before_scope, filters).row if before_scope else {}
    provisional = is_open(run)
    enrolled = number_of(row, "enrolled") or 0
    steps = [
        Step(
            label=gettext("Learners enrolled"),
            words=gettext("did not leave, not of the team"),
            count=count(enrolled),
            share=share(1.0, 0),
            interval="",
            drawing=charts.interval_bar(1.0),
            change=_growth(enrolled, number_of(row_before, "enrolled")),
        )
    ]
    unknown = []
    for name, label, words in STEPS:
        if number_of(row, name) is None:
            unknown.append(_not_known(label, told, name))
            continue
        steps.append(_step(row, row_before, name, label, words, is_open=provisional))
    return Funnel(
        figure=told,
        steps=tuple(steps),
        before=f"{before.title}, {before.short}" if before else "",
        provisional=provisional and bool(number_of(row, "passed")),
        passed_of_assiduous="" if provisional and not number_of(row, "passed") else _among(row),
        readings=_readings(row, is_open=provisional),
        unknown=tuple(unknown),
        note=gettext("Open until {day}: the last step is not over yet.").format(
            day=dates.day(run.closes_at, get_current_timezone(), language())
        )
        if provisional and run.closes_at
        else "",
    )


def is_open(run: Run) -> bool:
    """Whether learners can still do something; where no file tells its end, it is held to be over, but not here."""
    return run.is_here if run.closes_at is None else run.closes_at > clock.now()


def _step(
    row: Mapping[str, Any], before: Mapping[str, Any], name: str, label: str, words: str, *, is_open: bool
) -> Step:
    value, low, high = shares(row, name)
    if is_open and not number_of(row, name):
        return Step(
            label=gettext(label),
            words=gettext("nobody yet: {words}").format(words=gettext(words)),
            count=count(0),
            share=UNKNOWN,
            interval="",
            drawing=SafeString(""),
        )
    provisional = is_open and name == "passed"
    mark = shares(before, name)[0]
    change, tone, icon = _change(value, mark)
    return Step(
        label=gettext(label),
        words=gettext("not over yet: {words}").format(words=gettext(words)) if provisional else gettext(words),
        count=count(number_of(row, name) or 0),
        share=share(value),
        interval=interval(low, high),
        drawing=charts.interval_bar(value or 0, low, high, mark, provisional=provisional),
        change=change,
        tone=tone,
        icon=icon,
    )


def _change(value: float | None, mark: float | None) -> tuple[str, str, str]:
    """In points of percent, with its tone and icon; empty when there is nothing to compare."""
    if value is None or mark is None:
        return "", "", ""
    points = round(100 * (value - mark), 1)
    words = points_words(points)
    if not points:
        return words, "", ""
    return words, "up" if points > 0 else "down", "trending-up" if points > 0 else "trending-down"


def _growth(now: float, before: float | None) -> str:
    if not before:
        return ""
    grown = now / before - 1
    return f"{'+' if grown >= 0 else '−'}\u00a0{share(abs(grown), 0)}"


def _among(row: Mapping[str, Any]) -> str:
    value, low, high = shares(row, "passed_of_assiduous")
    if value is None:
        return ""
    return gettext("Of the assiduous, {share} passed ({interval})").format(
        share=share(value), interval=interval(low, high)
    )


def _readings(row: Mapping[str, Any], *, is_open: bool) -> str:
    """The other reading of each step, as "did any activity: 3 120 (49.6%)"."""
    parts = [
        gettext("{reading}: {count} ({share})").format(
            reading=gettext(words), count=count(number), share=share(shares(row, name)[0])
        )
        for name, words in READINGS
        if (number := number_of(row, name)) is not None and (number or not is_open)
    ]
    return gettext("The same steps read otherwise – {readings}.").format(readings=" · ".join(parts)) if parts else ""


def _not_known(label: str, told: Figure, name: str) -> str:
    """That a step cannot be counted, and the file that would tell it."""
    if told.own:
        return gettext("{step}: not to be counted in this session yet.").format(step=gettext(label))
    files = " ".join(files_that_tell(told.lacking.get(name, ())))
    return gettext("{step}: not known from the files that were read. {files}").format(step=gettext(label), files=files)
