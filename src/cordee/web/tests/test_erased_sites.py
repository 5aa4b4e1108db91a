"""Is a person who was erased gone from a real site: from its files, and when an older backup comes back?"""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path

import httpx
import pytest

from cordee.web.tests.running import cordee, migrate_once, rows, running_site, undo_last_migration, wait_for
from cordee.web.tests.world import world

pytestmark = pytest.mark.long
EMAIL = "awa@example.org"


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A backup of a site with a learner, and the code of the attestation."""
    home = tmp_path_factory.mktemp("site")
    migrate_once(home)
    code = world("make", home=home)
    file = home / "site.zip"
    done = cordee("backup", str(file), home=home)
    assert done.returncode == 0, done.stderr
    return file, code


def ok(*words: str, home: Path) -> dict[str, object]:
    done = cordee(*words, "--json", home=home)
    assert done.returncode == 0, done.stderr
    found: dict[str, object] = json.loads(done.stdout)
    return found


def people(home: Path) -> list[object]:
    return [one[0] for one in rows(home, "SELECT email FROM people_account")]


def test_who_was_erased_is_gone_again_when_an_older_backup_is_restored(saved: tuple[Path, str], tmp_path: Path) -> None:
    file, code = saved
    home = tmp_path / "home"
    ok("restore", str(file), home=home)
    assert EMAIL in people(home)
    refused = cordee("account", "erase", EMAIL, home=home)
    assert refused.returncode == 1
    assert "--yes" in refused.stderr
    receipt = ok("account", "erase", EMAIL, "--yes", home=home)
    assert EMAIL not in people(home)
    assert EMAIL not in json.dumps(receipt)
    done = ok("restore", str(file), home=home)
    assert done["erased_again"] == 1
    assert EMAIL not in people(home)
    assert rows(home, "SELECT count(*) FROM learning_submission") == [(0,)]
    (told,) = json.loads(cordee("account", "erasures", "--json", home=home).stdout)
    assert told["number"] == receipt["number"]
    assert told["lines"] == receipt["lines"]
    assert len(told["again_at"]) == 1
    with running_site(home) as site:
        assert httpx.get(f"{site.url}/v/{code}", follow_redirects=True).status_code == 200  # others rely on it
        page = httpx.get(f"{site.url}/erasures/{told['number']}", headers={"Accept-Language": "en"})
        assert page.status_code == 200
        assert "Awa" not in page.text


def test_a_site_put_back_by_hand_or_with_changes_that_wait_is_not_served_with_who_was_erased(
    saved: tuple[Path, str], tmp_path: Path
) -> None:
    file, _code = saved
    home, older = tmp_path / "home", tmp_path / "older.zip"
    ok("restore", str(file), home=home)
    undo_last_migration(home)
    ok("backup", str(older), home=home)
    ok("migrate", "--saved", home=home)
    ok("account", "erase", EMAIL, "--yes", home=home)
    done = ok("restore", str(older), home=home)
    assert done["pending_migrations"] == 1
    assert EMAIL in people(home)  # the older database cannot be read yet, and is not served
    assert ok("migrate", "--saved", home=home)["erased_again"] == 1
    assert EMAIL not in people(home)

    kept = tmp_path / "kept"
    shutil.copytree(home / "erasures", kept)
    other = tmp_path / "other"  # by other means, on another machine: the list is put back by hand
    ok("restore", str(file), home=other)
    shutil.copytree(kept, other / "erasures")
    examined = cordee("doctor", "--json", home=other)
    assert "erase-again" in examined.stdout
    assert ok("account", "erase-again", home=other) == {"erased_again": 1}
    assert EMAIL not in people(other)


def test_a_restore_that_is_followed_by_serve_alone_erases_before_the_first_page(
    saved: tuple[Path, str], tmp_path: Path
) -> None:
    home = tmp_path / "home"
    ok("restore", str(saved[0]), home=home)
    shutil.copytree(home, tmp_path / "copy")
    ok("account", "erase", EMAIL, "--yes", home=home)
    if (
        home / "cordee.sqlite3"
    ).exists():  # the file of before, as somebody copies it, with the mark that restore leaves
        for name in ("cordee.sqlite3", "cordee.sqlite3-wal", "cordee.sqlite3-shm"):
            (home / name).unlink(missing_ok=True)
        shutil.copy(tmp_path / "copy" / "cordee.sqlite3", home / "cordee.sqlite3")
        assert EMAIL in people(home)
        (home / "erasures" / "to-replay").touch()
    with running_site(home):
        assert EMAIL not in people(home)
    assert not (home / "erasures" / "to-replay").exists()


@pytest.mark.attack(123)
def test_the_worker_makes_the_file_and_takes_the_person_out_of_the_store(
    saved: tuple[Path, str], tmp_path: Path
) -> None:
    home = tmp_path / "home"
    ok("restore", str(saved[0]), home=home)
    pseudonym = world("pseudonym", EMAIL, home=home)
    with running_site(home) as site:
        assert wait_for(lambda: list((home / "pilot").glob("tables/enrolments/course=*/*.parquet")), 90), site.log()
        assert wait_for(lambda: list((home / "pilot").glob("tables/events/course=*/*.parquet")), 90), site.log()
        world("ask", EMAIL, home=home)
        assert wait_for(lambda: list((home / "exports").glob("*.zip")), 60), site.log()
        (path,) = (home / "exports").glob("*.zip")
        names = zipfile.ZipFile(path).namelist()
        assert {"files/pilot/events.csv", "files/pilot/grades.json", "files/pilot/persons.csv"} <= set(names)
        assert pseudonym in zipfile.ZipFile(path).read("files/pilot/persons.csv").decode()
        world("go", EMAIL, home=home)
        assert wait_for(lambda: EMAIL not in people(home), 60), site.log()
        assert wait_for(lambda: not list((home / "exports").glob("*.zip")), 10)
    import duckdb

    for table in ("events", "enrolments", "grades", "answers"):
        files = [str(one) for one in (home / "pilot").glob(f"tables/{table}/course=*/*.parquet")]
        with duckdb.connect() as database:
            found = database.execute("SELECT count(*) FROM read_parquet($files)", {"files": files}).fetchall()
        assert found == [(0,)], table
    assert EMAIL.encode() not in b"".join(one.read_bytes() for one in (home / "pilot").rglob("*") if one.is_file())
