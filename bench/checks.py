"""How long does it take to say what the author of a large course should mend?"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench import large_course, serving
from bench.rows import Row

CHECK_S = 5
TRIES = 3
# The least: every file of the export is unpacked, in a Python of its own, and nothing is made of it.
LEAST = "import sys, tarfile\nwith tarfile.open(sys.argv[1]) as all:\n    [all.extractfile(one).read() for one in all]"


def measured(folder: Path, engine: str) -> Iterator[Row]:
    """`cordee course check` of 759 blocks, the best of a few tries, beside reading the file."""
    archive = folder / "checked.tar.gz"
    large_course.write(archive)
    took = [timed(serving.cordee_command("course", "check", str(archive), "--json")) for _ in range(TRIES)]
    least = [timed([sys.executable, "-c", LEAST, str(archive)]) for _ in range(TRIES)]
    yield Row("check/seconds", engine, min(one for one, _cpu in took), "s", min(one for one, _cpu in least), CHECK_S)
    yield Row("check/cpu_s", engine, min(cpu for _one, cpu in took), "s", min(cpu for _one, cpu in least))


def timed(command: Sequence[str], home: Path | None = None) -> tuple[float, float]:
    """Seconds, and seconds of the processor. `home`: of another site than that of the bench."""
    environment = {**os.environ, **({"CORDEE_HOME": str(home)} if home else {})}
    begun = os.times()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=environment)  # noqa: S603 - our own
    _pid, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise serving.NotServed(f"{' '.join(command[3:])} ended with {process.returncode}")
    return os.times().elapsed - begun.elapsed, used.ru_utime + used.ru_stime
