"""Are rules of thumb tried on enough learners, with intervals, and left open where the runs do not tell?"""

from __future__ import annotations

import dataclasses

import pytest

from cordee.bilan.figures.tries import RULES, Try, tries
from cordee.bilan.programme import Advice, Course, Programme, Run
from cordee.bilan.report import report_of
from cordee.bilan.tests.make import programme, reviewed, run
from cordee.pilot.statistics import newcombe


def tried(held: Programme) -> dict[str, Try]:
    return {one.rule: one for one in tries(held)}


def test_who_was_active_in_the_second_week_is_compared_with_all_others_of_the_same_runs() -> None:
    told = Run(course="a", enrolments=1000, passed=90, week_two=200, passed_week_two=80)
    silent = Run(course="a", enrolments=5000, passed=10)
    one = tried(Programme(courses=(Course(id="a", title="A"),), runs=(told, silent)))["week_two"]
    assert one.with_it is not None
    assert one.without is not None
    assert (one.with_it.passed, one.with_it.of, one.with_it.runs) == (80, 200, 1)
    assert (one.without.passed, one.without.of) == (10, 800)
    ends = newcombe(80, 200, 10, 800)
    assert ends is not None
    assert one.difference == pytest.approx((40 - 1.25, 100 * ends[0], 100 * ends[1]))


@pytest.mark.parametrize(("passed", "week_two"), [(79, 200), (90, 1000), (90, 991)])
def test_a_session_of_which_more_are_told_of_week_two_than_of_all_is_left_out(passed: int, week_two: int) -> None:
    told = Run(course="a", enrolments=1000, passed=passed, week_two=week_two, passed_week_two=80)
    found = tried(Programme(courses=(Course(id="a", title="A"),), runs=(told,)))["week_two"]
    assert (found.with_it, found.without) == (None, None)


def test_courses_that_follow_a_rule_are_compared_with_those_that_do_not() -> None:
    courses = (
        Course(id="a", title="A", kinds=("quest",), certifying=True, weeks=4, hours_a_week=2),
        Course(id="b", title="B", certifying=False, weeks=8, hours_a_week=2),
        Course(id="c", title="C"),
    )
    runs = (
        run("a", "FUN", "2016", 200, 0, 0, 40),
        run("b", "FUN", "2016", 300, 0, 0, 30),
        run("c", "FUN", "2016", 400, 0, 0, 4),
    )
    found = tried(Programme(courses=courses, runs=runs))
    made, paid, light = found["things_to_make"], found["attestation"], found["load"]
    assert made.without is not None
    assert made.without.of == 700  # kinds that are not named are none
    assert paid.without is not None
    assert paid.without.of == 300  # whether the third can be certified is not known
    assert light.with_it is not None
    assert light.without is not None
    assert (light.with_it.percent, light.without.percent) == (20, 10)


def test_films_are_broken_up_after_as_many_minutes_as_the_programme_advises() -> None:
    courses = (Course(id="a", title="A", minutes_of_video=25), Course(id="b", title="B", minutes_of_video=26))
    runs = (run("a", "FUN", "2016", 200, 0, 0, 40), run("b", "FUN", "2016", 300, 0, 0, 30))
    assert tried(Programme(courses=courses, runs=runs))["minutes_of_video"].with_it is None  # both over 20
    advised = Programme(courses=courses, runs=runs, advice=(Advice(name="minutes_of_video", low=25),))
    found = tried(advised)["minutes_of_video"]
    assert found.with_it is not None
    assert found.without is not None
    assert (found.with_it.of, found.without.of) == (200, 300)


def test_sessions_with_tutors_are_compared_with_sessions_without_and_the_others_left_out() -> None:
    known = [run("a", "FUN", year, people, 0, 0, 20) for year, people in (("2014", 100), ("2015", 200), ("2016", 400))]
    runs = tuple(dataclasses.replace(one, tutored=is_so) for one, is_so in zip(known, (True, False, None), strict=True))
    found = tried(Programme(courses=(Course(id="a", title="A"),), runs=runs))["tutoring"]
    assert found.with_it is not None
    assert found.without is not None
    assert (found.with_it.percent, found.without.percent) == (20, 10)


def test_a_row_names_who_said_so() -> None:
    told = (Advice(name="hours_a_week", low=2, source_en="a survey"), Advice(name="tutoring", source_en="a school"))
    held = report_of(reviewed(programme(advice=told)), "en")
    chapter = next(one for one in held.chapters if one.id == "innovations")
    (rows,) = [block.rows for block in chapter.blocks if block.kind == "table" and "tried on these runs" in block.title]
    assert [row[0].small for row in rows] == ["", "a survey", "", "", "a school", ""]


def test_too_few_learners_are_not_enough_data_and_every_rule_has_its_row() -> None:
    few = dataclasses.replace(run("a", "FUN", "2016", 99, 10, 5, 3), week_two=50, passed_week_two=3)
    assert all(one.with_it is None for one in tries(Programme(courses=(Course(id="a", title="A"),), runs=(few,))))
    held = report_of(reviewed(programme(runs=(few,))), "en")
    chapter = next(one for one in held.chapters if one.id == "innovations")
    (rows,) = [block.rows for block in chapter.blocks if block.kind == "table" and "tried on these runs" in block.title]
    assert len(rows) == len(RULES) == 6
    assert {row[1].text for row in rows} == {"not enough data"}


def test_a_row_says_who_how_many_and_between_what() -> None:
    told = dataclasses.replace(run("a", "FUN", "2016", 1000, 500, 200, 90), week_two=200, passed_week_two=80)
    held = report_of(reviewed(programme(runs=(told,))), "fr")
    cells = [
        cell
        for chapter in held.chapters
        for block in chapter.blocks
        if block.kind == "table" and "essayé sur ces sessions" in block.title
        for cell in block.rows[0]
    ]
    assert cells[1].text == "40\u00a0%"
    assert cells[1].small == "actifs de la deuxième semaine\u00a0; [33,5 à 46,9], n = 200"
    assert cells[3].text == "+38,8"
