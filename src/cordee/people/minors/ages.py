"""From which age does one agree alone to an account, by country?

Article 8 of the GDPR says 16 and lets each country go down to 13. Source of the table: Commission staff working
document SWD(2020) 115 final, page 17; for Slovenia since then its law ZVOP-2 (2023), article 8: 15; for Denmark its
law 1783 of 28 December 2023: 15 since 2024; outside the Union: Norway and Iceland by their laws of 2018, the United
Kingdom by its Data Protection Act 2018, section 9, the United States by COPPA. Laws change: whoever runs a site asks
their data protection officer, and may set an age instead of a country.

Nothing here imports Django: the settings read this.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from cordee.core.errors import N_, InputRefused

AGES: Final[Mapping[str, int]] = {
    **dict.fromkeys(("BE", "EE", "FI", "GB", "IS", "LV", "MT", "NO", "PT", "SE", "US"), 13),
    **dict.fromkeys(("AT", "BG", "CY", "ES", "IT", "LT"), 14),
    **dict.fromkeys(("CZ", "DK", "FR", "GR", "SI"), 15),
    **dict.fromkeys(("DE", "HR", "HU", "IE", "LI", "LU", "NL", "PL", "RO", "SK"), 16),
}
LOWEST, HIGHEST = 10, 21
OLDEST: Final = 120  # years; more is a slip of the hand


@dataclass(frozen=True, slots=True)
class AgeRule:
    """From which age; 0: it is not asked. `country` is "" where the operator set an age."""

    country: str
    age: int

    def covers(self, year: int, *, this_year: int) -> bool:
        """Whether somebody born in that year may still be too young.

        Only the year is asked: whoever has their birthday this year counts as too young until it is over.
        """
        return self.age > 0 and this_year - year <= self.age


DEFAULT_RULE: Final = AgeRule("FR", AGES["FR"])


def read_rule(text: str) -> AgeRule:
    """A country of the table, an age, or `none`. Raises InputRefused."""
    word = text.upper()
    if word == "NONE":
        return AgeRule("", 0)
    if word in AGES:
        return AgeRule(word, AGES[word])
    if re.fullmatch(r"[0-9]{2}", text, re.ASCII) and LOWEST <= int(text) <= HIGHEST:
        return AgeRule("", int(text))
    raise InputRefused(
        N_("Write one of {countries}, an age from {lowest} to {highest}, or none, instead of {given!r}."),
        countries=" ".join(sorted(AGES)),
        lowest=LOWEST,
        highest=HIGHEST,
        given=text,
    )


def read_year(text: str, *, this_year: int) -> int:
    """A year of birth, e.g. 1998. Raises InputRefused."""
    plain = text.strip()
    if not re.fullmatch(r"[0-9]{4}", plain, re.ASCII) or not this_year - OLDEST <= int(plain) <= this_year:
        raise InputRefused(N_("Write the year in which you were born in four digits, for example 1998."))
    return int(plain)
