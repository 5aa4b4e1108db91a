"""Do the scripts that build and check find what they must find, by its place and by its fault?"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

import build_islands
import check_templates

ROOT = Path(__file__).resolve().parent.parent


def touch(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()


def test_islands_are_found_by_their_place(tmp_path: Path) -> None:
    touch(tmp_path, "ui/islands/menu.ts", "ui/islands/types.d.ts", "learning/island.ts", "activities/quiz/island.ts")
    found = {
        source.relative_to(tmp_path).as_posix(): target.relative_to(tmp_path).as_posix()
        for source, target in build_islands.islands(tmp_path).items()
    }
    assert found == {
        "ui/islands/menu.ts": "ui/static/ui/menu.js",
        "learning/island.ts": "learning/static/learning/island.js",
        "activities/quiz/island.ts": "activities/quiz/static/activities/quiz/island.js",
    }


def test_a_built_file_without_source_is_found(tmp_path: Path) -> None:
    touch(tmp_path, "ui/static/ui/old.js", "activities/quiz/static/activities/quiz/island.js")
    assert {path.name for path in build_islands.built_files(tmp_path)} == {"old.js", "island.js"}


@pytest.mark.parametrize(
    "line", ["const x: any = 1;", "x as any", "new Map<any>()", "function f(x:any) {}", "let all: any[] = []"]
)
def test_the_type_any_is_noticed(line: str) -> None:
    assert build_islands.ANY.search(line)


@pytest.mark.parametrize("line", ["const many: Many = x;", "anything as AnyOf", '"there is: any of them"'])
def test_words_that_hold_any_are_not_mistaken_for_it(line: str) -> None:
    assert not build_islands.ANY.search(line)


@pytest.mark.parametrize(
    ("template", "line"),
    [
        ('<p>\n<b style="color: red">', 2),
        ('<p class="a"\n style="x">', 1),
        ("<style>p {}</style>", 1),
        ("<script>go()</script>", 1),
        ('\n\n<button onclick="go()">', 3),
    ],
)
def test_what_the_content_policy_would_drop_is_noticed(template: str, line: int) -> None:
    assert [number for number, _ in check_templates.faults_of(template)] == [line]


@pytest.mark.parametrize(
    "template",
    [
        '<script src="{% static "ui/menu.js" %}" type="module"></script>',
        '<p class="style">on = off</p>',
        '{# <p style="x"> #}<p>',
        '{% comment %}<b onclick="x">{% endcomment %}',
    ],
)
def test_what_the_content_policy_allows_is_no_fault(template: str) -> None:
    assert check_templates.faults_of(template) == []


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder with a space in its name that holds the scripts, as a clone would."""
    folder = tmp_path / "a clone"
    folder.mkdir()
    shutil.copytree(ROOT / "bin", folder / "bin")
    shutil.copytree(ROOT / "requirements", folder / "requirements")
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def run(command: list[str], *, path: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": path, "HOME": os.environ.get("HOME", "/")}
    return subprocess.run(command, env=environment, cwd=cwd, text=True, capture_output=True, check=False)  # noqa: S603


def tools(folder: Path, **scripts: str) -> str:
    """A PATH with the programs that every system has, and these scripts."""
    folder.mkdir()
    for name in ("sh", "dirname", "cksum", "cmp", "cat", "rm", "mv", "sed", "grep", "date", "tail", "mktemp", "env"):
        (folder / name).symlink_to(str(shutil.which(name)))
    for name, text in scripts.items():
        (folder / name).write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
        (folder / name).chmod(0o755)
    return str(folder)


def test_set_up_says_that_python_is_missing(checkout: Path, tmp_path: Path) -> None:
    done = run(["sh", str(checkout / "bin/setup")], path=tools(tmp_path / "bin"), cwd=Path("/"))
    assert done.returncode == 1
    assert "Python is missing" in done.stderr
    assert "apt install python3" in done.stderr


def test_set_up_says_that_python_is_too_old(checkout: Path, tmp_path: Path) -> None:
    old = 'case "$*" in *version_info*) exit 1 ;; *) echo "Python 3.9.2" ;; esac'
    done = run(["sh", str(checkout / "bin/setup")], path=tools(tmp_path / "bin", python3=old), cwd=Path("/"))
    assert done.returncode == 1
    assert "Python 3.9.2 is too old" in done.stderr


def test_set_up_says_that_the_modules_for_environments_are_missing(checkout: Path, tmp_path: Path) -> None:
    without = 'case "$*" in *ensurepip*) exit 1 ;; esac'
    done = run(["sh", str(checkout / "bin/setup")], path=tools(tmp_path / "bin", python3=without), cwd=Path("/"))
    assert done.returncode == 1
    assert "apt install python3-venv" in done.stderr


def test_set_up_refuses_a_word_that_it_does_not_know(checkout: Path) -> None:
    done = run(["sh", "bin/setup", "--develop"], path=os.environ["PATH"], cwd=checkout)
    assert done.returncode == 2
    assert "usage" in done.stderr


def test_every_file_that_a_shell_reads_is_read_by_sh() -> None:
    for script in [*(ROOT / "bin").iterdir(), *(ROOT / "scripts").glob("*.sh")]:
        assert run(["sh", "-n", str(script)], path=os.environ["PATH"], cwd=ROOT).returncode == 0, script
