"""Where addresses are confirmed later, does a stranger learn at once, and is nobody else's account let into?"""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.test import Client
from pytest_django import Settings

from cordee.core import clock
from cordee.people.confirming import is_confirmed
from cordee.people.models import Account
from cordee.people.sessions import cookie_name
from cordee.people.tests.letters import letters_to
from cordee.people.tests.make import PASSWORD, make_account

pytestmark = pytest.mark.django_db
EMAIL = "mariama@example.org"
YEAR = str(clock.now().year - 30)


@pytest.fixture(autouse=True)
def _confirmed_later(settings: Settings) -> None:
    settings.CORDEE = replace(settings.CORDEE, confirm_address_later=True)


def asked(email: str = EMAIL, password: str = PASSWORD) -> dict[str, str]:
    return {"name": "Mariama Essai", "email": email, "password": password, "year": YEAR, "next": "/en/courses/A+B/"}


def test_a_stranger_is_signed_in_where_they_came_from_and_a_letter_asks_to_confirm() -> None:
    browser = Client(headers={"accept-language": "en"})
    answer = browser.post("/sign-up", asked())

    assert (answer.status_code, answer.headers["Location"]) == (302, "/en/courses/A+B/")
    account = Account.objects.get(email=EMAIL)
    assert not is_confirmed(account)
    assert letters_to(EMAIL) == 1
    assert browser.get("/mine").status_code == 200


def test_an_address_that_has_an_account_opens_nothing_and_keeps_its_password() -> None:
    owner = make_account(email=EMAIL)
    before = owner.password
    browser = Client()
    answer = browser.post("/sign-up", asked(password=f"{PASSWORD} of somebody else"))

    assert answer.headers["Location"].startswith("/sign-in?")
    assert cookie_name() not in answer.cookies
    owner.refresh_from_db()
    assert owner.password == before
    assert Account.objects.count() == 1


def test_a_double_click_makes_one_account_and_lets_its_owner_in_twice() -> None:
    browser = Client(headers={"accept-language": "en"})
    places = [browser.post("/sign-up", asked()).headers["Location"] for _ in range(2)]

    assert places == ["/en/courses/A+B/"] * 2
    assert Account.objects.count() == 1
