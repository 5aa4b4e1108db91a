"""Which link of a letter still works, and for whom?

A link opens one page (its `door`), once, until it expires. Opening it changes nothing, for programs that look for
dangers open every link of a letter; its form does. What lets it in is its signature, made with the site's key when the
letter leaves, so neither the rows nor a backup without its keys hold a link that works.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

from cordee.core.errors import N_, CordeeError
from cordee.jobs.signed_addresses import read_signed, to_be_signed
from cordee.people.models import Account, MailedLink

LIFETIMES: Final[Mapping[str, dt.timedelta]] = {
    MailedLink.SIGN_UP: dt.timedelta(days=3),
    MailedLink.PASSWORD: dt.timedelta(hours=2),
    MailedLink.CONFIRM: dt.timedelta(days=3),
    MailedLink.ADDRESS: dt.timedelta(days=1),
    MailedLink.TAKE_BACK: dt.timedelta(days=30),
    MailedLink.AGREEMENT: dt.timedelta(days=14),
}
INVITATION: Final = dt.timedelta(days=30)  # of PASSWORD, for who is asked to come
DEAD: Final = N_("This link has been used, or it is too old. Ask for a new letter.")
KEPT: Final = dt.timedelta(days=30)  # after a link expired


class LinkDead(CordeeError):
    """The link was used, is too old, or the password has changed since."""

    status = 410


def make_link(
    door: str,
    *,
    account: Account | None,
    address: str,
    now: dt.datetime,
    data: Mapping[str, Any] | None = None,
    lifetime: dt.timedelta | None = None,
) -> MailedLink:
    """A link for a letter, in the transaction of what asks for it. 1 statement.

    Bound to the account's epoch, so that a new password kills it, unless it takes back what somebody else did.
    """
    return MailedLink.objects.create(
        door=door,
        account=account,
        address=address,
        epoch=None if account is None or door in {MailedLink.TAKE_BACK, MailedLink.AGREEMENT} else account.epoch,
        data=dict(data or {}),
        made_at=now,
        expires_at=now + (lifetime or LIFETIMES[door]),
    )


def invite(account: Account, *, now: dt.datetime) -> str:
    """The address to write into a letter that asks somebody to choose a password for their account. 1 statement."""
    return address_in_letter(
        make_link(MailedLink.PASSWORD, account=account, address=account.email, now=now, lifetime=INVITATION)
    )


def address_in_letter(link: MailedLink) -> str:
    """What stands for the link in a letter's words, until the letter leaves."""
    return to_be_signed(link.door, link.pk)


def find_link(door: str, token: str, *, now: dt.datetime) -> MailedLink:
    """The link with its account. 1 query. Raises NotFound (not of ours), LinkDead."""
    number = read_signed(door, token)
    link = MailedLink.objects.select_related("account").filter(pk=number, door=door).first()
    if link is None or not _is_alive(link, now):
        raise LinkDead(DEAD)
    return link


def use_link(link: MailedLink, *, now: dt.datetime) -> None:
    """Use it up, in the transaction of what it does: of fifty at once one goes on. 1 statement. Raises LinkDead."""
    alive = MailedLink.objects.filter(pk=link.pk, used_at__isnull=True, expires_at__gt=now)
    if not alive.update(used_at=now):
        raise LinkDead(DEAD)


def end_links(account: Account, *doors: str, now: dt.datetime) -> None:
    """No earlier link of these doors works any more. 1 statement."""
    MailedLink.objects.filter(account=account, door__in=doors, used_at__isnull=True).update(used_at=now)


def forget_links(*, now: dt.datetime) -> int:
    """Delete the links that ended a month ago; how many. 1 statement."""
    return MailedLink.objects.filter(expires_at__lt=now - KEPT).delete()[0]


def _is_alive(link: MailedLink, now: dt.datetime) -> bool:
    if link.used_at is not None or link.expires_at <= now:
        return False
    account = link.account
    return account is None or (account.is_active and link.epoch in {None, account.epoch})
