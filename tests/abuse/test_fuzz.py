"""Does the fuzzing script run, try what was kept, and find something broken when there is?"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.long

ROOT = Path(__file__).parents[2]
FUZZ = ROOT / "scripts" / "fuzz.py"


def _run(*arguments: str, script: Path = FUZZ) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(script), *arguments]
    return subprocess.run(command, cwd=ROOT, text=True, capture_output=True, check=False, timeout=120)  # noqa: S603 - our own words


@pytest.mark.parametrize("seed", ["1", "2"])
def test_some_seconds_of_random_answers_and_problems_break_nothing(seed: str) -> None:
    done = _run("--cases", "150", "--seed", seed)
    assert done.returncode == 0, done.stdout + done.stderr
    tried = int(done.stdout.splitlines()[-1].split()[0])
    assert tried == 150 + len([*(ROOT / "tests" / "data" / "fuzz").glob("*.json")])


def test_a_broken_case_is_told_and_kept(tmp_path: Path) -> None:
    """The same script beside an expression reader that fails: a check that cannot fail checks nothing."""
    script = tmp_path / "scripts" / "fuzz.py"
    script.parent.mkdir()
    source = FUZZ.read_text(encoding="utf-8")
    broken = source.replace(
        "    def value() -> object:\n",
        "    if len(text) > 1:\n        raise KeyError(text)\n\n    def value() -> object:\n",
    )
    assert broken != source
    script.write_text(broken, encoding="utf-8")
    (tmp_path / "tests").mkdir()
    data = tmp_path / "tests" / "data"
    data.mkdir()
    (data / "olx").symlink_to(ROOT / "tests" / "data" / "olx")
    done = _run("--cases", "40", "--seed", "1", script=script)
    assert done.returncode == 1
    assert "KeyError" in done.stdout
    assert [*(data / "fuzz").glob("*.json")]
