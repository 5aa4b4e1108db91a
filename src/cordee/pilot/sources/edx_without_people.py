"""Which reports say nothing that an indicator needs? Results of an upload, invitations, grades that failed.

They are read and counted, and each row is dropped for its reason, so that no file of a folder imported whole is left.
"""

from __future__ import annotations

from typing import Final

from cordee.core.errors import N_
from cordee.pilot.reports import Report, ReportSource, has

RESULT: Final = N_("a result of an upload: it counts, and names no learner of a cohort")
INVITED: Final = N_("an address that was invited: nobody has enrolled with it")
FAILED: Final = N_("a grade that edX could not reckon")


def fill(report: Report) -> None:
    """Nothing; each row is counted with its reason."""
    columns = report.index
    reason = RESULT if "exists" in columns else FAILED if "error" in columns else INVITED
    for _row in report.rows():
        report.drop(reason)
    _ = report.course  # a file of no run is refused as any other


source = ReportSource(
    name="edx_without_people",
    label=N_("reports that say nothing of a learner’s work"),
    accepts=lambda columns, name: (
        has("cohort name", "exists")(columns, name)
        or has("error", "username|student id")(columns, name)
        or list(columns) == ["email"]
    ),
    fill=fill,
)
