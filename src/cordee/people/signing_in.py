"""How does a person with a password get a session?"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX, check_password
from django.db import transaction

from cordee.core import figures
from cordee.core.errors import N_, InputRefused, TooMany
from cordee.people.devices import Device, family_of
from cordee.people.emails import EmailRefused, email_key, read_email
from cordee.people.models import Account, SignIn
from cordee.people.passwords import hashed_form
from cordee.people.sessions import LIFETIME, SessionClaim, claim_for
from cordee.people.throttling import Taken, give_back, take_try


class SignInRefused(InputRefused):
    """Wrong password, unknown address or disabled account: which one is not told."""


class CodeNeeded(Exception):
    """The password is right, and this account wants a code, too. No session has begun."""

    def __init__(self, account: Account) -> None:
        super().__init__()
        self.account = account


class OwnPasswordWrong(InputRefused):
    """The password asked again of a signed-in person is not the account's."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session: the account and what the cookie will say."""

    account: Account
    claim: SessionClaim


def sign_in(
    *,
    email: str,
    password: str,
    address: str,
    now: dt.datetime,
    device: Device | None = None,
    agent: str = "",
    replaced: SessionClaim | None = None,
) -> SignedIn:
    """Check the password and begin a session; the browser's session before it (`replaced`) is ended.

    `address` comes from `throttling.address_of`, `agent` is the User-Agent. Every refusal has hashed exactly once and
    says the same. Raises `SignInRefused`, `TooMany`, `CodeNeeded`. About 10 short statements.
    """
    account = _account_by_email(email)
    try:
        taken = _take_try(account, email, address=address, device=device, now=now)
    except TooMany:
        figures.add(figures.SIGN_INS_REFUSED)
        raise
    if not _is_right(account, password) or account is None:
        figures.add(figures.SIGN_INS_REFUSED)
        raise SignInRefused(N_("This email address and this password do not go together. Check both and try again."))
    give_back(taken, now=now)
    if account.second_factor_at is not None:
        raise CodeNeeded(account)
    return SignedIn(account, begin_session(account=account, agent=agent, replaced=replaced, now=now))


def begin_session(
    *, account: Account, agent: str, now: dt.datetime, replaced: SessionClaim | None = None
) -> SessionClaim:
    """Write one sign-in. 1 statement, 2 when it replaces another."""
    with transaction.atomic():
        if replaced is not None:
            SignIn.objects.filter(
                pk=replaced.sign_in_id, account=replaced.account_id, ended_at__isnull=True, created_at__lte=now
            ).update(ended_at=now)
        sign_in_row = SignIn.objects.create(
            account=account, device=family_of(agent), created_at=now, expires_at=now + LIFETIME
        )
    return claim_for(sign_in_row, account)


def check_own_password(
    *, account: Account, password: str, address: str, device: Device | None, now: dt.datetime
) -> None:
    """The signed-in person must show that they know the password; counted like a sign-in.

    Raises `OwnPasswordWrong`, `TooMany`.
    """
    taken = _take_try(account, account.email, address=address, device=device, now=now)
    if not _is_right(account, password):
        raise OwnPasswordWrong(N_("This is not your present password. Type it again."))
    give_back(taken, now=now)


def _account_by_email(email: str) -> Account | None:
    try:
        key = email_key(read_email(email))
    except EmailRefused:
        return None
    return Account.objects.filter(email_key=key).first()


def _take_try(account: Account | None, email: str, *, address: str, device: Device | None, now: dt.datetime) -> Taken:
    known = device is not None and account is not None and device.account_id == account.pk
    key = account.email_key if account else email_key(email[:1000])
    return take_try(email_key=key, address=address, device=device.id if device and known else "", now=now)


def _is_right(account: Account | None, password: str) -> bool:
    """Hashes once whoever is asked for, known or not, unless the password is longer than any we accept."""
    form = hashed_form(password)
    if form is None:
        return False
    if account is None or not account.is_active:
        return check_password(form, UNUSABLE_PASSWORD_PREFIX)  # always False, after one hash
    return account.check_password(form)
