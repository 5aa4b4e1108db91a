"""Is what a process freed the system's again, and is garbage looked for again once everything is imported?"""

from __future__ import annotations

import gc
import platform
import subprocess
import sys

import pytest

from cordee.core import memory

# In a process of its own: nobody else takes or frees anything meanwhile. Blocks that C's allocator keeps, held by the
# last one, which stays.
SCRIPT = """
from pathlib import Path
from cordee.core.memory import give_back

def held():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096

blocks = [bytearray(100_000) for _ in range(300)]
last = blocks[-1]
full = held()
blocks.clear()
kept = held()
give_back()
print(full - kept < 5_000_000, kept - held() > 25_000_000)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other allocators cannot be asked")
def test_what_was_freed_is_kept_until_it_is_given_back() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True, timeout=60)  # noqa: S603 - our own words
    assert done.stdout == "True True\n"


def test_nothing_looks_for_garbage_during_imports_and_it_is_looked_for_again_afterwards_even_when_they_fail() -> None:
    @memory.importing()
    def fail() -> None:
        assert not gc.isenabled()
        raise ImportError

    with pytest.raises(ImportError):
        fail()
    assert gc.isenabled()


def test_who_looks_for_no_garbage_is_not_made_to_by_an_import() -> None:
    with memory.importing():
        with memory.importing():
            pass
        assert not gc.isenabled()
    assert gc.isenabled()
