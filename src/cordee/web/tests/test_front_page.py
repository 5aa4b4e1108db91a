"""Does the first page tell what is here, whatever is here, without a query for who only visits?"""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from cordee.core import clock
from cordee.courses.elsewhere import Summary, publish_summary
from cordee.jobs import site
from cordee.jobs.site import CHOSEN_COURSES, COMMUNITY_HOURS, keep_fact
from cordee.learning.catalogue.cards import cards_among
from cordee.learning.tests.make import make_enrolment
from cordee.people.tests.make import make_account, signed_in_client
from cordee.web.demo_catalogue import fill_catalogue, fill_pages
from cordee.web.environment import data_folder
from cordee.web.front_page import year_of

NOW = dt.datetime(2026, 11, 27, 9, tzinfo=dt.UTC)
MOST_BYTES = 40_000  # of HTML
STATEMENTS = 12  # and one for a version that the process has not met
YEAR = {"monday": "2025-11-24", "weeks": [[1.0, 0.5, 2.0]] * 52}

pytestmark = pytest.mark.django_db


def fill() -> None:
    """The demonstration's catalogue, beside three courses that have content in the demonstration itself."""
    for organisation, number in (("Ingenia", "RES101"), ("JYU", "MA8-K7"), ("Lerins", "C101")):
        titles = {"fr": number}
        summary = Summary(
            organisation=organisation, number=number, titles=titles, languages=("fr",), summary={}, about={}
        )
        publish_summary(summary=summary, now=NOW)
    fill_catalogue(data_folder(), now=NOW)


@pytest.mark.long
def test_a_full_catalogue_has_a_light_first_page_that_costs_visitors_nothing(
    django_assert_max_num_queries: DjangoAssertNumQueries, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    fill()
    keep_fact(COMMUNITY_HOURS, YEAR)
    for language, words in (("fr", "Que voulez-vous apprendre"), ("en", "What do you want to learn")):
        Client().get(f"/{language}/")  # the process meets the versions
        visitor = Client()
        with django_assert_max_num_queries(STATEMENTS):
            page = visitor.get(f"/{language}/")
        with django_assert_num_queries(0):
            assert visitor.get(f"/{language}/").content == page.content
        text = page.content.decode()
        assert len(page.content) <= MOST_BYTES
        assert words in text
        assert text.count('class="card course"') == 6
        assert text.count('<h1 id="front-title"') == 1
        main = text.partition("<main")[2]
        assert main.count("btn--primary") == 1
        assert f'action="/{language}/courses/"' in main
        counts = re.findall(r"\?category=([a-z-]+).*?front__n\">(\d+)", text, re.DOTALL)
        # Two of those with content have no session here nor elsewhere, so they are in no list.
        told = {code: int(count) for code, count in counts}
        assert told == {"networks": 5, "transitions": 14, "engineering-sciences": 10, "computing": 11}
        listed = {code: cards_among("category", code, language=language, now=clock.now()) for code in told}
        assert told == {code: len(cards) for code, cards in listed.items()}
        assert text.count('<li class="card"') == 4
        assert "Mines Valbrune" in text
        assert "182" in text  # hours of the year: 52 weeks of 3.5


def test_a_site_without_anything_has_a_first_page_too() -> None:
    page = Client().get("/en/").content.decode()
    assert "No course here yet" in page
    assert "front__ridge" not in page
    assert "?category=" not in page


def test_who_is_signed_in_finds_where_to_go_on_above_all_else_and_no_second_primary_button(tmp_path: Path) -> None:
    account = make_account()
    make_enrolment(tmp_path, account=account)
    page = signed_in_client(account).get("/en/")
    text = page.content.decode()
    assert text.index("front__resume") < text.index("front__hero")
    assert "Start the course" in text
    assert text.partition("<main")[2].count("btn--primary") == 1
    assert page["Cache-Control"] == "private, no-store"


def test_the_operator_chooses_which_courses_stand_first() -> None:
    fill()
    keep_fact(CHOSEN_COURSES, ["Thur+HYG260", "Lerins+GONE", "Lerins+C101"])
    text = Client().get("/en/").content.decode()
    cards = re.findall(r'class="course__title"><a href="/en/courses/([^/]+)/', text)
    assert cards == ["Thur+HYG260", "Lerins+C101"]


def test_the_first_page_introduces_the_pages_of_the_footer() -> None:
    fill_pages(data_folder(), now=NOW)
    text = Client().get("/fr/").content.decode().partition("<main")[2].partition("</main>")[0]
    shown = re.findall(r'<a href="/fr/pages/([a-z-]+)/">', text)
    assert shown == ["what-is-a-mooc", "who-pays", "support-us"]
    assert "voici d’où vient l’argent" in text


def test_few_enrolments_are_not_told_many_are(tmp_path: Path) -> None:
    run = make_enrolment(tmp_path, account=make_account(email="n0@essai.example")).run
    assert "enrolment" not in Client().get("/en/").content.decode()
    for number in range(1, 10):
        make_enrolment(tmp_path, account=make_account(email=f"n{number}@essai.example"), run=run)
    assert "<dt>enrolments</dt><dd>10</dd>" in Client().get("/en/").content.decode()


def test_a_year_is_drawn_where_there_is_enough_of_it_and_only_while_it_is_fresh() -> None:
    assert year_of(None, now=NOW) is None
    assert year_of({**YEAR, "weeks": [[0, 0, 0]] * 49 + [[1, 1, 1]] * 3}, now=NOW) is None
    assert year_of(YEAR, now=NOW + dt.timedelta(days=60)) is None
    year = year_of(YEAR, now=NOW)
    assert year is not None
    assert (year.hours, year.practice, year.simulated) == (182, 104, False)
    assert year.drawing.count("<path") == 4


def test_a_demonstration_says_that_its_hours_are_simulated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(site._said, site.DEMO, value=True)
    keep_fact(COMMUNITY_HOURS, YEAR)
    caption = Client().get("/en/").content.decode().partition("<figcaption")[2].partition("</figcaption>")[0]
    assert "simulated" in caption
