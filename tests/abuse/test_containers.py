"""Does a container keep closed what is not for this learner, whoever knows the addresses?"""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from cordee.activities.survey.models import Tally
from cordee.core import clock
from cordee.courses.models import Run
from cordee.courses.opening import RunOptions
from cordee.courses.tests.make import course_files, imported
from cordee.learning.enrolling import enrol
from cordee.learning.forms import form_id
from cordee.learning.models import ActivityState, Enrolment, Event, Submission
from cordee.people.tests.make import make_account, signed_in_client

pytestmark = pytest.mark.django_db
QUESTION = '<problem url_name="{name}"><numericalresponse answer="4"><textline/></numericalresponse></problem>'
PARTITIONS = {
    "user_partitions": [
        {"id": 50, "name": "W", "scheme": "random", "groups": [{"id": 0, "name": "A"}, {"id": 1, "name": "B"}]},
    ]
}
SPLIT = (
    '<split_test url_name="ab" user_partition_id="50" '
    'group_id_to_child="{&quot;0&quot;: &quot;va&quot;, &quot;1&quot;: &quot;vb&quot;}"><vertical url_name="va">'
    + QUESTION.format(name="qa")
    + '</vertical><vertical url_name="vb">'
    + QUESTION.format(name="qb")
    + "</vertical></split_test>"
)
BANK = f'<itembank url_name="bank" max_count="1">{"".join(QUESTION.format(name=f"b{n}") for n in range(5))}</itembank>'
DOOR = (
    QUESTION.format(name="key")
    + f'<conditional url_name="door" sources="key" correct="True">{QUESTION.format(name="behind")}</conditional>'
)
POLL = (
    '<poll url_name="vote" question="Which?" max_submissions="1" '
    'answers="[[&quot;y&quot;, &quot;Yes&quot;], [&quot;n&quot;, &quot;No&quot;]]"/>'
)


@pytest.fixture
def run(tmp_path: Path) -> Run:
    files = course_files(policy=PARTITIONS)
    root = files["course/course/2026.xml"].decode()
    root = root.replace('<problem url_name="sum"/>', SPLIT + BANK + DOOR + POLL)
    return imported({**files, "course/course/2026.xml": root.encode()}, tmp_path, options=RunOptions()).run


def learner(run: Run) -> tuple[Client, Enrolment]:
    enrolment = enrol(account=make_account(), run=run, now=clock.now())
    return signed_in_client(enrolment.account), enrolment


def send(client: Client, enrolment: Enrolment, activity: str, fields: dict[str, Any], **extra: Any) -> Any:
    form = form_id(enrolment_id=enrolment.pk, activity=activity, attempt=1)
    url = f"/runs/{enrolment.run.key}/activities/{activity}/submissions"
    return client.post(url, {"form_id": str(form), **fields}, **extra)


def page(client: Client, run: Run) -> str:
    return client.get(f"/runs/{run.key}/units/v_sum").content.decode()


def test_only_what_is_on_the_page_takes_an_answer(run: Run) -> None:
    for _n in range(4):
        client, enrolment = learner(run)
        text = page(client, run)
        for name in ("qa", "qb", *(f"b{n}" for n in range(5)), "behind", "key"):
            status = send(client, enrolment, name, {"p_2_1": "5"}).status_code
            assert status == (303 if f'id="{name}"' in text else 404), name
    assert Submission.objects.count() == 4 * 3


def test_what_was_not_drawn_is_not_found_before_the_page_was_ever_opened_either(run: Run) -> None:
    client, enrolment = learner(run)
    statuses = {name: send(client, enrolment, name, {"p_2_1": "5"}).status_code for name in ("qa", "qb")}
    assert sorted(statuses.values()) == [303, 404]
    taken = next(name for name, status in statuses.items() if status == 303)
    assert f'id="{taken}"' in page(client, run)


def test_a_container_itself_takes_no_answer(run: Run) -> None:
    client, enrolment = learner(run)
    for name in ("ab", "bank", "door", "va", "vb"):
        assert send(client, enrolment, name, {"p_2_1": "5"}).status_code in (404, 409), name
    assert not Submission.objects.exists()


def test_a_closed_door_tells_nothing_of_what_is_behind_it(run: Run) -> None:
    client, enrolment = learner(run)
    assert 'id="behind"' not in page(client, run)
    refused = send(client, enrolment, "behind", {"p_2_1": "4"}, headers={"accept": "application/json"})
    absent = send(client, enrolment, "nothing-of-that-name", {"p_2_1": "4"}, headers={"accept": "application/json"})
    assert refused.status_code == absent.status_code == 404
    assert json.loads(refused.content) == json.loads(absent.content)
    send(client, enrolment, "key", {"p_2_1": "5"})
    assert send(client, enrolment, "behind", {"p_2_1": "4"}).status_code == 404


def test_the_answer_of_a_question_that_was_not_drawn_is_not_shown_for_the_asking(run: Run) -> None:
    client, _enrolment = learner(run)
    text = page(client, run)
    hidden = next(f"b{n}" for n in range(5) if f'id="b{n}"' not in text)
    asked = client.get(f"/runs/{run.key}/units/v_sum?answer={hidden}&group=1&seed=3").content.decode()
    assert f'id="{hidden}"' not in asked


@pytest.mark.django_db(transaction=True)
def test_the_first_look_in_ten_tabs_at_once_draws_once(run: Run) -> None:
    _client, enrolment = learner(run)

    def look(_n: int) -> str:
        try:
            client = signed_in_client(enrolment.account)
            return page(client, run)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(5) as pool:
        pages = list(pool.map(look, range(10)))
    names = ("qa", "qb", *(f"b{n}" for n in range(5)))
    assert len({tuple(name for name in names if f'id="{name}"' in text) for text in pages}) == 1
    assert Event.objects.filter(verb="assigned").count() == 2


@pytest.mark.django_db(transaction=True)
def test_one_vote_sent_fifty_times_at_once_counts_once(run: Run) -> None:
    client, enrolment = learner(run)

    def vote(n: int) -> int:
        try:
            return int(send(client, enrolment, "vote", {"q_1": "y" if n % 2 else "n"}).status_code)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(10) as pool:
        assert set(pool.map(vote, range(50))) == {303}
    assert Submission.objects.count() == ActivityState.objects.count() == 1
    assert sum(Tally.objects.exclude(question="").values_list("count", flat=True)) == 1
    assert Tally.objects.get(question="").count == 1
