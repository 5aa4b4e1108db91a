"""Processes that run programs: started, lost, orphaned."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import wasmtime

import cordee
from cordee.sandbox.laboratory import Laboratory
from cordee.sandbox.outcomes import FUEL_PER_SECOND, RunLimits
from cordee.sandbox.wasm.engine import new_engine
from cordee.sandbox.wasm.running import Runner
from cordee.sandbox.worker import MOST_KEPT, Programs
from cordee.sandbox.workers import LibraryBroken, Workers

pytestmark = pytest.mark.long  # the compiler's library is made first
ENDLESS = "int main(void) { volatile int on = 1; while (on) {} }\n"  # one that looks at memory is not ended at once
ASK = """
import sys
sys.path[:0] = sys.argv[2:]
from pathlib import Path
from cordee.sandbox.outcomes import RunLimits
from cordee.sandbox.workers import Workers
folder = Path(sys.argv[1])
with Workers(folder / "libc.cwasm") as workers:
    workers.run(Path(sys.argv[3]).read_bytes(), [b""], [RunLimits(fuel=10**15, wall_s=600)])
"""


def children_of(pid: int) -> list[int]:
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            words = path.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(words[1]) == pid and words[0] != "Z":
            found.append(int(path.parent.name))
    return found


def workers_of_this_process() -> list[int]:
    return [
        pid
        for pid in children_of(os.getpid())
        if "cordee.sandbox import worker" in Path(f"/proc/{pid}/cmdline").read_text()
    ]


def is_there(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def test_a_program_ends_with_who_asked_for_it(laboratory: Laboratory, tmp_path: Path) -> None:
    module = laboratory.compile({"main.c": ENDLESS}).module
    assert module is not None
    (tmp_path / "endless.wasm").write_bytes(module)
    sources = str(Path(cordee.__path__[0]).parent)
    words = [str(laboratory.toolchain.folder), sources, str(tmp_path / "endless.wasm")]
    asking = subprocess.Popen([sys.executable, "-c", ASK, *words])  # noqa: S603 - our own words
    until = time.monotonic() + 60
    while not (workers := children_of(asking.pid)) and time.monotonic() < until:
        time.sleep(0.05)
    assert workers
    time.sleep(1)  # it is within the program now, or about to be
    os.kill(asking.pid, signal.SIGKILL)
    asking.wait()
    until = time.monotonic() + 10
    while any(map(is_there, workers)) and time.monotonic() < until:
        time.sleep(0.05)
    assert not any(map(is_there, workers))


def test_a_library_that_cannot_be_loaded_is_named_and_no_program_is_blamed(
    laboratory: Laboratory, tmp_path: Path
) -> None:
    module = laboratory.compile({"main.c": ENDLESS}).module
    assert module is not None
    (tmp_path / "libc.cwasm").write_bytes(b"junk")
    with Workers(tmp_path / "libc.cwasm") as workers, pytest.raises(LibraryBroken, match="Delete that folder"):
        workers.run(module, [b""], [RunLimits()])


MAYBE_ENDLESS = """#include <stdio.h>
int main(void) { volatile int c = getchar(); while (c == 'x') {} putchar(c); return 0; }
"""


def test_an_input_that_loses_its_worker_loses_nothing_else(
    laboratory: Laboratory, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = laboratory.compile({"main.c": MAYBE_ENDLESS}).module
    assert module is not None
    monkeypatch.setattr("cordee.sandbox.workers.LOADING_S", 2.0)
    short = RunLimits(fuel=10**15, wall_s=0.5)
    with Workers(laboratory.toolchain.compiled_library) as workers:
        outcomes = workers.run(module, [b"1", b"x", b"2", b"3"], [RunLimits(), short, RunLimits(), RunLimits()])
        assert outcomes is not None
        assert [one.ending for one in outcomes] == ["finished", "internal_error", "finished", "finished"]
        assert [one.stdout for one in outcomes] == [b"1", b"", b"2", b"3"]


def test_a_worker_that_is_killed_within_a_job_is_replaced_and_every_input_has_its_outcome(
    laboratory: Laboratory,
) -> None:
    """The first input takes some seconds, and the worker is killed while it does."""
    module = laboratory.compile({"main.c": MAYBE_ENDLESS}).module
    assert module is not None
    limits = [RunLimits(fuel=FUEL_PER_SECOND), *[RunLimits()] * 2]
    before = set(workers_of_this_process())  # of the laboratory that all tests share
    with Workers(laboratory.toolchain.compiled_library) as workers:
        workers.try_out()
        first = [pid for pid in workers_of_this_process() if pid not in before]
        assert len(first) == 1
        killing = threading.Timer(0.5, os.kill, (first[0], signal.SIGKILL))
        killing.start()
        outcomes = workers.run(module, [b"x", b"1", b"2"], limits)
        killing.join()
        assert not set(first) & set(workers_of_this_process())
    assert outcomes is not None
    assert [(one.ending, one.stdout) for one in outcomes] == [
        ("time_limit", b""),
        ("finished", b"1"),
        ("finished", b"2"),
    ]


def test_a_job_that_loses_worker_after_worker_is_given_up(
    laboratory: Laboratory, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = laboratory.compile({"main.c": MAYBE_ENDLESS}).module
    assert module is not None
    monkeypatch.setattr("cordee.sandbox.workers.LOADING_S", 0.5)
    began = time.monotonic()
    with Workers(laboratory.toolchain.compiled_library) as workers:
        outcomes = workers.run(module, [b"x"] * 50, [RunLimits(fuel=10**15, wall_s=0.5)] * 50)
    assert outcomes is not None
    assert [one.ending for one in outcomes] == ["internal_error"] * 50
    assert time.monotonic() - began < 40  # 4 workers, not 100


def test_a_worker_that_is_killed_is_replaced_and_its_job_done_again(laboratory: Laboratory) -> None:
    module = laboratory.compile({"main.c": "int main(void) { return 0; }\n"}).module
    assert module is not None
    with Workers(laboratory.toolchain.compiled_library) as workers:
        workers.try_out()
        for pid in workers_of_this_process():
            os.kill(pid, signal.SIGKILL)
        outcomes = workers.run(module, [b""], [RunLimits()])
        assert outcomes is not None
        assert outcomes[0].exit_code == 0


def test_a_worker_keeps_its_last_modules_compiled_and_no_large_ones(laboratory: Laboratory) -> None:
    engine = new_engine()
    library = wasmtime.Module.deserialize(engine, laboratory.toolchain.compiled_library.read_bytes())
    programs = Programs(Runner(engine, library))
    module = laboratory.compile({"main.c": "int main(void) { return 3; }\n"}).module
    assert module is not None
    kept = programs.load(module)
    assert programs.load(module) is kept
    others = [module + bytes((0, 2, 1, ord("a") + n)) for n in range(MOST_KEPT)]  # with a section of its own
    for other in others:
        assert programs.load(other).run(b"", RunLimits()).exit_code == 3
    assert programs.load(module) is not kept
    large = module + bytes((0, 0xFF, 0xFF, 4)) + bytes(81_919)  # a section of that size, whose name is empty
    assert programs.load(large) is not programs.load(large)


def test_a_program_that_stays_compiled_begins_with_nothing_of_its_last_run(laboratory: Laboratory) -> None:
    text = """#include <stdio.h>
    #include <stdlib.h>
    static int runs = 41;
    static int (*next)(int) = abs;
    int main(void) { char *block = malloc(1000); block[0] = 1; next = 0; printf("%d", ++runs); return 0; }
    """
    artifact = laboratory.compile({"main.c": text})
    first, *others = (laboratory.run(artifact) for _ in range(3))
    assert first.stdout == b"42"
    assert others == [first, first]
