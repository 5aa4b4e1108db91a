"""What a learner meets where a container chooses: on the page, when handing in, in a later version."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from cordee.core import clock
from cordee.courses.models import Run
from cordee.courses.opening import RunOptions
from cordee.courses.tests.make import SUM, course_files, imported
from cordee.learning.enrolling import enrol
from cordee.learning.forms import form_id
from cordee.learning.models import Enrolment, Event, Submission
from cordee.learning.pages.looking import look_at
from cordee.learning.pages.progress import progress_page
from cordee.learning.tests.make import make_enrolment, seat_of
from cordee.learning.tests.test_pages import statements
from cordee.people.tests.make import make_account, signed_in_client

pytestmark = pytest.mark.django_db
INSIDE = SUM[SUM.index("<p>") :]


def files_with(inside: str) -> dict[str, bytes]:
    """The course of the tests, whose graded unit holds this instead of its quiz."""
    files = course_files(quizzes={"sum": SUM})
    root = files["course/course/2026.xml"].decode().replace('<problem url_name="sum"/>', inside)
    return {**files, "course/course/2026.xml": root.encode()}


def questions(names: str) -> str:
    return "".join(f'<problem url_name="{name}" display_name="Question {name}">{INSIDE}' for name in names)


def bank(names: str, count: int = 2) -> str:
    return f'<library_content url_name="bank" max_count="{count}">{questions(names)}</library_content>'


def run_with(folder: Path, inside: str, **options: Any) -> Run:
    return imported(files_with(inside), folder, options=RunOptions(**options)).run


def post(client: Client, enrolment: Enrolment, activity: str, value: str = "4") -> int:
    form = form_id(enrolment_id=enrolment.pk, activity=activity, attempt=1)
    url = f"/runs/{enrolment.run.key}/activities/{activity}/submissions"
    return client.post(url, {"form_id": str(form), "p_2_1": value}).status_code


def shown(client: Client, run: Run, names: str) -> list[str]:
    page = client.get(f"/runs/{run.key}/units/v_sum").content.decode()
    found = {name: page.find(f'id="{name}"') for name in names}
    return sorted((name for name in names if found[name] >= 0), key=lambda name: found[name])


def test_the_questions_drawn_make_the_grade(tmp_path: Path) -> None:
    run = run_with(tmp_path, bank("abcd"))
    enrolment = enrol(account=make_account(), run=run, now=clock.now())
    client = signed_in_client(enrolment.account)
    mine = shown(client, run, "abcd")
    assert len(mine) == 2
    assert [post(client, enrolment, name) for name in mine] == [303, 303]
    enrolment.refresh_from_db()
    assert enrolment.grade == 0.5  # one graded section of the two that the policy expects
    page = progress_page(look_at(seat_of(enrolment), language="en", now=clock.now()))
    assert [(line.earned, line.possible) for line in page.types[0].sections] == [(2.0, 2.0), (0.0, 0.0)]


def test_a_question_that_was_not_drawn_is_not_found_by_its_address(tmp_path: Path) -> None:
    run = run_with(tmp_path, bank("abcd"))
    enrolment = enrol(account=make_account(), run=run, now=clock.now())
    client = signed_in_client(enrolment.account)
    mine = shown(client, run, "abcd")
    assert {post(client, enrolment, name) for name in "abcd" if name not in mine} == {404}
    assert not Submission.objects.exists()


def test_a_later_version_keeps_the_questions_already_met(tmp_path: Path) -> None:
    run = run_with(tmp_path, bank("abcd"))
    learners = [enrol(account=make_account(), run=run, now=clock.now()) for _n in range(8)]
    before = [shown(signed_in_client(one.account), run, "abcdefgh") for one in learners]
    imported(files_with(bank("efghabcd")), tmp_path, options=RunOptions(update_run=True))
    after = [shown(signed_in_client(one.account), run, "abcdefgh") for one in learners]
    assert after == before
    newcomers = [enrol(account=make_account(), run=run, now=clock.now()) for _n in range(12)]
    met = {name for one in newcomers for name in shown(signed_in_client(one.account), run, "abcdefgh")}
    assert met & set("efgh")


def test_a_question_taken_out_of_the_course_is_replaced_and_told_to_the_journal(tmp_path: Path) -> None:
    run = run_with(tmp_path, bank("abc"))
    enrolment = enrol(account=make_account(), run=run, now=clock.now())
    client = signed_in_client(enrolment.account)
    first, second = shown(client, run, "abc")
    rest = "".join(name for name in "abc" if name != first)
    imported(files_with(bank(rest)), tmp_path, options=RunOptions(update_run=True))
    assert sorted(shown(client, run, "abc")) == sorted(rest)
    assert second in rest
    assert [set(event.data["children"]) for event in Event.objects.filter(verb="assigned").order_by("pk")] == [
        {first, second},
        set(rest),
    ]


def test_a_page_with_a_bank_costs_no_more_statements_than_another(tmp_path: Path) -> None:
    plain = enrol(account=make_account(), run=run_with(tmp_path, questions("ab"), key="plain"), now=clock.now())
    drawn = enrol(account=make_account(), run=run_with(tmp_path, bank("abcd"), key="drawn"), now=clock.now())
    for page in ("units/v_sum", "units/u1", "progress", ""):
        one, other = (
            len(statements(signed_in_client(found.account), f"/runs/{found.run.key}/{page}"))
            for found in (plain, drawn)
        )
        assert one == other, page


def test_a_form_that_opens_a_door_on_its_page_draws_the_whole_page_again(tmp_path: Path) -> None:
    inside = (
        questions("a") + f'<conditional url_name="door" sources="a" attempted="True">{questions("b")}</conditional>'
    )
    run = run_with(tmp_path, inside)
    enrolment = enrol(account=make_account(), run=run, now=clock.now())
    client = signed_in_client(enrolment.account)
    page = client.get(f"/runs/{run.key}/units/v_sum").content.decode()
    assert 'id="door"' in page
    assert "This part opens once the condition is met" in page
    assert 'data-island="quiz"' not in page
    assert post(client, enrolment, "b") == 404
    assert post(client, enrolment, "a") == 303
    assert shown(client, run, "ab") == ["a", "b"]
    assert post(client, enrolment, "b") == 303


def test_a_vote_that_opens_a_door_changes_the_grade_at_once(tmp_path: Path) -> None:
    answers = "[[&quot;y&quot;, &quot;Yes&quot;], [&quot;n&quot;, &quot;No&quot;]]"
    poll = f'<poll url_name="vote" question="Which?" answers="{answers}"/>'
    inside = (
        f'{questions("a")}{poll}<conditional url_name="d" sources="vote" poll_answer="y">{questions("b")}</conditional>'
    )
    run = run_with(tmp_path, inside)
    enrolment = enrol(account=make_account(), run=run, now=clock.now())
    client = signed_in_client(enrolment.account)
    assert post(client, enrolment, "a") == 303
    enrolment.refresh_from_db()
    assert enrolment.grade == 0.5
    form = form_id(enrolment_id=enrolment.pk, activity="vote", attempt=1)
    client.post(f"/runs/{run.key}/activities/vote/submissions", {"form_id": str(form), "q_1": "y"})
    enrolment.refresh_from_db()
    assert enrolment.grade == 0.25


def test_sections_for_a_random_group_open_to_its_learners_and_the_draw_is_told_once(tmp_path: Path) -> None:
    groups = [{"id": 0, "name": "A"}, {"id": 1, "name": "B"}]
    policy = {
        "user_partitions": [
            {"id": 50, "scheme": "random", "groups": groups},
            {"id": 51, "scheme": "random", "groups": groups, "active": False},
        ]
    }
    section = """group_access='{"50": [0], "51": [1], "52": []}'"""
    run = make_enrolment(tmp_path, section=section, policy=policy).run
    outcomes = set()
    for seed in range(12):
        enrolment = make_enrolment(tmp_path, run=run)
        Enrolment.objects.filter(pk=enrolment.pk).update(seed=seed)
        browser = signed_in_client(enrolment.account)
        assert {browser.get(f"/runs/{run.key}/units/u1").status_code for _ in range(2)} == {200}
        enrolment.refresh_from_db()
        (group,) = enrolment.drawn["partition:50"]
        found = browser.get(f"/runs/{run.key}/units/v_capital").status_code
        assert found == (200 if group == "0" else 404)
        assert ("v_capital" in browser.get(f"/runs/{run.key}/").content.decode()) == (group == "0")
        event = Event.objects.get(verb="assigned", actor=enrolment.account.pseudonym)
        assert event.data == {"partition": "50", "group": group}
        outcomes.add(found)
    assert outcomes == {200, 404}
