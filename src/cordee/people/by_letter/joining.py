"""How does a stranger get an account? They ask with an address; the letter's link makes the account.

So an account is made by who reads the mailbox, nobody's address is held by who only typed it, and the public answer is
the same for every address: the letter alone tells its owner what is behind it. Known or not, the same statements run
and nothing is hashed, so the time tells nothing either.
"""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.hashers import make_password
from django.db import transaction

from cordee.core.errors import N_, Conflict
from cordee.people.by_letter import wording
from cordee.people.by_letter.links import address_in_letter, make_link, use_link
from cordee.people.confirming import confirm
from cordee.people.emails import email_key, read_email
from cordee.people.feeding_calendars import end_link
from cordee.people.models import Account, MailedLink
from cordee.people.names import read_name
from cordee.people.passwords import read_new_password
from cordee.people.queries import account_by_email
from cordee.people.signing_out import end_all_sessions
from cordee.people.signing_up import EmailTaken, make_account
from cordee.people.throttling import take_letter

A_MOMENT = dt.timedelta(seconds=1)  # of a link that is in no letter


def ask_for_account(*, email: str, name: str, language: str, onward: str, address: str, now: dt.datetime) -> None:
    """A letter to this mailbox: with a link that makes the account, or that says that there is one.

    `onward`: the local page to go to once it is made; `address`: from `throttling.address_of`. 3 statements, and 6 more
    unless the mailbox had many letters already. Raises `EmailRefused`, `NameRefused`, `TooMany`, Conflict (no letters).
    """
    typed = {"name": read_name(name), "onward": onward}
    _write(read_email(email), typed, wording.new_account, wording.account_is_there, language, address, now)


def ask_for_password(*, email: str, language: str, address: str, now: dt.datetime) -> None:
    """A letter to this mailbox: with a link to choose another password, or that says that there is no account.

    Costs and raises what `ask_for_account` does.
    """
    _write(read_email(email), {}, wording.nobody_here, wording.forgotten, language, address, now)


def make_account_by_link(*, link: MailedLink, name: str, password: str, time_zone: str, now: dt.datetime) -> Account:
    """The account that the link is for, its address confirmed. Raises LinkDead, NameRefused, PasswordRefused, Conflict.

    4 statements.
    """
    with transaction.atomic():
        use_link(link, now=now)
        try:
            return make_account(
                email=link.address,
                name=name,
                password=password,
                language=str(link.data["language"]),
                time_zone=time_zone,
                now=now,
            )
        except EmailTaken:  # another letter's link was faster
            raise Conflict(N_("Your account is there already. Sign in to it.")) from None


def choose_password_by_link(*, link: MailedLink, password: str, agent: str, now: dt.datetime) -> Account:
    """Another password for the account of the link, for who reads its mailbox, or its first one; every session of
    before ends.

    Raises LinkDead, PasswordRefused. 8 statements.
    """
    account = link.account
    if account is None:
        raise ValueError("a link to choose a password is one of an account")
    hashed = make_password(read_new_password(password, email=account.email, name=account.name))
    with transaction.atomic():
        use_link(link, now=now)
        is_first = awaits_first_password(account)
        calendar_ended = set_password(account, hashed, now=now)
        if email_key(link.address) == account.email_key:
            confirm(account, now=now)
        if not is_first:  # by an invitation: nothing was changed
            wording.tell(wording.password_changed(agent, calendar_ended=calendar_ended), account=account, now=now)
    return account


def awaits_first_password(account: Account) -> bool:
    """Whether the account was made by others and nobody ever had a password of it. No query."""
    return account.epoch == 0 and not account.has_usable_password()  # a password taken away has raised the epoch


def set_password(account: Account, hashed: str, *, now: dt.datetime) -> bool:
    """Keep it and end every session: the epoch rises, so even a cookie whose row was missed is dead.

    The secret address of the calendar ends, too; whether there was one. 4 statements.
    """
    locked = Account.objects.select_for_update().get(pk=account.pk)
    account.password, account.epoch = hashed, locked.epoch + 1
    account.save(update_fields=["password", "epoch"])
    end_all_sessions(account=account, now=now)
    return end_link(account=account)


def _write(
    email: str,
    typed: dict[str, str],
    to_stranger: wording.Button,
    to_owner: wording.Button,
    language: str,
    address: str,
    now: dt.datetime,
) -> None:
    if not take_letter(email_key=email_key(email), address=address, now=now):
        return
    with transaction.atomic():
        account = account_by_email(email)
        if account is None:
            said, door, lifetime = to_stranger, MailedLink.SIGN_UP, None
        elif account.is_active:
            said, door, lifetime = to_owner, MailedLink.PASSWORD, None
        else:
            said, door, lifetime = wording.closed, MailedLink.PASSWORD, A_MOMENT
        to, reads = (email, language) if account is None else (account.email, account.language)
        link = make_link(
            door, account=account, address=to, data=typed | {"language": language}, lifetime=lifetime, now=now
        )
        words = said(address_in_letter(link))
        wording.write(words, to=to, language=reads, account=account, key=str(link.pk), now=now)
