"""Which username and address belong to which id, by the table auth_user? Into `persons` alone."""

from __future__ import annotations

from cordee.core.errors import N_
from cordee.pilot.reports import NOBODY, TWICE, Report, ReportSource, has


def fill(report: Report) -> None:
    """Rows of `persons`."""
    seen: set[str] = set()
    for row in report.rows():
        if not row.id or row.id in seen:
            report.drop(TWICE if row.id else NOBODY)
            continue
        seen.add(row.id)
        report.name_person(row, " ".join(filter(None, (row["first name"], row["last name"]))))


source = ReportSource(
    name="sql_auth_user",
    label=N_("table of users"),
    table="auth_user",
    identifies=True,
    accepts=has("id", "username", "email"),
    fill=fill,
)
