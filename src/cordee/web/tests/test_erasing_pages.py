"""Can an operator have somebody erased in pages: the right one, on purpose, and nobody else at all?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client, override_settings

from cordee.core import clock
from cordee.jobs.models import Job
from cordee.jobs.performing import perform_next
from cordee.learning.tests.make import make_enrolment
from cordee.people import erasures
from cordee.people.granting import grant_role
from cordee.people.models import Account, ErasureRequest, Role, StaffAct
from cordee.people.tests.make import PASSWORD, make_account, signed_in_client
from cordee.people.tests.test_second_factor import code_now, with_second_factor
from cordee.web.worker import works_apart

pytestmark = pytest.mark.django_db
PAGE = "/people/erase"


@pytest.fixture(autouse=True)
def home(tmp_path: Path) -> Iterator[Path]:
    with override_settings(CORDEE=replace(settings.CORDEE, home=tmp_path / "home")):
        yield tmp_path / "home"


def operator_of(account: Account | None = None) -> Account:
    account = account or make_account(name="Odile Opératrice", password=PASSWORD)
    grant_role(account=account, role=Role.OPERATOR, scope="", granted_by=None, now=clock.now())
    return account


def order(person: Account, **changed: str) -> dict[str, str]:
    return {"email": person.email, "again": person.email, "current": PASSWORD, "order": "1", **changed}


def test_an_operator_sees_who_it_is_and_what_goes_then_has_them_erased_with_a_receipt(tmp_path: Path) -> None:
    operator, person = operator_of(), make_account(name="Zénobie Quasimodo")
    make_enrolment(tmp_path, account=person)
    theirs, browser = signed_in_client(person), signed_in_client(operator)
    assert b"Erase somebody" in browser.get(PAGE).content
    looked = browser.post(PAGE, {"email": f" {person.email.upper()} "}).content.decode()
    for words in ("Zénobie Quasimodo", person.email, "Your enrolments and grades", "cannot be taken back"):
        assert words in looked
    assert not ErasureRequest.objects.exists()
    for _click in range(2):
        answer = browser.post(PAGE, order(person))
        assert answer.status_code == 303
    assert Job.objects.filter(kind="erasure").count() == 1
    assert theirs.get("/mine").status_code == 302  # shut at once
    assert "within minutes" in browser.get(answer["Location"]).content.decode()
    while perform_next(works_apart()) <= 0:
        pass
    assert not Account.objects.filter(pk=person.pk).exists()
    page = browser.get(answer["Location"]).content.decode()
    assert "They are erased" in page
    number = re.search(r"/erasures/([0-9a-f-]{36})", page)
    assert number
    assert Client().get(f"/erasures/{number[1]}").status_code == 200
    (receipt,) = erasures.receipts()
    assert receipt.by == erasures.BY_OPERATOR
    line = StaffAct.objects.get(act="account.erase_other")
    assert (line.name, line.people, line.about) == (operator.name, 1, f"receipt {number[1]}")
    assert person.email not in page


@pytest.mark.parametrize(
    "changed", [{"again": "other@example.org"}, {"again": ""}, {"current": "not this"}, {"current": ""}]
)
def test_a_slip_of_the_hand_erases_nobody(changed: dict[str, str]) -> None:
    person, browser = make_account(), signed_in_client(operator_of())
    refused = browser.post(PAGE, order(person, **changed))
    assert refused.status_code == 400
    assert b"Error:" in refused.content
    person.refresh_from_db()
    assert person.is_active
    assert not ErasureRequest.objects.exists()


def test_nobody_is_found_by_an_address_that_nobody_has() -> None:
    browser = signed_in_client(operator_of())
    for email in ("nobody@example.org", "no address", ""):
        refused = browser.post(PAGE, {"email": email})
        assert refused.status_code == 400
        assert b"Erase somebody" in refused.content


def test_an_operator_is_not_erased_by_themselves_here_and_others_may_not_look() -> None:
    operator = operator_of()
    assert b"This is your own account" in signed_in_client(operator).post(PAGE, order(operator)).content
    manager = make_account(password=PASSWORD)
    grant_role(account=manager, role=Role.PROGRAMME_MANAGER, scope="", granted_by=None, now=clock.now())
    for browser in (signed_in_client(make_account(password=PASSWORD)), signed_in_client(manager)):
        assert browser.get(PAGE).status_code == 403
        assert browser.post(PAGE, order(operator)).status_code == 403
        assert PAGE.encode() not in browser.get("/mine").content
    assert Client().get(PAGE).status_code == 302
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = signed_in_client(operator).cookies
    assert strict.post(PAGE, order(manager)).status_code == 403
    assert not ErasureRequest.objects.exists()


def test_who_signs_in_in_two_steps_gives_a_code_here_too() -> None:
    operator, secret, _codes = with_second_factor()
    operator_of(operator)
    person, browser = make_account(), signed_in_client(operator)
    assert b'name="code"' in browser.post(PAGE, {"email": person.email}).content
    for wrong in ({}, {"code": "000000"}):
        assert browser.post(PAGE, order(person, **wrong)).status_code == 400
    assert not ErasureRequest.objects.exists()
    code = code_now(secret)
    assert browser.post(PAGE, order(person, code=code)).status_code == 303
    assert ErasureRequest.objects.get().account == person
