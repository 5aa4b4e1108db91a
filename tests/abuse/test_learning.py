"""Does a run stand what people and programs send to it? Each case: the right clean answer, nothing stored by halves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from cordee.core import clock
from cordee.courses.tests.make import CAPITAL, course_files, imported, small_run
from cordee.learning.enrolling import enrol
from cordee.learning.forms import form_id
from cordee.learning.models import ActivityState, Enrolment, Event, Submission
from cordee.learning.tests.make import make_enrolment
from cordee.people.tests.make import make_account, signed_in_client

pytestmark = pytest.mark.django_db

WORD = """<problem display_name="Word"><stringresponse answer="été" type="ci"><textline/></stringresponse></problem>"""
BOXES = """<problem display_name="Boxes"><choiceresponse><checkboxgroup>
<choice correct="true">a</choice><choice correct="false">b</choice></checkboxgroup></choiceresponse></problem>"""
QUIZZES = {
    "capital": CAPITAL,
    "number": '<problem><numericalresponse answer="3.14"><textline/></numericalresponse></problem>',
    "word": WORD,
    "boxes": BOXES,
}


@pytest.fixture
def enrolment(tmp_path: Path) -> Enrolment:
    return make_enrolment(tmp_path, quizzes=QUIZZES)


def send(enrolment: Enrolment, activity: str, answer: Any, *, form: str | None = None) -> Any:
    client = signed_in_client(enrolment.account)
    own = str(form_id(enrolment_id=enrolment.pk, activity=activity, attempt=1))
    url = f"/runs/{enrolment.run.key}/activities/{activity}/submissions"
    return client.post(url, {"form_id": own if form is None else form, "p_2_1": answer})


@pytest.mark.parametrize(
    ("typed", "status", "earned"),
    [
        ("3.14", 303, 1.0),
        ("3,14", 303, 1.0),
        (" 3.14 ", 303, 1.0),
        ("1/3", 303, 0.0),
        ("1e400", 303, 0.0),
        ("٣٫١٤", 422, None),
        ("NaN", 422, None),
        ("inf", 422, None),
        ("0x10", 422, None),
        ("3.14abc", 422, None),
        ("9^9^9^9", 422, None),
        ("fact(171)", 422, None),
        ("(" * 5000, 422, None),
        ("1+" * 10_000 + "1", 400, None),
    ],
)
def test_a_number_is_read_or_refused_in_plain_words(
    enrolment: Enrolment, typed: str, status: int, earned: float | None
) -> None:
    answer = send(enrolment, "number", typed)
    assert answer.status_code == status
    submission = Submission.objects.first()
    assert (submission.earned if submission else None) == earned
    assert bool(submission) == ActivityState.objects.exists()


@pytest.mark.parametrize(
    ("typed", "earned"),
    [
        ("été", 1.0),
        ("ÉTÉ", 1.0),
        ("  été ", 1.0),
        ("e\u0301te\u0301", 0.0),
        ("ete", 0.0),
        ("\u200fété", 0.0),
        ("🏔", 0.0),
    ],
)
def test_a_word_is_kept_and_shown_back_exactly(enrolment: Enrolment, typed: str, earned: float) -> None:
    assert send(enrolment, "word", typed).status_code == 303
    submission = Submission.objects.get()
    assert submission.earned == earned
    assert submission.answer["p_2_1"] == typed
    page = signed_in_client(enrolment.account).get(f"/runs/{enrolment.run.key}/units/v_word").content.decode()
    assert f'value="{typed}"' in page


@pytest.mark.parametrize("typed", ["a\x00b", "\x00"])
def test_a_nul_byte_is_refused_cleanly(enrolment: Enrolment, typed: str) -> None:
    assert send(enrolment, "word", typed).status_code in (400, 422)
    assert not Submission.objects.exists()


def test_half_a_character_is_refused_or_kept_as_replaced_never_a_crash(enrolment: Enrolment) -> None:
    client = signed_in_client(enrolment.account)
    form = form_id(enrolment_id=enrolment.pk, activity="word", attempt=1)
    body = b"form_id=" + str(form).encode() + b"&p_2_1=%ED%A0%80"  # a lone surrogate, written in UTF-8
    url = f"/runs/{enrolment.run.key}/activities/word/submissions"
    answer = client.post(url, body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code in (303, 400, 422)


@pytest.mark.parametrize("picked", ["choice_9", "Paris", "CHOICE_0", "", "choice_0 ", "' OR 1=1"])
def test_an_option_that_was_not_offered_earns_nothing(enrolment: Enrolment, picked: str) -> None:
    answer = send(enrolment, "capital", picked)
    assert answer.status_code in (303, 400)
    assert not any(submission.earned for submission in Submission.objects.all())


def test_two_answers_where_one_is_expected_are_refused_or_wrong(enrolment: Enrolment) -> None:
    assert send(enrolment, "capital", ["choice_1", "choice_0"]).status_code in (303, 400)
    assert not any(submission.earned for submission in Submission.objects.all())


def test_ten_thousand_options_are_refused_cleanly(enrolment: Enrolment) -> None:
    answer = send(enrolment, "boxes", [f"choice_{n}" for n in range(10_000)])
    assert answer.status_code in (400, 413)
    assert not Submission.objects.exists()


def test_ten_megabytes_are_refused_cleanly(enrolment: Enrolment) -> None:
    assert send(enrolment, "word", "x" * 10_000_000).status_code in (400, 413)
    assert not Submission.objects.exists()


@pytest.mark.parametrize("form", ["", "x", "0" * 32 + "zz", "../../etc", "00000000-0000-0000-0000-00000000000g"])
def test_a_forged_form_is_refused_and_nothing_is_stored(enrolment: Enrolment, form: str) -> None:
    before = Event.objects.count()
    assert send(enrolment, "capital", "choice_0", form=form).status_code == 400
    assert (Submission.objects.count(), ActivityState.objects.count(), Event.objects.count()) == (0, 0, before)


def test_a_form_of_another_learner_gives_nothing_of_theirs(enrolment: Enrolment) -> None:
    send(enrolment, "capital", "choice_0")
    other = enrol(account=make_account(), run=enrolment.run, now=clock.now())
    theirs = str(form_id(enrolment_id=enrolment.pk, activity="capital", attempt=1))
    assert send(other, "capital", "choice_1", form=theirs).status_code == 303
    assert Submission.objects.get(enrolment=other).earned == 0.0


def test_answers_to_questions_that_were_not_asked_are_ignored(enrolment: Enrolment) -> None:
    client = signed_in_client(enrolment.account)
    form = form_id(enrolment_id=enrolment.pk, activity="capital", attempt=1)
    url = f"/runs/{enrolment.run.key}/activities/capital/submissions"
    client.post(url, {"form_id": str(form), "p_2_1": "choice_1", "p_3_1": "choice_0", "earned": "100", "attempt": "0"})
    submission = Submission.objects.get()
    assert (submission.earned, submission.attempt) == (0.0, 1)
    assert set(submission.answer) == {"p_2_1"}


@pytest.mark.parametrize("method", ["get", "put", "delete", "patch"])
def test_only_a_post_hands_in(enrolment: Enrolment, method: str) -> None:
    client = signed_in_client(enrolment.account)
    url = f"/runs/{enrolment.run.key}/activities/capital/submissions"
    assert getattr(client, method)(url).status_code == 405


def test_without_its_token_a_form_is_refused(enrolment: Enrolment) -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies = signed_in_client(enrolment.account).cookies
    form = form_id(enrolment_id=enrolment.pk, activity="capital", attempt=1)
    url = f"/runs/{enrolment.run.key}/activities/capital/submissions"
    assert client.post(url, {"form_id": str(form), "p_2_1": "choice_0"}).status_code == 403
    assert not Submission.objects.exists()


@pytest.mark.parametrize(
    "words",
    ["<script>alert(1)</script>", "{{ 7*7 }}", "{% debug %}", "${7*7}", "%(x)s", '"><img src=x onerror=alert(1)>'],
)
def test_words_of_authors_and_learners_are_printed_as_words(tmp_path: Path, words: str) -> None:
    run = small_run(tmp_path, title=words)
    account = make_account(name="Ada " + words.replace("<", "").replace(">", "")[:40])
    enrolment = enrol(account=account, run=run, now=clock.now())
    client = signed_in_client(account)
    for url in ("/en/", f"/en/courses/{run.course.key}/", "/mine", f"/runs/{run.key}/", f"/runs/{run.key}/progress"):
        page = client.get(url).content.decode()
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "49" not in page.partition("<h1")[2].partition("</h1>")[0]
    assert enrolment.run_id == run.pk


@pytest.mark.parametrize(
    "key", ["A+B", "A+B+C+D", "..", "%00", "A+B+" + "x" * 3000, "' OR 1=1", "A%2BB%2BC", "é+é+é", "+++"]
)
def test_a_key_that_names_no_run_is_not_found(key: str) -> None:
    answer = signed_in_client(make_account()).get(f"/runs/{key}/")
    assert answer.status_code in (400, 404, 414)


def test_a_problem_without_a_right_answer_is_told_to_the_author_and_never_won(tmp_path: Path) -> None:
    problem = CAPITAL.replace('correct="true"', 'correct="false"')
    done = imported(course_files(quizzes={"capital": problem}), tmp_path)
    assert any("right" in line["sentence"] for line in done.run.version.report["warnings"])


def test_a_negative_weight_is_told_and_takes_nothing_away(tmp_path: Path) -> None:
    problem = CAPITAL.replace('max_attempts="2"', 'weight="-3"')
    enrolment = make_enrolment(tmp_path, quizzes={"capital": problem})
    assert send(enrolment, "capital", "choice_1").status_code == 303
    enrolment.refresh_from_db()
    assert enrolment.grade >= 0


def test_an_exploding_pattern_of_an_author_does_not_hold_the_site(tmp_path: Path) -> None:
    problem = '<problem><stringresponse answer="(a+)+$" type="regexp"><textline/></stringresponse></problem>'
    enrolment = make_enrolment(tmp_path, quizzes={"word": problem})
    began = clock.now()
    assert send(enrolment, "word", "a" * 5000 + "b").status_code in (303, 409, 422)
    assert (clock.now() - began).total_seconds() < 5
