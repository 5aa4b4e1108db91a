"""What did people say of themselves, by the table auth_userprofile? Names into `persons`, the codes into `people`."""

from __future__ import annotations

from cordee.core.errors import N_
from cordee.pilot.reports import NOBODY, TWICE, Report, ReportSource, has
from cordee.pilot.sources.edx_profile_report import Declared


def fill(report: Report) -> None:
    """Rows of `people` for the run of the file's name, and names."""
    declared = Declared(report)
    seen: set[str] = set()
    for row in report.rows():
        person = row["user id"]
        if not person or person in seen:
            report.drop(TWICE if person else NOBODY)
            continue
        seen.add(person)
        report.add("persons", person=person, user_id=person, name=row["name"])
        declared.add(
            person,
            sex=row["gender"],
            year=row["year of birth"],
            education=row["level of education"],
            country=row["country"],
            language=row["language"],
        )
    declared.say()


source = ReportSource(
    name="sql_auth_userprofile",
    label=N_("table of profiles"),
    table="auth_userprofile",
    accepts=has("user id", "year of birth", "level of education"),
    fill=fill,
)
