"""How does an account come to be?"""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction

from cordee.core.errors import N_, Conflict
from cordee.people.changing_account import read_language, read_time_zone
from cordee.people.emails import email_key, read_email
from cordee.people.minors.agreeing import say_year
from cordee.people.models import Account
from cordee.people.names import read_name
from cordee.people.passwords import read_new_password
from cordee.people.throttling import take_sign_up


class EmailTaken(Conflict):
    """An account has this address already. Never told to the public: `sign_up` keeps it."""


def sign_up(
    *,
    email: str,
    password: str,
    name: str,
    language: str,
    time_zone: str,
    address: str,
    now: dt.datetime,
    year: int = 0,
) -> None:
    """A stranger asks for an account of a site that sends no letters; where letters leave, see `by_letter.joining`.

    Says nothing of whether the address had one already: the one answer that neither leaks nor breaks is the same for
    both, go to the sign-in page. A new address now has an account, which nobody has confirmed; one that had an account
    keeps it, password and all. The password is hashed in both cases, so both take the same time. (Who then signs in
    with that password learns which it was, and has made an account by it: only a letter can close that.)
    `year` of birth: 0 where no age is asked.

    Raises `EmailRefused`, `NameRefused`, `PasswordRefused`, `InputRefused` (language, zone), `TooMany`.
    """
    wanted = {
        "email": read_email(email),
        "name": read_name(name),
        "password": read_new_password(password, email=email, name=name),
        "language": read_language(language),
        "time_zone": read_time_zone(time_zone),
    }
    take_sign_up(address=address, now=now)
    try:
        account = _insert(**wanted, confirmed=False, now=now)
    except EmailTaken:
        return
    if year:
        say_year(account=account, year=year, now=now)


def make_account(
    *, email: str, name: str, language: str, time_zone: str, now: dt.datetime, password: str | None = None
) -> Account:
    """An account made by the operator or an import; without a password nobody can sign in to it by one yet.

    Its address counts as confirmed: whoever makes it answers for that.
    Raises `EmailTaken`, `EmailRefused`, `NameRefused`, `PasswordRefused`, `InputRefused` (language, zone). 1 statement.
    """
    return _insert(
        email=read_email(email),
        name=read_name(name),
        password=None if password is None else read_new_password(password, email=email, name=name),
        language=read_language(language),
        time_zone=read_time_zone(time_zone),
        confirmed=True,
        now=now,
    )


def _insert(
    *,
    email: str,
    name: str,
    password: str | None,
    language: str,
    time_zone: str,
    confirmed: bool,
    now: dt.datetime,
) -> Account:
    account = Account(
        email=email,
        email_key=email_key(email),
        name=name,
        password=make_password(password),
        language=language,
        time_zone=time_zone,
        created_at=now,
        confirmed_at=now if confirmed else None,
    )
    try:
        with transaction.atomic():
            account.save(force_insert=True)
    except IntegrityError:
        if Account.objects.filter(email_key=account.email_key).exists():
            raise EmailTaken(
                N_("{email} already has an account. Use it, or choose another address."), email=email
            ) from None
        raise
    return account
