"""How long does a learner have in a section whose time is limited? (`time-limit` in module.yaml.) Pure.

The time runs from the moment at which they began, by the server's clock, whatever becomes of the page or the device.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from cordee.courses.outlines import Section

SLOW: Final = dt.timedelta(seconds=30)  # that an answer may be on its way when the time is over
MOST_MIN: Final = 366 * 24 * 60.0  # longer than any run is a learner's; what exports write is not bounded
HUNDRED: Final = 100


@dataclass(frozen=True, slots=True)
class OwnTime:
    """When a learner began a section, and what they have besides its limit."""

    begun_at: dt.datetime | None = None  # None: not yet
    limit_min: float = 0.0  # the most minutes that the section gave since
    extra_min: float = 0.0
    extra_percent: float = 0.0  # of the limit
    extra_because: str = ""
    anew_because: str = ""  # why they may begin again

    def more(self, section: Section) -> float:
        """Minutes more than the limit."""
        return self.extra_min + self._limit(section) * self.extra_percent / HUNDRED

    def minutes(self, section: Section) -> float:
        """All that they have, in minutes."""
        return min(self._limit(section) + self.more(section), MOST_MIN)

    def over_at(self, section: Section) -> dt.datetime | None:
        """When it is over; None: not begun."""
        return None if self.begun_at is None else self.begun_at + dt.timedelta(minutes=self.minutes(section))

    def _limit(self, section: Section) -> float:
        return max(self.limit_min, section.limit_min)  # a newer version takes away no time that they were given


USUAL: Final = OwnTime()
