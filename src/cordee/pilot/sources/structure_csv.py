"""Which problems are in which module, and which are graded, by a table that somebody wrote? `problem_id,module,graded`.

More columns are read where they are there: title, unit, quiz, kind, position, length_s.
"""

from __future__ import annotations

import re
from typing import Final

from cordee.core.errors import N_
from cordee.formats.edx import cells
from cordee.formats.edx.names import activity_of, kind_of
from cordee.pilot import remarks
from cordee.pilot.reports import NO_ACTIVITY, Report, ReportSource, has

AGAIN: Final = N_("the same activity again")


def fill(report: Report) -> None:
    """`structure`, in the order of the file."""
    seen: set[str] = set()
    without_quiz = bad = 0
    for row in report.rows():
        key = row.first("problem id", "activity", "block id")
        activity = activity_of(key)
        if not activity or activity in seen:
            report.drop(AGAIN if activity else NO_ACTIVITY)
            continue
        seen.add(activity)
        module = _module(row["module"])
        bad += module is None and bool(row["module"])
        graded = cells.truth(row["graded"]) or False
        quiz = row["quiz"] if graded else ""
        if graded and not quiz:
            without_quiz += 1
            quiz = f"module {module}" if module is not None else "module"
        report.add(
            "structure",
            activity=activity,
            kind=row["kind"] or kind_of(key) or "problem",
            title=row["title"],
            unit=activity_of(row["unit"]) if row["unit"] else "",
            module=module,
            position=cells.whole(row["position"]) or len(seen),
            graded=graded,
            quiz=quiz,
            length_s=cells.number(row["length s"]),
        )
    report.add("runs", subject=report.subject)
    if without_quiz:
        report.say(remarks.STRUCTURE_QUIZZES)
    if bad:
        report.say(remarks.STRUCTURE_MODULES, count=bad)


def _module(cell: str) -> int | None:
    """Its number: "2", "Module 2", "Semaine 2"."""
    match = re.fullmatch(r"\D*(\d{1,4})(?:[.,]0+)?", cell)
    return int(match[1]) if match else None


source = ReportSource(
    name="structure_csv",
    label=N_("structure of a course (CSV)"),
    accepts=has("problem id|activity|block id", "module", "graded"),
    fill=fill,
)
