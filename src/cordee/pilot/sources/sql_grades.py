"""Which grade has each learner, by the table grades_persistentcoursegrade?"""

from __future__ import annotations

from cordee.core.errors import N_
from cordee.formats.edx import cells
from cordee.pilot.reports import NOBODY, OTHER_COURSE, TWICE, Report, ReportSource, has

PERCENT = 100


def fill(report: Report) -> None:
    """Grades; who has a letter or a moment of passing has passed."""
    seen: set[tuple[str, str]] = set()
    for row in report.rows():
        course, person = row["course id"], row["user id"]
        if not course or not person or (course, person) in seen:
            report.drop(OTHER_COURSE if not course else TWICE if person else NOBODY)
            continue
        seen.add((course, person))
        grade = cells.number(row["percent grade"])
        report.add(
            "grades",
            course=course,
            person=person,
            grade=round(grade * PERCENT, 6) if grade is not None else None,
            passed=bool(row["letter grade"] or row["passed timestamp"]),
        )


source = ReportSource(
    name="sql_grades",
    label=N_("table of grades"),
    table="grades_persistentcoursegrade",
    accepts=has("user id", "course id", "percent grade"),
    fill=fill,
)
