"""How do the groups of a session fare, and who learns, as far as they said?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from cordee.core.errors import N_
from cordee.pilot.desk import Desk
from cordee.pilot.figures import Figure, Filters, count, figure, interval, number_of, share, shares
from cordee.pilot.indicators.traits import MERGED
from cordee.pilot.scopes import Scope
from cordee.ui import charts, countries
from cordee.ui.language import language

CLASSES_SHOWN = 8  # of countries and other long lists
CLASSES = {
    "sex": {"f": N_("Women"), "m": N_("Men"), "o": N_("Other")},
    "age": {"-17": N_("Under 18"), "55+": N_("55 and over")},
    "aims": {
        "explore": N_("Look around"),
        "parts": N_("The parts that they need"),
        "complete": N_("Follow the whole course"),
        "certify": N_("Get the attestation"),
        "unsure": N_("Don’t know yet"),
    },
    "education": {
        "doctorate": N_("Doctorate"),
        "master": N_("Master or equivalent"),
        "bachelor": N_("Bachelor or equivalent"),
        "associate": N_("Two years after secondary school"),
        "secondary": N_("Secondary school"),
        "junior_secondary": N_("Lower secondary school"),
        "primary": N_("Primary school"),
        "none": N_("No degree"),
        "other": N_("Other degree"),
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A line of bars or dots."""

    label: str
    count: str
    share: str
    interval: str
    drawing: SafeString


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """A table that draws itself."""

    figure: Figure
    words: str = ""
    rows: tuple[Bar, ...] = ()


def cohorts_of(desk: Desk, scope: Scope, filters: Filters) -> Bars:
    """Each group with its interval, in the order of their names."""
    told = figure(desk, "cohorts", scope, filters)
    name = next((one for one in ("assiduous", "passed") if _is_told(told.rows, one)), "")
    if not name and any(row.get("hidden") for row in told.rows):
        name = "assiduous"  # all of them are too small: their names
    if not told.is_known or not name:
        return Bars(figure=told)
    measure = {
        "assiduous": N_("Share of the assiduous among those enrolled"),
        "passed": N_("Share of those who passed among those enrolled"),
    }[name]
    bars = []
    for row in told.rows:
        value, low, high = shares(row, name)
        if row.get("hidden"):
            name_of_it = str(row.get("cohort") or gettext("no cohort"))
            why = str(row["hidden"])
            bars.append(Bar(label=name_of_it, count=why, share=gettext("hidden"), interval="", drawing=SafeString("")))
            continue
        if value is None:
            continue
        bars.append(
            Bar(
                label=str(row.get("cohort") or gettext("no cohort")),
                count=_people(number_of(row, "n")),
                share=share(value),
                interval=interval(low, high),
                drawing=charts.interval_dot(value, value if low is None else low, value if high is None else high),
            )
        )
    words = gettext("{measure}, with its interval. By name: two intervals that overlap say nothing of who is better.")
    return Bars(figure=told, words=words.format(measure=gettext(measure)), rows=tuple(bars))


def people_of(desk: Desk, name: str, scope: Scope, filters: Filters) -> Bars:
    """What learners said of themselves: each class as a share of those who said it, all hosts together."""
    told = figure(desk, name, scope, filters)
    rows = [row for row in told.rows if row.get("host") == ""]
    if not told.is_known or not rows:
        return Bars(figure=told)
    most = max((number_of(row, "percent") or 0 for row in rows), default=0) or 1
    declared, rate = number_of(rows[0], "declared") or 0, number_of(rows[0], "answer_rate") or 0
    hidden = [row for row in rows if row.get("n") is None]
    words = gettext("{share} said it ({count}).").format(share=share(rate / 100, 0), count=_people(declared))
    if hidden:
        words += " " + gettext("Classes of fewer than {k} people are hidden.").format(k=desk.k)
    left_out = len([row for row in rows if row.get("n")]) - CLASSES_SHOWN
    if left_out > 0:
        words += " " + ngettext("{count} more is in the table.", "{count} more are in the table.", left_out).format(
            count=left_out
        )
    bars = tuple(
        Bar(
            label=class_words(name, str(row.get("class"))),
            count=count(number_of(row, "n") or 0),
            share=share((number_of(row, "percent") or 0) / 100),
            interval="",
            drawing=charts.interval_bar((number_of(row, "percent") or 0) / most, tone=3),
        )
        for row in [row for row in rows if row.get("n")][:CLASSES_SHOWN]
    )
    return Bars(figure=told, words=words, rows=bars)


def class_words(trait: str, name: str) -> str:
    """A class in the words of the page."""
    if name == MERGED:
        return gettext("Others together")
    if trait == "countries":
        return countries.name_of(name, language())
    return gettext(CLASSES[trait][name]) if name in CLASSES.get(trait, {}) else name.replace("-", "–")


def portrait_words(desk: Desk, scope: Scope, filters: Filters) -> str:
    """The most frequent learner, in a sentence; "" where nobody said anything."""
    told = figure(desk, "portrait", scope, filters)
    if not told.is_known:
        return ""
    traits = (("sex", "sex"), ("age", "age"), ("education", "education"), ("countries", "country"))
    parts = [
        f"{class_words(trait, str(told.row[column]))} ({_share_of(told.row, column)})"
        for trait, column in traits
        if told.row.get(column)
    ]
    return gettext("Most frequent, of those who said it: {traits}.").format(traits=" · ".join(parts)) if parts else ""


def _share_of(row: Mapping[str, Any], column: str) -> str:
    return share((number_of(row, f"{column}_percent") or 0) / 100, 0)


def _is_told(rows: Sequence[Mapping[str, Any]], name: str) -> bool:
    return any(number_of(row, f"{name}_percent") is not None for row in rows)


def _people(number: float | None) -> str:
    if number is None:
        return ""
    return ngettext("{count} learner", "{count} learners", int(number)).format(count=count(number))
