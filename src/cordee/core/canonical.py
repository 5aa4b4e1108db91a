"""One way to write a JSON value as bytes, and the hash of it."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any, NoReturn

from cordee.core.errors import N_, InputRefused

NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")  # as JSON writes it; \\\\u0000 is a backslash before four digits


def canonical_json(value: Any) -> bytes:
    """UTF-8, sorted keys, no spaces, no NaN: the same value always gives the same bytes.

    Raises `InputRefused` for a text with U+0000 or half a sign in it, which PostgreSQL does not keep.
    """
    try:
        text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()
    except UnicodeEncodeError:
        _refuse_signs()
    if b"\\u0000" in text and NUL.search(text):
        _refuse_signs()
    return text


def content_hash(value: Any) -> str:
    """SHA-256 of the canonical JSON, 64 hex digits."""
    return hashlib.sha256(canonical_json(value)).hexdigest()


def _refuse_signs() -> NoReturn:
    raise InputRefused(
        N_(
            "A text of the course holds the sign U+0000 or half a sign (such as \\ud800), most often in a JSON file"
            " such as policy.json. Remove it there, then export again."
        )
    )
