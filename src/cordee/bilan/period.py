"""Of which time does a report speak?"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Final

from cordee.bilan.folder.cells import first_day, last_day
from cordee.core.errors import N_, InputRefused, shown

MONTHS: Final = 12
DATE: Final = r"(\d{4}(?:-\d{2}(?:-\d{2})?)?)"
WRITTEN: Final = re.compile(rf"\s*{DATE}\s*(?:(?:-|–|\.\.|/|:)\s*{DATE})?\s*")


@dataclass(frozen=True, slots=True)
class Period:
    """From the first day to the last, both included."""

    first: dt.date
    last: dt.date

    @classmethod
    def parse(cls, written: str) -> Period:
        """ "2016", "2013-2016", "2015-09..2016-08". Raises InputRefused."""
        found = WRITTEN.fullmatch(written)
        if found is None:
            raise InputRefused(
                N_("“{written}” is no period. Write 2016, 2013-2016 or 2015-09..2016-08."), written=shown(written, 40)
            )
        period = cls(first_day(found[1]), last_day(found[2] or found[1]))
        if period.last < period.first:
            raise InputRefused(
                N_("The period {written} ends before it begins. Write the earlier year first."), written=written.strip()
            )
        return period

    @property
    def whole_years(self) -> bool:
        return (self.first.month, self.first.day, self.last.month, self.last.day) == (1, 1, 12, 31)

    @property
    def whole_months(self) -> bool:
        return self.first.day == 1 and (self.last + dt.timedelta(days=1)).day == 1

    @property
    def months(self) -> int:
        """How many months are touched."""
        return (self.last.year - self.first.year) * MONTHS + self.last.month - self.first.month + 1

    @property
    def years(self) -> float:
        return self.months / MONTHS

    def before(self) -> Period:
        """The period of the same length just before."""
        last = self.first - dt.timedelta(days=1)
        month = self.first.year * MONTHS + self.first.month - 1 - self.months
        return Period(dt.date(month // MONTHS, month % MONTHS + 1, 1), last)

    def holds_year(self, year: int) -> bool:
        return self.first.year <= year <= self.last.year

    def touches(self, when: str) -> bool:
        """Whether a date, as much of it as is known, may lie in it."""
        return first_day(when) <= self.last and last_day(when) >= self.first

    def __str__(self) -> str:
        if self.whole_years:
            return str(self.first.year) if self.first.year == self.last.year else f"{self.first.year}-{self.last.year}"
        return f"{self.first.isoformat()}..{self.last.isoformat()}"
