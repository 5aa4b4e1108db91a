"""Who runs a stranger's program? This process: it has shut every door on itself, and does nothing else.

Its parent (workers.py) sends jobs by standard input and reads answers by standard output: for each input a line of
JSON, then the bytes that it announces, as soon as they are known, so that what kills this process loses nothing of the
inputs before. All answers are complete before the next job is read, so nothing of one learner's run can reach another's
answer. The parent ends this process when an answer is late, and after some hundreds of jobs.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections import OrderedDict
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import wasmtime

from cordee.sandbox.confinement import (
    Limits,
    confine_this_thread,
    confine_this_thread_within,
    hide_this_process,
    kernel_call,
    limit_this_process,
    open_doors,
)
from cordee.sandbox.outcomes import Outcome, RunLimits, told
from cordee.sandbox.wasm.engine import new_engine
from cordee.sandbox.wasm.modules import ModuleWrong
from cordee.sandbox.wasm.running import Program, Runner
from cordee.sandbox.workers import READY

ADDRESS_SPACE = 6 << 30  # the engine reserves addresses around a program's memory that nobody touches
WRITTEN = 1 << 30
CPU_S = 24 * 3600  # of the whole life of a worker: the parent's clock is what ends one job
MOST_KEPT, MOST_KEPT_BYTES = 16, 64 << 10  # modules that stay compiled, each of at most so many bytes
SET_PARENT_DEATH_SIGNAL = 1  # of prctl


def main(library: Path, uid_under_root: int, *, is_within: bool) -> None:
    """Load the library (a module of ours, compiled ahead), shut the doors, then serve. `is_within`: bubblewrap."""
    engine = new_engine()
    runner = Runner(engine, wasmtime.Module.deserialize(engine, library.read_bytes()))
    given, answers, parent = sys.stdin.buffer, sys.stdout.buffer, os.getppid()
    limit_this_process(
        Limits(
            cpu_s=CPU_S,
            memory_bytes=ADDRESS_SPACE,
            data_bytes=WRITTEN,
            file_bytes=64 << 20,  # images of memory are files without a name
            open_files=64,
            uid_under_root=uid_under_root,
        )
    )
    # When the thread that started us ends, so do we, even within a program; a change of user would undo it.
    kernel_call("prctl", SET_PARENT_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        return
    hide_this_process()
    if is_within:
        confine_this_thread_within()
    else:
        confine_this_thread(open_doors(read=()))
    answers.write(READY)
    answers.flush()
    serve(runner, given, answers)


def serve(runner: Runner, given: BinaryIO, answers: BinaryIO) -> None:
    """Answer jobs until the parent closes its end. A job runs one module on several inputs: `run_job`."""
    programs = Programs(runner)
    while line := given.readline():
        job = json.loads(line)
        module = given.read(job["module_bytes"])
        inputs = [given.read(size) for size in job["input_bytes"]]
        for outcome in run_job(programs, module, inputs, [RunLimits(*limits) for limits in job["limits"]]):
            texts = (outcome.stdout, outcome.stderr) if outcome else ()
            facts = told(outcome) if outcome else None
            head = json.dumps({"outcome": facts, "sizes": list(map(len, texts))}).encode()
            answers.write(b"".join((head, b"\n", *texts)))
            answers.flush()


class Programs:
    """The last modules of this worker, compiled: nothing that a run changes is kept with them."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner
        self._kept: OrderedDict[bytes, Program] = OrderedDict()  # by the module itself, the latest at the end

    def load(self, module: bytes) -> Program:
        """Raises ModuleWrong and wasmtime.WasmtimeError."""
        program = self._kept.pop(module, None) or self._runner.load(module)
        if len(module) <= MOST_KEPT_BYTES:
            self._kept[module] = program
            if len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        return program


def run_job(
    programs: Programs, module: bytes, inputs: list[bytes], limits: list[RunLimits]
) -> Iterator[Outcome | None]:
    """The outcome of each input; one None when the engine refuses the module: it is no program of our linker."""
    try:
        program = programs.load(module)
    except (ModuleWrong, wasmtime.WasmtimeError):
        yield None
        return
    for stdin, one in zip(inputs, limits, strict=True):
        yield _run(program, stdin, one)


def _run(program: Program, stdin: bytes, limits: RunLimits) -> Outcome:
    try:
        return program.run(stdin, limits)
    except (wasmtime.WasmtimeError, KeyError, TypeError):
        # A module that links wrongly (a function declared with other types than the library's, for instance).
        return Outcome("runtime_error", None, b"", b"", 0, 0)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), is_within=bool(sys.argv[3]))
