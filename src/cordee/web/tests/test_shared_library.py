"""Do the sites of these tests judge programs at once, with the one C library that all of them share?"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from cordee.sandbox.c.toolchain import Toolchain
from cordee.web.tests.running import migrate_once


@pytest.mark.with_site
@pytest.mark.skipif(sys.platform != "linux", reason="programs are judged on Linux alone")
def test_a_site_of_a_test_finds_the_compilers_library_made(tmp_path: Path) -> None:
    for name in ("one", "two"):
        migrate_once(tmp_path / name)
    one, two = (Toolchain.under((tmp_path / name / "code").resolve()) for name in ("one", "two"))
    assert one.is_ready
    assert one.folder == two.folder
