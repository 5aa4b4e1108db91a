"""How does somebody who gets letters say that they want no more, and that they do again?

The address is signed and says whom and what it is about, so that it works for who is signed out, for ever, and even
once the letter is forgotten. To open it changes nothing: programs that look for dangers open every link of a letter.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.urls import reverse

from cordee.core.errors import N_, NotFound
from cordee.jobs.models import NoLetters

ALL = ""  # the topic of all that others write
SALT = "cordee.no-letters"


@dataclass(frozen=True, slots=True)
class Wish:
    """Whose, and what it is about."""

    person: UUID
    topic: str
    about: str  # in words


def address_to_say_no(person: UUID, topic: str, about: str) -> str:
    """E.g. https://learn.example.org/no-letters/…"""
    token = Signer(salt=SALT).sign_object([person.hex, topic, about], compress=True)
    return f"{settings.CORDEE.url}{reverse('no-letters', args=[token])}"


def read_wish(token: str) -> Wish:
    """What an address says. Raises NotFound for one that we did not make."""
    try:
        person, topic, about = Signer(salt=SALT).unsign_object(token)
        return Wish(UUID(hex=person), str(topic), str(about))
    except (BadSignature, ValueError, TypeError):
        raise NotFound(
            N_("This link is not whole. Copy it from the letter again, from its first sign to its last.")
        ) from None


def say_no(*, wish: Wish, everything: bool, now: dt.datetime) -> None:
    """No more letters of the topic, or none at all. Again is like once. 2 queries."""
    topic = ALL if everything else wish.topic
    NoLetters.objects.get_or_create(person=wish.person, topic=topic, defaults={"said_at": now})


def say_yes(*, wish: Wish) -> None:
    """Letters of the topic are welcome again. 1 query."""
    with transaction.atomic():
        NoLetters.objects.filter(person=wish.person, topic__in=(ALL, wish.topic)).delete()
