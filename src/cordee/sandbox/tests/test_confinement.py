"""The helper forks one job after the other: what one was given is not the next one's."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from cordee.sandbox.confinement import Completed, ConfinementError, Limits, confined_run

CAT = Path(shutil.which("cat") or "/bin/cat").resolve()
SYSTEM = tuple(path for path in map(Path, ("/lib", "/lib64", "/usr/lib")) if path.exists())


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that another user may enter, which pytest's are not."""
    with tempfile.TemporaryDirectory(prefix="cordee-doors-") as name:
        path = Path(name)
        path.chmod(0o755)
        yield path


def folder(place: Path, name: str, words: str) -> Path:
    made = place / name
    made.mkdir()
    (made / "words").write_text(words)
    made.chmod(0o755)
    (made / "words").chmod(0o644)
    return made


def shown(path: Path, *read: Path) -> Completed:
    return confined_run([str(CAT), str(path)], read=(CAT, *SYSTEM, *read), limits=Limits(), timeout_s=20)


def test_a_job_reads_what_it_is_given_and_nothing_of_the_job_before(place: Path) -> None:
    one, two = folder(place, "one", "first"), folder(place, "two", "second")
    for _ in range(2):
        assert shown(one / "words", one).stdout == b"first"
        assert shown(one / "words", one).stdout == b"first"
        assert shown(two / "words", two).stdout == b"second"
        refused = shown(one / "words", two)
        assert (refused.stdout, refused.returncode) == (b"", 1)
    assert shown(one / "words").returncode == 1


def test_a_folder_that_was_replaced_is_read_anew_and_the_old_one_no_more(place: Path) -> None:
    one = folder(place, "one", "first")
    assert shown(one / "words", one).stdout == b"first"
    one.rename(place / "old")
    again = folder(place, "one", "again")
    assert shown(again / "words", again).stdout == b"again"
    assert shown(place / "old" / "words", again).returncode == 1


def test_what_may_be_written_is_not_what_may_be_read(place: Path) -> None:
    one = folder(place, "one", "first")
    read = (CAT, *SYSTEM)
    command = [str(CAT), str(one / "words")]
    given = confined_run(command, read=(*read, one), limits=Limits(), timeout_s=20)
    assert given.stdout == b"first"
    only_to_write = confined_run(command, read=read, write=(one,), limits=Limits(), timeout_s=20)
    assert only_to_write.stdout == b"first"  # what may be written may be read as well, and not executed
    program = shutil.copy(CAT, one / "cat")
    with pytest.raises(ConfinementError):
        confined_run([str(program)], read=read, write=(one,), limits=Limits(), timeout_s=20)


@pytest.mark.parametrize("which", ["read", "write", "roots"])
def test_a_path_that_is_missing_is_said_and_the_next_job_runs(place: Path, which: str) -> None:
    one = folder(place, "one", "first")
    given: dict[str, tuple[Path, ...]] = {"read": (CAT, *SYSTEM, one), "write": (), "roots": ()}
    given[which] = (*given[which], place / "nowhere")
    read, write, roots = given.values()
    with pytest.raises(ConfinementError, match="FileNotFoundError"):
        confined_run([str(CAT)], read=read, write=write, roots=roots, limits=Limits(), timeout_s=20)
    assert shown(one / "words", one).stdout == b"first"


def test_a_helper_keeps_no_descriptor_of_its_jobs(place: Path) -> None:
    """Each job of its own folder: as many as a process may have open files would end it."""
    folders = [folder(place, f"f{n}", str(n)) for n in range(30)]
    holding = [
        confined_run(
            [str(CAT), str(one / "words")], read=(CAT, *SYSTEM, one), roots=(one,), limits=Limits(), timeout_s=20
        ).stdout
        for one in folders
    ]
    assert holding == [str(n).encode() for n in range(30)]
    (helper,) = (
        path
        for path in Path("/proc").glob("[0-9]*")
        if f"PPid:\t{os.getpid()}\n" in _text(path / "status") and "confinement_helper" in _text(path / "cmdline")
    )
    assert len(list((helper / "fd").iterdir())) < 10


def _text(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""
