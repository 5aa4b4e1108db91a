"""A learner's module is linked when it is run. Does the program do the same as one that is linked as a whole?"""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import wasmtime

from cordee.sandbox.c.compiling import CHECKS, ENTRIES, LANGUAGE, checked_sources
from cordee.sandbox.c.toolchain import ARCHIVES, RUNTIME, RUNTIME_OPTIONS, RUNTIME_SOURCES, Toolchain, whole_program
from cordee.sandbox.laboratory import Laboratory
from cordee.sandbox.outcomes import FUEL_PER_SECOND, Outcome, RunLimits, SourceRefused
from cordee.sandbox.tasks import read_task
from cordee.sandbox.wasm.engine import new_engine
from cordee.sandbox.wasm.modules import IMPORT, MAGIC, _import, _Reader, _sections
from cordee.sandbox.wasm.running import OWN_PREFIX, Runner, _OneRun

pytestmark = pytest.mark.long  # hundreds of programs, each linked with the C library
HERE = Path(__file__).parent
PROGRAMS = sorted((HERE / "programs").glob("*.c"))
TASKS = sorted((HERE.parents[3] / "demo" / "c-step-by-step" / "tasks").glob("*/task.yaml"))
SHORT = RunLimits(fuel=FUEL_PER_SECOND // 2)
NEEDED = (
    *("cordee_input", "cordee_input_size", "cordee_output", "cordee_output_size", "cordee_output_limit"),
    *("cordee_errors", "cordee_errors_size", "cordee_errors_limit", "cordee_memory_refused", "cordee_arguments"),
    *(
        "cordee_living_blocks",
        "cordee_living_bytes",
        "cordee_reads_after_end",
        "cordee_begin",
        "cordee_end",
        "fflush",
        "__stack_pointer",
    ),
)


class WholeRun(_OneRun):
    """Of a program that needs no linking: the rest of a run is the same."""

    def _start(self) -> int:
        if not self.exports.call("cordee_begin", 16, 16):
            raise MemoryError
        if "__main_argc_argv" in self.program.runner.names:  # the library has a __main_void of its own
            code = self.exports.call("__main_argc_argv", 1, self.addresses["cordee_arguments"])
        else:
            code = self.exports.call("__main_void")
        self.exports.do("cordee_end")
        return code


class Whole:
    """The compiler's objects, wasm-ld's usual static link, one module."""

    def __init__(self, toolchain: Toolchain, folder: Path) -> None:
        self.toolchain, self.folder, self.engine = toolchain, folder, new_engine()
        self.runtime = []
        for name in RUNTIME_SOURCES:
            options = (*RUNTIME_OPTIONS, "-D__main_argc_argv=main_of_the_library")
            made = self._made(toolchain.compile_command(*options), (RUNTIME / name).read_bytes())
            self.runtime.append(folder / f"{name}.o")
            self.runtime[-1].write_bytes(made)

    def runner(self, sources: dict[str, bytes]) -> Runner | None:
        """None when it cannot be linked, or wants of its host what no program may."""
        objects = []
        for name, text in sources.items():
            (self.folder / name).write_bytes(text)
        for name in sources:
            if name.endswith(".c"):
                options = (*LANGUAGE, *CHECKS, "-w", f"-ffile-prefix-map={self.folder}/=")
                made = self._made(self.toolchain.compile_command(*options, source=str(self.folder / name)), b"")
                objects.append(self.folder / f"{name}.o")
                objects[-1].write_bytes(with_checked_functions(made, self.toolchain.names))
        exports = [f"--export={name}" for name in NEEDED] + [f"--export-if-defined={name}" for name in ENTRIES]
        parts = [*objects, *self.runtime, *(self.toolchain.folder / name for name in ARCHIVES)]
        command = self.toolchain.link_command(*whole_program(), *exports, *map(str, parts))
        try:
            return Runner(self.engine, wasmtime.Module(self.engine, self._made(command, b"")))
        except (subprocess.CalledProcessError, ValueError):
            return None

    @staticmethod
    def _made(command: list[str], stdin: bytes) -> bytes:
        return subprocess.run(command, input=stdin, capture_output=True, check=True, env={}).stdout  # noqa: S603 - ours

    @staticmethod
    def run(runner: Runner, stdin: bytes, limits: RunLimits) -> Outcome:
        with wasmtime.Store(runner.engine) as store:
            program: Any = SimpleNamespace(runner=runner)
            return WholeRun(program, store, stdin, limits).outcome()


def with_checked_functions(made: bytes, names: frozenset[str]) -> bytes:
    """An object in which each call of a function that our runtime checks goes to the checked one."""
    parts = [MAGIC]
    for kind, body in _sections(made):
        parts += [bytes([kind]), *_sized(_renamed(body, names) if kind == IMPORT else body)]
    return b"".join(parts)


def _renamed(body: bytes, names: frozenset[str]) -> bytes:
    reader = _Reader(body)
    count = reader.number()
    parts = [_number(count)]
    for _ in range(count):
        begin = reader.at
        wanted = _import(reader)
        raw = body[begin : reader.at]
        head = b"".join((*_sized(wanted.module.encode()), *_sized(wanted.name.encode())))
        checked = OWN_PREFIX + wanted.name
        if wanted.kind == 0 and checked in names:
            parts += [*_sized(wanted.module.encode()), *_sized(checked.encode()), raw[len(head) :]]
        else:
            parts.append(raw)
    return b"".join(parts)


def _sized(body: bytes) -> tuple[bytes, bytes]:
    return _number(len(body)), body


def _number(value: int) -> bytes:
    """LEB128."""
    made = bytearray()
    while value >= 128:
        made.append(value & 127 | 128)
        value >>= 7
    return bytes((*made, value))


@pytest.fixture(scope="module")
def whole(laboratory: Laboratory) -> Iterator[Whole]:
    with tempfile.TemporaryDirectory() as name:
        yield Whole(laboratory.toolchain, Path(name))


def said(outcome: Outcome) -> tuple[object, ...]:
    """All that a verdict and its words are made of, but addresses and fuel."""
    if outcome.ending == "time_limit":  # how far it came is its fuel
        return (outcome.ending,)
    fault = outcome.fault and (outcome.fault.kind, outcome.fault.place)
    leaked = (outcome.memory_refused, outcome.leaked_blocks, outcome.leaked_bytes)
    return (outcome.ending, outcome.exit_code, outcome.stdout, outcome.stderr, fault, *leaked)


def compared(
    laboratory: Laboratory, whole: Whole, files: dict[str, bytes], inputs: Sequence[bytes], limits: RunLimits
) -> list[tuple[object, ...]]:
    """What both ways say of each input; they must say the same. Empty when neither makes a program."""
    try:
        sources = checked_sources(files)
    except SourceRefused:
        return []
    artifact = laboratory.compile(files)
    if any(one.level == "error" and not one.rule.startswith("link") for one in artifact.errors):
        return []  # no object, so nothing to link
    runner = whole.runner(sources)
    assert (artifact.module is None) == (runner is None), artifact.diagnostics
    if artifact.module is None or runner is None:
        return []
    ours = [said(one) for one in laboratory.run_all(artifact, inputs, limits)]
    assert ours == [said(whole.run(runner, stdin, limits)) for stdin in inputs]
    return ours


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_a_program_of_a_class_or_an_enemy_ends_the_same_however_it_is_linked(
    laboratory: Laboratory, whole: Whole, path: Path
) -> None:
    ran = compared(laboratory, whole, {"main.c": path.read_bytes()}, [b"5\n3 1 2 5 4\n", b""], SHORT)
    assert ran or path.stem.startswith("hostile")


@pytest.mark.parametrize("path", TASKS, ids=lambda path: path.parent.name)
def test_every_solution_of_our_tasks_has_the_same_verdict_however_it_is_linked(
    laboratory: Laboratory, whole: Whole, path: Path
) -> None:
    task = read_task(path.parent)
    inputs = [test.stdin for test in task.tests]
    ran = [compared(laboratory, whole, dict(one.files), inputs, task.limits) for one in task.solutions]
    assert sum(map(bool, ran)) >= len(ran) - 1  # but one that is not C
