"""Does a backup hold everything, come back everywhere, and is nothing else taken for one?"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from cordee.core.errors import Conflict, CordeeError
from cordee.web import database
from cordee.web.backups import archive, making, restoring
from cordee.web.environment import Environment
from cordee.web.tests.running import (
    CORDEE,
    POSTGRESQL,
    cordee,
    environment,
    free_pair_of_ports,
    migrate_once,
    running_site,
    undo_last_migration,
    wait_for,
)
from cordee.web.tests.world import WEIGHTS, start_writing, world

pytestmark = [pytest.mark.with_site, pytest.mark.long]
ON_SQLITE = "tries what SQLite does with its file"
KEYS = ("keys/site", "keys/files")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The home of a site with a small world in it, and the code of an attestation there."""
    home = tmp_path_factory.mktemp("site") / "home"
    migrate_once(home)
    return home, world("make", home=home)


@pytest.fixture(scope="module")
def saved(site: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of it."""
    file = tmp_path_factory.mktemp("saved") / "cordee.zip"
    done = cordee("backup", str(file), home=site[0])
    assert done.returncode == 0, done.stderr
    return file


def restored(file: Path, home: Path, **settings: str) -> dict[str, object]:
    done = cordee("restore", str(file), "--json", home=home, **settings)
    assert done.returncode == 0, done.stderr
    answer: dict[str, object] = json.loads(done.stdout)
    return answer


def files_of(home: Path) -> dict[str, str]:
    """Every file of courses and every key, with its hash."""
    return {
        str(path.relative_to(home)): hashlib.sha256(path.read_bytes()).hexdigest()
        for folder in ("files", "keys")
        for path in (home / folder).rglob("*")
        if path.is_file()
    }


def test_a_restored_site_has_every_row_file_and_key_and_its_attestations_are_verified(
    site: tuple[Path, str], saved: Path, tmp_path: Path
) -> None:
    home, code = site
    answer = restored(saved, tmp_path / "new")
    assert answer["replaced"] == []
    assert answer["pending_migrations"] == 0
    assert world("sums", home=tmp_path / "new") == world("sums", home=home)
    assert files_of(tmp_path / "new") == files_of(home)
    assert hashlib.sha256(WEIGHTS).hexdigest() in files_of(home).values()
    with running_site(tmp_path / "new") as again:  # it is served, and nothing has to be migrated
        page = httpx.get(f"{again.url}/v/{code}", follow_redirects=True)
        assert page.status_code == 200
        assert "Awa Diallo" in page.text


def test_a_backup_goes_from_either_engine_into_the_other(site: tuple[Path, str], saved: Path, tmp_path: Path) -> None:
    there = tmp_path / "there"
    other = {"CORDEE_DATABASE": f"sqlite:///{there}/rows.sqlite3"}
    restored(saved, there, **other)
    again = tmp_path / "again.zip"
    assert cordee("backup", str(again), home=there, **other).returncode == 0
    restored(again, tmp_path / "back")  # on PostgreSQL, in a run on PostgreSQL
    sums = world("sums", home=site[0])
    assert world("sums", home=there, **other) == sums
    assert world("sums", home=tmp_path / "back") == sums
    world("make_one_more", home=tmp_path / "back")  # sequences go on behind the last row


def test_a_backup_made_while_answers_come_in_holds_all_that_were_acknowledged_before(
    site: tuple[Path, str], saved: Path, tmp_path: Path
) -> None:
    home = tmp_path / "busy"
    restored(saved, home)
    acknowledged = tmp_path / "acknowledged"
    writer = start_writing(home, {}, acknowledged)
    try:
        assert wait_for(lambda: acknowledged.read_text().count("\n") > 20, 60)
        before = acknowledged.read_text().split()[:-1]
        done = cordee("backup", str(tmp_path / "busy.zip"), home=home)
        assert done.returncode == 0, done.stderr
        assert len(acknowledged.read_text().split()) > len(before) + 1, "nothing was written meanwhile"
        assert writer.poll() is None
    finally:
        writer.kill()
        writer.wait()
    restored(tmp_path / "busy.zip", tmp_path / "new")
    assert set(before) <= set(world("submissions", home=tmp_path / "new"))


@pytest.mark.sqlite_only(reason=ON_SQLITE)
def test_writers_do_not_make_the_copy_of_a_sqlite_file_begin_again(
    site: tuple[Path, str], saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    restored(saved, tmp_path / "busy")
    file = tmp_path / "busy" / "cordee.sqlite3"
    monkeypatch.setattr(database, "PAGES_A_STEP", 5)
    writing = sqlite3.connect(file)
    steps: list[int] = []

    def write(done: int, _total: int) -> None:
        steps.append(done)
        writing.execute("INSERT INTO jobs_sitefact (name, value) VALUES (?, 'true')", [f"fact {len(steps)}"])
        writing.commit()

    database.copy_file(file, tmp_path / "copy.sqlite3", write)
    writing.close()
    assert len(steps) > 10
    assert steps == sorted(steps)
    with contextlib.closing(sqlite3.connect(tmp_path / "copy.sqlite3")) as copy:
        (count,) = copy.execute("SELECT count(*) FROM jobs_sitefact WHERE name LIKE 'fact %'").fetchone()
    assert count == 0


def test_a_backup_is_readable_by_its_owner_alone_and_never_written_over_unasked(
    site: tuple[Path, str], saved: Path
) -> None:
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600
    before = saved.read_bytes()
    done = cordee("backup", str(saved), home=site[0])
    assert done.returncode == 1
    assert "--replace" in done.stderr
    assert saved.read_bytes() == before
    assert cordee("backup", str(saved), "--replace", home=site[0]).returncode == 0
    assert [path.name for path in saved.parent.iterdir()] == [saved.name]


def test_a_backup_can_be_verified_where_there_is_no_site(saved: Path, tmp_path: Path) -> None:
    done = cordee("verify", str(saved), "--json", home=tmp_path / "nothing", CORDEE_DATABASE="postgresql://x@y/z")
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["rows"]["learning_submission"] == 3
    assert said["rows"]["awards_attestation"] == 1
    assert said["engine"] == ("postgresql" if POSTGRESQL else "sqlite")
    assert not (tmp_path / "nothing").exists()


def test_nothing_to_save_no_place_to_save_it_and_no_backup_are_each_said(
    site: tuple[Path, str], tmp_path: Path
) -> None:
    for words, home, sentence in (
        (["backup", f"{tmp_path}/b.zip"], tmp_path / "empty", "nothing to save"),
        (["backup", f"{tmp_path}/no/b.zip"], site[0], f"There is no folder {tmp_path}/no."),
        (["backup", str(tmp_path), "--replace"], site[0], "is there already"),
        (["verify", f"{tmp_path}/b.zip"], site[0], "There is no file"),
        (["restore", f"{tmp_path}/b.zip"], site[0], "There is no file"),
        (["verify", __file__], site[0], "neither a .tar.gz nor a .zip"),
    ):
        done = cordee(*words, "--json", home=home)
        assert done.returncode == 1, words
        assert sentence in done.stderr
        assert sentence in json.loads(done.stdout)["error"]
        assert "Traceback" not in done.stderr
    assert not list(tmp_path.glob("*.zip*"))
    assert cordee("backup", home=site[0]).returncode == 2


def test_restoring_keeps_what_it_replaces(saved: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    restored(saved, home)
    (home / "keys" / "site").write_text("ab" * 32)
    before = world("sums", home=home)
    kept = restored(saved, home)["replaced"]
    assert isinstance(kept, list)
    folder = next((home / "replaced").iterdir())
    assert folder.stat().st_mode & 0o077 == 0
    assert (folder / "keys" / "site").read_text() == "ab" * 32
    assert (home / "keys" / "site").read_text() != "ab" * 32
    assert (folder / "files").is_dir()
    assert len(kept) == 3
    if not POSTGRESQL:
        with contextlib.closing(sqlite3.connect(folder / "cordee.sqlite3")) as reading:
            assert archive.count_rows(reading)["learning_submission"] == before["learning_submission"][0]
    assert not (home / "restoring").exists()


def test_nothing_is_restored_into_a_site_that_is_served(saved: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    with running_site(home):
        before = world("sums", home=home)
        done = cordee("restore", str(saved), home=home)
        assert done.returncode == 1
        assert "is being served" in done.stderr
        assert world("sums", home=home)["people_account"] == before["people_account"]
    assert not (home / "replaced").exists()


def test_nothing_is_restored_under_a_program_that_has_the_database_open(saved: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    restored(saved, home)
    acknowledged = tmp_path / "acknowledged"
    writer = start_writing(home, {}, acknowledged)
    try:
        assert wait_for(lambda: acknowledged.read_text().count("\n") > 2, 60)
        done = cordee("restore", str(saved), home=home)
        assert done.returncode == 1
        assert ("Others are connected" if POSTGRESQL else "Another program has the database") in done.stderr
    finally:
        writer.kill()
        writer.wait()
    assert len(world("submissions", home=home)) > 3
    assert not (home / "replaced").exists()
    assert not (home / "restoring").exists()


def test_a_restore_that_fails_at_the_last_step_changes_nothing(
    saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    restored(saved, home)
    before, files = world("sums", home=home), files_of(home)
    settings = environment(home, {})
    if settings.get("CORDEE_DATABASE"):
        monkeypatch.setenv("CORDEE_DATABASE", settings["CORDEE_DATABASE"])
    monkeypatch.setenv("CORDEE_HOME", str(home))
    swap = restoring.Swap(Environment.read(), "20261126-120000")
    staged = home / restoring.STAGED
    for name in ("files", "keys"):
        (staged / name).mkdir(parents=True)
    (staged / archive.DATABASE).write_bytes(b"")

    def fail() -> str:
        raise OSError(errno.EIO, "the disk is dying")

    with pytest.raises(OSError, match="dying"):
        swap.run(then=fail)
    shutil.rmtree(staged)
    assert files_of(home) == files
    assert world("sums", home=home) == before


def test_a_site_left_in_the_middle_of_a_restore_is_not_served_until_it_is_restored(saved: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    restored(saved, home)
    (home / restoring.MARK).touch()
    assert cordee("restore", __file__, home=home).returncode == 1  # changes nothing of that
    done = cordee("serve", "--port", str(free_pair_of_ports()), home=home)
    assert done.returncode == 1
    assert "A restore of" in done.stderr
    assert "cordee restore FILE again" in done.stderr
    assert "MEND     cordee restore: not finished" in cordee("doctor", home=home).stdout
    restored(saved, home)
    assert not (home / restoring.MARK).exists()


@pytest.mark.slow
def test_a_restore_killed_at_any_moment_leaves_the_old_site_or_one_that_says_so(saved: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    restored(saved, home)
    sums = world("sums", home=home)
    for wait_s in (0.5, 1.0, 1.5):
        process = subprocess.Popen([*CORDEE, "restore", str(saved)], env=environment(home, {}))  # noqa: S603 - ours
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(wait_s)
        process.kill()
        process.wait()
        if (home / restoring.MARK).exists():
            restored(saved, home)
        assert world("sums", home=home) == sums


def test_a_file_lost_from_the_folder_is_told_and_the_rest_is_saved(saved: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    restored(saved, home)
    sha256 = hashlib.sha256(WEIGHTS).hexdigest()
    lost = home / "files" / sha256[:2] / sha256[2:]
    for damage in (lambda: lost.write_bytes(b"\1" + WEIGHTS[1:]), lost.unlink):
        damage()
        file = tmp_path / "partial.zip"
        for words in (["backup", str(file), "--replace"], ["verify", str(file)]):
            done = cordee(*words, home=home)
            assert done.returncode == 1
            assert sha256 in done.stderr
        with archive.open_backup(file) as (_, manifest):
            assert manifest.lost_files == (sha256,)
            assert manifest.rows["learning_submission"] == 3


def test_a_full_disk_leaves_no_backup_and_no_draft(
    site: tuple[Path, str], saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no device that is always full")
    monkeypatch.setenv("CORDEE_HOME", str(site[0]))

    @contextlib.contextmanager
    def full(_draft: Path) -> Iterator[object]:
        with open("/dev/full", "r+b", buffering=0) as device:  # noqa: PTH123 - a device, not a file
            yield device

    monkeypatch.setattr(making, "_exclusive", full)
    monkeypatch.setattr(making, "_save_database", lambda _environment, file, _progress: copied(saved, file))
    with pytest.raises(Conflict, match="is full, so no backup was written"):
        making.back_up(Environment.read(), tmp_path / "b.zip", replace=False, progress=lambda _done, _total: None)
    assert list(tmp_path.iterdir()) == []


def copied(backup: Path, file: Path) -> str:
    with archive.open_backup(backup) as (opened, _):
        file.write_bytes(opened.read(archive.DATABASE))
    return "sqlite"


def rewritten(source: Path, target: Path, change: Callable[[str, bytes], list[tuple[str, bytes]]]) -> Path:
    """The same archive with other members."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            for other, data in change(name, old.read(name)):
                new.writestr(other, data)
    return target


def with_manifest(**changes: object) -> Callable[[str, bytes], list[tuple[str, bytes]]]:
    def change(name: str, data: bytes) -> list[tuple[str, bytes]]:
        return [(name, json.dumps({**json.loads(data), **changes}).encode() if name == archive.MANIFEST else data)]

    return change


def flipped(name: str, data: bytes) -> list[tuple[str, bytes]]:
    return [(name, bytes([data[0] ^ 1]) + data[1:] if name.startswith("files/") else data)]


def escaping(name: str, data: bytes) -> list[tuple[str, bytes]]:
    if name != archive.MANIFEST:
        return [(name, data)]
    said = json.loads(data)
    said["members"]["keys/../../escaped"] = {"size_bytes": 1, "sha256": hashlib.sha256(b"x").hexdigest()}
    return [(name, json.dumps(said).encode()), ("keys/../../escaped", b"x")]


def added(other: str, *, listed: bool) -> Callable[[str, bytes], list[tuple[str, bytes]]]:
    def change(name: str, data: bytes) -> list[tuple[str, bytes]]:
        if name != archive.MANIFEST:
            return [(name, data)]
        said = json.loads(data)
        if listed:
            said["members"][other] = {"size_bytes": 1, "sha256": hashlib.sha256(b"x").hexdigest()}
        return [(name, json.dumps(said).encode()), (other, b"x")]

    return change


def rows_changed(name: str, data: bytes) -> list[tuple[str, bytes]]:
    """A database that is sound, but not the one that was saved."""
    return [(name, data.replace(b"Awa Diallo", b"Eve Diallo") if name == archive.DATABASE else data)]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (with_manifest(format="another"), "no backup of Cordée"),
        (with_manifest(version=2, release="9.0"), "newer release of Cordée (9.0)"),
        (with_manifest(members=[]), "no backup of Cordée"),
        (with_manifest(rows={"people_account": "x"}), "no backup of Cordée"),
        (lambda name, data: [] if name == archive.MANIFEST else [(name, data)], "no backup of Cordée"),
        (
            lambda name, data: [] if name == archive.DATABASE else [(name, data)],
            "does not hold the files that it lists",
        ),
        (lambda name, data: [(name, b"[" * 100_000)] if name == archive.MANIFEST else [(name, data)], "no backup"),
        (lambda name, data: [(name, data[:-1] if name in KEYS else data)], "does not belong in a backup"),
        (flipped, "its SHA-256 differs"),
        (rows_changed, "its SHA-256 differs"),
        (escaping, "leads out of its folder"),
        (added("evil.sh", listed=True), "“evil.sh” does not belong in a backup"),
        (added("files/evil.sh", listed=True), "does not belong in a backup"),
        (added("keys/authorized", listed=True), "does not belong in a backup"),
        (added("files/ab/" + "c" * 62, listed=False), "does not hold the files that it lists"),
    ],
)
def test_what_is_no_whole_backup_is_refused_with_a_sentence(
    saved: Path, tmp_path: Path, change: Callable[[str, bytes], list[tuple[str, bytes]]], sentence: str
) -> None:
    file = rewritten(saved, tmp_path / "other.zip", change)
    with pytest.raises(CordeeError) as refused:
        archive.verify(file)
    assert sentence in str(refused.value)


def test_a_damaged_backup_changes_nothing(saved: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    restored(saved, home)
    before, files = world("sums", home=home), files_of(home)
    whole = saved.read_bytes()
    file = tmp_path / "damaged.zip"
    for damaged in (whole[: len(whole) // 2], whole[:-3], whole[:5000] + b"\0\0\0\0" + whole[5004:], b""):
        file.write_bytes(damaged)
        with pytest.raises(CordeeError):
            archive.verify(file)
    file.write_bytes(whole[:-3])
    for given in (file, rewritten(saved, tmp_path / "flipped.zip", flipped)):
        done = cordee("restore", str(given), home=home)
        assert done.returncode == 1
        assert done.stderr.startswith("cordee: ")
        assert "Traceback" not in done.stderr
    assert world("sums", home=home) == before
    assert files_of(home) == files
    assert not (home / "replaced").exists()
    assert not (home / "restoring").exists()


def test_a_database_that_was_damaged_before_it_was_saved_is_noticed(saved: Path, tmp_path: Path) -> None:
    def broken(name: str, data: bytes) -> list[tuple[str, bytes]]:
        page = len(data) // 2 // 4096 * 4096
        torn = data[:page] + b"\xff" * 4096 + data[page + 4096 :]
        if name == archive.DATABASE:
            return [(name, torn)]
        if name != archive.MANIFEST:
            return [(name, data)]
        said = json.loads(data)
        with zipfile.ZipFile(saved) as old:
            whole = old.read(archive.DATABASE)
        page = len(whole) // 2 // 4096 * 4096
        torn = whole[:page] + b"\xff" * 4096 + whole[page + 4096 :]
        said["members"][archive.DATABASE]["sha256"] = hashlib.sha256(torn).hexdigest()
        return [(name, json.dumps(said).encode())]

    with pytest.raises(CordeeError, match="damaged"):
        archive.verify(rewritten(saved, tmp_path / "torn.zip", broken))


def test_a_backup_of_a_newer_release_is_not_restored(saved: Path, tmp_path: Path) -> None:
    def newer(name: str, data: bytes) -> list[tuple[str, bytes]]:
        if name == archive.DATABASE:
            return [(name, changed)]
        if name != archive.MANIFEST:
            return [(name, data)]
        said = json.loads(data)
        said["members"][archive.DATABASE] = {
            "size_bytes": len(changed),
            "sha256": hashlib.sha256(changed).hexdigest(),
        }
        said["rows"]["django_migrations"] += 1
        said["migrations"] = sorted([*said["migrations"], "jobs.0099_teleport"])
        said["release"] = "9.9"
        return [(name, json.dumps(said).encode())]

    with zipfile.ZipFile(saved) as old:
        (tmp_path / "rows.sqlite3").write_bytes(old.read(archive.DATABASE))
    with contextlib.closing(sqlite3.connect(tmp_path / "rows.sqlite3")) as rows, rows:
        rows.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('jobs', '0099_teleport', '2030-01-01')"
        )
    changed = (tmp_path / "rows.sqlite3").read_bytes()
    file = rewritten(saved, tmp_path / "newer.zip", newer)
    assert archive.verify(file).release == "9.9"
    done = cordee("restore", str(file), home=tmp_path / "home")
    assert done.returncode == 1
    assert "newer release of Cordée (9.9)" in done.stderr
    assert not (tmp_path / "home" / "files").exists()


def test_a_backup_of_an_older_release_waits_for_migrate(saved: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    restored(saved, home)
    before = world("sums", home=home)
    undo_last_migration(home)
    older = tmp_path / "older.zip"
    assert cordee("backup", str(older), home=home).returncode == 0
    assert restored(older, tmp_path / "new")["pending_migrations"] == 1
    done = cordee("serve", "--port", str(free_pair_of_ports()), home=tmp_path / "new")
    assert done.returncode == 1
    assert "Run: cordee migrate" in done.stderr
    assert cordee("migrate", "--saved", home=tmp_path / "new").returncode == 0
    assert world("sums", home=tmp_path / "new")["jobs_sitefact"] == before["jobs_sitefact"]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_backup_is_written_and_read_in_little_memory(saved: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    restored(saved, home)
    large = tmp_path / "large"
    digest = hashlib.sha256()
    with large.open("wb") as out:
        for _ in range(300):
            piece = os.urandom(1024**2)
            digest.update(piece)
            out.write(piece)
    place = home / "files" / digest.hexdigest()[:2] / digest.hexdigest()[2:]
    place.parent.mkdir(exist_ok=True)
    large.rename(place)
    file = tmp_path / "large.zip"
    for words in (["backup", str(file)], ["verify", str(file)], ["restore", str(file)]):
        code = (
            "import re, sys, cordee.web.cli as c\n"
            "try: c.main()\n"  # not getrusage: that counts what the process was forked from
            "finally: print(re.search(r'VmHWM:\\s+(\\d+)', open('/proc/self/status').read())[1], file=sys.stderr)"
        )
        done = subprocess.run(  # noqa: S603 - our own command
            [CORDEE[0], "-c", code, *words], env=environment(home, {}), capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        assert int(done.stderr.split()[-1]) < 160 * 1024  # KiB; the file has 300 MiB


@pytest.mark.slow
def test_a_backup_that_is_interrupted_leaves_nothing(saved: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    restored(saved, home)
    (tmp_path / "out").mkdir()
    for number in (signal.SIGINT, signal.SIGKILL):
        process = subprocess.Popen(  # noqa: S603 - our own command
            [*CORDEE, "backup", str(tmp_path / "out" / "b.zip")], env=environment(home, {}), stderr=subprocess.DEVNULL
        )
        wait_for(lambda: bool(list((tmp_path / "out").iterdir())), 20)
        process.send_signal(number)
        process.wait(20)
        assert not (tmp_path / "out" / "b.zip").exists() or archive.verify(tmp_path / "out" / "b.zip")
        if number == signal.SIGINT:
            assert [path.name for path in (tmp_path / "out").iterdir() if path.name != "b.zip"] == []
    (tmp_path / "out" / "b.zip").unlink(missing_ok=True)
    assert cordee("backup", str(tmp_path / "out" / "b.zip"), home=home).returncode == 0
