"""How far has a learner come? A text is done when its unit was opened, a quiz when it was handed in, a video when it
was watched or said to be seen, a unit when its parts are.

Activities of a kind that is not known here do not count.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from cordee.courses.kinds import installed
from cordee.courses.outlines import Outline, Unit
from cordee.learning.access import is_shown

State = Literal["todo", "started", "done"]
TASKS = frozenset({"submitted", "done"})  # completions that opening the unit does not bring about


@dataclass(frozen=True, slots=True)
class Completion:
    """Units and how far each is; `share` of all units shown to this learner, 0 to 1."""

    units: dict[str, State]

    @property
    def share(self) -> float:
        done = sum(1 for state in self.units.values() if state == "done")
        return done / len(self.units) if self.units else 0.0


def completion_of(
    outline: Outline, *, handed_in: Collection[str], opened: Collection[str], cohort: str, teaches: bool
) -> Completion:
    """From the ids of activities handed in or otherwise done, and of units opened."""
    return Completion(
        {
            unit_id: unit_state(place.unit, handed_in=handed_in, opened=opened)
            for unit_id, place in outline.places.items()
            if is_shown(place, None, cohort=cohort, teaches=teaches)
        }
    )


def unit_state(unit: Unit, *, handed_in: Collection[str], opened: Collection[str]) -> State:
    tasks = [entry.id for entry in unit.activities() if _completion(entry.kind) in TASKS and not entry.ungradable]
    done = sum(1 for task in tasks if task in handed_in)
    if unit.id in opened and done == len(tasks):
        return "done"
    return "started" if done or unit.id in opened else "todo"


def _completion(kind: str) -> str:
    found = installed().get(kind)
    return found.completion if found else "never"
