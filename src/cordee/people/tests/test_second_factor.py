"""Does sign-in in two steps keep out who has the password alone, and let in its owner, phone or not?"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

import pytest
from django.conf import settings
from django.test import Client
from pytest_django import Settings

from cordee.core import clock
from cordee.core.codes import grouped
from cordee.jobs.models import Message
from cordee.people.granting import grant_role
from cordee.people.models import Account, RecoveryCode, Role, SecondFactor, SignIn
from cordee.people.permissions import may
from cordee.people.second_factor import switching, totp
from cordee.people.second_factor.half_way import cookie_name as half_way_cookie
from cordee.people.second_factor.proving import CodeRefused, prove
from cordee.people.second_factor.secrets import recovery_codes, secret_of
from cordee.people.sessions import cookie_name
from cordee.people.tests.letters import letter_to, link_for
from cordee.people.tests.make import PASSWORD, make_account, make_session, signed_in_client

pytestmark = pytest.mark.django_db
EMAIL = "awa@example.org"
HERE = "192.0.2.1"
CODE = r"<code>([0-9A-Z-]{21})</code>"


def with_second_factor(email: str = EMAIL) -> tuple[Account, bytes, list[str]]:
    """An account that has one: with its phone's secret and its paper. No code of the phone was used at sign-in yet."""
    account, now = make_account(email=email, password=PASSWORD), clock.now()
    row = switching.begin(account=account, now=now)
    secret = secret_of(account, row.nonce)
    _, codes = switching.switch_on(
        account=account,
        nonce=row.nonce,
        code=totp.code_of(secret, totp.step_at(now) - 1),
        claim=make_session(account),
        agent="",
        now=now,
    )
    return account, secret, codes


def code_now(secret: bytes) -> str:
    return totp.code_of(secret, totp.step_at(clock.now()))


def give_password(browser: Client, email: str = EMAIL, **more: str) -> str:
    return str(browser.post("/sign-in", {"email": email, "password": PASSWORD} | more)["Location"])


def tries(account: Account, code: str, *, address: str = HERE, now: dt.datetime | None = None) -> None:
    prove(account=account, code=code, address=address, device=None, agent="", now=now or clock.now())


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (2000000000, "279037")],
)
def test_codes_are_those_of_rfc_6238(seconds: int, code: str) -> None:
    secret = b"12345678901234567890"  # appendix B, SHA-1; six of its eight digits
    moment = dt.datetime.fromtimestamp(seconds, dt.UTC)
    assert totp.code_of(secret, totp.step_at(moment)) == code
    assert totp.step_of(secret, f" {code[:3]} {code[3:]}", moment) == seconds // 30
    for offset, fits in ((-90, False), (-30, True), (30, True), (90, False)):
        found = totp.step_of(secret, code, moment + dt.timedelta(seconds=offset))
        assert (found is not None) == fits


def test_a_person_switches_it_on_signs_in_with_it_and_prints_codes() -> None:
    account = make_account(email=EMAIL, password=PASSWORD)
    browser, elsewhere = signed_in_client(account), signed_in_client(account)
    assert b"It is off" in browser.get("/account").content
    assert browser.post("/account/second-factor", {"password": "wrong one here"}).status_code == 400
    scan = browser.post("/account/second-factor", {"password": PASSWORD}).content.decode()
    assert "<svg" in scan
    assert "<script" not in scan.partition("<main")[2].partition("</main>")[0]
    nonce = re.search(r'name="nonce" value="([0-9a-f]{32})"', scan)
    assert nonce
    secret = secret_of(account, nonce[1])
    assert totp.in_base32(secret) in scan
    wrong = browser.post("/account/second-factor/on", {"nonce": nonce[1], "code": "000000"})
    assert wrong.status_code == 400
    assert totp.in_base32(secret) in wrong.content.decode()  # the same picture again
    code = code_now(secret)
    on = browser.post("/account/second-factor/on", {"nonce": nonce[1], "code": code})
    assert on.status_code == 200
    codes = re.findall(CODE, on.content.decode())
    assert len(codes) == 10
    again = browser.post("/account/second-factor/on", {"nonce": nonce[1], "code": code})  # a double click
    assert re.findall(CODE, again.content.decode()) == codes
    assert browser.get("/account").status_code == 200
    assert elsewhere.get("/account").status_code == 302  # every other session ended
    assert "needs a code" in letter_to(EMAIL).message.subject
    page = browser.get("/account/second-factor").content.decode()
    assert "10 recovery codes are left" in page
    assert not any(code in page for code in codes)


def test_the_password_alone_gives_no_session_and_no_device() -> None:
    _account, secret, _codes = with_second_factor()
    SignIn.objects.all().delete()
    browser = Client()
    assert give_password(browser, next="/mine") == "/sign-in/code?next=%2Fmine"
    assert cookie_name() not in browser.cookies
    assert "cordee_device" not in browser.cookies
    assert not SignIn.objects.exists()
    assert browser.get("/account").status_code == 302
    page = browser.get("/sign-in/code?next=/mine").content
    assert b'autocomplete="one-time-code"' in page
    assert b'inputmode="numeric"' in page
    refused = browser.post("/sign-in/code", {"code": "000000", "next": "/mine"})
    assert refused.status_code == 400
    assert b'value="/mine"' in refused.content
    done = browser.post("/sign-in/code", {"code": code_now(secret), "next": "/mine"})
    assert done["Location"] == "/mine"
    assert browser.cookies[half_way_cookie()].value == ""
    assert browser.get("/account").status_code == 200


@pytest.mark.attack(11)
def test_a_code_is_taken_once() -> None:
    account, secret, codes = with_second_factor()
    now = clock.now()
    code = totp.code_of(secret, totp.step_at(now))
    tries(account, code, now=now)
    with pytest.raises(CodeRefused):
        tries(account, code, now=now)
    with pytest.raises(CodeRefused):  # an older one that was not used is none either
        tries(account, totp.code_of(secret, totp.step_at(now) - 1), now=now)
    tries(account, totp.code_of(secret, totp.step_at(now) + 1), now=now + dt.timedelta(seconds=30))
    tries(account, grouped(codes[0]).lower())
    with pytest.raises(CodeRefused):
        tries(account, codes[0])
    assert switching.codes_left(account) == 9
    assert "recovery code was used" in letter_to(EMAIL).message.subject


def test_codes_are_tried_few_times_and_the_owner_is_let_in_with_paper() -> None:
    account, secret, codes = with_second_factor()
    browser, now = Client(REMOTE_ADDR="192.0.2.66"), clock.now()
    give_password(browser)
    statuses = [browser.post("/sign-in/code", {"code": f"{n:06}"}).status_code for n in range(20)]
    assert statuses == [400] * 5 + [429] * 15
    for number in range(40):  # then from many addresses
        with pytest.raises(Exception, match=r"Too many|does not fit"):
            tries(account, "000000", address=f"198.51.{number // 250}.{number % 250}", now=now)
    with pytest.raises(Exception, match="Too many"):
        tries(account, code_now(secret), address="203.0.113.1", now=now)
    tries(account, codes[3], address="203.0.113.1", now=now)
    assert Message.objects.filter(subject__startswith="Somebody knows your password").count() == 1


@pytest.mark.long
def test_who_guesses_for_a_day_from_everywhere_gets_few_tries() -> None:
    account, _secret, _codes = with_second_factor()
    now, allowed = clock.now(), 0
    for minute in range(0, 24 * 60, 15):
        for attempt in range(3):
            try:
                tries(
                    account,
                    "000000",
                    address=f"10.{attempt}.{minute // 250}.{minute % 250}",
                    now=now + dt.timedelta(minutes=minute),
                )
            except CodeRefused:
                allowed += 1
            except Exception:  # noqa: S112 - slowed down
                continue
    assert allowed <= 150  # of a million codes, three of which fit at a time: 1 in 2,000


def test_the_half_way_cookie_opens_nothing_else_and_ends() -> None:
    account, _secret, _codes = with_second_factor()
    browser = Client()
    give_password(browser)
    cookie = browser.cookies[half_way_cookie()].value
    thief = Client()
    thief.cookies[cookie_name()] = cookie
    assert thief.get("/account").status_code == 302
    for wrong in ("", "x", cookie + "x", cookie.replace(".", ":"), "é" * 500):
        other = Client()
        other.cookies[half_way_cookie()] = wrong
        assert other.get("/sign-in/code")["Location"].startswith("/sign-in?")
    Account.objects.filter(pk=account.pk).update(epoch=account.epoch + 1)  # the password changed meanwhile
    assert browser.get("/sign-in/code")["Location"].startswith("/sign-in?")
    assert Client().get("/sign-in/code")["Location"].startswith("/sign-in?")


def test_a_forgotten_password_does_not_go_around_the_second_step() -> None:
    with_second_factor()
    browser = Client()
    browser.post("/forgot-password", {"email": EMAIL})
    there = browser.post(link_for(EMAIL, "password"), {"password": "une autre corde encore"})
    assert there["Location"] == "/sign-in/code"
    assert browser.get("/account").status_code == 302


def test_rows_hold_neither_the_secret_nor_a_code_of_the_paper() -> None:
    account, secret, codes = with_second_factor()
    row = SecondFactor.objects.get()
    assert secret.hex() not in row.nonce
    kept = " ".join(RecoveryCode.objects.values_list("digest", flat=True))
    assert not any(code in kept for code in codes)
    assert recovery_codes(account, row.nonce) == codes
    other = make_account()
    assert secret_of(other, row.nonce) != secret


def test_new_recovery_codes_replace_the_old_ones_and_a_double_click_gives_the_same() -> None:
    account, _secret, codes = with_second_factor()
    browser = signed_in_client(account)
    page = browser.get("/account/second-factor").content.decode()
    nonce = re.search(r'name="nonce" value="([0-9a-f]{32})"', page)
    assert nonce
    fields = {"nonce": nonce[1], "password": PASSWORD}
    shown = [re.findall(CODE, browser.post("/account/second-factor/codes", fields).content.decode()) for _ in range(2)]
    assert shown[0] == shown[1]
    assert len(shown[0]) == 10
    with pytest.raises(CodeRefused):
        tries(account, codes[0])
    tries(account, shown[0][0])
    assert browser.post("/account/second-factor/codes", {"nonce": nonce[1], "password": "x"}).status_code == 400


def test_it_is_switched_off_with_the_password_and_the_owner_is_told() -> None:
    account, _secret, _codes = with_second_factor()
    browser = signed_in_client(account)
    assert browser.post("/account/second-factor/off", {"password": "wrong"}).status_code == 400
    for _ in range(2):
        assert browser.post("/account/second-factor/off", {"password": PASSWORD}).status_code == 302
    assert not SecondFactor.objects.exists()
    assert not RecoveryCode.objects.exists()
    assert "no code any more" in letter_to(EMAIL).message.subject
    assert give_password(Client()) == "/"


def test_nobody_switches_on_or_off_for_another(client: Client) -> None:
    account, _secret, _codes = with_second_factor()
    eve = signed_in_client(make_account(password=PASSWORD))
    row = SecondFactor.objects.get()
    for door in ("on", "codes", "off"):
        assert client.post(f"/account/second-factor/{door}", {}).status_code == 302
        assert eve.get(f"/account/second-factor/{door}").status_code == 405
        eve.post(f"/account/second-factor/{door}", {"nonce": row.nonce, "code": "123456", "password": PASSWORD})
    account.refresh_from_db()
    assert account.second_factor_at is not None
    assert switching.codes_left(account) == 10


@pytest.mark.attack(11)
def test_roles_do_not_count_without_it_where_the_site_says_so(settings: Settings) -> None:
    settings.CORDEE = replace(settings.CORDEE, staff_second_factor=True)
    account = make_account(email=EMAIL, password=PASSWORD)
    grant_role(account=account, role=Role.OPERATOR, scope="", granted_by=None, now=clock.now())
    assert not may(account, "bilan.edit")
    assert may(account, "account.own")
    browser = Client()
    assert give_password(browser, next="/bilan/") == "/account/second-factor?next=%2Fbilan%2F"
    refused = browser.get("/bilan/")
    assert refused.status_code == 403
    assert b"needs sign-in in two steps" in refused.content
    assert b'href="/account/second-factor"' in refused.content
    assert browser.get("/account").status_code == 200
    row = switching.begin(account=account, now=clock.now())
    code = totp.code_of(secret_of(account, row.nonce), totp.step_at(clock.now()))
    assert browser.post("/account/second-factor/on", {"nonce": row.nonce, "code": code}).status_code == 200
    assert browser.get("/bilan/").status_code == 200
    assert b"Switch it off" not in browser.get("/account/second-factor").content
    learner = make_account(password=PASSWORD)
    assert give_password(Client(), learner.email) == "/"


def test_the_site_asks_nothing_of_roles_unless_it_says_so() -> None:
    account = make_account()
    grant_role(account=account, role=Role.OPERATOR, scope="", granted_by=None, now=clock.now())
    assert not settings.CORDEE.staff_second_factor
    assert may(account, "bilan.edit")
