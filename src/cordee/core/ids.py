"""Identifiers of RFC 9562: version 7 sorts by the time it was made, version 8 is derived from a digest."""

from __future__ import annotations

import os
import time
import uuid


def uuid7() -> uuid.UUID:
    """48 bits of Unix milliseconds, then 74 random bits (section 5.7)."""
    milliseconds = time.time_ns() // 1_000_000
    return _marked((milliseconds << 80) | int.from_bytes(os.urandom(10), "big"), version=7)


def uuid8(digest: bytes) -> uuid.UUID:
    """An identifier of our own making (section 5.8): 122 bits of a digest of at least 16 bytes."""
    return _marked(int.from_bytes(digest[:16], "big"), version=8)


def _marked(value: int, *, version: int) -> uuid.UUID:
    """The bits that say version and variant; Python 3.11 knows no version above 5."""
    value = (value & ~(0xF << 76)) | (version << 76)
    value = (value & ~(0x3 << 62)) | (0x2 << 62)
    return uuid.UUID(int=value)
