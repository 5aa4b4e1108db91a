"""What does the ORA report say? Who handed in an open assessment, when, and its final score where there is one.

Neither the essay nor the assessors' words are read. Older servers give no username but an id made for the run: the
report of anonymised ids, read before, says whose it is.
"""

from __future__ import annotations

from typing import Final

from cordee.core.errors import N_
from cordee.formats.edx import cells
from cordee.formats.edx.names import activity_of, kind_of
from cordee.pilot import remarks
from cordee.pilot.reports import NO_ACTIVITY, NOBODY, TWICE, Report, ReportSource, has

ANONYMOUS: Final = N_("an anonymised id that no report of anonymised ids explains")


def fill(report: Report) -> None:
    """`reported`, and the assessments by their ids and titles as structure."""
    hidden = report.landing.anonymous()
    assessments: dict[str, tuple[str, str]] = {}
    seen: set[tuple[str, str]] = set()
    waiting = 0
    for row in report.rows():
        location = row.first("location", "item id")
        activity = activity_of(location)
        anonymous = row["anonymized student id"]
        person = row.person or hidden.get(anonymous, "")
        if not person or not activity:
            report.drop(NO_ACTIVITY if person else ANONYMOUS if anonymous else NOBODY)
            continue
        if (person, activity) in seen:
            report.drop(TWICE)
            continue
        seen.add((person, activity))
        assessments.setdefault(activity, (kind_of(location) or "openassessment", row["problem name"]))
        earned = cells.number(row["final score points earned"])
        waiting += earned is None
        at = cells.moment(row.first("date/time response submitted", "submitted at"))
        report.add(
            "reported",
            person=person,
            activity=activity,
            earned=earned,
            possible=cells.number(row["final score points possible"]),
            attempts=1,
            first_at=at,
            last_at=at,
        )
    for activity, (kind, title) in assessments.items():
        report.add("structure", activity=activity, kind=kind, title=title, unit="")
    if waiting:
        report.say(remarks.WAITING, count=waiting)


source = ReportSource(
    name="edx_ora_data",
    label=N_("open assessments (ORA data)"),
    accepts=has("submission id", "location|item id", "username|anonymized student id"),
    fill=fill,
)
