from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cordee.core.scores import rounded_grade
from cordee.courses.outlines import AssignmentType, Entry, Module, Outline, Section, Unit
from cordee.learning.access import belongs
from cordee.learning.grades import course_grade


def quiz(name: str, *points: float, kind: str = "Quiz", staff_only: bool = False) -> Section:
    entries = tuple(Entry(f"{name}-{n}", "quiz", "problem", {}, points=value) for n, value in enumerate(points))
    return Section(
        name, {}, (Unit(f"u-{name}", {}, entries),), graded=True, assignment_type=kind, staff_only=staff_only
    )


def outline(*sections: Section, types: tuple[AssignmentType, ...]) -> Outline:
    return Outline({"en": "x"}, "en", ("en",), (Module("m", {}, sections),), types)


QUIZZES = AssignmentType("Quiz", "Q", 2, 0, 1.0)


def test_a_section_is_its_points_over_its_points_possible() -> None:
    found = course_grade(outline(quiz("a", 1, 3), quiz("b", 1), types=(QUIZZES,)), {"a-0": 1.0, "b-0": 1.0})
    assert [section.share for section in found.types[0].sections] == [0.25, 1.0]
    assert found.grade == rounded_grade(0.625)


def test_what_was_not_handed_in_counts_zero() -> None:
    found = course_grade(outline(quiz("a", 1), quiz("b", 1), types=(QUIZZES,)), {"a-0": 1.0})
    assert found.grade == 0.5
    assert [section.missing for section in found.types[0].sections] == [False, True]


def test_sections_that_the_policy_expects_count_zero_until_they_exist() -> None:
    five = AssignmentType("Quiz", "Q", 5, 0, 1.0)
    assert course_grade(outline(quiz("a", 1), types=(five,)), {"a-0": 1.0}).grade == 0.2


def test_the_lowest_are_dropped() -> None:
    drop = AssignmentType("Quiz", "Q", 3, 1, 1.0)
    found = course_grade(outline(quiz("a", 1), quiz("b", 1), quiz("c", 1), types=(drop,)), {"a-0": 1.0, "b-0": 1.0})
    assert found.grade == 1.0
    assert [section.dropped for section in found.types[0].sections] == [False, False, True]


def test_dropping_all_of_them_is_no_division_by_zero() -> None:
    drop = AssignmentType("Quiz", "Q", 1, 3, 1.0)
    assert course_grade(outline(quiz("a", 1), types=(drop,)), {"a-0": 1.0}).grade == 0.0


def test_weights_that_do_not_add_up_to_one_are_used_as_written() -> None:
    types = (AssignmentType("Quiz", "Q", 1, 0, 0.4), AssignmentType("Exam", "E", 1, 0, 0.4))
    found = course_grade(outline(quiz("a", 1), quiz("b", 1, kind="Exam"), types=types), {"a-0": 1.0, "b-0": 1.0})
    assert found.grade == 0.8


def test_an_activity_that_cannot_be_graded_is_left_out_of_earned_and_possible() -> None:
    lost = Entry("py", "quiz", "problem", {}, ungradable="customresponse")
    section = Section(
        "a",
        {},
        (Unit("u", {}, (Entry("a-0", "quiz", "problem", {}, points=1.0), lost)),),
        graded=True,
        assignment_type="Quiz",
    )
    found = course_grade(outline(section, types=(AssignmentType("Quiz", "Q", 1, 0, 1.0),)), {"a-0": 1.0})
    assert (found.grade, found.left_out) == (1.0, 1)


def test_a_section_for_teachers_only_counts_nowhere() -> None:
    hidden = quiz("b", 1, staff_only=True)
    assert (
        course_grade(outline(quiz("a", 1), hidden, types=(AssignmentType("Quiz", "Q", 1, 0, 1.0),)), {"a-0": 1.0}).grade
        == 1
    )


def test_a_module_for_teachers_only_counts_nowhere() -> None:
    one = AssignmentType("Quiz", "Q", 1, 0, 1.0)
    modules = (Module("m", {}, (quiz("a", 1),)), Module("n", {}, (quiz("b", 1),), staff_only=True))
    assert course_grade(Outline({"en": "x"}, "en", ("en",), modules, (one,)), {"a-0": 1.0}).grade == 1.0


@pytest.mark.parametrize(
    "other",
    [
        Entry("b", "quiz", "problem", {}, points=1.0, staff_only=True),
        Entry("b", "quiz", "problem", {}, points=1.0, audience=("Blue",)),
        Entry("b", "container", "library_content", {}, points=1.0, children=(Entry("c", "quiz", "problem", {}),)),
    ],
    ids=["for teachers only", "for another cohort", "a container"],
)
def test_what_a_learner_does_not_see_or_a_container_holds_is_not_possible_either(other: Entry) -> None:
    unit = Unit("u", {}, (Entry("a", "quiz", "problem", {}, points=1.0), other))
    section = Section("s", {}, (unit,), graded=True, assignment_type="Quiz")
    types = (AssignmentType("Quiz", "Q", 1, 0, 1.0),)
    assert course_grade(outline(section, types=types), {"a": 1.0}).grade == 1.0


def test_what_only_one_cohort_sees_counts_for_it_alone() -> None:
    section = Section("s", {}, quiz("a", 1).units, graded=True, assignment_type="Quiz", audience=("Blue",))
    both = outline(quiz("b", 1), section, types=(AssignmentType("Quiz", "Q", 1, 0, 1.0),))
    assert course_grade(both, {"b-0": 1.0}, belongs("")).grade == 1.0
    assert course_grade(both, {"b-0": 1.0}, belongs("Blue")).grade == 0.5


@pytest.mark.parametrize(("share", "grade"), [(0.595, 0.6), (0.5949, 0.6), (0.59449, 0.59), (0.5945, 0.6), (1.0, 1.0)])
def test_the_grade_is_rounded_once_as_open_edx_does(share: float, grade: float) -> None:
    assert rounded_grade(share) == grade


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8), st.integers(0, 3), st.integers(0, 8))
def test_a_grade_stays_between_nothing_and_everything(shares: list[float], drop: int, expected: int) -> None:
    sections = [quiz(f"s{n}", 1.0) for n in range(len(shares))]
    types = (AssignmentType("Quiz", "Q", expected, drop, 1.0),)
    earned = {f"s{n}-0": share for n, share in enumerate(shares)}
    assert 0 <= course_grade(outline(*sections, types=types), earned).grade <= 1
