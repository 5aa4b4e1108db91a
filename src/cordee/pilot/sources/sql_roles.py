"""Who is of the team of a run, by the table student_courseaccessrole? Testers too: no indicator counts them."""

from __future__ import annotations

from cordee.core.errors import N_
from cordee.pilot.reports import NOBODY, OTHER_COURSE, TWICE, Report, ReportSource, has


def fill(report: Report) -> None:
    """Enrolments of the team."""
    seen: set[tuple[str, str]] = set()
    for row in report.rows():
        course, person = row["course id"], row["user id"]
        if not course or not person or (course, person) in seen:
            report.drop(OTHER_COURSE if not course else TWICE if person else NOBODY)
            continue
        seen.add((course, person))
        report.add("enrolments", course=course, person=person, staff=True)


source = ReportSource(
    name="sql_roles",
    label=N_("table of the team"),
    table="student_courseaccessrole",
    accepts=has("user id", "course id", "role"),
    fill=fill,
)
