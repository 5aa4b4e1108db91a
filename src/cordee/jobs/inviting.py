"""How does a letter to thousands hold an address that is each addressee's own, and what does that address prove?

A message is one text for all who get it; where it says `OWN_LINK`, the address of the one addressee is written as the
letter leaves. That address is signed and says whom it was for, which letter it stood in, to which e-mail address the
letter went and when: who opens it reads the mail of that address. It is good for `GOOD_FOR` from then on.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse

from cordee.core.errors import N_, NotFound

OWN_LINK: Final = "https://invitation.invalid/"  # in a message's text and HTML
GOOD_FOR: Final = dt.timedelta(days=30)
SALT: Final = "cordee.invitation"


class InvitationExpired(NotFound):
    """The link was good, and is no more."""

    status = 410


@dataclass(frozen=True, slots=True)
class Invited:
    """What an address says."""

    person: UUID  # the account's pseudonym
    letter: str  # the key of the message
    address: str  # where the letter went
    sent_at: dt.datetime


def own_address(invited: Invited) -> str:
    """E.g. https://learn.example.org/invitations/…"""
    told = [invited.person.hex, invited.letter, invited.address, int(invited.sent_at.timestamp())]
    return f"{settings.CORDEE.url}{reverse('invitation', args=[Signer(salt=SALT).sign_object(told, compress=True)])}"


def read_invitation(token: str, *, now: dt.datetime) -> Invited:
    """What an address says. Raises NotFound for one that we did not make, InvitationExpired for one that is too old."""
    try:
        person, letter, address, sent = Signer(salt=SALT).unsign_object(token)
        invited = Invited(UUID(hex=person), str(letter), str(address), dt.datetime.fromtimestamp(int(sent), dt.UTC))
    except (BadSignature, ValueError, TypeError, OverflowError):
        raise NotFound(
            N_("This link is not whole. Copy it from the letter again, from its first sign to its last.")
        ) from None
    if now - invited.sent_at > GOOD_FOR:
        raise InvitationExpired(N_("This invitation is too old. Ask whoever sent it for a new one."))
    return invited
