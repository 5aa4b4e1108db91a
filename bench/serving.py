"""How is a server started for a measurement, and how much of the processor did it use?"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path

START_S = 60.0
STOP_S = 20.0
TICK_S = 1 / os.sysconf("SC_CLK_TCK")


class NotServed(Exception):
    """The server did not start. The message holds what it said."""


@contextlib.contextmanager
def served(
    command: list[str], *, port: int, path: str, environment: Mapping[str, str], log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """A server that answers at `path`, stopped when the block ends."""
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - our own modules
            command, env={**os.environ, **environment}, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )
    try:
        _wait(process, f"http://127.0.0.1:{port}{path}", log)
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def cordee_command(*words: str) -> list[str]:
    return [sys.executable, "-m", "cordee.web.cli", *words]


def beside(pid: int) -> list[int]:
    """Processes that the parent of this one started besides it: the database server that the bench was started with."""
    parents = {int(folder.name): _parent(folder) for folder in Path("/proc").glob("[0-9]*")}
    return [other for other, parent in parents.items() if parent == parents.get(pid) and other != pid]


def _parent(folder: Path) -> int:
    with contextlib.suppress(OSError):
        return int((folder / "stat").read_text("utf-8").rpartition(")")[2].split()[1])
    return 0


def cpu_s(roots: list[int]) -> float:
    """Seconds of processor used by these processes and all that they started, those that ended included."""
    parents: dict[int, int] = {}
    used: dict[int, int] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            words = (folder / "stat").read_text("utf-8").rpartition(")")[2].split()
            pid = int(folder.name)
            parents[pid] = int(words[1])
            used[pid] = sum(int(word) for word in words[11:15])  # user, system, and of children waited for
    return TICK_S * sum(ticks for pid, ticks in used.items() if _descends(pid, set(roots), parents))


def memory_mb(roots: list[int]) -> dict[str, float]:
    """Megabytes held by these processes and all that they started, by name; what they share is counted once (PSS).

    e.g. {"web.watching": 14.3, "web.processes web": 35.0, "web.processes web, forked": 86.1}
    """
    parents: dict[int, int] = {}
    names: dict[int, str] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            pid = int(folder.name)
            parents[pid] = _parent(folder)
            names[pid] = _name(folder)
    held: dict[str, float] = {}
    for pid in sorted(pid for pid in parents if _descends(pid, set(roots), parents)):
        name = names.get(pid, "")
        if names.get(parents[pid]) == name:
            name += ", forked"
        with contextlib.suppress(OSError):
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text("utf-8").splitlines()
            kilobytes = sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
            held[name] = held.get(name, 0.0) + kilobytes / 1024
    return held


def _name(folder: Path) -> str:
    """The module that a process runs, and which of its parts: "web.processes files"."""
    words = (folder / "cmdline").read_bytes().decode("utf-8", "replace").split("\0")
    _, found, module = "\0".join(words).partition("\0-m\0cordee.")
    return " ".join(word for word in module.split("\0")[:2] if word) if found else words[0]


def _descends(pid: int, roots: set[int], parents: Mapping[int, int]) -> bool:
    while pid:
        if pid in roots:
            return True
        pid = parents.get(pid, 0)
    return False


def _wait(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=2):  # noqa: S310 - loopback
            return
        time.sleep(0.1)
    raise NotServed(log.read_text("utf-8", "replace")[-2000:])
