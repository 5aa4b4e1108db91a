"""Is a minor's account closed until a parent agrees, and can nobody grow older by typing another year?"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from django.conf import settings as django_settings
from django.test import Client
from pytest_django import Settings

from cordee.core import clock
from cordee.core.errors import InputRefused
from cordee.people.by_letter import joining
from cordee.people.minors import agreeing
from cordee.people.minors.ages import AGES, AgeRule, read_rule, read_year
from cordee.people.models import Account, AgeStatement, ParentAgreement, StaffAct
from cordee.people.permissions import may
from cordee.people.tests.letters import letter_to, letters_to, link_for, without_letters
from cordee.people.tests.make import PASSWORD, make_account, signed_in_client

pytestmark = pytest.mark.django_db
CHILD, PARENT = "awa@example.org", "parent@example.org"
ENGLISH = {"accept-language": "en"}
THIS_YEAR = clock.now().year


def young(years: int = 12) -> str:
    return str(THIS_YEAR - years)


def joined(year: str) -> Client:
    """Somebody signs up and gives this year."""
    joining.ask_for_account(
        email=CHILD, name="Awa Diallo", language="en", onward="/mine", address="192.0.2.1", now=clock.now()
    )
    browser = Client(headers=ENGLISH)
    answer = browser.post(link_for(CHILD, "sign-up"), {"name": "Awa Diallo", "password": PASSWORD, "year": year})
    assert answer.status_code == 302, answer.content.decode()
    assert answer["Location"] == ("/account/agreement" if THIS_YEAR - int(year) <= 15 else "/mine")
    return browser


def test_who_is_old_enough_meets_nothing() -> None:
    browser = joined(str(THIS_YEAR - 16))
    assert browser.get("/mine").status_code == 200
    assert browser.get("/account/agreement")["Location"] == "/account"
    assert not Account.objects.get().waits_for_parent


def test_a_minor_looks_around_until_a_parent_agrees() -> None:
    browser = joined(young())
    assert browser.get("/en/").status_code == 200
    assert browser.get("/account").status_code == 200
    closed = browser.get("/mine")
    assert closed.status_code == 403
    assert b'href="/account/agreement"' in closed.content
    assert browser.post("/runs/any/enrol").status_code == 403
    assert browser.post("/account/agreement", {"parent": CHILD.upper()}).status_code == 400
    assert browser.post("/account/agreement", {"parent": PARENT})["Location"] == "/letter-sent?what=agreement"
    assert PARENT in browser.get("/account/agreement").content.decode()
    link = link_for(PARENT, "agreement")
    parent = Client(headers=ENGLISH)
    page = parent.get(link).content.decode()
    assert "Awa Diallo" in page
    assert CHILD in page
    assert young() in page
    assert browser.get("/mine").status_code == 403  # opening the link agrees to nothing
    assert parent.post(link, {"answer": "perhaps"}).status_code == 200
    assert parent.post(link, {"answer": "yes"})["Location"] == "/agreement/answered?said=yes"
    assert parent.post(link, {"answer": "yes"}).status_code == 410
    assert browser.get("/mine").status_code == 200
    kept = ParentAgreement.objects.get()
    assert (kept.address, kept.country) == (PARENT, "FR")
    assert "I agree that Awa Diallo" in kept.words
    assert "Your parent agreed" in letter_to(CHILD).message.subject


def test_a_parent_who_says_no_leaves_it_closed() -> None:
    browser = joined(young())
    browser.post("/account/agreement", {"parent": PARENT})
    assert Client().post(link_for(PARENT, "agreement"), {"answer": "no"}).status_code == 302
    assert browser.get("/mine").status_code == 403
    assert "did not agree" in letter_to(CHILD).message.subject
    assert not ParentAgreement.objects.exists()
    browser.post("/account/agreement", {"parent": PARENT})  # asked again
    assert letters_to(PARENT) == 2


def test_of_two_parents_asked_only_the_last_link_works() -> None:
    browser = joined(young())
    browser.post("/account/agreement", {"parent": PARENT})
    first = link_for(PARENT, "agreement")
    browser.post("/account/agreement", {"parent": "other@example.org"})
    assert Client().post(first, {"answer": "yes"}).status_code == 410
    assert Client().post(link_for("other@example.org", "agreement"), {"answer": "yes"}).status_code == 302
    assert browser.get("/mine").status_code == 200


@pytest.mark.attack(127)
def test_a_false_year_then_the_true_one_closes_the_account_and_a_true_one_cannot_be_taken_back() -> None:
    browser = joined("1990")
    assert browser.get("/mine").status_code == 200
    true = browser.post("/account/about-me", {"year_of_birth": young()})
    assert true["Location"] == "/account/agreement"
    assert browser.get("/mine").status_code == 403
    for year in ("1990", "1985", ""):
        browser.post("/account/about-me", {"year_of_birth": year})
        assert browser.get("/mine").status_code == 403
    browser.post("/account/about-me", {"no_year": "on"})
    assert browser.get("/mine").status_code == 403
    assert set(AgeStatement.objects.values_list("year", flat=True)) == {1990, int(young()), 1985}


def test_those_who_run_the_site_put_a_slip_right_and_it_is_audited() -> None:
    browser = joined(young(0))
    account = Account.objects.get()
    agreeing.put_year_right(account=account, year=1998, by=None, now=clock.now())
    assert browser.get("/mine").status_code == 200
    assert "1998" in StaffAct.objects.get().about
    agreeing.say_year(account=account, year=int(young()), now=clock.now() + dt.timedelta(seconds=1))
    assert browser.get("/mine").status_code == 403


def test_a_hundred_typed_years_are_few_rows() -> None:
    account = make_account()
    for year in range(1920, 2000):
        agreeing.say_year(account=account, year=year, now=clock.now())
    assert AgeStatement.objects.count() == agreeing.MOST_STATEMENTS
    agreeing.say_year(account=account, year=int(young()), now=clock.now())
    assert account.waits_for_parent


def test_the_age_is_the_one_of_the_country_of_the_site(settings: Settings) -> None:
    fifteen = str(THIS_YEAR - 15)
    assert AgeRule("FR", 15).covers(int(fifteen), this_year=THIS_YEAR)  # until the birthday is over
    assert not AgeRule("FR", 15).covers(THIS_YEAR - 16, this_year=THIS_YEAR)
    settings.CORDEE = replace(django_settings.CORDEE, age_of_consent=read_rule("DE"))
    account = make_account()
    agreeing.say_year(account=account, year=THIS_YEAR - 16, now=clock.now())
    assert account.waits_for_parent
    assert not may(account, "run.mine")
    settings.CORDEE = replace(django_settings.CORDEE, age_of_consent=read_rule("none"))
    joining.ask_for_account(
        email=CHILD, name="Awa Diallo", language="en", onward="/mine", address="192.0.2.1", now=clock.now()
    )
    link = link_for(CHILD, "sign-up")
    assert b'name="year"' not in Client().get(link).content
    assert Client().post(link, {"name": "Awa Diallo", "password": PASSWORD})["Location"] == "/mine"


def test_ages_are_within_what_the_regulation_allows_and_others_are_refused() -> None:
    assert all(13 <= age <= 16 for age in AGES.values())
    assert (AGES["FR"], AGES["DE"], AGES["BE"], AGES["ES"]) == (15, 16, 13, 14)
    assert read_rule("fr") == AgeRule("FR", 15)
    assert read_rule("18") == AgeRule("", 18)
    assert read_rule("NONE").age == 0
    for wrong in ("XX", "9", "99", "", "1a", "-1", "١٥"):
        with pytest.raises(InputRefused):
            read_rule(wrong)


@pytest.mark.attack(116)
@pytest.mark.parametrize("text", ["", "98", "19980", "abcd", "1850", "2999", "١٩٩٨", "-998"])
def test_a_year_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(InputRefused):
        read_year(text, this_year=2026)


def test_nobody_answers_for_a_parent_without_the_letter() -> None:
    browser = joined(young())
    browser.post("/account/agreement", {"parent": PARENT})
    link = link_for(PARENT, "agreement")
    forged = link[:-1] + ("A" if link[-1] != "A" else "B")
    assert browser.post(forged, {"answer": "yes"}).status_code == 404
    assert signed_in_client(make_account()).post("/account/agreement", {"parent": PARENT}).status_code == 302
    assert letters_to(PARENT) == 1
    assert browser.get("/mine").status_code == 403


def test_a_site_without_letters_asks_the_year_too_and_a_minor_waits_for_those_who_run_it() -> None:
    with without_letters():
        browser = Client(headers=ENGLISH)
        fields = {"name": "Awa Diallo", "email": CHILD, "password": PASSWORD}
        assert browser.post("/sign-up", fields).status_code == 400
        assert browser.post("/sign-up", fields | {"year": young()}).status_code == 302
        assert browser.post("/sign-up", fields | {"year": "1990"}).status_code == 302  # the same answer, no new year
        browser.post("/sign-in", {"email": CHILD, "password": PASSWORD})
        assert browser.get("/mine").status_code == 403
        assert "This site sends no letters" in browser.get("/account/agreement").content.decode()
        assert b'href="/account/agreement"' in browser.get("/account").content
        agreeing.put_year_right(account=Account.objects.get(), year=1999, by=None, now=clock.now())
        assert browser.get("/mine").status_code == 200
