from __future__ import annotations

import datetime as dt

import pytest

from cordee.courses.kinds import Rules, ShowAnswer
from cordee.courses.outlines import Entry, Module, Outline, Place, Section, Unit
from cordee.learning.access import (
    Calendar,
    Standing,
    attempts_left,
    is_shown,
    shows_answer,
    shows_correctness,
    wait_until,
)

NOW = dt.datetime(2026, 11, 24, 9, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
OUTLINE = Outline({"en": "x"}, "en", ("en",), grace_s=3600)


def test_a_section_opens_with_the_latest_of_run_module_and_section() -> None:
    calendar = Calendar(NOW, None)
    module, section = Module("m", {}, opens_at=NOW + 2 * HOUR), Section("s", {}, opens_at=NOW + HOUR)
    assert calendar.opening_of(module, section) == NOW + 2 * HOUR


def test_a_section_is_open_from_its_very_first_moment() -> None:
    place = Place(Module("m", {}), Section("s", {}, opens_at=NOW), Unit("u", {}), "1.1", 0)
    calendar = Calendar(NOW - HOUR, None)
    assert calendar.is_open(place, NOW)
    assert not calendar.is_open(place, NOW - dt.timedelta(microseconds=1))


@pytest.mark.parametrize("level", ["module", "section", "unit", "entry"])
def test_what_is_for_teachers_or_another_cohort_hides_all_that_it_holds(level: str) -> None:
    def shown(cohort: str, teaches: bool, **marks: object) -> bool:
        own: dict[str, dict[str, object]] = {level: marks}
        place = Place(
            Module("m", {}, **own.get("module", {})),  # type: ignore[arg-type] # marks are staff_only or audience
            Section("s", {}, **own.get("section", {})),  # type: ignore[arg-type]
            Unit("u", {}, **own.get("unit", {})),  # type: ignore[arg-type]
            "1.1",
            0,
        )
        entry = Entry("e", "text", "html", {}, **own.get("entry", {}))  # type: ignore[arg-type]
        return is_shown(place, entry, groups=(cohort,), teaches=teaches)

    assert shown("", False)
    assert not shown("", False, staff_only=True)
    assert shown("", True, staff_only=True)
    assert not shown("", False, audience=("Blue",))
    assert not shown("Red", False, audience=("Blue",))
    assert shown("Blue", False, audience=("Blue",))


def test_the_last_moment_is_the_date_limit_and_its_grace() -> None:
    assert Calendar(NOW, None).last_moment(Section("s", {}, due_at=NOW), OUTLINE) == NOW + HOUR


def test_grace_never_outlives_the_run() -> None:
    assert Calendar(NOW, NOW + HOUR / 2).last_moment(Section("s", {}, due_at=NOW), OUTLINE) == NOW + HOUR / 2


def test_without_dates_there_is_no_last_moment() -> None:
    assert Calendar(NOW, None).last_moment(Section("s", {}), OUTLINE) is None


def test_attempts_are_counted_down_to_none() -> None:
    rules = Rules(max_attempts=2)
    assert [attempts_left(rules, Standing(attempts=n)) for n in (0, 1, 2, 3)] == [2, 1, 0, 0]
    assert attempts_left(Rules(), Standing(attempts=99)) is None


def test_the_wait_between_attempts_ends() -> None:
    rules, standing = Rules(wait_s=60), Standing(attempts=1, last_at=NOW)
    assert wait_until(rules, standing, NOW + dt.timedelta(seconds=59)) == NOW + dt.timedelta(seconds=60)
    assert wait_until(rules, standing, NOW + dt.timedelta(seconds=60)) is None


@pytest.mark.parametrize(
    ("rule", "shown_when"),
    [
        ("always", {"new", "tried", "used", "solved", "late"}),
        ("never", set()),
        ("answered", {"solved"}),
        ("attempted", {"tried", "used", "solved", "late"}),
        ("attempted_no_past_due", {"tried", "used", "solved"}),
        ("closed", {"used", "late"}),
        ("finished", {"used", "solved", "late"}),
        ("correct_or_past_due", {"solved", "late"}),
        ("past_due", {"late"}),
        ("after_all_attempts", {"used"}),
        ("after_all_attempts_or_correct", {"used", "solved"}),
        ("after_attempts", {"used"}),
    ],
)
def test_when_the_answer_may_be_shown(rule: ShowAnswer, shown_when: set[str]) -> None:
    rules = Rules(max_attempts=2, show_answer=rule, show_answer_after=2)
    cases = {
        "new": (Standing(), False),
        "tried": (Standing(attempts=1), False),
        "used": (Standing(attempts=2), False),
        "solved": (Standing(attempts=1, solved=True), False),
        "late": (Standing(), True),
    }
    assert {
        name for name, (standing, late) in cases.items() if shows_answer(rules, standing, past_due=late)
    } == shown_when


def test_an_answer_shown_after_no_attempt_still_waits_for_the_first() -> None:
    rules = Rules(show_answer="after_attempts", show_answer_after=0)
    assert not shows_answer(rules, Standing(), past_due=False)
    assert shows_answer(rules, Standing(attempts=1), past_due=False)


def test_correctness_may_wait_for_the_date_limit() -> None:
    rules = Rules(show_correctness="past_due")
    assert not shows_correctness(rules, past_due=False)
    assert shows_correctness(rules, past_due=True)
    assert not shows_correctness(Rules(show_correctness="never"), past_due=True)
