"""What marks does a report of another platform say?

The file is known by its content and read by the pilot's own readers into a database in memory, which is gone with the
answer: nothing of those who are not of the group is kept.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb

from cordee.core.errors import N_, InputRefused
from cordee.core.signing import safe_name
from cordee.formats.edx import names
from cordee.learning.elsewhere.marks import Reported
from cordee.pilot.importing import UNKNOWN, source_of, why_unknown
from cordee.pilot.sources import Landing, all_sources, open_landing

GRADES: Final = ("edx_grade_report", "edx_problem_grade_report")
MARKS: Final = """
    SELECT coalesce(p.email, ''), coalesce(p.username, ''), coalesce(p.user_id, ''), g.grade, g.passed
    FROM (SELECT person, any_value(grade) AS grade, any_value(passed) AS passed, min(rowid) AS rank
          FROM landing.grades GROUP BY person) g
    LEFT JOIN (SELECT person, max(email) AS email, max(username) AS username, max(user_id) AS user_id
               FROM landing.persons GROUP BY person) p USING (person)
    ORDER BY g.rank
"""


@dataclass(frozen=True, slots=True)
class Report:
    """A report as it was read. `label`: what it is, `course`: the session that it says it is of, "" for none."""

    label: str
    course: str
    extracted_at: dt.datetime  # aware
    dated: bool  # its name says when it was written; else it counts as of now
    rows: Sequence[Reported]
    dropped: int  # rows that say nothing of anybody
    remarks: Sequence[str]


def read_marks(name: str, data: bytes, *, run_key: str, now: dt.datetime) -> Report:
    """The marks of one file; memory alone, no query of the site's. Raises InputRefused for what is no report of grades.

    `run_key`: of this site's run, for a file that does not say its own.
    """
    with tempfile.TemporaryDirectory(prefix="cordee-marks-") as folder:
        path = Path(folder) / (safe_name(Path(name).name) or "report.csv")
        path.write_bytes(data)
        source = source_of(path)
        if source is None:
            raise InputRefused(UNKNOWN[why_unknown(path)], name=path.name)
        if source.name not in GRADES:
            known = " · ".join(one.label for one in all_sources() if one.name in GRADES)
            raise InputRefused(
                N_("{name} says no grades: it is a {label}. Bring one of these: {known}."),
                name=path.name,
                label=source.label,
                known=known,
            )
        with duckdb.connect(":memory:") as database:
            landing = open_landing(database, now)
            landing.course = f"course-v1:{run_key}"
            source.read(path, landing)
            dated = landing.extracted_at != now  # else nothing in its name is a date
            return Report(
                label=source.label,
                course=_course(landing, path.name),
                extracted_at=landing.extracted_at,
                dated=dated,
                rows=[Reported(*row) for row in database.execute(MARKS).fetchall()],
                dropped=sum(landing.tally.dropped.values()),
                remarks=tuple(dict.fromkeys(landing.remarks)),
            )


def _course(landing: Landing, name: str) -> str:
    """The session of which the report itself says that it is, e.g. "course-v1:FUN+04018+session07"."""
    rows = landing.database.execute("SELECT DISTINCT course FROM landing.grades WHERE course <> ''").fetchall()
    keys = {str(course) for (course,) in rows} - {landing.course}
    return keys.pop() if len(keys) == 1 and names.read_name(name) is not None else ""
