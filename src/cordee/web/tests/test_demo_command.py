"""Does `cordee demo` give a site that somebody can sign in to, and come back as it was left?"""

from __future__ import annotations

import csv
import json
import re
import signal
import sqlite3
import subprocess
from pathlib import Path

import httpx
import pytest

from cordee.web.tests.running import (
    CORDEE,
    built_demo,
    cordee,
    csrf_token,
    environment,
    free_pair_of_ports,
    wait_for,
)

PROGRAMME_ROWS = 105  # in the tables of its review
SESSION = "course-v1:Ingenia+CABLE+2026_T2"  # of the pilot's sample files


@pytest.mark.long
def test_the_demo_prints_an_address_and_two_logins_that_work_and_keeps_what_was_done(tmp_path: Path) -> None:
    home = tmp_path / "demo"
    built_demo(home)  # by the first start of all, in an empty folder; the last of those below begins anew, too
    for words, sign_ins in ((["demo"], 2), (["demo"], 4), (["demo", "--reset"], 2)):
        said = run_demo(home, words)
        assert said.count("password") == 2
        with sqlite3.connect(home / "cordee.sqlite3") as database:
            assert database.execute("SELECT count(*) FROM people_signin").fetchone() == (sign_ins,)
            runs = database.execute("SELECT key FROM courses_run WHERE host = 'here' ORDER BY key").fetchall()
            assert runs == [("Ingenia+RES101+2026",), ("JYU+MA8-K7+2026",), ("Lerins+C101+2026",)]
            assert database.execute("SELECT count(*) FROM courses_course").fetchone() == (34,)
            assert database.execute("SELECT count(*) FROM courses_run WHERE host != 'here'").fetchone() == (35,)
            roles = database.execute(
                "SELECT a.name, r.role, r.scope FROM people_rolegrant r JOIN people_account a ON a.id = r.account_id"
            )
            assert {*roles.fetchall()} == {("Hélène Castagnier", role, "") for role in ("teacher", "programme_manager")}
            assert database.execute("SELECT count(*) FROM bilan_sheetrow").fetchone() == (PROGRAMME_ROWS,)
            assert database.execute("SELECT count(*) FROM learning_enrolment").fetchone() == (0,)
        shown = cordee(
            *("pilot", "show", "funnel", "--store", str(home / "pilot"), "--course", SESSION, "--json"), home=home
        )
        assert json.loads(shown.stdout)[0]["enrolled"] == 6000  # twice the same files are one session


@pytest.mark.long
def test_the_demo_has_three_courses_of_a_programme_beside_it(tmp_path: Path) -> None:
    home = tmp_path / "demo"
    built_demo(home)
    said = run_demo(home, ["demo"])
    assert "/bilan/" in said
    words = ("--store", str(home), "--html", str(tmp_path / "out"))
    built = cordee("bilan", "build", str(home / "programme"), *words, home=home)
    assert built.returncode == 0, built.stderr
    assert figures_in(tmp_path / "out")["enrolments"] == ("17300", "computed")


@pytest.mark.slow
def test_the_demo_with_a_whole_programme_shows_its_runs_and_keeps_them(tmp_path: Path) -> None:
    home = tmp_path / "demo"
    built_demo(home)
    said = run_demo(home, ["demo", "--world", "imt"], patience_s=600)
    assert "/bilan/" in said
    made = (home / "programme" / "world.json").stat().st_mtime_ns
    run_demo(home, ["demo"])  # keeps what is there
    assert (home / "programme" / "world.json").stat().st_mtime_ns == made
    shown = cordee("pilot", "show", "runs", "--store", str(home / "pilot"), "--json", home=home)
    assert len(json.loads(shown.stdout)) == 65 + 2  # and the sessions of the small demo
    words = ("--store", str(home), "--html", str(tmp_path / "out"))
    assert cordee("bilan", "build", str(home / "programme"), *words, home=home).returncode == 0
    assert figures_in(tmp_path / "out")["enrolments"] == ("340000", "computed")


def figures_in(report: Path) -> dict[str, tuple[str, str]]:
    """By key, the value and where it comes from."""
    with (report / "data" / "figures.csv").open(encoding="utf-8", newline="") as file:
        return {row["key"]: (row["value"], row["how"]) for row in csv.DictReader(file)}


def run_demo(home: Path, words: list[str], *, patience_s: int = 300) -> str:
    port = free_pair_of_ports()
    log = home.with_suffix(".log")
    with log.open("w") as out:
        process = subprocess.Popen(  # noqa: S603 - our own command
            [*CORDEE, *words, "--port", str(port)],
            env=environment(home, {"CORDEE_URL": "https://a.real.site", "CORDEE_DATABASE": "sqlite:////nowhere/x"}),
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_for(lambda: log.read_text("utf-8").count("password") >= 2 or process.poll() is not None, patience_s)
        said = log.read_text("utf-8")
        assert f"http://127.0.0.1:{port}" in said, said
        for email, password in re.findall(r"(\S+@\S+), password (\S.*)", said):
            sign_in(f"http://127.0.0.1:{port}", email, password.strip())
        commands_name_the_address(home, f"http://127.0.0.1:{port}")
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0
    return said


def commands_name_the_address(home: Path, url: str) -> None:
    """Which they read from the folder that is served: nobody tells them where the demo is."""
    local = {"CORDEE_DATABASE": ""}
    looked = cordee("doctor", home=home, **local)
    assert f"address {url}" in looked.stdout
    assert f"served at {url}" in looked.stdout
    file = home.with_suffix(".zip")
    assert cordee("backup", str(file), "--replace", home=home, **local).returncode == 0
    assert f"from {url} " in cordee("verify", str(file), home=home, **local).stdout


def sign_in(url: str, email: str, password: str) -> None:
    with httpx.Client(base_url=url) as client:
        form = {"csrfmiddlewaretoken": csrf_token(client, "/sign-in"), "email": email, "password": password}
        answer = client.post("/sign-in", data=form)
        assert answer.status_code == 302, answer.text
        assert client.get("/account").status_code == 200
        pilot = client.get("/pilot/run?run=course-v1%3AIngenia%2BCABLE%2B2026_T2", timeout=60)
        assert pilot.status_code == (200 if email.startswith("helene") else 403)
