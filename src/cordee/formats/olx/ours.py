"""Which attributes of ours may an element carry, for what OLX has no words for? Open edX passes over them."""

from __future__ import annotations

from typing import Final

OPENS: Final = "cordee_opens"  # "+7d 00:00 Europe/Paris": so many days after the first one of a run
DUE: Final = "cordee_due"  # the same
LANGUAGE: Final = "cordee_language"  # of a block that a translation lacks: the language that it is in
WAS: Final = "cordee_was"  # former names, parted by blanks
NAME: Final = "cordee_name"  # what the course text calls it now, where its url_name is the name of before
CORRECTED: Final = "cordee_corrected"  # of a translation that lags: the day on which the reference was corrected
ALL: Final = (OPENS, DUE, LANGUAGE, WAS, NAME, CORRECTED)
