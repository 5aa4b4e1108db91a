"""What is wrong with a folder, where, and what to do about it?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from cordee.core.errors import CordeeError, InputRefused

Kind = Literal["lost", "doubt", "remark"]  # not read; read, but it cannot be so; read, and to be looked at

MOST_PLACES: Final = 12  # that are named of rows
MOST_ALIKE: Final = 10  # findings of one kind in one file that are told each with its own words


@dataclass(frozen=True, slots=True)
class Fault:
    """One finding. `line` 0: the file as a whole. `told`: a sentence that says what happened, then what to do."""

    file: str
    line: int
    told: CordeeError
    kind: Kind = "lost"

    def place(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file

    def sentence(self, translate: Callable[[str], str]) -> str:
        return self.told.sentence(translate)

    def as_json(self) -> dict[str, object]:
        return {"file": self.file, "line": self.line, "kind": self.kind, "message": str(self.told)}


class Faults:
    """Collects what is found, in the order of files and lines."""

    def __init__(self) -> None:
        self._found: list[Fault] = []

    def add(self, file: str, line: int, sentence: str, /, **values: object) -> None:
        """What is not read."""
        self._found.append(Fault(file, line, InputRefused(sentence, **values)))

    def doubt(self, file: str, line: int, sentence: str, /, **values: object) -> None:
        """What is read, and contradicts something else."""
        self._found.append(Fault(file, line, InputRefused(sentence, **values), "doubt"))

    def remark(self, file: str, line: int, sentence: str, /, **values: object) -> None:
        """What is read, may well be right, and is to be looked at."""
        self._found.append(Fault(file, line, InputRefused(sentence, **values), "remark"))

    def all(self) -> tuple[Fault, ...]:
        return tuple(sorted(self._found, key=lambda fault: (fault.file, fault.line, str(fault.told))))


def kind_of(error: CordeeError) -> tuple[str, str]:
    """The sentence without its values, and that of what it quotes: "Column {column}: {what}" says many things."""
    what = error.values.get("what")
    return error.template, what.template if isinstance(what, CordeeError) else ""


@dataclass(frozen=True, slots=True)
class Finding:
    """Faults that are told together. `more`: of the same kind, in the same file, that are counted and not told."""

    places: str  # "runs.csv:2–40, 66"
    told: CordeeError
    count: int
    more: int = 0


def grouped(faults: Iterable[Fault]) -> list[Finding]:
    """Equal findings of a file as one; of those that differ in a word the first ten, the others counted."""
    kinds: dict[tuple[str, tuple[str, str]], dict[str, list[Fault]]] = {}
    for fault in faults:
        words = str(fault.told)
        kinds.setdefault((fault.file, kind_of(fault.told)), {}).setdefault(words, []).append(fault)
    found: list[Finding] = []
    for alike in kinds.values():
        told = list(alike.values())
        for place, equal in enumerate(told[:MOST_ALIKE], 1):
            left = told[MOST_ALIKE:] if place == MOST_ALIKE else []
            places = shortened([one.place() for one in equal])
            found.append(Finding(places, equal[0].told, len(equal), sum(map(len, left))))
    return found


def shortened(places: Sequence[str]) -> str:
    """Places of rows, those that follow each other together: "runs.csv:2–66, 70, courses.csv:3"."""
    found: list[str] = []
    last = first = 0
    file = ""
    for place in (*places, ""):
        name, _sign, line = place.partition(":")
        here = int(line) if line.isdecimal() else 0
        if place and name == file and here == last + 1:
            last = here
            continue
        if last > first:
            found[-1] += f"–{last}"
        if len(found) == MOST_PLACES and place:
            return ", ".join((*found, "…"))
        if place:
            found.append(str(here) if here and name == file else place)
        file, first, last = name, here, here
    return ", ".join(found)
