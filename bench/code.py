"""How many programs can be graded for a second of processor, beside a bare compile and bare runs of the same minute?

Processor time is that of all processes: this one, its helper and its children, and the worker. The floors: clang and
wasm-ld without confinement, and wasmtime alone in this process running a program that is linked with nothing.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import wasmtime

from bench.rows import Row
from cordee.sandbox.c.compiling import CHECKS, LANGUAGE, SAYS, WARNINGS
from cordee.sandbox.laboratory import Laboratory
from cordee.sandbox.outcomes import RunLimits
from cordee.sandbox.tasks import Task, Test
from cordee.sandbox.wasm.engine import new_engine

ENGINE = "clang"
TEXT = '#include <stdio.h>\nint main(void) { int n; if (scanf("%d", &n) == 1) printf("%d\\n", 2 * n); return 0; }\n'
BARE = '(module (func (export "run") (param i32) (result i32) (i32.mul (local.get 0) (i32.const 2))))'
TIMES = 40
RUNS = 300
BOMB = "#define A0 1+1+1+1+1+1+1+1\n" + "".join(
    f"#define A{n} A{n - 1}+A{n - 1}+A{n - 1}+A{n - 1}\n" for n in range(1, 16)
)


def measured(folder: Path) -> Iterator[Row]:
    """Every figure of the code laboratory."""
    with Laboratory(folder / "code") as laboratory:
        laboratory.make_ready()
        program = laboratory.compile({"main.c": TEXT})
        laboratory.run(program, b"21")
        compile_s, run_s = _bare_compile(laboratory), _bare_run()
        for tests, least in ((3, 25.0), (20, 12.0)):
            task = _task(tests)
            cpu = _cpu(partial(_judge, laboratory, task), TIMES)
            floor = 1 / (compile_s + tests * run_s)
            yield Row(f"code/visits_per_s_new_{tests}_tests", ENGINE, 1 / cpu, "1/s", floor, least)
        limits = RunLimits()
        three = _cpu(lambda _number: laboratory.run_all(program, [b"21"] * 3, limits), TIMES)
        yield Row("code/visits_per_s_again_3_tests", ENGINE, 1 / three, "1/s", 1 / (3 * run_s), 400.0)
        many = _cpu(lambda _number: laboratory.run_all(program, [b"21"] * RUNS, limits), 3) / RUNS
        yield Row("code/visits_per_s_single_runs", ENGINE, 1 / many, "1/s", 1 / run_s, 1500.0)
        wall = []
        for number in range(TIMES):
            began = time.perf_counter()
            laboratory.judge(_task(3), {"main.c": f"{TEXT}/* {number} */\n"})
            wall.append(time.perf_counter() - began)
        yield Row("code/judge_p50_ms", ENGINE, 1000 * statistics.median(wall), "ms", 1000 * compile_s, 250.0)
        began = time.perf_counter()
        laboratory.compile({"main.c": f"{BOMB}int x = A15;\n{TEXT}"})
        yield Row("code/hostile_compile_s", ENGINE, time.perf_counter() - began, "s", None, 3.0)


def _judge(laboratory: Laboratory, task: Task, number: int) -> None:
    report = laboratory.judge(task, {"main.c": f"{TEXT}// {len(task.tests)} {number}\n"})
    assert report.verdict == "accepted", report


def _task(tests: int) -> Task:
    return Task("twice", {"": "Twice"}, tuple(Test(f"t{n}", b"%d" % n, b"%d\n" % (2 * n)) for n in range(tests)))


def _cpu(act: Callable[[int], object], times: int) -> float:
    """Seconds of processor of one, over all processes below this one."""
    act(-1)
    before = _spent()
    for number in range(times):
        act(number)
    return (_spent() - before) / times


def _spent() -> float:
    """Of this process and of all that it started, dead or alive."""
    parents: dict[int, int] = {}
    ticks: dict[int, float] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            words = path.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue  # it has just ended
        pid = int(path.parent.name)
        parents[pid] = int(words[1])
        ticks[pid] = sum(map(int, words[11:15])) / os.sysconf("SC_CLK_TCK")
    mine = {os.getpid()}
    while more := {pid for pid, parent in parents.items() if parent in mine} - mine:
        mine |= more
    return sum(ticks[pid] for pid in mine)


def _bare_compile(laboratory: Laboratory) -> float:
    toolchain = laboratory.toolchain
    compiling = toolchain.compile_command(*LANGUAGE, *WARNINGS, *SAYS, *CHECKS)
    linking = toolchain.link_command("-shared", "--experimental-pic", "--allow-undefined", "/proc/self/fd/0")

    def once(number: int) -> None:
        text = f"{TEXT}// bare {number}\n".encode()
        made = subprocess.run(compiling, input=text, capture_output=True, check=True).stdout  # noqa: S603 - our own words
        with tempfile.TemporaryFile() as given:
            given.write(made)
            given.seek(0)
            subprocess.run(linking, stdin=given, capture_output=True, check=True)  # noqa: S603

    return _cpu(once, TIMES)


def _bare_run() -> float:
    """A new store and a call in it: the least that a run can cost."""
    engine = new_engine()
    module = wasmtime.Module(engine, bytes(wasmtime.wat2wasm(BARE)))

    def once(number: int) -> None:
        for n in range(RUNS):
            store = wasmtime.Store(engine)
            store.set_fuel(1_000_000)
            run = wasmtime.Instance(store, module, []).exports(store)["run"]
            assert isinstance(run, wasmtime.Func)
            run(store, number + n)
            store.close()

    return _cpu(once, 3) / RUNS
