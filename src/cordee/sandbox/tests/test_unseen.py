"""Is nothing of a hidden test in what is said of it?"""

from __future__ import annotations

import re
import string

import pytest

from cordee.sandbox import laboratory, tasks
from cordee.sandbox.explaining import CHECKER, NAMED, Told, explain_fault, explain_test
from cordee.sandbox.outcomes import Fault, RunLimits
from cordee.sandbox.unseen import OF_THE_TASK, UNSEEN, unseen


def gaps(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


@pytest.mark.parametrize("name", NAMED)
def test_each_explanation_with_a_value_of_the_test_has_other_words_without_it(name: str) -> None:
    assert (name in UNSEEN) == (bool(gaps(NAMED[name]) - OF_THE_TASK) or name == CHECKER)
    assert gaps(UNSEEN.get(name, "")) <= gaps(NAMED[name]) & OF_THE_TASK


@pytest.mark.parametrize("kind", [name.partition(":")[2] for name in NAMED if name.startswith("fault:")])
def test_no_number_of_a_fault_is_said_of_a_hidden_test(kind: str) -> None:
    values: dict[str, str | int] = {"type": "'int'", "a": 77123, "b": 77124, "c": 77125, "reason": "x"}
    said = unseen(explain_fault(Fault(kind, None, values))).sentence()
    assert not re.search("7712|{|}", said)


def test_what_a_checker_says_is_not_said_of_a_hidden_test() -> None:
    report = laboratory.TestReport(
        tasks.Test("one", b"77123", b"77124"), "wrong_answer", 0.0, message="You were given 77123."
    )
    told = explain_test(report, RunLimits())
    assert told is not None
    assert "77123" in told.sentence()
    assert "77123" not in unseen(told).sentence()


def test_a_sentence_without_other_words_has_an_ellipsis_for_each_value_of_the_test() -> None:
    told = Told("Line {line} in {seconds:g} s.", {"line": 77123, "seconds": 2.0})
    assert unseen(told).sentence() == "Line … in 2 s."
