"""How are programs run from here, without running any of them here? By worker processes, each with one job at a time.

A worker is started at first use, ended when an answer is late, and replaced after some hundreds of jobs, so that what
one program may have left in it does not last.
"""

from __future__ import annotations

import itertools
import json
import os
import select
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen
from types import TracebackType

import cordee
from cordee.core.errors import N_, CordeeError
from cordee.sandbox import bubblewrap
from cordee.sandbox.confinement import Doors, require_confinement, require_reachable
from cordee.sandbox.outcomes import Outcome, RunLimits, outcome_of

MOST_JOBS = 500  # of one worker
MOST_LOSSES = 4  # of workers, by one job
LOADING_S = 20.0  # more than any module that the linker gives takes to be compiled
START_S = 60.0
UIDS_UNDER_ROOT = range(64_001, 64_400)  # one for each worker: limits of processes are counted by user
ANSWER_LINE = 1 << 20
READY = b"ready\n"  # what a worker says when it has loaded the library and shut its doors
LOST = Outcome("internal_error", None, b"", b"", 0, 0)
_uids = itertools.cycle(UIDS_UNDER_ROOT)
# The interpreter starts without site-packages' own code; the two folders that hold what is imported are named.
START = (
    "import sys; sys.path[:0] = sys.argv[4:]; from pathlib import Path; from cordee.sandbox import worker;"
    "worker.main(Path(sys.argv[1]), int(sys.argv[2]), is_within=bool(sys.argv[3]))"
)


class LibraryBroken(CordeeError):
    """The library that programs run with cannot be loaded on this machine."""

    status = 503


class WorkerLost(Exception):
    """The worker ended before its answer, or was ended because that was late."""


class Workers:
    """As many workers as there are callers at once, at most `most`. Use it in a `with`, so that all of them end.

    A worker ends with the thread that started it: ask from threads that live as long as the work.
    """

    def __init__(self, library: Path, *, most: int = 1) -> None:
        self._library = library
        self._free: list[_Worker] = []
        self._places = threading.BoundedSemaphore(most)
        self._lock = threading.Lock()
        self._owner = os.getpid()
        self._doors = Doors()

    def __enter__(self) -> Workers:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        with self._lock:
            free, self._free = self._free, []
        for worker in free:
            worker.end()

    def run(self, module: bytes, inputs: Sequence[bytes], limits: Sequence[RunLimits]) -> tuple[Outcome, ...] | None:
        """One outcome an input, or None when the engine refuses the module.

        A worker that is lost is replaced and goes on where the other ended. An input that loses its worker twice gets
        `internal_error`, because it is not known whose fault it is; so do all that are left after MOST_LOSSES. Raises
        ConfinementError where nothing can be confined, and LibraryBroken.
        """
        self._doors = require_confinement()
        if self._owner != os.getpid():
            self._free, self._owner = [], os.getpid()  # those of the process that forked us are not ours
        with self._places:
            return self._outcomes(module, inputs, limits)

    def _outcomes(
        self, module: bytes, inputs: Sequence[bytes], limits: Sequence[RunLimits]
    ) -> tuple[Outcome, ...] | None:
        outcomes: list[Outcome] = []
        losses, lost_at = 0, -1  # how many workers; the input that the last one was lost with
        while len(outcomes) < len(inputs) and losses < MOST_LOSSES:
            worker = self._taken()
            done = len(outcomes)
            is_refused = False
            try:
                for outcome in worker.ask(module, inputs[done:], limits[done:]):
                    if outcome is None:
                        is_refused = True
                        break
                    outcomes.append(outcome)
            except WorkerLost:
                worker.end()
                losses += 1
                if len(outcomes) == lost_at:
                    outcomes.append(LOST)
                    lost_at = -1
                else:
                    lost_at = len(outcomes)
                continue
            except BaseException:
                worker.end()  # its answer would be taken for another job's
                raise
            self._give_back(worker)
            if is_refused:
                return None
        return (*outcomes, *(LOST for _ in inputs[len(outcomes) :]))

    def _taken(self) -> _Worker:
        with self._lock:
            while self._free:
                worker = self._free.pop()
                if worker.is_alive:
                    return worker
                worker.end()
        worker = _Worker(self._library, self._doors)
        try:
            worker.await_ready()
        except WorkerLost:
            worker.end()
            raise LibraryBroken(
                N_("The library in {folder} cannot be loaded on this machine. Delete that folder: it is built again."),
                folder=self._library.parent,
            ) from None
        return worker

    def try_out(self) -> None:
        """Start a worker, so that one is known to start. Raises ConfinementError and LibraryBroken."""
        self._doors = require_confinement()
        self._give_back(self._taken())

    def _give_back(self, worker: _Worker) -> None:
        if worker.jobs >= MOST_JOBS:
            worker.end()
            return
        with self._lock:
            self._free.append(worker)


def _libraries_of_python() -> list[Path]:
    """What an interpreter needs to begin, beside itself: its own library, and the system's."""
    own = [Path(sys.base_prefix).resolve() / name for name in ("lib", "lib64")]
    system = [Path(name) for name in ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/etc/ld.so.cache")]
    return [path for path in dict.fromkeys([*own, *system]) if path.exists()]


class _Worker:
    def __init__(self, library: Path, doors: Doors) -> None:
        import wasmtime

        packages = [Path(module.__path__[0]).resolve() for module in (cordee, wasmtime)]
        uid, within = next(_uids), doors.bubblewrap
        python = str(Path(sys.executable).resolve()) if within else sys.executable
        words = [python, "-I", "-S", "-B", "-c", START, str(library), str(uid), within]
        words += sorted({str(package.parent) for package in packages})
        if within:
            needed = [Path(python), *packages, library, *_libraries_of_python()]
            require_reachable(needed, uid)
            words = bubblewrap.words(within, words, read={str(path): str(path) for path in needed})
        self.jobs = 0
        self._process: Popen[bytes] = Popen(  # noqa: S603 - our own words
            words,
            env={},
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
            start_new_session=True,
            bufsize=0,
            **(bubblewrap.who_runs_it(uid) if within else {}),
        )
        self._held = b""

    def await_ready(self) -> None:
        """Raises WorkerLost."""
        if self._line(time.monotonic() + START_S) + b"\n" != READY:
            raise WorkerLost

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

    def end(self) -> None:
        self._process.kill()
        self._process.communicate()

    def ask(self, module: bytes, inputs: Sequence[bytes], limits: Sequence[RunLimits]) -> Iterator[Outcome | None]:
        """An outcome an input, as soon as it is there; one None when the engine refuses the module.

        Take all of them, or end this worker. Raises WorkerLost.
        """
        all_late_at = time.monotonic() + LOADING_S + sum(one.wall_s for one in limits)
        self.jobs += 1
        head = {
            "module_bytes": len(module),
            "input_bytes": [len(one) for one in inputs],
            "limits": [(one.fuel, one.memory_bytes, one.output_bytes, one.error_bytes, one.wall_s) for one in limits],
        }
        self._send(b"".join((json.dumps(head).encode(), b"\n", module, *inputs)), all_late_at)
        for one in limits:
            late_at = min(all_late_at, time.monotonic() + LOADING_S + one.wall_s)
            answer = json.loads(self._line(late_at))
            texts = [self._exactly(size, late_at) for size in answer["sizes"]]
            if answer["outcome"] is None:
                yield None
                return
            yield outcome_of(answer["outcome"], *texts)

    def _send(self, data: bytes, late_at: float) -> None:
        left = memoryview(data)
        descriptor = self._process.stdin.fileno()  # type: ignore[union-attr] # it is a pipe: see __init__
        while left:
            self._wait(descriptor, late_at, to_write=True)
            try:
                left = left[os.write(descriptor, left[: 1 << 16]) :]
            except BrokenPipeError as error:
                raise WorkerLost from error

    def _line(self, late_at: float) -> bytes:
        while b"\n" not in self._held:
            if len(self._held) > ANSWER_LINE:
                raise WorkerLost
            self._more(late_at)
        line, self._held = self._held.split(b"\n", 1)
        return line

    def _exactly(self, size: int, late_at: float) -> bytes:
        while len(self._held) < size:
            self._more(late_at)
        text, self._held = self._held[:size], self._held[size:]
        return text

    def _more(self, late_at: float) -> None:
        descriptor = self._process.stdout.fileno()  # type: ignore[union-attr] # it is a pipe: see __init__
        self._wait(descriptor, late_at, to_write=False)
        part = os.read(descriptor, 1 << 20)
        if not part:
            raise WorkerLost
        self._held += part

    def _wait(self, descriptor: int, late_at: float, *, to_write: bool) -> None:
        poll = select.poll()
        poll.register(descriptor, select.POLLOUT if to_write else select.POLLIN)
        if not poll.poll(max(0.0, late_at - time.monotonic()) * 1000):
            raise WorkerLost
