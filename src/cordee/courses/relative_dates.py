"""When is "+13d 23:59 Europe/Paris" in a run?

A version may say when something opens or is due by days after the run's first one, which is day 0, so that one version
serves every run. The hour is that of the clocks of its zone, summer time or not.
"""

from __future__ import annotations

import datetime as dt
import re
import zoneinfo
from functools import lru_cache

_FORM = re.compile(r"\+(\d{1,4})d (\d{2}):(\d{2}) (\S+)")


def is_relative(text: str) -> bool:
    """Is it a date that `moment_after` reads, in a zone that there is?"""
    found = _FORM.fullmatch(text)
    if found is None or int(found[2]) > 23 or int(found[3]) > 59:  # noqa: PLR2004 - hours and minutes
        return False
    try:
        zoneinfo.ZoneInfo(found[4])
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


@lru_cache(maxsize=4096)
def moment_after(text: str, opens_at: dt.datetime) -> dt.datetime | None:
    """The moment, in UTC, in a run that opens at `opens_at`; None for "" and for what is no relative date."""
    found = _FORM.fullmatch(text) if is_relative(text) else None
    if found is None:
        return None
    zone = zoneinfo.ZoneInfo(found[4])
    day = opens_at.astimezone(zone).date() + dt.timedelta(days=int(found[1]))
    return dt.datetime.combine(day, dt.time(int(found[2]), int(found[3])), zone).astimezone(dt.UTC)
