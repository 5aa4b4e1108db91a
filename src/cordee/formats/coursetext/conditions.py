"""What must be so before a learner sees a block?

`[not] NAME seen|answered|right|wrong|voted "x"`, joined by `and`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

from cordee.core.errors import N_
from cordee.formats.coursetext.model import Place, Say
from cordee.formats.coursetext.nearest import nearest

Verb = Literal["seen", "answered", "right", "wrong", "voted"]
VERBS: Final[tuple[Verb, ...]] = ("seen", "answered", "right", "wrong", "voted")
NOT_YET: Final = ("passed", "score")  # of the specification
_ONE = re.compile(r"(?P<not>not\s+)?(?P<name>[A-Za-z0-9][A-Za-z0-9_.-]*)\s+(?P<verb>[a-z]+)(?:\s+(?P<rest>.+))?")
_JOINED = re.compile(r'\s+and\s+(?=(?:[^"]*"[^"]*")*[^"]*$)')


@dataclass(frozen=True, slots=True)
class Test:
    """One thing that must be so of another block."""

    name: str
    verb: Verb
    negated: bool = False
    value: str = ""  # of a vote


def read(text: str, place: Place, say: Say) -> tuple[Test, ...]:
    """The tests of a condition; says what is not understood and gives the others."""
    return tuple(test for part in _JOINED.split(text.strip()) if (test := _read_one(part, place, say)) is not None)


def _read_one(text: str, place: Place, say: Say) -> Test | None:
    found = _ONE.fullmatch(text.strip())
    if found is None:
        say(
            "unreadable-condition",
            N_("“{text}” is no condition. Write the name of a block, then one of: {verbs}."),
            place,
            text=text.strip(),
            verbs=", ".join(VERBS),
        )
        return None
    verb = next((one for one in VERBS if one == found["verb"]), None)
    if found["verb"] in NOT_YET:
        say(
            "condition-not-here",
            N_("Conditions on “{verb}” cannot be judged on this platform yet. Write seen, answered, right or wrong."),
            place,
            verb=found["verb"],
        )
        return None
    if verb is None or (found["rest"] and verb != "voted"):
        meant = nearest(found["verb"], VERBS) or VERBS[1]
        say(
            "unreadable-condition",
            N_("“{text}” is no condition. Did you mean “{name} {meant}”?"),
            place,
            text=text.strip(),
            name=found["name"],
            meant=meant,
        )
        return None
    return Test(found["name"], verb, bool(found["not"]), (found["rest"] or "").strip('" '))
