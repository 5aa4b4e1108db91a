"""Accounts and signed-in browsers for the tests of every room."""

from __future__ import annotations

import datetime as dt
from itertools import count

from django.conf import settings
from django.test import Client

from cordee.core import clock
from cordee.people.models import Account
from cordee.people.sessions import SessionClaim, cookie_name, write_claim
from cordee.people.signing_in import begin_session
from cordee.people.signing_up import make_account as act_make_account

PASSWORD = "quatre mains sur la corde"  # noqa: S105 - of accounts that live for one test
_numbers = count(1)


def make_account(
    *,
    email: str = "",
    name: str = "Awa Diallo",
    password: str | None = None,
    language: str = "en",
    time_zone: str = "Europe/Paris",
    now: dt.datetime | None = None,
) -> Account:
    """An account with an address of its own, without password unless one is given (hashing takes 23 ms)."""
    return act_make_account(
        email=email or f"awa{next(_numbers)}@example.org",
        name=name,
        password=password,
        language=language,
        time_zone=time_zone,
        now=now or clock.now(),
    )


def make_session(account: Account, *, now: dt.datetime | None = None) -> SessionClaim:
    """A session of the account, as a sign-in would begin it."""
    return begin_session(account=account, agent="", now=now or clock.now())


def signed_in_client(account: Account, *, now: dt.datetime | None = None) -> Client:
    """A browser in which the account is signed in."""
    client = Client()
    give_session(client, make_session(account, now=now))
    return client


def give_session(client: Client, claim: SessionClaim) -> None:
    """Put a session's cookie in a browser."""
    client.cookies[cookie_name()] = write_claim(claim)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
