"""What did learners answer to the survey that a run asks for at its door? One row a learner, one column a question."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from cordee.core.errors import N_
from cordee.formats.edx.reports import plain
from cordee.pilot.reports import NOBODY, TWICE, Report, ReportSource

PEOPLE: Final = frozenset({"user id", "user name", "username", "email", "name"})


def accepts(columns: Sequence[str], name: str) -> bool:
    """Known by its file's name, and by people in its first columns."""
    return "course_survey_results" in name and {"user id", "user name", "username"} & set(columns) != set()


def fill(report: Report) -> None:
    """Surveys, and names into `persons`."""
    asked = [(position, column) for position, column in enumerate(report.sheet.columns) if plain(column) not in PEOPLE]
    seen: set[str] = set()
    for row in report.rows():
        person = row.person
        if not person or person in seen:
            report.drop(TWICE if person else NOBODY)
            continue
        seen.add(person)
        report.name_person(row)
        for position, question in asked:
            if question and (answer := row.row[position].strip()):
                report.add("surveys", person=person, question=question, answer=answer)
    report.add("runs", subject=report.subject)


source = ReportSource(
    name="edx_course_survey", label=N_("results of the course survey"), identifies=True, accepts=accepts, fill=fill
)
