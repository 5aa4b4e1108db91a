"""Size and font of letters: chosen by anybody, kept in one cookie, on every page."""

from __future__ import annotations

import pytest
from django.http import HttpRequest
from django.template import Context, Template
from django.test import RequestFactory

from cordee.ui.reading import Reading, reading, reading_of
from cordee.ui.shell import Shell, frame


def _with_cookie(said: str) -> HttpRequest:
    request = RequestFactory().get("/en/")
    request.COOKIES["reading"] = said
    return request


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("large.clear", Reading("large", "clear")),
        (".own", Reading("", "own")),
        ("largest.", Reading("largest", "")),
        ("", Reading()),
        ('huge."><script>', Reading()),
        ("large.<b>", Reading("large", "")),
    ],
)
def test_the_cookie_says_what_was_chosen_and_nothing_else(said: str, read: Reading) -> None:
    assert reading_of(_with_cookie(said)) == read


def test_a_choice_is_kept_for_a_year_and_leads_back() -> None:
    form = {"size": "larger", "font": "clear", "theme": "dark", "next": "/runs/a?x=1"}
    answer = reading(RequestFactory().post("/reading", form))

    assert answer["Location"] == "/runs/a?x=1"
    kept = answer.cookies["reading"]
    assert (kept.value, kept["max-age"], kept["httponly"]) == ("larger.clear", 365 * 24 * 3600, True)
    assert answer.cookies["theme"].value == "dark"


def test_the_usual_letters_leave_no_cookie() -> None:
    answer = reading(RequestFactory().post("/reading", {"size": "", "font": "nothing", "theme": "system"}))

    assert [answer.cookies[name]["max-age"] for name in ("reading", "theme")] == [0, 0]


def test_a_form_from_elsewhere_leads_to_no_other_site() -> None:
    answer = reading(RequestFactory().post("/reading", {"size": "large", "next": "https://else.example/"}))

    assert answer["Location"] == "/"


@pytest.mark.parametrize(
    ("referer", "onward"),
    [
        ("http://testserver/fr/courses/?q=a&page=2", "/fr/courses/?q=a&amp;page=2"),
        ("https://else.example/evil", "/"),
        ("http://testserver//else.example/", "/"),
        ("", "/"),
        ("http://[", "/"),
    ],
)
def test_saving_leads_back_to_the_page_of_this_site_that_one_came_from(referer: str, onward: str) -> None:
    request = RequestFactory().get("/reading", headers={"referer": referer})
    assert f'name="next" value="{onward}"' in reading(request).content.decode()


def test_only_a_page_for_other_letters_loads_their_styles() -> None:
    page = Template('{% extends "ui/shell.html" %}')
    usual = page.render(Context(frame(RequestFactory().get("/en/"), Shell(operator="Ingénia"))))
    chosen = page.render(Context(frame(_with_cookie("large.clear"), Shell(operator="Ingénia"))))

    assert "reading" not in usual
    assert 'data-size="large" data-font="clear"' in chosen
    assert "ui/reading" in chosen
