"""How does a site know that a minor's parent agreed, and why can nobody become older by typing another year?

A year is asked once there is a mailbox behind it, of who makes their own account or is the first to have its password.
Each year said is a row that stays, and the youngest counts: a false year is put right upwards at once, and downwards by
nobody but those who run the site, which leaves a line in the audit. Until a parent agrees, `Account.waits_for_parent`
closes all but the public pages and the person's own account (`permissions.must_wait`).
"""

from __future__ import annotations

import datetime as dt
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext, override

from cordee.core.errors import N_, Conflict, InputRefused
from cordee.people.auditing import note_act
from cordee.people.by_letter import wording
from cordee.people.by_letter.links import address_in_letter, end_links, make_link, use_link
from cordee.people.emails import email_key, read_email
from cordee.people.models import Account, AgeStatement, ErasureRequest, MailedLink, ParentAgreement
from cordee.people.throttling import take_letter

MOST_STATEMENTS = 20  # more typed years than that are nobody's own


def is_asked() -> bool:
    """Whether this site asks for an age at all. No query."""
    return settings.CORDEE.age_of_consent.age > 0


def say_year(*, account: Account, year: int, now: dt.datetime) -> None:
    """Note a year of birth. Whoever may be too young by any year said waits for a parent from now on. 3–4 statements.

    `account.waits_for_parent` says afterwards what holds.
    """
    with transaction.atomic():
        Account.objects.select_for_update().get(pk=account.pk)
        said = years_said(account)
        if year not in said and len(said) < MOST_STATEMENTS:
            AgeStatement.objects.create(account=account, year=year, said_at=now)
        _settle(account, max([*said, year]), now)


def put_year_right(*, account: Account, year: int, by: Account | None, now: dt.datetime) -> None:
    """Whoever runs the site has looked at a paper: this year counts, whatever was typed. Audited. 6 statements."""
    with transaction.atomic():
        Account.objects.select_for_update().get(pk=account.pk)
        AgeStatement.objects.create(account=account, year=year, said_at=now, by_team=True)
        note_act(account=by, act="account.help", place="", people=1, about=f"year of birth {year}", now=now)
        _settle(account, year, now)


def years_said(account: Account) -> list[int]:
    """The years that count, in the order in which they were said: since the team last put it right. 1 query."""
    found: list[int] = []
    for row in AgeStatement.objects.filter(account=account).order_by("said_at", "pk"):
        found = [row.year] if row.by_team else [*found, row.year]
    return found


def ask_parent(*, account: Account, parent: str, address: str, now: dt.datetime) -> None:
    """A letter to the parent with a link to answer. About 10 statements.

    Raises `EmailRefused`, InputRefused (one's own address), `TooMany`, Conflict (nobody waits, or no letters leave).
    """
    if not account.waits_for_parent:
        raise Conflict(N_("Your account does not wait for anybody. Go on."))
    to = read_email(parent)
    if email_key(to) == account.email_key:
        raise InputRefused(N_("This is your own address. Type the one of your parent."))
    if not take_letter(email_key=email_key(to), address=address, now=now):
        return
    with transaction.atomic():
        end_links(account, MailedLink.AGREEMENT, now=now)
        link = make_link(MailedLink.AGREEMENT, account=account, address=to, now=now)
        said = wording.parent_is_asked(address_in_letter(link))
        wording.write(said, to=to, language=account.language, account=None, key=str(link.pk), now=now)


def parent_asked(account: Account, *, now: dt.datetime) -> str:
    """The parent's address whose answer is awaited; "" for none. 1 query."""
    alive = MailedLink.objects.filter(
        account=account, door=MailedLink.AGREEMENT, used_at__isnull=True, expires_at__gt=now
    )
    return alive.order_by("-made_at").values_list("address", flat=True).first() or ""


def agree(*, link: MailedLink, now: dt.datetime) -> None:
    """The parent agrees: the account is open, and what they read is kept as proof. About 10 statements.

    Raises LinkDead.
    """
    account = _account_of(link)
    with transaction.atomic():
        use_link(link, now=now)
        ParentAgreement.objects.update_or_create(
            account=account,
            defaults={
                "address": link.address,
                "country": settings.CORDEE.age_of_consent.country,
                "words": words_read(account),
                "agreed_at": now,
            },
        )
        account.waits_for_parent = False
        account.save(update_fields=["waits_for_parent"])
        ErasureRequest.objects.filter(account=account, because="no_parent").delete()
        wording.tell(wording.parent_agreed(), account=account, now=now)


def refuse(*, link: MailedLink, now: dt.datetime) -> None:
    """The parent says no: the account goes on waiting, and the young person is told. 6 statements. Raises LinkDead."""
    account = _account_of(link)
    with transaction.atomic():
        use_link(link, now=now)
        wording.tell(wording.parent_refused(), account=account, now=now)


def words_read(account: Account) -> str:
    """What the page asks a parent to agree to, in the language of the account."""
    with override(account.language):
        return gettext(
            "I am a parent, or I hold parental authority. I agree that {name} has an account on {site}: it keeps the"
            " name, the email address, the year of birth, and what is learned there, to run the courses."
        ).format(name=account.name, site=urlsplit(settings.CORDEE.url).netloc)


def _settle(account: Account, year: int, now: dt.datetime) -> None:
    this_year = now.astimezone(ZoneInfo(settings.CORDEE.time_zone)).year
    too_young = settings.CORDEE.age_of_consent.covers(year, this_year=this_year)
    waits = too_young and not ParentAgreement.objects.filter(account=account).exists()
    if waits != account.waits_for_parent:
        account.waits_for_parent = waits
        account.save(update_fields=["waits_for_parent"])


def _account_of(link: MailedLink) -> Account:
    if link.account is None:
        raise ValueError("a link to agree is one of an account")
    return link.account
