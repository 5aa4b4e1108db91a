"""What does a large course cost as text: written, checked, published?

Of 759 blocks; each by its command, in seconds of processor, the best of a few tries. The least of all three is a
command that starts and only asks the database for something.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from bench import large_course, serving
from bench.checks import timed
from bench.rows import Row

EXPORT_CPU_S, CHECK_CPU_S, PUBLISH_CPU_S = 3, 5, 3
TRIES = 3


def measured(folder: Path, home: Path, engine: str) -> Iterator[Row]:
    """`course export --text`, `course check` and `course publish` of that folder. `home`: a site without courses.

    Each folder is a new one: a file system that has just lost thousands of files takes far longer to make others.
    """
    archive = folder / "as-text.tar.gz"
    large_course.write(archive)
    empty = folder / "empty-home"
    shutil.copytree(home, empty)
    timed(_course("import", str(archive)))
    least = _best(lambda _n: _course("versions", large_course.KEY))
    export = _best(lambda n: _course("export", large_course.KEY, "--text", str(folder / f"text-{n}")))
    check = _best(lambda n: _course("check", str(folder / f"text-{n}")))
    homes = [Path(shutil.copytree(empty, folder / f"home-{n}")) for n in range(TRIES)]
    publish = min(timed(_course("publish", str(folder / f"text-{n}")), home=one)[1] for n, one in enumerate(homes))
    yield Row("export_text/cpu_s", engine, export, "s", least, EXPORT_CPU_S)
    yield Row("check_text/cpu_s", engine, check, "s", least, CHECK_CPU_S)
    yield Row("publish_text/cpu_s", engine, publish, "s", least, PUBLISH_CPU_S)


def _best(command: Callable[[int], list[str]]) -> float:
    return min(timed(command(n))[1] for n in range(TRIES))


def _course(*words: str) -> list[str]:
    return serving.cordee_command("course", *words, "--json")
