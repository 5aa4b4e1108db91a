"""What an author's rules say, and that no rule takes long."""

from __future__ import annotations

import time
from collections.abc import Sequence

import pytest

from cordee.sandbox.author_rules import MOST_SOURCE, AuthorRule, Condition, Ran, messages_of
from cordee.sandbox.outcomes import Verdict, text_in

SMALL, LARGE = Ran("small", "wrong_answer", b"21\n"), Ran("large", "time_limit", b"Hello\r\n2")
RIGHT = Ran("zero", "accepted", b"0\n")
LOOP = "int main(void) { for (;;) {} }\n"


def rules_that_speak(
    *conditions: Condition, verdict: Verdict = "wrong_answer", tests: Sequence[Ran] = (SMALL,), source: str = LOOP
) -> list[str]:
    rules = [AuthorRule(str(number), when, {"": "…"}) for number, when in enumerate(conditions)]
    return [message.rule for message in messages_of(rules, verdict, tests, {"main.c": source})]


def speaks(
    when: Condition, verdict: Verdict = "wrong_answer", tests: Sequence[Ran] = (SMALL, LARGE, RIGHT), source: str = LOOP
) -> bool:
    return bool(rules_that_speak(when, verdict=verdict, tests=tests, source=source))


@pytest.mark.parametrize(
    "when",
    [
        Condition(verdict="wrong_answer"),
        Condition(verdict="time_limit"),  # of one test
        Condition(verdict="runtime_error"),  # of the submission
        Condition(test="large"),
        Condition(test="large", verdict="time_limit"),
        Condition(test="zero", verdict="accepted"),
        Condition(output="^21$"),
        Condition(output=r"\A21\Z"),
        Condition(output="^Hello$"),  # of the lines of a test, whatever ends them
        Condition(verdict="wrong_answer", output="^21$", source="for"),
        Condition(source=r"\bfor\b|\bwhile\b"),
        Condition(source="^int main"),
        Condition(source=r"\bwhile\b", absent=True),
    ],
)
def test_a_rule_speaks_when_all_that_it_waits_for_holds(when: Condition) -> None:
    assert speaks(when, "runtime_error")


@pytest.mark.parametrize(
    "when",
    [
        Condition(verdict="memory_limit"),
        Condition(verdict="accepted"),  # one right test of a wrong program
        Condition(test="small", verdict="time_limit"),
        Condition(test="zero"),  # it did not fail
        Condition(verdict="time_limit", output="^21$"),  # of another test
        Condition(test="large", output="^21$"),
        Condition(output="^0$"),  # of a test that did not fail
        Condition(output="^$"),
        Condition(verdict="wrong_answer", output="^21$", source="while"),
        Condition(source=r"\bfor\b", absent=True),
    ],
)
def test_a_rule_is_silent_when_one_thing_does_not_hold(when: Condition) -> None:
    assert not speaks(when, "runtime_error")


def test_a_rule_can_speak_to_who_is_right() -> None:
    praise = Condition(verdict="accepted", source=r"\bfor\b", absent=True)
    assert speaks(praise, "accepted", [RIGHT], "int main(void) { return 0; }\n")
    assert not speaks(praise, "accepted", [RIGHT])


def test_comments_texts_and_characters_are_no_source() -> None:
    text = "// for\n/* for */ int main(void) { puts(\"for\"); return 'for'; }\n"
    assert not speaks(Condition(source="for"), source=text)


def test_a_program_that_cannot_be_compiled_hears_only_the_rules_that_say_so() -> None:
    assert not speaks(Condition(source="while", absent=True), "compile_error", [])
    assert speaks(Condition(verdict="compile_error", source="while", absent=True), "compile_error", [])


@pytest.mark.parametrize("verdict", ["task_broken", "internal_error"])
def test_nothing_is_said_of_a_program_that_was_not_judged(verdict: Verdict) -> None:
    assert not speaks(Condition(source="for"), verdict)


def test_three_rules_speak_at_most_in_the_authors_order() -> None:
    silent, always = Condition(test="none"), Condition(verdict="wrong_answer")
    assert rules_that_speak(always, silent, always, always, always) == ["0", "2", "3"]


def test_what_a_learner_prints_or_writes_makes_no_rule_slow() -> None:
    """A pattern that no sample found, and a text that is made for it."""
    slow = [Condition(output="(a|aa)+$"), Condition(source="(a|aa)+$", absent=True)] * 20
    tests = [Ran(str(number), "wrong_answer", b"a" * 200_000) for number in range(200)]
    tests = [Ran(one.test, one.verdict, one.stdout.replace(b"a", b"a" * 4999 + b"b", 1)) for one in tests]
    began = time.thread_time()
    assert rules_that_speak(*slow, tests=tests, source="a" * 5000 + "b\n") == []  # not known, so not said
    assert time.thread_time() - began < 3  # 40 s for one pattern alone without an end to all of them


def test_nothing_is_said_of_the_text_of_a_very_large_program() -> None:
    assert not speaks(Condition(source="while", absent=True), source=LOOP + "int x;\n" * (MOST_SOURCE // 7))


def test_words_are_said_in_the_readers_language_or_in_one_that_is_there() -> None:
    both = {"fr": "Non", "en": "No"}
    assert [text_in(both, one) for one in ("fr", "fr-CA", "en", "de")] == ["Non", "Non", "No", "No"]
    assert [text_in(one, "en") for one in ({"": "No"}, {"fr": "Non"}, {})] == ["No", "Non", ""]
