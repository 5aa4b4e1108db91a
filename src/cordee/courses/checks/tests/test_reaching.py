"""Which audiences hold nobody, and which conditions can never hold?"""

from __future__ import annotations

import pytest

from cordee.courses.checks.material import Material
from cordee.courses.checks.rules.reaching import look
from cordee.courses.outlines import (
    CONTAINER,
    Bank,
    Before,
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
)

A, B = drawn_group("50", "a"), drawn_group("50", "b")
OTHER = drawn_group("60", "x")


def activity(name: str, kind: str = "quiz", *, staff_only: bool = False, ungradable: str = "") -> Entry:
    return Entry(name, kind, "problem", {"en": name}, staff_only=staff_only, ungradable=ungradable)


def holder(name: str, choice: Choice | None, *children: Entry) -> Entry:
    return Entry(name, CONTAINER, "conditional", {"en": name}, children=children, choice=choice)


def found(
    *entries: Entry, module: tuple[str, ...] = (), unit: tuple[str, ...] = (), staff_only: bool = False
) -> list[tuple[str, str]]:
    outline = Outline(
        titles={"en": "C"},
        language="en",
        languages=("en",),
        modules=(
            Module(
                "m",
                {"en": "M"},
                (Section("s", {"en": "S"}, (Unit("u", {"en": "U"}, entries, audience=unit),)),),
                staff_only=staff_only,
                audience=module,
            ),
        ),
        partitions=(Partition("50", ("a", "b")), Partition("60", ("x", "y"))),
    )
    return [(one.rule.code, one.at.id) for one in look(Material(outline, {}, {}))]


@pytest.mark.parametrize(
    ("module", "unit", "told"),
    [
        ((), (A,), []),
        ((A,), (A, B), []),
        ((A,), (B,), [("nobody-sees-it", "u")]),  # the module leaves only the others in
        ((A,), (OTHER,), []),  # somebody is in both
        ((), (drawn_group("50", "gone"),), [("nobody-sees-it", "u")]),
        (("group 7",), (), [("nobody-sees-it", "m")]),  # what the course does not name
        (("Evening class",), (), []),  # a cohort: known in a session alone
    ],
)
def test_an_audience_that_nobody_can_be_in_is_told_where_it_closes(
    module: tuple[str, ...], unit: tuple[str, ...], told: list[tuple[str, str]]
) -> None:
    assert found(activity("q"), module=module, unit=unit) == told


def test_what_the_team_alone_sees_is_told_once_at_its_highest_level() -> None:
    assert found(activity("q", staff_only=True), staff_only=True) == [("team-only", "m")]
    assert found(activity("q", staff_only=True), activity("r")) == [("team-only", "q")]


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (Condition(("q",), "attempted"), False),
        (Condition(("q",), "correct"), False),
        (Condition(("gone",), "attempted"), True),
        (Condition(("hidden",), "attempted"), True),
        (Condition(("hidden",), "attempted", "False"), False),  # until it is done: it never will be
        (Condition(("inside",), "attempted"), True),
        (Condition(("python",), "correct"), True),
        (Condition(("t",), "correct"), True),
        (Condition(("after",), "attempted"), True),  # which waits for what is inside
    ],
)
def test_a_condition_that_no_learner_can_fulfil_is_told(asked: Condition, told: bool) -> None:
    entries = (
        activity("q"),
        activity("t", "text"),
        activity("hidden", staff_only=True),
        activity("python", ungradable="customresponse"),
        holder("asks", asked, activity("inside")),
        holder("later", Condition(("inside",), "attempted"), activity("after")),
    )
    wrong = [place for rule, place in found(*entries) if rule == "condition-never-holds"]
    assert ("asks" in wrong) == told


@pytest.mark.parametrize(
    ("condition", "told"),
    [
        (Condition(("q",), "attempted"), ["s"]),
        (Condition(("q",), "attempted", "False"), []),  # open until that is done
        (Condition(("q",), "poll_answer", "a"), []),  # who did not answer so is not asked for what is behind
        (Condition(("other",), "attempted"), []),
        (Condition(("through",), "correct"), ["s", "t"]),  # which is in a section that waits for this one
    ],
)
@pytest.mark.parametrize("source", ["behind", "asks", "first", "before", "m"])
def test_a_section_that_waits_for_what_waits_for_it_is_told(source: str, condition: Condition, told: list[str]) -> None:
    asks = holder("asks", condition, activity("behind"))
    last = Unit("last", {"en": "Last"}, (activity("through"),))
    outline = Outline(
        titles={"en": "C"},
        language="en",
        languages=("en",),
        modules=(
            Module("m", {"en": "M"}, (Section("before", {}, (Unit("first", {}, (asks, activity("other"))),)),)),
            Module(
                "n",
                {"en": "N"},
                (
                    Section("s", {}, (Unit("u", {}, (activity("q"),)),), first=(Before(source, "answered"),)),
                    Section("t", {}, (last,), first=(Before("q", "right"),)),
                ),
            ),
        ),
    )
    assert [one.at.id for one in look(Material(outline, {}, {})) if one.rule.code == "condition-never-holds"] == told


def test_banks_and_tests_that_leave_something_out_are_told() -> None:
    split = Split("50", "Halves", (Group("a", "A", "one"), Group("b", "B", "")))
    entries = (
        holder("halves", split, activity("one"), activity("two")),
        holder("empty", Bank(0), activity("three")),
        holder("small", Bank(2), activity("four")),
        holder("all", Bank(None), activity("five")),
    )
    assert sorted(found(*entries)) == [
        ("bank-too-small", "small"),
        ("group-sees-nothing", "halves"),
        ("nobody-sees-it", "empty"),
        ("nobody-sees-it", "two"),
    ]
