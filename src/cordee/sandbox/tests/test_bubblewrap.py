"""Where the kernel has no Landlock, is bubblewrap tried before it is trusted, and is the answer the same with it?"""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from cordee.sandbox import bubblewrap, confinement
from cordee.sandbox.confinement import ConfinementError, Doors, Limits, NotReachable, confined_run, end_helper
from cordee.sandbox.laboratory import Laboratory

SYSTEM = tuple(path for path in map(Path, ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/bin/sh")) if path.exists())


@pytest.fixture
def without_landlock(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A kernel that has none, for this process; nobody but a test can say so."""
    monkeypatch.setattr(confinement, "landlock_abi", lambda: 0)
    yield
    end_helper()


@pytest.fixture
def within(without_landlock: None) -> None:
    program, why = bubblewrap.working()
    if not program:
        pytest.skip(f"bubblewrap confines nothing here: {why}")


def shell(code: str) -> confinement.Completed:
    return confined_run(["/bin/sh", "-c", code], read=SYSTEM, limits=Limits(), timeout_s=20)


@pytest.fixture
def folder_for_all() -> Iterator[Path]:
    """Those of pytest are for one user, and bubblewrap is tried as another."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


def put_bwrap(folder: Path, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the place of the system's."""
    program = folder / "bwrap"
    program.write_text(text)
    program.chmod(0o755)
    monkeypatch.setattr(bubblewrap, "LOOKED_IN", str(folder))


def test_where_neither_landlock_nor_bubblewrap_is_nothing_is_confined_and_both_are_named(
    without_landlock: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bubblewrap, "LOOKED_IN", str(tmp_path))
    with pytest.raises(ConfinementError) as refused:
        shell("echo no")
    assert "Landlock ABI 0, bubblewrap: bwrap is not installed" in str(refused.value)


def test_a_bubblewrap_that_may_make_no_namespaces_is_not_used_and_says_why(
    without_landlock: None, folder_for_all: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    why = "bwrap: No permissions to create a new namespace"
    put_bwrap(folder_for_all, f"#!/bin/sh\necho '{why}' >&2\nexit 1\n", monkeypatch)
    assert bubblewrap.working() == ("", why)
    with pytest.raises(ConfinementError, match="No permissions to create a new namespace"):
        shell("echo no")


def test_landlock_is_taken_where_it_is_and_bubblewrap_is_not_even_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(confinement, "landlock_abi", lambda: 3)
    monkeypatch.setattr(bubblewrap, "working", lambda: pytest.fail("it was tried"))
    assert confinement.require_confinement() == Doors(landlock_abi=3)


def test_a_program_within_ends_as_it_ends_and_one_that_cannot_start_is_no_fault_of_its_writer(within: None) -> None:
    done = shell("echo out; echo err >&2; exit 7")
    assert (done.returncode, done.stdout, done.stderr, done.timed_out) == (7, b"out\n", b"err\n", False)
    with pytest.raises(ConfinementError, match="execvp /nothing/here"):
        confined_run(["/nothing/here"], read=SYSTEM, limits=Limits(), timeout_s=20)


def test_a_program_within_that_may_have_one_process_starts_no_second(within: None) -> None:
    done = shell("(echo second) || echo alone")
    assert b"second" not in done.stdout
    assert done.returncode != 0


def test_a_worker_killed_at_any_moment_of_the_start_leaves_nothing(within: None) -> None:
    mark = f"cordee_moment_{os.getpid()}"

    def alive() -> list[Path]:
        found = []
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            with contextlib.suppress(OSError):
                if mark.encode() in path.read_bytes():
                    found.append(path)
        return found

    code = f": {mark}; while :; do :; done"
    for wait_ms in range(0, 40, 8):
        worker = os.fork()
        if worker == 0:
            with contextlib.suppress(BaseException):
                confined_run(["/bin/sh", "-c", code], read=SYSTEM, limits=Limits(cpu_s=60), timeout_s=60)
            os._exit(0)
        until = time.monotonic() + 20
        while not alive() and time.monotonic() < until:
            time.sleep(0.001)
        assert alive()
        time.sleep(wait_ms / 1000)
        os.kill(worker, signal.SIGKILL)
        os.waitpid(worker, 0)
        until = time.monotonic() + 10
        while alive() and time.monotonic() < until:
            time.sleep(0.01)
        assert not alive(), wait_ms


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (b'{ "child-pid": 3, "pid-namespace": 4 }\n{ "exit-code": 0 }\n', 0),
        (b'{ "child-pid": 3 }\n{ "exit-code": 7 }\n', 7),
        (b'{ "child-pid": 3 }\n{ "exit-code": 137 }\n', -9),
        (b'{ "child-pid": 3 }\n', None),
        (b"", None),
    ],
)
def test_the_end_of_a_program_is_read_from_what_bubblewrap_says(status: bytes, code: int | None) -> None:
    assert bubblewrap.exit_code_of(status) == code


def test_under_root_a_folder_that_the_other_user_may_not_enter_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = tmp_path / "closed"
    (closed / "inside").mkdir(parents=True)
    closed.chmod(0o700)
    mine = closed.stat().st_uid
    confinement.require_reachable([Path("/usr/lib")], mine + 1)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    confinement.require_reachable([closed / "inside"], mine + 1)  # no root, no other user
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    confinement.require_reachable(["/"], mine)
    with pytest.raises(NotReachable, match="another user must get at"):
        confinement.require_reachable([closed / "inside"], mine + 1)


@pytest.mark.long  # the compiler's library is made first
def test_the_compiler_says_the_same_within_of_one_file_and_of_several(
    laboratory: Laboratory, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = {"main.c": "int main(void) { return totl }\n"}
    several = {
        "main.c": '#include "other.h"\nint main(void) { return other(1); }\n',
        "other.h": "int other(int n);\n",
        "other.c": '#include "other.h"\nint other(int n) { int unset; return unset + n; }\n',
    }
    wanted = [laboratory.compile(files) for files in (one, several)]
    monkeypatch.setattr(confinement, "landlock_abi", lambda: 0)
    program, why = bubblewrap.working()
    if not program:
        pytest.skip(f"bubblewrap confines nothing here: {why}")
    try:
        found = [laboratory.compile(files) for files in (one, several)]
    except NotReachable as wrong:
        pytest.skip(str(wrong))
    finally:
        end_helper()
    assert found == wanted
    assert found[0].module is None
    assert found[1].module is not None
