"""What does `cordee pilot serve` tell the processes that it starts? Variables of theirs, which nobody sets by hand."""

from __future__ import annotations

from typing import Final

STORE: Final = "_CORDEE_PILOT_STORE"
STATIC: Final = "_CORDEE_PILOT_STATIC"
SECRET: Final = "_CORDEE_PILOT_SECRET"  # noqa: S105 - the name of a variable
PASSWORD_HASH: Final = "_CORDEE_PILOT_PASSWORD_HASH"  # noqa: S105
DEMO: Final = "_CORDEE_PILOT_DEMO"
