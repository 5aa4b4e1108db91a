"""What must be so before a learner sees a block, and what comes before a section?

Before a block: `[not] NAME seen|answered|right|wrong|voted "x"`, joined by `and`. Before a section: `NAME [done]`,
`NAME seen|answered|right` or `NAME score >= 60`, joined by `and`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal, get_args

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


FirstVerb = Literal["done", "seen", "answered", "right", "score"]
FIRST_VERBS: Final[tuple[FirstVerb, ...]] = get_args(FirstVerb)
HUNDRED: Final = 100
_FIRST = re.compile(
    r"(?P<name>[A-Za-z0-9][A-Za-z0-9_.-]*)(?:\s+(?P<verb>[a-z]+)(?:\s*>=\s*(?P<percent>\d+(?:\.\d+)?)\s*%?)?)?"
)


@dataclass(frozen=True, slots=True)
class First:
    """One thing that is to be done before a section opens. `name`: of a section, a unit, a module or a block."""

    name: str
    verb: FirstVerb = "done"
    percent: float = 0  # of the points, for `score`

    def __str__(self) -> str:
        """As the course text writes it."""
        match self.verb:
            case "done":
                return self.name
            case "score":
                return f"{self.name} score >= {self.percent:g}"
            case verb:
                return f"{self.name} {verb}"


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


def read_first(text: str, place: Place, say: Say) -> tuple[First, ...]:
    """What comes before a section; says what is not understood and gives the others."""
    found = (_read_first(part.strip(), place, say) for part in _JOINED.split(text.strip()))
    return tuple(one for one in found if one is not None)


def renamed(text: str, name_of: Callable[[str], str]) -> str:
    """What comes before a section, each thing called as `name_of` says. What is not understood stays as it is."""
    parts = []
    for part in _JOINED.split(text.strip()):
        found = _FIRST.fullmatch(part.strip())
        parts.append(f"{name_of(found['name'])}{part.strip()[found.end('name') :]}" if found else part)
    return " and ".join(parts)


def _read_first(text: str, place: Place, say: Say) -> First | None:
    found = _FIRST.fullmatch(text)
    verb = next((one for one in FIRST_VERBS if found and one == (found["verb"] or "done")), None)
    percent = float(found["percent"]) if found and found["percent"] else None
    if found is None or verb is None or (verb == "score") != (percent is not None):
        say(
            "unreadable-first",
            N_(
                "“{text}” does not say what comes first. Write the name of a section, a page or a block, alone or "
                "with seen, answered, right or score >= 60; join several by “and”."
            ),
            place,
            text=text,
        )
        return None
    if percent is not None and not 0 < percent <= HUNDRED:
        say(
            "bad-percent",
            N_("A score is a percentage between 1 and 100, not {percent}. Write for example {name} score >= 60."),
            place,
            percent=f"{percent:g}",
            name=found["name"],
        )
        return None
    return First(found["name"], verb, percent or 0)
