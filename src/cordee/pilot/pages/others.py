"""What do the pages beside that of a session show: all sessions, one exercise, one learner, comparisons, files?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext, ngettext

from cordee.core.errors import N_, NotFound
from cordee.pilot.desk import Desk
from cordee.pilot.figures import (
    UNKNOWN,
    Figure,
    Filters,
    count,
    figure,
    interval,
    label_of,
    number_of,
    place_of,
    share,
    shares,
    source_labels,
    when,
    words_of,
)
from cordee.pilot.pages.exercises import signals_of, solved_share
from cordee.pilot.pages.feedback import feedback_of
from cordee.pilot.pages.learners import signals_of as signals_of_learner
from cordee.pilot.pages.learners import titles_of, write_url
from cordee.pilot.remarks import in_words
from cordee.pilot.statistics import wilson
from cordee.ui import charts, dates, typography
from cordee.ui.language import language

RATES = (
    ("started", N_("Started")),
    ("assiduous", N_("Assiduous")),
    ("passed", N_("Passed")),
    ("passed_of_assiduous", N_("Passed among the assiduous")),
)
FACTS = ("cohort", "tried", "solved", "mean", "grade", "done_percent", "last_active_at", "silent_days")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """A share with its drawing; `words` is – where it is not known."""

    words: str
    interval: str
    drawing: SafeString


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRow:
    """A session in a list."""

    url: str
    title: str
    key: str
    short: str
    host: str
    opened: str
    learners: str
    rates: tuple[Rate, ...]


def rate_of(row: Mapping[str, Any], name: str) -> Rate:
    """A share of a row that tells it in percent, as a dot on its interval."""
    value, low, high = shares(row, name)
    if value is None:
        return Rate(words=UNKNOWN, interval="", drawing=SafeString(""))
    return Rate(
        words=share(value),
        interval=interval(low, high),
        drawing=charts.interval_dot(value, value if low is None else low, value if high is None else high),
    )


def runs(desk: Desk) -> dict[str, Any]:
    """All sessions with their four rates, the latest first."""
    told = figure(desk, "runs", desk.scope(), Filters())
    rows = {str(row.get("course")): row for row in told.rows}
    held = desk.runs()
    of_a_course: dict[str, list[RunRow]] = {}  # by the course that was played last
    for run in held:
        of_a_course.setdefault(run.title, []).append(run_row(run, rows.get(run.key, {})))
    return {
        "runs": held,
        "courses": list(of_a_course.items()),
        "columns": 4 + len(RATES),
        "rates": [gettext(label) for _name, label in RATES],
        "figure": told,
    }


def run_row(run: Any, row: Mapping[str, Any]) -> RunRow:
    opened = dates.day(run.opens_at, get_current_timezone(), language()) if run.opens_at else UNKNOWN
    return RunRow(
        url=reverse("pilot:run") + Filters(run=run.key).query(),
        title=run.title,
        key=run.key,
        short=run.short,
        host=run.host_words or UNKNOWN,
        opened=opened,
        learners=count(run.learners),
        rates=tuple(rate_of(row, name) for name, _label in RATES),
    )


def catalogue(desk: Desk) -> dict[str, Any]:
    """Each course over all its sessions and hosts; all courses together, weighted and unweighted side by side."""
    told = figure(desk, "courses", desk.scope(), Filters())
    together = [row for row in told.rows if not row.get("subject")]
    courses = [row for row in told.rows if row.get("subject")]
    return {
        "figure": told,
        "rates": [gettext(label) for _name, label in RATES],
        "together": [
            {
                "label": gettext(label),
                "weighted": rate_of(together[0], name),
                "unweighted": mean_of(together[0], name),
            }
            for name, label in RATES
        ]
        if together
        else [],
        "courses": [
            {
                "title": str(row.get("title") or row.get("subject")),
                "hosts": str(row.get("hosts") or UNKNOWN),
                "runs": count(number_of(row, "runs") or 0),
                "enrolled": _counted(row, "enrolled"),
                "rates": [{"weighted": rate_of(row, name), "unweighted": mean_of(row, name)} for name, _label in RATES],
            }
            for row in courses
        ],
    }


def mean_of(row: Mapping[str, Any], name: str) -> str:
    value = number_of(row, f"{name}_mean")
    return UNKNOWN if value is None else share(value / 100)


def _counted(row: Mapping[str, Any], name: str) -> str:
    value = number_of(row, name)
    return UNKNOWN if value is None else count(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRow:
    """One answer to an input, by thirds of the learners."""

    answer: str
    right: str
    chosen: str
    share: str
    drawing: SafeString
    thirds: tuple[str, ...]


def exercise(desk: Desk, filters: Filters, activity: str) -> dict[str, Any]:
    """One exercise, or the exercises of one unit. Raises NotFound for what no file speaks of."""
    scope = desk.scope(filters.run, filters.cohort)
    items = {str(row.get("activity")): row for row in desk.answer("difficulty", scope).rows}
    told = figure(desk, "exercises", scope, filters)
    inside = desk.activities_in(filters.run, activity)
    rows = [row for row in told.rows if str(row.get("activity")) in {activity, *inside}]
    title = next((place_of(row) for row in rows if row.get("activity") == activity), inside.get(activity, ""))
    if not rows and activity not in inside:
        raise NotFound(N_("No file speaks of the exercise {activity} in this session."), activity=activity)
    answers = figure(desk, "distractors", scope, filters)
    feedback = figure(desk, "feedback", scope, filters)
    return {
        "title": title or activity,
        "asked_url": desk.address_of(filters.run, activity),
        "figure": told,
        "difficulty": figure(desk, "difficulty", scope, filters),
        "exercises": [
            _exercise(row, items.get(str(row.get("activity")), {}), answers)
            | {"feedback": feedback_of(desk, filters.run, str(row.get("activity")), feedback)}
            for row in rows
        ],
        "answers": answers,
        "feedback": feedback if any(row.get("activity") in {activity, *inside} for row in feedback.rows) else None,
        "back": reverse("pilot:run") + filters.query() + "#exercises",
    }


def _exercise(row: Mapping[str, Any], item: Mapping[str, Any], answers: Figure) -> dict[str, Any]:
    tried, solved = int(number_of(row, "tried") or 0), int(number_of(row, "solved") or 0)
    ends = wilson(solved, tried) or (None, None)
    value = solved_share(row)
    first, tries = number_of(row, "first_try"), number_of(row, "attempts")
    asked: dict[tuple[str, str], list[AnswerRow]] = {}
    for one in answers.rows:
        if one.get("activity") == row.get("activity"):
            asked.setdefault((str(one.get("input") or ""), str(one.get("question") or "")), []).append(_answer(one))
    return {
        "title": place_of(row),
        "signals": signals_of(item),
        "tiles": [
            (gettext("Tried it"), count(tried), ""),
            (gettext("Solved it"), share(value, 0), interval(*ends)),
            (gettext("At the first try"), UNKNOWN if first is None or not tried else share(first / tried, 0), ""),
            (gettext("Tries each"), UNKNOWN if tries is None or not tried else _number(tries / tried, 1), ""),
            (gettext("Median time"), _time_of(row), ""),
            (gettext("Difficulty, 0 to 1"), _told(item, "difficulty"), _between(item, "difficulty")),
            (gettext("Discrimination, −1 to 1"), _told(item, "discrimination"), _give_or_take(item)),
        ],
        "questions": [
            {"name": f"{name} {words}".strip() or gettext("Answers"), "rows": rows}
            for (name, words), rows in asked.items()
        ],
    }


def _time_of(row: Mapping[str, Any]) -> str:
    seconds = number_of(row, "median_s")
    return UNKNOWN if seconds is None else typography.duration(seconds, language())


def _answer(row: Mapping[str, Any]) -> AnswerRow:
    chosen = (number_of(row, "chosen_percent") or 0) / 100
    right = number_of(row, "correct")
    return AnswerRow(
        answer=str(row.get("answer") or gettext("(no words)")),
        right=gettext("right") if right else gettext("wrong") if right is not None else "",
        chosen=_counted(row, "chosen"),
        share=share(chosen, 0),
        drawing=charts.interval_bar(chosen, tone=1 if right else 2, provisional=not right),
        thirds=tuple(
            UNKNOWN if (value := number_of(row, f"{third}_percent")) is None else share(value / 100, 0)
            for third in ("low", "middle", "high")
        ),
    )


def _number(value: float, decimals: int) -> str:
    return typography.number(value, language(), decimals)


def _told(item: Mapping[str, Any], name: str) -> str:
    value = number_of(item, name)
    return UNKNOWN if value is None else _number(value, 2)


def _between(item: Mapping[str, Any], name: str) -> str:
    low, high = number_of(item, f"{name}_low"), number_of(item, f"{name}_high")
    return (
        ""
        if low is None or high is None
        else gettext("{low} to {high}").format(low=_number(low, 2), high=_number(high, 2))
    )


def _give_or_take(item: Mapping[str, Any]) -> str:
    error = number_of(item, "discrimination_error")
    return "" if error is None else gettext("give or take {error}").format(error=_number(error, 2))


@dataclass(frozen=True, slots=True, kw_only=True)
class DoneRow:
    """What one learner did of one exercise."""

    title: str
    url: str
    score: str
    tries: str
    first: str
    last: str


def learner(desk: Desk, filters: Filters, actor: str) -> dict[str, Any]:
    """One learner of a session: what the `learners` indicator says, and each exercise. Raises NotFound."""
    if not desk.names or not actor.lstrip("-").isdigit():
        raise NotFound(N_("There is no such learner here."))
    scope = desk.scope(filters.run, filters.cohort)
    told = figure(desk, "learners", scope, filters)
    row = next((one for one in told.rows if str(one.get("actor")) == actor), None)
    if row is None:
        raise NotFound(N_("There is no such learner here."))
    work = desk.work_of(filters.run, int(actor))
    return {
        "name": desk.name_of(int(actor)) or gettext("Learner {number}").format(number=actor),
        "signals": signals_of_learner(row, titles_of(desk, scope, filters)),
        "facts": _facts(told, row),
        "figure": told,
        "done": [_done(filters, one) for one in work.exercises],
        "weeks": _weeks(work.weeks),
        "write_url": write_url(desk, filters, why="one", learner=actor),
        "back": reverse("pilot:run") + filters.query() + "#learners",
    }


def _facts(told: Figure, row: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What the indicator tells in numbers and dates; its notice is said in words above."""
    return [
        (label_of(field), words_of(field, row.get(field.name)))
        for field in told.fields
        if field.name in FACTS and row.get(field.name) not in {None, ""}
    ]


def _done(filters: Filters, row: Mapping[str, Any]) -> DoneRow:
    possible = row["possible"] or 0
    return DoneRow(
        title=str(row["title"] or row["activity"]),
        url=reverse("pilot:exercise") + filters.query(activity=str(row["activity"])),
        score=share(row["earned"] / possible, 0) if possible and row["earned"] is not None else UNKNOWN,
        tries=UNKNOWN if row["attempts"] is None else count(row["attempts"]),
        first=when(row["first_at"]) if row["first_at"] else UNKNOWN,
        last=when(row["last_at"]) if row["last_at"] else UNKNOWN,
    )


def _weeks(weeks: list[tuple[dt.date, int]]) -> SafeString:
    """Acts of each week, as columns."""
    if len(weeks) < 2:  # noqa: PLR2004 - one column says nothing
        return SafeString("")
    total = sum(number for _week, number in weeks)
    return charts.columns(
        [number for _week, number in weeks],
        [_short_day(week) for week, _number in weeks],
        title=gettext("Acts in each week"),
        words=ngettext("{count} act in {weeks} weeks", "{count} acts in {weeks} weeks", total).format(
            count=count(total), weeks=len(weeks)
        ),
        name="weeks-plot",
    )


def _short_day(day: dt.date) -> str:
    moment = dt.datetime(day.year, day.month, day.day, 12, tzinfo=dt.UTC)
    return dates.day(moment, "UTC", language(), now=moment)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped:
    """Rows that were left out, and why."""

    count: str
    reason: str
    sample: str


def files(desk: Desk) -> list[dict[str, Any]]:
    """What was read, the newest extraction first."""
    labels = source_labels()
    return [
        {
            "name": one.name,
            "label": labels.get(one.source, one.source),
            "day": when(one.extracted_at),
            "read": count(one.read),
            "kept": count(one.kept),
            "known": count(one.known),
            "dropped": [
                Dropped(
                    count=count(rows), reason=gettext(reason), sample=in_words(samples[0], gettext) if samples else ""
                )
                for reason, (rows, samples) in one.dropped.items()
            ],
            "remarks": [in_words(remark, gettext) for remark in one.remarks],
        }
        for one in desk.sources()
    ]
