"""What does olxcleaner, a program that looks for mistakes in courses of Open edX, say of ours?

It is under the GPL: a program of its own, run apart, in an environment that is made for it alone.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tarfile
from collections import Counter
from pathlib import Path
from typing import Final

import pytest

from bench import large_course
from cordee.courses.exporting import export_to, languages_of
from cordee.courses.importing import import_course
from cordee.courses.models import Version
from cordee.courses.opening import RunOptions
from cordee.courses.tests.make import NOW, course_files
from cordee.courses.tests.make import archive as packed
from cordee.formats.archives import Limits
from tests.own_course import own_archive

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
WANTED: Final = "olxcleaner==0.3.0"
ROOT: Final = Path(__file__).parents[1]
COURSES: Final = ("math-percent-fi", "mitx-grading-library", "one-of-each", "large", "own-fr", "own-en", "small")
FOUND: Final = re.compile(r"^(ERROR|WARNING) (\w+) \(", re.MULTILINE)
# The passport of its external tool is a secret, which an import drops: the tool has none any more.
SECRETS_LEFT_OUT: Final = {"one-of-each": Counter({"ERROR LTIError": 1})}
S: Final = 600.0
MUST_RUN: Final = "CI" in os.environ or "TEST_ALL" in os.environ  # else it may be missing


@pytest.fixture(scope="module")
def olxcleaner(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command, in an environment of its own."""
    folder = tmp_path_factory.mktemp("olxcleaner")
    made = _run([sys.executable, "-m", "venv", str(folder)])
    if not made.returncode:
        pip = [str(folder / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "--no-input"]
        made = _run([*pip, "install", "--quiet", WANTED])
    if made.returncode:
        why = f"{WANTED} cannot be installed here: {made.stdout[-500:]}{made.stderr[-500:]}"
        if MUST_RUN:
            pytest.fail(why)
        pytest.skip(why)
    return folder / "bin" / "edx-cleaner"


def _run(words: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(words, text=True, capture_output=True, check=False, timeout=S)  # noqa: S603 - our own words


def archive(name: str, folder: Path) -> Path:
    path = folder / f"{name}.tar.gz"
    if name == "large":
        large_course.write(path)
    elif name == "small":
        packed(course_files(), path)
    elif name.startswith("own-"):
        own_archive(name.removeprefix("own-"), path)
    else:
        return ROOT / "tests" / "data" / "courses" / f"{name}.tar.gz"
    return path


def mistakes(olxcleaner: Path, course: Path, folder: Path) -> Counter[str]:
    """Errors and warnings by name; what is only worth knowing is left out."""
    with tarfile.open(course) as found:
        found.extractall(folder, filter="data")
    (file,) = folder.glob("*/course.xml")
    done = _run([str(olxcleaner), "--course", str(file), "--nosummary"])
    assert "Loaded from" in done.stdout, done.stdout + done.stderr
    assert "Traceback" not in done.stderr, done.stderr
    return Counter(f"{level} {name}" for level, name in FOUND.findall(done.stdout))


@pytest.mark.parametrize("name", COURSES)
def test_olxcleaner_finds_no_mistake_that_the_course_did_not_have(name: str, olxcleaner: Path, tmp_path: Path) -> None:
    source = archive(name, tmp_path)
    done = import_course(source, limits=Limits(), options=RunOptions(), now=NOW)
    version = Version.objects.get(pk=done.run.version_id)
    target = tmp_path / "exported.tar.gz"
    export_to(target, version, language=languages_of(version)[0])
    before = mistakes(olxcleaner, source, tmp_path / "before")
    after = mistakes(olxcleaner, target, tmp_path / "after")
    assert after - before == SECRETS_LEFT_OUT.get(name, Counter()), (before, after)


def test_olxcleaner_does_find_a_mistake(olxcleaner: Path, tmp_path: Path) -> None:
    files = course_files() | {"course/problem/capital.xml": b"<problem><p></problem>"}
    assert mistakes(olxcleaner, packed(files, tmp_path / "x.tar.gz"), tmp_path / "x")["ERROR InvalidXML"] == 1
