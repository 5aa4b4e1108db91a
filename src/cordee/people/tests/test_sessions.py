"""Is a session seen, hidden from caches, and dead the moment it is ended?"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import cast

import pytest
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries, Settings

from cordee.core import clock
from cordee.people import sessions
from cordee.people.changing_password import change_password
from cordee.people.disabling import disable_account, enable_account
from cordee.people.models import Account, RoleGrant, SignIn
from cordee.people.sessions import (
    LIFETIME,
    Request,
    SessionClaim,
    SessionMiddleware,
    account_of,
    claim_of,
    clear_session,
    live_sign_in,
    load_account,
    read_claim,
    remember,
    set_session,
    write_claim,
)
from cordee.people.signing_out import end_other_sessions, sign_out
from cordee.people.tests.make import make_account, make_session

pytestmark = pytest.mark.django_db
ANOTHER = "une autre corde encore"
End = Callable[[Account, SessionClaim, dt.datetime], None]


def request_with(cookie: str | None) -> HttpRequest:
    request = RequestFactory().get("/")
    if cookie is not None:
        request.COOKIES[sessions.cookie_name()] = cookie
    return request


def test_a_claim_survives_its_cookie() -> None:
    claim = SessionClaim(uuid.uuid4(), 12, 3)
    assert read_claim(write_claim(claim)) == claim
    assert len(write_claim(claim)) <= sessions.MAX_COOKIE_LENGTH


def test_the_longest_claim_fits_its_cookie() -> None:
    claim = SessionClaim(uuid.uuid4(), 10**18 - 1, 10**9 - 1)
    assert read_claim(write_claim(claim)) == claim


@pytest.mark.parametrize(
    "cookie",
    [
        "",
        "x",
        ":",
        "a:b",
        "\x00",
        "é" * 40,
        "\ud800",
        "x" * 100_000,
        "0" * 32 + ".1.0",
        signing.Signer(salt="another.salt").sign("0" * 32 + ".1.0"),
        signing.Signer(salt=sessions.SALT).sign("not a claim"),
        signing.Signer(salt=sessions.SALT).sign("0" * 32 + ".-1.0"),
        signing.Signer(salt=sessions.SALT).sign("0" * 32 + ".١.0"),
        signing.Signer(salt=sessions.SALT, key="another key").sign("0" * 32 + ".1.0"),
    ],
)
def test_a_cookie_that_we_did_not_write_is_nobody(cookie: str) -> None:
    assert read_claim(cookie) is None
    assert claim_of(request_with(cookie)) is None


@given(st.text(max_size=150))
def test_no_cookie_at_all_raises(cookie: str) -> None:
    assert read_claim(cookie) is None


def test_one_changed_letter_of_the_cookie_is_nobody() -> None:
    cookie = write_claim(SessionClaim(uuid.uuid4(), 12, 3))
    for place in range(len(cookie)):
        changed = cookie[:place] + ("b" if cookie[place] == "a" else "a") + cookie[place + 1 :]
        if changed != cookie:
            assert read_claim(changed) is None


def test_the_account_costs_one_query_and_only_when_asked(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    account = make_account()
    request = request_with(write_claim(make_session(account)))
    with django_assert_num_queries(0):
        assert claim_of(request) is not None
    with django_assert_num_queries(1):
        assert account_of(request) == account
        assert account_of(request) == account


def test_a_stranger_costs_no_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        assert account_of(request_with(None)) is None


def test_a_room_loads_its_row_and_the_session_in_one_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    account, now = make_account(), clock.now()
    RoleGrant.objects.create(account=account, role="teacher", scope="run:r1", granted_at=now)
    claim = make_session(account, now=now)
    make_session(account, now=now)
    request = request_with(write_claim(claim))
    with django_assert_num_queries(1):
        rows = list(
            RoleGrant.objects.select_related("account").filter(live_sign_in(claim, now, path="account"), scope="run:r1")
        )
        assert len(rows) == 1
        remember(request, rows[0].account)
        assert account_of(request) == account
    sign_out(claim=claim, now=now)
    assert not RoleGrant.objects.filter(live_sign_in(claim, now, path="account")).exists()


def test_only_the_sessions_own_account_can_be_remembered() -> None:
    request = request_with(write_claim(make_session(make_account())))
    with pytest.raises(ValueError, match="not the one"):
        remember(request, make_account())


def end_by_sign_out(account: Account, claim: SessionClaim, now: dt.datetime) -> None:
    sign_out(claim=claim, now=now)


def end_by_disabling(account: Account, claim: SessionClaim, now: dt.datetime) -> None:
    disable_account(account=account)


def end_by_disabling_and_enabling(account: Account, claim: SessionClaim, now: dt.datetime) -> None:
    disable_account(account=account)
    enable_account(account=account)


def end_by_password(account: Account, claim: SessionClaim, now: dt.datetime) -> None:
    change_password(account=account, new_password=ANOTHER, agent="", now=now)


def end_from_another_browser(account: Account, claim: SessionClaim, now: dt.datetime) -> None:
    end_other_sessions(claim=make_session(account, now=now), now=now)


def end_by_deleting(account: Account, claim: SessionClaim, now: dt.datetime) -> None:
    account.delete()


@pytest.mark.parametrize(
    "end",
    [
        end_by_sign_out,
        end_by_disabling,
        end_by_disabling_and_enabling,
        end_by_password,
        end_from_another_browser,
        end_by_deleting,
    ],
)
def test_an_ended_session_is_dead_at_the_next_request(
    end: Callable[[Account, SessionClaim, dt.datetime], None],
) -> None:
    account, now = make_account(), clock.now()
    claim = make_session(account, now=now)
    assert load_account(claim, now=now) == account
    end(account, claim, now)
    assert load_account(claim, now=now) is None


def test_a_session_ends_by_itself_after_a_fortnight() -> None:
    account, now = make_account(), clock.now()
    claim = make_session(account, now=now)
    assert load_account(claim, now=now + LIFETIME - dt.timedelta(seconds=1)) == account
    assert load_account(claim, now=now + LIFETIME) is None


@pytest.mark.attack(7)
def test_the_session_that_changes_the_password_goes_on_under_a_new_id() -> None:
    account, now = make_account(), clock.now()
    old = make_session(account, now=now)
    new = change_password(account=account, new_password=ANOTHER, agent="", now=now)
    assert new.sign_in_id != old.sign_in_id
    assert load_account(new, now=now) == account


def test_ending_other_sessions_keeps_this_one_and_those_of_others() -> None:
    account, stranger, now = make_account(), make_account(), clock.now()
    this, other, strange = (make_session(person, now=now) for person in (account, account, stranger))
    assert end_other_sessions(claim=this, now=now) == 1
    assert load_account(this, now=now) == account
    assert load_account(other, now=now) is None
    assert load_account(strange, now=now) == stranger


def test_a_claim_of_one_account_with_the_session_of_another_is_nobody() -> None:
    account, stranger, now = make_account(), make_account(), clock.now()
    mine, theirs = make_session(account, now=now), make_session(stranger, now=now)
    assert load_account(SessionClaim(theirs.sign_in_id, mine.account_id, 0), now=now) is None


@pytest.mark.attack(8)
def test_an_account_that_is_not_active_is_nobody_even_under_its_present_epoch() -> None:
    account, now = make_account(), clock.now()
    claim = make_session(account, now=now)
    Account.objects.filter(pk=account.pk).update(is_active=False)
    assert load_account(claim, now=now) is None


def test_after_a_new_password_an_old_cookie_is_nobody_even_if_its_row_was_missed() -> None:
    account, now = make_account(), clock.now()
    claim = make_session(account, now=now)
    change_password(account=account, new_password=ANOTHER, agent="", now=now)
    SignIn.objects.filter(pk=claim.sign_in_id).update(ended_at=None)
    assert load_account(claim, now=now) is None


def test_signing_out_twice_keeps_the_first_time() -> None:
    now = clock.now()
    claim = make_session(make_account(), now=now)
    sign_out(claim=claim, now=now)
    sign_out(claim=claim, now=now + dt.timedelta(hours=1))
    assert SignIn.objects.get(pk=claim.sign_in_id).ended_at == now


def answered(request: HttpRequest, view: Callable[[HttpRequest], HttpResponse]) -> HttpResponse:
    return SessionMiddleware(view)(request)


def test_the_middleware_gives_the_request_its_claim_and_account() -> None:
    account = make_account()
    seen: list[object] = []

    def view(request: HttpRequest) -> HttpResponse:
        asked = cast(Request, request)
        assert asked.claim is not None
        seen.append(asked.account)
        return HttpResponse()

    answered(request_with(write_claim(make_session(account))), view)
    assert seen == [account]
    assert isinstance(Request.account, property)


def test_a_signed_in_answer_is_kept_in_no_cache_whatever_the_view_says() -> None:
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse(headers={"Cache-Control": "public, max-age=3600"})

    signed_in = answered(request_with(write_claim(make_session(make_account()))), view)
    assert signed_in["Cache-Control"] == "private, no-store"
    assert "Cookie" in signed_in["Vary"]
    stranger = answered(request_with(None), view)
    assert stranger["Cache-Control"] == "public, max-age=3600"
    assert "Cookie" in stranger["Vary"]


def test_an_answer_that_sets_a_session_is_kept_in_no_cache() -> None:
    def view(request: HttpRequest) -> HttpResponse:
        response = HttpResponse(headers={"Cache-Control": "public"})
        set_session(response, SessionClaim(uuid.uuid4(), 1, 0))
        return response

    assert answered(request_with(None), view)["Cache-Control"] == "private, no-store"


def test_the_cookie_over_https_is_host_only_secure_and_hidden_from_scripts(settings: Settings) -> None:
    settings.COOKIE_PREFIX = "__Host-"
    response = HttpResponse()
    set_session(response, SessionClaim(uuid.uuid4(), 1, 0))
    cookie = response.cookies["__Host-cordee_session"]
    assert cookie["secure"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["path"] == "/"
    assert not cookie["domain"]
    clear_session(response)
    assert response.cookies["__Host-cordee_session"]["secure"]
    assert response.cookies["__Host-cordee_session"]["max-age"] == 0


def test_the_cookie_over_http_works_on_this_machine_only_as_it_is() -> None:
    response = HttpResponse()
    set_session(response, SessionClaim(uuid.uuid4(), 1, 0))
    cookie = response.cookies["cordee_session"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert not cookie["secure"]
