"""What is wrong with a folder, where, and what to do about it?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from cordee.core.errors import CordeeError, InputRefused

Kind = Literal["lost", "doubt", "remark"]  # not read; read, but it cannot be so; read, and to be looked at


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
