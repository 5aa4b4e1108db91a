"""In which state did each learner leave each block, by the table courseware_studentmodule?

A row is made when a block is first seen, so a problem without a try is nothing handed in. Rows of chapters, sections
and films say where somebody was last, and are not read.
"""

from __future__ import annotations

from typing import Final

from cordee.core.errors import N_
from cordee.formats.edx import cells
from cordee.formats.edx.names import activity_of
from cordee.pilot.reports import NO_ACTIVITY, NOBODY, NOT_HANDED_IN, TWICE, Report, ReportSource, has
from cordee.pilot.sources.edx_problem_responses import ANSWER_SIGNS, input_of
from cordee.pilot.sources.edx_student_state import answers_in, attempts_in, handed_in, points_in, state_in

A_PLACE: Final = N_("a place in the course, not an answer")
PLACES: Final = frozenset(
    [
        "course",
        "chapter",
        "sequential",
        "vertical",
        "video",
        "html",
        "discussion",
        "conditional",
        "split_test",
        "library_content",
        "randomize",
        "problemset",
        "videosequence",
        "word_cloud",
        "about",
        "static_tab",
    ]
)
NO_STATE: Final[dict[str, object]] = {}


def fill(report: Report) -> None:
    """`reported`, and the last answers to problems."""
    seen: set[tuple[str, str, str]] = set()
    for row in report.rows():
        activity, person = activity_of(row["module id"]), row["student id"]
        course = row["course id"] or report.course
        if not person or not activity:
            report.drop(NO_ACTIVITY if person else NOBODY)
            continue
        if row["module type"] in PLACES:
            report.drop(A_PLACE)
            continue
        state = state_in(row.text("state")) or NO_STATE
        grade = cells.number(row["grade"])
        if not handed_in(state) and (grade is None or attempts_in(state) == 0):
            report.drop(NOT_HANDED_IN)
            continue
        if (course, person, activity) in seen:
            report.drop(TWICE)
            continue
        seen.add((course, person, activity))
        earned, possible = points_in(state)
        most = cells.number(row["max grade"])
        attempts = attempts_in(state)
        last = cells.moment(str(state.get("last_submission_time") or "")) or cells.moment(row["modified"])
        report.add(
            "reported",
            course=course,
            person=person,
            activity=activity,
            earned=grade if grade is not None else earned,
            possible=most if most is not None else possible,
            attempts=attempts,
            first_at=last if attempts == 1 else None,
            last_at=last,
        )
        for name, answer, right in answers_in(state):
            report.add(
                "answers",
                course=course,
                person=person,
                activity=activity,
                input=input_of(name, activity),
                question="",
                answer=answer[:ANSWER_SIGNS],
                correct=right,
            )


source = ReportSource(
    name="sql_courseware_studentmodule",
    label=N_("table of what learners did"),
    table="courseware_studentmodule",
    accepts=has("module type", "module id", "student id", "state"),
    fill=fill,
)
