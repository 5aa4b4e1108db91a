"""How long does a programme of 340,000 enrolments take: to simulate, to count, to count again, to print?

Figures are counted in a process of their own, as a page of a site would, with what it loads left out; the commands that
a person types are beside them whole, with the floor: the same command on a folder without runs.
"""

from __future__ import annotations

import hashlib
import json
import os
import resource
import shutil
import subprocess
import sys
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
KEPT = ("rollups", "answers", "told")
Took = tuple[float, float, float]  # seconds of the clock, of the processor, megabytes at most


def measured(folder: Path, *, quick: bool) -> Iterator[Row]:
    """Every row."""
    world = folder / "programme"
    store = world / "pilot"
    yield from _rows(
        "world", _ran("bilan", "world", str(world), "--scale", QUICK_SCALE if quick else "1"), WORLD_S, WORLD_MB
    )
    _forget(store)
    yield from _rows("figures", _counted(world), FIGURES_S, FIGURES_MB)
    _change_a_run(store)
    yield from _rows("again", _counted(world), AGAIN_S, FIGURES_MB)
    (folder / "empty").mkdir()
    shutil.copyfile(world / "programme.toml", folder / "empty" / "programme.toml")
    floor = _ran("bilan", "build", str(folder / "empty"), "--html", str(folder / "floor"))
    build = ("bilan", "build", str(world), "--lang", "fr")
    _forget(store)
    yield from _rows("pages_first", _ran(*build, "--html", str(folder / "one")), floor=floor)
    yield from _rows("pages", _ran(*build, "--html", str(folder / "two")), floor=floor)
    yield from _rows("pdf", _ran(*build, "--pdf", str(folder / "one.pdf")), PDF_S, floor=floor)
    _ran(*build, "--pdf", str(folder / "two.pdf"))
    pairs = ((folder / "one", folder / "two"), (folder / "one.pdf", folder / "two.pdf"))
    yield Row("bilan/built_differently", "duckdb", sum(_sum(a) != _sum(b) for a, b in pairs), "of 2", None, 0)


def _rows(
    name: str, took: Took, seconds: float | None = None, megabytes: float | None = None, floor: Took | None = None
) -> Iterator[Row]:
    yield Row(f"bilan/{name}_s", "duckdb", took[0], "s", floor and floor[0], seconds)
    yield Row(f"bilan/{name}_cpu_s", "duckdb", took[1], "s", floor and floor[1])
    yield Row(f"bilan/{name}_memory_mb", "duckdb", took[2], "MB", floor and floor[2], megabytes)


def _forget(store: Path) -> None:
    """As if nobody had asked the store anything yet."""
    for name in KEPT:
        shutil.rmtree(store / name, ignore_errors=True)


def _change_a_run(store: Path) -> None:
    """As if a newer report of one run had come."""
    for path in (next((store / "tables" / "grades").glob("*/*.parquet")), next((store / "sources").glob("*.json"))):
        path.touch()


def _ran(*words: str) -> Took:
    begun = time.perf_counter()
    process = subprocess.Popen(cordee_command(*words), stdout=subprocess.DEVNULL)  # noqa: S603 - our own command
    _pid, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise NotServed(f"{' '.join(words[:2])} ended with {process.returncode}")
    return time.perf_counter() - begun, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def _counted(world: Path) -> Took:
    """All figures of the folder and its store, in a process of their own."""
    words = [sys.executable, "-m", "bench.bilan", str(world)]
    seconds, cpu, memory = json.loads(subprocess.run(words, stdout=subprocess.PIPE, check=True).stdout)  # noqa: S603
    return float(seconds), float(cpu), float(memory)


def _count(world: Path) -> Took:
    os.environ["DJANGO_SETTINGS_MODULE"] = "cordee.web.bilan_settings"
    import django

    django.setup()
    from cordee.bilan.figures.reviewing import review
    from cordee.bilan.folder.reading import read_folder

    begun, cpu = time.perf_counter(), time.process_time()
    programme, _faults = read_folder(world)
    review(programme, stores=world)
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return time.perf_counter() - begun, time.process_time() - cpu, used


def _sum(place: Path) -> str:
    files = sorted(path for path in place.rglob("*") if path.is_file()) if place.is_dir() else [place]
    digest = hashlib.sha256()
    for path in files:
        digest.update(str(path.relative_to(place)).encode() + path.read_bytes())
    return digest.hexdigest()


if __name__ == "__main__":
    print(json.dumps(_count(Path(sys.argv[1]))))
