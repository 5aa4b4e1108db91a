"""How does a process give back to the system what it took for a moment, and when does nothing look for garbage?

C's allocator keeps what was freed, for the next who asks. That is quick, and it is how a process that hashed one
password (19 MB) stays 19 MB larger for months.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
from collections.abc import Iterator


def give_back() -> None:
    """Return freed memory to the system: 20 ms for 20 MB, 0.1 ms for nothing. Does nothing where C's is not glibc."""
    with contextlib.suppress(AttributeError, OSError, TypeError):  # musl, macOS and Windows have no such function
        ctypes.CDLL(None).malloc_trim(0)


@contextlib.contextmanager
def importing() -> Iterator[None]:
    """For a block of imports, or a function that does nothing else: nothing looks for garbage meanwhile.

    Importing makes a million objects that stay. Looking at them again and again took a fifth of the time in which the
    pages are imported (2.1 s of processor, 1.7 s without).
    """
    looks = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if looks:
            gc.enable()
