"""Who sends this request?

The cookie carries a signed claim (sign-in, account, epoch) that costs no query and is worth nothing by itself: it
becomes an account through one query that checks the sign-in's row. A room that loads something of the person anyway
puts `live_sign_in(claim, now, path="account")` in its own filter and then calls `remember(request, account)`, so that
a revocation is seen by every request and costs no statement of its own.
"""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import cache
from typing import cast

from django.conf import settings
from django.core import signing
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from cordee.core import clock
from cordee.people.models import Account, SignIn
from cordee.ui.language import read_as

SALT = "cordee.people.sessions"
LIFETIME = dt.timedelta(days=14)
MAX_COOKIE_LENGTH = 200  # a genuine one has about 100 characters
CLAIM = re.compile(r"([0-9a-f]{32})\.([0-9]{1,18})\.([0-9]{1,9})", re.ASCII)

_ACCOUNT = "_cordee_account"  # where a request keeps the account once it is known


@dataclass(frozen=True, slots=True)
class SessionClaim:
    """What the cookie says. Signed by us, but perhaps ended since: never trust it without `live_sign_in`."""

    sign_in_id: uuid.UUID
    account_id: int
    epoch: int


class Request(HttpRequest):
    """A request that went through `SessionMiddleware`: annotate a view's argument with it."""

    claim: SessionClaim | None

    @property
    def account(self) -> Account | None:
        """The signed-in account. One query the first time, none after it or after `remember`."""
        return account_of(self)


class SessionMiddleware:
    """Puts `claim` and `account` on the request, and keeps signed-in answers out of every cache."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # To be lazy and still a plain `Account | None`, `account` is a property, and a property lives on a class.
        request.__class__ = _with_account(cast(Hashable, type(request)))
        claim = claim_of(request)
        response = self.get_response(request)
        if claim is not None or cookie_name() in response.cookies:
            response["Cache-Control"] = "private, no-store"
        patch_vary_headers(response, ["Cookie"])
        return response


def claim_of(request: HttpRequest) -> SessionClaim | None:
    """The cookie's claim; None without a cookie or with one that we did not sign. No query."""
    if "claim" not in request.__dict__:
        cast(Request, request).claim = read_claim(request.COOKIES.get(cookie_name(), ""))
    return cast(Request, request).claim


def account_of(request: HttpRequest) -> Account | None:
    """The signed-in account, None when nobody is or the sign-in has ended. At most 1 query a request."""
    if _ACCOUNT not in request.__dict__:
        claim = claim_of(request)
        _keep(request, load_account(claim, now=clock.now()) if claim else None)
    return cast("Account | None", request.__dict__[_ACCOUNT])


def account_known(request: HttpRequest) -> Account | None:
    """The account when this request has already loaded it, else None. No query."""
    return cast("Account | None", request.__dict__.get(_ACCOUNT))


def remember(request: HttpRequest, account: Account) -> None:
    """The account was loaded by a query filtered with `live_sign_in`: `request.account` needs no other."""
    claim = claim_of(request)
    if claim is None or claim.account_id != account.pk:
        raise ValueError("this account is not the one of the request's session")
    _keep(request, account)


def _keep(request: HttpRequest, account: Account | None) -> None:
    """From here on the request is this person's: it is answered in their language, and in their time."""
    request.__dict__[_ACCOUNT] = account
    if account is not None:
        read_as(request, language_code=account.language, time_zone=account.time_zone)


def live_sign_in(claim: SessionClaim, now: dt.datetime, *, path: str = "") -> Q:
    """The condition "this sign-in still holds", to use in ONE `filter()` of a query that can reach the account.

    `path` leads from the filtered model to the account, e.g. "account" on an enrolment; "" on Account itself. The joins
    are to one row each, so no row comes twice. When nothing is found, the cause may be either side: ask
    `account_of(request)` to tell "signed out" from "no such thing".
    """
    to = f"{path}__" if path else ""
    conditions: dict[str, object] = {
        f"{to}id": claim.account_id,
        f"{to}epoch": claim.epoch,
        f"{to}is_active": True,
        f"{to}sign_ins__id": claim.sign_in_id,
        f"{to}sign_ins__ended_at__isnull": True,
        f"{to}sign_ins__expires_at__gt": now,
    }
    return Q(**conditions)


def load_account(claim: SessionClaim, *, now: dt.datetime) -> Account | None:
    """The account whose sign-in this is, None when it has ended, expired or been disabled. 1 query."""
    return Account.objects.filter(live_sign_in(claim, now)).first()


def claim_for(sign_in: SignIn, account: Account) -> SessionClaim:
    """What a cookie will say of a new sign-in."""
    return SessionClaim(sign_in.pk, account.pk, account.epoch)


def write_claim(claim: SessionClaim) -> str:
    """The cookie's value."""
    return signing.Signer(salt=SALT).sign(f"{claim.sign_in_id.hex}.{claim.account_id}.{claim.epoch}")


def read_claim(cookie: str) -> SessionClaim | None:
    """The claim of a cookie's value; None for whatever we did not sign."""
    if not cookie or len(cookie) > MAX_COOKIE_LENGTH:
        return None
    try:
        value = signing.Signer(salt=SALT).unsign(cookie)
    except (signing.BadSignature, UnicodeError):
        return None
    match = CLAIM.fullmatch(value)
    return SessionClaim(uuid.UUID(hex=match[1]), int(match[2]), int(match[3])) if match else None


def cookie_name() -> str:
    """Over https the name itself makes browsers refuse a cookie set by another host or without Secure."""
    return f"{settings.COOKIE_PREFIX}cordee_session"


def is_https() -> bool:
    """The prefix is there exactly when the site's own address is https."""
    return bool(settings.COOKIE_PREFIX)


def set_session(response: HttpResponse, claim: SessionClaim) -> None:
    """Give the browser its session."""
    response.set_cookie(
        cookie_name(),
        write_claim(claim),
        max_age=int(LIFETIME.total_seconds()),
        path="/",
        secure=is_https(),
        httponly=True,
        samesite="Lax",
    )


def clear_session(response: HttpResponse) -> None:
    """Take the session from the browser (the row must be ended too: a copy of the cookie may exist)."""
    response.set_cookie(cookie_name(), "", max_age=0, path="/", secure=is_https(), httponly=True, samesite="Lax")


@cache
def _with_account(request_class: Hashable) -> type[HttpRequest]:
    base = cast("type[HttpRequest]", request_class)
    return type(base.__name__, (base,), {"account": property(account_of)})
