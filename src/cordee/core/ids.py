"""Identifiers of RFC 9562: version 7 sorts by the time it was made, version 8 is derived from a digest."""

from __future__ import annotations

import os
import threading
import time
import uuid

_one_at_a_time = threading.Lock()
_last = [0]  # milliseconds and fraction of the newest id of this process


def uuid7() -> uuid.UUID:
    """48 bits of Unix milliseconds, 12 of their fraction, 62 random ones (section 6.2, method 3).

    Of one process each is greater than the one before: what happened in this order is read in this order.
    """
    return uuid7s(1)[0]


def uuid7s(count: int) -> list[uuid.UUID]:
    """So many of them at once, each greater than the one before."""
    milliseconds, nanoseconds = divmod(time.time_ns(), 1_000_000)
    with _one_at_a_time:
        first = max((milliseconds << 12) | (nanoseconds * 4096 // 1_000_000), _last[0] + 1)
        _last[0] = first + count - 1
    random = os.urandom(8 * count)
    return [
        _marked(
            (moment >> 12 << 80) | (moment & 0xFFF) << 64 | int.from_bytes(random[8 * rank : 8 * rank + 8], "big"),
            version=7,
        )
        for rank, moment in enumerate(range(first, first + count))
    ]


def uuid8(digest: bytes) -> uuid.UUID:
    """An identifier of our own making (section 5.8): 122 bits of a digest of at least 16 bytes."""
    return _marked(int.from_bytes(digest[:16], "big"), version=8)


def _marked(value: int, *, version: int) -> uuid.UUID:
    """The bits that say version and variant; Python 3.11 knows no version above 5."""
    value = (value & ~(0xF << 76)) | (version << 76)
    value = (value & ~(0x3 << 62)) | (0x2 << 62)
    return uuid.UUID(int=value)
