from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from cordee.activities.survey.counting import step
from cordee.activities.survey.models import Tally
from cordee.activities.survey.queries import counts_of
from cordee.activities.survey.tests.make import cloud, poll, run_with, send, survey
from cordee.core import clock
from cordee.core.privacy import SMALL_CELL
from cordee.courses.models import Run
from cordee.learning.enrolling import enrol
from cordee.learning.models import ActivityState, Enrolment, Event, Submission
from cordee.learning.tests.test_pages import statements
from cordee.people.granting import grant_role
from cordee.people.models import Role
from cordee.people.tests.make import make_account, signed_in_client

pytestmark = pytest.mark.django_db
STEP = SMALL_CELL
ACCEPTED = 303


def learner(run: Run) -> tuple[Client, Enrolment]:
    enrolment = enrol(account=make_account(), run=run, now=clock.now())
    return signed_in_client(enrolment.account), enrolment


def teacher(run: Run) -> Client:
    account = make_account()
    grant_role(account=account, role=Role.TEACHER, scope=f"run:{run.key}", granted_by=None, now=clock.now())
    return signed_in_client(account)


def page(client: Client, run: Run) -> str:
    return client.get(f"/runs/{run.key}/units/u1").content.decode().replace("\xa0", " ")


def counted(run: Run, question: str = "q_1") -> dict[str, int]:
    cells = counts_of(run.pk, ["sv"])["sv"].cells
    return {option: count for (name, option), count in cells.items() if name == question and count}


def told_from(count: int, settings: Any) -> None:
    settings.CORDEE = replace(settings.CORDEE, small_cell=count)


def test_a_poll_is_answered_once_then_shows_what_everybody_answered(tmp_path: Path, settings: Any) -> None:
    told_from(1, settings)
    run = run_with(tmp_path, poll(feedback="Merci."))
    client, enrolment = learner(run)
    before = page(client, run)
    assert "Which bread?" in before
    assert "What everybody answered" not in before
    assert "You can answer once." in before
    assert send(client, enrolment, {"q_1": "S"}).status_code == ACCEPTED
    after = page(client, run)
    for words in ("Thank you, your answer is counted.", "Merci.", "What everybody answered", "(your answer)", "100%"):
        assert words in after
    assert 'type="radio"' not in after
    assert send(client, enrolment, {"q_1": "B"}, attempt=2).status_code == 409
    assert counted(run) == {"S": 1}


def test_the_same_form_counts_once(tmp_path: Path) -> None:
    run = run_with(tmp_path, poll(max_submissions="0"))
    client, enrolment = learner(run)
    for option in ("S", "B", "S"):
        assert send(client, enrolment, {"q_1": option}).status_code == ACCEPTED
    assert counted(run) == {"S": 1}


def test_a_new_answer_takes_the_place_of_the_last(tmp_path: Path) -> None:
    run = run_with(tmp_path, poll(max_submissions="3"))
    client, enrolment = learner(run)
    for attempt, option in enumerate(("S", "B", "B"), 1):
        send(client, enrolment, {"q_1": option}, attempt=attempt)
    assert counted(run) == {"B": 1}
    assert counts_of(run.pk, ["sv"])["sv"].learners == 1
    assert send(client, enrolment, {"q_1": "S"}, attempt=4).status_code == 409


def test_a_survey_earns_nothing_and_is_done_once_answered(tmp_path: Path) -> None:
    run = run_with(tmp_path, survey())
    client, enrolment = learner(run)
    send(client, enrolment, {"q_1": "O", "q_2": "N"})
    state, submission = ActivityState.objects.get(), Submission.objects.get()
    assert (state.earned, state.solved, state.is_done) == (None, False, True)
    assert (submission.earned, submission.answer) == (None, {"q_1": "O", "q_2": "N"})
    enrolment.refresh_from_db()
    assert enrolment.grade == 0


def test_a_question_left_out_comes_back_with_what_was_answered(tmp_path: Path) -> None:
    run = run_with(tmp_path, survey())
    client, enrolment = learner(run)
    answer = send(client, enrolment, {"q_2": "N"})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert 'href="#sv-q_1"' in text
    assert 'name="q_2" value="N" checked' in text
    assert not Submission.objects.exists()
    assert not Tally.objects.exists()


def test_nothing_answered_spends_no_attempt(tmp_path: Path) -> None:
    run = run_with(tmp_path, cloud())
    client, enrolment = learner(run)
    assert send(client, enrolment, {"w_1": " ", "w_2": "\u200b"}).status_code == 400
    assert not Submission.objects.exists()


def test_an_anonymous_answer_is_kept_nowhere_with_its_person(tmp_path: Path) -> None:
    run = run_with(tmp_path, survey(private_results="true"))
    client, enrolment = learner(run)
    send(client, enrolment, {"q_1": "O", "q_2": "N"})
    assert Submission.objects.get().answer == {}
    event = Event.objects.get(verb="submitted")
    assert set(event.data) == {"attempt", "earned", "possible", "late", "language"}
    assert counted(run) == {"O": 1}
    columns = {field.name for field in Tally._meta.get_fields()}
    assert columns == {"id", "run", "activity", "question", "option", "count", "published", "is_hidden"}
    assert send(client, enrolment, {"q_1": "N", "q_2": "N"}, attempt=2).status_code == 409
    assert send(client, enrolment, {"q_1": "N", "q_2": "N"}).status_code == ACCEPTED  # the form of before: its receipt
    assert counted(run) == {"O": 1}


def test_the_results_of_an_anonymous_survey_are_shown_to_who_teaches_in_steps(tmp_path: Path) -> None:
    run = run_with(tmp_path, poll(private_results="true"))
    looking = teacher(run)
    for n in range(1, STEP + 3):
        client, enrolment = learner(run)
        send(client, enrolment, {"q_1": "B" if n % 2 else "S"})
        assert "What everybody answered" not in page(client, run)
        text = page(looking, run)
        assert ("What everybody answered" in text) is (n >= STEP), n
        if n < STEP:
            assert f"Results are shown from {STEP} answers on" in text
        else:
            assert f"{STEP} people have answered." in text
            assert text.count('<td class="num">5</td>') == 2  # and so until the next step


def test_what_an_anonymous_survey_shows_is_nothing_to_a_learner(tmp_path: Path) -> None:
    run = run_with(tmp_path, poll(private_results="true"))
    client, enrolment = learner(run)
    send(client, enrolment, {"q_1": "B"})
    text = page(client, run)
    assert "Anonymous: it is kept that you answered, not what." in text
    assert "(your answer)" not in text


@pytest.mark.parametrize(
    "fields",
    [{"q_1": "X"}, {"q_1": ["B", "S"]}, {"q_1": "b"}, {"q_1": "B "}, {"q_1": "B\x00"}, {"q_1": "x" * 3_000_000}],
)
def test_an_answer_that_was_not_offered_is_refused_and_counts_for_nothing(
    tmp_path: Path, fields: dict[str, object]
) -> None:
    run = run_with(tmp_path, poll())
    client, enrolment = learner(run)
    assert send(client, enrolment, fields).status_code in (400, 413, 422)
    assert not Submission.objects.exists()
    assert not Tally.objects.exists()


def test_answers_to_questions_that_were_not_asked_are_ignored(tmp_path: Path) -> None:
    run = run_with(tmp_path, poll())
    client, enrolment = learner(run)
    send(client, enrolment, {"q_1": "B", "q_2": "S", "count": "99", "w": "x"})
    assert Submission.objects.get().answer == {"q_1": "B"}


def test_words_are_counted_together_and_drawn_by_their_number(tmp_path: Path) -> None:
    run = run_with(tmp_path, cloud())
    for words in (["Réseau", "paquet", ""], ["réseau ", "RÉSEAU", "câble"], ["réseau", "paquet", "<b>gras</b>"]):
        client, enrolment = learner(run)
        send(client, enrolment, {f"w_{n}": word for n, word in enumerate(words, 1)})
    assert counted(run, "w") == {"réseau": 3, "paquet": 2, "câble": 1, "<b>gras</b>": 1}
    text = page(client, run)
    assert '<li data-size="5">réseau <small>3</small></li>' in text
    assert '<li data-size="1">câble <small>1</small></li>' in text
    assert "&lt;b&gt;gras&lt;/b&gt;" in text
    assert "<b>gras</b>" not in text
    assert "Your words: réseau, paquet, &lt;b&gt;gras&lt;/b&gt;" in text


@pytest.mark.parametrize("typed", ["a\x00b", "x" * 41, "x" * 3_000_000])
def test_a_word_that_is_none_is_refused_cleanly(tmp_path: Path, typed: str) -> None:
    run = run_with(tmp_path, cloud())
    client, enrolment = learner(run)
    assert send(client, enrolment, {"w_1": typed}).status_code in (400, 413, 422)
    assert not Tally.objects.exists()


def test_a_refused_word_is_marked_and_all_that_was_typed_stays_in_the_form(tmp_path: Path) -> None:
    client, enrolment = learner(run_with(tmp_path, cloud()))
    sent = send(client, enrolment, {"w_1": "Réseau", "w_2": "x" * 41, "w_3": "z" * 50})
    text = sent.content.decode()
    assert sent.status_code == 422
    assert 'name="w_1" value="Réseau" maxlength' in text
    for name, typed in (("w_2", "x" * 41), ("w_3", "z" * 50)):
        assert f'name="{name}" value="{typed}"' in text
        assert f'aria-invalid="true" aria-describedby="sv-{name}-fault"' in text
        assert f'id="sv-{name}-fault"' in text
    assert not Tally.objects.exists()
    assert send(client, enrolment, {"w_1": "Réseau", "w_2": "x" * 40}).status_code == 303  # no attempt was spent


def test_who_teaches_takes_a_word_out_and_puts_it_back(tmp_path: Path) -> None:
    run = run_with(tmp_path, cloud())
    client, enrolment = learner(run)
    send(client, enrolment, {"w_1": "gros mot", "w_2": "réseau"})
    looking = teacher(run)
    address = f"/runs/{run.key}/activities/sv/words"
    assert f'href="{address}"' in page(looking, run)
    assert address not in page(client, run)
    assert "gros mot" in looking.get(address).content.decode()
    for hide, is_there in (("1", False), ("0", True)):
        assert looking.post(address, {"word": "gros mot", "hide": hide}).status_code == 302
        assert ('<li data-size="1">gros mot' in page(client, run)) is is_there
    assert looking.post(address, {"word": "unknown", "hide": "1"}).status_code == 404
    assert client.post(address, {"word": "réseau", "hide": "1"}).status_code == 403
    assert client.get(address).status_code == 403
    assert looking.get(f"/runs/{run.key}/activities/practice/words").status_code == 404


def test_the_words_of_a_cloud_are_the_same_at_each_look(tmp_path: Path) -> None:
    run = run_with(tmp_path, cloud(num_top_words="2"))
    client, enrolment = learner(run)
    send(client, enrolment, {"w_1": "zèbre", "w_2": "abricot", "w_3": "melon"})
    text = page(client, run)
    assert text.index("abricot <small>") < text.index("melon <small>")
    assert "zèbre <small>" not in text
    again = page(client, run)
    start, end = '<ul class="cloud"', "</ul>"
    assert text.partition(start)[2].partition(end)[0] == again.partition(start)[2].partition(end)[0] != ""


def test_a_survey_that_cannot_be_answered_says_so_and_stops_nobody(tmp_path: Path) -> None:
    run = run_with(tmp_path, poll(answers="[]"))
    client, enrolment = learner(run)
    assert "Nobody can answer this yet" in page(client, run)
    assert send(client, enrolment, {"q_1": "B"}).status_code == 409


def test_an_island_gets_the_survey_drawn_again_with_its_results(tmp_path: Path, settings: Any) -> None:
    told_from(1, settings)
    run = run_with(tmp_path, poll())
    client, enrolment = learner(run)
    answer = send(client, enrolment, {"q_1": "B"}, headers={"accept": "application/json"})
    assert "What everybody answered" in json.loads(answer.content)["html"]


def test_what_everybody_answered_costs_one_statement_whatever_the_number_of_surveys(tmp_path: Path) -> None:
    run = run_with(tmp_path, poll("sv") + survey("s2") + cloud("s3"))
    client, enrolment = learner(run)
    url = f"/runs/{run.key}/units/u1"
    send(client, enrolment, {"q_1": "B"})
    one = statements(client, url)
    assert sum("survey_tally" in statement for statement in one) == 1
    send(client, enrolment, {"q_1": "O", "q_2": "N"}, activity="s2")
    send(client, enrolment, {"w_1": "mot"}, activity="s3")
    assert len(statements(client, url)) == len(one)


def test_a_survey_of_which_the_answers_became_known_takes_no_second_answer(tmp_path: Path) -> None:
    run = run_with(tmp_path, poll(private_results="true"))
    client, enrolment = learner(run)
    send(client, enrolment, {"q_1": "B"})
    run_with(tmp_path, poll(private_results="false", max_submissions="0"), update_run=True)
    assert send(client, enrolment, {"q_1": "S"}, attempt=2).status_code == 409
    assert counted(run) == {"B": 1}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("private", ["false", "true"])
def test_fifty_answers_at_once_are_all_counted_and_one_form_sent_fifty_times_is_counted_once(
    tmp_path: Path, private: str
) -> None:
    run = run_with(tmp_path, survey(private_results=private))
    people = [learner(run) for _n in range(25)]
    double = people[0]

    def answer(n: int) -> int:
        try:
            client, enrolment = people[n] if n < 25 else double
            return int(send(client, enrolment, {"q_1": "O", "q_2": "N" if n % 2 else "O"}).status_code)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(10) as pool:
        statuses = list(pool.map(answer, range(50)))
    assert set(statuses) == {ACCEPTED}
    found = counts_of(run.pk, ["sv"])["sv"]
    assert (found.learners, found.cells["q_1", "O"]) == (25, 25)
    assert sum(count for (question, _option), count in found.cells.items() if question == "q_2") == 25
    assert Submission.objects.count() == 25
    if private == "true":
        assert (found.published_learners, found.published["q_1", "O"]) == (20, 20)


@pytest.mark.parametrize("who", ["learner", "teacher"])
def test_totals_of_a_poll_are_told_to_nobody_before_enough_people_have_answered(
    tmp_path: Path, settings: Any, who: str
) -> None:
    told_from(3, settings)
    run = run_with(tmp_path, poll())
    client, enrolment = learner(run)
    send(client, enrolment, {"q_1": "S"})
    reader = client if who == "learner" else teacher(run)
    for _ in range(2):
        text = page(reader, run)
        assert "What everybody answered" not in text
        assert "Results are shown from 3 answers on" in text
        another, theirs = learner(run)
        send(another, theirs, {"q_1": "B"})
    assert "What everybody answered" in page(reader, run)
    assert "3 people have answered." in page(reader, run)


def test_who_answered_reads_their_own_answer_while_totals_are_not_told(tmp_path: Path) -> None:
    run = run_with(tmp_path, poll())
    client, enrolment = learner(run)
    send(client, enrolment, {"q_1": "S"})
    assert 'Your answer: <strong lang="en">Seigle</strong>' in page(client, run)


def test_an_operator_may_ask_for_larger_steps_of_anonymous_answers_and_never_for_smaller_ones(settings: Any) -> None:
    for asked, kept in ((1, SMALL_CELL), (SMALL_CELL, SMALL_CELL), (25, 25)):
        told_from(asked, settings)
        assert step() == kept


def test_a_half_filled_survey_marks_each_question_that_is_missing(tmp_path: Path) -> None:
    run = run_with(tmp_path, survey())
    client, enrolment = learner(run)
    text = send(client, enrolment, {"q_1": "O"}).content.decode()
    assert 'id="sv-q_2" tabindex="-1" lang="en" role="radiogroup" aria-invalid="true"' in text
    assert 'aria-describedby="sv-q_2-fault"' in text
    assert text.count('aria-invalid="true"') == 1
    assert '<a href="#sv-q_2">Answer this question too, then send the survey.</a>' in text
    both = send(client, enrolment, {"q_9": "O"}).content.decode()
    assert "Nothing is answered yet" in both
