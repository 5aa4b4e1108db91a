"""Can a reader find out what one person said, by asking cleverly? Each test is somebody who tries."""

from __future__ import annotations

import ast
import datetime as dt
import itertools
import json
import stat
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cordee.core.privacy import SMALL_CELL
from cordee.pilot.desk import Desk
from cordee.pilot.indicators import all_indicators, indicator_called
from cordee.pilot.scopes import Scope
from cordee.pilot.small_cells import GroupTooSmall, TooCloseToAnother, answer, hidden_cohorts
from cordee.pilot.store import Store
from cordee.pilot.tests.make import EXTRACTED, RUN, World, ask
from cordee.pilot.told import forget

K = SMALL_CELL


def crowd(sexes: Sequence[str | None], course: str = RUN, world: World | None = None) -> World:
    """One learner a sex, named by number within the run."""
    world = world or World()
    world.course = course
    world.run(subject=course)
    for number, sex in enumerate(sexes):
        world.learner(f"{course} {number}")
        world.add("people", person=f"{course} {number}", sex=sex)
    return world


def people(store: Store, numbers: Iterable[int], course: str = RUN) -> Scope:
    return Scope((course,), frozenset(store.actor_of(f"{course} {number}") for number in numbers), "group")


def sexes(store: Store, scope: Scope | None = None) -> dict[str, int | None]:
    """The counts told of all hosts together."""
    return {str(row["class"]): row["n"] for row in ask(store, "sex", scope).rows if row["host"] == ""}  # type: ignore[misc] # counts are integers or null


def test_ten_is_the_smallest_cell() -> None:
    assert SMALL_CELL == 10


def test_a_cell_of_ten_is_told_and_one_of_nine_is_not(tmp_path: Path) -> None:
    store = crowd(["f"] * 10 + ["m"] * 30).store(tmp_path / "store")
    assert sexes(store) == {"f": 10, "m": 30, "o": 0}
    other = crowd(["f"] * 9 + ["m"] * 30 + ["o"] * 30).store(tmp_path / "other")
    found = ask(other, "sex")
    assert found.rows[0]["n"] is None
    assert all(found.rows[0][name] is None for name in ("percent", "low", "high"))


def test_the_total_does_not_tell_a_hidden_cell(tmp_path: Path) -> None:
    found = ask(crowd(["f"] * 9 + ["m"] * 30 + ["o"] * 31).store(tmp_path / "store"), "sex")
    assert [row["n"] for row in found.rows] == [None, None, 31]  # the smallest other is hidden with it
    assert found.rows[0]["declared"] == 70
    assert found.hidden == 2


def test_small_cells_that_cover_each_other_hide_nothing_else(tmp_path: Path) -> None:
    assert sexes(crowd(["f"] * 9 + ["m"] * 30 + ["o"] * 9).store(tmp_path / "store")) == {"f": None, "m": 30, "o": None}


def test_a_class_that_is_alone_hides_even_the_empty_ones(tmp_path: Path) -> None:
    found = ask(crowd(["o"] * 6 + [None] * 40).store(tmp_path / "store"), "sex")
    assert found.rows[0]["declared"] == 6
    assert [row["n"] for row in found.rows] == [None, None, None]


def test_countries_with_few_people_are_one_row_that_names_none(tmp_path: Path) -> None:
    world = World()
    world.run()
    for number in range(50):
        world.learner(str(number))
        world.add("people", person=str(number), country="FR" if number < 30 else "BE" if number < 42 else f"X{number}")
    rows = ask(world.store(tmp_path / "store"), "countries").rows
    # Eight of eight countries are not enough to hide among: Belgium goes with them.
    assert [(row["class"], row["n"]) for row in rows] == [("FR", 30), ("…", 20)]


def test_a_group_or_its_rest_under_ten_is_refused_and_others_may_be_asked(tmp_path: Path) -> None:
    store = crowd(["f", "m"] * 30).store(tmp_path / "store")
    for numbers in (range(9), range(51), range(1)):
        with pytest.raises(GroupTooSmall):
            ask(store, "sex", people(store, numbers))
    with pytest.raises(GroupTooSmall):
        ask(store, "sex", Scope((RUN,), frozenset({1, 2, 3})))
    assert sexes(store, people(store, range(20))) == {"f": 10, "m": 10, "o": 0}
    assert sexes(store, people(store, range(60))) == {"f": 30, "m": 30, "o": 0}  # all of them


def test_one_person_more_is_refused(tmp_path: Path) -> None:
    store = crowd(["f", "m"] * 40).store(tmp_path / "store")
    assert sexes(store, people(store, range(30))) == {"f": 15, "m": 15, "o": 0}
    for numbers in (range(31), range(29), range(39)):
        with pytest.raises(TooCloseToAnother):
            ask(store, "sex", people(store, numbers))
        with pytest.raises(TooCloseToAnother):  # what is known of sex would be known of who is who
            ask(store, "age", people(store, numbers))
    assert sexes(store, people(store, range(30))) == {"f": 15, "m": 15, "o": 0}  # the same group again
    assert sexes(store, people(store, range(50))) == {"f": 25, "m": 25, "o": 0}


def test_two_groups_that_overlap_in_few_or_differ_in_few_are_refused(tmp_path: Path) -> None:
    store = crowd(["f", "m"] * 40).store(tmp_path / "store")
    ask(store, "sex", people(store, range(40)))
    with pytest.raises(TooCloseToAnother):
        ask(store, "sex", people(store, range(35, 70)))  # five of both
    with pytest.raises(TooCloseToAnother):
        ask(store, "sex", people(store, [*range(35), *range(40, 60)]))  # five of the first alone
    assert sexes(store, people(store, range(20, 60)))["f"] == 20


def test_what_two_cohorts_leave_of_a_run_is_not_told_by_difference(tmp_path: Path) -> None:
    store = crowd(["f", "m"] * 32).store(tmp_path / "store")
    ask(store, "sex", people(store, range(30)))
    with pytest.raises(TooCloseToAnother):  # 64 - 30 - 30 = 4
        ask(store, "sex", people(store, range(30, 60)))


def test_a_group_and_its_complement_do_not_tell_a_small_cell(tmp_path: Path) -> None:
    # Women: 40 in the run, 37 in the group. To tell 37 would tell that 3 of the rest are.
    told = ["f"] * 37 + ["m"] * 20 + ["o"] * 20 + ["f"] * 3 + ["m"] * 20 + ["o"] * 20
    store = crowd(told).store(tmp_path / "store")
    assert sexes(store) == {"f": 40, "m": 40, "o": 40}
    group, rest = people(store, range(77)), people(store, range(77, 120))
    assert sexes(store, group)["f"] is None
    assert sexes(store, rest)["f"] is None
    # And the totals do not either: another class is hidden in both, so that 10 or more hide on each side.
    for scope in (group, rest):
        hidden = {one for one, n in sexes(store, scope).items() if n is None}
        assert len(hidden) == 2


def test_nested_groups_do_not_tell_a_small_cell_of_their_difference(tmp_path: Path) -> None:
    told = ["f"] * 15 + ["m"] * 15 + ["f"] * 2 + ["m"] * 18 + ["f"] * 20 + ["m"] * 20
    store = crowd(told).store(tmp_path / "store")
    assert sexes(store, people(store, range(30)))["f"] == 15
    assert sexes(store, people(store, range(50)))["f"] is None  # 17 - 15 = 2


def test_a_question_on_one_thing_first_does_not_open_another(tmp_path: Path) -> None:
    """The group was cut by its ages; its women are then still looked at against those of the whole run."""
    store = crowd(["f"] * 37 + ["m"] * 40 + ["f"] * 3 + ["m"] * 40).store(tmp_path / "store")
    group = people(store, range(77))
    ask(store, "age", group)
    assert sexes(store, group)["f"] is None


def test_the_portrait_tells_no_more_than_the_tables(tmp_path: Path) -> None:
    row = ask(crowd(["f"] * 9 + ["m"] * 5).store(tmp_path / "store"), "portrait").rows
    assert row == ()


# Runs, hosts, catalogue


def test_the_catalogue_minus_its_runs_does_not_tell_a_small_run(tmp_path: Path) -> None:
    world = crowd(["f"] * 40 + ["m"] * 40, "big")
    crowd(["f"] * 3 + ["m"] * 40 + ["o"] * 30, "small", world)
    store = world.store(tmp_path / "store")
    assert sexes(store, Scope(("big",)))["f"] == 40
    assert sexes(store, Scope(("small",))) == {"f": None, "m": 40, "o": None}
    everything = sexes(store)
    assert everything["f"] == 40  # without the three, who are in a row with others
    assert everything["…"] == 33
    assert ask(store, "sex").hidden == 1


def test_small_cells_of_many_runs_are_told_together_and_not_of_some(tmp_path: Path) -> None:
    world = World()
    for number in range(4):
        crowd(["f"] * 5 + ["m"] * 40 + ["o"] * 5, f"run{number}", world)
    store = world.store(tmp_path / "store")
    assert sexes(store) == {"f": 20, "m": 160, "o": 20}
    some = sexes(store, Scope(("run0", "run1", "run2")))
    assert some == {"f": 0, "m": 120, "o": 0, "…": 30}
    assert sexes(store, Scope(("run0",))) == {"f": None, "m": 40, "o": None}


def test_one_host_does_not_tell_the_other(tmp_path: Path) -> None:
    world = crowd(["f"] * 40 + ["m"] * 40, "a")
    world.rows["runs"][-1] = dict(world.rows["runs"][-1]) | {"host": "FUN"}
    crowd(["f"] * 4 + ["m"] * 30 + ["o"] * 20, "b", world)
    world.rows["runs"][-1] = dict(world.rows["runs"][-1]) | {"host": "edX"}
    rows = ask(world.store(tmp_path / "store"), "sex").rows
    told = {(row["host"], row["class"]): row["n"] for row in rows}
    assert told[("FUN", "f")] == 40
    assert told[("edX", "f")] is None
    assert told[("", "f")] == 40


# Time


def _extended(tmp_path: Path, first: Sequence[str | None], second: Sequence[str | None]) -> tuple[Store, Store]:
    """A store, and the same after a second extraction a week later; a report replaces the older one."""
    store = crowd(first).store(tmp_path / "store")
    sexes(store)
    later = crowd(second).store(tmp_path / "store", extracted_at=EXTRACTED + dt.timedelta(days=7))
    return store, later


def test_two_extraction_dates_do_not_tell_of_the_one_who_came_between(tmp_path: Path) -> None:
    _before, after = _extended(tmp_path, ["f"] * 30 + ["m"] * 30, ["f"] * 30 + ["m"] * 30 + ["f"])
    assert sexes(after) == {"f": 30, "m": 30, "o": 0}
    crowd(["f"] * 41 + ["m"] * 33).store(tmp_path / "store", extracted_at=EXTRACTED + dt.timedelta(days=14))
    assert sexes(after) == {"f": 41, "m": 30, "o": 0}  # ten women and more came; three men wait


def test_two_extraction_dates_do_not_tell_of_the_one_who_answered_between(tmp_path: Path) -> None:
    before = ["f"] * 30 + ["m"] * 30 + [None] * 20
    _before, after = _extended(tmp_path, before, ["f"] * 30 + ["m"] * 30 + ["f"] + [None] * 19)
    assert sexes(after) == {"f": 30, "m": 30, "o": 0}


def test_two_extraction_dates_do_not_cover_a_small_cell_with_two_others(tmp_path: Path) -> None:
    before, after = ["f"] * 20 + ["m"] * 30 + ["o"] * 6, ["f"] * 45 + ["m"] * 30 + ["o"] * 6
    _before, later = _extended(tmp_path, before, after)
    # Men are the smaller ones to hide with now; but then 45 women were told, and of 30 men it was known before.
    assert sexes(later) == {"f": None, "m": 30, "o": None}


def test_a_group_does_not_tell_of_who_joined_left_or_answered_between(tmp_path: Path) -> None:
    told: list[str | None] = ["f", "m"] * 40
    store = crowd(told).store(tmp_path / "store")
    assert sexes(store, people(store, range(30))) == {"f": 15, "m": 15, "o": 0}
    changed = [*told, "f", "o"]
    changed[0] = "m"  # who was counted among the women
    world = crowd(changed)
    world.rows["enrolments"][1] = dict(world.rows["enrolments"][1]) | {"active": False}
    world.store(tmp_path / "store", extracted_at=EXTRACTED + dt.timedelta(days=7))
    joined = people(store, [*range(30), 80])
    assert sexes(store, joined) == {"f": 15, "m": 15, "o": 0}  # who joined waits, who left is still counted
    assert sexes(store, people(store, [0, *range(2, 30)])) == {"f": 15, "m": 15, "o": 0}


def test_newcomers_enter_a_group_ten_at_a_time(tmp_path: Path) -> None:
    store = crowd(["f", "m"] * 40).store(tmp_path / "store")
    sexes(store, people(store, range(30)))
    crowd(["f", "m"] * 40 + ["f"] * 12 + ["m"] * 2).store(
        tmp_path / "store", extracted_at=EXTRACTED + dt.timedelta(days=7)
    )
    assert sexes(store, people(store, [*range(30), *range(80, 94)])) == {"f": 27, "m": 15, "o": 0}


# Whoever asks


def test_there_is_no_other_way_to_the_rows(tmp_path: Path) -> None:
    store = crowd(["f"] * 3).store(tmp_path / "store")
    with store.open() as database, pytest.raises(TypeError, match="small cells"):
        indicator_called("sex").rows(database)
    with store.open() as database, pytest.raises(TypeError, match="small cells"):
        indicator_called("cohorts").rows(database)
    room = Path(__file__).parents[2]
    asks = {
        path.name
        for path in room.rglob("*.py")
        if "tests" not in path.parts and path.parts[-2] == "pilot"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        # The query is asked, or what people said of themselves is read off an indicator: `self` is what is remembered.
        if (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "counts")
        or (isinstance(node, ast.Attribute) and node.attr == "said" and ast.unparse(node.value) != "self")
    }
    assert asks == {"small_cells.py"}


def test_what_is_remembered_is_for_its_owner_only_and_can_be_forgotten(tmp_path: Path) -> None:
    store = crowd(["f", "m"] * 40).store(tmp_path / "store")
    ask(store, "sex", people(store, range(30)))
    files = sorted((store.folder / "told").glob("*.json"))
    assert [stat.S_IMODE(path.stat().st_mode) for path in files] == [0o600]
    actor = store.actor_of(f"{RUN} 0")
    assert str(actor) in json.loads(files[0].read_text())["pieces"]
    assert forget(store, {actor}) == 1
    assert str(actor) not in files[0].read_text()
    assert forget(store, {actor}) == 0


def test_another_smallest_cell_can_be_set(tmp_path: Path) -> None:
    store = crowd(["f"] * 15 + ["m"] * 30 + ["o"] * 30).store(tmp_path / "store")
    assert answer("sex", store, k=20).rows[0]["n"] is None
    assert answer("sex", store, k=5).rows[0]["n"] == 15


def _derivable(asked: Sequence[Collection[int]], everybody: int) -> Iterable[frozenset[int]]:
    """What intersections, complements and differences of the groups asked make."""
    pieces: dict[tuple[bool, ...], set[int]] = {}
    for person in range(everybody):
        pieces.setdefault(tuple(person in group for group in asked), set()).add(person)
    return map(frozenset, pieces.values())


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.long
@given(
    st.lists(st.sampled_from(["f", "m", "o", None]), min_size=30, max_size=60),
    st.lists(st.sets(st.integers(0, 59), min_size=8), min_size=1, max_size=5),
)
def test_whatever_groups_are_asked_no_piece_of_few_people_can_be_derived(
    tmp_path: Path, told: list[str | None], groups: list[set[int]]
) -> None:
    small = 4
    store = crowd(told).store(tmp_path / f"store{len(list(tmp_path.iterdir()))}")
    answered: list[set[int]] = []
    cells: dict[str, list[set[int]]] = {}
    for group in groups:
        inside = {number for number in group if number < len(told)}
        try:
            found = ask(store, "sex", people(store, inside), k=small)
        except (GroupTooSmall, TooCloseToAnother):
            continue
        answered.append(inside)
        for row in found.rows:
            if row["n"] is not None:
                members = {number for number in inside if told[number] == row["class"]}
                assert row["n"] == len(members)  # what is told is exact
                cells.setdefault(str(row["class"]), []).append(members)
        hidden = [row for row in found.rows if row["n"] is None]
        if hidden and len(hidden) < len(found.rows):
            covered = sum(1 for number in inside if told[number] in {row["class"] for row in hidden})
            assert covered >= small
    for piece in _derivable(answered, len(told)):
        assert len(piece) >= small
    whole = {row["class"]: row["n"] for row in ask(store, "sex", k=small).rows}
    for one, shown in cells.items():
        members = {number for number, sex in enumerate(told) if sex == one}
        for piece in _derivable(shown, len(told)):
            # Those outside of every group are known only where the run's own cell is told.
            if any(piece <= group for group in shown) or whole[one] is not None:
                assert len(piece & members) == 0 or len(piece & members) >= small


@pytest.mark.long
def test_differences_of_every_pair_of_windows_stay_large(tmp_path: Path) -> None:
    """Somebody asks for all windows of twenty neighbours: what is answered differs by ten or more."""
    store = crowd(["f", "m"] * 30).store(tmp_path / "store")
    answered = []
    for start in range(41):
        try:
            ask(store, "sex", people(store, range(start, start + 20)))
        except TooCloseToAnother:
            continue
        answered.append(set(range(start, start + 20)))
    assert len(answered) > 1
    assert all(len(one - other) >= K for one, other in itertools.permutations(answered, 2))


# Cohorts, and what people did


def classes(sizes: dict[str, int], course: str = RUN, world: World | None = None) -> World:
    """Cohorts of so many; every other learner handed in the first graded quiz."""
    world = world or World()
    world.course = course
    world.run(subject=course)
    world.activity("a1", 1, quiz="Quiz 1", unit="u1")
    number = 0
    for cohort, size in sizes.items():
        for _ in range(size):
            world.learner(f"{course} {number}", cohort=cohort)
            if number % 2:
                world.hand_in(f"{course} {number}", "a1", 1)
            number += 1
    return world


def cohort(store: Store, *names: str, course: str = RUN) -> Scope:
    return Desk(store, cohorts=frozenset(names)).scope(course)


def told(store: Store, scope: Scope | None = None) -> dict[str, int | None]:
    """Cohort → learners, None where hidden. Whatever is hidden has no figure at all."""
    rows = ask(store, "cohorts", scope).rows
    for row in rows:
        if row["hidden"]:
            assert {name for name, value in row.items() if value is not None} == {"cohort", "hidden"}
    return {str(row["cohort"]): row["n"] for row in rows}  # type: ignore[misc] # counts are integers or null


def test_a_cohort_of_nine_has_a_name_and_no_figure(tmp_path: Path) -> None:
    store = classes({"A": 9, "B": 10, "C": 12, "": 30}).store(tmp_path / "store")
    assert told(store) == {"A": None, "B": 10, "C": 12, "": None}  # the total would tell A without the last
    found = ask(store, "cohorts")
    assert [row["hidden"] for row in found.rows] == [
        "fewer than 10 learners",
        "",
        "",
        "hidden, so that the small ones stay hidden",
    ]
    assert found.hidden == 1  # of fewer than ten


def test_the_other_cohorts_do_not_tell_the_small_one_by_the_total(tmp_path: Path) -> None:
    store = classes({"A": 3, "B": 20, "C": 25}).store(tmp_path / "store")
    assert told(store) == {"A": None, "B": None, "C": 25}
    assert told(classes({"A": 3, "B": 20}).store(tmp_path / "two")) == {"A": None, "B": None}
    assert told(classes({"A": 5, "B": 5, "C": 25}).store(tmp_path / "three")) == {"A": None, "B": None, "C": 25}
    assert told(classes({"A": 3}).store(tmp_path / "one")) == {"A": None}


def test_a_difference_to_the_others_tells_of_ten_or_more(tmp_path: Path) -> None:
    rows = ask(classes({"A": 5, "B": 5, "C": 24}).store(tmp_path / "store"), "cohorts").rows
    (row,) = [row for row in rows if row["cohort"] == "C"]
    assert row["started_difference"] == 0  # to A and B together: half of the ten


@pytest.mark.long
@pytest.mark.parametrize("name", [name for name, one in all_indicators().items() if not one.persons])
def test_no_indicator_tells_of_a_small_cohort_or_of_all_but_one(tmp_path: Path, name: str) -> None:
    store = classes({"A": 9, "B": 30, "": 30}).store(tmp_path / "store")
    for scope in (cohort(store, "A"), people(store, range(9)), people(store, range(1, 69)), people(store, [0])):
        with pytest.raises(GroupTooSmall):
            ask(store, name, scope)
    assert len(ask(store, "learners", cohort(store, "A")).rows) == 9  # by person, to who may see names


def test_a_cohort_that_is_hidden_in_the_table_is_hidden_when_asked_for(tmp_path: Path) -> None:
    store = classes({"A": 3, "B": 20, "C": 25, "D": 30}).store(tmp_path / "store")
    for names in (("B",), ("B", "C"), ("A", "C"), ("A", "C", "D")):  # 78 - 20 - 25 - 30 = 3
        with pytest.raises(GroupTooSmall):
            ask(store, "funnel", cohort(store, *names))
    assert ask(store, "funnel", cohort(store, "C")).rows[0]["enrolled"] == 25
    assert ask(store, "funnel", cohort(store, "A", "B")).rows[0]["enrolled"] == 23


@pytest.mark.long
def test_a_list_that_differs_from_a_cohort_or_from_another_list_by_few_is_refused(tmp_path: Path) -> None:
    store = classes({"A": 30, "B": 30, "": 30}).store(tmp_path / "store")
    for numbers in (range(29), range(31), range(5, 35), [*range(30), 60]):
        with pytest.raises(TooCloseToAnother):  # the table tells of A
            ask(store, "funnel", people(store, numbers))
    assert ask(store, "funnel", people(store, range(15))).rows[0]["enrolled"] == 15
    for name in ("funnel", "exercises", "sex"):
        with pytest.raises(TooCloseToAnother):
            ask(store, name, people(store, range(16)))
    assert ask(store, "exercises", people(store, range(15))).rows[0]["tried"] == 7
    assert ask(store, "funnel", people(store, range(30))).rows[0]["enrolled"] == 30


def test_within_a_list_the_table_of_cohorts_tells_no_small_part(tmp_path: Path) -> None:
    store = classes({"A": 30, "B": 30, "": 30}).store(tmp_path / "store")
    assert told(store, people(store, range(10, 30))) == {"A": 20}
    with pytest.raises(TooCloseToAnother):
        told(store, people(store, range(10, 33)))


def test_runs_added_up_do_not_tell_a_small_cohort_of_one(tmp_path: Path) -> None:
    world = classes({"A": 30, "B": 30, "C": 30})
    store = classes({"A": 3, "B": 30, "C": 30}, "other", world).store(tmp_path / "store")
    assert told(store, Scope((RUN,)))["A"] == 30
    assert told(store) == {"A": None, "B": None, "C": 60}  # 33 - 30 = 3
    with pytest.raises(GroupTooSmall):
        ask(store, "funnel", Desk(store, cohorts=frozenset({"A"})).scope())


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.long
@given(st.lists(st.integers(1, 14), min_size=1, max_size=5))
def test_what_the_table_hides_is_ten_or_more_whatever_the_sizes(tmp_path: Path, sizes: list[int]) -> None:
    members = [(RUN, 100 * nth + number, str(nth)) for nth, size in enumerate(sizes) for number in range(size)]
    hidden = {int(name) for _run, name in hidden_cohorts(members, K)}
    assert all(nth in hidden for nth, size in enumerate(sizes) if size < K)
    assert not hidden or len(hidden) == len(sizes) or sum(sizes[nth] for nth in hidden) >= K
