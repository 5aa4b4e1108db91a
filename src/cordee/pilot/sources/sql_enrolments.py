"""Who is in a run, since when, by the table student_courseenrollment?"""

from __future__ import annotations

from cordee.core.errors import N_
from cordee.formats.edx import cells
from cordee.pilot.reports import NOBODY, OTHER_COURSE, TWICE, Report, ReportSource, has


def fill(report: Report) -> None:
    """Enrolments, of every run that the table speaks of."""
    seen: set[tuple[str, str]] = set()
    for row in report.rows():
        course, person = row["course id"], row["user id"]
        if not course or not person or (course, person) in seen:
            report.drop(OTHER_COURSE if not course else TWICE if person else NOBODY)
            continue
        seen.add((course, person))
        report.add(
            "enrolments",
            course=course,
            person=person,
            enrolled_at=cells.moment(row["created"]),
            active=cells.truth(row["is active"]),
            mode=row["mode"],
            cohort="",
        )


source = ReportSource(
    name="sql_student_courseenrollment",
    label=N_("table of enrolments"),
    table="student_courseenrollment",
    accepts=has("user id", "course id", "created", "is active"),
    fill=fill,
)
