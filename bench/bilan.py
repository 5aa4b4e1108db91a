"""How long does a programme of 340,000 enrolments take: to simulate, to count, to count again, to print?

Each step is the command that a person types, in a process of its own, beside the floor: the same command on a folder
without runs.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from bench.rows import Row
from bench.serving import NotServed, cordee_command

WORLD_S, WORLD_MB = 300, 2000
FIGURES_S, FIGURES_MB = 10, 500
AGAIN_S = 2
PDF_S = 5
QUICK_SCALE = "1/20"


def measured(folder: Path, *, quick: bool) -> Iterator[Row]:
    """Every row: wall seconds and processor seconds, and the most memory."""
    world, out = folder / "programme", folder / "out"
    steps = {"world": _ran("bilan", "world", str(world), "--scale", QUICK_SCALE if quick else "1")}
    (folder / "empty").mkdir()
    shutil.copyfile(world / "programme.toml", folder / "empty" / "programme.toml")
    floor = _ran("bilan", "build", str(folder / "empty"), "--html", str(folder / "floor"))
    for kept in ("rollups", "answers", "told"):  # as a store of which nobody asked anything yet
        shutil.rmtree(world / "pilot" / kept, ignore_errors=True)
    build = ("bilan", "build", str(world), "--lang", "fr")
    steps["figures"] = _ran(*build, "--html", str(out))
    steps["once_more"] = _ran(*build, "--html", str(folder / "out2"))
    _change_a_run(world / "pilot")
    steps["again"] = _ran(*build, "--html", str(folder / "out3"))
    steps["pdf"] = _ran(*build, "--pdf", str(folder / "one.pdf"))
    _ran(*build, "--pdf", str(folder / "two.pdf"))
    targets = {"world": (WORLD_S, WORLD_MB), "figures": (FIGURES_S, FIGURES_MB), "again": (AGAIN_S, FIGURES_MB)}
    for name, (wall, cpu, memory) in steps.items():
        seconds, megabytes = targets.get(name, (PDF_S if name == "pdf" else None, None))
        least = None if name == "world" else floor
        yield Row(f"bilan/{name}_s", "duckdb", wall, "s", least and least[0], seconds)
        yield Row(f"bilan/{name}_cpu_s", "duckdb", cpu, "s", least and least[1])
        yield Row(f"bilan/{name}_memory_mb", "duckdb", memory, "MB", least and least[2], megabytes)
    same = _sum(out) == _sum(folder / "out2") and _sum(folder / "one.pdf") == _sum(folder / "two.pdf")
    yield Row("bilan/other_bytes", "duckdb", 0 if same else 1, "files", None, 0)


def _change_a_run(store: Path) -> None:
    """As if a newer report of one run had come."""
    for path in (next((store / "tables" / "grades").glob("*/*.parquet")), next((store / "sources").glob("*.json"))):
        path.touch()


def _ran(*words: str) -> tuple[float, float, float]:
    """Wall seconds, processor seconds, megabytes."""
    begun = time.perf_counter()
    process = subprocess.Popen(cordee_command(*words), stdout=subprocess.DEVNULL)  # noqa: S603 - our own command
    _pid, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise NotServed(f"{' '.join(words[:2])} ended with {process.returncode}")
    return time.perf_counter() - begun, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def _sum(place: Path) -> str:
    files = sorted(path for path in place.rglob("*") if path.is_file()) if place.is_dir() else [place]
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()
