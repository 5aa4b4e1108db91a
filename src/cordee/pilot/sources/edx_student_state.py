"""What does the report of a problem's answers say? The state in which each learner left a problem, as JSON.

`username, title, location, block_key (or block_id), state`; newer servers add a row an answer with `Answer ID,
Question, Answer, Correct Answer` and the same state.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from cordee.core.errors import N_
from cordee.formats.edx import cells
from cordee.formats.edx.names import activity_of, kind_of
from cordee.pilot.reports import NO_ACTIVITY, NOBODY, NOT_HANDED_IN, TWICE, Report, ReportSource, has
from cordee.pilot.sources.edx_problem_responses import ANSWER_SIGNS, input_of

NO_STATE: Final = N_("no readable state")
RIGHT: Final = frozenset({"correct"})


def state_in(text: str) -> Mapping[str, Any] | None:
    """The state, or None where it is no JSON object."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def attempts_in(state: Mapping[str, Any]) -> int | None:
    """How many tries; None where the state does not say."""
    found = state.get("attempts")
    return found if isinstance(found, int) and not isinstance(found, bool) and 0 <= found < 2**31 else None


def points_in(state: Mapping[str, Any]) -> tuple[float | None, float | None]:
    """Points earned and possible: of the `score` where a newer server keeps it, else reckoned from `correct_map` as
    the grader did: an input is worth one point, or its `npoints`.
    """
    score = state.get("score")
    if isinstance(score, Mapping):
        return _number(score.get("raw_earned")), _number(score.get("raw_possible"))
    if "raw_earned" in state:
        return _number(state.get("raw_earned")), _number(state.get("raw_possible"))
    verdicts = state.get("correct_map")
    if not isinstance(verdicts, Mapping) or not verdicts:
        return None, None
    earned = 0.0
    for verdict in verdicts.values():
        if isinstance(verdict, Mapping):
            points = _number(verdict.get("npoints"))
            earned += points if points is not None else float(verdict.get("correctness") in RIGHT)
    return earned, float(len(verdicts))


def handed_in(state: Mapping[str, Any]) -> bool:
    """Whether anything was handed in: a try was counted, or a verdict or an answer of another kind is there."""
    attempts = attempts_in(state)
    if attempts is not None:
        return attempts > 0
    return bool(
        state.get("correct_map")
        or state.get("done")
        or "raw_earned" in state
        or state.get("submission_uuid")
        or state.get("choice")
    )


def verdict_in(state: Mapping[str, Any], name: str) -> bool | None:
    """Whether an input was right; None where the state does not say."""
    verdicts = state.get("correct_map")
    verdict = verdicts.get(name) if isinstance(verdicts, Mapping) else None
    return verdict.get("correctness") in RIGHT if isinstance(verdict, Mapping) else None


def answers_in(state: Mapping[str, Any]) -> list[tuple[str, str, bool | None]]:
    """Input, answer and whether it was right; several choices of one input are joined by a comma."""
    given = state.get("student_answers")
    if not isinstance(given, Mapping):
        return []
    found = []
    for name, value in given.items():
        words = ", ".join(str(one) for one in value) if isinstance(value, list) else str(value)
        if value not in ("", [], None):
            found.append((str(name), cells.words(words), verdict_in(state, name)))
    return found


def fill(report: Report) -> None:
    """`reported`, `answers`, and the problems by their ids and titles as structure."""
    problems: dict[str, tuple[str, str]] = {}
    counted: set[tuple[str, str]] = set()
    answered: set[tuple[str, str, str]] = set()
    for row in report.rows():
        block, person = row.first("block key", "block id"), row.person
        activity = activity_of(block)
        if not person or not activity:
            report.drop(NO_ACTIVITY if person else NOBODY)
            continue
        state = state_in(row.text("state"))
        if state is None:
            report.drop(NO_STATE)
            continue
        if not handed_in(state):
            report.drop(NOT_HANDED_IN)
            continue
        if (person, activity) in counted and (not row["answer id"] or (person, activity, row["answer id"]) in answered):
            report.drop(TWICE)
            continue
        problems.setdefault(activity, (kind_of(block) or "problem", row["title"]))
        if (person, activity) not in counted:
            counted.add((person, activity))
            earned, possible = points_in(state)
            attempts = attempts_in(state)
            last = cells.moment(str(state.get("last_submission_time") or ""))
            report.add(
                "reported",
                person=person,
                activity=activity,
                earned=earned,
                possible=possible,
                attempts=attempts,
                first_at=last if attempts == 1 else None,
                last_at=last,
            )
        answers = answers_in(state)
        if row["answer id"]:
            answered.add((person, activity, row["answer id"]))
            given = (row["answer id"], row["answer"], verdict_in(state, row["answer id"]))
            answers = [given] if row["answer"] else []
        for name, answer, verdict in answers:
            report.add(
                "answers",
                person=person,
                activity=activity,
                input=input_of(name, activity),
                question=row["question"],
                answer=answer[:ANSWER_SIGNS],
                correct=verdict,
            )
    for activity, (kind, title) in problems.items():
        report.add("structure", activity=activity, kind=kind, title=title, unit="")
    report.landing.part = next(iter(problems)) if len(problems) == 1 else ""


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


source = ReportSource(
    name="edx_student_state",
    label=N_("answers to a problem, with their states"),
    accepts=has("username", "state", "block key|block id"),
    fill=fill,
)
