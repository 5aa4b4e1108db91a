"""Does the package that people install hold everything that a site needs, and work far from a checkout?"""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "cordee"
SOURCES_ONLY = {".ts", ".po", ".sh"}  # what a checkout builds from

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the source archive, built without a network."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "--directory", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)  # noqa: S603 - our own words
    return folder


@pytest.fixture(scope="module")
def wheel(built: Path) -> zipfile.ZipFile:
    (path,) = built.glob("cordee-*-py3-none-any.whl")
    return zipfile.ZipFile(path)


def needed() -> set[str]:
    """The files of the package that a site reads, by their name in the wheel."""
    found = set()
    for path in PACKAGE.rglob("*"):
        place = path.relative_to(PACKAGE)
        aside = {"tests", "__pycache__"} & set(place.parts) or place.parts[:2] == ("ui", "styles")
        if path.is_file() and not aside and path.suffix not in SOURCES_ONLY | {".pyc"}:
            found.add(f"cordee/{place.as_posix()}")
    return found


def test_the_wheel_holds_every_module_template_style_font_and_translation(wheel: zipfile.ZipFile) -> None:
    names = set(wheel.namelist())
    assert needed() - names == set()
    endings = {Path(name).suffix for name in names}
    assert {".py", ".html", ".css", ".js", ".svg", ".woff2", ".ttf", ".typ"} <= endings


def test_the_wheel_holds_the_demo(wheel: zipfile.ZipFile) -> None:
    demo = {
        f"cordee/web/demo_data/{path.relative_to(ROOT / 'demo').as_posix()}"
        for path in (ROOT / "demo").rglob("*")
        if path.is_file()
    }
    assert demo
    assert demo - set(wheel.namelist()) == set()


def test_the_wheel_holds_no_test_and_no_source_of_a_built_file(wheel: zipfile.ZipFile) -> None:
    ours = [name for name in wheel.namelist() if not name.startswith("cordee/web/demo_data/")]
    assert [name for name in ours if "/tests/" in name or Path(name).suffix in SOURCES_ONLY] == []


def test_the_wheel_names_its_licence_and_its_command(wheel: zipfile.ZipFile) -> None:
    (metadata,) = (name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
    about = Parser().parsestr(wheel.read(metadata).decode())
    assert about["License-Expression"] == "Apache-2.0"
    assert {"LICENSE", "NOTICE", "src/cordee/ui/icons/LICENSE"} <= set(about.get_all("License-File") or [])
    assert "cordee = cordee.web.cli:main" in wheel.read(metadata.replace("METADATA", "entry_points.txt")).decode()


def test_the_source_archive_can_be_built_from(built: Path) -> None:
    (path,) = built.glob("cordee-*.tar.gz")
    with tarfile.open(path) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"pyproject.toml", "LICENSE", "NOTICE", "README.md", "src/cordee/__init__.py", "demo/README.md"} <= names
    assert not [name for name in names if name.startswith((".venv", "node_modules", "var/", ".ci"))]


def test_an_installed_cordee_works_far_from_its_checkout(wheel: zipfile.ZipFile, tmp_path: Path) -> None:
    wheel.extractall(tmp_path / "installed")  # noqa: S202 - our own archive
    program = (
        "import sys; sys.path.insert(0, sys.argv.pop(1))\n"
        "import cordee; assert cordee.__file__.startswith(sys.path[0]), cordee.__file__\n"
        "from cordee.web.cli import main; sys.exit(main())"
    )
    for arguments in (["--help"], ["migrate"]):
        done = subprocess.run(  # noqa: S603 - our own words
            [sys.executable, "-I", "-c", program, str(tmp_path / "installed"), *arguments],
            cwd=tmp_path,
            env={"PATH": os.environ["PATH"], "CORDEE_HOME": str(tmp_path / "home")},
            text=True,
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
    assert list((tmp_path / "home").iterdir())
