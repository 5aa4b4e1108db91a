"""Which answers are there, under which codes, and how are they called?

The codes are those of edX's user profile (`gender`, `level_of_education`), which its reports and exports use, so that
figures of both can be put side by side. Source: Open edX, "Student Info and Progress Data", auth_userprofile. edX's two
codes of a doctorate before 2013 (p_se, p_oth) are read as `p` by the pilot and not offered here.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from django.utils.translation import gettext_lazy as _

from cordee.ui import countries as atlas
from cordee.ui.typography import is_french

UNSAID: Final = ""
DECLINED: Final = "-"
I_WOULD_RATHER_NOT: Final = _("I’d rather not say")

GENDERS: Final = (("f", _("Woman")), ("m", _("Man")), ("o", _("Other")))
EDUCATION: Final = (
    ("p", _("Doctorate")),
    ("m", _("Master’s or professional degree")),
    ("b", _("Bachelor’s degree")),
    ("a", _("Two-year degree after secondary school")),
    ("hs", _("Secondary school, to its end")),
    ("jhs", _("Lower secondary school")),
    ("el", _("Primary school")),
    ("none", _("No school")),
    ("other", _("Other")),
)


@lru_cache(maxsize=8)
def countries(language: str) -> tuple[tuple[str, str], ...]:
    """[(code, name)] in the order of a dictionary."""
    return _in_order(atlas.all_names(language).items())


@lru_cache(maxsize=8)
def languages(language: str) -> tuple[tuple[str, str], ...]:
    """The same of languages, those of ISO 639-1 as Unicode's CLDR words them (see NOTICE)."""
    place = 1 if is_french(language) else 0
    return _in_order((code, names[place]) for code, names in _languages().items())


@cache
def _languages() -> dict[str, list[str]]:
    """By code: English, French."""
    held: dict[str, list[str]] = json.loads(Path(__file__).with_name("languages.json").read_text(encoding="utf-8"))
    return held


def _in_order(named: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """By name; accents and capitals change nothing."""
    return tuple(sorted(named, key=lambda one: unicodedata.normalize("NFKD", one[1]).casefold()))
