"""Does a quiz stand every answer that a person, a phone or an attacker may send?

Each answer is posted to a real page. It is graded rightly, or refused with a clean 4xx and no attempt spent; what was
accepted is shown back as it was typed; nothing is ever a 500.
"""

from __future__ import annotations

import html
import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from cordee.activities.quiz.kind import kind
from cordee.courses.kinds import Answer
from cordee.courses.tests.make import small_run
from cordee.learning.enrolling import enrol
from cordee.learning.forms import form_id
from cordee.learning.models import Enrolment, Submission
from cordee.people.tests.make import make_account, signed_in_client

pytestmark = [pytest.mark.django_db, pytest.mark.long]

QUIZZES = {
    "number": '<problem><numericalresponse answer="3.14"><textline/></numericalresponse></problem>',
    "third": '<problem><numericalresponse answer="1/3"><textline/></numericalresponse></problem>',
    "huge": '<problem><numericalresponse answer="5"><textline/></numericalresponse></problem>',
    "text": '<problem><stringresponse answer="été" type="ci"><textline/></stringresponse></problem>',
    "heart": '<problem><stringresponse answer="cœur"><textline/></stringresponse></problem>',
    "pattern": '<problem><stringresponse answer="(a|aa)+" type="regexp"><textline/></stringresponse></problem>',
    "one": (
        '<problem><multiplechoiceresponse><choicegroup><choice correct="true">Yes</choice><choice correct="false">No'
        "</choice></choicegroup></multiplechoiceresponse></problem>"
    ),
    "pool": (
        '<problem><multiplechoiceresponse><choicegroup answer-pool="2"><choice correct="true">0</choice>'
        + "".join(f'<choice correct="false">{rank}</choice>' for rank in range(1, 9))
        + '<choice correct="true">9</choice></choicegroup></multiplechoiceresponse></problem>'
    ),
    "ticks": (
        '<problem><choiceresponse partial_credit="EDC"><checkboxgroup><choice correct="true">a</choice>'
        '<choice correct="false">b</choice><choice correct="true">c</choice></checkboxgroup></choiceresponse></problem>'
    ),
    "menu": (
        "<problem><optionresponse><optioninput options=\"('red','blue')\" correct='red'/></optionresponse></problem>"
    ),
}


@pytest.fixture
def learner(tmp_path: Path) -> Enrolment:
    run = small_run(tmp_path, quizzes=QUIZZES)
    return enrol(account=make_account(), run=run, now=run.opens_at)


@pytest.fixture
def browser(learner: Enrolment) -> Client:
    return signed_in_client(learner.account)


def post(browser: Client, learner: Enrolment, activity: str, fields: dict[str, Any], attempt: int = 1) -> Any:
    form = form_id(enrolment_id=learner.pk, activity=activity, attempt=attempt)
    return browser.post(
        f"/runs/{learner.run.key}/activities/{activity}/submissions",
        {"form_id": str(form), **fields},
        headers={"Accept": "application/json"},
    )


def earned(activity: str, learner: Enrolment) -> list[float | None]:
    """The points of every submission there is."""
    return list(Submission.objects.filter(enrolment=learner, activity=activity).values_list("earned", flat=True))


@pytest.mark.parametrize(
    ("activity", "typed", "points"),
    [
        ("number", "3.14", 1),
        ("number", "3,14", 1),
        ("number", " 3.14 ", 1),
        ("number", "\u202f3,14\u00a0", 1),
        ("number", "1e400", 0),
        ("number", "1/3", 0),
        ("third", "1/3", 1),
        ("text", "été", 1),
        ("text", "ÉTÉ  ", 1),
        ("text", "\u00a0été", 1),
        ("text", "e\u0301te\u0301", 0),  # NFD: compared as Open edX compares, code point by code point
        ("text", "\u200fété", 0),
        ("text", "\U0001f9d7", 0),
        ("heart", "cœur", 1),
        ("heart", "coeur", 0),
        ("text", "<script>alert(1)</script>", 0),
        ("text", "{{ 7*7 }} {% now %} %s {0} ' \" ;--", 0),
        ("one", "choice_0", 1),
        ("menu", "red", 1),
    ],
)
def test_an_answer_is_graded_and_shown_back_exactly(
    browser: Client, learner: Enrolment, activity: str, typed: str, points: float
) -> None:
    response = post(browser, learner, activity, {"p_2_1": typed})
    assert response.status_code == 200
    assert earned(activity, learner) == [points]
    if activity in ("number", "third", "text", "heart"):
        assert f'value="{html.escape(typed, quote=True)}"' in response.json()["html"].replace("&#39;", "&#x27;")


@pytest.mark.parametrize(
    ("activity", "typed"),
    [
        ("number", "٣٫١٤"),
        ("number", "NaN"),
        ("number", "inf"),
        ("number", "0x10"),
        ("number", "3.14abc"),
        ("number", "1,000"),
        ("number", "9^9^9"),
        ("number", "10^309"),
        ("number", "fact(171)"),
        ("number", "(" * 5_000 + "1" + ")" * 5_000),
        ("number", "3.14\x00"),
        ("text", "été\x00"),
        ("text", "a" * 10_001),
        ("pattern", "a" * 60 + "!"),
        ("one", "choice_9"),
        ("one", "Yes"),
        ("one", "choice_0 "),
        ("menu", "green"),
        ("menu", "RED"),
        ("ticks", "choice_7"),
    ],
)
def test_what_has_no_meaning_is_refused_and_spends_no_attempt(
    browser: Client, learner: Enrolment, activity: str, typed: str
) -> None:
    response = post(browser, learner, activity, {"p_2_1": typed})
    assert response.status_code in (400, 422)
    assert response["Content-Type"].startswith("application/json")
    assert len(response.json()["error"]) < 300
    assert earned(activity, learner) == []


@pytest.mark.parametrize(
    ("activity", "several"),
    [
        ("one", ["choice_0", "choice_1"]),
        ("number", ["3.14", "3.14"]),
        ("menu", ["red", "blue"]),
        ("ticks", [f"choice_{rank}" for rank in range(500)]),
        ("ticks", ["choice_0"] * 500),
    ],
)
def test_a_list_where_one_answer_is_expected_is_refused(
    browser: Client, learner: Enrolment, activity: str, several: list[str]
) -> None:
    assert post(browser, learner, activity, {"p_2_1": several}).status_code == 400
    assert earned(activity, learner) == []


def test_ten_thousand_fields_and_ten_megabytes_are_refused(browser: Client, learner: Enrolment) -> None:
    for fields in ({"p_2_1": [f"choice_{rank}" for rank in range(10_000)]}, {"p_2_1": "1" * 10_000_000}):
        response = post(browser, learner, "ticks", fields)
        assert 400 <= response.status_code < 500
    assert earned("ticks", learner) == []


@pytest.mark.parametrize(
    ("ticked", "points"),
    [(["choice_0", "choice_2"], 1), (["choice_0", "choice_1", "choice_2"], 0.67), (["choice_1"], 0)],
)
def test_ticks_earn_the_documented_share_and_never_less_than_nothing(
    browser: Client, learner: Enrolment, ticked: list[str], points: float
) -> None:
    assert post(browser, learner, "ticks", {"p_2_1": ticked}).status_code == 200
    assert earned("ticks", learner) == [points]


@pytest.mark.parametrize(
    ("activity", "fields"),
    [("number", {"p_2_1": ""}), ("number", {"p_2_1": "   "}), ("menu", {"p_2_1": ""}), ("ticks", {})],
)
def test_nothing_at_all_spends_no_attempt(
    browser: Client, learner: Enrolment, activity: str, fields: dict[str, str]
) -> None:
    assert post(browser, learner, activity, fields).status_code == 400
    assert earned(activity, learner) == []


def test_a_choice_that_was_not_drawn_earns_nothing(browser: Client, learner: Enrolment) -> None:
    page = browser.get(f"/runs/{learner.run.key}/units/v_pool").content.decode()
    drawn = set(re.findall(r'value="(choice_\d)"', page))
    assert len(drawn) == 2
    for rank, name in enumerate(sorted({f"choice_{n}" for n in range(10)} - drawn)):
        assert post(browser, learner, "pool", {"p_2_1": name}, attempt=rank + 1).status_code == 400
    assert earned("pool", learner) == []


def test_fields_of_other_questions_change_nothing(browser: Client, learner: Enrolment) -> None:
    fields = {"p_2_1": "choice_1", "p_3_1": "choice_0", "points": "1", "correct": "true", "p_2_1[]": "choice_0"}
    assert post(browser, learner, "one", fields).status_code == 200
    assert earned("one", learner) == [0]


def test_a_lone_surrogate_is_no_text(browser: Client, learner: Enrolment) -> None:
    body = f"form_id={form_id(enrolment_id=learner.pk, activity='text', attempt=1)}&p_2_1=%ED%A0%80"
    response = browser.post(
        f"/runs/{learner.run.key}/activities/text/submissions",
        body,
        content_type="application/x-www-form-urlencoded",
        headers={"Accept": "application/json"},
    )
    assert response.status_code in (200, 400)  # bytes that are no UTF-8 are a replacement character, or refused
    assert not any(earned("text", learner))


def test_what_is_kept_can_be_written_as_json(learner: Enrolment) -> None:
    definition = kind.from_json(kind.to_json(kind.read_olx(_block("text")).definition))
    answer: Answer = kind.answer(definition, {"p_2_1": ["\u202eété \U0001f9d7"]})
    assert json.loads(json.dumps(answer)) == answer


def _block(name: str) -> Any:
    from cordee.formats.olx.model import Block

    return Block(name, "problem", "", {}, content=QUIZZES[name])
