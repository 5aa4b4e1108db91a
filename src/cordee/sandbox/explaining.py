"""What is said to a learner of what came of their program? Sentences with their own values, as templates.

The sandbox knows no language: who shows a sentence translates its template (`cordee.core.errors`). No sentence gives
the solution, nor an input or a wanted output: whoever shows a visible test adds those.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from cordee.core.errors import N_
from cordee.sandbox.comparing import Difference
from cordee.sandbox.laboratory import TestReport
from cordee.sandbox.outcomes import FUEL_PER_SECOND, Ending, Fault, Outcome, RunLimits, Verdict

_GAPS: Final = re.compile(r"\{\w+(?::\w+)?\}")


@dataclass(frozen=True, slots=True)
class Told:
    """What happened, then what to look at. `name`: of an explanation of a test, "difference:off_by_one"."""

    template: str
    values: Mapping[str, str | int | float] = field(default_factory=dict)
    name: str = ""

    def sentence(self, translate: Callable[[str], str] = lambda template: template) -> str:
        return translate(self.template).format(**self.values)


VERDICTS: Mapping[Verdict, str] = {
    "accepted": N_("Right"),
    "wrong_answer": N_("Wrong answer"),
    "time_limit": N_("Too long"),
    "memory_limit": N_("Too much memory"),
    "output_limit": N_("Too much output"),
    "runtime_error": N_("The program was stopped"),
    "compile_error": N_("The program cannot be compiled"),
    "compile_limit": N_("The compiler was stopped"),
    "task_broken": N_("The task is broken"),
    "internal_error": N_("Could not be judged"),
}

FAULTS: Mapping[str, str] = {
    "out_of_bounds": N_(
        "You used index {a} of an array of type {type}. The first index is 0, and the last is one less than the size."
    ),
    "null_pointer": N_(
        "You used a pointer that points nowhere (NULL). Give it an address first; if it came from malloc or a search, "
        "check whether it is NULL."
    ),
    "bad_address": N_(
        "You used an address that is not yours. Look at how this pointer got its value, and whether it was given one."
    ),
    "misaligned": N_(
        "You used an address that does not fit the type {type}. Look at how this pointer got its value, and whether it "
        "was given one."
    ),
    "add_overflow": N_("{a} + {b} does not fit in the type {type}. Use a larger type, or look for a loop without end."),
    "sub_overflow": N_("{a} - {b} does not fit in the type {type}. Use a larger type, or look for a loop without end."),
    "mul_overflow": N_("{a} × {b} does not fit in the type {type}. Use a larger type, or smaller numbers."),
    "add_overflow_of_long": N_(
        "{a} + {b} does not fit in the type long, which has 32 bits here, as int has. Use long long, which has 64, or "
        "look for a loop without end."
    ),
    "sub_overflow_of_long": N_(
        "{a} - {b} does not fit in the type long, which has 32 bits here, as int has. Use long long, which has 64, or "
        "look for a loop without end."
    ),
    "mul_overflow_of_long": N_(
        "{a} × {b} does not fit in the type long, which has 32 bits here, as int has. Use long long, which has 64, or "
        "smaller numbers."
    ),
    "negate_overflow": N_("The opposite of {a} does not fit in the type {type}."),
    "division_by_zero": N_("You divided {a} by 0. Check whether the divisor can be 0 before you divide."),
    "division": N_("{a} divided by {b} does not fit in the type {type}."),
    "shift": N_("You shifted {a} by {b} places, which the type {type} does not allow."),
    "pointer_overflow": N_("This pointer was moved outside all memory. Look at the number that is added to it."),
    "array_size": N_("The size of this array is not positive. Look at the number between its brackets."),
    "invalid_value": N_("This variable holds a value that its type does not have. Was it ever given one?"),
    "null_argument": N_("A function was given NULL where it needs an address."),
    "null_return": N_("A function that promises an address has returned NULL."),
    "unreachable": N_("The program reached a place that it promised never to reach."),
    "missing_return": N_("This function ended without the return that its caller waits for."),
    "conversion": N_("This number does not fit in the type {type}."),
    "heap_bounds": N_(
        "You used byte {a} of a block of {b} bytes that malloc gave. Its bytes go from 0 to one less than its size."
    ),
    "use_after_free": N_("You used a block of {b} bytes after you gave it back with free."),
    "double_free": N_("You gave the same block of {b} bytes back with free twice."),
    "bad_free": N_("You gave free an address that malloc did not give."),
    "stack_bounds": N_("You used memory before or behind a variable or an array of a function. Look at the index."),
    "global_bounds": N_("You used memory before or behind a global variable or array. Look at the index."),
    "stack_bounds_by_a_call": N_(
        "{type} used memory before or behind a variable or an array of a function. All that it reads or writes must "
        "fit; a text counts with the zero at its end."
    ),
    "global_bounds_by_a_call": N_(
        "{type} used memory before or behind a global variable or array. All that it reads or writes must fit; a text "
        "counts with the zero at its end."
    ),
    "use_after_scope": N_("You used a variable after the braces in which it lives were left."),
    "stack_overflow": N_(
        "The stack is full: a function calls itself without end, or a local array is very large. "
        "Look at when the calls stop."
    ),
    "null_call": N_(
        "You used a file or a function that is not there (NULL). There are no files here, so fopen gives NULL: look at "
        "what it gave before you use it."
    ),
    "other_function": N_(
        "You called a function through a pointer of another type. The types of its parameters and of what it returns "
        "must be those that the pointer is declared with."
    ),
    "no_function": N_(
        "You called a function through a pointer that holds none. Look at how this pointer got its value."
    ),
    "no_meaning": N_(
        "What is done here has no meaning in C, so the program was stopped. If it is a call, look whether the function "
        "is there (not NULL), and has the parameters and the result that the call takes it to have."
    ),
    "input_over": N_(
        "The input was over, and the program read it again and again without end. Look at what the reading gives back: "
        "at the end it is EOF (or NULL for fgets)."
    ),
    "aborted": N_("The program ended itself with abort or a failed assert."),
    "exit_code": N_("The program ended with code {a}. Zero tells that all went well: end main with return 0."),
    "trap": N_("The program was stopped ({reason})."),
}

DIFFERENCES: Mapping[str, str] = {
    "nothing_printed": N_("The program printed nothing. Is there a printf, and is it reached?"),
    "prompt_printed": N_("The program prints more than it was asked for. Print only the result, without a question."),
    "missing_newline": N_("What is printed is right, but a line is not ended. Add \\n."),
    "spacing": N_("The words are right, but not the spaces or the lines between them."),
    "capitals": N_("The words are right, but not the capital letters."),
    "wrong_order": N_("All parts are there, but in another order."),
    "precision": N_("The numbers are nearly right. Is there enough precision, and are divisions made with decimals?"),
    "off_by_one": N_("The result is wrong by one. Look at where your loops and counts begin and end."),
    "incomplete": N_("The beginning is right, but something is missing at the end."),
    "too_much": N_("The beginning is right, but the program prints too much afterwards."),
    "different": N_("Line {line} is not what was asked for."),
}


ENDINGS: Mapping[Ending, str] = {
    "time_limit": N_(
        "The program was still running after {seconds:g} s. Is there a loop that never ends, or a function that always "
        "calls itself?"
    ),
    "memory_limit": N_("The program needs more than {size} MB of memory. Is everything freed?"),
    "output_limit": N_("The program printed too much. Is there a loop that never ends?"),
    "internal_error": N_("The laboratory could not run this program. It is not your fault; try again."),
}

OTHER_TYPES: Final = N_("A function is used with other types than the library gives it. Look at what you declare.")
CHECKER: Final = "checker:message"  # what the task's own checker says

NAMED: Mapping[str, str] = {
    **{f"fault:{kind}": template for kind, template in FAULTS.items()},
    **{f"difference:{kind}": template for kind, template in DIFFERENCES.items()},
    **{f"ending:{ending}": template for ending, template in ENDINGS.items()},
    "ending:other_types": OTHER_TYPES,
    CHECKER: N_("What the checker of the task says."),
}


def explanation_of(name: str, translate: Callable[[str], str] = lambda template: template) -> str:
    """What the explanation of this name says of several programs: “…” for what is each one’s own; "" for no name."""
    return _GAPS.sub("…", translate(NAMED[name])) if name in NAMED else ""


def explain_fault(fault: Fault) -> Told:
    kind, values = fault.kind, dict(fault.values)
    if kind == "division" and values.get("b") == 0:
        kind = "division_by_zero"
    if kind not in FAULTS:
        kind = "bad_address"
    if "type" in values:
        values["type"] = str(values["type"]).strip("'")
    if values.get("type") == "long" and f"{kind}_of_long" in FAULTS:
        kind = f"{kind}_of_long"
    if values.get("type") not in ("read", "write", "", None) and f"{kind}_by_a_call" in FAULTS:
        kind = f"{kind}_by_a_call"
    return Told(FAULTS[kind], values, f"fault:{kind}")


def explain_difference(difference: Difference) -> Told:
    return Told(DIFFERENCES[difference.kind], {"line": difference.line}, f"difference:{difference.kind}")


def explain_ending(outcome: Outcome, limits: RunLimits) -> Told | None:
    """Why a run did not end well, or None when it did."""
    if outcome.ending in ENDINGS and not outcome.fault:
        values = {"seconds": limits.fuel / FUEL_PER_SECOND, "size": limits.memory_bytes >> 20}
        return Told(ENDINGS[outcome.ending], values, f"ending:{outcome.ending}")
    if outcome.fault:
        return explain_fault(outcome.fault)
    if outcome.ending == "runtime_error":
        return Told(OTHER_TYPES, name="ending:other_types")
    return None


def explain_test(report: TestReport, limits: RunLimits) -> Told | None:
    """One sentence on one test, or None when it is right."""
    if report.verdict == "task_broken":
        return Told(N_("The checker of this task is broken. It is not your fault, and costs you nothing."))
    if report.message:
        return Told("{message}", {"message": report.message}, CHECKER)
    if report.difference:
        return explain_difference(report.difference)
    if report.fault:
        return explain_fault(report.fault)
    return explain_ending(report.outcome, limits) if report.outcome else None
