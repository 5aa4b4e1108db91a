"""What do the answers to problems say, as edX Insights writes them? Points, tries, dates, and each answer.

A row is one input of one problem and one learner; points, tries and dates are the problem's.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

from cordee.core.errors import N_
from cordee.formats.edx import cells
from cordee.formats.edx.names import activity_of, kind_of
from cordee.pilot.reports import NO_ACTIVITY, NOBODY, TWICE, Report, ReportSource, has

ANSWER_SIGNS: Final = 200


def input_of(answer_id: str, activity: str) -> str:
    """The input within the activity: p_choix_2_1 of p_choix is 2_1."""
    tail = activity_of(answer_id)
    return tail.removeprefix(f"{activity}_") if tail != activity else "2_1"


def title_in(location: str) -> str:
    """The last part of "Course > Module > Section > Unit > Title"."""
    return location.rpartition(" > ")[2].strip()


def fill(report: Report) -> None:
    """`reported`, `answers`, and the problems by their ids and titles as structure."""
    totals: dict[
        tuple[str, str], tuple[float | None, float | None, float | None, dt.datetime | None, dt.datetime | None]
    ] = {}
    problems: dict[str, tuple[str, str]] = {}
    seen: set[tuple[str, str, str]] = set()
    for row in report.rows():
        problem, person = row["problem id"], row.person
        activity = activity_of(problem)
        if not person or not activity:
            report.drop(NO_ACTIVITY if person else NOBODY)
            continue
        key = (person, activity, row["answer id"])
        if key in seen:
            report.drop(TWICE)
            continue
        seen.add(key)
        problems.setdefault(activity, (kind_of(problem) or "problem", title_in(row["location"])))
        earned, possible, attempts, first, last = totals.get((person, activity), (None,) * 5)
        totals[person, activity] = (
            _most(earned, cells.number(row["score"])),
            _most(possible, cells.number(row["max score"])),
            _most(attempts, cells.number(row["total attempts"])),
            min(filter(None, (first, cells.moment(row["first attempt date"]))), default=None),
            max(filter(None, (last, cells.moment(row["last attempt date"]))), default=None),
        )
        if answer := row["answer"]:
            report.add(
                "answers",
                person=person,
                activity=activity,
                input=input_of(row["answer id"], activity),
                question=row["question"],
                answer=answer[:ANSWER_SIGNS],
                correct=cells.truth(row["correct"]),
            )
    for (person, activity), (earned, possible, attempts, first, last) in totals.items():
        report.add(
            "reported",
            person=person,
            activity=activity,
            earned=earned,
            possible=possible,
            attempts=int(attempts) if attempts is not None else None,
            first_at=first,
            last_at=last,
        )
    for activity, (kind, title) in problems.items():
        report.add("structure", activity=activity, kind=kind, title=title, unit="")
    report.landing.part = _part(problems)


def _part(problems: dict[str, tuple[str, str]]) -> str:
    """A file of one problem does not take the place of a file of another."""
    return next(iter(problems)) if len(problems) == 1 else ""


def _most(one: float | None, other: float | None) -> float | None:
    return max(filter(lambda found: found is not None, (one, other)), default=None)  # type: ignore[type-var]


source = ReportSource(
    name="edx_problem_responses",
    label=N_("answers to problems, of edX Insights"),
    accepts=has("username", "problem id", "answer id", "answer"),
    fill=fill,
)
