"""What does the progress page show: the grade, and how each number in it comes about?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cordee.courses.licences import licence_name
from cordee.courses.outlines import Section
from cordee.learning import access
from cordee.learning.grades import CourseGrade, SectionGrade, course_grade
from cordee.learning.marking import points_of
from cordee.learning.pages.looking import Look
from cordee.learning.pages.outline import OutlineView, outline_view

WEIGHT_SLACK = 1e-9


@dataclass(frozen=True, slots=True)
class ProgressSection:
    title: str
    url: str
    earned: float
    possible: float
    share: float
    missing: bool
    dropped: bool
    expected: bool  # the policy expects it, the course has no such section
    not_graded_here: bool  # the course has it, nothing in it can be graded here
    due_at: dt.datetime | None
    due_because: str  # why it was moved for this learner


@dataclass(frozen=True, slots=True)
class ProgressType:
    name: str
    weight: float
    share: float
    brings: float
    drop_count: int
    divisor: int
    sections: tuple[ProgressSection, ...]


@dataclass(frozen=True, slots=True)
class ProgressPage:
    run_key: str
    course_title: str
    outline: OutlineView
    grade: float
    grade_of_lines: float  # what the lines give: another one where the session moved to a version without a regrade
    pass_mark: float
    passed: bool
    best_grade: float  # that anybody can have here
    can_pass: bool
    has_work_not_graded_here: bool
    types: tuple[ProgressType, ...]
    weight_total: float
    left_out: int
    grace_s: int
    graded_at: dt.datetime | None
    family: str
    licence: str

    @property
    def something_missing(self) -> bool:
        return any(
            section.missing and not section.expected and not section.not_graded_here
            for line in self.types
            for section in line.sections
        )

    @property
    def waits_for_lines(self) -> bool:
        """The grade was computed by another version than the lines, and nothing has brought it up to date yet."""
        return bool(self.types) and self.grade != self.grade_of_lines

    @property
    def moved(self) -> tuple[ProgressSection, ...]:
        """The sections whose deadline was moved for this learner."""
        return tuple(section for line in self.types for section in line.sections if section.due_because)

    @property
    def grade_percent(self) -> float:
        return min(100.0, 100 * self.grade)

    @property
    def pass_percent(self) -> float:
        return 100 * self.pass_mark

    @property
    def weights_differ(self) -> bool:
        """The author's weights do not add up to 1 (a hair's breadth of floating point aside)."""
        return bool(self.types) and abs(self.weight_total - 1) > WEIGHT_SLACK


def progress_page(look: Look) -> ProgressPage:
    """The grade and how each number comes about. The grade shown is the stored one."""
    seat = look.seat
    earned = points_of(look.states)
    found = course_grade(seat.outline, earned, access.belongs(*look.viewer.groups), look.viewer.counted)
    outline = outline_view(look)
    grade = seat.enrolment.grade if seat.enrolment else 0.0
    return ProgressPage(
        run_key=seat.run.key,
        course_title=outline.title,
        outline=outline,
        grade=grade,
        grade_of_lines=max(0.0, found.grade) if seat.enrolment else grade,
        pass_mark=seat.run.pass_mark,
        passed=seat.passed,
        best_grade=seat.outline.best_grade,
        can_pass=seat.outline.lets_pass(seat.run.pass_mark),
        has_work_not_graded_here=seat.outline.has_work_not_graded_here,
        types=tuple(_progress_types(look, found, outline)) if seat.outline.gives_grade else (),
        weight_total=sum(line.weight for line in seat.outline.assignment_types),
        left_out=found.left_out,
        grace_s=seat.outline.grace_s,
        graded_at=seat.enrolment.graded_at if seat.enrolment else None,
        family=seat.outline.family,
        licence=licence_name(seat.outline.licence),
    )


def _progress_types(look: Look, found: CourseGrade, outline: OutlineView) -> Iterable[ProgressType]:
    urls = {unit.id: unit.url for unit in outline.units}
    for line in found.types:
        yield ProgressType(
            name=line.type.name_in(look.language, look.seat.outline.language),
            weight=line.type.weight,
            share=line.share,
            brings=line.brings,
            drop_count=line.type.drop_count,
            divisor=len(line.sections) - line.type.drop_count,
            sections=tuple(_progress_section(look, graded, urls) for graded in line.sections),
        )


def _progress_section(look: Look, graded: SectionGrade, urls: Mapping[str, str]) -> ProgressSection:
    return ProgressSection(
        title=look.words(graded.section.titles) if graded.section else "",
        url=_first_url(graded.section, urls),
        earned=graded.earned,
        possible=graded.possible,
        share=graded.share,
        missing=graded.missing,
        dropped=graded.dropped,
        expected=graded.section is None,
        not_graded_here=graded.not_graded_here,
        due_at=look.seat.calendar.due_of(graded.section) if graded.section else None,
        due_because=look.seat.calendar.moved_because(graded.section) if graded.section else "",
    )


def _first_url(section: Section | None, urls: Mapping[str, str]) -> str:
    return next((urls[unit.id] for unit in section.units if urls.get(unit.id)), "") if section else ""
