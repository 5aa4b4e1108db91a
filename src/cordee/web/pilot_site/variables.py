"""What does `cordee pilot serve` tell the processes that it starts? Variables of theirs, which nobody sets by hand."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

STORE: Final = "_CORDEE_PILOT_STORE"
STATIC: Final = "_CORDEE_PILOT_STATIC"
SECRET: Final = "_CORDEE_PILOT_SECRET"  # noqa: S105 - the name of a variable
PASSWORD_HASH: Final = "_CORDEE_PILOT_PASSWORD_HASH"  # noqa: S105
DEMO: Final = "_CORDEE_PILOT_DEMO"


def store() -> Path:
    """The folder whose tables are shown."""
    return Path(os.environ.get(STORE, ""))


def password_hash() -> str:
    """Of the password that is asked for; "" on loopback, where none is."""
    return os.environ.get(PASSWORD_HASH, "")


def is_demo() -> bool:
    """Whether the learners shown are invented."""
    return bool(os.environ.get(DEMO))
