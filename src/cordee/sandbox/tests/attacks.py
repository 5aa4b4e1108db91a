"""Is each attack contained, for whoever runs this? Prints JSON: name -> what came of it, confined.

A script, so that it can be run as root and as an ordinary user: python attacks.py CACHE FOLDER PYTHON DOORS PATHS...
PYTHON is one that every user may run: it takes the place of the compiler. DOORS is landlock, or bubblewrap: then this
process finds a kernel that has no Landlock.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

REFUSED = "refused"


def main(cache: Path, folder: Path) -> dict[str, Any]:
    from cordee.sandbox import confinement
    from cordee.sandbox.confinement import end_helper, require_confinement

    if DOORS == "bubblewrap":
        confinement.landlock_abi = lambda: 0
    doors = require_confinement()
    found: dict[str, Any] = {"uid": os.geteuid(), "doors": "bubblewrap" if doors.bubblewrap else "landlock"}
    found["probes"], found["secret is as it was"] = _probes(folder)
    found["all that is there"] = _all_that_is_there()
    found |= _resources()
    found |= _laboratory(cache)
    end_helper()
    return found


DOORS = sys.argv[4] if len(sys.argv) > 4 else "landlock"
PYTHON = Path(sys.argv[3]).resolve() if len(sys.argv) > 3 else Path(sys.executable).resolve()

NEEDS = (PYTHON, PYTHON.parents[1] / "lib", Path("/usr/lib"), Path("/lib"), Path("/lib64"), Path("/usr/lib64"))


def _confined(code: str, *words: str, timeout_s: float = 20, **limits: Any) -> Any:
    from cordee.sandbox.confinement import Limits, confined_run

    return confined_run(
        [str(PYTHON), "-I", "-S", "-c", code, *words],
        read=[path for path in NEEDS if path.exists()],
        limits=replace(Limits(memory_bytes=2 << 30), **limits),
        timeout_s=timeout_s,
    )


def _probes(folder: Path) -> tuple[dict[str, str], bool]:
    secret = folder / "secret"
    secret.write_text("int SECRET;\n")
    secret.chmod(0o644)
    (folder / "link").symlink_to(secret)
    before = secret.stat()
    victim = subprocess.Popen(["/bin/sleep", "300"])
    try:
        with socket.create_server(("127.0.0.1", 0)) as server, socket.socket(socket.AF_UNIX) as named:
            named.bind(str(folder / "socket"))
            named.listen()
            port = server.getsockname()[1]
            code = (Path(__file__).parent / "programs" / "escaped.py.txt").read_text()
            done = _confined(code, str(secret), str(port), str(victim.pid))
    finally:
        victim.kill()
        victim.wait()
    lines = [json.loads(line) for line in done.stdout.decode().splitlines()]
    after = secret.stat()
    facts = [(one.st_mode, one.st_uid, one.st_size, one.st_mtime_ns, one.st_nlink) for one in (before, after)]
    same = facts[0] == facts[1] and secret.read_text() == "int SECRET;\n"
    left = {path.name for path in folder.iterdir()} - {"secret", "link", "socket"}
    return dict(lines), same and not left


def _all_that_is_there() -> list[str]:
    """The names of files and folders that a confined program finds, without what it was given to read."""
    given = [str(path) for path in NEEDS if path.exists()]
    code = (
        "import os, sys, json\nfound = []\n"
        "for place, folders, files in os.walk('/'):\n"
        "    folders[:] = [one for one in folders if os.path.join(place, one) not in sys.argv[1:]]\n"
        "    found += [os.path.join(place, one) for one in (*folders, *files)]\n"
        "print(json.dumps(sorted(set(found) - set(sys.argv[1:]))))"
    )
    return list(json.loads(_confined(code, *given).stdout))


def _alive(mark: str) -> int:
    count = 0
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            count += mark.encode() in path.read_bytes() and path.parent.name != str(os.getpid())
    return count


def _resources() -> dict[str, Any]:
    mark = f"cordee_mark_{os.getpid()}"
    head = f"# {mark}\nimport os, signal, sys, time\n"
    forever = (
        head + "for s in range(1, 32):\n  try: signal.signal(s, signal.SIG_IGN)\n  except (OSError, ValueError): pass\n"
    )
    found: dict[str, Any] = {}
    done = _confined(forever + "time.sleep(999)\n", timeout_s=1)
    found["sleeps for ever and ignores signals"] = "ended" if done.timed_out and not _alive(mark) else "left"
    done = _confined(head + "while True: pass\n", cpu_s=1)
    found["burns processor time"] = "ended" if done.returncode < 0 and done.cpu_s < 2 else "went on"
    done = _confined(head + "x = bytearray(8 << 30)\n")
    found["asks for 8 GB"] = REFUSED if b"MemoryError" in done.stderr else "had it"
    done = _confined(head + "while True: os.write(1, bytes(1 << 20))\n")
    found["writes for ever"] = "cut" if len(done.stdout) <= 4 << 20 else "not cut"
    tree = head + "while True:\n  try:\n    os.fork()\n  except OSError: pass\n"
    done = _confined(tree, timeout_s=2, processes=60 if os.geteuid() == 0 else _mine() + 40)
    time.sleep(0.2)
    found["forks for ever"] = "ended" if not _alive(mark) else "left"
    found["the worker is killed"] = _killed_worker(forever, mark)
    return found


def _mine() -> int:
    return sum(path.stat().st_uid == os.geteuid() for path in Path("/proc").glob("[0-9]*") if path.exists())


def _killed_worker(code: str, mark: str) -> str:
    worker = os.fork()
    if worker == 0:
        _confined(code + "time.sleep(999)\n", timeout_s=60)
        os._exit(0)
    end = time.monotonic() + 10
    while not _alive(mark) and time.monotonic() < end:
        time.sleep(0.02)
    began = _alive(mark)
    os.kill(worker, signal.SIGKILL)
    os.waitpid(worker, 0)
    end = time.monotonic() + 5
    while _alive(mark) and time.monotonic() < end:
        time.sleep(0.02)
    return "its program ended" if began and not _alive(mark) else "its program is left"


def _laboratory(cache: Path) -> dict[str, Any]:
    """An honest program still works, and a worker that runs programs has shut its doors."""
    from cordee.sandbox.laboratory import Laboratory

    text = '#include <stdio.h>\nint main(void) { int n; scanf("%d", &n); printf("%d\\n", 2 * n); return 0; }\n'
    with Laboratory(cache) as laboratory:
        outcome = laboratory.run(laboratory.compile({"main.c": text}), b"21\n")
        include = laboratory.compile({"main.c": '#include "/etc/passwd"\n' + text})
        several = laboratory.compile({"main.c": text, "other.c": "int x;\n"})
    return {
        "an honest program": outcome.stdout.decode(),
        "an include of /etc/passwd": REFUSED if include.module is None and "root:" not in str(include) else "read",
        "two files": "compiled" if several.module else "not compiled",
    }


if __name__ == "__main__":
    sys.path[:0] = sys.argv[5:]
    print(json.dumps(main(Path(sys.argv[1]), Path(sys.argv[2]))))  # noqa: T201 - this is its answer
