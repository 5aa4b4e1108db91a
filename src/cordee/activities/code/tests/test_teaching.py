"""Who teaches sees what programs meet, and has them judged again once the task was mended."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from cordee.activities.code import judging
from cordee.activities.code.tests.make import RIGHT, TASK_YAML, course
from cordee.activities.code.tests.test_handing_in import learner, send, work
from cordee.core import clock
from cordee.courses.kinds import Judged
from cordee.courses.models import Run
from cordee.courses.opening import RunOptions
from cordee.courses.tests.course_texts import published
from cordee.jobs.models import Job
from cordee.learning.enrolling import enrol
from cordee.learning.models import ActivityState, Decision, Enrolment
from cordee.people.granting import grant_role
from cordee.people.models import Role
from cordee.people.tests.make import make_account, signed_in_client

pytestmark = pytest.mark.django_db
SEMICOLON = {
    "rule": "missing-semicolon", "level": "error", "file": "main.c", "line": 4, "column": 5, "source": "return 0",
    "title": ["A semicolon is missing", {}], "text": ["It is.", {}], "advice": ["Put it.", {}],
}  # fmt: skip


def found_of(program: str) -> dict[str, Any]:
    """As the laboratory would: by what stands in the program."""
    blank: dict[str, Any] = {"score": 0.0, "tests": [], "cards": [], "messages": [], "failing": None}
    if "typo" in program:
        return {**blank, "verdict": "compile_error", "cards": [SEMICOLON]}
    if "half" in program:
        return {
            **blank,
            "verdict": "wrong_answer",
            "messages": [["forgot-half", {"": "Und das Doppelte?", "fr": "Et le double ?"}]],
        }
    if "off" in program:
        failing = {
            "name": "small",
            "verdict": "wrong_answer",
            "said": ["Wrong by one.", {}],
            "at": None,
            "visible": False,
        }
        return {**blank, "verdict": "wrong_answer", "failing": failing, "rank": 1}
    return {**blank, "verdict": "accepted", "score": 100.0}


@pytest.fixture
def laboratory(monkeypatch: pytest.MonkeyPatch) -> None:
    def judge(_exercise: object, answer: Any, *, is_trial: bool) -> Judged:
        assert not is_trial
        return Judged(found_of(answer["main.c"]))

    monkeypatch.setattr(judging, "judge", judge)


def others(run: Run, programs: list[str]) -> list[Enrolment]:
    enrolments = []
    for number, program in enumerate(programs):
        enrolment = enrol(account=make_account(name=f"Learner {number}"), run=run, now=clock.now())
        send(signed_in_client(enrolment.account), enrolment, program)
        enrolments.append(enrolment)
    work()
    return enrolments


def teacher(run: Run, role: Role = Role.TEACHER, *, language: str = "en") -> Client:
    account = make_account(name="Hélène", language=language)
    grant_role(account=account, role=role, scope=f"run:{run.key}", granted_by=None, now=clock.now())
    return signed_in_client(account)


def page(client: Client, run: Run) -> str:
    answer = client.get(f"/runs/{run.key}/activities/double/programs")
    assert answer.status_code == 200
    return answer.content.decode().replace("\xa0", " ")


@pytest.mark.usefixtures("laboratory")
def test_programs_are_shown_by_what_they_meet_the_most_frequent_first(tmp_path: Path) -> None:
    _client, first = learner(tmp_path)
    others(first.run, ["typo a", "off 1", "typo b", "half", "typo <b>c</b>", "right"])
    told = page(teacher(first.run), first.run)
    assert told.index("50% · A semicolon is missing") < told.index("Wrong by one.")
    for words in ("Und das Doppelte?", "All tests pass.", "3 learners", "1 learner", "typo &lt;b&gt;c&lt;/b&gt;"):
        assert words in told
    assert "<b>c" not in told


@pytest.mark.usefixtures("laboratory")
def test_what_programs_meet_is_told_in_the_language_of_who_reads_it(tmp_path: Path) -> None:
    _client, first = learner(tmp_path)
    others(first.run, ["half"])
    assert "Und das Doppelte?" in page(teacher(first.run), first.run)
    assert "Et le double ?" in page(teacher(first.run, language="fr"), first.run)


@pytest.mark.usefixtures("laboratory")
def test_of_each_learner_the_last_program_counts_and_who_left_does_not(tmp_path: Path) -> None:
    client, first = learner(tmp_path)
    send(client, first, "typo")
    work()
    send(client, first, "off", attempt=2)
    work()
    (gone,) = others(first.run, ["half"])
    Enrolment.objects.filter(pk=gone.pk).update(left_at=clock.now())
    told = page(teacher(first.run), first.run)
    assert "100% · Wrong by one." in told
    assert "semicolon" not in told
    assert "Doppelte" not in told


def test_who_teaches_has_no_input_that_nothing_reads_and_is_told_where_programs_can_be_tried(tmp_path: Path) -> None:
    client, first = learner(tmp_path)
    mine = client.get(f"/runs/{first.run.key}/units/trame").content.decode()
    theirs = teacher(first.run).get(f"/runs/{first.run.key}/units/trame").content.decode()
    assert 'name="input"' in mine
    assert "Learners can run programs here." not in mine
    assert 'name="input"' not in theirs
    assert "Learners can run programs here. You can in the preview, <code>cordee course watch</code>" in theirs


def test_without_programs_the_page_says_so_and_a_tutor_cannot_have_them_judged(tmp_path: Path) -> None:
    _client, first = learner(tmp_path)
    assert "No program yet." in page(teacher(first.run), first.run)
    tutor = teacher(first.run, Role.TUTOR)
    page(tutor, first.run)
    again = f"/runs/{first.run.key}/activities/double/programs/again"
    assert tutor.post(again, {"reason": "Mended"}).status_code == 403
    assert teacher(first.run).get(f"/runs/{first.run.key}/activities/somme/programs").status_code == 404


@pytest.mark.usefixtures("laboratory")
def test_after_the_task_was_mended_who_gains_keeps_the_better_result_with_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _client, first = learner(tmp_path)
    wrong, right, broken = others(first.run, ["off", "right", "typo"])
    mended = course(tmp_path, **{"tasks/double/task.yaml": TASK_YAML.replace("-154246", "-154247")})
    published(mended, options=RunOptions(key=first.run.key, update_run=True), now=clock.now())
    monkeypatch.setattr(
        judging, "judge", lambda _exercise, answer, *, is_trial: Judged(found_of(answer["main.c"].replace("off", "")))
    )
    client, again = teacher(first.run), f"/runs/{first.run.key}/activities/double/programs/again"
    refused = client.post(again, {"reason": " "})
    assert refused.status_code == 400
    assert not Job.objects.filter(kind="judge-again").exists()
    for _ in range(2):  # the double click
        assert client.post(again, {"reason": "A test was wrong."}).status_code == 303
    assert Job.objects.filter(kind="judge-again").count() == 2  # who had all points is not asked
    work()
    points = {one: ActivityState.objects.get(enrolment=one).points for one in (wrong, right, broken)}
    assert points == {wrong: 1, right: 1, broken: 0}
    decided = Decision.objects.get()
    assert (decided.enrolment_id, decided.kind, decided.reason) == (wrong.pk, "regrade", "A test was wrong.")


@pytest.mark.usefixtures("laboratory")
def test_a_learner_finds_their_programs_of_before(tmp_path: Path) -> None:
    client, first = learner(tmp_path)
    for attempt, program in enumerate(("off <i>one</i>", "typo two"), 1):
        send(client, first, program, attempt=attempt)
        work()
    told = client.get(f"/runs/{first.run.key}/units/trame").content.decode().replace("\xa0", " ")
    assert "My 2 programs of before" in told
    assert "off &lt;i&gt;one&lt;/i&gt;" in told
    assert "Attempt 1: 0 of 100" in told
    assert RIGHT not in told
