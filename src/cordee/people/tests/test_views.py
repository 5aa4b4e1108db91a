"""Do the pages work for a person without script, and say what is wrong where it is wrong?"""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from lxml import html

from cordee.core import clock
from cordee.jobs.queries import said_no
from cordee.jobs.refusing_letters import Wish, say_no
from cordee.people.models import Account, SignIn
from cordee.people.sessions import cookie_name, read_claim
from cordee.people.tests.make import PASSWORD, give_session, make_account, make_session, signed_in_client

pytestmark = pytest.mark.django_db
EMAIL = "awa@example.org"
NEW = "une autre corde encore"


@pytest.fixture
def browser() -> Client:
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client


def sign_in(browser: Client, email: str = EMAIL, password: str = PASSWORD, **more: str) -> object:
    return browser.post("/sign-in", {"email": email, "password": password} | more)


def test_a_person_signs_up_signs_in_and_signs_out(browser: Client) -> None:
    wanted = {"name": "Awa Diallo", "email": EMAIL, "password": PASSWORD, "next": "/runs/cable-1"}
    made = browser.post("/sign-up", wanted)
    assert made.status_code == 302
    assert made["Location"] == "/sign-in?new=1&next=%2Fruns%2Fcable-1"
    page = browser.get(made["Location"])
    assert b"You can sign in now" in page.content
    assert b'name="next" value="/runs/cable-1"' in page.content
    signed_in = browser.post("/sign-in", {"email": EMAIL, "password": PASSWORD, "next": "/runs/cable-1"})
    assert signed_in["Location"] == "/runs/cable-1"
    assert browser.get("/account").status_code == 200
    out = browser.post("/sign-out")
    assert out.status_code == 302
    assert browser.cookies[cookie_name()].value == ""
    assert SignIn.objects.get().ended_at is not None


def test_signing_up_answers_the_same_for_a_taken_address(browser: Client) -> None:
    wanted = {"name": "Awa Diallo", "email": EMAIL, "password": PASSWORD}
    new = browser.post("/sign-up", wanted)
    taken = browser.post("/sign-up", wanted | {"email": "AWA@example.org", "password": NEW})
    again = browser.post("/sign-up", wanted)
    for response in (taken, again):
        assert response.status_code == new.status_code
        assert response["Location"] == new["Location"]
        assert response.content == new.content
        assert set(response.cookies) == set(new.cookies)
    assert Account.objects.count() == 1


def test_what_is_wrong_is_said_by_the_field_and_on_top_and_values_are_kept(browser: Client) -> None:
    page = browser.post("/sign-up", {"name": "Awa <b>", "email": "awa@", "password": "short", "next": "//evil.example"})
    assert page.status_code == 400
    html = page.content.decode()
    assert html.count("This email address is not complete.") == 2
    assert html.count("This password is too short.") == 2
    assert 'value="Awa &lt;b&gt;"' in html
    assert 'value="awa@"' in html
    assert "short" not in html.replace("too short", "")
    assert 'href="#id_email"' in html
    assert 'aria-invalid="true"' in html
    assert 'name="next" value="/"' in html
    assert "<title>Error:" in html
    assert Account.objects.count() == 0


def test_fields_tell_password_managers_what_they_are(browser: Client) -> None:
    assert b'autocomplete="current-password"' in browser.get("/sign-in").content
    assert b'autocomplete="new-password"' in browser.get("/sign-up").content
    assert b'autocomplete="username"' in browser.get("/sign-in").content


def test_a_wrong_password_and_an_unknown_address_are_answered_alike(browser: Client) -> None:
    make_account(email=EMAIL, password=PASSWORD)
    pages = []
    for email in (EMAIL, "ewa@example.org"):
        page = browser.post("/sign-in", {"email": email, "password": "wrong password here"})
        assert page.status_code == 400
        assert cookie_name() not in page.cookies
        pages.append([line for line in page.content.decode().replace(email, "X").splitlines() if "csrf" not in line])
    assert pages[0] == pages[1]
    assert any("do not go together" in line for line in pages[0])


def test_too_many_tries_say_when_to_come_back(browser: Client) -> None:
    make_account(email=EMAIL, password=PASSWORD)
    for _ in range(5):
        browser.post("/sign-in", {"email": EMAIL, "password": "wrong password here"})
    page = browser.post("/sign-in", {"email": EMAIL, "password": PASSWORD})
    assert page.status_code == 429
    assert page["Retry-After"] == "30"
    assert b"Wait 30 seconds" in page.content


def test_who_is_signed_in_needs_no_sign_in_page() -> None:
    browser = signed_in_client(make_account())
    assert browser.get("/sign-in?next=/account")["Location"] == "/account"
    assert browser.get("/sign-up")["Location"] == "/"


def test_a_profile_is_saved(browser: Client) -> None:
    account = make_account()
    give_session(browser, make_session(account))
    saved = browser.post("/account", {"name": "Awa D.", "language": "fr", "time_zone": "Pacific/Noumea"})
    assert saved["Location"] == "/account?done=profile"
    account.refresh_from_db()
    assert (account.name, account.language, account.time_zone) == ("Awa D.", "fr", "Pacific/Noumea")
    assert browser.get(saved["Location"]).status_code == 200


def test_a_refused_profile_keeps_what_was_typed(browser: Client) -> None:
    account = make_account()
    give_session(browser, make_session(account))
    page = browser.post("/account", {"name": "Administrator", "language": "en", "time_zone": "Mars/Olympus"})
    assert page.status_code == 400
    assert b'value="Administrator"' in page.content
    assert page.content.count(b"This name is kept for the team") == 2
    account.refresh_from_db()
    assert account.name == "Awa Diallo"


def test_a_changed_password_ends_the_sessions_elsewhere_and_keeps_this_one(browser: Client) -> None:
    account = make_account(email=EMAIL, password=PASSWORD)
    elsewhere = signed_in_client(account)
    give_session(browser, make_session(account))
    old = read_claim(browser.cookies[cookie_name()].value)
    changed = browser.post("/account/password", {"current": PASSWORD, "new": NEW})
    assert changed["Location"] == "/account?done=password"
    assert read_claim(browser.cookies[cookie_name()].value) != old
    assert browser.get("/account").status_code == 200
    assert elsewhere.get("/account").status_code in {302, 401}
    assert sign_in(Client(), password=NEW).status_code == 302  # type: ignore[attr-defined]  # a response
    assert sign_in(Client(), password=PASSWORD).status_code == 400  # type: ignore[attr-defined]  # a response


@pytest.mark.parametrize(
    ("current", "new", "sentence"),
    [
        ("wrong password here", NEW, b"This is not your present password."),
        (PASSWORD, "short", b"This password is too short."),
        (PASSWORD, EMAIL, b"This password is your email address"),
        ("", "", b"This answer is missing."),
    ],
)
def test_a_password_is_not_changed_without_the_present_one_or_to_a_bad_one(
    browser: Client, current: str, new: str, sentence: bytes
) -> None:
    account = make_account(email=EMAIL, password=PASSWORD)
    give_session(browser, make_session(account))
    page = browser.post("/account/password", {"current": current, "new": new})
    assert page.status_code == 400
    assert sentence in page.content
    assert browser.get("/account").status_code == 200
    account.refresh_from_db()
    assert account.check_password(PASSWORD)


def test_letters_are_switched_off_and_on_without_a_letter_at_hand() -> None:
    account = make_account()
    other, browser = make_account(), signed_in_client(account)
    assert "may write to you" in browser.get("/account").content.decode()
    shown = browser.post("/account/letters", {"wish": "none"}, follow=True).content.decode()
    assert "No more letters will come" in shown
    assert "You get no letters of any session." in shown
    assert said_no(account.pseudonym, "run:A+B+1")
    assert not said_no(other.pseudonym, "run:A+B+1")
    shown = browser.post("/account/letters", {"wish": "again"}, follow=True).content.decode()
    assert "You will get letters again" in shown
    assert not said_no(account.pseudonym, "run:A+B+1")
    say_no(wish=Wish(account.pseudonym, "run:A+B+1", "A"), everything=False, now=clock.now())
    assert "You said no to those of 1 session;" in browser.get("/account").content.decode()
    assert browser.get("/account/letters").status_code == 405
    assert Client().post("/account/letters", {"wish": "none"})["Location"].startswith("/sign-in")


def test_other_sessions_are_ended_on_demand(browser: Client) -> None:
    account = make_account()
    elsewhere = signed_in_client(account)
    give_session(browser, make_session(account))
    assert browser.post("/account/sessions")["Location"] == "/account?done=sessions"
    assert elsewhere.get("/account").status_code in {302, 401}
    assert browser.get("/account").status_code == 200


def test_writes_are_not_done_by_a_link() -> None:
    account = make_account()
    browser = signed_in_client(account)
    for address in ("/sign-out", "/account/password", "/account/sessions"):
        assert browser.get(address).status_code == 405
    assert browser.get("/account").status_code == 200


def test_a_form_without_its_token_is_refused() -> None:
    make_account(email=EMAIL, password=PASSWORD)
    browser = Client(enforce_csrf_checks=True)
    assert browser.post("/sign-in", {"email": EMAIL, "password": PASSWORD}).status_code == 403
    assert not SignIn.objects.exists()


@pytest.mark.parametrize(("language", "ocean"), [("en", "Pacific Ocean"), ("fr", "Océan Pacifique")])
def test_the_account_page_is_light_and_shows_the_zone_chosen(language: str, ocean: str) -> None:
    reader = signed_in_client(make_account(time_zone="Pacific/Noumea", language=language))
    reader.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    page = reader.get("/account")
    assert len(page.content) <= 30_200
    shown: Any = html.fromstring(page.content.decode())
    (zones,) = shown.xpath("//select[@id='id_time_zone']")
    assert zones.value == "Pacific/Noumea"
    (chosen,) = zones.xpath(".//option[@selected]")
    assert re.fullmatch(r"Noum[ée]a \(UTC\+11\)", chosen.text)
    assert chosen.getparent().get("label") == ocean
    assert len(zones.xpath("./optgroup")) >= 9
    assert [option.get("value") for option in zones.xpath(".//option")] == zones.value_options
    assert len(zones.value_options) > 300
