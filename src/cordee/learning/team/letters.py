"""What does the letter say that asks somebody into a team?"""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext, override

from cordee.jobs.writing_letters import NO_MORE, Addressee, Words, letters_leave, write_letters
from cordee.people.models import Role, TeamInvitation


def write_to_invited(invitation: TeamInvitation, *, place_name: str, by_name: str, now: dt.datetime) -> bool:
    """The letter, in the transaction of the fact; False where this site sends none. 4 queries."""
    if not letters_leave():
        return False
    account = invitation.account
    url = f"{settings.CORDEE.url}{reverse('groups')}"
    with override(account.language):
        role = str(Role(invitation.role).label)
        asks = gettext("{name} asks you into the team of “{place}” as {role}.").format(
            name=by_name, place=place_name, role=role
        )
        answer = gettext("Say yes or no on your page:")
        why = gettext("You get this letter because you learn there. Nobody reads replies to it.")
        no_more_words = gettext("No more such letters:")
        html = render_to_string(
            "learning/cohorts/invitation_mail.html",
            {
                "language": account.language,
                "subject": asks,
                "lines": (asks, answer),
                "url": url,
                "after": (),
                "why": why,
                "no_more": NO_MORE,
                "no_more_words": no_more_words,
            },
        )
    text = f"{asks}\n\n{answer}\n\n{url}\n\n-- \n{why}\n{no_more_words}\n{NO_MORE}\n"
    write_letters(
        key=f"team {invitation.pk}",
        topic="team",
        sender=by_name,
        words={account.language: Words(asks[:200], text, html, place_name)},
        addressees=[Addressee(account.pseudonym, account.email, account.language)],
        now=now,
    )
    return True
