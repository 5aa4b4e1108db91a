"""What were learners told of their answers to an exercise, and which hints did they ask for?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext

from cordee.pilot.desk import Desk
from cordee.pilot.figures import UNKNOWN, Figure, count, interval, number_of, share, shares
from cordee.sandbox.card_words import title_of
from cordee.sandbox.explaining import explanation_of
from cordee.ui import charts


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackRow:
    """A message or a hint; `told` and what follows are – where it may not be told of so few, and `hidden` says so."""

    words: str
    name: str  # of the rule or the card, below its words; "" for a hint and where there are no words
    hidden: str
    told: str
    share: str
    drawing: SafeString
    times: str
    unhelped: str
    unhelped_share: str
    after: str
    after_interval: str


def feedback_of(desk: Desk, course: str, activity: str, told: Figure) -> tuple[FeedbackRow, ...]:
    """The rows of an exercise: messages, the most frequent first, then hints, in their order; () without any."""
    rows = [row for row in told.rows if row.get("activity") == activity]
    if not rows:
        return ()
    rules, hints = desk.feedback_in(course, activity)
    return tuple(
        _row(row, *(_message(str(row["rule"]), rules) if hint is None else (_hint(int(hint), hints), "")))
        for row in rows
        for hint in (number_of(row, "hint"),)
    )


def _message(name: str, rules: Mapping[str, str]) -> tuple[str, str]:
    """What the author says, else the title of the card, with its name; else the name alone."""
    if said := rules.get(name):
        return said, name
    if title := title_of(name, gettext) or explanation_of(name, gettext):
        return title, name
    return name, ""


def _hint(number: int, hints: Sequence[str]) -> str:
    if number <= len(hints):
        return gettext("Hint {number}: {words}").format(number=number, words=hints[number - 1])
    return gettext("Hint {number}").format(number=number)


def _row(row: Mapping[str, Any], words: str, name: str) -> FeedbackRow:
    value, low, high = shares(row, "told")
    after, after_low, after_high = shares(row, "right_after")
    told, times, unhelped = (number_of(row, name) for name in ("told", "times", "unhelped"))
    return FeedbackRow(
        words=words,
        name=name,
        hidden=str(row.get("hidden") or ""),
        told=UNKNOWN if told is None else count(told),
        share=share(value, 0),
        drawing=SafeString("") if value is None else charts.interval_bar(value, low, high),
        times=UNKNOWN if times is None else count(times),
        unhelped=UNKNOWN if unhelped is None else count(unhelped),
        unhelped_share=share(shares(row, "unhelped")[0], 0) if unhelped else "",
        after=share(after, 0),
        after_interval=interval(after_low, after_high),
    )
