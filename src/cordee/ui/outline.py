"""What does the outline of a course need to know to be drawn? `ui/outline.html` reads these values."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Literal

KnotState = Literal["", "half", "done"]
_OWN_NUMBER = re.compile(r"\d+([.)]|\s)")


def numbered(number: str, name: str) -> str:
    """A title with its number, unless the author already wrote one."""
    return name if _OWN_NUMBER.match(name) else f"{number} {name}"


@dataclass(frozen=True, slots=True)
class Tag:
    """A word beside a unit, e.g. "graded"."""

    text: str
    tone: str = ""
    icon: str = ""


@dataclass(frozen=True, slots=True)
class OutlineUnit:
    """One line: a page of the course."""

    id: str
    number: str  # e.g. "3.2"
    name: str
    url: str  # "" while it is not open
    state: KnotState
    current: bool = False
    graded: bool = False
    due_at: dt.datetime | None = None
    opens_at: dt.datetime | None = None  # set when it is still to come
    waits_at: str = ""  # its address while something is to be done before it opens
    tag: Tag | None = None
    duration_s: float | None = None

    @property
    def title(self) -> str:
        return numbered(self.number, self.name)


@dataclass(frozen=True, slots=True)
class Step:
    """Something to do, in words."""

    words: str
    url: str  # where; "" when that is not open either


@dataclass(frozen=True, slots=True)
class OutlineSection:
    """Units that belong together."""

    title: str  # "" when the module has only one
    units: tuple[OutlineUnit, ...]
    first: tuple[Step, ...] = ()  # what is to be done before it opens
    time: str = ""  # that one has in it, e.g. "30 min"; "" where it is not limited


@dataclass(frozen=True, slots=True)
class OutlineModule:
    """What opens and closes."""

    number: int
    name: str
    sections: tuple[OutlineSection, ...]
    state: KnotState
    open: bool = False

    @property
    def title(self) -> str:
        return numbered(f"{self.number}.", self.name)

    @property
    def units(self) -> list[OutlineUnit]:
        return [unit for section in self.sections for unit in section.units]
