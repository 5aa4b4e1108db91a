"""What time is it? One place to ask, so that rules take `now` as an argument and tests can give one."""

from __future__ import annotations

import datetime as dt


def now() -> dt.datetime:
    """The server's clock, aware, in UTC."""
    return dt.datetime.now(dt.UTC)
