"""What may a program ask of its host? Two things: to be told faulty, and to be ended.

All else that a system gives (input, output, a clock, chance, and that there are no files) is answered inside the
program's own memory, by `c/runtime/system.c`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import wasmtime

from cordee.core.errors import shown

MODULE = "cordee"
MOST_TEXT = 120


class Ended(Exception):
    """The program has ended itself by `exit`."""

    def __init__(self, code: int) -> None:
        self.code = code


@dataclass(frozen=True, slots=True)
class Fact:
    """A fault as the program's runtime tells it."""

    kind: str
    file: str
    line: int
    column: int
    type: str
    values: tuple[int, int, int]


class Host:
    """The two functions, defined once. `memory` and `fact` are those of the run that goes on now."""

    def __init__(self) -> None:
        self.store: wasmtime.Store | None = None
        self.memory: wasmtime.Memory | None = None
        self.fact: Fact | None = None

    def begin(self, store: wasmtime.Store, memory: wasmtime.Memory) -> None:
        self.store, self.memory, self.fact = store, memory, None

    def end(self) -> None:
        self.store = self.memory = None

    def define(self, linker: wasmtime.Linker, module: wasmtime.Module) -> None:
        """Give `linker` what `module` (our library) wants of its host. Raises ValueError when that is anything else."""
        acts: dict[str, Callable[..., None]] = {"fault": self._fault, "exit": self._exit}
        for wanted in module.imports:
            act = acts.get(wanted.name or "")
            if wanted.module != MODULE or act is None or not isinstance(wanted.type, wasmtime.FuncType):
                raise ValueError(f"{wanted.module}.{wanted.name}")
            linker.define_func(MODULE, wanted.name or "", wanted.type, act)

    @staticmethod
    def _exit(code: int) -> None:
        raise Ended(code)

    def _fault(self, kind: int, place: int, kind_of_value: int, a: int, b: int, c: int) -> None:
        """The runtime says why it is about to end the program."""
        file, line, column = "", 0, 0
        if place:
            raw = self._bytes(place, 12)
            words = [int.from_bytes(raw[i : i + 4], "little") for i in (0, 4, 8)]
            file, line, column = self._text(words[0]), words[1], words[2]
        if self.fact is None:
            self.fact = Fact(self._text(kind), file, line, column, self._text(kind_of_value), (a, b, c))

    def _bytes(self, at: int, size: int) -> bytes:
        """What lies there; zeros where nothing does, since a program may lie."""
        at &= 0xFFFFFFFF
        if self.memory is None or self.store is None:
            return bytes(size)
        return bytes(self.memory.read(self.store, at, at + size)).ljust(size, b"\0")

    def _text(self, at: int) -> str:
        """A text of C, or its beginning, as it can be put into a sentence: a program may lie about it. "" at 0."""
        if not at:
            return ""
        return shown(self._bytes(at, MOST_TEXT).split(b"\0", 1)[0].decode("utf-8", "replace"))
