"""Who teaches sees what programs meet, and has them judged again once the task was mended."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from cordee.activities.code import judging
from cordee.activities.code.tests.make import PAGE, RIGHT, TASK_YAML, course
from cordee.activities.code.tests.test_handing_in import learner, send, work
from cordee.awards.attesting import issue_attestation
from cordee.core import clock
from cordee.courses.kinds import FOUND, Judged
from cordee.courses.models import Run
from cordee.courses.opening import RunOptions
from cordee.courses.tests.course_texts import MODULE, published
from cordee.courses.tests.course_texts import page as page_of
from cordee.jobs.models import Job
from cordee.jobs.performing import perform_next
from cordee.learning.enrolling import enrol
from cordee.learning.judging import handing_in
from cordee.learning.models import ActivityState, Decision, Enrolment, Event, Submission
from cordee.people.granting import grant_role
from cordee.people.models import Account, Role
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


def test_a_title_is_true_of_all_its_programs_and_names_no_line_and_no_name_of_one_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def judge(_exercise: object, answer: Any, *, is_trial: bool) -> Judged:
        name, line = answer["main.c"].split()[:2]
        card = {**SEMICOLON, "rule": "undeclared-name", "title": ["“{name}” is not declared", {"name": name}]}
        failing = {"name": "small", "verdict": "wrong_answer", "said": ["Wrong by one.", {}],
                   "at": ["main.c", int(line)], "visible": False}  # fmt: skip
        crash = {**failing, "verdict": "runtime_error", "said": ["You used an address that is not yours.", {}]}
        blank: dict[str, Any] = {"score": 0.0, "tests": [], "cards": [], "messages": [], "rank": 1}
        if name == "off":
            return Judged({**blank, "verdict": "wrong_answer", "failing": failing})
        if name == "scanf":
            ampersand = {**SEMICOLON, "rule": "missing-ampersand", "level": "warning", "title": ["“&” is missing", {}]}
            return Judged({**blank, "verdict": "runtime_error", "cards": [ampersand], "failing": crash})
        return Judged({**blank, "verdict": "compile_error", "cards": [card], "failing": None})

    monkeypatch.setattr(judging, "judge", judge)
    _client, first = learner(tmp_path)
    others(first.run, ["off 6", "off 7", "pommes 3", "poires 4", "scanf 5"])
    told = page(teacher(first.run), first.run)
    for title in ("40% · Wrong by one.", "40% · “…” is not declared", "20% · “&amp;” is missing"):
        assert title in told
    for of_one in ("main.c, line", "“pommes”", "“poires”", "an address that is not yours"):
        assert of_one not in told


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


GRADED = {
    **page_of("# Trame\n\nRien.\n"),
    "modules/nommer/bilan.fr.md": PAGE,
    "modules/nommer/module.yaml": MODULE.replace("    due: +13d\n", ""),
}


def scoring(monkeypatch: pytest.MonkeyPatch, *, first: float) -> None:
    """A laboratory that finds this of Awa's first program, and all right with her second."""

    def judge(_exercise: object, answer: Any, *, is_trial: bool) -> Judged:
        score = 100.0 if "perfect" in answer["main.c"] else first
        tests = [{"name": str(n), "verdict": "accepted" if n < score // 14 else "wrong_answer"} for n in range(7)]
        failing = {"name": "4", "verdict": "wrong_answer", "said": [f"Found {first:g}.", {}], "at": None,
                   "visible": True, "given": "1", "wanted": f"wanted of {first:g}", "printed": "7"}  # fmt: skip
        found = {"score": score, "tests": tests, "cards": [], "messages": []}
        if score == 100:
            return Judged({**found, "verdict": "accepted", "failing": None})
        return Judged({**found, "verdict": "wrong_answer", "failing": failing, "rank": 5})

    monkeypatch.setattr(judging, "judge", judge)


def first_program(at: Path) -> tuple[Client, Enrolment]:
    """Awa, who has handed in a program that was judged."""
    client, awa = learner(at, **GRADED)
    send(client, awa, "first")
    work()
    return client, awa


def mend(at: Path, run: Run) -> None:
    """The run shows a version whose task has another hidden test."""
    mended = course(at, **{**GRADED, "tasks/double/task.yaml": TASK_YAML.replace("-154246", "-154247")})
    published(mended, options=RunOptions(key=run.key, update_run=True), now=clock.now())


def judged_again(client: Client, run: Run, reason: str = "A test was wrong.") -> None:
    answer = client.post(f"/runs/{run.key}/activities/double/programs/again", {"reason": reason})
    assert answer.status_code == 303
    work()


def shown(client: Client, enrolment: Enrolment, rest: str) -> str:
    return client.get(f"/runs/{enrolment.run.key}/{rest}").content.decode().replace("\xa0", " ")


def test_who_was_judged_again_and_then_hands_in_a_better_program_has_its_points_everywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scoring(monkeypatch, first=14.0)
    client, awa = first_program(tmp_path)
    mend(tmp_path, awa.run)
    scoring(monkeypatch, first=43.0)
    desk = teacher(awa.run)
    judged_again(desk, awa.run)
    assert Enrolment.objects.get().grade == 0.43
    send(client, awa, "worse", attempt=2)
    scoring(monkeypatch, first=7.0)
    work()
    assert Enrolment.objects.get().grade == 0.43  # nobody loses a point
    send(client, awa, "perfect", attempt=3)
    work()
    assert ActivityState.objects.get().points == 1
    assert Enrolment.objects.get().grade == 1
    unit = shown(client, awa, "units/bilan")
    assert "This attempt: 1 of 1. Counted: 1 of 1." in unit
    for no_more in ("Your teacher gave you", "whatever is handed in", "graded again", "judged again"):
        assert no_more not in unit
    assert "100%" in shown(client, awa, "progress")
    assert "1 / 1" in shown(desk, awa, f"desk/learners/{awa.pk}")
    assert "Earned:" not in shown(desk, awa, f"desk/learners/{awa.pk}")
    assert ",100" in shown(desk, awa, "desk/grades.csv")
    graded = Event.objects.filter(verb="graded").order_by("at", "pk")
    assert [one.data["grade"] for one in graded] == [0.14, 0.43, 1.0]
    assert issue_attestation(enrolment=Enrolment.objects.get(), name="Awa Diop", now=clock.now()).grade == 1


def test_who_was_judged_again_reads_why_and_when_and_what_is_found_now_in_place_of_what_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scoring(monkeypatch, first=14.0)
    client, awa = first_program(tmp_path)
    assert "wanted of 14" in shown(client, awa, "units/bilan")
    mend(tmp_path, awa.run)
    scoring(monkeypatch, first=43.0)
    desk = teacher(awa.run)
    judged_again(desk, awa.run, "The second <test> was wrong.")
    unit = shown(client, awa, "units/bilan")
    assert "Your program was judged again by the mended exercise: <time" in unit
    assert "The second &lt;test&gt; was wrong." in unit
    assert unit.index("judged again by the mended") < unit.index('class="ide__res"')  # above what is found now
    for now in ("wanted of 43", "Found 43.", "3 tests of 7.", "This attempt: 0.43 of 1. Counted: 0.43 of 1.",
                "Attempt 1: 43 of 100"):  # fmt: skip
        assert now in unit
    for no_more in ("wanted of 14", "Found 14.", "Your teacher gave you", "14 of 100"):
        assert no_more not in unit
    assert Submission.objects.get().answer[FOUND]["score"] == 14  # what was handed in stays as it was
    scoring(monkeypatch, first=100.0)
    mend_once_more = course(tmp_path, **{**GRADED, "tasks/double/task.yaml": TASK_YAML.replace("-154246", "-154248")})
    published(mend_once_more, options=RunOptions(key=awa.run.key, update_run=True), now=clock.now())
    judged_again(desk, awa.run, "So was the third.")
    unit = shown(client, awa, "units/bilan")
    assert "All of it is right." in unit
    assert "So was the third." in unit
    assert "Counted: 1 of 1." in unit


def test_the_page_counts_what_was_judged_again_at_the_latest_press_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scoring(monkeypatch, first=14.0)
    client, awa = first_program(tmp_path)
    desk = teacher(awa.run)
    judged_again(desk, awa.run)
    send(client, awa, "second", attempt=2)
    work()
    judged_again(desk, awa.run)
    assert "1 program was judged again." in page(desk, awa.run)
    judged_again(desk, awa.run)  # nothing is left for it
    assert "1 program was judged again." in page(desk, awa.run)


def test_judging_again_that_finds_less_shows_it_and_costs_no_point(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scoring(monkeypatch, first=43.0)
    client, awa = first_program(tmp_path)
    mend(tmp_path, awa.run)
    scoring(monkeypatch, first=14.0)
    judged_again(teacher(awa.run), awa.run)
    unit = shown(client, awa, "units/bilan")
    assert "wanted of 14" in unit
    assert "This attempt: 0.14 of 1. Counted: 0.43 of 1." in unit


@pytest.mark.usefixtures("laboratory")
def test_programs_stand_where_they_were_last_judged_and_the_page_says_how_many_are_and_gained(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _client, first = learner(tmp_path)
    others(first.run, ["off 1", "off 2", "typo", "right"])
    client, run = teacher(first.run), first.run
    assert "judged again" not in page(client, run)
    published(
        course(tmp_path, **{"tasks/double/task.yaml": TASK_YAML.replace("-154246", "-154247")}),
        options=RunOptions(key=run.key, update_run=True), now=clock.now(),
    )  # fmt: skip
    monkeypatch.setattr(
        judging, "judge", lambda _exercise, answer, *, is_trial: Judged(found_of(answer["main.c"].replace("off", "")))
    )
    again = f"/runs/{run.key}/activities/double/programs/again"
    assert client.post(again, {"reason": "A test was wrong."}).status_code == 303
    assert "3 programs of 3 are still to be judged again. Nobody has gained so far." in page(client, run)
    perform_next(handing_in.works())
    assert "2 programs of 3 are still to be judged again. 1 gained." in page(client, run)
    work()
    told = page(client, run)
    assert "3 programs were judged again. 2 gained." in told
    assert "75% · All tests pass." in told
    assert "25% · A semicolon is missing" in told
    assert "Wrong by one." not in told


@pytest.mark.usefixtures("laboratory")
def test_programs_that_nobody_could_judge_again_are_told_and_stay_where_they_were(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _client, first = learner(tmp_path)
    others(first.run, ["off"])
    client = teacher(first.run)
    broken = {"verdict": "internal_error", "score": 0.0}
    monkeypatch.setattr(judging, "judge", lambda _exercise, _answer, *, is_trial: Judged(broken, counts=False))
    judged_again(client, first.run)
    told = page(client, first.run)
    assert "1 program was judged again. Nobody has gained so far. 1 could not be judged." in told
    assert "100% · Wrong by one." in told


@pytest.mark.usefixtures("laboratory")
@pytest.mark.parametrize("is_done", [True, False])
def test_programs_that_the_release_before_judged_again_or_was_to_judge_are_judged_and_told(
    tmp_path: Path, is_done: bool
) -> None:
    _client, first = learner(tmp_path)
    (off,) = others(first.run, ["off"])
    client, now = teacher(first.run), clock.now()
    answer = Submission.objects.get(enrolment=off)
    by = Account.objects.get(name="Hélène").pk
    data = {"run": first.run.pk, "reason": "A test was wrong.", "by": by, "submission": str(answer.pk)}
    Job.objects.create(kind="judge-again", key=f"{answer.pk}:{answer.content}", data=data, enqueued_at=now, due_at=now,
                       done_at=now if is_done else None)  # fmt: skip
    if is_done:
        judged_again(client, first.run)
    work()
    assert "1 program was judged again. Nobody has gained so far." in page(client, first.run)


@pytest.mark.usefixtures("laboratory")
def test_where_every_program_has_all_points_the_page_says_that_nothing_was_judged_again(tmp_path: Path) -> None:
    _client, first = learner(tmp_path)
    others(first.run, ["right"])
    client = teacher(first.run)
    judged_again(client, first.run)
    told = client.get(f"/runs/{first.run.key}/activities/double/programs?again=1").content.decode()
    assert "there was nothing to judge again" in told


def test_judging_again_leaves_points_given_by_hand_and_counts_once_they_are_taken_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scoring(monkeypatch, first=14.0)
    _client, awa = first_program(tmp_path)
    desk, points = teacher(awa.run), f"/runs/{awa.run.key}/desk/learners/{awa.pk}/points"
    given = {"points-activity": "double", "points-points": "0", "points-reason": "Copied"}
    assert desk.post(points, given).status_code == 303
    mend(tmp_path, awa.run)
    scoring(monkeypatch, first=43.0)
    judged_again(desk, awa.run)
    assert Enrolment.objects.get().grade == 0
    assert "those given by hand still count" in shown(desk, awa, f"desk/learners/{awa.pk}")
    desk.post(points, {**given, "points-points": "", "points-reason": "It was not"})
    assert Enrolment.objects.get().grade == 0.43
    assert "0.43 of grading again count" in shown(desk, awa, f"desk/learners/{awa.pk}")


@pytest.mark.usefixtures("laboratory")
def test_a_learner_finds_their_programs_of_before(tmp_path: Path) -> None:
    client, first = learner(tmp_path)
    for attempt, program in enumerate(("off <i>one</i>", "typo two"), 1):
        send(client, first, program, attempt=attempt)
        work()
    told = client.get(f"/runs/{first.run.key}/units/trame").content.decode().replace("\xa0", " ")
    assert "My 2 earlier programs" in told
    assert "off &lt;i&gt;one&lt;/i&gt;" in told
    assert "Attempt 1: 0 of 100" in told
    assert RIGHT not in told


@pytest.mark.usefixtures("laboratory")
def test_what_was_decided_of_a_practice_exercise_is_told_by_its_section_and_title(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _client, first = learner(tmp_path)
    (awa,) = others(first.run, ["off"])
    mended = course(tmp_path, **{"tasks/double/task.yaml": TASK_YAML.replace("-154246", "-154247")})
    published(mended, options=RunOptions(key=first.run.key, update_run=True), now=clock.now())
    scoring(monkeypatch, first=100.0)
    desk = teacher(first.run)
    judged_again(desk, first.run)
    told = shown(desk, awa, f"desk/learners/{awa.pk}")
    assert " – Le double: graded again, 1 points" in told
    assert "double: graded again" not in told.replace("Le double: graded again", "")
