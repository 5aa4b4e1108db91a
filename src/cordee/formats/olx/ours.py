"""Which attributes of ours may an element carry, for what OLX has no words for? Open edX passes over them."""

from __future__ import annotations

from typing import Final

OPENS: Final = "cordee_opens"  # "+7d 00:00 Europe/Paris": so many days after the first one of a run
DUE: Final = "cordee_due"  # the same
CLOSES: Final = "cordee_closes"  # the same, or a moment in ISO 8601: no answer is taken from then on
LANGUAGE: Final = "cordee_language"  # of a block that a translation lacks: the language that it is in
WAS: Final = "cordee_was"  # former names, parted by blanks
NAME: Final = "cordee_name"  # what the course text calls it now, where its url_name is the name of before
CORRECTED: Final = "cordee_corrected"  # of a translation that lags: the day on which the reference was corrected
AFTER: Final = "cordee_after"  # of a section, what comes first: "lire and depart score >= 60"
READERS: Final = "cordee_readers"  # of a text: the languages whose readers see it, parted by blanks
EFFORT: Final = "cordee_effort"  # of a unit: the minutes that its author says it takes
TEXT: Final = "cordee_text"  # in other_course_settings: what course.yaml says and OLX has no words for
NAMES: Final = "cordee_names"  # of a line of the grading policy: how it is called, by language
ALL: Final = (OPENS, DUE, CLOSES, LANGUAGE, WAS, NAME, CORRECTED, AFTER, READERS, EFFORT)
