"""How does somebody get another address, and how do they get the old one back when it was not them?"""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction

from cordee.core.errors import N_, Conflict, InputRefused
from cordee.jobs.writing_letters import letters_leave
from cordee.people.by_letter import wording
from cordee.people.by_letter.joining import set_password
from cordee.people.by_letter.links import address_in_letter, end_links, make_link, use_link
from cordee.people.emails import email_key, read_email
from cordee.people.models import Account, MailedLink
from cordee.people.queries import account_by_email
from cordee.people.throttling import take_letter


def ask_for_address(*, account: Account, email: str, address: str, now: dt.datetime) -> None:
    """A letter to the new mailbox: with a link that takes it, or that says that it has an account of its own.

    The answer on the page is the same for both. The caller has asked for the password. About 10 statements. Raises
    `EmailRefused`, `InputRefused` (it is the present one), `TooMany`, Conflict (no letters).
    """
    new = read_email(email)
    key = email_key(new)
    if new == account.email:
        raise InputRefused(N_("This is your address already. Type another one."))
    if not take_letter(email_key=key, address=address, now=now):
        return
    with transaction.atomic():
        other = account_by_email(new)
        taken = other is not None and other.pk != account.pk
        end_links(account, MailedLink.ADDRESS, now=now)
        link = make_link(MailedLink.ADDRESS, account=account, address=new, now=now)
        if taken and other is not None:
            use_link(link, now=now)
            wording.write(wording.address_is_taken(""), to=other.email, language=other.language, account=other, now=now)
        else:
            said = wording.new_address(address_in_letter(link))
            wording.write(said, to=new, language=account.language, account=account, key=str(link.pk), now=now)


def change_address(*, link: MailedLink, now: dt.datetime) -> Account:
    """Take the link's address; the old one is told, with a way back. About 10 statements. Raises LinkDead, Conflict."""
    account = _account_of(link)
    old = account.email
    with transaction.atomic():
        use_link(link, now=now)
        _set_address(account, link.address, now=now)
        end_links(account, MailedLink.PASSWORD, MailedLink.CONFIRM, now=now)  # those went to the old one
        back = make_link(MailedLink.TAKE_BACK, account=account, address=old, now=now)
        if letters_leave():
            said = wording.address_changed(address_in_letter(back))
            wording.write(said, to=old, language=account.language, account=account, key=str(back.pk), now=now)
    return account


def take_back(*, link: MailedLink, now: dt.datetime) -> MailedLink:
    """The old address counts again, everybody is signed out, the password of whoever changed it opens nothing.

    A link to choose another password, for the page to go on to: whoever took back reads the mailbox. About 12
    statements. Raises LinkDead, Conflict (somebody else has the address meanwhile).
    """
    account = _account_of(link)
    with transaction.atomic():
        use_link(link, now=now)
        _set_address(account, link.address, now=now)
        set_password(account, make_password(None), now=now)
        end_links(account, MailedLink.PASSWORD, MailedLink.ADDRESS, MailedLink.CONFIRM, now=now)
        # What was changed after it was changed on the way; of two links the older one is the owner's
        MailedLink.objects.filter(
            account=account, door=MailedLink.TAKE_BACK, used_at__isnull=True, made_at__gte=link.made_at
        ).update(used_at=now)
        return make_link(MailedLink.PASSWORD, account=account, address=link.address, now=now)


def ask_to_confirm(*, account: Account, address: str, now: dt.datetime) -> None:
    """A letter to the account's own mailbox, to confirm it. About 10 statements. Raises `TooMany`, Conflict."""
    if account.confirmed_at is not None or not take_letter(email_key=account.email_key, address=address, now=now):
        return
    with transaction.atomic():
        link = make_link(MailedLink.CONFIRM, account=account, address=account.email, now=now)
        said = wording.to_confirm(address_in_letter(link))
        wording.write(said, to=account.email, language=account.language, account=account, key=str(link.pk), now=now)


def confirm_address(*, link: MailedLink, now: dt.datetime) -> Account:
    """The owner of the address has answered from it. 2 statements. Raises LinkDead."""
    account = _account_of(link)
    with transaction.atomic():
        use_link(link, now=now)
        account.confirmed_at = now
        account.save(update_fields=["confirmed_at"])
    return account


def _set_address(account: Account, email: str, *, now: dt.datetime) -> None:
    account.email, account.email_key, account.confirmed_at = email, email_key(email), now
    try:
        with transaction.atomic():
            account.save(update_fields=["email", "email_key", "confirmed_at"])
    except IntegrityError:
        raise Conflict(
            N_("This address has an account of its own now. Write to those who run the site if both are yours.")
        ) from None


def _account_of(link: MailedLink) -> Account:
    if link.account is None:
        raise ValueError(f"a link of {link.door} is one of an account")
    return link.account
