"""What does the letter say that asks somebody into a team, and the one that tells them of a role they were given?"""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext, override

from cordee.jobs.writing_letters import NO_MORE, Addressee, Words, letters_leave, write_letters
from cordee.people.models import Account, Role, RoleGrant, TeamInvitation


def write_to_invited(invitation: TeamInvitation, *, place_name: str, by_name: str, now: dt.datetime) -> bool:
    """The letter, in the transaction of the fact; False where this site sends none. 4 queries."""
    account = invitation.account
    with override(account.language):
        role = str(Role(invitation.role).label)
        asks = gettext("{name} asks you into the team of “{place}” as {role}.").format(
            name=by_name, place=place_name, role=role
        )
        answer = gettext("Say yes or no on your page:")
        why = gettext("You get this letter because you learn there. Nobody reads replies to it.")
    url = f"{settings.CORDEE.url}{reverse('groups')}"
    key = f"team {invitation.pk}"
    return _write(account, key=key, lines=(asks, answer), url=url, why=why, names=(by_name, place_name), now=now)


def write_to_named(grant: RoleGrant, *, place_name: str, by_name: str, now: dt.datetime) -> bool:
    """That they have a role now, once for each time it is given; False where this site sends no letters. 4 queries."""
    account = grant.account
    with override(account.language):
        role = str(Role(grant.role).label)
        gave = gettext("{name} gave you a role in “{place}”: {role}.").format(name=by_name, place=place_name, role=role)
        where = gettext("What you may do there stands in your menu once you have signed in:")
        why = gettext("You get this letter because the role is yours. Nobody reads replies to it.")
    url = f"{settings.CORDEE.url}{reverse('mine')}"
    key = f"role {grant.pk}"
    return _write(account, key=key, lines=(gave, where), url=url, why=why, names=(by_name, place_name), now=now)


def _write(
    account: Account, *, key: str, lines: tuple[str, str], url: str, why: str, names: tuple[str, str], now: dt.datetime
) -> bool:
    """`names`: of who writes, of the place."""
    if not letters_leave():
        return False
    with override(account.language):
        no_more_words = gettext("No more such letters:")
        html = render_to_string(
            "learning/cohorts/invitation_mail.html",
            {
                "language": account.language,
                "subject": lines[0],
                "lines": lines,
                "url": url,
                "after": (),
                "why": why,
                "no_more": NO_MORE,
                "no_more_words": no_more_words,
            },
        )
    text = f"{lines[0]}\n\n{lines[1]}\n\n{url}\n\n-- \n{why}\n{no_more_words}\n{NO_MORE}\n"
    by_name, place_name = names
    write_letters(
        key=key,
        topic="team",
        sender=by_name,
        words={account.language: Words(lines[0][:200], text, html, place_name)},
        addressees=[Addressee(account.pseudonym, account.email, account.language)],
        now=now,
    )
    return True
