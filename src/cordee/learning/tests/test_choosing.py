from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cordee.courses.outlines import (
    AssignmentType,
    Bank,
    Choice,
    Condition,
    Entry,
    Group,
    Module,
    Outline,
    Partition,
    Section,
    Split,
    Unit,
    drawn_group,
    from_json,
    to_json,
)
from cordee.learning.access import belongs
from cordee.learning.choosing import Viewer
from cordee.learning.completion import completion_of
from cordee.learning.grades import course_grade

TYPES = (AssignmentType("Quiz", "Q", 1, 0, 1.0),)
names = st.lists(st.text("abcdefghij", min_size=1, max_size=4), min_size=1, max_size=12, unique=True)
seeds = st.integers(0, 2**48 - 1)


@dataclass(frozen=True)
class Did:
    """A learner's state in an activity."""

    attempts: int = 1
    solved: bool = False
    is_done: bool = True
    points: float | None = None
    last_answer: Mapping[str, Any] = field(default_factory=dict)


def question(name: str, **more: Any) -> Entry:
    return Entry(name, "quiz", "problem", {}, points=1.0, **more)


def container(*children: Entry, choice: Choice | None = None, name: str = "c", **more: Any) -> Entry:
    return Entry(name, "container", "container", {}, children=children, choice=choice, **more)


def bank(children: list[str], count: int | None) -> Entry:
    return container(*map(question, children), choice=Bank(count))


def course(*entries: Entry) -> Outline:
    section = Section("s", {}, (Unit("u", {}, entries),), graded=True, assignment_type="Quiz")
    return Outline({"en": "x"}, "en", ("en",), (Module("m", {}, (section,)),), TYPES)


def shown(outline: Outline, **who: Any) -> list[str]:
    return [entry.id for entry in Viewer(outline, **who).activities(outline.places["u"].unit)]


def counted(outline: Outline, **who: Any) -> list[str]:
    return [entry.id for entry in Viewer(outline, **who).counted(outline.places["u"].unit)]


@given(names, st.integers(0, 14), seeds)
def test_each_learner_gets_as_many_distinct_questions_as_asked(children: list[str], count: int, seed: int) -> None:
    found = shown(course(bank(children, count)), seed=seed)
    assert len(found) == len(set(found)) == min(count, len(children))
    assert set(found) <= set(children)
    assert found == counted(course(bank(children, count)), seed=seed)


@given(names, st.integers(0, 14), seeds)
def test_the_draw_does_not_depend_on_the_order_of_the_author(children: list[str], count: int, seed: int) -> None:
    assert shown(course(bank(children, count)), seed=seed) == shown(course(bank(children[::-1], count)), seed=seed)


@given(names, st.integers(1, 6), seeds)
def test_a_question_that_goes_makes_room_for_one_other(children: list[str], count: int, seed: int) -> None:
    before = shown(course(bank(children, count)), seed=seed)
    gone = before[0]
    rest = [name for name in children if name != gone]
    after = shown(course(bank(rest, count)), seed=seed)
    assert [name for name in after if name in before] == before[1:]


@given(names, names, st.integers(1, 6), seeds)
def test_what_was_shown_stays_when_questions_are_added(
    children: list[str], more: list[str], count: int, seed: int
) -> None:
    before = shown(course(bank(children, count)), seed=seed)
    together = list(dict.fromkeys([*more, *children]))
    after = shown(course(bank(together, count)), seed=seed, kept={"c": before})
    assert set(before) <= set(after)
    assert [name for name in after if name in before] == before
    assert len(after) == min(count, len(together))


@given(names, names, st.integers(1, 6), seeds)
def test_without_memory_an_added_question_replaces_only_as_many_as_it_wins(
    children: list[str], more: list[str], count: int, seed: int
) -> None:
    before = shown(course(bank(children, count)), seed=seed)
    added = [name for name in more if name not in children]
    after = shown(course(bank([*children, *added], count)), seed=seed)
    assert set(after) - set(added) <= set(before) or len(children) < count


def test_what_was_answered_stays_before_everything_else() -> None:
    outline = course(bank(list("abcdef"), 2))
    for seed in range(20):
        assert "e" in shown(outline, seed=seed, states={"e": Did()})


def test_the_draw_is_fair_over_learners() -> None:
    """Each of 6 questions in a third of the draws, each of the 15 pairs equally often: chi-square below 99.99 %."""
    outline, times = course(bank(list("abcdef"), 2)), 6000
    draws = [shown(outline, seed=seed) for seed in range(times)]
    singles = Counter(name for draw in draws for name in draw)
    pairs = Counter(frozenset(draw) for draw in draws)
    first = Counter(draw[0] for draw in draws)
    for found, cells, limit in ((singles, 6, 28), (pairs, 15, 43), (first, 6, 28)):
        expected = sum(found.values()) / cells
        assert len(found) == cells
        assert sum((n - expected) ** 2 / expected for n in found.values()) < limit


def test_the_draws_of_two_banks_and_of_two_learners_are_independent() -> None:
    outline = course(
        container(*map(question, "ab"), choice=Bank(1), name="x"),
        container(*map(question, "cd"), choice=Bank(1), name="y"),
    )
    found = Counter("".join(shown(outline, seed=seed)) for seed in range(4000))
    assert all(math.isclose(found[key], 1000, rel_tol=0.15) for key in ("ac", "ad", "bc", "bd"))


def test_a_negative_count_shows_all_in_an_order_of_the_learner() -> None:
    outline = course(bank(list("abcdef"), None))
    orders = {tuple(shown(outline, seed=seed)) for seed in range(30)}
    assert {frozenset(order) for order in orders} == {frozenset("abcdef")}
    assert len(orders) > 20


TEST = container(
    container(question("a"), name="va"),
    container(question("b"), name="vb"),
    choice=Split("50", "Test", (Group("0", "A", "va"), Group("1", "B", "vb"))),
)


def test_each_way_of_a_test_is_taken_by_half_of_the_learners() -> None:
    found = Counter(shown(course(TEST), seed=seed)[0] for seed in range(4000))
    assert math.isclose(found["a"], 2000, rel_tol=0.08)
    assert found["a"] + found["b"] == 4000


@given(seeds)
def test_two_tests_of_one_partition_put_a_learner_in_the_same_group(seed: int) -> None:
    other = container(
        question("a2"),
        question("b2"),
        choice=Split("50", "Test", (Group("0", "A", "a2"), Group("1", "B", "b2"))),
        name="d",
    )
    found = shown(course(TEST, other), seed=seed)
    assert found in (["a", "a2"], ["b", "b2"])


@given(seeds)
def test_a_group_that_was_given_is_kept_when_another_is_added(seed: int) -> None:
    wider = Split("50", "Test", (Group("2", "C", "vc"), Group("0", "A", "va"), Group("1", "B", "vb")))
    entry = container(
        container(question("a"), name="va"),
        container(question("b"), name="vb"),
        container(question("c"), name="vc"),
        choice=wider,
    )
    assert shown(course(entry), seed=seed, kept={"partition:50": ["1"]}) == ["b"]


@pytest.mark.parametrize(("cohort", "seen"), [("Matin", ["m"]), ("Soir", ["s"]), ("", []), ("Nuit", [])])
def test_a_test_by_cohort_follows_the_cohort(cohort: str, seen: list[str]) -> None:
    by_cohort = Split("51", "Hours", (Group("501", "Matin", "m"), Group("502", "Soir", "s")), scheme="cohort")
    outline = course(container(question("m"), question("s"), choice=by_cohort))
    assert shown(outline, seed=1, cohort=cohort) == seen


def door(test: Any, value: str = "True", source: str = "q") -> Outline:
    return course(question("q"), container(question("behind"), choice=Condition((source,), test, value)))


@pytest.mark.parametrize(
    ("test", "value", "did", "opens"),
    [
        ("attempted", "True", None, False),
        ("attempted", "True", Did(), True),
        ("attempted", "False", None, True),
        ("attempted", "False", Did(), False),
        ("correct", "True", Did(), False),
        ("correct", "True", Did(solved=True), True),
        ("correct", "False", Did(solved=True), False),
        ("completed", "True", Did(), True),
        ("completed", "True", Did(attempts=0, is_done=False), False),
        ("voted", "True", Did(), True),
        ("poll_answer", "yes", Did(last_answer={"q_1": "yes"}), True),
        ("poll_answer", "yes", Did(last_answer={"q_1": "no"}), False),
        ("poll_answer", "yes", None, False),
    ],
)
def test_a_door_opens_when_its_condition_holds(test: str, value: str, did: Did | None, opens: bool) -> None:
    found = shown(door(test, value), states={"q": did} if did else {})
    assert ("behind" in found) is opens


def test_a_door_wants_all_its_sources() -> None:
    outline = course(question("q"), question("r"), container(question("x"), choice=Condition(("q", "r"), "attempted")))
    assert "x" not in shown(outline, states={"q": Did()})
    assert "x" in shown(outline, states={"q": Did(), "r": Did()})


def test_a_text_is_done_once_its_unit_was_opened() -> None:
    text = Entry("t", "text", "html", {})
    outline = course(text, container(question("x"), choice=Condition(("t",), "completed")))
    assert "x" not in shown(outline)
    assert "x" in shown(outline, opened=["u"])


def test_what_stands_behind_a_closed_door_counts_from_the_start_so_that_opening_it_costs_nothing() -> None:
    assert counted(door("attempted")) == ["q", "behind"]
    grade = course_grade(door("attempted"), {"q": 1.0}, belongs(""), Viewer(door("attempted")).counted)
    assert grade.grade == 0.5


@pytest.mark.parametrize(("test", "value"), [("attempted", "False"), ("poll_answer", "yes")])
def test_one_of_several_ways_counts_for_who_takes_it(test: str, value: str) -> None:
    closed = {"q": Did(last_answer={"q_1": "no"})}
    assert counted(door(test, value), states=closed) == ["q"]
    assert counted(door(test, value), states={**closed, "behind": Did()}) == ["q", "behind"]


def test_a_section_with_a_bank_is_over_the_questions_drawn() -> None:
    outline = course(bank(list("abcd"), 2))
    mine = shown(outline, seed=5)
    other = next(name for name in "abcd" if name not in mine)
    grade = course_grade(outline, {mine[0]: 1.0, other: 1.0}, belongs(""), Viewer(outline, seed=5).counted)
    section = grade.types[0].sections[0]
    assert (section.earned, section.possible, grade.grade) == (1.0, 2.0, 0.5)


def test_a_unit_is_done_once_what_was_drawn_is_handed_in() -> None:
    outline = course(bank(list("abcd"), 2))
    viewer = Viewer(outline, seed=5)
    mine = shown(outline, seed=5)
    assert completion_of(viewer, handed_in=mine[:1], opened=["u"]).units == {"u": "started"}
    assert completion_of(viewer, handed_in=mine, opened=["u"]).units == {"u": "done"}


def test_a_container_without_a_rule_shows_and_counts_all_of_its_children() -> None:
    outline = course(container(question("a"), container(question("b"), name="d")))
    assert shown(outline) == counted(outline) == ["a", "b"]


def test_what_is_for_another_cohort_or_for_teachers_is_never_drawn() -> None:
    pool = [question("a"), question("b", staff_only=True), question("c", audience=("Blue",))]
    outline = course(container(*pool, choice=Bank(2)))
    for seed in range(20):
        assert shown(outline, seed=seed) == ["a"]
        assert set(shown(outline, seed=seed, cohort="Blue")) == {"a", "c"}


def test_a_container_for_another_cohort_hides_all_of_it() -> None:
    outline = course(container(question("a"), audience=("Blue",)))
    assert (shown(outline), counted(outline)) == ([], [])
    assert shown(outline, cohort="Blue") == ["a"]


def test_a_bank_in_a_bank_draws_twice() -> None:
    inner = container(*map(question, "abc"), choice=Bank(1), name="inner")
    outline = course(container(inner, question("d"), choice=Bank(1), name="outer"))
    found = {tuple(shown(outline, seed=seed)) for seed in range(60)}
    assert found == {("a",), ("b",), ("c",), ("d",)}


def test_who_teaches_sees_all_of_it() -> None:
    outline = course(bank(list("abc"), 1), TEST)
    assert shown(outline, sees_all=True) == ["a", "b", "c", "a", "b"]


def test_a_course_without_containers_asks_nothing_of_the_learner() -> None:
    outline = course(question("a"), question("b"))
    assert outline.units_with_containers == frozenset()
    assert shown(outline, states={"a": object()}) == ["a", "b"]


@given(names, st.one_of(st.none(), st.integers(0, 5)))
def test_an_outline_with_choices_is_read_back_as_it_was_written(children: list[str], count: int | None) -> None:
    outline = course(
        bank(children, count), TEST, container(choice=Condition(("q",), "correct", "False", {"fr": "x"}), name="e")
    )
    assert from_json(to_json(outline)) == outline


def test_an_entry_that_chooses_nothing_says_nothing_of_it() -> None:
    assert "choice" not in str(to_json(course(question("a"), container(question("b")))))


def for_groups(*ids: str, partition: str = "7") -> tuple[str, ...]:
    return tuple(drawn_group(partition, one) for one in ids)


def with_partitions(*entries: Entry, **more: Any) -> Outline:
    return replace(course(*entries), partitions=(Partition("7", ("1", "2")), Partition("8", ("1", "2"))), **more)


def test_what_is_for_a_group_drawn_at_random_is_seen_by_the_learners_of_that_group_alone() -> None:
    outline = with_partitions(
        question("one", audience=for_groups("1")),
        question("two", audience=for_groups("2")),
        question("both", audience=for_groups("1", "2")),
        question("nobody", audience=for_groups("9")),
        question("one of each", audience=(*for_groups("1"), *for_groups("1", partition="8"))),
        question("cohort", audience=("Blue", *for_groups("1"))),
    )
    assert from_json(to_json(outline)) == outline
    seen = Counter(tuple(shown(outline, seed=seed)) for seed in range(400))
    assert set(seen) == {("one", "both", "one of each"), ("one", "both"), ("two", "both")}
    assert 150 < seen["two", "both"] < 250
    assert 60 < seen["one", "both", "one of each"] < 140
    blue = Counter("cohort" in shown(outline, seed=seed, cohort="Blue") for seed in range(400))
    assert 150 < blue[True] < 250


def test_an_audience_and_a_test_of_one_partition_put_a_learner_in_the_same_group() -> None:
    groups = (Group("1", "One", "a"), Group("2", "Two", "b"))
    test = container(question("a"), question("b"), choice=Split("7", "", groups))
    outline = with_partitions(test, question("for one", audience=for_groups("1")))
    for seed in range(50):
        assert tuple(shown(outline, seed=seed)) in {("a", "for one"), ("b",)}


def test_a_group_that_was_drawn_is_kept_when_the_partition_changes() -> None:
    outline = with_partitions(question("one", audience=for_groups("1")))
    drawn = {seed: Viewer(outline, seed=seed).groups for seed in range(50)}
    grown = replace(outline, partitions=(Partition("7", ("0", "1", "2", "3")),))
    for seed in range(50):
        (unit,) = [place.unit for place in outline.places.values()]
        kept = {key: found for key, _what, found in Viewer(outline, seed=seed).drawn(unit)}
        assert Viewer(grown, seed=seed, kept=kept).groups == drawn[seed][:2]
    assert any(Viewer(grown, seed=seed).groups != drawn[seed][:2] for seed in range(50))
