"""Who is in which cohort, by the tables of cohorts of a research package? `user_id, course_id, group_type, name`."""

from __future__ import annotations

from typing import Final

from cordee.core.errors import N_
from cordee.pilot.reports import NOBODY, OTHER_COURSE, TWICE, Report, ReportSource, has

NO_COHORT: Final = N_("a group that is no cohort")


def fill(report: Report) -> None:
    """The cohorts of enrolments."""
    seen: set[tuple[str, str]] = set()
    for row in report.rows():
        course, person = row["course id"], row["user id"]
        if row["group type"] not in {"cohort", ""} or not row["name"]:
            report.drop(NO_COHORT)
            continue
        if not course or not person or (course, person) in seen:
            report.drop(OTHER_COURSE if not course else TWICE if person else NOBODY)
            continue
        seen.add((course, person))
        report.add("enrolments", course=course, person=person, cohort=row["name"])


source = ReportSource(
    name="sql_cohorts",
    label=N_("table of cohorts"),
    table="*",
    accepts=has("user id", "course id", "group type", "name"),
    fill=fill,
)
