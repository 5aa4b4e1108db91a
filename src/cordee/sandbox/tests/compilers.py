"""Where do all tests of a run find the one C library, which takes 20 s of processor to build?"""

from __future__ import annotations

from pathlib import Path

import pytest


def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of this run of the tests, for all its processes. `Toolchain.make_ready` lets the first build, the others wait."""
    base = tmp_path_factory.getbasetemp()
    if base.name.startswith("popen-"):  # of pytest-xdist: one folder a process, below the run's
        base = base.parent
    folder = base / "code"
    folder.mkdir(exist_ok=True)
    return folder
