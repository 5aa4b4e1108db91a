"""Does the `cordee` command say what it does, refuse clearly and end with the right code?"""

from __future__ import annotations

import json
import os
import socket
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cordee.web.tests.running import CORDEE, cordee, free_pair_of_ports, running_site


def test_help_names_every_command_and_comes_at_once(tmp_path: Path) -> None:
    began = time.monotonic()
    done = cordee("--help", home=tmp_path)
    assert time.monotonic() - began < 5  # a busy machine; what is imported is counted below
    assert done.returncode == 0
    for name in ("serve", "migrate", "doctor", "demo", "course"):
        assert f" {name} " in done.stdout


def test_help_loads_neither_django_nor_a_server() -> None:
    code = (
        "import sys, cordee.web.cli; heavy = {'django', 'granian', 'starlette', 'lxml', 'typst', 'sqlite3'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603 - ours
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    "words", [["nothing"], ["serve", "--only", "worker"], ["serve", "--port", "0"], ["demo", "-x"]]
)
def test_a_command_called_wrongly_ends_with_2(tmp_path: Path, words: list[str]) -> None:
    done = cordee(*words, home=tmp_path)
    assert done.returncode == 2
    assert done.stderr


def test_a_wrong_setting_ends_with_1_and_is_named(tmp_path: Path) -> None:
    done = cordee("migrate", "--json", home=tmp_path, CORDEE_LANGUAGE="de")
    assert done.returncode == 1
    assert "CORDEE_LANGUAGE" in json.loads(done.stdout)["error"]
    assert done.stderr.startswith("cordee: The setting CORDEE_LANGUAGE cannot be used.")
    assert "Traceback" not in done.stderr


def test_migrating_twice_changes_nothing_and_a_change_is_preceded_by_a_copy(tmp_path: Path) -> None:
    first = json.loads(cordee("migrate", "--json", home=tmp_path).stdout)
    assert first["migrations"] > 0
    assert first["backup"] is None
    assert json.loads(cordee("migrate", "--json", home=tmp_path).stdout) == {"migrations": 0, "backup": None}
    database = tmp_path / "cordee.sqlite3"
    for _ in range(3):
        undo_last_migration(database)
        done = json.loads(cordee("migrate", "--json", home=tmp_path, CORDEE_BACKUPS="2").stdout)
        assert done["migrations"] == 1
        assert "jobs_sitefact" in tables(Path(done["backup"]))
    assert len(list((tmp_path / "backups").iterdir())) == 2
    assert (tmp_path / "backups").stat().st_mode & 0o077 == 0


def undo_last_migration(database: Path) -> None:
    with sqlite3.connect(database) as connection:
        connection.execute("DELETE FROM django_migrations WHERE app = 'jobs' AND name = '0002_site_key'")


def tables(database: Path) -> set[str]:
    with sqlite3.connect(database) as connection:
        return {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


def test_serving_without_a_database_says_what_to_run(tmp_path: Path) -> None:
    done = cordee("serve", "--port", str(free_pair_of_ports()), home=tmp_path)
    assert done.returncode == 1
    assert "cordee migrate" in done.stderr


def test_serving_an_older_database_says_what_to_run(tmp_path: Path) -> None:
    cordee("migrate", home=tmp_path)
    undo_last_migration(tmp_path / "cordee.sqlite3")
    done = cordee("serve", "--port", str(free_pair_of_ports()), home=tmp_path)
    assert done.returncode == 1
    assert "Run: cordee migrate" in done.stderr


@pytest.mark.parametrize("neighbour", [0, 1])
def test_a_port_in_use_is_named_with_the_option(tmp_path: Path, neighbour: int) -> None:
    port = free_pair_of_ports()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port + neighbour))
        taken.listen()
        done = cordee("serve", "--port", str(port), home=tmp_path)
    assert done.returncode == 1
    assert f"Port {port + neighbour} of 127.0.0.1" in done.stderr
    assert "--port" in done.stderr


def test_other_machines_are_served_only_under_a_known_address(tmp_path: Path) -> None:
    done = cordee("serve", "--host", "0.0.0.0", home=tmp_path)  # noqa: S104 - it is refused
    assert done.returncode == 1
    assert "CORDEE_URL" in done.stderr


def test_a_demo_is_never_served_to_other_machines(tmp_path: Path) -> None:
    cordee("migrate", home=tmp_path)
    with sqlite3.connect(tmp_path / "cordee.sqlite3") as connection:
        connection.execute("INSERT INTO jobs_sitefact (name, value) VALUES ('demo', 'true')")
    public = {"CORDEE_URL": "https://learn.example.org", "CORDEE_CONTENT_URL": "https://files.example.org"}
    port = str(free_pair_of_ports())
    for words, settings in (
        (["--host", "0.0.0.0"], public),  # noqa: S104 - it is refused
        ([], public),
    ):
        done = cordee("serve", "--port", port, *words, home=tmp_path, **settings)
        assert done.returncode == 1
        assert "demonstration" in done.stderr


def test_resetting_a_folder_that_is_no_demo_removes_nothing(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("three years")
    for words in (["demo", "--reset"], ["demo"]):
        done = cordee(*words, "--port", str(free_pair_of_ports()), home=tmp_path)
        assert done.returncode == 1
        assert "demo" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_the_demo_of_a_running_server_is_not_reset(tmp_path: Path) -> None:
    (tmp_path / "demo.txt").write_text("")
    with running_site(tmp_path):
        done = cordee("demo", "--reset", "--port", str(free_pair_of_ports()), home=tmp_path)
        assert done.returncode == 1
        assert "running" in done.stderr
        assert (tmp_path / "cordee.sqlite3").exists()


def test_doctor_finds_nothing_on_a_good_installation(tmp_path: Path) -> None:
    cordee("migrate", home=tmp_path)
    done = cordee("doctor", "--json", "--port", str(free_pair_of_ports()), home=tmp_path)
    findings = json.loads(done.stdout)
    assert done.returncode == 0, findings
    assert {finding["level"] for finding in findings} == {"ok"}
    assert {"Python", "SQLite", "database", "disk", "attestations"} <= {finding["what"] for finding in findings}


def test_doctor_says_how_to_mend_each_thing_that_is_broken(tmp_path: Path) -> None:
    cordee("migrate", home=tmp_path)
    undo_last_migration(tmp_path / "cordee.sqlite3")
    (tmp_path / "keys" / "files").chmod(0o644)
    port = free_pair_of_ports()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port + 1))
        taken.listen()
        done = cordee("doctor", "--json", "--port", str(port), home=tmp_path, CORDEE_LANGAGE="en")
    assert done.returncode == 1
    bad = {finding["what"]: finding for finding in json.loads(done.stdout) if finding["level"] != "ok"}
    assert set(bad) == {"settings", "database", "key files", f"port {port + 1}"}
    assert bad["settings"]["level"] == "warning"
    assert "chmod 600" in bad["key files"]["mend"]
    assert "cordee migrate" in bad["database"]["mend"]
    assert "--port" in bad[f"port {port + 1}"]["mend"]


def test_doctor_survives_a_damaged_database_and_a_damaged_key(tmp_path: Path) -> None:
    cordee("migrate", home=tmp_path)
    (tmp_path / "keys" / "site").write_text("nonsense")
    done = cordee("doctor", "--port", str(free_pair_of_ports()), home=tmp_path)
    assert done.returncode == 1
    assert "holds no key" in done.stdout
    assert "Traceback" not in done.stderr
    for file in tmp_path.glob("cordee.sqlite3*"):
        file.unlink()
    (tmp_path / "cordee.sqlite3").write_bytes(b"this is no database at all" * 100)
    done = cordee("doctor", "--port", str(free_pair_of_ports()), home=tmp_path)
    assert done.returncode == 1
    assert "MEND     database" in done.stdout


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write anywhere")
def test_doctor_names_a_home_that_cannot_be_written(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    done = cordee("doctor", home=tmp_path / "home")
    assert done.returncode == 1
    assert "cannot be written" in done.stdout


def test_the_command_can_be_called_as_a_module() -> None:
    done = subprocess.run([*CORDEE, "--help"], capture_output=True, text=True, check=False)  # noqa: S603 - ours
    assert done.stdout.lstrip().startswith("Usage: cordee")
