"""Is who waits for a course's next session written to once, when one can be joined, and never against their will?"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from cordee.core import clock
from cordee.courses.elsewhere import open_run_elsewhere
from cordee.courses.models import Course, Run, Version
from cordee.courses.tests.make import small_run
from cordee.jobs.models import Letter, Message
from cordee.jobs.refusing_letters import Wish, address_to_say_no, say_no
from cordee.learning.catalogue.next_run import topic_of, wish_for_next_run, write_about_next_runs
from cordee.learning.enrolling import enrol
from cordee.learning.models import NextRunWish
from cordee.learning.tests.catalogue import KEY, make_course, run_elsewhere
from cordee.people.models import Account
from cordee.people.tests.make import make_account, signed_in_client

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
ASK = f"/courses/{KEY}/next-run"


@pytest.fixture(autouse=True)
def _letters_go_into_files(settings: Any) -> None:
    settings.CORDEE = replace(settings.CORDEE, smtp=None)


def closed_course(key: str = KEY) -> Course:
    """Its only session is over."""
    now = clock.now()
    return make_course(key, runs=(run_elsewhere("S6", now - 90 * DAY, closes_at=now - DAY),))


def open_one(course: Course, key: str = "S7") -> Run:
    version = Version.objects.select_related("course").get(course=course)
    run = run_elsewhere(key, clock.now() + 5 * DAY)
    return open_run_elsewhere(version=version, run=run, by=None, now=clock.now())[0]


def waits(course: Course, **account: Any) -> Account:
    found = make_account(**account)
    wish_for_next_run(account=found, course=course, now=clock.now())
    return found


def test_who_asks_on_the_page_is_told_once_when_a_session_can_be_joined() -> None:
    course = closed_course()
    account = make_account(language="fr")
    client = signed_in_client(account)
    assert "Tell me of the next session" in client.get(f"/en/courses/{KEY}/").content.decode()
    answer = client.post(ASK, {"wish": "yes"})
    assert (answer.status_code, answer["Location"].partition("/courses/")[2]) == (303, f"{KEY}/#sessions")
    assert "We will write to you once" in client.get(f"/en/courses/{KEY}/").content.decode()
    assert write_about_next_runs(now=clock.now()) == 0
    open_one(course)
    assert [write_about_next_runs(now=clock.now()) for _ in range(2)] == [1, 0]
    letter = Letter.objects.select_related("message").get()
    assert (letter.person, letter.address, letter.message.topic) == (account.pseudonym, account.email, f"next:{KEY}")
    assert "Le langage C" in letter.message.subject
    assert f"/fr/courses/{KEY}/" in letter.message.text
    assert "FUN" in letter.message.text
    assert not NextRunWish.objects.exists()
    open_one(course, "S8")
    assert write_about_next_runs(now=clock.now()) == 0


def test_each_is_written_to_in_their_language_in_one_message() -> None:
    course = closed_course()
    for language in ("fr", "en", "en"):
        waits(course, language=language)
    open_one(course)
    assert write_about_next_runs(now=clock.now()) == 3
    assert sorted(Message.objects.values_list("language", flat=True)) == ["en", "fr"]


def test_a_session_that_could_be_joined_already_is_no_news() -> None:
    course = make_course()
    waits(course)
    assert write_about_next_runs(now=clock.now()) == 0
    open_one(course, "S8")
    assert write_about_next_runs(now=clock.now()) == 1
    assert Message.objects.get().key == "next Lerins+C101+S8"


def test_what_cannot_be_joined_or_is_not_listed_is_no_news() -> None:
    course = closed_course()
    waits(course)
    run = open_one(course)
    Run.objects.filter(pk=run.pk).update(listed=False)
    assert write_about_next_runs(now=clock.now()) == 0
    Run.objects.filter(pk=run.pk).update(listed=True, enrolment_closes_at=clock.now() - DAY)
    assert write_about_next_runs(now=clock.now()) == 0
    Run.objects.filter(pk=run.pk).update(enrolment_closes_at=None)
    assert write_about_next_runs(now=clock.now()) == 1


def test_who_took_it_back_said_no_left_or_is_in_the_session_already_gets_none(tmp_path: Path) -> None:
    run = small_run(tmp_path)
    Run.objects.filter(pk=run.pk).update(listed=False)
    other = Run.objects.create(
        key=f"{run.course.key}+old", course=run.course, version=run.version, opens_at=clock.now() - 9 * DAY,
        closes_at=clock.now() - DAY, pass_mark=0.5,
    )  # fmt: skip
    course = Course.objects.get(pk=other.course_id)
    back, refused, gone, inside, waiting = (waits(course) for _ in range(5))
    signed_in_client(back).post(f"/courses/{course.key}/next-run", {"wish": "no"})
    say_no(wish=Wish(refused.pseudonym, topic_of(course), ""), everything=False, now=clock.now())
    Account.objects.filter(pk=gone.pk).update(is_active=False)
    enrol(account=inside, run=run, now=clock.now())
    Run.objects.filter(pk=run.pk).update(listed=True)
    assert write_about_next_runs(now=clock.now()) == 1
    assert Letter.objects.get().person == waiting.pseudonym
    assert not NextRunWish.objects.exists()


def test_one_click_in_the_letter_ends_it_and_asking_again_begins_anew() -> None:
    course = closed_course()
    account = waits(course)
    address = address_to_say_no(account.pseudonym, topic_of(course), "The next session")
    path = "/" + address.split("/", 3)[3]
    assert Client().post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    signed_in_client(account).post(ASK)
    open_one(course)
    assert write_about_next_runs(now=clock.now()) == 1


def test_a_double_click_and_a_second_tab_ask_once_and_each_asks_for_themselves() -> None:
    closed_course()
    first, second = (signed_in_client(make_account()) for _ in range(2))
    for client in (first, first, second):
        assert client.post(ASK, {"wish": "yes"}).status_code == 303
    assert NextRunWish.objects.count() == 2
    for _ in range(2):
        first.post(ASK, {"wish": "no"})
    assert NextRunWish.objects.count() == 1


def test_a_stranger_signs_in_first_and_a_form_without_its_token_asks_nothing() -> None:
    closed_course()
    html = Client().get(f"/en/courses/{KEY}/").content.decode()
    found = re.search(r'<a href="([^"]*)">Sign in to be told of the next session</a>', html)
    assert found
    assert found[1].startswith("/sign-in?next=/en/courses/")
    assert "/sign-in" in Client().post(ASK)["Location"]
    client = Client(enforce_csrf_checks=True)
    client.cookies = signed_in_client(make_account()).cookies
    assert client.post(ASK).status_code == 403
    assert signed_in_client(make_account()).get(ASK).status_code == 405
    assert not NextRunWish.objects.exists()


def test_nobody_learns_of_a_course_that_has_no_page(tmp_path: Path) -> None:
    run = small_run(tmp_path)
    Run.objects.filter(pk=run.pk).update(listed=False)
    client = signed_in_client(make_account())
    for key in (run.course.key, "A+B"):
        assert client.post(f"/courses/{key}/next-run").status_code == 404


def test_nothing_leaves_where_no_letter_can_and_the_wish_stays(settings: Any) -> None:
    course = closed_course()
    waits(course)
    open_one(course)
    settings.CORDEE = replace(settings.CORDEE, url="https://learn.example.org")
    assert write_about_next_runs(now=clock.now()) == 0
    assert NextRunWish.objects.count() == 1


def test_to_look_for_somebody_who_waits_costs_one_statement(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1):
        write_about_next_runs(now=clock.now())
