"""Who forks a confined program? This process, on behalf of one worker, one job at a time.

It has one thread, so Python may run between fork and exec (in a worker with threads that can deadlock). It is small,
so a fork costs 1 ms (a fresh interpreter costs 30). It has an empty environment and knows no secret. It inherits the
orphans of a job and kills them, and it ends, with its job, when its worker ends. What can be readied before the fork
is: all that runs between fork and exec copies pages.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import json
import os
import select
import signal
import sys
from typing import Any, NoReturn

from cordee.sandbox.confinement import (
    FIRST_ROOT,
    Limits,
    confine_this_thread,
    kernel_call,
    limit_this_process,
    open_doors,
    places,
)
from cordee.sandbox.system_calls import system_call_filter

SET_PARENT_DEATH_SIGNAL, SET_CHILD_SUBREAPER = 1, 36  # of prctl
NOT_STARTED = 127
# Python's own fork readies a child that goes on for long, which copies 160 pages more; ours executes at once. It keeps
# the interpreter's lock meanwhile, and this process has one thread.
_fork = ctypes.PyDLL(None, use_errno=True).fork


def serve() -> None:
    """Answer jobs, one JSON line each, until the worker closes our standard input."""
    system_call_filter(os.uname().machine)  # once, not in each child
    kernel_call("prctl", SET_CHILD_SUBREAPER, 1, 0, 0, 0)  # a job's orphans become our children
    gc.disable()  # a collection in a child would copy all of our memory; nothing here makes cycles
    gc.freeze()
    with contextlib.suppress(BrokenPipeError):  # our worker ended during the job
        while line := sys.stdin.buffer.readline():
            job = json.loads(line)
            facts, texts = _run(job, sys.stdin.buffer.read(job["stdin_bytes"]))
            _write_all(1, b"".join((json.dumps([facts, *map(len, texts)]).encode(), b"\n", *texts)))


def _write_all(descriptor: int, data: bytes) -> None:
    left = memoryview(data)
    while left:
        left = left[os.write(descriptor, left) :]


_kept: dict[str, Any] = {}  # the doors of the last job, which are those of the next one as a rule


def _doors(read: list[str], write: list[str]) -> int:
    """Doors that are good for the next job too, as long as the same files and folders lie at the same paths."""
    found = [
        (path, writes, here.st_dev, here.st_ino, here.st_mode)
        for writes, paths in enumerate((read, write))
        for path, here in zip(paths, map(os.stat, paths), strict=True)
    ]
    if _kept.get("found") != found:
        doors = open_doors(read=places(read), write=places(write))
        if _kept:
            os.close(_kept["doors"])
        _kept.update(found=found, doors=doors)
    return int(_kept["doors"])


def _become(job: dict[str, Any], limits: Limits, streams: list[int], doors: int, roots: list[int]) -> NoReturn:
    try:
        os.setpgid(0, 0)
        for target, stream in enumerate(streams[:3]):
            os.dup2(stream, target)
        os.chdir("/")
        for number, place in enumerate(roots, FIRST_ROOT):
            os.dup2(place, number)  # the program inherits this one
        limit_this_process(limits)
        kernel_call("prctl", SET_PARENT_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)  # a change of user would undo it
        confine_this_thread(doors)
        os.execve(job["argv"][0], job["argv"], limits.environment)  # noqa: S606 - confined just above
    except BaseException as error:
        os.write(streams[3], f"{type(error).__name__}: {error}".encode())
        os._exit(NOT_STARTED)


def _run(job: dict[str, Any], stdin: bytes) -> tuple[dict[str, Any], list[bytes]]:
    limits = Limits(**job["limits"])
    try:
        doors, roots = _doors(job["read"], job["write"]), places(job["roots"])
    except OSError as error:
        facts = {"returncode": NOT_STARTED, "timed_out": False, "cpu_s": 0.0, "peak_bytes": 0}
        return facts, [b"", b"", f"{type(error).__name__}: {error}".encode()]
    streams = [os.memfd_create("stream") for _ in range(4)]  # the program's three, then why it was not started
    os.pwrite(streams[0], stdin, 0)
    if (pid := _fork()) == 0:
        _become(job, limits, streams, doors, roots)
    if pid < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    with contextlib.suppress(PermissionError):  # it has started already, so it has done this itself
        os.setpgid(pid, pid)
    process, poll, ends = os.pidfd_open(pid), select.poll(), {}
    poll.register(process, select.POLLIN)
    poll.register(0, 0)  # tells only that our worker is gone
    timed_out = process not in dict(poll.poll(job["timeout_s"] * 1000))
    with contextlib.suppress(ProcessLookupError, ChildProcessError):
        while True:  # the group is killed before its leader is reaped, so that its number cannot belong to another
            os.killpg(pid, signal.SIGKILL)
            ended, status, usage = os.wait4(-1, 0)
            ends[ended] = status, usage
    texts = [os.pread(stream, min(os.fstat(stream).st_size, limits.kept_output_bytes), 0) for stream in streams[1:]]
    for descriptor in (*streams, *roots, process):
        os.close(descriptor)
    cpu_s = sum(usage.ru_utime + usage.ru_stime for _, usage in ends.values())
    peak = 1024 * max(usage.ru_maxrss for _, usage in ends.values())
    code = os.waitstatus_to_exitcode(ends[pid][0])
    return {"returncode": code, "timed_out": timed_out, "cpu_s": cpu_s, "peak_bytes": peak}, texts
