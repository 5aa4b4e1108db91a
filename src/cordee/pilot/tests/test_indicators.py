"""Does each indicator count what its definition says? Small worlds, counted by hand."""

from __future__ import annotations

import ast
import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from cordee.core.errors import NotFound
from cordee.pilot.indicators import all_indicators, indicator_called
from cordee.pilot.scopes import Scope
from cordee.pilot.statistics import newcombe, wilson
from cordee.pilot.store import Store
from cordee.pilot.tests.make import EXTRACTED, RUN, World, ask, at, rows_of


def small_world() -> World:
    """Three modules; six learners, one who left, one of the team. Each line below says who did what."""
    world = World()
    world.run(hours_a_week=3.0)
    world.activity("text1", 1, kind="html", unit="u1")
    world.activity("film1", 1, kind="video", unit="u1", length_s=60.0)
    world.activity("a1", 1, quiz="Quiz 1", unit="u2")
    world.activity("a2", 1, quiz="Quiz 1", unit="u2")
    world.activity("text2", 2, kind="html", unit="u3")
    world.activity("c2", 2, unit="u4")
    world.activity("b1", 2, quiz="Quiz 2", unit="u5")
    world.activity("d1", 3, quiz="Quiz 3", unit="u6")
    for person in ("ada", "ben", "cem", "dia", "eve", "fay"):
        world.learner(person, cohort="Matin" if person in ("ada", "ben") else "")
    world.learner("gus", active=False)
    world.learner("tea", staff=True)
    for person in ("ada", "tea", "gus"):  # everything, all right
        for day, name in enumerate(("a1", "a2", "c2", "b1", "d1")):
            world.hand_in(person, name, 1, when=at(day))
    world.hand_in("ben", "a1", 0, when=at(0))  # two tries, then gone
    world.hand_in("ben", "a1", 1, when=at(0, hour=1))
    world.hand_in("cem", "b1", 0.5, when=at(8))  # began with the second module
    world.event("dia", "viewed", "u3", when=at(9))  # only looked at it
    world.hand_in("fay", "a1", 1, when=at(1))  # passed without doing all
    world.hand_in("fay", "b1", 1, when=at(10))
    grades = {"ada": 100.0, "ben": 20.0, "cem": 30.0, "dia": 0.0, "eve": 0.0, "fay": 60.0, "gus": 100.0, "tea": 100.0}
    for person, grade in grades.items():
        world.add("grades", person=person, grade=grade, certified=person == "ada")
    return world


@pytest.fixture(name="small")
def _small(tmp_path: Path) -> Store:
    return small_world().store(tmp_path / "store")


def only(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    (row,) = rows
    return row


def by(rows: Sequence[dict[str, Any]], name: str) -> dict[Any, dict[str, Any]]:
    found = {row[name]: row for row in rows}
    assert len(found) == len(rows)
    return found


# The eight rates


def test_the_funnel_counts_each_rate_in_both_readings(small: Store) -> None:
    row = only(rows_of(small, "funnel"))
    counts = {name: (row[name], row[f"{name}_of"]) for name in row if f"{name}_of" in row}
    assert row["enrolled"] == 6  # who left and the team are not counted
    assert counts == {
        "started": (3, 6),  # ada, ben, fay
        "started_any": (5, 6),  # all but eve
        "assiduous": (3, 6),  # ada, cem, fay: cem did not start
        "week_two": (4, 6),  # these and dia
        "passed": (2, 6),  # ada, fay: 60 is at the mark
        "passed_fun": (1, 6),  # ada holds an attestation
        "passed_coursera": (1, 6),  # ada did all five graded
        "passed_of_assiduous": (2, 3),
        "passed_of_week_two": (2, 4),
    }
    assert row["started_percent"] == 50
    ends = wilson(3, 6)
    assert ends is not None
    assert (row["started_low"], row["started_high"]) == pytest.approx((100 * ends[0], 100 * ends[1]))
    assert row["passed_of_assiduous_percent"] == pytest.approx(200 / 3)


def test_a_graded_module_without_names_of_quizzes_counts_as_one_quiz_and_practice_does_not(tmp_path: Path) -> None:
    world = World()
    world.activity("intro", 0, kind="html")
    world.activity("p", 1)
    world.activity("g1", 1, graded=True)
    world.activity("g2", 1, graded=True)
    world.activity("h", 4, graded=True)  # the second module that holds a graded one is the third of the course
    for person, name in (("ada", "p"), ("ben", "g2"), ("cem", "h")):
        world.learner(person)
        world.hand_in(person, name, 0)
    row = only(rows_of(world.store(tmp_path / "store"), "funnel"))
    assert (row["started"], row["assiduous"]) == (1, 1)
    assert row["week_two"] == 2  # module 1 is the second of the course, after the introduction
    assert row["passed"] is None


def test_what_the_tables_cannot_say_is_null_and_names_the_table(tmp_path: Path) -> None:
    world = World()
    world.learner("ada")
    world.learner("ben")
    world.event("ada", "viewed", "u1")
    found = ask(world.store(tmp_path / "store"), "funnel")
    row = found.rows[0]
    assert (row["enrolled"], row["started_any"]) == (2, 1)
    for name in ("started", "assiduous", "week_two", "passed", "passed_fun", "passed_coursera", "passed_of_assiduous"):
        assert row[name] is None, name
        assert row[f"{name}_percent"] is None, name
    assert found.missing == ()
    assert found.lacking["started"] == ("structure", "submissions")
    assert found.lacking["passed"] == ("grades",)


def test_reports_alone_fill_the_funnel(tmp_path: Path) -> None:
    world = World()
    world.run()
    world.activity("a1", 1, quiz="Quiz 1")
    world.activity("b1", 2, quiz="Quiz 2")
    for person, names in (("ada", ("a1", "b1")), ("ben", ("b1",)), ("cem", ())):
        world.learner(person)
        world.add("grades", person=person, grade=50.0 * len(names), certified=None, complete=None)
        for name in names:
            world.add("reported", person=person, activity=name, earned=1.0, possible=1.0, attempts=None)
    row = only(rows_of(world.store(tmp_path / "store"), "funnel"))
    assert (row["started"], row["started_any"], row["assiduous"], row["week_two"]) == (1, 2, 2, 2)
    assert (row["passed"], row["passed_fun"], row["passed_coursera"]) == (1, None, 1)


def test_nobody_has_no_share(tmp_path: Path) -> None:
    world = World()
    world.run()
    row = only(rows_of(world.store(tmp_path / "store"), "funnel"))
    assert row["enrolled"] == 0
    assert row["started_any_percent"] is None


def test_runs_and_courses_show_the_crowd_and_the_mean_of_runs_side_by_side(tmp_path: Path) -> None:
    world = World()
    for course, host, learners, passed in (("A/1", "FUN", 10, 1), ("A/2", "edX", 2, 1), ("B/1", "FUN", 4, 4)):
        world.course = course
        world.run(subject=course[0], host=host, title=f"Course {course[0]}")
        for number in range(learners):
            world.learner(f"{course}{number}")
            world.add("grades", person=f"{course}{number}", grade=100.0 if number < passed else 0.0)
    store = world.store(tmp_path / "store")
    runs = by(rows_of(store, "runs"), "course")
    assert {course: (run["subject"], run["host"], run["passed"], run["enrolled"]) for course, run in runs.items()} == {
        "A/1": ("A", "FUN", 1, 10),
        "A/2": ("A", "edX", 1, 2),
        "B/1": ("B", "FUN", 4, 4),
    }
    courses = by(rows_of(store, "courses"), "subject")
    assert (courses["A"]["hosts"], courses["A"]["runs"], courses["A"]["passed"]) == ("FUN, edX", 2, 2)
    assert courses["A"]["passed_percent"] == pytest.approx(100 * 2 / 12)
    assert courses["A"]["passed_mean"] == pytest.approx((10 + 50) / 2)
    assert courses[""]["passed_percent"] == pytest.approx(100 * 6 / 16)
    assert courses[""]["passed_mean"] == pytest.approx((100 * 2 / 12 + 100) / 2)  # of courses, not of runs


def test_a_run_that_does_not_know_leaves_count_and_denominator_alike(tmp_path: Path) -> None:
    world = World()
    for course in ("A/1", "A/2"):
        world.course = course
        world.run(subject="A")
        for number in range(4):
            world.learner(f"{course}{number}")
    world.add("grades", person="A/20", grade=100.0)
    row = only(rows_of(world.store(tmp_path / "store"), "courses"))
    assert (row["enrolled"], row["passed"], row["passed_of"]) == (8, 1, 4)
    funnel = only(rows_of(world.store(tmp_path / "store"), "funnel"))
    assert (funnel["enrolled"], funnel["passed"], funnel["passed_of"]) == (8, 1, 4)


# Exercises


def test_exercises_are_counted_by_try_and_learner(small: Store) -> None:
    rows = rows_of(small, "exercises")
    assert [row["activity"] for row in rows] == ["a1", "a2", "c2", "b1", "d1"]  # in the order of the course
    a1, b1 = by(rows, "activity")["a1"], by(rows, "activity")["b1"]
    told = ("tried", "solved", "attempts", "first_try", "mean_best", "tries_1", "tries_2", "tries_6")
    assert [a1[name] for name in told] == [3, 3, 4, 2, 1.0, 2, 1, 0]
    assert [b1[name] for name in told] == [3, 2, 3, 2, pytest.approx(2.5 / 3), 3, 0, 0]
    assert b1["solved_percent"] == pytest.approx(200 / 3)


def test_the_time_of_an_exercise_runs_from_its_page_to_the_first_try(tmp_path: Path) -> None:
    world = World()
    world.activity("a1", 1, quiz="Quiz 1", unit="u1")
    for person, minutes in (("ada", 2), ("ben", 4), ("cem", 30), ("dia", 61), ("eve", -1)):
        world.learner(person)
        world.event(person, "viewed", "u1", when=at(0))
        world.hand_in(person, "a1", 1, when=at(0, hour=minutes / 60))
        world.hand_in(person, "a1", 1, when=at(3))
    row = only(rows_of(world.store(tmp_path / "store"), "exercises"))
    assert (row["timed"], row["median_s"]) == (3, 240)  # an hour and more is a break, less than nothing another visit


def test_a_report_tells_neither_tries_nor_first_tries(tmp_path: Path) -> None:
    world = World()
    world.learner("ada")
    world.add("reported", person="ada", activity="a1", earned=1.0, possible=2.0, attempts=None)
    row = only(rows_of(world.store(tmp_path / "store"), "exercises"))
    assert [row[name] for name in ("tried", "solved", "attempts", "first_try", "mean_best", "tries_1")] == [
        1, 0, None, None, 0.5, None,
    ]  # fmt: skip


def _graded_crowd(scores: Sequence[Sequence[float]]) -> World:
    """One learner a row, with the score of the first try at each exercise."""
    world = World()
    for number in range(len(scores[0])):
        world.activity(f"e{number}", 1, quiz="Quiz 1")
    for person, row in enumerate(scores):
        world.learner(str(person))
        for number, score in enumerate(row):
            world.hand_in(str(person), f"e{number}", score)
    return world


def test_difficulty_and_discrimination_are_those_computed_by_hand(tmp_path: Path) -> None:
    # e0 follows e1, e2 goes against both: 20 do well, 20 do not.
    world = _graded_crowd([(1, 1, 0)] * 15 + [(1, 1, 1)] * 5 + [(0, 0, 1)] * 12 + [(0, 1, 0)] * 8)
    rows = by(rows_of(world.store(tmp_path / "store"), "difficulty"), "activity")
    assert (rows["e0"]["n"], rows["e0"]["difficulty"]) == (40, 0.5)
    # Rest of e0: (e1 + e2) / 2 = 1/2 of 15, 1 of 5, 1/2 of 20. Means 0.625 and 0.5, spread of 0.5 x 35 and 1 x 5.
    spread = (35 / 40 * 5 / 40) ** 0.5 * 0.5
    assert rows["e0"]["discrimination"] == pytest.approx((0.625 - 0.5) / spread * 0.5)
    r = rows["e0"]["discrimination"]
    assert rows["e0"]["discrimination_error"] == pytest.approx(((1 - r * r) / 38) ** 0.5)
    assert rows["e2"]["discrimination"] < 0
    assert rows["e2"]["signal"] == "blocks"  # 17 of 40 ever solve it
    assert rows["e0"]["difficulty_low"] < 0.5 < rows["e0"]["difficulty_high"]


@pytest.mark.parametrize(
    ("first", "ever", "signal"),
    [
        ((20, 100), 50, "blocks"),
        ((40, 100), 90, "two_readings"),  # wrong at first, right in the end, whatever one knows
        ((99, 100), 100, "too_easy"),
        ((75, 100), 90, "fine"),
        ((5, 29), 29, "few"),
    ],
)
def test_signals_follow_their_rules(tmp_path: Path, first: tuple[int, int], ever: int, signal: str) -> None:
    right, n = first
    world = World()
    world.activity("e0", 1, quiz="Quiz 1")
    world.activity("e1", 1, quiz="Quiz 1")
    for person in range(n):
        world.learner(str(person))
        world.hand_in(str(person), "e0", 1 if person < right else 0, when=at(0))
        if right <= person < ever:
            world.hand_in(str(person), "e0", 1, when=at(0, hour=1))
        world.hand_in(str(person), "e1", person % 2, when=at(0, hour=2))  # says nothing about e0
    row = by(rows_of(world.store(tmp_path / "store"), "difficulty"), "activity")["e0"]
    assert row["signal"] == signal
    assert (row["difficulty"] is None) == (signal == "few")


def test_an_exercise_improves_when_recent_first_tries_are_surely_better(tmp_path: Path) -> None:
    world = World()
    for person in range(80):
        world.learner(str(person))
        recent = person >= 40
        when = EXTRACTED.replace(tzinfo=None) - dt.timedelta(days=3 if recent else 30)
        world.hand_in(str(person), "e0", 1 if person % 40 < (36 if recent else 22) else 0, when=when)
        if person % 40 >= 22 and not recent:
            world.hand_in(str(person), "e0", 1, when=when + dt.timedelta(hours=1))
    row = only(rows_of(world.store(tmp_path / "store"), "difficulty"))
    assert (row["recent"], row["recent_right"], row["signal"]) == (40, 36, "improves")


def test_answers_are_shown_by_third_of_what_else_one_can_do(tmp_path: Path) -> None:
    world = _graded_crowd([(1, score) for score in (0.0, 0.1, 0.2, 0.5, 0.6, 0.7, 0.9, 0.95, 1.0)])
    for person in range(9):
        answer = "right" if person >= 6 else "tempting" if person >= 3 else "silly"
        world.add(
            "answers", person=str(person), activity="e0", input="2_1", question="Why?", answer=answer,
            correct=answer == "right",
        )  # fmt: skip
    rows = by(rows_of(world.store(tmp_path / "store"), "distractors"), "answer")
    told = ("correct", "chosen", "low", "middle", "high", "high_percent")
    assert [rows["right"][name] for name in told] == [1, 3, 0, 0, 3, 100]
    assert [rows["tempting"][name] for name in told] == [0, 3, 0, 3, 0, 0]
    assert [rows["silly"][name] for name in told] == [0, 3, 3, 0, 0, 0]


def test_rare_answers_are_one_row(tmp_path: Path) -> None:
    world = World()
    for person in range(20):
        world.learner(str(person))
        answer = f"free text {person}"
        world.add("answers", person=str(person), activity="e0", input="2_1", question="", answer=answer, correct=False)
    rows = rows_of(world.store(tmp_path / "store"), "distractors")
    assert len(rows) == 13
    assert (rows[-1]["answer"], rows[-1]["chosen"], rows[-1]["low"]) == ("…", 8, 0)


def test_alpha_of_a_quiz_counts_who_did_all_of_it(tmp_path: Path) -> None:
    scores = [(1, 1)] * 12 + [(0, 0)] * 12 + [(1, 0)] * 3 + [(0, 1)] * 3
    world = _graded_crowd(scores)
    world.learner("half")
    world.hand_in("half", "e0", 1)
    row = only(rows_of(world.store(tmp_path / "store"), "quizzes"))
    assert (row["quiz"], row["items"], row["learners"], row["mean"]) == ("Quiz 1", 2, 30, 50)
    # Each item varies by 0.25 x 30/29; sums are 2, 0 and 1: 24 are 1 away from the mean, of 29.
    assert row["alpha"] == pytest.approx(2 * (1 - 2 * 0.25 * 30 / 24))


def test_alpha_is_hidden_under_thirty(tmp_path: Path) -> None:
    row = only(rows_of(_graded_crowd([(1, 1)] * 15 + [(0, 0)] * 14).store(tmp_path / "store"), "quizzes"))
    assert (row["learners"], row["alpha"]) == (29, None)


# Where they stop


def test_the_curve_of_stops_is_the_one_counted_by_hand(small: Store) -> None:
    rows = rows_of(small, "stops")
    told = [(row["activity"], row["reached"], row["at_risk"], row["stopped"]) for row in rows]
    # eve never came; ben came to u2, dia to u3, cem to u5; fay passed at u5 and ada at u6: censored.
    assert told == [
        ("", 6, 6, 1),
        ("u1", 5, 5, 0),
        ("u2", 5, 5, 1),
        ("u3", 4, 4, 1),
        ("u4", 3, 3, 0),
        ("u5", 3, 3, 1),
        ("u6", 1, 1, 0),
    ]
    shares = [row["share"] for row in rows]
    expected = [1, 5 / 6, 5 / 6, 5 / 6 * 4 / 5, 5 / 6 * 4 / 5 * 3 / 4, 0.5, 0.5 * 2 / 3]
    assert shares == pytest.approx([100 * share for share in expected])
    assert rows[2]["stopped_percent"] == 20
    assert all(row["low"] <= row["share"] <= row["high"] for row in rows)


def test_who_acted_in_the_last_fourteen_days_has_not_left(tmp_path: Path) -> None:
    world = World()
    world.activity("a1", 1)
    world.activity("a2", 1)
    now = EXTRACTED.replace(tzinfo=None)
    for person, days in (("ada", 13), ("ben", 15)):
        world.learner(person)
        world.hand_in(person, "a1", 1, when=now - dt.timedelta(days=days))
    world.learner("new", enrolled_at=now - dt.timedelta(days=2))
    world.learner("old")
    store = world.store(tmp_path / "store")
    assert [row["stopped"] for row in rows_of(store, "stops")] == [1, 1, 0]  # old, ben
    row = only(rows_of(store, "last_activity"))
    assert (row["activity"], row["title"], row["left_after"], row["left_after_of"]) == ("a1", "A1", 1, 1)
    states = only(rows_of(store, "never"))
    assert [states[name] for name in ("enrolled", "passed", "active", "stopped", "new", "never")] == [4, 0, 1, 1, 1, 1]


def test_the_last_activity_is_the_last_in_time(small: Store) -> None:
    rows = by(rows_of(small, "last_activity"), "activity")
    assert {name: row["left_after"] for name, row in rows.items()} == {"a1": 1, "u3": 1, "b1": 1}  # ben, dia, cem
    states = only(rows_of(small, "never"))
    assert [states[name] for name in ("passed", "active", "stopped", "new", "never")] == [2, 0, 3, 0, 1]


def test_without_structure_there_is_no_curve_and_the_table_is_named(tmp_path: Path) -> None:
    world = World()
    world.learner("ada")
    world.hand_in("ada", "a1", 1)
    found = ask(world.store(tmp_path / "store"), "stops")
    assert found.rows == ()
    assert found.missing == ("structure",)


# Films, weeks


def test_a_film_is_seen_where_it_plays_and_a_jump_is_not_watching(tmp_path: Path) -> None:
    world = World()
    world.activity("film", 1, kind="video", length_s=60.0)
    for person in ("ada", "ben", "cem"):
        world.learner(person)
    acts = (
        ("ada", "played", 0.0, None), ("ada", "paused", 25.0, None),  # 0-25
        ("ada", "played", 15.0, None), ("ada", "paused", 20.0, None),  # 15-20 again, and leaves
        ("ben", "played", 0.0, None), ("ben", "seeked", 5.0, 40.0),  # 0-5, jumps,
        ("ben", "paused", 60.0, None),  # 40-60
        ("ben", "seeked", 60.0, 10.0),  # a jump while paused
        ("cem", "played", 30.0, None),  # nothing follows
    )  # fmt: skip
    for hour, (person, verb, from_s, to_s) in enumerate(acts):
        world.event(person, verb, "film", when=at(0, hour=hour), from_s=from_s, to_s=to_s)
    rows = rows_of(world.store(tmp_path / "store"), "video")
    assert [(row["second"], row["seen"], row["seen_again"], row["left"]) for row in rows] == [
        (0, 2, 0, 0), (10, 1, 1, 1), (20, 1, 0, 0), (30, 1, 0, 1), (40, 1, 0, 0), (50, 1, 0, 1),
    ]  # fmt: skip
    assert {row["length_s"] for row in rows} == {60.0}


def test_a_film_that_is_moved_at_one_moment_was_paused_moved_and_played_again(tmp_path: Path) -> None:
    world = World()
    world.activity("film", 1, kind="video", length_s=60.0)
    world.learner("ada")
    world.event("ada", "played", "film", when=at(0), from_s=0.0)
    for verb, from_s, to_s in (("played", 40.0, None), ("seeked", 20.0, 40.0), ("paused", 20.0, None)):
        world.event("ada", verb, "film", when=at(0, hour=1), from_s=from_s, to_s=to_s)
    world.event("ada", "paused", "film", when=at(0, hour=2), from_s=50.0)
    rows = rows_of(world.store(tmp_path / "store"), "video")
    assert [(row["second"], row["seen"], row["seen_again"], row["left"]) for row in rows] == [
        (0, 1, 0, 0), (10, 1, 0, 0), (40, 1, 0, 1),
    ]  # fmt: skip


def test_what_a_learner_does_to_one_film_ends_no_stretch_of_another(tmp_path: Path) -> None:
    world = World()
    world.learner("ada")
    world.event("ada", "played", "film a", when=at(0), from_s=5.0)  # nothing follows in this film
    world.event("ada", "paused", "film b", when=at(0, hour=1), from_s=40.0)  # and nothing comes before here
    world.event("ada", "played", "film c", when=at(0, hour=2), from_s=0.0)
    world.event("ada", "played", "film b", when=at(0, hour=3), from_s=10.0)
    world.event("ada", "paused", "film c", when=at(0, hour=4), from_s=20.0)
    world.event("ada", "paused", "film b", when=at(0, hour=5), from_s=30.0)
    rows = rows_of(world.store(tmp_path / "store"), "video")
    assert [(row["activity"], row["second"], row["seen"], row["seen_again"], row["left"]) for row in rows] == [
        ("film a", 0, 1, 0, 1),
        ("film b", 10, 1, 0, 0), ("film b", 20, 1, 0, 1),
        ("film c", 0, 1, 0, 0), ("film c", 10, 1, 0, 1),
    ]  # fmt: skip


def test_stretches_told_by_the_source_are_not_counted_twice(tmp_path: Path) -> None:
    world = World()
    world.learner("ada")
    world.event("ada", "played", "film", from_s=0.0, when=at(0))
    world.event("ada", "watched", "film", from_s=0.0, to_s=15.0, when=at(0, hour=1))
    world.event("ada", "paused", "film", from_s=15.0, when=at(0, hour=1))
    rows = rows_of(world.store(tmp_path / "store"), "video")
    assert [(row["second"], row["seen"], row["seen_again"], row["left"]) for row in rows] == [
        (0, 1, 0, 0),
        (10, 1, 0, 1),
    ]


def test_weeks_are_numbered_from_the_opening(small: Store) -> None:
    rows = rows_of(small, "weeks")
    assert [(row["week"], row["starts_at"], row["active"], row["acting"]) for row in rows] == [
        (1, "2026-01-05T00:00:00Z", 3, 3),  # ada, ben, fay
        (2, "2026-01-12T00:00:00Z", 3, 3),  # cem, dia, fay
    ]
    assert rows[0]["acting_percent"] == 50


# Persons and cohorts


def test_learners_say_one_thing_to_notice(tmp_path: Path) -> None:
    world = small_world()
    now = EXTRACTED.replace(tzinfo=None)
    for number in range(6):
        world.hand_in("dia", "c2", 0.5, when=at(9, hour=number + 1))
    world.learner("hal")
    for name in ("a1", "a2", "c2", "b1"):  # half of the eight, under the mark
        world.hand_in("hal", name, 0.5, when=now - dt.timedelta(hours=30))
    world.add("grades", person="hal", grade=30.0, certified=False)
    world.learner("ida")
    for _try in range(6):  # stuck, and at it an hour ago
        world.hand_in("ida", "c2", 0.5, when=now - dt.timedelta(hours=1))
    world.add("persons", person="ada", user_id="1", username="ada", email="ada@example.org", name="Ada L.")
    store = world.store(tmp_path / "store")
    rows = by(rows_of(store, "learners"), "actor")
    told = {person: rows[store.actor_of(person)] for person in ("ada", "ben", "cem", "dia", "eve", "fay", "hal", "ida")}
    assert len(rows) == 8
    assert {person: row["notice"] for person, row in told.items()} == {
        "ada": "",
        "ben": "second_quiz_never_opened",
        "cem": "silent",
        "dia": "many_tries",
        "eve": "never_came",
        "fay": "",
        "hal": "under_the_mark",
        "ida": "",
    }
    assert (told["dia"]["notice_activity"], told["dia"]["notice_number"]) == ("c2", 6)
    assert (told["hal"]["notice_number"], told["hal"]["done_percent"]) == (30, 50)
    ada = told["ada"]
    assert [ada[name] for name in ("username", "name", "cohort", "tried", "solved", "mean", "grade")] == [
        "ada", "Ada L.", "Matin", 5, 5, 100, 100,
    ]  # fmt: skip
    assert (ada["last_active_at"], ada["silent_days"], ada["state"]) == ("2026-01-09T00:00:00Z", 52, "passed")
    assert told["eve"]["last_active_at"] is None
    assert indicator_called("learners").persons


def test_cohorts_stand_by_name_with_their_difference_to_the_rest(small: Store) -> None:
    rows = rows_of(small, "cohorts", k=1)
    assert [(row["cohort"], row["n"], row["started"], row["assiduous"], row["passed"]) for row in rows] == [
        ("Matin", 2, 2, 1, 1),
        ("", 4, 1, 2, 1),
    ]
    ends = newcombe(2, 2, 1, 4)
    assert ends is not None
    assert rows[0]["started_difference"] == 75
    assert rows[0]["started_difference_low"] == pytest.approx(100 * ends[0])
    assert rows[0]["started_difference_high"] == pytest.approx(100 * ends[1])
    # Chi-square of 2/2 and 1/4 is 3 (6 x 6 x 6 / (2 x 4 x 3 x 3)): p = 0.0833, of two cohorts twice that.
    assert rows[0]["started_p"] == pytest.approx(2 * 0.0832645, abs=1e-6)


def test_one_cohort_alone_is_compared_with_nobody(tmp_path: Path) -> None:
    world = World()
    world.learner("ada", cohort="Matin")
    row = only(rows_of(world.store(tmp_path / "store"), "cohorts", k=1))
    assert (row["n"], row["started_difference"], row["started_p"]) == (1, None, None)


# Runs side by side


def test_the_work_asked_is_beside_who_stays(tmp_path: Path) -> None:
    world = small_world()
    world.course = "other"
    world.run(hours_a_week=2.0)
    world.learner("ida")
    world.course = "unknown"
    world.run(hours_a_week=None)
    world.learner("ida")
    rows = rows_of(world.store(tmp_path / "store"), "workload")
    assert [(row["course"], row["hours_a_week"], row["week_two"]) for row in rows] == [("other", 2, None), (RUN, 3, 4)]


def test_the_presence_of_the_team_is_beside_success(small: Store, tmp_path: Path) -> None:
    assert rows_of(small, "presence") == []
    world = small_world()
    posts = (
        ("ada", 0, "t1", "", False), ("tea", 1, "t1", "t1", True), ("tea", 9, "t1", "t1", True),
        ("ben", 2, "t2", "", False), ("fay", 3, "t2", "t2", False),
        ("cem", 4, "t3", "", False), ("tea", 7, "t3", "t3", True),
        ("tea", 5, "t4", "", True),  # an announcement is no question
    )  # fmt: skip
    for person, hour, thread, answers_to, team in posts:
        world.add("posts", person=person, happened_at=at(0, hour=hour), thread=thread, answers_to=answers_to, team=team)
    row = only(rows_of(world.store(tmp_path / "other"), "presence"))
    told = ("threads", "posts", "team_posts", "answered", "median_delay_s", "passed", "enrolled")
    assert [row[name] for name in told] == [3, 8, 4, 2, 7200, 2, 6]


# Who learns


def who_learns() -> World:
    """150 enrolled, 100 on FUN and 50 on edX; of each five two women, two men and one who did not say."""
    world = World()
    for course, host, numbers in (("fun", "FUN", range(100)), ("edx", "edX", range(100, 150))):
        world.course = course
        world.run(host=host, subject=course)
        for number in numbers:
            world.learner(str(number))
            world.add(
                "people",
                person=str(number),
                sex="f" if number % 5 < 2 else "m" if number % 5 < 4 else None,
                birth_year=2026 - (17 if number % 5 == 0 else 18 if number % 5 == 1 else 60),
                education="master" if number % 2 else "doctorate",
                country="FR" if number % 2 else "BE",
            )
    return world


def test_sex_is_told_with_the_answer_rate_and_by_host(tmp_path: Path) -> None:
    rows = rows_of(who_learns().store(tmp_path / "store"), "sex")
    assert [(row["host"], row["class"], row["n"]) for row in rows] == [
        ("", "f", 60), ("", "m", 60), ("", "o", 0),
        ("FUN", "f", 40), ("FUN", "m", 40), ("FUN", "o", 0),
        ("edX", "f", 20), ("edX", "m", 20), ("edX", "o", 0),
    ]  # fmt: skip
    assert (rows[0]["declared"], rows[0]["undeclared"], rows[0]["answer_rate"], rows[0]["percent"]) == (120, 30, 80, 50)


def test_ages_are_those_of_the_opening_in_the_reports_classes(tmp_path: Path) -> None:
    rows = [row for row in rows_of(who_learns().store(tmp_path / "store"), "age") if row["host"] == ""]
    assert [(row["class"], row["n"]) for row in rows] == [
        ("-17", 30), ("18-24", 30), ("25-34", 0), ("35-44", 0), ("45-54", 0), ("55+", 90),
    ]  # fmt: skip


def test_education_has_the_reports_nine_classes(tmp_path: Path) -> None:
    rows = [row for row in rows_of(who_learns().store(tmp_path / "store"), "education") if row["host"] == ""]
    assert len(rows) == 9
    assert [(row["class"], row["n"]) for row in rows[:2]] == [("doctorate", 75), ("master", 75)]


def test_countries_have_the_maps_classes(tmp_path: Path) -> None:
    world = World()
    world.run()
    for number in range(1_111):
        world.learner(str(number))
        world.add("people", person=str(number), country="FR" if number < 1_001 else "BE" if number < 1_101 else None)
    rows = rows_of(world.store(tmp_path / "store"), "countries")
    assert [(row["class"], row["n"], row["above"]) for row in rows] == [("FR", 1_001, 1_000), ("BE", 100, 0)]
    assert rows[0]["undeclared"] == 10


def test_the_portrait_is_the_most_frequent_of_each(tmp_path: Path) -> None:
    row = only(rows_of(who_learns().store(tmp_path / "store"), "portrait"))
    assert (row["age"], row["age_percent"], row["age_declared"]) == ("55+", 60, 150)
    assert (row["sex"], row["sex_percent"], row["countries"]) == ("f", 50, 2)


# Days, modules, films


def test_the_last_days_add_up_who_tried_and_who_solved(tmp_path: Path) -> None:
    world = World()
    now = EXTRACTED.replace(tzinfo=None)
    for person, days, earned in (("ada", 20, 0), ("ada", 5, 1), ("ben", 3, 1), ("cem", 0, 0), ("gone", 2, 1)):
        world.hand_in(person, "a1", earned, when=now - dt.timedelta(days=days))
    for person in ("ada", "ben", "cem"):
        world.learner(person)
    world.learner("gone", active=False)
    rows = rows_of(world.store(tmp_path / "store"), "lately")
    told = [(row["tried"], row["solved"]) for row in rows]
    assert [row["day"] for row in rows] == list(range(1, 15))
    assert told == [(1, 0)] * 8 + [(1, 1)] * 2 + [(2, 2)] * 3 + [(3, 2)]
    assert rows[-1]["percent"] == pytest.approx(100 * 2 / 3)


def test_modules_are_counted_in_the_week_in_which_they_were_worked_on(small: Store) -> None:
    rows = rows_of(small, "weeks_modules")
    told = [(row["week"], row["module"], row["acting"], row["acting_of"]) for row in rows]
    # Week 1: ada in all three, ben and fay in the first; week 2: cem, dia (by the unit) and fay in the second.
    assert told == [(1, 1, 3, 6), (1, 2, 1, 6), (1, 3, 1, 6), (2, 2, 3, 6)]


def test_a_film_is_left_early_before_nine_tenths_and_seen_again_where_most_go_back(tmp_path: Path) -> None:
    world = World()
    world.activity("film", 1, kind="video", length_s=100.0)
    for person, stretches in (
        ("ada", [(0, 100)]),
        ("ben", [(0, 35)]),
        ("cem", [(0, 100), (20, 30)]),
        ("dia", [(0, 92)]),
    ):
        world.learner(person)
        for nth, (start, end) in enumerate(stretches):
            moment = at(0, hour=nth)
            world.event(person, "watched", "film", when=moment, from_s=float(start), to_s=float(end))
    row = only(rows_of(world.store(tmp_path / "store"), "films"))
    assert (row["learners"], row["length_s"]) == (4, 100)
    # ben leaves at 30, cem's last stretch ends at 20; ada and dia got past 90.
    assert (row["left_early"], row["left_early_of"], row["left_early_percent"]) == (2, 4, 50)
    assert row["left_second"] in {20, 30}
    assert (row["again"], row["again_of"], row["again_second"]) == (1, 4, 20)


# All of them


@pytest.mark.long
def test_every_indicator_has_its_words_and_answers_with_its_fields_in_order(small: Store) -> None:
    assert len(all_indicators()) == 30
    for name, indicator in all_indicators().items():
        found = ask(small, name, k=1)
        assert indicator.title, name
        assert indicator.definition, name
        assert indicator.source, name
        for row in found.rows:
            assert list(row) == [field.name for field in indicator.fields], name
            assert all(value is None or isinstance(value, str | int | float) for value in row.values()), name


@pytest.mark.long
def test_every_indicator_can_be_asked_of_an_empty_store_of_a_group_and_of_a_run(small: Store, tmp_path: Path) -> None:
    empty = Store.make(tmp_path / "empty")
    world = World()
    world.run()
    for number in range(40):
        world.learner(str(number))
        world.hand_in(str(number), "a1", number % 2)
        world.add("people", person=str(number), sex="f", country="FR", education="master", birth_year=1980)
    store = world.store(tmp_path / "store")
    group = Scope((RUN,), frozenset(store.actor_of(str(number)) for number in range(20)), "first half")
    for name in all_indicators():
        assert not any(any(row.values()) for row in ask(empty, name).rows), name
        assert ask(store, name, group).scope is group
    assert ask(store, "funnel", group).rows[0]["enrolled"] == 20
    with pytest.raises(NotFound):
        ask(store, "funnel", Scope(("no such run",)))
    with pytest.raises(NotFound, match="There is no indicator"):
        ask(store, "success")


def test_an_answer_says_what_was_read_and_until_when(small: Store) -> None:
    found = ask(small, "funnel")
    assert found.extracted_at == EXTRACTED.isoformat()
    assert [receipt.name for receipt in found.sources] == ["world"]


def test_statistics_small_cells_and_indicators_know_nothing_of_django() -> None:
    room = Path(__file__).parent.parent
    beside = ("statistics", "small_cells", "hiding", "told")
    for path in [*room.glob("indicators/*.py"), *(room / f"{name}.py" for name in beside)]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not [name for name in names if name.split(".")[0] == "django"], path
