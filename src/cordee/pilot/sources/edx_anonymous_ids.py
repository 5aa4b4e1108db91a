"""Which anonymised id is whose? Kept with the names, so that what is reported under such an id finds its person."""

from __future__ import annotations

from cordee.core.errors import N_
from cordee.pilot.reports import NOBODY, TWICE, Report, ReportSource, has


def fill(report: Report) -> None:
    """Rows of `persons` alone."""
    seen: set[str] = set()
    for row in report.rows():
        if not row.id or row.id in seen:
            report.drop(TWICE if row.id else NOBODY)
            continue
        seen.add(row.id)
        ids = (row["anonymized user id"], row["course specific anonymized user id"])
        report.add("persons", person=row.id, user_id=row.id, anonymous=" ".join(filter(None, ids)))


source = ReportSource(
    name="edx_anonymous_ids",
    label=N_("anonymised ids"),
    identifies=True,
    accepts=has("user id", "anonymized user id"),
    fill=fill,
)
