"""How fast is this machine, beside the one on which the goals were set?

The goals are absolute figures of one machine: 2 cores on which Debian's Python needs 23 ms for one hash of a password
and 120 µs to put 4 kB on the disk. The rows `machine/…` hold the same two of this machine, with those as their floor:
a ratio of 0.5 says that it needs twice as long, whatever program runs on it.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Iterator
from pathlib import Path

from argon2.low_level import Type, hash_secret

from bench.rows import Row

HASH_MS, SYNC_US = 23.0, 120.0  # where the goals were set
HASHES, SYNCS = 11, 101
BLOCK = b"\0" * 4096


def measured(folder: Path) -> Iterator[Row]:
    """The processor and the disk that `folder` is on. Takes a second."""
    yield Row("machine/argon2id_ms", "", hash_ms(), "ms", HASH_MS)
    yield Row("machine/fdatasync_us", "", statistics.median(_syncs_us(folder / "synced")), "µs", SYNC_US)


def hash_ms() -> float:
    """Milliseconds of processor for one hash with the parameters of the site's passwords, in the middle of some."""
    return statistics.median(_hash_ms() for _ in range(HASHES))


def _hash_ms() -> float:
    begun = time.process_time()
    hash_secret(b"a password", b"of sixteen bytes", 2, 19_456, 1, 32, Type.ID)
    return 1000 * (time.process_time() - begun)


def _syncs_us(path: Path) -> Iterator[float]:
    with path.open("wb", buffering=0) as file:
        for _ in range(SYNCS):
            file.write(BLOCK)
            begun = time.perf_counter()
            os.fdatasync(file.fileno())
            yield 1_000_000 * (time.perf_counter() - begun)
    path.unlink()
