"""What does the grade report say? Enrolments, cohorts, grades, certificates, and each graded section.

Both generations: `Student ID, Email, Username, Grade, …, Enrollment Status`, and the lower-case `id, email, username,
grade` of older servers. The graded sections are the columns whose cells are shares or "Not Attempted".
Source: edx-platform, `lms/djangoapps/instructor_task/tasks_helper/grades.py`, facts of formats/edx-data.md B.4.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from cordee.core.errors import N_
from cordee.formats.edx import cells
from cordee.formats.edx.reports import plain
from cordee.pilot import remarks
from cordee.pilot.reports import Cells, Report, ReportSource, in_order, quiz_of

PERCENT: Final = 100
ABOVE_ONE: Final = 1.5  # a share of 1 may pass 1 by extra points, not by half
MOSTLY: Final = 0.9  # of a column's cells, for it to be a graded section
NOT_ATTEMPTED: Final = frozenset({"not attempted", "not available"})
FACTS: Final = frozenset(
    [
        "student id",
        "id",
        "user id",
        "email",
        "username",
        "user name",
        "name",
        "grade",
        "final grade",
        "cohort name",
        "cohort",
        "team name",
        "enrollment track",
        "verification status",
        "certificate eligible",
        "certificate delivered",
        "certificate type",
        "enrollment status",
        "external user key",
    ]
)
ROUND: Final = (10, 5, 1)  # a pass mark is a round number, in hundredths


def accepts(columns: Sequence[str], _name: str) -> bool:
    """A grade and a username, and no points of problems."""
    found = set(columns)
    if not ({"grade", "final grade"} & found and {"username", "user name"} & found):
        return False
    if any(column.endswith(("(earned)", "(possible)")) for column in columns):
        return False
    facts = {"certificate eligible", "certificate delivered", "enrollment track", "verification status", "cohort name"}
    if facts & found:
        return True
    # Without those it is one of them cut short, or a problem grade report in which nothing is graded.
    ordered = list(columns)
    return not (
        "enrollment status" in found
        and ordered.index("enrollment status") < ordered.index("grade" if "grade" in found else "final grade")
    )


@dataclass(frozen=True, slots=True)
class Section:
    """One graded section: its column, its name as `quiz` of the structure, its title."""

    position: int
    quiz: str
    title: str


def fill(report: Report) -> None:
    """Enrolments, grades, sections as structure and what was had in each as `reported`."""
    rows: list[Cells] = []
    seen: set[str] = set()
    for row in report.rows():
        if why := row.is_no_learner(seen):
            report.drop(why)
        else:
            seen.add(row.person)
            rows.append(row)
    grades = [cells.number(row.first("grade", "final grade")) for row in rows]
    hundred = any(grade is not None and grade > ABOVE_ONE for grade in grades)
    if hundred:
        report.say(remarks.GRADES_OF_HUNDRED)
        grades = [grade / PERCENT if grade is not None else None for grade in grades]
    sections = _sections(report, rows, scale=PERCENT if hundred else 1)
    mark = _pass_mark(report, rows, grades)
    zero_is_nothing = _zero_is_nothing(report, rows, sections)
    unread = 0
    for row, grade in zip(rows, grades, strict=True):
        person = row.person
        report.name_person(row)
        status = row["enrollment status"].casefold()
        report.add(
            "enrolments",
            person=person,
            active=status != "unenrolled",
            mode=cells.said(row["enrollment track"]) or "",
            cohort=row.first("cohort name", "cohort"),
        )
        done = 0
        for section in sections:
            cell = cells.words(row.row[section.position])
            share = cells.number(cell)
            if share is None:
                unread += bool(cell) and cell.casefold() not in NOT_ATTEMPTED
                continue
            if share == 0 and zero_is_nothing:
                continue
            done += 1
            share = share / PERCENT if hundred else share
            report.add("reported", person=person, activity=section.quiz, earned=share, possible=1.0)
        report.add(
            "grades",
            person=person,
            grade=grade * PERCENT if grade is not None else None,
            passed=_passed(row, grade, mark),
            certified=cells.truth(row["certificate delivered"]),
            complete=done == len(sections) if sections else None,
        )
    for rank, section in enumerate(sections, 1):
        report.add(
            "structure",
            activity=section.quiz,
            kind="sequential",
            title=section.title,
            unit="",
            module=rank,
            position=rank,
            graded=True,
            quiz=section.quiz,
        )
    report.add("runs", subject=report.subject, pass_mark=mark)
    wrong = sum(grade is None and _is_told(row) for row, grade in zip(rows, grades, strict=True))
    report.say_count(remarks.GRADES_NO_NUMBERS, wrong)
    report.say_count(remarks.NOT_NUMBERS, unread)
    report.say(remarks.SECTIONS_AS_MODULES if sections else remarks.NO_SECTIONS)
    if "enrollment status" not in report.index:
        report.say(remarks.ONLY_LISTED)
    report.say(remarks.NO_TIMES)


def _is_told(row: Cells) -> bool:
    return bool(row.first("grade", "final grade"))


def _sections(report: Report, rows: Sequence[Cells], *, scale: int) -> list[Section]:
    """The columns that hold a share of each learner, in the order of the course."""
    found: dict[str, int] = {}
    ignored: list[str] = []
    for position, column in enumerate(report.sheet.columns):
        name = plain(column)
        if name in FACTS or name.startswith("experiment group") or name.endswith(("(avg)", " avg")) or not name:
            continue
        filled = [cell for row in rows if (cell := cells.words(row.row[position]))]
        shares = sum(
            cell.casefold() in NOT_ATTEMPTED
            or 0 <= (cells.number(cell) if cells.number(cell) is not None else -1) <= ABOVE_ONE * scale  # type: ignore[operator]
            for cell in filled
        )
        if filled and shares >= MOSTLY * len(filled):
            label = column
            while label in found:
                label += "’"  # a second column of the same name
            found[label] = position
        else:
            ignored.append(column)
    report.ignore(ignored)
    sections: list[Section] = []
    for label in in_order(list(found)):
        quiz, title = quiz_of(label)
        taken = {section.quiz for section in sections}
        sections.append(Section(found[label], label if quiz in taken else quiz, title or quiz))
    return sections


def _zero_is_nothing(report: Report, rows: Sequence[Cells], sections: Sequence[Section]) -> bool:
    """Older servers write 0 for what was never handed in. Then nobody has "Not Attempted"."""
    if "enrollment status" in report.index or not sections:
        return False
    columns = [section.position for section in sections]
    told = any(cells.words(row.row[position]).casefold() in NOT_ATTEMPTED for row in rows for position in columns)
    zeros = any(cells.number(row.row[position]) == 0 for row in rows for position in columns)
    if told or not zeros:
        return False
    report.say(remarks.ZERO_IS_NOTHING)
    return True


def _pass_mark(report: Report, rows: Sequence[Cells], grades: Sequence[float | None]) -> float | None:
    """The pass mark out of 100, where who may have a certificate leaves one round number: it lies above the highest
    grade that may not and at most at the lowest that may. Who has left may not have one, whatever the grade.
    """
    told = [
        (grade, eligible, row["enrollment track"].casefold())
        for row, grade in zip(rows, grades, strict=True)
        if grade is not None
        and (eligible := cells.truth(row["certificate eligible"])) is not None
        and row["enrollment status"].casefold() != "unenrolled"
    ]
    may = [grade for grade, eligible, _ in told if eligible]
    may_not = [grade for grade, eligible, _ in told if not eligible]
    if may and may_not and max(may_not) >= min(may):
        may_not = [grade for grade, eligible, mode in told if not eligible and mode != "audit"]  # newer servers
    if not may or not may_not or max(may_not) >= min(may):
        if told:
            report.say(remarks.PASS_MARK_UNKNOWN)
        return None
    low, high = round(max(may_not) * PERCENT, 6), round(min(may) * PERCENT, 6)
    for step in ROUND:
        marks = [mark for mark in range(0, PERCENT + 1, step) if low < mark <= high]
        if len(marks) == 1:
            report.say(remarks.PASS_MARK, mark=marks[0])
            return float(marks[0])
        if marks:
            break
    report.say(remarks.PASS_MARK_BETWEEN, low=f"{low:g}", high=f"{high:g}")
    return None


def _passed(row: Cells, grade: float | None, mark: float | None) -> bool | None:
    if mark is not None and grade is not None:
        return round(grade * PERCENT, 6) >= mark
    return cells.truth(row["certificate eligible"])


source = ReportSource(name="edx_grade_report", label=N_("grade report"), identifies=True, accepts=accepts, fill=fill)
