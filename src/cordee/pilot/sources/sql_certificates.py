"""Who has a certificate, by the table certificates_generatedcertificate?"""

from __future__ import annotations

from cordee.core.errors import N_
from cordee.formats.edx import cells
from cordee.pilot.reports import NOBODY, OTHER_COURSE, TWICE, Report, ReportSource, has

PERCENT = 100
ISSUED = "downloadable"
NOT_PASSING = "notpassing"


def fill(report: Report) -> None:
    """Grades; `passed` where the status says it."""
    seen: set[tuple[str, str]] = set()
    for row in report.rows():
        course, person = row["course id"], row["user id"]
        if not course or not person or (course, person) in seen:
            report.drop(OTHER_COURSE if not course else TWICE if person else NOBODY)
            continue
        seen.add((course, person))
        grade = cells.number(row["grade"])
        status = row["status"]
        report.add(
            "grades",
            course=course,
            person=person,
            grade=round(grade * PERCENT, 6) if grade is not None else None,
            passed=True if status == ISSUED else False if status == NOT_PASSING else None,
            certified=status == ISSUED,
        )


source = ReportSource(
    name="sql_certificates",
    label=N_("table of certificates"),
    table="certificates_generatedcertificate",
    accepts=has("user id", "course id", "status", "grade"),
    fill=fill,
)
