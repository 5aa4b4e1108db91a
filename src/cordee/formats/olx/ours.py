"""Which attributes of ours may an element carry, for what OLX has no words for? Open edX passes over them."""

from __future__ import annotations

from typing import Final

OPENS: Final = "cordee_opens"  # "+7d 00:00 Europe/Paris": so many days after the first one of a run
DUE: Final = "cordee_due"  # the same
LANGUAGE: Final = "cordee_language"  # of a block that a translation lacks: the language that it is in
WAS: Final = "cordee_was"  # former names, parted by blanks
CLOSES: Final = "cordee_closes"  # of a section, kept without effect: "+7d", "2027-01-31 18:00"
AFTER: Final = "cordee_after"  # the same: "depart answered"
ALL: Final = (OPENS, DUE, LANGUAGE, WAS, CLOSES, AFTER)
