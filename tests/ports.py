"""Which ports may a server of a test take?

Those that the system gives to outgoing connections are no good: between the moment when a free one is found and the
moment when the server listens on it (ten seconds, where a demo is loaded first), any connection of any test may be
given it. So these lie below that range, and whoever asks starts at a place of their own.
"""

from __future__ import annotations

import contextlib
import os
import random
import socket

FIRST, LAST = 10_000, 29_999  # Linux gives 32768 and up to connections, others 49152 and up
_places = random.Random(os.getpid() * 1_000_003 + os.getppid())  # noqa: S311 - only to keep processes apart
_given: set[int] = set()


def free_ports(count: int = 1) -> int:
    """The first of `count` neighbouring ports of this machine that nobody listens on; each is given once a process."""
    for _ in range(1_000):
        first = _places.randint(FIRST, LAST - count)
        ports = range(first, first + count)
        if _given.isdisjoint(ports) and all(map(_is_free, ports)):
            _given.update(ports)
            return first
    raise RuntimeError(f"no {count} neighbouring ports between {FIRST} and {LAST} are free")


def _is_free(port: int) -> bool:
    with contextlib.closing(socket.socket()) as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
