"""What is a learner's grade, and how does each number come about?

Open edX's arithmetic (edx-platform `graders` and `course_grade`): a section's share is earned over possible of its
graded activities; a type's share is the mean over max(min_count, sections) entries, a missing one counting 0, after
removing the `drop_count` lowest; the course is the sum of weight times share, rounded once.

One deliberate difference: a graded section that is not open yet already counts as a missing entry, so that a grade
never falls because the calendar moved.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from cordee.core.scores import rounded_grade
from cordee.courses.kinds import graded_at_once, installed
from cordee.courses.outlines import AssignmentType, Entry, Outline, Section, Unit


@dataclass(frozen=True, slots=True)
class SectionGrade:
    """One graded section. `dropped`: among the lowest, left out. `missing`: nothing handed in, or no such section.

    `not_graded_here`: the course has it, but nothing in it can be graded here; it stands where the policy expects one.
    """

    section: Section | None  # None: the policy expects more sections than the course has
    earned: float
    possible: float
    missing: bool
    dropped: bool = False
    not_graded_here: bool = False

    @property
    def share(self) -> float:
        return self.earned / self.possible if self.possible else 0.0


@dataclass(frozen=True, slots=True)
class TypeGrade:
    """One line of the grading policy: its sections, their mean, and what it brings to the course grade."""

    type: AssignmentType
    sections: tuple[SectionGrade, ...]
    share: float

    @property
    def brings(self) -> float:
        return self.share * self.type.weight


@dataclass(frozen=True, slots=True)
class CourseGrade:
    types: tuple[TypeGrade, ...]
    grade: float  # share of 1, rounded once
    left_out: int  # graded activities that cannot be graded here, counted nowhere


Counted = Callable[[Unit], Iterable[Entry]]  # a unit -> what of it counts for this learner (`Viewer.counted`)
Visible = Callable[[tuple[str, ...]], bool]  # an audience (names of cohorts) -> does this learner belong to it?


def course_grade(
    outline: Outline,
    earned: Mapping[str, float],
    visible: Visible = lambda audience: not audience,
    counted_of: Counted = Unit.activities,
) -> CourseGrade:
    """The grade from the points earned by activity id (weighted; an activity without an entry has earned nothing).

    What is possible may differ from learner to learner: a section with a bank is over the questions drawn for them.
    """
    lines, left_out = lines_of(outline, visible, counted_of)
    types = tuple(line.grade(earned) for line in lines)
    return CourseGrade(types, grade_of(found.brings for found in types), left_out)


def grade_of(brought: Iterable[float]) -> float:
    """The course grade from what each line of the policy brings, rounded once."""
    return rounded_grade(sum(brought))


@dataclass(frozen=True, slots=True)
class Line:
    """What of the course counts in one line of the policy, for learners who see the same."""

    type: AssignmentType
    sections: tuple[tuple[Section, tuple[Entry, ...]], ...]  # with the activities that earn points
    not_here: tuple[Section, ...]  # graded sections of which nothing can be graded here

    def grade(self, earned: Mapping[str, float]) -> TypeGrade:
        """The line from the points earned by activity id."""
        found = [
            SectionGrade(
                section,
                earned=sum(earned.get(entry.id, 0.0) for entry in counted),
                possible=sum(entry.points for entry in counted),
                missing=not any(entry.id in earned for entry in counted),
            )
            for section, counted in self.sections
        ]
        return _type_grade(self.type, found, list(self.not_here))


def lines_of(outline: Outline, visible: Visible, counted_of: Counted) -> tuple[tuple[Line, ...], int]:
    """Every line of the policy, and how many graded activities are left out of them."""
    by_type: dict[str, list[tuple[Section, tuple[Entry, ...]]]] = {line.name: [] for line in outline.assignment_types}
    not_here: dict[str, list[Section]] = {line.name: [] for line in outline.assignment_types}
    left_out = 0
    for section in graded_sections(outline, visible):
        entries = list(graded_entries(section, visible, counted_of))
        left_out += sum(1 for entry in entries if entry.ungradable)
        counted = tuple(entry for entry in entries if not entry.ungradable and entry.points > 0)
        if counted and section.assignment_type in by_type:
            by_type[section.assignment_type].append((section, counted))
        elif not section.counts and section.holds_work and section.assignment_type in not_here:
            not_here[section.assignment_type].append(section)
    lines = (Line(line, tuple(by_type[line.name]), tuple(not_here[line.name])) for line in outline.assignment_types)
    return tuple(lines), left_out


def graded_sections(outline: Outline, visible: Visible) -> Iterable[Section]:
    for module in outline.modules:
        for section in module.sections:
            hidden = module.staff_only or section.staff_only
            if section.graded and not hidden and visible(module.audience) and visible(section.audience):
                yield section


def graded_entries(section: Section, visible: Visible, counted_of: Counted) -> Iterable[Entry]:
    """The activities of a graded section that can earn points or are left out of them."""
    for unit in section.units:
        if unit.staff_only or not visible(unit.audience):
            continue
        for entry in counted_of(unit):
            earns = entry.points > 0 or (entry.ungradable and _is_scored(entry))
            if earns and not entry.staff_only and visible(entry.audience):
                yield entry


def _is_scored(entry: Entry) -> bool:
    kind = installed().get(entry.kind)
    return kind is not None and graded_at_once(kind) is not None


def _type_grade(line: AssignmentType, found: list[SectionGrade], not_here: list[Section]) -> TypeGrade:
    absent = [
        *(SectionGrade(section, 0.0, 0.0, missing=True, not_graded_here=True) for section in not_here),
        *[SectionGrade(None, 0.0, 0.0, missing=True)] * line.min_count,
    ]
    entries = [*found, *absent[: max(0, line.min_count - len(found))]]
    dropped = set(sorted(range(len(entries)), key=lambda i: (entries[i].share, i))[: line.drop_count])
    marked = tuple(replace(entry, dropped=i in dropped) for i, entry in enumerate(entries))
    kept = [entry.share for entry in marked if not entry.dropped]
    divisor = len(entries) - line.drop_count
    return TypeGrade(line, marked, sum(kept) / divisor if divisor > 0 else 0.0)
