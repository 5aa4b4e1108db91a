"""Which code does the phone show now? Source: RFC 6238 (TOTP) on RFC 4226, 5.3 (HOTP); SHA-1, 30 s, six digits.

These three are what every program for phones takes; RFC 6238's own test vectors are in the tests. SHA-1 is no weakness
here: HMAC does not rest on what was broken of it.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import re
from typing import Final
from urllib.parse import quote, urlencode

STEP_S: Final = 30
DIGITS: Final = 6
EARLY_OR_LATE: Final = 1  # steps by which a phone's clock may differ (RFC 6238, 5.2)
TYPED: Final = re.compile(r"[0-9]{6}", re.ASCII)


def step_at(now: dt.datetime) -> int:
    """Which thirty seconds these are, counted from 1970."""
    return int(now.timestamp()) // STEP_S


def code_of(secret: bytes, step: int) -> str:
    """Six digits."""
    digest = hmac.digest(secret, step.to_bytes(8, "big"), hashlib.sha1)
    place = digest[-1] & 15
    number = int.from_bytes(digest[place : place + 4], "big") & 0x7FFFFFFF
    return str(number % 10**DIGITS).zfill(DIGITS)


def step_of(secret: bytes, typed: str, now: dt.datetime) -> int | None:
    """The step whose code this is, of the present one and its neighbours; None when it is none of them."""
    code = re.sub(r"[\s\u00a0\u202f-]", "", typed)
    if not TYPED.fullmatch(code):
        return None
    present = step_at(now)
    steps = range(max(present - EARLY_OR_LATE, 0), present + EARLY_OR_LATE + 1)
    found = [step for step in steps if hmac.compare_digest(code_of(secret, step), code)]
    return max(found, default=None)


def in_base32(secret: bytes) -> str:
    """As it is typed by hand into a phone, in groups: "GEZD GNBV GY3T QOJQ …"."""
    words = base64.b32encode(secret).decode().rstrip("=")
    return " ".join(words[start : start + 4] for start in range(0, len(words), 4))


def address_for(secret: bytes, *, site: str, email: str) -> str:
    """What a QR code tells the phone's program. Source: Google Authenticator's "Key Uri Format"."""
    label = quote(f"{site}:{email}", safe="@:")
    query = urlencode({"secret": in_base32(secret).replace(" ", ""), "issuer": site}, quote_via=quote)
    return f"otpauth://totp/{label}?{query}"
