from __future__ import annotations

import dataclasses
import datetime as dt
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils.http import urlencode

from cordee.activities.code import judging
from cordee.activities.code.definition import Exercise
from cordee.activities.code.page import _moved
from cordee.activities.code.tests.make import PAGE, RIGHT, STARTER, TASK_YAML, course
from cordee.core import clock
from cordee.core.errors import NotYet
from cordee.courses.kinds import FOUND, Answer, Judged
from cordee.courses.models import Run
from cordee.courses.opening import RunOptions
from cordee.courses.tests.course_texts import published
from cordee.jobs.models import Job
from cordee.jobs.performing import MOST_FAILURES, Work, perform_next
from cordee.learning.enrolling import enrol
from cordee.learning.forms import form_id
from cordee.learning.judging import handing_in
from cordee.learning.judging.models import HeldAnswer
from cordee.learning.judging.queries import held_of
from cordee.learning.models import ActivityState, Enrolment, Event, Submission
from cordee.people.tests.make import make_account, signed_in_client
from cordee.sandbox import laboratory, tasks
from cordee.sandbox.explaining import FAULTS
from cordee.sandbox.outcomes import Fault, RunLimits
from cordee.sandbox.unseen import UNSEEN
from cordee.ui.dates import when

pytestmark = pytest.mark.django_db
ACCEPTED, REFUSED = 303, 409
OTHER = "int main(void) { return 7; }\n"
HINTS = "hints:\n  - {en: Read it.}\n  - {en: Twice it.}\n"


class Judge:
    """In place of the laboratory: what it found of the programs that were given to it."""

    def __init__(self) -> None:
        self.verdict, self.score, self.seen = "accepted", 100.0, list[Answer]()
        self.failing: dict[str, Any] | None = None

    def __call__(self, _exercise: Exercise, answer: Answer, *, is_trial: bool) -> Judged:
        self.seen.append(answer)
        if is_trial:
            printed = {"exit_code": 0, "printed": "84\n", "errors": "", "said": None, "at": None, "leaked": [0, 0]}
            return Judged({"verdict": "finished", **printed, "cards": []}, counts=False)
        tests = [{"name": "small", "verdict": self.verdict, "score": self.score}]
        found = {
            "verdict": self.verdict,
            "score": self.score,
            "tests": tests,
            "cards": [],
            "failing": self.failing,
            "rank": 1,
        }
        return Judged(found, counts=self.verdict not in ("task_broken", "internal_error"))


@pytest.fixture
def judge(monkeypatch: pytest.MonkeyPatch) -> Judge:
    made = Judge()
    monkeypatch.setattr(judging, "judge", made)
    monkeypatch.setattr(judging, "is_ready", lambda: True)
    return made


def learner(at: Path, **changed: str) -> tuple[Client, Enrolment]:
    now = clock.now()
    options = RunOptions(opens_at=now - dt.timedelta(days=30), closes_at=now + dt.timedelta(days=30), listed=True)
    run = Run.objects.get(pk=published(course(at, **changed), options=options, now=now).done.run.pk)
    enrolment = enrol(account=make_account(), run=run, now=now)
    return signed_in_client(enrolment.account), enrolment


def send(client: Client, enrolment: Enrolment, program: str = RIGHT, *, attempt: int = 1, **more: str) -> Any:
    form = form_id(enrolment_id=enrolment.pk, activity="double", attempt=attempt)
    fields = {"form_id": str(form), "program-main-c": program, **more}
    return client.post(f"/runs/{enrolment.run.key}/activities/double/submissions", fields)


def page(client: Client, enrolment: Enrolment) -> str:
    return client.get(f"/runs/{enrolment.run.key}/units/trame").content.decode().replace("\xa0", " ")


def work() -> None:
    """All that waits, as the process of the laboratory does it."""
    while perform_next(handing_in.works()) <= 0:
        pass


def points(enrolment: Enrolment) -> float | None:
    return ActivityState.objects.get(enrolment=enrolment, activity="double").points


def test_a_program_is_received_at_once_and_handed_in_when_it_is_judged(tmp_path: Path, judge: Judge) -> None:
    client, enrolment = learner(tmp_path)
    assert "int main(void) {" in page(client, enrolment)
    assert send(client, enrolment).status_code == ACCEPTED
    assert not Submission.objects.exists()
    waiting = page(client, enrolment)
    assert "is being judged" in waiting
    assert "2 * n" in waiting  # what was sent stands in the editor
    work()
    judged = page(client, enrolment)
    assert "All of it is right." in judged
    assert "is being judged" not in judged
    assert points(enrolment) == 1
    kept = Submission.objects.get()
    assert kept.answer["main.c"] == RIGHT
    assert kept.answer[FOUND]["verdict"] == "accepted"
    assert Event.objects.filter(verb="submitted", activity="double").count() == 1


def test_each_hint_that_is_asked_for_is_noted_and_nothing_else_of_the_form(tmp_path: Path, judge: Judge) -> None:
    client, enrolment = learner(tmp_path, **{"tasks/double/task.yaml": TASK_YAML + HINTS})
    assert "Read it." in send(client, enrolment, hint="1").content.decode()
    assert "Twice it." in send(client, enrolment, hint="2").content.decode()
    send(client, enrolment, hint="no number")
    asked = Event.objects.filter(verb="asked_hint").order_by("at")
    assert [(one.activity, one.actor, one.data) for one in asked] == [
        ("double", enrolment.account.pseudonym, {"hint": 1}),
        ("double", enrolment.account.pseudonym, {"hint": 2}),
    ]
    assert not HeldAnswer.objects.exists()
    assert not Event.objects.filter(verb="submitted").exists()


def test_the_same_form_is_judged_and_counted_once(tmp_path: Path, judge: Judge) -> None:
    client, enrolment = learner(tmp_path)
    for _ in range(3):
        assert send(client, enrolment).status_code == ACCEPTED
    work()
    assert send(client, enrolment).status_code == ACCEPTED
    work()
    assert len(judge.seen) == 1
    assert Submission.objects.count() == 1


def test_a_work_that_is_done_twice_hands_in_once(tmp_path: Path, judge: Judge) -> None:
    """The worker was killed between its last commit and its word to the queue."""
    client, enrolment = learner(tmp_path)
    send(client, enrolment)
    job = Job.objects.get(kind="judge")
    handing_in.judge_held(job)
    handing_in.judge_held(job)
    assert Submission.objects.count() == 1


def test_a_slow_worker_does_not_speak_for_a_newer_program(tmp_path: Path, judge: Judge) -> None:
    client, enrolment = learner(tmp_path)
    send(client, enrolment, run="1")
    slow = HeldAnswer.objects.get()
    work()
    send(client, enrolment)
    task = handing_in._task_of(slow)
    assert task is not None
    handing_in.settle(slow, task, Judged({"verdict": "finished"}, counts=False), clock.now())
    assert HeldAnswer.objects.get().judged_at is None


@pytest.mark.parametrize("verdict", ["task_broken", "internal_error"])
def test_what_is_not_the_learners_fault_costs_no_attempt_and_loses_no_program(
    tmp_path: Path, judge: Judge, verdict: str
) -> None:
    client, enrolment = learner(tmp_path)
    judge.verdict, judge.score = verdict, 0.0
    send(client, enrolment)
    work()
    assert not Submission.objects.exists()
    told = page(client, enrolment)
    assert "could not be judged" in told
    assert "2 * n" in told
    assert "3 attempts left of 3" in told
    judge.verdict, judge.score = "accepted", 100.0
    assert send(client, enrolment).status_code == ACCEPTED
    work()
    assert points(enrolment) == 1
    assert "could not be judged" not in page(client, enrolment)


def test_a_trial_runs_and_is_no_attempt(tmp_path: Path, judge: Judge) -> None:
    client, enrolment = learner(tmp_path)
    assert send(client, enrolment, run="1", input="42\n").status_code == ACCEPTED
    assert "Your program is running." in page(client, enrolment)
    work()
    assert judge.seen[0]["input"] == "42\n"
    told = page(client, enrolment)
    assert "What your program printed" in told
    assert "84" in told
    assert not Submission.objects.exists()
    assert not ActivityState.objects.exists()


def test_a_second_program_waits_until_the_first_is_judged(tmp_path: Path, judge: Judge) -> None:
    client, enrolment = learner(tmp_path)
    send(client, enrolment)
    refused = send(client, enrolment, OTHER, run="1")
    assert refused.status_code == REFUSED
    assert "is still being judged" in refused.content.decode()
    assert "return 7" in refused.content.decode()  # what was typed stays
    work()
    assert send(client, enrolment, OTHER, attempt=2).status_code == ACCEPTED


def test_a_program_counts_by_the_moment_it_was_received_whenever_it_is_judged(tmp_path: Path, judge: Judge) -> None:
    client, enrolment = learner(tmp_path)
    send(client, enrolment)
    received = HeldAnswer.objects.get().received_at
    Run.objects.filter(pk=enrolment.run_id).update(closes_at=received + dt.timedelta(microseconds=1))
    work()
    assert points(enrolment) == 1
    assert Submission.objects.get().received_at == received


def test_the_best_attempt_counts_and_the_attempts_end(tmp_path: Path, judge: Judge) -> None:
    client, enrolment = learner(tmp_path)
    for attempt, score in enumerate((50.0, 80.0, 0.0), 1):
        judge.verdict, judge.score = "wrong_answer", score
        assert send(client, enrolment, attempt=attempt).status_code == ACCEPTED
        work()
    assert points(enrolment) == pytest.approx(0.8)
    refused = send(client, enrolment, attempt=4)
    assert refused.status_code == REFUSED
    assert "used all your attempts" in refused.content.decode()
    assert not Job.objects.filter(done_at=None).exists()


def test_an_empty_program_costs_nothing(tmp_path: Path, judge: Judge) -> None:
    client, enrolment = learner(tmp_path)
    refused = send(client, enrolment, "  \n")
    assert "no attempt was used" in refused.content.decode()
    assert not HeldAnswer.objects.exists()


def test_a_program_that_is_no_text_or_too_long_is_refused_in_words(tmp_path: Path, judge: Judge) -> None:
    client, enrolment = learner(tmp_path)
    assert "longer than" in send(client, enrolment, "x" * 100_001).content.decode()
    assert "a sign that no text has" in send(client, enrolment, "int\0main").content.decode()
    assert not HeldAnswer.objects.exists()


def test_lines_of_any_system_are_lines(tmp_path: Path, judge: Judge) -> None:
    client, enrolment = learner(tmp_path)
    send(client, enrolment, "a\r\nb\rc")
    work()
    assert judge.seen[0]["main.c"] == "a\nb\nc"


def test_programs_wait_while_the_compiler_is_not_ready(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def not_ready(_exercise: Exercise, _answer: Answer, *, is_trial: bool) -> Judged:
        raise NotYet("later")

    monkeypatch.setattr(judging, "judge", not_ready)
    monkeypatch.setattr(judging, "is_ready", lambda: False)
    client, enrolment = learner(tmp_path)
    send(client, enrolment)
    work()
    job = Job.objects.get()
    assert (job.failures, job.done_at, job.given_up_at) == (0, None, None)
    assert "compiler is getting ready" in page(client, enrolment)


def test_what_nobody_could_judge_is_given_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_exercise: Exercise, _answer: Answer, *, is_trial: bool) -> Judged:
        raise OSError

    monkeypatch.setattr(judging, "judge", fails)
    client, enrolment = learner(tmp_path)
    send(client, enrolment)
    Job.objects.update(failures=MOST_FAILURES - 1)
    work()
    assert "could not be judged" in page(client, enrolment)
    assert send(client, enrolment).status_code == ACCEPTED


def test_an_island_asks_for_the_activity_alone_until_it_is_judged(tmp_path: Path, judge: Judge) -> None:
    client, enrolment = learner(tmp_path)
    send(client, enrolment)
    address = f"/runs/{enrolment.run.key}/units/trame?only=double"
    first = client.get(address, headers={"Accept": "application/json"}).json()
    assert first == {"waits": True, "html": ""}  # a class asks at once: what nobody would see is not drawn
    work()
    second = client.get(address, headers={"Accept": "application/json"}).json()
    assert not second["waits"]
    assert "All of it is right." in second["html"]
    gone = client.get(address.replace("double", "nothing"), headers={"Accept": "application/json"})
    assert gone.status_code == 404


def test_a_hidden_test_and_a_solution_are_on_no_page(tmp_path: Path, judge: Judge) -> None:
    client, enrolment = learner(tmp_path)
    assert "21" in page(client, enrolment)
    judge.verdict, judge.score = "wrong_answer", 50.0
    send(client, enrolment, STARTER)
    work()
    told = page(client, enrolment)
    assert "-77123" not in told
    assert "-154246" not in told
    assert "solutions" not in told
    assert "2 * n" not in told


@pytest.mark.parametrize("visible", [False, True])
def test_the_values_of_a_fault_are_shown_of_a_visible_test_alone(tmp_path: Path, judge: Judge, visible: bool) -> None:
    """Also of what was found before they were seen to tell a hidden test."""
    client, enrolment = learner(tmp_path)
    judge.verdict, judge.score = "runtime_error", 50.0
    judge.failing = {
        "name": "hidden",
        "verdict": "runtime_error",
        "rule": "fault:division_by_zero",
        "at": ["main.c", 3],
        "said": [FAULTS["division_by_zero"], {"a": -77123, "b": 0, "type": "int"}],
        "visible": visible,
    }
    send(client, enrolment, STARTER)
    work()
    told = page(client, enrolment)
    assert "main.c, line 3: You divided" in told
    assert ("-77123" in told) == visible
    assert ("You divided by 0. Check whether the divisor can be 0 before you divide." in told) != visible


def test_what_is_kept_of_a_hidden_test_holds_no_value_of_its_fault() -> None:
    hidden = tasks.Test("hidden", b"-77123", b"-154246")
    fault = Fault("out_of_bounds", None, {"a": -77123, "type": "'int[5]'"})
    report = laboratory.TestReport(hidden, "runtime_error", 0.0, fault=fault)
    found = judging._of_failing(report, RunLimits())
    assert found["said"] == [UNSEEN["fault:out_of_bounds"], {"type": "int[5]"}]
    shown = dataclasses.replace(report, test=dataclasses.replace(hidden, visible=True))
    assert "-77123" in str(judging._of_failing(shown, RunLimits())["said"])


def test_where_results_are_not_shown_nothing_of_what_was_found_is(tmp_path: Path, judge: Judge) -> None:
    text = PAGE.replace("attempts: 3\n", "attempts: 3\nshow-result: never\n")
    client, enrolment = learner(tmp_path, **{"modules/nommer/trame.fr.md": text})
    judge.verdict, judge.score = "wrong_answer", 50.0
    send(client, enrolment)
    work()
    told = page(client, enrolment)
    assert "Whether it is right is shown later." in told
    assert "My earlier program" in told
    assert "Attempt 1:" not in told
    assert 'class="ide__res"' not in told


def test_an_older_program_is_seen_again_after_a_reload(tmp_path: Path, judge: Judge) -> None:
    client, enrolment = learner(tmp_path)
    judge.verdict, judge.score = "wrong_answer", 50.0
    send(client, enrolment, RIGHT.replace("2 * n", "3 * n"))
    work()
    assert "3 * n" in page(client, enrolment)
    assert STARTER not in page(client, enrolment)


def test_the_work_of_the_laboratory_is_no_work_of_the_worker() -> None:
    from cordee.web import worker

    assert set(handing_in.works()) == {"judge", "judge-again"}
    assert all(isinstance(one, Work) for one in handing_in.works().values())
    assert not set(handing_in.works()) & set(worker.works())


def text_of(answer: Any) -> str:
    return str(answer.content.decode().replace("\xa0", " "))


def test_while_a_program_is_judged_nothing_on_the_page_is_said_of_it_that_is_of_the_one_before(
    tmp_path: Path, judge: Judge
) -> None:
    client, enrolment = learner(tmp_path)
    judge.verdict, judge.score = "wrong_answer", 50.0
    send(client, enrolment)
    first = page(client, enrolment)
    assert 'data-changed="Changed since you handed in: not handed in yet."' in first
    assert "receipt" not in first
    work()
    assert "This attempt: 0.5 of 1" in page(client, enrolment)
    assert "data-changed" not in page(client, enrolment)
    send(client, enrolment, OTHER, attempt=2)
    waiting = page(client, enrolment)
    assert "is being judged" in waiting
    assert "This attempt" not in waiting
    assert "Not yet" not in waiting
    assert "Part of it is right" not in waiting
    assert 'class="ide__res"' not in waiting
    assert "Attempt 1, before this program: 0.5 of 1. Received:" in waiting
    work()
    assert "Attempt 2 received:" in page(client, enrolment)


def test_a_trial_and_a_program_that_nobody_could_judge_have_no_verdict_of_the_one_before(
    tmp_path: Path, judge: Judge
) -> None:
    client, enrolment = learner(tmp_path)
    judge.verdict, judge.score = "wrong_answer", 50.0
    send(client, enrolment)
    work()
    judge.verdict = "internal_error"
    for more in ({"run": "1"}, {}):
        send(client, enrolment, OTHER, attempt=2, **more)
        work()
        told = page(client, enrolment)
        assert "data-unsent" in told  # what the editor holds is not handed in
        assert "Attempt 1, before this program: 0.5 of 1. Received:" in told
        assert "This attempt" not in told
        assert 'class="ide__res"' not in told


@pytest.mark.parametrize(("score", "points"), [(28.57, 29), (99.6, 99), (0.0, 0), (100.0, 100)])
def test_points_are_rounded_alike_wherever_they_are_told_and_nobody_has_all_who_lacks_some(
    tmp_path: Path, judge: Judge, score: float, points: int
) -> None:
    client, enrolment = learner(tmp_path)
    judge.verdict, judge.score = "accepted" if score == 100 else "wrong_answer", score
    send(client, enrolment)
    work()
    told = page(client, enrolment)
    assert f'class="ide__points">{points}<' in told
    assert f"Attempt 1: {points} of 100" in told


def test_another_program_of_the_same_attempt_is_told_that_one_is_being_judged_and_stays_in_its_editor(
    tmp_path: Path, judge: Judge
) -> None:
    """Two tabs hold the same form."""
    client, enrolment = learner(tmp_path)
    send(client, enrolment)
    refused = send(client, enrolment, OTHER)
    assert refused.status_code == REFUSED
    told = text_of(refused)
    assert "Not handed in. Your program stays in the editor." in told
    assert "Another program of yours is still being judged." in told
    assert "Another program of yours, handed in today, " in told
    assert "Your program is received" not in told
    assert "data-unsent" in told
    assert "data-changed" not in told
    assert "return 7" in told
    assert 'data-island="code"' in told  # the verdict is waited for
    assert "2 * n" not in told
    work()
    judged = page(client, enrolment)
    assert "2 * n" in judged
    assert "data-of-another hidden><strong>This is the result of the program that you sent today, " in judged
    assert len(judge.seen) == 1


def test_another_program_of_an_attempt_that_was_judged_meanwhile_stays_in_its_editor(
    tmp_path: Path, judge: Judge
) -> None:
    client, enrolment = learner(tmp_path)
    judge.verdict, judge.score = "wrong_answer", 50.0
    send(client, enrolment)
    work()
    refused = send(client, enrolment, OTHER)
    assert refused.status_code == REFUSED
    told = text_of(refused)
    assert "handed in meanwhile, perhaps from another tab" in told
    assert "return 7" in told
    assert "data-of-another><strong>This is the result of the program that you sent today, " in told
    assert str(form_id(enrolment_id=enrolment.pk, activity="double", attempt=2)) in told  # the next press counts
    assert Submission.objects.count() == 1


def test_a_hint_and_a_refusal_leave_the_result_where_it_is(tmp_path: Path, judge: Judge) -> None:
    client, enrolment = learner(tmp_path, **{"tasks/double/task.yaml": TASK_YAML + HINTS})
    judge.verdict, judge.score = "wrong_answer", 50.0
    send(client, enrolment)
    work()
    hinted = text_of(send(client, enrolment, RIGHT, attempt=2, hint="1"))
    assert "Read it." in hinted
    assert 'class="ide__points">50' in hinted
    assert "data-of-another hidden" in hinted
    assert "This attempt: 0.5 of 1" in hinted
    changed = text_of(send(client, enrolment, OTHER, attempt=2, hint="2"))
    assert 'class="ide__points">50' in changed
    assert "data-of-another>" in changed
    assert "Attempt 1, before this program: 0.5 of 1." in changed
    empty = text_of(send(client, enrolment, " ", attempt=2))
    assert 'class="ide__points">50' in empty
    assert empty.index("ide__run") < empty.index("no attempt was used") < empty.index("ide__points")


def test_hints_that_were_asked_for_are_there_again_and_those_of_nobody_else(tmp_path: Path, judge: Judge) -> None:
    client, enrolment = learner(tmp_path, **{"tasks/double/task.yaml": TASK_YAML + HINTS})
    assert "Read it." not in page(client, enrolment)
    send(client, enrolment, hint="1")
    again = page(client, enrolment)
    assert "Read it." in again
    assert "Twice it." not in again
    assert 'name="hint" value="2"' in again
    send(client, enrolment)
    work()
    assert "Read it." in page(client, enrolment)
    other = enrol(account=make_account(), run=enrolment.run, now=clock.now())
    assert "Read it." not in page(signed_in_client(other.account), other)


def test_marks_stay_at_the_lines_that_a_changed_program_still_has() -> None:
    marks = [{"line": line, "text": str(line)} for line in (1, 3, 4)]
    assert _moved(marks, "a\nb\nc\nd", "a\nb\nc\nd") == marks
    assert _moved(marks, "a\nb\nc\nd", "a\nnew\nb\nC\nd") == [
        {"line": 1, "text": "1"},
        {"line": 5, "text": "4"},
    ]
    assert _moved(marks, "a\nb\nc\nd", "") == []


@pytest.mark.parametrize(("lines", "folded"), [(14, 0), (300, 1)])
def test_a_long_output_scrolls_in_a_box_that_the_keyboard_reaches(
    tmp_path: Path, judge: Judge, lines: int, folded: int
) -> None:
    client, enrolment = learner(tmp_path)
    judge.verdict, judge.score = "wrong_answer", 0.0
    printed = "".join(f"{line}\n" for line in range(lines))
    judge.failing = {"name": "small", "verdict": "wrong_answer", "said": None, "at": None, "visible": True}
    judge.failing |= {"given": "21\n", "wanted": "42\n", "printed": printed}
    send(client, enrolment)
    work()
    assert page(client, enrolment).count('<pre class="ide__ko" tabindex="0">0\n1\n') == folded
    assert page(client, enrolment).count("<td><pre tabindex") == 0
    assert page(client, enrolment).count("<dd><pre tabindex") == 0


def test_the_page_of_a_waiting_program_has_words_for_a_cut_connection_and_an_ended_session(
    tmp_path: Path, judge: Judge
) -> None:
    client, enrolment = learner(tmp_path)
    send(client, enrolment)
    waiting = page(client, enrolment)
    assert 'data-cut="The site cannot be reached at the moment.' in waiting
    assert 'data-signed-out="Your session has ended.' in waiting
    assert 'data-sign-in="/sign-in"' in waiting
    client.cookies.clear()
    ended = client.get(f"/runs/{enrolment.run.key}/units/trame?only=double", headers={"Accept": "application/json"})
    assert ended.status_code == 401  # what the island takes for the end of the session


def test_a_program_that_is_judged_while_its_page_is_read_is_asked_for_again(
    tmp_path: Path, judge: Judge, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, enrolment = learner(tmp_path)
    address = f"/runs/{enrolment.run.key}/units/trame?only=double"

    def judged_meanwhile(*asked: Any) -> Any:
        work()
        return held_of(*asked)

    monkeypatch.setattr("cordee.learning.pages.activity.held_of", judged_meanwhile)
    for attempt, verdict in ((1, "wrong_answer"), (2, "accepted")):
        judge.verdict, judge.score = verdict, 50.0 * attempt
        send(client, enrolment, f"{RIGHT}// {attempt}\n", attempt=attempt)
        first = client.get(address, headers={"Accept": "application/json"}).json()
        assert first == {"waits": True, "html": ""}
        second = client.get(address, headers={"Accept": "application/json"}).json()
        assert not second["waits"]
        assert f"Attempt {attempt} received:" in second["html"]


def test_the_link_that_asks_again_leads_to_another_address_each_time(tmp_path: Path, judge: Judge) -> None:
    """Without script: a link to the address of the page itself, with a place in it, loads nothing."""
    client, enrolment = learner(tmp_path)
    send(client, enrolment)
    links = [re.findall(r'href="(.[^"]*)" data-code-look', page(client, enrolment)) for _ in range(2)]
    assert all(len(found) == 1 for found in links)
    assert links[0] != links[1]
    assert client.get(f"/runs/{enrolment.run.key}/units/trame{links[1][0]}").status_code == 200


@pytest.mark.parametrize(("language", "sign"), [("en", "pm"), ("fr", "h")])
def test_the_moments_of_earlier_programs_are_told_as_everywhere_else(
    tmp_path: Path, judge: Judge, language: str, sign: str
) -> None:
    client, enrolment = learner(tmp_path)
    enrolment.account.language, enrolment.account.time_zone = language, "Europe/Paris"
    enrolment.account.save()
    send(client, enrolment)
    work()
    received = (clock.now() - dt.timedelta(days=100)).replace(hour=15, minute=5)
    Submission.objects.update(received_at=received)
    told = page(client, enrolment)
    (one,) = re.findall(r"<summary>[^<]*100[^<]*<time[^>]*>([^<]*)</time>", told)
    said = when(received, clock.now(), "Europe/Paris", language, name_zone=False, begins=False)
    assert one == said.replace("\xa0", " ")
    assert sign in one


TYPED = "int main(void) { return 1 < 2; } // </textarea><b>\n"
SHOWN = "int main(void) { return 1 &lt; 2; } // &lt;/textarea&gt;&lt;b&gt;\n"


def at_unit(enrolment: Enrolment, unit: str = "trame") -> dict[str, str]:
    return {"Referer": f"http://localhost:8000/runs/{enrolment.run.key}/units/{unit}?again=1"}


def test_a_program_sent_after_the_session_has_ended_is_shown_to_be_copied(tmp_path: Path) -> None:
    _client, enrolment = learner(tmp_path)
    fields = {"form_id": "x", "program-main-c": TYPED, "input": ""}
    address = f"/runs/{enrolment.run.key}/activities/double/submissions"
    stranger = Client(headers={"accept-language": "en"})
    answer = stranger.post(address, fields, headers=at_unit(enrolment))
    shown = answer.content.decode()
    assert answer.status_code == 401
    assert "Nothing was handed in." in shown
    assert SHOWN in shown
    assert shown.count("<textarea") == 1
    assert f"/sign-in?next=%2Fruns%2F{enrolment.run.key}%2Funits%2Ftrame%23double" in shown.replace("%2B", "+")
    assert not Submission.objects.exists()
    assert SHOWN in Client(headers={"accept-language": "fr"}).post(address, fields).content.decode()


def test_an_empty_answer_after_the_session_has_ended_leads_to_sign_in_and_back_to_the_unit(tmp_path: Path) -> None:
    _client, enrolment = learner(tmp_path)
    address = f"/runs/{enrolment.run.key}/activities/double/submissions"
    for headers, back in (
        (at_unit(enrolment), f"/runs/{enrolment.run.key}/units/trame#double"),
        ({"Referer": "http://elsewhere.example/"}, f"/runs/{enrolment.run.key}/resume"),
        ({"Referer": f"http://localhost:8000{address}"}, f"/runs/{enrolment.run.key}/resume"),
        ({}, f"/runs/{enrolment.run.key}/resume"),
    ):
        answer = Client().post(address, {"form_id": "x"}, headers=headers)
        assert answer.status_code == 302
        assert answer["Location"] == f"/sign-in?{urlencode({'next': back})}"


@pytest.mark.parametrize(
    ("site", "is_shown"), [("same-origin", True), ("cross-site", False), ("same-site", False), ("none", False)]
)
def test_a_program_sent_without_its_token_is_shown_unless_another_site_sent_it(
    tmp_path: Path, site: str, is_shown: bool
) -> None:
    _client, enrolment = learner(tmp_path)
    strict = Client(enforce_csrf_checks=True, headers={"accept-language": "en"})
    address = f"/runs/{enrolment.run.key}/activities/double/submissions"
    answer = strict.post(address, {"program-main-c": TYPED}, headers={"Sec-Fetch-Site": site, **at_unit(enrolment)})
    shown = answer.content.decode()
    assert answer.status_code == 403
    assert (SHOWN in shown) == is_shown
    assert ("Open the page again (new tab)" in shown) == is_shown
    assert "This form was opened too long ago" in shown


def test_the_word_of_an_older_browser_on_where_a_form_was_sent_from_is_its_origin(tmp_path: Path) -> None:
    _client, enrolment = learner(tmp_path)
    strict = Client(enforce_csrf_checks=True)
    address = f"/runs/{enrolment.run.key}/activities/double/submissions"
    for origin, is_shown in (
        (settings.CSRF_TRUSTED_ORIGINS[0], True),
        ("http://elsewhere.example", False),
        ("", False),
    ):
        answer = strict.post(address, {"program-main-c": TYPED}, headers={"Origin": origin} if origin else {})
        assert (SHOWN in answer.content.decode()) == is_shown, origin
