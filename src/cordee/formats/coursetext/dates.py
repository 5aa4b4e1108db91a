"""When: on a day, so many days after a run opens, or never?

`YYYY-MM-DD [HH:MM] | +Nd [HH:MM] | +Nw [HH:MM] | never`. Without an hour, what opens does so at 00:00 and all else ends
at 23:59. Relative dates count from the run's first day, which is day 0.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

_FORM = re.compile(
    r"(?:(?P<day>\d{4}-\d{2}-\d{2})|\+(?P<count>\d{1,4})(?P<unit>[dw]))(?:[ T](?P<hour>\d{1,2}):(?P<minute>\d{2}))?"
)
DAYS_A_WEEK = 7
OPENING, CLOSING = dt.time(0, 0), dt.time(23, 59)


@dataclass(frozen=True, slots=True)
class On:
    """A moment of a day that is known; the zone is the course's."""

    day: dt.date
    time: dt.time | None = None

    def at(self, *, closing: bool) -> dt.datetime:
        """Without a zone."""
        return dt.datetime.combine(self.day, self.time or (CLOSING if closing else OPENING))


@dataclass(frozen=True, slots=True)
class After:
    """So many days after the run's first one."""

    days: int
    time: dt.time | None = None

    def written(self, zone: str, *, closing: bool) -> str:
        """As `moment_after` reads it: "+13d 23:59 Europe/Paris"."""
        time = self.time or (CLOSING if closing else OPENING)
        return f"+{self.days}d {time:%H:%M} {zone}"


@dataclass(frozen=True, slots=True)
class Never:
    """It does not end."""


When = On | After | Never


def read(text: str) -> When | None:
    """What a date says; None when it is none."""
    word = text.strip()
    if word == "never":
        return Never()
    found = _FORM.fullmatch(word)
    if found is None:
        return None
    try:
        time = dt.time(int(found["hour"]), int(found["minute"])) if found["hour"] else None
        if found["day"]:
            return On(dt.date.fromisoformat(found["day"]), time)
    except ValueError:
        return None
    return After(int(found["count"]) * (DAYS_A_WEEK if found["unit"] == "w" else 1), time)
