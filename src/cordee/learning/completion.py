"""How far has a learner come? A text is done when its unit was opened, a quiz when it was handed in, a video when it
was watched or said to be seen, a unit when its parts are.

Activities of a kind that is not known here do not count.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Literal

from cordee.courses.kinds import installed
from cordee.courses.outlines import Entry, Unit
from cordee.learning.access import is_shown
from cordee.learning.choosing import Viewer

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


def completion_of(viewer: Viewer, *, handed_in: Collection[str], opened: Collection[str]) -> Completion:
    """From the ids of activities handed in or otherwise done, and of units opened."""
    return Completion(
        {
            unit_id: unit_state(place.unit, viewer.activities(place.unit), handed_in=handed_in, opened=opened)
            for unit_id, place in viewer.outline.places.items()
            if is_shown(place, None, groups=viewer.groups, teaches=viewer.sees_all)
        }
    )


def unit_state(unit: Unit, shown: Iterable[Entry], *, handed_in: Collection[str], opened: Collection[str]) -> State:
    """`shown`: the unit's activities for this learner."""
    tasks = [entry.id for entry in shown if _completion(entry.kind) in TASKS and not entry.ungradable]
    done = sum(1 for task in tasks if task in handed_in)
    if unit.id in opened and done == len(tasks):
        return "done"
    return "started" if done or unit.id in opened else "todo"


def _completion(kind: str) -> str:
    found = installed().get(kind)
    return found.completion if found else "never"
