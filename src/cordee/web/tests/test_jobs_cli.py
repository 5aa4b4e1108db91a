"""Does an operator see what waits and what failed, in the terminal, in `cordee doctor` and in the figures?"""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cordee.core import clock, figures
from cordee.core.errors import CordeeError, InputRefused
from cordee.jobs.enqueuing import enqueue
from cordee.jobs.models import Job
from cordee.jobs.performing import ForGood, Work, perform_next
from cordee.people.auditing import note_act
from cordee.people.tests.make import make_account
from cordee.web import cli, doctor, jobs_cli, metrics, people_cli
from cordee.web.environment import Environment

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_this_database(monkeypatch: pytest.MonkeyPatch) -> None:
    for room in (jobs_cli, people_cli):
        monkeypatch.setattr(room, "_open_site", lambda: None)


def run(*words: str) -> str:
    done = CliRunner().invoke(cli.app, words)
    if isinstance(done.exception, CordeeError):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.output


def failed_job() -> Job:
    enqueue(kind="k", key="one", data={}, now=clock.now())

    def act(_job: Job) -> None:
        raise ForGood("554 not wanted")

    perform_next({"k": Work(act)})
    return Job.objects.get(key="one")


def test_what_failed_for_good_is_listed_with_its_reason_and_tried_again() -> None:
    job = failed_job()
    enqueue(kind="k", key="two", data={}, now=clock.now())
    assert "Waiting: 1. Failed for good: 1." in run("jobs", "list")
    assert "554 not wanted" in run("jobs", "list")
    told = json.loads(run("jobs", "list", "--json"))
    assert (told["waiting"], told["failed"], told["jobs"][0]["error"]) == (1, 1, "554 not wanted")
    finding = next(doctor._jobs())
    assert finding.level == "warning"
    assert "554 not wanted" in finding.found
    assert "cordee jobs retry" in finding.mend
    assert "1" in run("jobs", "retry", str(job.pk))
    job.refresh_from_db()
    assert (job.given_up_at, job.failures) == (None, 0)
    assert json.loads(run("jobs", "retry", "--json")) == {"tried_again": 0}
    assert next(doctor._jobs()).level == "ok"
    with pytest.raises(InputRefused):
        run("jobs", "retry", "one")


def test_what_waits_can_be_held_and_let_go() -> None:
    enqueue(kind="k", key="one", data={}, now=clock.now())
    assert json.loads(run("jobs", "hold", "--json")) == {"held": 1}
    assert perform_next({"k": Work(lambda _job: None)}) > 0
    assert "Held by an operator." in run("jobs", "list")
    assert "0" in run("jobs", "hold")
    run("jobs", "retry")
    assert perform_next({"k": Work(lambda _job: None)}) == 0.0


def test_a_queue_that_stands_still_is_said() -> None:
    enqueue(kind="k", key="one", data={}, now=clock.now() - dt.timedelta(hours=1))
    finding = next(doctor._jobs())
    assert finding.level == "warning"
    assert "--only worker" in finding.mend


def test_doctor_says_where_letters_go_and_never_the_password() -> None:
    assert "mail" in next(doctor._mail(Environment.read())).found
    server = Environment.read({"CORDEE_SMTP": "smtp://me:secret@mail.example.org"})
    assert next(doctor._mail(server)).found == "handed to me@mail.example.org:587"
    public = Environment.read({"CORDEE_URL": "https://l.example.org", "CORDEE_CONTENT_URL": "https://f.example.org"})
    assert next(doctor._mail(public)).level == "warning"


def test_the_figures_tell_how_the_queue_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    failed_job()
    enqueue(kind="k", key="two", data={}, now=clock.now() - dt.timedelta(seconds=90))
    monkeypatch.setattr("contextlib.closing.__exit__", lambda *_: None)  # the tests' connection stays open
    text = metrics.page(figures.own_board(), metrics.levels_of(Environment.read(), dict))
    assert "cordee_jobs_waiting 1\n" in text
    assert "cordee_jobs_failed 1\n" in text
    age = next(line for line in text.splitlines() if line.startswith("cordee_job_oldest_seconds "))
    assert 90 <= int(age.rpartition(" ")[2]) < 300


def test_who_of_the_team_acted_on_others_is_listed() -> None:
    assert "Nobody" in run("account", "acts")
    teacher = make_account(name="Hélène Castagnier")
    now = clock.now()
    note_act(account=teacher, act="run.write_to_learners", place="run:A+B+C", people=346, about="letter 1", now=now)
    assert "Hélène Castagnier  run.write_to_learners  run:A+B+C  346" in run("account", "acts")
    (told,) = json.loads(run("account", "acts", "--json"))
    assert (told["name"], told["people"], told["place"]) == ("Hélène Castagnier", 346, "run:A+B+C")
