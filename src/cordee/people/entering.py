"""Somebody has proved who they are: what does their browser get, and where does it go on?"""

from __future__ import annotations

import datetime as dt
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponseRedirect
from django.middleware.csrf import rotate_token
from django.urls import reverse

from cordee.people.devices import device_of, set_device
from cordee.people.models import Account
from cordee.people.permissions import grants_of, lacks_second_factor
from cordee.people.second_factor.half_way import set_half_way
from cordee.people.sessions import SessionClaim, claim_of, set_session
from cordee.people.signing_in import begin_session
from cordee.ui.language import address_in
from cordee.ui.redirects import HOME


def agent_of(request: HttpRequest) -> str:
    """The User-Agent, as much of it as is read."""
    return request.headers.get("User-Agent", "")[:1000]


def enter(request: HttpRequest, account: Account, *, onward: str, now: dt.datetime) -> HttpResponseRedirect:
    """Let in who reads the account's mailbox: begin a session, or ask for the code where signing in needs one."""
    if account.second_factor_at is not None:
        return ask_for_code(request, account, onward=onward, now=now)
    claim = begin_session(account=account, agent=agent_of(request), replaced=claim_of(request), now=now)
    return let_in(request, account, claim, onward=onward)


def ask_for_code(request: HttpRequest, account: Account, *, onward: str, now: dt.datetime) -> HttpResponseRedirect:
    """On to the page that asks for it."""
    rotate_token(request)
    response = HttpResponseRedirect(_with_next(reverse("sign-in-code"), onward))
    set_half_way(response, account, now=now)
    return response


def let_in(request: HttpRequest, account: Account, claim: SessionClaim, *, onward: str) -> HttpResponseRedirect:
    """Give the browser its session. 1 query where roles need a second factor and the account has none, else none."""
    rotate_token(request)
    if lacks_second_factor(account) and grants_of(account):
        onward = _with_next(f"{reverse('second-factor')}", onward)
    # On in the account's language: the address of a public page says one, often only what the browser had asked for.
    response = HttpResponseRedirect(address_in(account.language, onward))
    set_session(response, claim)
    set_device(response, account_id=account.pk, known=device_of(request))
    return response


def _with_next(address: str, onward: str) -> str:
    return f"{address}?{urlencode({'next': onward})}" if onward != HOME else address
