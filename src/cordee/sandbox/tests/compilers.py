"""Where do all tests find the one C library, which takes 20 s of processor to build?"""

from __future__ import annotations

import shutil
import time
from pathlib import Path

KEPT = Path(__file__).parents[4] / ".pytest_cache" / "code"
A_DAY_S = 86_400


def shared_folder() -> Path:
    """Of this checkout, for all its tests, their processes and later runs.

    `Toolchain.make_ready` lets the first build, the others wait. Libraries of other versions go after a day.
    """
    KEPT.mkdir(parents=True, exist_ok=True)
    return KEPT


def ready_library() -> Path:
    """The same folder, with the library of this compiler in it. Raises CompilerMissing when none is installed."""
    from cordee.sandbox.c.toolchain import Toolchain

    toolchain = Toolchain.under(shared_folder())
    if not toolchain.is_ready:
        for old in KEPT.glob("zig-*"):
            if old != toolchain.folder and old.stat().st_mtime < time.time() - A_DAY_S:
                shutil.rmtree(old, ignore_errors=True)
        toolchain.make_ready()
    return KEPT
