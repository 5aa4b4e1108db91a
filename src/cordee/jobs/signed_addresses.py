"""How does a letter carry a link that only its reader has?

A letter is a row, and waits in the database: a link in it could be used by whoever reads that row. So the row holds the
link without its signature, which is put in when the letter leaves, made with the site's key, which is in no row.
"""

from __future__ import annotations

import re
from typing import Final
from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer

from cordee.core.errors import N_, NotFound

UNSIGNED: Final = "https://signed.invalid/"  # RFC 2606: nobody can own it
FOUND: Final = re.compile(re.escape(UNSIGNED) + r"([a-z][a-z-]*)/([0-9a-f]{32})")
LONGEST: Final = 200


def to_be_signed(door: str, number: UUID) -> str:
    """The address to write into a letter's words: the page `door` of this site, about the row `number`."""
    return f"{UNSIGNED}{door}/{number.hex}"


def signed(words: str) -> str:
    """The words with each such address as its reader needs it, e.g. https://learn.example.org/password/…

    Always under the configured address of the site, whatever a request called it.
    """
    return FOUND.sub(lambda found: f"{settings.CORDEE.url}{path_of(found[1], UUID(hex=found[2]))}", words)


def path_of(door: str, number: UUID) -> str:
    """E.g. /password/0123….abcd"""
    return f"/{door}/{_signer(door).sign(number.hex)}"


def read_signed(door: str, token: str) -> UUID:
    """The row that the last part of such an address is about. Raises NotFound for one that we did not sign."""
    try:
        if len(token) > LONGEST:
            raise BadSignature
        return UUID(hex=_signer(door).unsign(token))
    except (BadSignature, ValueError):
        raise NotFound(
            N_("This link is not whole. Copy it from the letter again, from its first sign to its last.")
        ) from None


def _signer(door: str) -> Signer:
    """A link of one door opens no other."""
    return Signer(salt=f"cordee.signed-address.{door}", sep=".")
