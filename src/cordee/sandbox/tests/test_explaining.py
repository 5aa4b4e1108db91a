"""Is there a sentence for whatever may come of a program?"""

from __future__ import annotations

import re
import string
from typing import get_args

import pytest

from cordee.sandbox.c.toolchain import RUNTIME
from cordee.sandbox.explaining import ENDINGS, FAULTS, VERDICTS, explain_fault
from cordee.sandbox.outcomes import Ending, Fault, Verdict
from cordee.sandbox.wasm.running import TRAPS

OF_THE_HOST = {"stack_overflow", "input_over", "trap", "exit_code"}
# Of a fault with values that have words of their own.
SPECIAL = {"division_by_zero", "add_overflow_of_long", "sub_overflow_of_long", "mul_overflow_of_long"} | {
    "stack_bounds_by_a_call",
    "global_bounds_by_a_call",
}
NO_FAULT = {"output_limit"}  # an ending of its own


def kinds_of_the_runtime() -> set[str]:
    found: set[str] = set()
    for path in RUNTIME.glob("*.c"):
        text = path.read_text()
        calls = re.findall(
            r"cordee_fault\(([^;]*?)\);|(?:OVERFLOW|PLACE_ONLY)\((.*)\)|const char \*kind = ([^;]*);", text
        )
        found |= {kind for call in calls for kind in re.findall(r'"([a-z_]+)"', " ".join(call))}
    return found - {"read", "write", "realloc"}


def test_each_fault_of_the_runtime_has_its_sentence_and_no_sentence_is_left_over() -> None:
    kinds = kinds_of_the_runtime()
    assert {"heap_bounds", "double_free", "out_of_bounds", "add_overflow", "null_pointer", "misaligned"} <= kinds
    assert kinds - NO_FAULT | OF_THE_HOST | SPECIAL | set(TRAPS.values()) == set(FAULTS)


@pytest.mark.parametrize("kind", FAULTS)
def test_each_sentence_can_be_said_of_what_the_runtime_tells(kind: str) -> None:
    values: dict[str, str | int] = {"type": "'int'", "a": 1, "b": 2, "c": 3, "reason": "x"}
    said = explain_fault(Fault(kind, None, values)).sentence()
    assert {name for _, name, _, _ in string.Formatter().parse(FAULTS[kind]) if name} <= set(values)
    assert said.endswith((".", "?"))


def test_each_verdict_and_each_bad_end_has_its_words() -> None:
    assert set(VERDICTS) == set(get_args(Verdict))
    assert set(ENDINGS) == set(get_args(Ending)) - {"finished", "runtime_error"}
