"""What is said of a test that is not shown? What went wrong, and no value: those come of its input.

An index, a divisor or a code of `main` is often the very number that a test gave, and a checker may print what was
wanted; whoever hands in again and again would read the test from them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cordee.core.errors import N_
from cordee.sandbox.explaining import CHECKER, Told

OF_THE_TASK: Final = frozenset({"type", "seconds", "size", "reason"})  # values of the program and of its limits
GAP: Final = "…"

UNSEEN: Mapping[str, str] = {
    "fault:out_of_bounds": N_(
        "You used an index outside an array of type {type}. The first index is 0, and the last is one less than the "
        "size."
    ),
    "fault:add_overflow": N_(
        "A sum does not fit in the type {type}. Use a larger type, or look for a loop without end."
    ),
    "fault:sub_overflow": N_(
        "A difference does not fit in the type {type}. Use a larger type, or look for a loop without end."
    ),
    "fault:mul_overflow": N_("A product does not fit in the type {type}. Use a larger type, or smaller numbers."),
    "fault:add_overflow_of_long": N_(
        "A sum does not fit in the type long, which has 32 bits here, as int has. Use long long, which has 64, or look "
        "for a loop without end."
    ),
    "fault:sub_overflow_of_long": N_(
        "A difference does not fit in the type long, which has 32 bits here, as int has. Use long long, which has 64, "
        "or look for a loop without end."
    ),
    "fault:mul_overflow_of_long": N_(
        "A product does not fit in the type long, which has 32 bits here, as int has. Use long long, which has 64, or "
        "smaller numbers."
    ),
    "fault:negate_overflow": N_("The opposite of a number does not fit in the type {type}."),
    "fault:division_by_zero": N_("You divided by 0. Check whether the divisor can be 0 before you divide."),
    "fault:division": N_("The result of a division does not fit in the type {type}."),
    "fault:shift": N_("You shifted a number by a count of places that the type {type} does not allow."),
    "fault:heap_bounds": N_(
        "You used a byte outside a block that malloc gave. Its bytes go from 0 to one less than its size."
    ),
    "fault:use_after_free": N_("You used a block after you gave it back with free."),
    "fault:double_free": N_("You gave the same block back with free twice."),
    "fault:exit_code": N_(
        "The program ended with a code other than 0. Zero tells that all went well: end main with return 0."
    ),
    "difference:different": N_("What is printed is not what was asked for."),
    CHECKER: N_("The checker of the task does not give all points for this."),
}


def unseen(told: Told) -> Told:
    """The same without the values of the test; a sentence that has no other words for it gets “…” in their places."""
    kept = {name: value for name, value in told.values.items() if name in OF_THE_TASK}
    if told.name in UNSEEN:
        return Told(UNSEEN[told.name], kept, told.name)
    return Told(told.template, {**dict.fromkeys(told.values, GAP), **kept}, told.name)
