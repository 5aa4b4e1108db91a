"""Every attack of the list is contained, as root and as an ordinary user."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import cordee
from cordee.sandbox.laboratory import Laboratory

pytestmark = pytest.mark.long  # the compiler's library is made first
HERE = Path(__file__).parent
NOBODY = 65_534
CONTAINED = {
    "sleeps for ever and ignores signals": "ended",
    "burns processor time": "ended",
    "asks for 8 GB": "refused",
    "writes for ever": "cut",
    "forks for ever": "ended",
    "the worker is killed": "its program ended",
    "an honest program": "42\n",
    "an include of /etc/passwd": "refused",
    "two files": "compiled",
    "secret is as it was": True,
}


def attacked(command: list[str], **variables: str) -> dict[str, Any]:
    done = subprocess.run(  # noqa: S603 - our own words
        command, capture_output=True, text=True, timeout=300, check=False, env={"PATH": os.environ["PATH"], **variables}
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return dict(json.loads(done.stdout.splitlines()[-1]))


def all_are_contained(found: dict[str, Any]) -> None:
    assert len(found["probes"]) >= 60
    open_doors = {name: came for name, came in found["probes"].items() if came == "done"}
    assert open_doors == {}
    assert {name: found[name] for name in CONTAINED} == CONTAINED


@pytest.fixture
def open_folder() -> Any:
    """A folder that every user may enter, which pytest's own are not."""
    place = Path("/var/tmp") / f"cordee-attacks-{os.getpid()}"  # noqa: S108 - named by this process, removed below
    place.mkdir(mode=0o755)
    yield place
    shutil.rmtree(place)


def may_be_entered_by_all(path: Path) -> bool:
    return all(one.stat().st_mode & 0o005 == 0o005 for one in [path, *path.parents])


def put(source: Path, target: Path) -> Path:
    """The same files where all may read them: at once when they lie so already."""
    source = source.resolve()
    if may_be_entered_by_all(source):
        return source
    shutil.copytree(
        source, target, ignore=shutil.ignore_patterns("__pycache__", "test", "site-packages"), symlinks=True
    )
    for path in (target, *target.rglob("*")):
        if not path.is_symlink():
            path.chmod(
                path.stat().st_mode | (0o055 if path.is_dir() else 0o044 | (path.stat().st_mode & 0o100) // 8 * 0o11)
            )
    return target


@pytest.fixture
def python(open_folder: Path) -> Path:
    """An interpreter that every user may run."""
    base = Path(sys.base_prefix).resolve()
    name = f"python{sys.version_info.major}.{sys.version_info.minor}"
    if may_be_entered_by_all(base / "bin"):
        return base / "bin" / name
    put(base / "lib", open_folder / "python" / "lib")
    (open_folder / "python" / "bin").mkdir()
    shutil.copy(base / "bin" / name, open_folder / "python" / "bin" / name)
    (open_folder / "python" / "bin").chmod(0o755)
    (open_folder / "python").chmod(0o755)
    return open_folder / "python" / "bin" / name


@pytest.fixture
def place(open_folder: Path) -> Path:
    folder = open_folder / "attacked"
    folder.mkdir()
    return folder


def test_every_attack_is_contained_for_who_runs_the_tests(laboratory: Laboratory, python: Path, place: Path) -> None:
    cache = laboratory.toolchain.folder.parent
    found = attacked([sys.executable, str(HERE / "attacks.py"), str(cache), str(place), str(python)])
    assert found["uid"] == os.geteuid()
    all_are_contained(found)


def test_every_attack_is_contained_for_an_ordinary_user(
    laboratory: Laboratory, open_folder: Path, python: Path, place: Path
) -> None:
    """Run by another account when the tests are root's; else it is the test above."""
    own = [sys.executable, str(HERE / "attacks.py"), str(laboratory.toolchain.folder.parent), str(place), str(python)]
    if os.geteuid() != 0:
        all_are_contained(attacked(own))
        return
    site, packages = laboratory.toolchain.zig.parent, open_folder / "packages"
    packages.mkdir(mode=0o755)
    wanted = [site / "ziglang", site / "wasmtime", site / "ruamel", *site.glob("ziglang-*"), *site.glob("wasmtime-*")]
    paths = {put(path, packages / path.name).parent for path in [*wanted, Path(cordee.__path__[0])]}
    cache = put(laboratory.toolchain.folder.parent, open_folder / "cache")
    script = put(HERE, open_folder / "tests") / "attacks.py"
    os.chown(place, NOBODY, NOBODY)
    account = ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--no-new-privs")
    words = (str(python), "-I", "-S", str(script), str(cache), str(place), str(python))
    found = attacked([*account, *words, *map(str, paths)])
    assert found["uid"] == NOBODY
    all_are_contained(found)
