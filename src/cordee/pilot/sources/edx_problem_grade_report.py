"""What does the problem grade report say? What each learner earned at each graded problem, out of what.

Columns `<type> <n>: <section> - <problem> (Earned)` and `(Possible)`; the section and the problem may hold " - "
themselves, so what follows the first one is taken for the title, and `pilot.titles` compares its end.
Source: edx-platform, `instructor_task/tasks_helper/grades.py`; "Final Grade" is what older servers call the grade.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from cordee.core.errors import N_
from cordee.formats.edx import cells
from cordee.formats.edx.reports import plain
from cordee.pilot import remarks
from cordee.pilot.reports import Report, ReportSource, in_order, quiz_of
from cordee.pilot.sources.edx_grade_report import ABOVE_ONE, FACTS, NOT_ATTEMPTED, PERCENT

EARNED: Final = "(earned)"
POSSIBLE: Final = "(possible)"
NOT_AVAILABLE: Final = "not available"


def accepts(columns: Sequence[str], _name: str) -> bool:
    """Points of problems; or the facts alone, where a run has no graded problem."""
    if any(column.endswith((EARNED, POSSIBLE)) for column in columns):
        return "username" in columns or "student id" in columns or "id" in columns
    return list(columns) in (
        ["student id", "email", "username", "enrollment status", "grade"],
        ["student id", "email", "username", "final grade"],
    )


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem: its two columns, and what stands for its id."""

    earned: int
    possible: int | None
    label: str
    quiz: str
    title: str
    activity: str


def fill(report: Report) -> None:
    """Enrolments, course grades, problems as structure, and their points as `reported`."""
    problems = _problems(report)
    seen: set[str] = set()
    unread = hidden = wrong = 0
    grades: list[tuple[str, float]] = []
    for row in report.rows():
        person = row.person
        if why := row.is_no_learner(seen):
            report.drop(why)
            continue
        seen.add(person)
        report.name_person(row)
        report.add("enrolments", person=person, active=row["enrollment status"].casefold() != "unenrolled")
        grade = cells.number(row.first("grade", "final grade"))
        if grade is not None:
            grades.append((person, grade))
        else:
            wrong += bool(row.first("grade", "final grade"))
        for problem in problems:
            earned = cells.number(row.row[problem.earned])
            if earned is None:
                cell = row.row[problem.earned].strip()
                unread += bool(cell) and cell.casefold() not in NOT_ATTEMPTED
                hidden += cell.casefold() == NOT_AVAILABLE
                continue
            possible = cells.number(row.row[problem.possible]) if problem.possible is not None else None
            report.add("reported", person=person, activity=problem.activity, earned=earned, possible=possible)
    scale = 1 if any(grade > ABOVE_ONE for _, grade in grades) else PERCENT
    if scale == 1:
        report.say(remarks.GRADES_OF_HUNDRED)
    for person, grade in grades:
        report.add("grades", person=person, grade=grade * scale)
    quizzes = list(dict.fromkeys(problem.quiz for problem in problems))
    for position, problem in enumerate(problems, 1):
        report.add(
            "structure",
            activity=problem.activity,
            kind="",
            title=problem.title,
            unit="",
            module=quizzes.index(problem.quiz) + 1,
            position=position,
            graded=True,
            quiz=problem.quiz,
        )
    report.add("runs", subject=report.subject)
    report.say_count(remarks.GRADES_NO_NUMBERS, wrong)
    report.say_count(remarks.NOT_NUMBERS, unread)
    report.say_count(remarks.NOT_AVAILABLE, hidden)
    if problems:
        report.say(remarks.TITLES)
    report.say(remarks.SECTIONS_AS_MODULES if problems else remarks.NO_SECTIONS)
    report.say(remarks.NO_TIMES)


def _problems(report: Report) -> list[Problem]:
    """The problems, in the order of the course as far as the report tells it."""
    columns = report.sheet.columns
    possible: dict[str, list[int]] = {}
    earned: list[tuple[str, int]] = []
    ignored: list[str] = []
    for position, column in enumerate(columns):
        name = plain(column)
        if name.endswith(POSSIBLE):
            possible.setdefault(column[: -len(POSSIBLE)].strip(), []).append(position)
        elif name.endswith(EARNED):
            earned.append((column[: -len(EARNED)].strip(), position))
        elif name not in FACTS:
            ignored.append(column)
    report.ignore(ignored)
    order = {
        section: rank for rank, section in enumerate(in_order(list(dict.fromkeys(_section(one) for one, _ in earned))))
    }
    earned.sort(key=lambda one: order[_section(one[0])])  # stable: within a section as they come
    titles = Counter(_title(label) for label, _ in earned)
    quizzes = {quiz_of(_section(label))[0] for label, _ in earned}
    found: list[Problem] = []
    taken: Counter[str] = Counter()
    for label, position in earned:
        title = _title(label)
        activity = title if titles[title] == 1 and title not in quizzes else label
        taken[activity] += 1
        if taken[activity] > 1:
            activity += f" ({taken[activity]})"  # two problems of one name in one section
        pair = possible.get(label)
        found.append(
            Problem(position, pair.pop(0) if pair else None, label, quiz_of(_section(label))[0], title, activity)
        )
    return found


def _section(label: str) -> str:
    return label.partition(" - ")[0]


def _title(label: str) -> str:
    return label.partition(" - ")[2].strip() or label


source = ReportSource(
    name="edx_problem_grade_report", label=N_("problem grade report"), identifies=True, accepts=accepts, fill=fill
)
