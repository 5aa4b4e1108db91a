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
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

from cordee.sandbox import bubblewrap
from cordee.sandbox.confinement import (
    FIRST_ROOT,
    Limits,
    confine_this_thread,
    kernel_call,
    limit_this_process,
    open_doors,
    place_below,
    places,
)
from cordee.sandbox.system_calls import system_call_filter

SET_PARENT_DEATH_SIGNAL, SET_CHILD_SUBREAPER = 1, 36  # of prctl
NOT_STARTED = 127
# Python's own fork readies a child that goes on for long, which copies 160 pages more; ours executes at once. It keeps
# the interpreter's lock meanwhile, and this process has one thread.
_fork = ctypes.PyDLL(None, use_errno=True).fork
MOST_STATUS = 4096


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


def _become_within(job: dict[str, Any], limits: Limits, streams: list[int]) -> NoReturn:
    """The same by bubblewrap: the last of the streams is told how the program ended."""
    try:
        os.setpgid(0, 0)
        is_alone = limits.processes == 1
        options = []
        if "/proc/self/fd/0" in job["argv"]:  # there is no /proc: what lies under this name is what was given
            given = os.open(f"/proc/self/fd/{streams[0]}", os.O_RDONLY)
            os.set_inheritable(given, True)
            options += ["--ro-bind-data", str(given), "/proc/self/fd/0"]
        for target, stream in enumerate(streams[:3]):
            os.dup2(stream, target)
        doors = os.memfd_create("filter", 0)
        os.pwrite(doors, bubblewrap.filter_bytes(without_processes=is_alone), 0)
        os.set_inheritable(streams[4], True)
        options += ["--seccomp", str(doors), "--json-status-fd", str(streams[4])]
        os.chdir("/")
        # Bubblewrap itself takes two more, which are the user's; a program that may have none beside it has no calls
        # for that.
        limit_this_process(replace(limits, processes=0 if is_alone else limits.processes + 2))
        kernel_call("prctl", SET_PARENT_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)  # a change of user would undo it
        roots = list(map(Path, job["roots"]))
        within = {place_below(path, roots): path for path in job["read"]}
        writable = {place_below(path, roots): path for path in job["write"]}
        words = bubblewrap.words(job["bubblewrap"], job["argv"], read=within, write=writable, options=options)
        os.execve(words[0], words, limits.environment)  # noqa: S606 - our own words
    except BaseException as error:
        os.write(streams[3], f"{type(error).__name__}: {error}".encode())
        os._exit(NOT_STARTED)


def _kill_children() -> None:
    """Of this process, which has those of one job alone: when the first process of a namespace ends, so do all."""
    own = os.getpid()
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # it ended meanwhile
            if int(path.read_text().rsplit(")", 1)[1].split()[1]) == own:
                os.kill(int(path.parent.name), signal.SIGKILL)


def _run(job: dict[str, Any], stdin: bytes) -> tuple[dict[str, Any], list[bytes]]:
    limits = Limits(**job["limits"])
    try:
        doors, roots = (-1, []) if job["bubblewrap"] else (_doors(job["read"], job["write"]), places(job["roots"]))
    except OSError as error:
        facts = {"returncode": NOT_STARTED, "timed_out": False, "cpu_s": 0.0, "peak_bytes": 0}
        return facts, [b"", b"", f"{type(error).__name__}: {error}".encode()]
    # The program's three, then why it was not started, then what bubblewrap says of its end.
    streams = [os.memfd_create("stream") for _ in range(5)]
    os.pwrite(streams[0], stdin, 0)
    if (pid := _fork()) == 0:
        if job["bubblewrap"]:
            _become_within(job, limits, streams)
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
            if pid not in ends or not job["bubblewrap"]:
                os.killpg(pid, signal.SIGKILL)
            else:  # what it started is in no group of ours, and dies with it only once it has come that far
                _kill_children()
            ended, status, usage = os.wait4(-1, 0)
            ends[ended] = status, usage
    texts = [os.pread(stream, min(os.fstat(stream).st_size, limits.kept_output_bytes), 0) for stream in streams[1:4]]
    told = os.pread(streams[4], MOST_STATUS, 0)
    for descriptor in (*streams, *roots, process):
        os.close(descriptor)
    cpu_s = sum(usage.ru_utime + usage.ru_stime for _, usage in ends.values())
    peak = 1024 * max(usage.ru_maxrss for _, usage in ends.values())
    code = os.waitstatus_to_exitcode(ends[pid][0])
    if job["bubblewrap"] and not timed_out and not texts[2]:
        found = bubblewrap.exit_code_of(told)
        if found is None:
            texts = [b"", b"", texts[1][-MOST_STATUS:] or b"bubblewrap ended"]
        else:
            code = found
    return {"returncode": code, "timed_out": timed_out, "cpu_s": cpu_s, "peak_bytes": peak}, texts
