"""What do we share with somebody's phone, when no row may hold it?

A row holds a random number; the secret is made of it and of the site's key, which lies in a file. Whoever reads the
database, or a copy of it, can make no code. A site that loses its key loses the phones, not the codes on paper: their
digests need no key, and each has 80 random bits, so that a plain digest is enough.
"""

from __future__ import annotations

import hashlib
import re
import secrets as random
from typing import Final

from django.utils.crypto import salted_hmac

from cordee.core.codes import with_check_symbol
from cordee.people.models import Account

SECRET_BYTES: Final = 20  # RFC 4226, 4, R6
NONCE: Final = re.compile(r"[0-9a-f]{32}", re.ASCII)
HOW_MANY: Final = 10
HARD_TO_SAY: Final = "*~$=U"  # check symbols that get lost on paper


def new_nonce() -> str:
    return random.token_hex(16)


def secret_of(account: Account, nonce: str) -> bytes:
    """20 bytes."""
    return salted_hmac("cordee.people.second_factor", f"{account.pseudonym}|{nonce}", algorithm="sha256").digest()[
        :SECRET_BYTES
    ]


def recovery_codes(account: Account, nonce: str) -> list[str]:
    """Ten codes of 17 symbols. The same form sent twice gives the same ones, so that what is on the paper holds."""
    found: list[str] = []
    number = 0
    while len(found) < HOW_MANY:
        words = f"{account.pseudonym}|{nonce}|{number}"
        digest = salted_hmac("cordee.people.recovery_codes", words, algorithm="sha256").digest()
        code = with_check_symbol(int.from_bytes(digest[:10], "big"))
        if code[-1] not in HARD_TO_SAY:
            found.append(code)
        number += 1
    return found


def digest_of(account: Account, code: str) -> str:
    """What is kept of a recovery code: hex, bound to its account."""
    return hashlib.sha256(f"cordee recovery code|{account.pseudonym}|{code}".encode()).hexdigest()
