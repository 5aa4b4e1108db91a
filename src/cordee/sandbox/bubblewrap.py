"""How is a program confined where the kernel has no Landlock? By bubblewrap, in a system that holds what it needs.

`bwrap` is a program of the system, run apart. It starts the program among no other processes, without a network, on
folders that are bound read-only; nothing else is there, not even /proc or /dev. Our filter of system calls and the
limits of the kernel stand around it as they do with Landlock. Where it is not installed, or may make no namespaces,
nothing is confined by it: it is tried before it is trusted.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from typing import Any, Final

from cordee.sandbox.system_calls import system_call_filter

LOOKED_IN: Final = "/usr/local/bin:/usr/bin:/bin"  # not in PATH, which may be anybody's
ALONE: Final = (
    *("--unshare-user", "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"),
    *("--die-with-parent", "--new-session", "--cap-drop", "ALL"),
)
PROBE_S: Final = 20.0
PROBED_AS: Final = 64_000  # the user of a probe under root: as that of a compile
BY_SIGNAL: Final = 128  # and the signal's number: what bwrap says of a program that a signal ended
_works: dict[str, bool] = {}  # programs that were tried and work


def working() -> tuple[str, str]:
    """Where bwrap is, and ""; or "", and why it cannot be used. What works once is not tried again."""
    program = shutil.which("bwrap", path=LOOKED_IN)
    if program is None:
        return "", "bwrap is not installed"
    if program not in _works:
        why = _tried(program)
        if why:
            return "", why
        _works[program] = True
    return program, ""


def _tried(program: str) -> str:
    """Why it cannot make the namespaces here; "" when it can."""
    code = filter_bytes(without_processes=True)
    descriptor = os.memfd_create("filter")
    try:
        os.pwrite(descriptor, code, 0)
        words = [program, *ALONE, "--ro-bind", "/", "/", "--seccomp", str(descriptor), "--remount-ro", "/"]
        done = subprocess.run(  # noqa: S603 - our own words
            [*words, shutil.which("true", path=LOOKED_IN) or "/bin/true"],
            env={},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=PROBE_S,
            check=False,
            pass_fds=[descriptor],
            **who_runs_it(PROBED_AS),
        )
    except (OSError, subprocess.TimeoutExpired) as wrong:
        return f"bwrap: {wrong}"
    finally:
        os.close(descriptor)
    if done.returncode == 0:
        return ""
    said = done.stderr.decode("utf-8", "replace").strip().splitlines()
    return said[-1][:200] if said else f"bwrap: exit code {done.returncode}"


def who_runs_it(uid: int) -> dict[str, Any]:
    """For Popen: another user under root, who is left before bwrap begins."""
    return {"user": uid, "group": uid, "extra_groups": []} if os.geteuid() == 0 else {}


def filter_bytes(*, without_processes: bool) -> bytes:
    """Our filter as bwrap reads it from a descriptor."""
    return system_call_filter(os.uname().machine, without_processes=without_processes).raw


def words(
    program: str,
    argv: Sequence[str],
    *,
    read: Mapping[str, str],
    write: Mapping[str, str] | None = None,
    options: Sequence[str] = (),
) -> list[str]:
    """The command. `read`, `write`: where a file or folder is found inside → where it lies; nothing else is there."""
    bound = [(there, "--ro-bind", here) for there, here in read.items()]
    bound += [(there, "--bind", here) for there, here in (write or {}).items()]
    binds = [word for there, how, here in sorted(bound) for word in (how, here, there)]
    return [program, *ALONE, *binds, *options, "--remount-ro", "/", "--chdir", "/", "--", *argv]


def exit_code_of(status: bytes) -> int | None:
    """What --json-status-fd says of the program, negative for a signal; None when it was not started or not ended."""
    for line in status.decode("utf-8", "replace").splitlines():
        told = json.loads(line)
        if "exit-code" in told:
            code = int(told["exit-code"])
            return BY_SIGNAL - code if code > BY_SIGNAL else code
    return None
