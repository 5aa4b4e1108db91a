"""What are the levels of courses called: on a card, on a page, in a filter, in the form of a sheet?"""

from __future__ import annotations

from typing import Final

from django.utils.translation import pgettext_lazy

LEVELS: Final = {
    "beginner": pgettext_lazy("level", "Beginner"),
    "intermediate": pgettext_lazy("level", "Intermediate"),
    "advanced": pgettext_lazy("level", "Advanced"),
}  # in the order of `sheet.LEVELS`


def level_name(level: str) -> str:
    """ "" for none."""
    return str(LEVELS.get(level, ""))
