"""What is one change between two versions, and how much does it matter?

A change is a sentence with values, as an error is (`core.errors`): it is told in the reader's language by `telling`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

# harmless: words, typos, order, something added to read. visible: learners would miss or meet something, and no grade
# changes. grading: what is right, what it is worth, what counts, or until when.
Weight = Literal["harmless", "visible", "grading"]
RANKS: Mapping[Weight, int] = {"harmless": 0, "visible": 1, "grading": 2}


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence to translate, with its values: words, numbers, moments, or other sentences."""

    template: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is no longer as it was; `before` and `after` are words, "" where there were none."""

    said: Said
    weight: Weight
    before: str = ""
    after: str = ""
    is_layout: bool = field(default=False, kw_only=True)  # no word of it is another: many of them are told as one


@dataclass(frozen=True, slots=True)
class Placed:
    """A change and where it stands: the unit's number and title, the activity's id and title; "" above a unit."""

    change: Change
    unit: str = ""  # its id
    number: str = ""  # e.g. "1.2", in the newer version where it is there still
    unit_title: str = ""
    activity: str = ""
    title: str = ""  # of the activity
    language: str = ""  # of the words, "" where the course has one alone or all changed alike


@dataclass(frozen=True, slots=True)
class Difference:
    """Everything that changed, in the order of the newer version; what is gone stands where it was."""

    changes: tuple[Placed, ...] = ()

    @property
    def weight(self) -> Weight:
        """The weightiest of all; "harmless" for none."""
        return heaviest(one.change.weight for one in self.changes)

    def count(self, weight: Weight) -> int:
        return sum(1 for one in self.changes if one.change.weight == weight)


def heaviest(weights: Iterable[Weight]) -> Weight:
    return max(weights, key=RANKS.__getitem__, default="harmless")
