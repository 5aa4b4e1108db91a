"""How does an untrusted program run without reaching this machine: no root, no package, no container?

`confined_run` hands a job to a helper process (confinement_helper.py; one per worker, started at first use), which
forks, shuts the doors and executes. Doors: Landlock (files, TCP), a filter of system calls, limits of the kernel, wall
time; where the kernel has no Landlock, bubblewrap takes its place (bubblewrap.py). A worker that runs WebAssembly shuts
the same doors on itself. What is promised and what is not: docs/sandbox.md.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import resource
import stat
import struct
import sys
import threading
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from subprocess import PIPE, Popen
from typing import Any

from cordee.core.errors import N_, CordeeError
from cordee.sandbox import bubblewrap
from cordee.sandbox.system_calls import ARCHITECTURES, system_call_filter

# Landlock ABI 1 is Linux 5.13. Later ones add renames between folders (2), truncate (3), TCP (4), ioctl on devices (5),
# signals and abstract sockets (6): each is used when it is there, and the filter refuses it where it is not.
READ, WRITE, FOR_A_FILE = 0x000D, 0x61BE, 0x4007  # READ may execute and list; WRITE may not execute, link, make devices
CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446  # the same numbers on every architecture
ABI_WITH_TCP, ABI_WITH_DEVICES, ABI_WITH_SCOPES = 4, 5, 6
NO_NEW_PRIVILEGES, SET_SECCOMP, SET_DUMPABLE = 38, 22, 4  # of prctl
FIRST_ROOT = 100  # the descriptor of the first of `roots` in the confined program: no other is so high
SOURCES = Path(__file__).resolve().parents[2]  # the folder that `import cordee` is found in
START_HELPER = (
    "import sys; sys.path.insert(0, sys.argv[1]);"
    "from cordee.sandbox import confinement_helper; confinement_helper.serve()"
)
_LIBC = ctypes.CDLL(None, use_errno=True)
_lock = threading.Lock()
_helpers: dict[int, Popen[bytes]] = {}  # by process id: a forked worker starts its own


class ConfinementError(CordeeError):
    """The program was not run: this machine cannot confine it, or a path or the program is missing."""

    status = 503


class NotReachable(ConfinementError):
    """Under root another user runs what bubblewrap confines, and may not enter a folder that is needed."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Counted for each process alone, except `processes`: all those of one user (no kernel applies it to root)."""

    cpu_s: int = 5
    memory_bytes: int = 1 << 30  # address space
    data_bytes: int = 0  # what is really written; 0: as much as the address space
    file_bytes: int = 32 << 20  # of any one file, and of stdout and stderr
    processes: int = 1  # 0: as many as this user may have already
    open_files: int = 256
    kept_output_bytes: int = 4 << 20  # what Completed keeps of stdout and of stderr
    uid_under_root: int = 64_000  # a number that no account uses, one per worker
    environment: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Completed:
    returncode: int  # negative: ended by that signal
    stdout: bytes
    stderr: bytes
    timed_out: bool
    cpu_s: float  # the program and its descendants
    peak_bytes: int  # of its largest process


def landlock_abi() -> int:
    """Version of Landlock; 0 when the kernel lacks it or was booted without it."""
    return max(0, int(_LIBC.syscall(CREATE_RULESET, None, ctypes.c_size_t(0), 1)))


def kernel_call(name: str, *arguments: int | bytes) -> int:
    """Call a C function that answers -1 on failure. Raises OSError."""
    function = getattr(_LIBC, name)
    result = int(function(*(ctypes.c_long(value) if isinstance(value, int) else value for value in arguments)))
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


@dataclass(frozen=True, slots=True)
class Doors:
    """What confines programs here, beside the filter of system calls and the limits: one of the two."""

    landlock_abi: int = 0
    bubblewrap: str = ""  # where it is


def require_confinement() -> Doors:
    """What is in force: Landlock, bubblewrap where that is not. Raises ConfinementError where neither is."""
    abi, machine, why = landlock_abi(), os.uname().machine, "–"
    if machine in ARCHITECTURES:
        if abi:
            return Doors(landlock_abi=abi)
        program, why = bubblewrap.working()
        if program:
            return Doors(bubblewrap=program)
    raise ConfinementError(
        N_(
            "This machine ({machine}, Landlock ABI {abi}, bubblewrap: {why}) cannot confine programs, so none is "
            "compiled or run. Use Linux 5.13 or later with landlock in its lsm= list, or install bubblewrap and let "
            "ordinary users make namespaces."
        ),
        machine=machine,
        abi=abi,
        why=why,
    )


def require_reachable(paths: Sequence[str | Path], uid: int) -> None:
    """Under root, the user who runs what is confined must get at these. Raises NotReachable."""
    if os.geteuid() != 0:
        return
    for path in map(Path, paths):
        for one, needed in [*((parent, 0o1) for parent in path.resolve().parents), (path, 0o4)]:
            found = one.stat()
            if found.st_uid != uid and found.st_mode & needed != needed:
                raise NotReachable(
                    N_(
                        "This process is root, and where bubblewrap confines programs, another user must get at "
                        "{folder}. Run Cordée as an ordinary user, or install it where everybody may read."
                    ),
                    folder=one,
                )


def limit_this_process(limits: Limits) -> None:
    """Limit this process and its future children; under root, become `uid_under_root` first, for ever."""
    with contextlib.suppress(OSError):  # when memory runs out the kernel should end this process first
        file = os.open("/proc/self/oom_score_adj", os.O_WRONLY)
        os.write(file, b"1000")
        os.close(file)
    if os.geteuid() == 0:
        os.setgroups([])
        os.setresgid(*[limits.uid_under_root] * 3)
        os.setresuid(*[limits.uid_under_root] * 3)
    sizes = {
        **({"NPROC": limits.processes} if limits.processes else {}),
        "CPU": limits.cpu_s,
        "AS": limits.memory_bytes,
        "DATA": limits.data_bytes or limits.memory_bytes,
        "FSIZE": limits.file_bytes,
        "NOFILE": limits.open_files,
        "CORE": 0,
    }
    for name, size in sizes.items():
        resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (size, size))


def places(paths: Sequence[str | Path]) -> list[int]:
    """Descriptors that name these files and folders and cannot read them. Opened before root is left, which may be
    alone to see the folders above them."""
    return [os.open(path, os.O_PATH | os.O_CLOEXEC) for path in paths]


def open_doors(*, read: Sequence[int], write: Sequence[int] = ()) -> int:
    """A descriptor for `confine_this_thread`: only what lies at these `places` stays open. It closes them."""
    abi = landlock_abi()
    if abi == 0:
        raise ConfinementError(N_("This kernel has no Landlock."))
    rights_of_abi = 16 if abi >= ABI_WITH_DEVICES else min(12 + abi, 15)
    files = (1 << rights_of_abi) - 1
    governed = struct.pack("QQQ", files, 3 * (abi >= ABI_WITH_TCP), 3 * (abi >= ABI_WITH_SCOPES))
    ruleset = kernel_call("syscall", CREATE_RULESET, governed, len(governed), 0)
    for place, rights in [*((place, READ) for place in read), *((place, WRITE) for place in write)]:
        is_folder = stat.S_ISDIR(os.fstat(place).st_mode)
        rights_here = rights & files & (files if is_folder else FOR_A_FILE)
        kernel_call("syscall", ADD_RULE, ruleset, 1, struct.pack("=Qi", rights_here, place), 0)
        os.close(place)
    return ruleset


def confine_this_thread(doors: int) -> None:
    """Shut the doors on this thread and its future children, for ever, but those of `open_doors`.

    A worker calls it before it starts threads.
    """
    kernel_call("prctl", NO_NEW_PRIVILEGES, 1, 0, 0, 0)  # a set-uid program gains nothing
    kernel_call("syscall", RESTRICT_SELF, doors, 0)
    os.close(doors)
    _filter_this_thread(system_call_filter(os.uname().machine))


def confine_this_thread_within() -> None:
    """The same on a thread that bubblewrap has confined already, for ever: it opens no file, and starts no process."""
    kernel_call("prctl", NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    _filter_this_thread(system_call_filter(os.uname().machine, without_processes=True, without_files=True))


def _filter_this_thread(code: ctypes.Array[ctypes.c_char]) -> None:
    kernel_call("prctl", SET_SECCOMP, 2, struct.pack("HP", len(code) // 8, ctypes.addressof(code)), 0, 0)


def hide_this_process() -> None:
    """Let no process of the same user read the memory or the environment of this one."""
    kernel_call("prctl", SET_DUMPABLE, 0, 0, 0, 0)


def confined_run(
    argv: Sequence[str],
    *,
    read: Sequence[Path],
    write: Sequence[Path] = (),
    roots: Sequence[Path] = (),
    limits: Limits,
    stdin: bytes = b"",
    timeout_s: float,
) -> Completed:
    """Run argv (first an absolute path) to its end; only `read` and `write` can be opened. Raises ConfinementError.

    Words of argv that begin with one of `roots` are given as places below an open descriptor: the program then reaches
    them below folders that only root may enter, and never learns where they lie.
    """
    doors = require_confinement()
    if doors.bubblewrap:
        require_reachable([*read, *write], limits.uid_under_root)
    job = {
        "bubblewrap": doors.bubblewrap,
        "argv": [place_below(word, roots) for word in argv],
        "read": list(read),
        "write": list(write),
        "roots": list(roots),
        "stdin_bytes": len(stdin),
        "timeout_s": timeout_s,
        "limits": asdict(limits),
    }
    with _lock:
        helper = _helpers.pop(os.getpid(), None) or _start_helper()
        try:
            facts, stdout, stderr, problem = _ask(helper, json.dumps(job, default=str).encode() + b"\n" + stdin)
        except BaseException as error:
            _end(helper)  # its next answer would be to this job: after an interruption another one is started
            if isinstance(error, OSError | ValueError):
                told = N_("The process that confines programs ended before its answer. Try again.")
                raise ConfinementError(told) from error
            raise
        _helpers[os.getpid()] = helper
    if problem:
        raise ConfinementError(
            N_("The program could not be started in its confinement: {reason}"), reason=problem.decode()
        )
    return Completed(stdout=stdout, stderr=stderr, **facts)


def place_below(word: str, roots: Sequence[Path]) -> str:
    for number, root in enumerate(roots, FIRST_ROOT):
        if word == str(root) or word.startswith(f"{root}/"):
            return f"/proc/self/fd/{number}{word[len(str(root)) :]}"
    return word


def _start_helper() -> Popen[bytes]:
    command = [sys.executable, "-I", "-S", "-B", "-c", START_HELPER, str(SOURCES)]
    return Popen(command, env={}, stdin=PIPE, stdout=PIPE, start_new_session=True)  # noqa: S603 - our own words


def end_helper() -> None:
    """End the helper of this process, with its job; the next `confined_run` starts another one."""
    with _lock:
        if helper := _helpers.pop(os.getpid(), None):
            _end(helper)


def _end(helper: Popen[bytes]) -> None:
    helper.kill()
    helper.communicate()


def _ask(helper: Popen[bytes], job: bytes) -> tuple[dict[str, Any], bytes, bytes, bytes]:
    if helper.stdin is None or helper.stdout is None:
        raise ValueError
    helper.stdin.write(job)
    helper.stdin.flush()
    facts, *sizes = json.loads(helper.stdout.readline())
    stdout, stderr, problem = (helper.stdout.read(size) for size in sizes)
    return facts, stdout, stderr, problem
