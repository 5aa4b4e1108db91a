"""Does the `cordee` command say what it does, refuse clearly and end with the right code?"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cordee.core import clock
from cordee.core.errors import Conflict, NotAllowed
from cordee.courses.tests.make import archive, course_files
from cordee.web import doctor, machine, serving, starting
from cordee.web import environment as environments
from cordee.web.tests.running import (
    CORDEE,
    cordee,
    environment,
    free_pair_of_ports,
    migrate_once,
    rows,
    running_site,
    undo_last_migration,
)

pytestmark = pytest.mark.with_site
FINNISH = Path(__file__).parents[4] / "demo" / "math-percent-fi.tar.gz"
FORM = b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\nemail="  # unfinished


def test_help_names_every_command_and_comes_at_once(tmp_path: Path) -> None:
    began = time.monotonic()
    done = cordee("--help", home=tmp_path)
    assert time.monotonic() - began < 5  # a busy machine; what is imported is counted below
    assert done.returncode == 0
    for name in (
        "serve",
        "migrate",
        "backup",
        "verify",
        "restore",
        "doctor",
        "demo",
        "course",
        "account",
        "role",
        "attestation",
    ):
        assert f" {name} " in done.stdout


def test_help_loads_neither_django_nor_a_server() -> None:
    code = (
        "import sys, cordee.web.cli; heavy = {'django', 'granian', 'starlette', 'lxml', 'typst', 'sqlite3', 'psycopg'};"
        "heavy |= {'duckdb', 'pydantic'};"
        "from typer.main import get_command; get_command(cordee.web.cli.app);"  # what each command begins with
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603 - ours
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("words", [["nothing"], ["serve", "--only", "mail"], ["serve", "--port", "0"], ["demo", "-x"]])
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


@pytest.mark.sqlite_only(reason="the copy of a SQLite file; PostgreSQL is saved by its operator")
def test_migrating_twice_changes_nothing_and_a_change_is_preceded_by_a_copy(tmp_path: Path) -> None:
    first = json.loads(cordee("migrate", "--json", home=tmp_path).stdout)
    assert first["migrations"] > 0
    assert first["backup"] is None
    nothing = {"migrations": 0, "backup": None, "erased_again": 0}
    assert json.loads(cordee("migrate", "--json", home=tmp_path).stdout) == nothing
    for _ in range(3):
        undo_last_migration(tmp_path)
        done = json.loads(cordee("migrate", "--json", home=tmp_path, CORDEE_BACKUPS="2").stdout)
        assert done["migrations"] == 1
        assert "jobs_sitefact" in tables(Path(done["backup"]))
    assert len(list((tmp_path / "backups").iterdir())) == 2
    assert (tmp_path / "backups").stat().st_mode & 0o077 == 0


def tables(database: Path) -> set[str]:
    with sqlite3.connect(database) as connection:
        return {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


def test_serving_without_a_database_says_what_to_run(tmp_path: Path) -> None:
    done = cordee("serve", "--port", str(free_pair_of_ports()), home=tmp_path)
    assert done.returncode == 1
    assert "cordee migrate" in done.stderr


def test_serving_an_older_database_says_what_to_run(tmp_path: Path) -> None:
    migrate_once(tmp_path)
    undo_last_migration(tmp_path)
    done = cordee("serve", "--port", str(free_pair_of_ports()), home=tmp_path)
    assert done.returncode == 1
    assert "Run: cordee migrate" in done.stderr


@pytest.mark.parametrize("words", [["migrate", "--json"], ["course", "import", str(FINNISH), "--json"], ["demo"]])
@pytest.mark.parametrize("place", ["/proc/cordee", "{folder}/file", "{folder}/file/below", "{folder}/locked"])
def test_a_home_that_cannot_be_used_is_named(tmp_path: Path, place: str, words: list[str]) -> None:
    (tmp_path / "file").write_text("a thesis")
    (tmp_path / "locked").mkdir(mode=0o500)
    if place.endswith("locked") and os.access(tmp_path / "locked", os.W_OK):
        pytest.skip("root may write anywhere: .ci/run tries this without that right")
    home = Path(place.format(folder=tmp_path))
    port = ["--port", str(free_pair_of_ports())] if words == ["demo"] else []
    done = cordee(*words, *port, home=home)
    assert done.returncode == 1
    assert done.stderr.startswith(f"cordee: The folder {home} cannot be used: ")
    assert "CORDEE_HOME" in done.stderr
    assert "Traceback" not in done.stderr
    if "--json" in words:
        assert str(home) in json.loads(done.stdout)["error"]
    assert (tmp_path / "file").read_text() == "a thesis"


@pytest.mark.sqlite_only(reason="about the folder of the database's file")
@pytest.mark.parametrize(
    ("place", "why"),
    [
        ("/proc/cordee", "no such file or directory"),
        ("{folder}/file", "not a directory"),
        ("{folder}/locked", "denied"),
    ],
)
def test_serving_a_home_that_cannot_be_used_gives_the_systems_reason(tmp_path: Path, place: str, why: str) -> None:
    (tmp_path / "file").write_text("a thesis")
    (tmp_path / "locked").mkdir(mode=0o500)
    if place.endswith("locked") and os.access(tmp_path / "locked", os.W_OK):
        pytest.skip("root may write anywhere")
    home = Path(place.format(folder=tmp_path))
    done = cordee("serve", "--port", str(free_pair_of_ports()), home=home)
    assert done.returncode == 1
    assert done.stderr.startswith(f"cordee: The folder {home} cannot be used: ")
    assert why in done.stderr.lower()
    assert "migrate" not in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.sqlite_only(reason="about the file of the database")
def test_serving_a_folder_that_stands_where_the_database_should_be_says_so(tmp_path: Path) -> None:
    (tmp_path / "cordee.sqlite3").mkdir()
    done = cordee("serve", "--port", str(free_pair_of_ports()), home=tmp_path)
    assert (done.returncode, "Is a directory" in done.stderr) == (1, True)


def test_a_database_that_cannot_be_opened_is_named_with_its_setting(tmp_path: Path) -> None:
    (tmp_path / "data" / "rows").mkdir(parents=True)
    done = cordee("migrate", home=tmp_path / "home", CORDEE_DATABASE=f"sqlite:///{tmp_path}/data/rows")
    assert done.returncode == 1
    assert f"The folder {tmp_path}/data cannot be used" in done.stderr
    assert "CORDEE_DATABASE" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_defect_is_no_refusal_of_the_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CORDEE_HOME", str(tmp_path))
    monkeypatch.delenv("CORDEE_DATABASE", raising=False)
    ours = FileNotFoundError(errno.ENOENT, "No such file", str(tmp_path / "keys"))
    for defect in (FileNotFoundError(errno.ENOENT, "No such file", "/usr/lib/else"), ValueError("x"), OSError("x")):
        assert machine.refusal_for(defect) is None
    assert machine.refusal_for(sqlite3.OperationalError("no such table: people")) is None
    page = PermissionError(errno.EACCES, "Permission denied", "/home/somebody/course/trame.fr.md")
    assert "“/home/somebody/course/trame.fr.md” cannot be used" in str(machine.refusal_for(page))
    assert str(tmp_path) in str(machine.refusal_for(ours))
    assert "full" in str(machine.refusal_for(OSError(errno.ENOSPC, "No space left on device")))
    assert str(tmp_path) in str(machine.refusal_for(sqlite3.OperationalError("attempt to write a readonly database")))


def test_reading_a_course_and_trying_answers_store_nothing(tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert cordee("course", "check", str(FINNISH), home=home).returncode == 0
    problem = tmp_path / "problem.xml"
    problem.write_text('<problem><stringresponse answer="a"><label>?</label><textline/></stringresponse></problem>')
    done = subprocess.run(  # noqa: S603 - our own command
        [*CORDEE, "course", "try", str(problem)],
        env=environment(home, {}),
        input='{"answers": {"p_2_1": "a"}}',
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout)["score"] == [1, 1]
    assert not home.exists()


def test_a_folder_or_a_missing_file_is_named_as_it_was_given(tmp_path: Path) -> None:
    migrate_once(tmp_path)
    for command, given, sentence in (
        ("import", ".", "“.” is a folder."),
        ("check", f"{tmp_path}/no.zip", f"There is no file “{tmp_path}/no.zip”."),
    ):
        done = cordee("course", command, given, home=tmp_path)
        assert done.returncode == 1
        assert sentence in done.stderr


def test_an_import_says_when_nobody_can_work_in_the_session(tmp_path: Path) -> None:
    course = str(archive(course_files(), tmp_path / "course.tar.gz"))
    migrate_once(tmp_path)

    def said(run: str, *dates: str) -> str:
        done = cordee("course", "import", course, "--run", run, *dates, home=tmp_path)
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert "over since 30\xa0June 2020. Open another" in said("past", "--opens", "2020-01-01", "--closes", "2020-06-30")
    assert "opens on 1\xa0January 2999" in said("future", "--opens", "2999-01-01")
    now = said("now", "--opens", "2020-01-01", "--closes", "2999-01-01")
    assert "over since" not in now
    assert "opens on" not in now
    words = ("course", "import", course, "--run", "past", "--json")
    answer = json.loads(cordee(*words, home=tmp_path, CORDEE_TIME_ZONE="UTC").stdout)
    assert (answer["opens"], answer["closes"]) == ("2019-12-31T23:00:00+00:00", "2020-06-30T21:59:59+00:00")


def test_an_import_says_what_its_author_should_look_at(tmp_path: Path) -> None:
    unwinnable = "<problem><numericalresponse answer='abc'><formulaequationinput/></numericalresponse></problem>"
    course = archive(course_files(quizzes={"lost": unwinnable}), tmp_path / "course.tar.gz")
    migrate_once(tmp_path)
    done = cordee("course", "import", str(course), home=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "To look at: " in done.stdout
    assert "abc" in done.stdout


def test_a_check_says_each_thing_once_at_its_place_and_an_import_names_the_count(tmp_path: Path) -> None:
    files = course_files(section='due="2026-10-15T00:00Z"', text='<p><img src="/static/gone.png"/></p>')
    files["course/course/2026.xml"] = files["course/course/2026.xml"].replace(
        b'<html url_name="t1"/>', b'<html url_name="t1"/><acme url_name="w1" display_name="A gadget"/>'
    )
    course = archive(files, tmp_path / "course.tar.gz")
    migrate_once(tmp_path)
    checked, done = (cordee("course", command, str(course), home=tmp_path).stdout for command in ("check", "import"))
    for words in (
        "“gone.png”",
        "Deadlines that are past already",
        "› A gadget: “acme”",
        "Pictures without a description: 1",
    ):
        assert checked.count(words) == 1, words
    assert "1.1 To read › A text: “gone.png” is not in the course.  [html/t1.html]" in checked
    assert "What making it costs" in checked
    assert "Not understood here" not in checked  # the check says it, with what to do
    for words in ("A gadget", "Deadlines that are past already", "gone.png"):
        assert words in done, words
    counts = next(line for line in checked.splitlines() if line.startswith("Before opening: errors: "))
    assert counts in done.splitlines()
    report = json.loads(cordee("course", "check", str(course), "--json", home=tmp_path).stdout)
    assert {one["code"] for one in report["warnings"]} >= {"deadlines-past", "image-without-description"}
    assert {one["rule"] for one in report["checks"]} >= {"missing-file", "not-available-here", "deadlines-past"}
    assert report["estimate"]["weeks"] == 1
    assert report["links"] == []


def test_a_port_of_the_system_is_no_port_in_use(monkeypatch: pytest.MonkeyPatch) -> None:
    def kept(_host: str, port: int) -> OSError | None:
        return PermissionError(errno.EACCES, "Permission denied") if port < 1024 else None

    monkeypatch.setattr(serving, "why_taken", kept)
    for port in (80, 1023):
        with pytest.raises(NotAllowed, match=r"kept for the system.* above 1023, e\.g\. --port 8000\."):
            serving.check_ports(serving.Place("127.0.0.1", port), None)
    monkeypatch.setattr(serving, "why_taken", lambda _host, port: OSError("busy") if port in {700, 65530} else None)
    for port in (700, 65530):
        with pytest.raises(Conflict, match=r"cannot be used: busy.* e\.g\. --port 8000"):
            serving.check_ports(serving.Place("127.0.0.1", port), None)


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
    migrate_once(tmp_path)
    rows(tmp_path, "INSERT INTO jobs_sitefact (name, value) VALUES ('demo', 'true')")
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
        assert (tmp_path / "demo.txt").exists()


def test_doctor_finds_nothing_on_a_good_installation(tmp_path: Path) -> None:
    migrate_once(tmp_path)
    done = cordee("doctor", "--json", "--port", str(free_pair_of_ports()), home=tmp_path)
    findings = json.loads(done.stdout)
    assert done.returncode == 0, findings
    assert {finding["level"] for finding in findings} == {"ok"}
    assert {"Python", "SQLite", "database", "disk", "attestations"} <= {finding["what"] for finding in findings}


def test_doctor_says_how_to_mend_each_thing_that_is_broken(tmp_path: Path) -> None:
    migrate_once(tmp_path)
    undo_last_migration(tmp_path)
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


@pytest.mark.sqlite_only(reason="damages the file")
def test_doctor_survives_a_damaged_database_and_a_damaged_key(tmp_path: Path) -> None:
    migrate_once(tmp_path)
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


def test_doctor_says_how_to_look_at_the_demo_that_somebody_tried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CORDEE_HOME")
    monkeypatch.delenv("CORDEE_DATABASE", raising=False)
    monkeypatch.chdir(tmp_path)
    for module in (doctor, starting, environments):
        monkeypatch.setattr(module, "default_home", lambda: tmp_path / "var")

    def said() -> str:
        return "\n".join(finding.line() for finding in doctor.examine(port=free_pair_of_ports()))

    assert "CORDEE_HOME=" not in said()
    (tmp_path / "var" / "demo").mkdir(parents=True)
    (tmp_path / "var" / "demo" / "demo.txt").write_text("")
    assert "To look at it: CORDEE_HOME=var/demo cordee doctor\n" in said()
    monkeypatch.setenv("CORDEE_HOME", str(tmp_path / "elsewhere"))
    assert "CORDEE_HOME=" not in said()


def test_doctor_names_a_home_that_cannot_be_written(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    if os.access(tmp_path, os.W_OK):
        pytest.skip("root may write anywhere: .ci/run tries this without that right")
    done = cordee("doctor", home=tmp_path / "home")
    assert done.returncode == 1
    assert "cannot be written" in done.stdout


def test_stopping_is_quiet_and_quick_while_people_are_connected(tmp_path: Path) -> None:
    with running_site(tmp_path) as site, contextlib.ExitStack() as connections:
        for sent in (b"", b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", b"GET /healthz HTTP/1.1\r\nHost:", FORM):
            connection = connections.enter_context(socket.create_connection(("127.0.0.1", site.port)))
            connection.sendall(sent)
        time.sleep(0.5)
        began = time.monotonic()
        site.supervisor.send_signal(signal.SIGINT)
        assert site.supervisor.wait(20) == 0
        assert time.monotonic() - began < 5 + serving.STOP_MARGIN_S
        *earlier, last = [json.loads(line) for line in site.log().splitlines()]
        assert last["message"] == "Stopped."
        assert [line for line in earlier if line["level"] != "info" and line["process"] != "serve"] == []


def test_who_watches_over_the_processes_holds_nothing_that_only_preparing_took(tmp_path: Path) -> None:
    with running_site(tmp_path) as site:
        status = Path(f"/proc/{site.supervisor.pid}/status").read_text("utf-8").splitlines()
        held_kb = next(int(line.split()[1]) for line in status if line.startswith("VmRSS:"))
        assert held_kb < 60_000  # 39,000 measured; 77,000 with Django in it


def test_the_command_can_be_called_as_a_module() -> None:
    done = subprocess.run([*CORDEE, "--help"], capture_output=True, text=True, check=False)  # noqa: S603 - ours
    assert done.stdout.lstrip().startswith("Usage: cordee")


@pytest.mark.long
def test_the_catalogue_is_made_anew_by_command(tmp_path: Path) -> None:
    (tmp_path / "sheets").mkdir()
    (tmp_path / "sheets" / "c101.toml").write_text(
        'course = "Lerins+C101"\n[content]\ntitle = { fr = "Le langage C" }\n'
        '[[runs]]\nkey = "S1"\nhost = "fun"\naddress = "https://fun-mooc.example/c101"\nopens = 2026-01-01\n',
        encoding="utf-8",
    )
    home = tmp_path / "home"
    assert cordee("catalogue", "import", str(tmp_path / "sheets"), home=home).returncode == 0
    done = cordee("catalogue", "index", "--json", home=home)
    assert json.loads(done.stdout) == {"courses": 1}
    assert "1" in cordee("catalogue", "index", home=home).stdout


def test_links_to_other_sites_are_tried_when_asked_and_told_with_their_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cordee.courses.checks import trying
    from cordee.courses.importing import look_into
    from cordee.formats.archives import Limits
    from cordee.web import checks_cli

    text = '<p><a href="https://a.example/gone">a</a> <a href="https://a.example/there">b</a></p>'
    looked = look_into(archive(course_files(text=text), tmp_path / "c.tar.gz"), limits=Limits(), now=clock.now())
    tried = list(
        trying.try_links(
            checks_cli.as_json(looked, None)["links"], ask=lambda address: 404 if "gone" in address else 200
        )
    )
    lines = checks_cli.in_words(looked, tried)
    assert "Links to other sites: 2, of which 1 are to look at" in lines
    assert "  - 1.1 To read › A text: https://a.example/gone  It answers 404.  [html/t1.html]" in lines
    assert checks_cli.as_json(looked, tried)["links_to_look_at"] == {"https://a.example/gone": "It answers 404."}


@pytest.mark.sqlite_only(reason="a server keeps its files itself")
def test_the_file_of_the_database_is_its_owners_alone(tmp_path: Path) -> None:
    migrate_once(tmp_path)
    assert (tmp_path / "cordee.sqlite3").stat().st_mode & 0o077 == 0
