"""Do the commands say what a version waits for, and what moving a session means for grades?"""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from typer.testing import CliRunner

from cordee.activities.code import judging
from cordee.activities.code.tests.make import TASK_YAML
from cordee.activities.code.tests.make import course as program_course
from cordee.activities.code.tests.test_handing_in import learner, send, work
from cordee.core.errors import Conflict, CordeeError, InputRefused, NotAllowed
from cordee.courses.kinds import Judged
from cordee.courses.models import ReviewStep, Run
from cordee.courses.tests.course_texts import folder
from cordee.courses.tests.make import CAPITAL, NOW, SUM, archive, course_files
from cordee.learning.models import Enrolment, Regrade
from cordee.learning.tests.make import hand_in, make_enrolment
from cordee.people.granting import grant_role
from cordee.people.models import Account, Role
from cordee.people.tests.make import make_account
from cordee.web import cli, course_cli, course_text_cli, database, review_cli

pytestmark = pytest.mark.django_db
LYON = CAPITAL.replace('"true">Paris', '"false">Paris').replace('"false">Lyon', '"true">Lyon')
KEY, RUN = "Ingenia+TST101", "Ingenia+TST101+2026"


@pytest.fixture(autouse=True)
def _in_this_database(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (course_cli, course_text_cli, review_cli):
        monkeypatch.setattr(module, "set_up_django", lambda: None)
    monkeypatch.setattr(database, "ready_for_writing", lambda **_options: None)


def run(*words: str) -> str:
    """What the command said. Raises what it refuses."""
    done = CliRunner().invoke(cli.app, ("course", *words))
    if isinstance(done.exception, CordeeError):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.output


def told(*words: str) -> Any:
    return json.loads(run(*words, "--json"))


def export(at: Path, key: str, text: str = "<p>Read this.</p>") -> str:
    return str(archive(course_files(quizzes={"capital": key, "sum": SUM}, text=text), at / "course.tar.gz"))


def colleague(name: str, role: Role = Role.AUTHOR) -> Account:
    account = make_account(name=name)
    grant_role(account=account, role=role, scope=f"course:{KEY}", granted_by=None, now=NOW)
    return account


def test_an_import_puts_no_session_in_the_course_list_until_that_is_asked(tmp_path: Path) -> None:
    course = export(tmp_path, CAPITAL)
    assert told("import", course)["listed"] is False
    said = run("import", course)
    assert "The session is not in the course list" in said
    assert f"/runs/{RUN}/before-opening" in said
    asked = told("import", course, "--listed")
    assert (asked["listed"], asked["changed"]) == (True, True)
    assert told("import", course)["listed"] is True  # it stays
    assert "not in the course list" not in run("import", course)


def test_a_page_is_named_by_the_address_of_the_site_and_by_its_path_where_nobody_said_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("CORDEE_URL", "CORDEE_URL_FILE"):
        monkeypatch.delenv(name, raising=False)
    path, course = f"/runs/{RUN}/before-opening", export(tmp_path, CAPITAL)
    assert f" {path}" in run("import", course)
    monkeypatch.setenv("CORDEE_URL", "https://learn.example.org")
    monkeypatch.setattr(settings, "CORDEE", dataclasses.replace(settings.CORDEE, url="https://learn.example.org"))
    assert f" https://learn.example.org{path}" in run("import", course)


def test_publishing_a_text_puts_no_session_in_the_course_list_until_that_is_asked(tmp_path: Path) -> None:
    course = str(folder(tmp_path / "text"))
    assert told("publish", course)["listed"] is False
    assert "The session is not in the course list" in run("publish", course)
    assert told("publish", course, "--listed")["listed"] is True


def test_moving_a_session_while_publishing_says_how_many_answers_it_concerns(tmp_path: Path) -> None:
    run("import", export(tmp_path, LYON))
    enrolment = make_enrolment(tmp_path, run=Run.objects.get(key=RUN))
    hand_in(enrolment, "capital", {"p_2_1": "choice_0"})
    moved = told("import", export(tmp_path, CAPITAL), "--update-run")
    assert moved["grading"] == {
        "concerned": True,
        "answers": 1,
        "rise": 1,
        "fall": 0,
        "regrade": None,
        "judge_again": {},
    }
    assert Enrolment.objects.get(pk=enrolment.pk).grade == 0
    said = run("import", export(tmp_path, LYON), "--update-run")  # the answer was given to this very key
    assert "No answer that was given would have another score." in said
    said = run("import", export(tmp_path, CAPITAL), "--update-run")
    assert "Answers given to what is asked otherwise now: 1. Graded again, grades that would rise: 1" in said
    assert f"cordee course move {RUN} --to 4 --regrade REASON" in said
    assert f"/runs/{RUN}/desk/version" in said
    assert not Regrade.objects.exists()


def test_where_the_task_of_programs_changed_publishing_says_which_page_has_them_judged_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A regrade judges no program: it is not named where nothing else would gain by it."""
    found = {"verdict": "wrong_answer", "score": 50.0, "tests": [], "cards": [], "failing": None}
    monkeypatch.setattr(judging, "judge", lambda *_of, is_trial: Judged(found, counts=True))
    client, enrolment = learner(tmp_path)
    send(client, enrolment)
    work()
    key = enrolment.run.key
    mended = program_course(tmp_path, **{"tasks/double/task.yaml": TASK_YAML.replace("-154246", "-154247")})
    said = run("publish", str(mended), "--update-run", key)
    assert "The exercise double changed. Last programs without all points: 1." in said
    assert f"“Judge again” on the page /runs/{key}/activities/double/programs." in said
    assert "--regrade" not in said
    assert "would rise" not in said
    again = program_course(tmp_path, **{"tasks/double/task.yaml": TASK_YAML.replace("-154246", "-154248")})
    assert told("publish", str(again), "--update-run", key)["grading"]["judge_again"] == {"double": 1}


def test_publishing_grades_again_where_it_is_told_why(tmp_path: Path) -> None:
    run("import", export(tmp_path, LYON))
    enrolment = make_enrolment(tmp_path, run=Run.objects.get(key=RUN))
    hand_in(enrolment, "capital", {"p_2_1": "choice_0"})
    with pytest.raises(InputRefused):
        run("import", export(tmp_path, CAPITAL), "--regrade", "The key was wrong")
    moved = told("import", export(tmp_path, CAPITAL), "--update-run", "--regrade", "The key was wrong")
    assert (moved["run_version"], moved["grading"]["regrade"]["rise"]) == (2, 1)
    assert Enrolment.objects.get(pk=enrolment.pk).grade > 0
    assert Regrade.objects.get().reason == "The key was wrong"


def test_a_change_of_words_says_nothing_of_grading(tmp_path: Path) -> None:
    run("import", export(tmp_path, CAPITAL))
    hand_in(make_enrolment(tmp_path, run=Run.objects.get(key=RUN)), "capital", {"p_2_1": "choice_0"})
    said = run("import", export(tmp_path, CAPITAL, "<p>Read that.</p>"), "--update-run")
    assert "grading" not in said


def test_a_version_is_asked_for_approved_and_then_shown_at_the_terminal(tmp_path: Path) -> None:
    author, other = colleague("Hélène Rey"), colleague("Awa Diop")
    assert told("import", export(tmp_path, LYON))["review"] == "not needed"
    assert told("reviews", KEY, "on") == {"course": KEY, "reviews": True, "said": "on"}
    course = export(tmp_path, CAPITAL)
    moved = told("import", course, "--update-run", "--by", author.email, "--reviewer", other.email, "--note", "Paris")
    assert (moved["key"], moved["version"], moved["changed"]) == (RUN, 2, True)
    assert (moved["review"], moved["run_version"]) == ("asked", 1)
    said = run("import", course, "--update-run")
    assert "A review of version 2 is asked for" in said
    assert "The session stays on version 1. Once the newer one is approved: the same command" in said
    with pytest.raises(InputRefused):
        run("review", KEY, "2", "--approve")
    with pytest.raises(NotAllowed):
        run("review", KEY, "2", "--approve", "--by", author.email)
    with pytest.raises(NotAllowed):
        run("review", KEY, "2", "--approve", "--by", make_account().email)
    with pytest.raises(NotAllowed):
        run("review", KEY, "2", "--waive", "I wish", "--by", other.email)
    assert told("review", KEY, "2", "--approve", "--by", other.email)["review"] == "approved"
    assert told("import", course, "--update-run")["run_version"] == 2
    assert "Version 2 of Ingenia+TST101: Approved" in run("review", KEY, "2")
    assert told("review", KEY, "2", "--take-back", "The wrong one", "--by", other.email)["review"] == "taken back"


def test_the_operator_does_without_a_review_and_the_first_session_opens(tmp_path: Path) -> None:
    run("import", export(tmp_path, LYON))
    run("reviews", KEY, "on")
    told("import", export(tmp_path, CAPITAL))
    new = told("import", export(tmp_path, CAPITAL), "--run", "2027")
    assert (new["review"], new["run_version"], new["key"]) == ("to ask", 0, f"{KEY}+2027")
    assert not Run.objects.filter(key=f"{KEY}+2027").exists()
    assert told("review", KEY, "2", "--waive", "Nobody else is left")["review"] == "waived"
    assert told("import", export(tmp_path, CAPITAL), "--run", "2027")["run_version"] == 2
    with pytest.raises(Conflict):
        run("review", KEY, "2", "--waive", "Once more")
    assert [(one.kind, one.by) for one in ReviewStep.objects.all()] == [("waived", None)]
    assert "without a review" in run("reviews", KEY, "off")


def test_importing_a_folder_of_text_names_the_command_that_publishes_it(tmp_path: Path) -> None:
    course = folder(tmp_path / "text")
    with pytest.raises(InputRefused, match="cordee course publish"):
        run("import", str(course))
    with pytest.raises(InputRefused, match="cordee course publish"):
        run("import", str(tmp_path))


@pytest.mark.parametrize("act", ["--send-back", "--waive", "--take-back"])
def test_an_act_without_its_reason_is_refused_and_the_reason_asked_for(tmp_path: Path, act: str) -> None:
    run("import", export(tmp_path, CAPITAL))
    run("reviews", KEY, "on")
    manager, other = colleague("Hélène Rey", Role.PROGRAMME_MANAGER), colleague("Awa Diop")
    run("review", KEY, "1", "--ask", "--by", other.email)
    with pytest.raises(InputRefused, match=r"Say (why|what)"):
        run("review", KEY, "1", act, " ", "--by", manager.email)
    with pytest.raises(InputRefused, match=r"Say (why|what)"):
        run("review", KEY, "1", act, "", "--by", manager.email)
    assert [step.kind for step in ReviewStep.objects.all()] == [ReviewStep.ASKED]


@pytest.mark.parametrize(
    ("options", "refusal"),
    [
        (("--by", "awa@example.org"), "--by says who does it, but not what"),
        (("--note", "Fine"), "--note goes with --ask and --approve"),
        (("--send-back", "Why", "--note", "Fine", "--by", "awa@example.org"), "--note goes with --ask and --approve"),
        (("--approve", "--reviewer", "awa@example.org", "--by", "awa@example.org"), "--reviewer says who is asked"),
        (("--send-back", "", "--waive", ""), "Choose one"),
    ],
)
def test_an_option_that_would_do_nothing_is_refused(tmp_path: Path, options: tuple[str, ...], refusal: str) -> None:
    run("import", export(tmp_path, CAPITAL))
    with pytest.raises(InputRefused, match=refusal):
        run("review", KEY, "1", *options)
