"""Does the doctor say what confines programs here?"""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from cordee.sandbox import confinement
from cordee.sandbox.confinement import Doors
from cordee.web import doctor


@pytest.mark.parametrize(
    ("doors", "words"),
    [
        (Doors(bubblewrap="/usr/bin/bwrap"), "confined by bubblewrap (/usr/bin/bwrap), a filter of system calls"),
        (Doors(landlock_abi=4), "confined by Landlock (ABI 4), a filter of system calls"),
    ],
)
def test_the_doctor_says_which_of_the_two_is_in_force(
    doors: Doors, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(confinement, "require_confinement", lambda: doors)
    found = list(doctor._laboratory(cast("Any", SimpleNamespace(code_folder=tmp_path))))
    assert words in str(found[0])
