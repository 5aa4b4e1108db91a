"""May the holder of this link read this file today?

A link says which file, under which name and as which type, and the day until whose morrow it is good; the signature
binds all four. So the process that serves files needs no account, no cookie and no database. Every link made on one
day is the same, so that browsers keep the file.

    /f/<day>/<signature>/<type>/<sha256>/<name>[?save]
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import hashlib
import hmac
import re
from dataclasses import dataclass
from urllib.parse import quote, unquote

from cordee.core.storage import SHA256

LINK = re.compile(r"/f/([^/]+)/([^/]+)/([^/]+)/([^/]+)/([^/]+)")
CONTENT_TYPE = re.compile(r"[a-z0-9.+-]+/[a-z0-9.+-]+(; ?charset=[a-z0-9-]+)?", re.ASCII)
LONGEST_NAME_BYTES = 200
LONGEST_ENDING = 12  # letters after the last dot: more is no ending
SIGNATURE_BYTES = 20
SAVE = "save"  # asks for a file to be saved; grants nothing, so it is not signed


@dataclass(frozen=True, slots=True)
class SignedFile:
    """What a good link grants."""

    sha256: str
    name: str  # shown when saved, e.g. "schéma.svg"
    content_type: str  # e.g. "image/svg+xml"


def sign_file(key: bytes, *, sha256: str, name: str, content_type: str, day: dt.date) -> str:
    """The path of a link good on `day` and the next one. Put the content origin before it.

    `name` is trimmed to something that every system can save. Raises ValueError on a hash or a type that is none.
    """
    if not SHA256.fullmatch(sha256):
        raise ValueError(f"{sha256!r} is no SHA-256")
    if not CONTENT_TYPE.fullmatch(content_type):
        raise ValueError(f"{content_type!r} is no content type")
    name = safe_name(name)
    file = SignedFile(sha256, name, content_type)
    stamp = day.strftime("%Y%m%d")
    type_ = base64.urlsafe_b64encode(content_type.encode()).decode().rstrip("=")
    return f"/f/{stamp}/{_signature(key, file, stamp)}/{type_}/{sha256}/{quote(name, safe='')}"


def to_be_saved(address: str) -> str:
    """The same file, sent to be saved instead of shown. (Browsers ignore `download` on a link to another origin.)"""
    return f"{address}?{SAVE}"


def verify_file(key: bytes, path: str, *, today: dt.date) -> SignedFile | None:
    """What the link grants, None when it was not made by us or its day is over. `path` is as the browser sent it."""
    parts = LINK.fullmatch(path)
    if parts is None:
        return None
    stamp, signature, type_, sha256, quoted = parts.groups()
    try:
        content_type = base64.urlsafe_b64decode(type_ + "=" * (-len(type_) % 4)).decode("ascii")
        file = SignedFile(sha256, unquote(quoted, errors="strict"), content_type)
        right = _signature(key, file, stamp)
    except (ValueError, binascii.Error, UnicodeError):
        return None
    if not hmac.compare_digest(signature.encode(), right.encode()):
        return None
    good = {today, today - dt.timedelta(days=1), today + dt.timedelta(days=1)}  # the two clocks may straddle midnight
    return file if stamp in {day.strftime("%Y%m%d") for day in good} else None


def safe_name(name: str) -> str:
    """The last part of `name` without what a system or a header cannot hold; "file" when nothing is left."""
    last = re.split(r"[/\\]", name)[-1]
    kept = "".join(letter for letter in last if letter.isprintable() and letter not in '"<>:|?*')
    kept = kept.strip(" .")
    while len(kept.encode("utf-8", "ignore")) > LONGEST_NAME_BYTES:
        stem, dot, ending = kept.rpartition(".")
        kept = f"{stem[:-1]}{dot}{ending}" if stem and len(ending) < LONGEST_ENDING else kept[:-1]
    return kept.encode("utf-8", "ignore").decode() or "file"


def _signature(key: bytes, file: SignedFile, stamp: str) -> str:
    message = "\0".join(["file", stamp, file.sha256, file.content_type, file.name]).encode()
    digest = hmac.digest(key, message, hashlib.sha256)[:SIGNATURE_BYTES]
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
