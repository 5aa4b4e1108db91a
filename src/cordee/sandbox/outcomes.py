"""What is compiled, run and judged, and what comes of it: values that every part of the sandbox shares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from cordee.core.errors import CordeeError

FUEL_PER_SECOND = 5_000_000_000  # the official second: an instruction of WebAssembly costs one, the cheapest nothing

MOST_INPUT_BYTES = 12 << 20  # of one run: a checker gets a test's input and its two outputs
MOST_OUTPUT_BYTES = 1 << 20
MOST_ERROR_BYTES = 64 << 10

Verdict = Literal[
    "accepted",
    "wrong_answer",
    "time_limit",
    "memory_limit",
    "output_limit",
    "runtime_error",
    "compile_error",
    "compile_limit",
    "task_broken",
    "internal_error",
]
NOT_THE_LEARNERS_FAULT: frozenset[Verdict] = frozenset({"task_broken", "internal_error"})  # costs no attempt
Texts = Mapping[str, str]  # language -> what an author wrote; "" for what holds in all
Ending = Literal["finished", "time_limit", "memory_limit", "output_limit", "runtime_error", "internal_error"]


class SourceRefused(CordeeError):
    """What was handed in is no program: too large, no text, a name that no file may have."""


@dataclass(frozen=True, slots=True)
class Place:
    """Of the learner's source, counted from 1. Columns count characters (code points of Unicode); 0: unknown."""

    file: str
    line: int
    column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.column else f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One thing that the compiler or the linker says. `rule`: its own stable name, e.g. `-Wformat` or `5405`.
    `refused`: what `text` says in English, when it was we who refused the source."""

    level: Literal["error", "warning", "note"]
    rule: str
    text: str
    place: Place | None
    end: Place | None = None
    notes: tuple[Diagnostic, ...] = ()
    refused: SourceRefused | None = None


@dataclass(frozen=True, slots=True)
class Artifact:
    """A program that can be run, or why there is none. `limit`: the compiler was stopped, so nothing is known.
    `sources`: what was compiled, by name, in UTF-8."""

    module: bytes | None
    diagnostics: tuple[Diagnostic, ...] = ()
    limit: bool = False
    sources: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        return tuple(one for one in self.diagnostics if one.level == "error")


@dataclass(frozen=True, slots=True)
class RunLimits:
    fuel: int = 2 * FUEL_PER_SECOND
    memory_bytes: int = 64 << 20  # of the program's own: stack, data and heap
    output_bytes: int = MOST_OUTPUT_BYTES  # at most that
    error_bytes: int = MOST_ERROR_BYTES  # of stderr; at most that
    wall_s: float = 20.0  # the net: a machine that is slower than this has not judged anything


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a program was ended. `kind`: see `faults.py`; `values`: what its sentence needs, by name."""

    kind: str
    place: Place | None = None
    values: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """One run. `exit_code` is None when the program did not end by itself."""

    ending: Ending
    exit_code: int | None
    stdout: bytes
    stderr: bytes
    fuel: int
    memory_bytes: int
    fault: Fault | None = None
    memory_refused: bool = False  # malloc has answered NULL
    leaked_blocks: int = 0
    leaked_bytes: int = 0


def told(outcome: Outcome) -> list[Any]:
    """All but what was printed, for JSON; `outcome_of` reads it."""
    fault = outcome.fault
    place = fault.place if fault else None
    return [
        *(outcome.ending, outcome.exit_code, outcome.fuel, outcome.memory_bytes),
        fault and [fault.kind, place and [place.file, place.line, place.column], dict(fault.values)],
        *(outcome.memory_refused, outcome.leaked_blocks, outcome.leaked_bytes),
    ]


def outcome_of(facts: list[Any], stdout: bytes, stderr: bytes) -> Outcome:
    ending, code, fuel, memory_bytes, fault, *others = facts
    if fault:
        kind, place, values = fault
        fault = Fault(kind, place and Place(*place), values)
    return Outcome(ending, code, stdout, stderr, fuel, memory_bytes, fault, *others)


def text_in(texts: Texts, language: str) -> str:
    """What an author wrote in that language ("fr", "fr-CA"); else in all, in English, in the first one."""
    wanted = (language, language.partition("-")[0], "", "en", *texts)
    return next((texts[one] for one in wanted if texts.get(one)), "")
