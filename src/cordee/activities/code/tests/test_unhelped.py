"""A learner says of what they were told of a program that it does not help: thanked, counted once, lost to nobody."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from cordee.activities.code import judging
from cordee.activities.code.tests.make import RIGHT, TASK_YAML
from cordee.activities.code.tests.test_handing_in import HINTS, OTHER, learner, send, work
from cordee.activities.code.tests.test_teaching import SEMICOLON, others, teacher
from cordee.activities.code.tests.test_teaching import page as programs_page
from cordee.courses.kinds import FOUND, Judged
from cordee.learning.judging.models import HeldAnswer
from cordee.learning.models import Enrolment, Event, Submission
from cordee.people.tests.make import signed_in_client
from cordee.sandbox.comparing import Difference
from cordee.sandbox.explaining import DIFFERENCES, ENDINGS, FAULTS, explain_difference, explain_fault, explanation_of
from cordee.sandbox.outcomes import Fault

pytestmark = pytest.mark.django_db
BUTTON = "This explanation does not help me"
THANKS = "Thank you. Who teaches this course sees that this explanation did not help."
RULES = """\
rules:
  - {name: forgot-half, when: {verdict: wrong_answer}, say: {fr: Et le double ?, en: And twice that?}}
"""
WITH_WORDS = {"tasks/double/task.yaml": TASK_YAML + RULES + HINTS}
FAILING = {"name": "small", "verdict": "wrong_answer", "rule": "difference:off_by_one", "said": ["Wrong by one.", {}],
           "at": None, "visible": False}  # fmt: skip
RULE = ["forgot-half", {"fr": "Et le double ?", "en": "And twice that?"}]


@pytest.fixture(autouse=True)
def laboratory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Finds by the words of a program: `rule`, `off` by one, `typo`s."""

    def judge(_exercise: object, answer: Any, *, is_trial: bool) -> Judged:
        program = answer["main.c"]
        cards = [SEMICOLON] * program.count("typo")
        if is_trial:
            return Judged({"verdict": "compile_error", "cards": cards}, counts=False)
        found: dict[str, Any] = {
            "verdict": "wrong_answer",
            "score": 0.0,
            "tests": [],
            "cards": cards,
            "messages": [RULE] if "rule" in program else [],
            "failing": FAILING if "off" in program else None,
            "rank": 1,
        }
        return Judged(found, told=judging.told_of(found))

    monkeypatch.setattr(judging, "judge", judge)
    monkeypatch.setattr(judging, "is_ready", lambda: True)


def told(client: Client, enrolment: Enrolment) -> str:
    return client.get(f"/runs/{enrolment.run.key}/units/trame").content.decode().replace("\xa0", " ")


def handed_in(client: Client, enrolment: Enrolment, program: str, *, attempt: int = 1) -> str:
    send(client, enrolment, program, attempt=attempt)
    work()
    return told(client, enrolment)


def said(rule: str) -> list[dict[str, Any]]:
    events = Event.objects.filter(verb="unhelped", activity="double").order_by("at")
    return [one.data for one in events if one.data["rule"] == rule]


def test_who_says_that_a_message_does_not_help_is_thanked_keeps_what_they_typed_and_is_offered_the_next_hint(
    tmp_path: Path,
) -> None:
    client, enrolment = learner(tmp_path, **WITH_WORDS)
    assert BUTTON in handed_in(client, enrolment, "off")
    pressed = send(client, enrolment, OTHER, attempt=2, unhelped="difference:off_by_one").content.decode()
    assert THANKS in pressed
    assert BUTTON not in pressed
    assert "return 7" in pressed  # what was typed since
    assert pressed.count('name="hint" value="1"') == 2  # where hints stand, and beside the thanks
    assert THANKS in told(client, enrolment)  # and still when the page is opened again
    assert Submission.objects.count() == 1
    assert HeldAnswer.objects.get().found is None  # nothing was sent to a worker
    for hint in ("1", "2"):
        send(client, enrolment, OTHER, attempt=2, hint=hint)
    assert 'name="hint"' not in told(client, enrolment)  # there is no third


def test_a_double_click_a_second_tab_and_a_reload_count_once_for_each_submission(tmp_path: Path) -> None:
    client, enrolment = learner(tmp_path)
    handed_in(client, enrolment, "off")
    for _ in range(3):
        send(client, enrolment, "off", attempt=2, unhelped="difference:off_by_one")
    assert said("difference:off_by_one") == [{"rule": "difference:off_by_one", "attempt": 1}]
    again = handed_in(client, enrolment, "off again", attempt=2)
    assert BUTTON in again  # of this one they have said nothing yet
    assert THANKS not in again
    send(client, enrolment, "off again", attempt=3, unhelped="difference:off_by_one")
    assert [one["attempt"] for one in said("difference:off_by_one")] == [1, 2]
    (actor,) = Event.objects.filter(verb="unhelped").values_list("actor").distinct()
    assert actor == (enrolment.account.pseudonym,)


def test_with_script_the_answer_is_the_exercise_alone_with_the_thanks_in_it(tmp_path: Path) -> None:
    client, enrolment = learner(tmp_path)
    handed_in(client, enrolment, "off")
    fields = {"form_id": str(uuid.uuid4()), "program-main-c": OTHER, "unhelped": "difference:off_by_one"}
    address = f"/runs/{enrolment.run.key}/activities/double/submissions"
    drawn = client.post(address, fields, headers={"Accept": "application/json"}).json()["html"]
    assert drawn.startswith("<section")
    assert 'data-thanked="difference:off_by_one"' in drawn
    assert "return 7" in drawn


def test_each_message_has_its_button_once_and_where_the_author_speaks_the_general_explanation_has_none(
    tmp_path: Path,
) -> None:
    client, enrolment = learner(tmp_path, **WITH_WORDS)
    page = handed_in(client, enrolment, "rule off typo typo")
    values = [one.split('"')[0] for one in page.split('name="unhelped" value="')[1:]]
    assert values == ["forgot-half", "missing-semicolon"]
    noted = Event.objects.get(verb="told").data["rules"]
    assert noted == values


def test_who_only_runs_a_program_or_looks_at_the_exercise_is_not_asked(tmp_path: Path) -> None:
    client, enrolment = learner(tmp_path)
    send(client, enrolment, "typo", run="1")
    work()
    assert "A semicolon is missing" in told(client, enrolment)
    assert BUTTON not in told(client, enrolment)
    assert BUTTON not in told(teacher(enrolment.run), enrolment)


@pytest.mark.parametrize("rule", ["forgot-half", "difference:precision", "x" * 3000, "<b>"])
def test_of_what_a_program_was_not_told_nothing_is_noted(tmp_path: Path, rule: str) -> None:
    client, enrolment = learner(tmp_path, **WITH_WORDS)
    assert send(client, enrolment, RIGHT, unhelped=rule).status_code == 200  # nothing was handed in yet
    handed_in(client, enrolment, "off")
    assert THANKS not in send(client, enrolment, "off", attempt=2, unhelped=rule).content.decode()
    assert not Event.objects.filter(verb="unhelped").exists()


def test_what_was_handed_in_before_explanations_had_names_asks_nothing(tmp_path: Path) -> None:
    client, enrolment = learner(tmp_path)
    handed_in(client, enrolment, "off")
    older = Submission.objects.get()
    del older.answer[FOUND]["failing"]["rule"]
    Submission.objects.filter(pk=older.pk).update(answer=older.answer)
    assert "Wrong by one." in told(client, enrolment)
    assert BUTTON not in told(client, enrolment)


def test_who_teaches_sees_which_messages_did_not_help_how_many_of_those_who_were_told(tmp_path: Path) -> None:
    _client, first = learner(tmp_path, **WITH_WORDS)
    desk = teacher(first.run)
    enrolments = others(first.run, ["rule typo", "rule", "rule", "typo"])
    assert "Explanations that did not help" not in programs_page(desk, first.run)
    for enrolment, rule in zip(enrolments, ["missing-semicolon", "forgot-half", "forgot-half"], strict=False):
        send(signed_in_client(enrolment.account), enrolment, "rule", attempt=2, unhelped=rule)
    page = programs_page(desk, first.run)
    _before, after = page.split("Explanations that did not help")
    assert after.index("And twice that?") < after.index("A semicolon is missing")
    assert "2 learners of 3 who were told it · <code>forgot-half</code>" in after
    assert "1 learner of 2 who were told it · <code>missing-semicolon</code>" in after
    assert "Et le double ?" in programs_page(teacher(first.run, language="fr"), first.run)


def test_each_explanation_of_a_test_has_a_name_and_says_of_several_programs_what_is_true_of_all() -> None:
    assert explain_difference(Difference("off_by_one", 3, "4", "5")).name == "difference:off_by_one"
    assert explain_fault(Fault("division", values={"a": 1, "b": 0})).name == "fault:division_by_zero"
    assert explain_fault(Fault("never heard of")).name == "fault:bad_address"
    names = [f"fault:{one}" for one in FAULTS] + [f"difference:{one}" for one in DIFFERENCES]
    for name in [*names, *(f"ending:{one}" for one in ENDINGS)]:
        words = explanation_of(name)
        assert words, name
        assert "{" not in words, name
    assert explanation_of("fault:add_overflow").startswith("… + … does not fit in the type ….")
    assert explanation_of("ending:time_limit").startswith("The program was still running after … s.")
    assert explanation_of("no-such-name") == ""
