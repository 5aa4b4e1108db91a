"""Does the frame of every page work, for everybody, without script?"""

from __future__ import annotations

from typing import Any

import pytest
from django import forms
from django.test import Client, RequestFactory

from cordee.ui.failure import failure
from cordee.ui.shell import AccountMenu, Link, Shell, initials_of
from cordee.ui.theme import set_theme, theme_of


class Name(forms.Form):
    name = forms.CharField()


def test_the_page_says_its_language(rendered: Any) -> None:
    assert '<html lang="fr">' in rendered("ui/shell.html", language="fr")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_chosen_theme_is_on_the_page_before_any_script(rendered: Any, theme: str) -> None:
    assert f'<html lang="en" data-theme="{theme}">' in rendered("ui/shell.html", theme=theme)


def test_a_made_up_theme_is_the_system_one(rendered: Any) -> None:
    assert "data-theme=" not in rendered("ui/shell.html", theme='x" onload="')


def test_the_title_says_that_a_form_has_errors(rendered: Any) -> None:
    assert "<title>Error: " in rendered("ui/shell.html", {"form": Name({})})
    assert "Error" not in rendered("ui/shell.html", {"form": Name({"name": "Awa"})})


def test_signing_out_is_a_form_and_not_a_link(rendered: Any) -> None:
    page = rendered("ui/shell.html")
    assert '<form method="post" action="/sign-out">' in page
    assert 'href="/sign-out"' not in page


def test_a_name_is_shown_by_its_initials() -> None:
    names = ("Awa Diallo", "Élise de la Tour", "Cher", "李 明", "", "— —")
    assert [initials_of(name) for name in names] == ["AD", "ÉT", "C", "李明", "?", "?"]


def test_a_tab_bar_of_five_is_refused() -> None:
    with pytest.raises(ValueError, match="four"):
        Shell(operator="x", tabs=(Link(label="a", url="/"),) * 5)


def test_a_hostile_name_is_only_text(rendered: Any) -> None:
    shell = Shell(operator="<script>", account=AccountMenu(sign_out_url="/out"))
    page = rendered("ui/shell.html", {"shell": shell, "who": "<img src=x>"})
    assert "<img" not in page
    assert "<script>" not in page


def test_choosing_a_theme_keeps_it_and_goes_back() -> None:
    answer = set_theme(RequestFactory().post("/theme", {"theme": "dark", "next": "/runs/a?x=1"}))
    assert answer["Location"] == "/runs/a?x=1"
    assert answer.cookies["theme"].value == "dark"


def test_choosing_the_system_theme_forgets_the_choice() -> None:
    answer = set_theme(RequestFactory().post("/theme", {"theme": "system", "next": "/"}))
    assert answer.cookies["theme"]["max-age"] == 0


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "http:evil",
        "",
        "\x00//evil",
    ],
)
def test_choosing_a_theme_never_leads_to_another_site(elsewhere: str) -> None:
    answer = set_theme(RequestFactory().post("/theme", {"theme": "dark", "next": elsewhere}))
    assert answer["Location"] == "/"


def test_a_theme_is_not_chosen_by_following_a_link(client: Client) -> None:
    assert client.get("/theme").status_code == 405


def test_an_unknown_cookie_is_no_theme() -> None:
    request = RequestFactory().get("/")
    request.COOKIES["theme"] = "neon"
    assert theme_of(request) == "system"


@pytest.mark.parametrize("status", [400, 403, 404, 405, 409, 413, 418, 429, 500, 502, 503])
def test_an_error_page_says_what_happened_and_where_to_go(rendered: Any, status: int) -> None:
    error = failure(status)
    page = rendered("ui/error.html", {"error": error})
    assert f"<h1>{error.title}</h1>" in page
    assert error.sentence
    assert 'class="btn btn--secondary" href="/"' in page


def test_an_error_of_ours_replaces_the_sentences_of_its_status() -> None:
    error = failure(409, "No try is left.", "Read the solution.")
    assert (error.sentence, error.advice) == ("No try is left.", "Read the solution.")
    assert failure(409, "No try is left.").advice == ""
