"""Are two runs, two hosts compared as one would by hand, and does no comparison tell of fewer people than it may?"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Sequence
from pathlib import Path

import pytest

from cordee.pilot.scopes import Scope
from cordee.pilot.small_cells import GroupTooSmall, TooCloseToAnother
from cordee.pilot.statistics import holm, log_rank
from cordee.pilot.store import Store
from cordee.pilot.tests.make import MONDAY, RUN, World, ask, at, rows_of

LATER = "course-v1:Ingenia+CABLE+2026_T2"
ELSEWHERE = "course-v1:IngeniaX+CABLEx+3T2025"
COMPARISONS = ("differences", "survival", "log_ranks", "hosts", "runs")


def add_run(
    world: World, key: str, started: int, of: int, *, host: str = "FUN", opens_at: dt.datetime = MONDAY
) -> None:
    """A run of which so many of its learners handed in the first graded quiz."""
    world.course = key
    world.run(host=host, opens_at=opens_at)
    world.activity("q1", 1, quiz="Quiz 1")
    for number in range(of):
        world.learner(f"{key} {number}")
        if number < started:
            world.hand_in(f"{key} {number}", "q1", 1)


def three_runs(folder: Path) -> Store:
    world = World()
    add_run(world, RUN, 48, 80)
    add_run(world, LATER, 56, 70, opens_at=at(180))
    add_run(world, ELSEWHERE, 9, 10, host="edX", opens_at=at(90))
    return world.store(folder)


@pytest.fixture(scope="module", name="store")
def _store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return three_runs(tmp_path_factory.mktemp("runs") / "store")


def test_the_difference_of_two_runs_is_newcombes_example_the_later_minus_the_earlier(store: Store) -> None:
    """56 of 70 and 48 of 80: 20 points, 5.24 to 33.39 (Newcombe 1998, table II, method 10)."""
    (row,) = rows_of(store, "differences", Scope((RUN, LATER)))
    assert (row["of"], row["rate"], row["one"], row["other"]) == ("run", "started", LATER, RUN)
    assert (row["one_count"], row["one_of"], row["other_count"], row["other_of"]) == (56, 70, 48, 80)
    assert row["difference"] == pytest.approx(20)
    assert (row["difference_low"], row["difference_high"]) == pytest.approx((5.24, 33.39), abs=0.005)
    # One difference alone is looked at: nothing to correct. z = 0.2 / sqrt(0.6933 * 0.3067 * (1/70 + 1/80)) = 2.650
    assert row["p"] == pytest.approx(0.0080, abs=1e-4)


def test_many_differences_are_corrected_for_being_many_and_stand_in_the_order_of_the_runs(store: Store) -> None:
    rows = [row for row in rows_of(store, "differences") if row["of"] == "run"]
    assert [(row["one"], row["other"]) for row in rows] == [(ELSEWHERE, RUN), (LATER, RUN), (LATER, ELSEWHERE)]
    alone = [
        rows_of(store, "differences", Scope((str(row["one"]), str(row["other"]))))[0]["p"]  # hosts come after
        for row in rows
    ]
    assert [row["p"] for row in rows] == pytest.approx(holm([float(p) for p in alone]))


def test_hosts_are_told_as_one_crowd_and_as_the_mean_of_their_runs(store: Store) -> None:
    edx, fun = rows_of(store, "hosts")
    assert (edx["host"], edx["runs"], edx["enrolled"], edx["started_percent"]) == ("edX", 1, 10, 90)
    assert (fun["host"], fun["runs"], fun["enrolled"]) == ("FUN", 2, 150)
    assert fun["started_percent"] == pytest.approx(100 * 104 / 150)  # weighted
    assert fun["started_mean"] == pytest.approx((100 * 56 / 70 + 100 * 48 / 80) / 2)  # unweighted
    (row,) = [row for row in rows_of(store, "differences") if row["of"] == "host"]
    assert (row["one"], row["other"], row["one_of"], row["other_of"]) == ("edX", "FUN", 10, 150)
    assert row["difference"] == pytest.approx(90 - 100 * 104 / 150)


@pytest.mark.long
def test_of_many_runs_only_those_of_one_course_are_put_side_by_side(tmp_path: Path) -> None:
    world = World()
    for number in range(13):
        add_run(world, f"course-v1:Ingenia+C{number // 2}+{number}", 5, 10)
        world.rows["runs"][-1] = dict(world.rows["runs"][-1]) | {"subject": f"C{number // 2}"}
    rows = rows_of(world.store(tmp_path / "store"), "differences")
    assert len(rows) == 6  # thirteen runs, six pairs of one course; one host


# Where they stop

Ends = Sequence[tuple[str, int]]  # the last unit, how many learners


def walk(world: World, key: str, units: Sequence[str], ends: Ends, *, modules: Sequence[int] = ()) -> None:
    """A run whose learners each did something in every unit until their last, then fell silent."""
    world.course = key
    world.run(opens_at=MONDAY if key == RUN else at(180))
    for nth, unit in enumerate(units):
        world.activity(f"{unit}-p", modules[nth] if modules else 1, unit=unit)
    number = 0
    for last, many in ends:
        for _one in range(many):
            number += 1
            person = f"{key} {number}"
            world.learner(person)
            for unit in units[: units.index(last) + 1] if last else ():
                world.hand_in(person, f"{unit}-p", 1)


def test_the_curves_and_their_log_rank_test_are_those_counted_by_hand(tmp_path: Path) -> None:
    world = World()
    units = ("u1", "u2", "u3")
    walk(world, RUN, units, [("", 4), ("u1", 3), ("u2", 1), ("u3", 4)])
    walk(world, LATER, units, [("", 2), ("u1", 2), ("u2", 2), ("u3", 9)])
    store = world.store(tmp_path / "store")
    rows = rows_of(store, "survival")
    told = [(row["course"], row["place"], row["at_risk"], row["stopped"], row["censored"]) for row in rows]
    first = [(0, 12, 4, 0), (1, 8, 3, 0), (2, 5, 1, 0), (3, 4, 0, 4)]
    second = [(0, 15, 2, 0), (1, 13, 2, 0), (2, 11, 2, 0), (3, 9, 0, 9)]
    assert told == [(RUN, *one) for one in first] + [(LATER, *one) for one in second]
    assert {row["by"] for row in rows} == {"unit"}
    assert [row["share"] for row in rows[:4]] == pytest.approx([100, 100 * 8 / 12, 100 * 5 / 12, 100 * 4 / 12])
    everybody, pair = rows_of(store, "log_ranks")
    # Expected of the first: 6 * 12/27 + 5 * 8/21 + 3 * 5/16.
    assert (pair["one"], pair["other"], pair["one_stopped"], pair["other_stopped"]) == (LATER, RUN, 6, 8)
    assert pair["other_expected"] == pytest.approx(6 * 12 / 27 + 5 * 8 / 21 + 3 * 5 / 16)
    variance = 6 * 21 * 12 * 15 / (27 * 27 * 26) + 5 * 16 * 8 * 13 / (21 * 21 * 20) + 3 * 13 * 5 * 11 / (16 * 16 * 15)
    assert pair["chi_square"] == pytest.approx((8 - pair["other_expected"]) ** 2 / variance)
    assert everybody["chi_square"] == pytest.approx(pair["chi_square"])
    assert (everybody["degrees"], everybody["p"]) == (1, pytest.approx(pair["p"]))


def test_runs_with_other_units_are_compared_by_module(tmp_path: Path) -> None:
    world = World()
    walk(world, RUN, ("u1", "u2", "u3"), [("", 4), ("u1", 3), ("u2", 1), ("u3", 4)], modules=(1, 1, 2))
    walk(world, LATER, ("v1", "v2"), [("", 2), ("v1", 2), ("v2", 9)], modules=(1, 2))
    rows = rows_of(world.store(tmp_path / "store"), "survival")
    told = [(row["course"], row["place"], row["module"], row["at_risk"], row["stopped"]) for row in rows]
    assert told == [
        (RUN, 0, None, 12, 4), (RUN, 1, 1, 8, 4), (RUN, 2, 2, 4, 0),
        (LATER, 0, None, 13, 2), (LATER, 1, 1, 11, 2), (LATER, 2, 2, 9, 0),
    ]  # fmt: skip
    assert {(row["by"], row["activity"]) for row in rows} == {("module", "")}


def test_three_runs_are_tested_at_once_and_two_by_two(tmp_path: Path) -> None:
    world = World()
    ends = ([("", 4), ("u1", 6), ("u2", 5)], [("", 8), ("u1", 2), ("u2", 9)], [("", 1), ("u1", 1), ("u2", 20)])
    for key, counts in zip((RUN, LATER, ELSEWHERE), ends, strict=True):
        walk(world, key, ("u1", "u2"), counts)
    everybody, *pairs = rows_of(world.store(tmp_path / "store"), "log_ranks")
    groups = [[(0, never, 0), (1, one, 0), (2, 0, rest)] for (_a, never), (_b, one), (_c, rest) in ends]
    assert everybody["chi_square"] == pytest.approx(log_rank(groups).chi_square)
    assert (everybody["degrees"], len(pairs)) == (2, 3)
    assert all(pair["p"] >= everybody["p"] for pair in pairs[:1])


# Somebody who tries to learn of a few by comparing


def test_a_list_of_a_few_in_one_run_hides_behind_none_of_many_in_another(tmp_path: Path) -> None:
    store = three_runs(tmp_path / "store")
    many = {store.actor_of(f"{RUN} {number}") for number in range(40)}
    some = {store.actor_of(f"{LATER} {number}") for number in range(9)}
    rest = {store.actor_of(f"{LATER} {number}") for number in range(3, 70)}  # all of one run but three
    for name, tried in zip(COMPARISONS, itertools.cycle((some, rest)), strict=False):
        with pytest.raises((GroupTooSmall, TooCloseToAnother)):
            ask(store, name, Scope((RUN, LATER), frozenset(many | tried)))


@pytest.mark.long
def test_two_lists_that_differ_by_a_few_are_not_both_compared(tmp_path: Path) -> None:
    store = three_runs(tmp_path / "store")
    both = (RUN, LATER)
    first = {store.actor_of(f"{key} {number}") for key in both for number in range(30)}
    assert ask(store, "survival", Scope(both, frozenset(first))).rows
    one_more, one_less = first | {store.actor_of(f"{LATER} 31")}, first - {store.actor_of(f"{RUN} 0")}
    for name, changed in zip(COMPARISONS, itertools.cycle((one_more, one_less)), strict=False):
        with pytest.raises(TooCloseToAnother):
            ask(store, name, Scope(both, frozenset(changed)))


def test_a_cohort_that_is_small_in_one_of_the_runs_is_compared_in_none(tmp_path: Path) -> None:
    world = World()
    for key, few in ((RUN, 30), (LATER, 4)):
        world.course = key
        world.run()
        for number in range(60):
            world.learner(f"{key} {number}", cohort="Vercors" if number < few else "")
            world.hand_in(f"{key} {number}", "a", 1)
    store = world.store(tmp_path / "store")
    actors = {store.actor_of(f"{key} {number}") for key, few in ((RUN, 30), (LATER, 4)) for number in range(few)}
    for name in COMPARISONS:
        with pytest.raises(GroupTooSmall):
            ask(store, name, Scope((RUN, LATER), frozenset(actors), "Vercors", frozenset({"Vercors"})))
