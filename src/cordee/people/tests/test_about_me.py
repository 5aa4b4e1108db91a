"""Is what one says of oneself optional, kept in edX's codes, and taken back when one likes?"""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import translation
from lxml import html
from pytest_django import DjangoAssertNumQueries

from cordee.core import clock
from cordee.core.errors import InputRefused
from cordee.people.about_me.codes import EDUCATION, GENDERS, countries, languages
from cordee.people.about_me.saying import say_about_me
from cordee.people.models import AboutMe
from cordee.people.tests.make import make_account, signed_in_client

pytestmark = pytest.mark.django_db
SAID = {
    "language_1": "fr",
    "language_2": "wo",
    "language_3": "fr",
    "gender": "f",
    "year_of_birth": "1985",
    "level_of_education": "jhs",
    "country": "SN",
}


def test_answers_are_kept_in_the_codes_of_edx_and_shown_again() -> None:
    browser = signed_in_client(make_account())
    assert browser.post("/account/about-me", SAID)["Location"] == "/account/about-me?done=saved"
    kept = AboutMe.objects.get()
    assert (kept.languages, kept.gender, kept.year_of_birth) == (["fr", "wo"], "f", 1985)
    assert (kept.level_of_education, kept.country) == ("jhs", "SN")
    page: Any = html.fromstring(browser.get("/account/about-me").content.decode())
    shown = {name: page.xpath(f"//*[@name='{name}']")[0].value for name in SAID if name != "language_3"}
    assert shown == {name: value for name, value in SAID.items() if name != "language_3"}
    assert {code for code, _name in EDUCATION} == {"p", "m", "b", "a", "hs", "jhs", "el", "none", "other"}
    assert {code for code, _name in GENDERS} == {"f", "m", "o"}


def test_every_question_may_stay_empty_or_be_declined_and_says_why_it_is_asked() -> None:
    browser = signed_in_client(make_account())
    page: Any = html.fromstring(browser.get("/account/about-me").content.decode())
    for name in ("language_1", "gender", "level_of_education", "country"):
        (select,) = page.xpath(f"//select[@name='{name}']")
        assert select.value_options[:2] == ["", "-"]
        described = select.get("aria-describedby")
        assert page.xpath(f"//*[@id='{described}']")[0].text_content().strip()
    assert browser.post("/account/about-me", {}).status_code == 302
    declined = dict.fromkeys(("language_1", "gender", "level_of_education", "country"), "-") | {"no_year": "on"}
    assert browser.post("/account/about-me", declined).status_code == 302
    kept = AboutMe.objects.get()
    assert (kept.languages, kept.gender, kept.year_of_birth, kept.country) == ([], "-", 0, "-")
    browser.post("/account/about-me", SAID)
    browser.post("/account/about-me", {})  # taken back
    kept.refresh_from_db()
    assert (kept.languages, kept.gender, kept.year_of_birth, kept.country) == ([], "", None, "")


@pytest.mark.parametrize(
    "wrong",
    [
        {"gender": "x"},
        {"country": "XX"},
        {"language_1": "zz"},
        {"year_of_birth": "12"},
        {"year_of_birth": "2999"},
    ],
)
def test_what_is_not_in_a_list_is_refused_and_what_was_typed_stays(wrong: dict[str, str]) -> None:
    browser = signed_in_client(make_account())
    answer = browser.post("/account/about-me", SAID | wrong)
    assert answer.status_code == 400
    assert b'value="SN" selected' in answer.content or "country" in wrong
    assert not AboutMe.objects.exists()


def test_the_act_refuses_what_the_form_would() -> None:
    with pytest.raises(InputRefused):
        say_about_me(account=make_account(), said=AboutMe(languages=["fr", "fr"]), now=clock.now())
    with pytest.raises(InputRefused):
        say_about_me(account=make_account(), said=AboutMe(country="ZZ"), now=clock.now())


def test_the_page_is_one_s_own_and_costs_two_queries(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    assert Client().get("/account/about-me").status_code == 302
    assert Client().post("/account/about-me", SAID).status_code == 302
    assert not AboutMe.objects.exists()
    browser = signed_in_client(make_account())
    browser.get("/account/about-me")
    with django_assert_num_queries(2):
        browser.get("/account/about-me")


def test_lists_are_in_both_languages_and_in_their_order() -> None:
    with translation.override("fr"):
        assert dict(countries("fr"))["SN"] == "Sénégal"
    assert dict(countries("en"))["SN"] == "Senegal"
    names = [name for _code, name in countries("fr")]
    assert names.index("Égypte") < names.index("France")
    assert dict(languages("fr"))["de"] == "allemand"
    assert len(languages("en")) == len(languages("fr")) > 150
