"""Every attack of the list is contained, as root and as an ordinary user."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import cordee
from cordee.sandbox import bubblewrap
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


def all_are_contained(found: dict[str, Any], doors: str = "landlock", *, listed: tuple[str, ...] = ()) -> None:
    """`listed`: probes that list a folder in which there is nothing but what leads to what the program may read."""
    assert found["doors"] == doors
    assert len(found["probes"]) >= 60
    open_doors = {name for name, came in found["probes"].items() if came == "done"}
    assert open_doors <= set(listed)
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
    found = attacked([sys.executable, str(HERE / "attacks.py"), str(cache), str(place), str(python), "landlock"])
    assert found["uid"] == os.geteuid()
    all_are_contained(found)


@dataclass(frozen=True)
class Copies:
    """What an ordinary user needs to run the attacks, where everybody may read: words of the command."""

    command: tuple[str, ...]
    paths: tuple[str, ...]

    def words(self, doors: str) -> list[str]:
        return [*self.command, doors, *self.paths]


@pytest.fixture
def copies(laboratory: Laboratory, open_folder: Path, python: Path, place: Path) -> Copies:
    site, packages = laboratory.toolchain.zig.parent, open_folder / "packages"
    packages.mkdir(mode=0o755)
    wanted = [site / "ziglang", site / "wasmtime", site / "ruamel", *site.glob("ziglang-*"), *site.glob("wasmtime-*")]
    paths = {put(path, packages / path.name).parent for path in [*wanted, Path(cordee.__path__[0])]}
    cache = put(laboratory.toolchain.folder.parent, open_folder / "cache")
    script = put(HERE, open_folder / "tests") / "attacks.py"
    words = (str(python), "-I", "-S", str(script), str(cache), str(place), str(python))
    return Copies(words, tuple(map(str, paths)))


def as_an_ordinary_user(command: list[str], place: Path) -> list[str]:
    """By another account when the tests are root's."""
    if os.geteuid() != 0:
        return command
    os.chown(place, NOBODY, NOBODY)
    return ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--no-new-privs", *command]


def test_every_attack_is_contained_for_an_ordinary_user(copies: Copies, place: Path) -> None:
    found = attacked(as_an_ordinary_user(copies.words("landlock"), place))
    assert found["uid"] == (os.geteuid() or NOBODY)
    all_are_contained(found)


@pytest.mark.parametrize("who", ["who runs the tests", "an ordinary user"])
def test_every_attack_is_contained_by_bubblewrap_where_landlock_is_not(copies: Copies, place: Path, who: str) -> None:
    program, why = bubblewrap.working()
    if not program:
        pytest.skip(f"bubblewrap confines nothing here: {why}")
    command = copies.words("bubblewrap")
    found = attacked(as_an_ordinary_user(command, place) if who == "an ordinary user" else command)
    all_are_contained(found, "bubblewrap", listed=("list /", "list /proc"))
    # Nothing is there but the folders above what it may read.
    leads = {str(parent) for path in (Path(copies.command[0]), Path("/usr/lib")) for parent in path.parents}
    assert set(found["all that is there"]) <= leads
