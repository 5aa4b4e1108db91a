"""What is a country called in the language of the page?

`countries.json` holds the short names of ISO 3166-1 countries as Unicode's CLDR 46 words them (see NOTICE).
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from cordee.ui.typography import is_french

FILE = Path(__file__).with_name("countries.json")


@cache
def _names() -> dict[str, list[str]]:
    """By code: English, French."""
    held: dict[str, list[str]] = json.loads(FILE.read_text(encoding="utf-8"))
    return held


def name_of(code: str, language: str) -> str:
    """France, Sénégal; the code itself where it is none of a country."""
    names = _names().get(code.upper())
    return names[1 if is_french(language) else 0] if names else code


def is_country(code: str) -> bool:
    """Whether these two letters, large or small, are a country's."""
    return code.upper() in _names()


def all_codes() -> list[str]:
    """The code of every country, e.g. "FR", in the order of codes."""
    return sorted(_names())


def all_names(language: str) -> dict[str, str]:
    """Every country by code."""
    place = 1 if is_french(language) else 0
    return {code: names[place] for code, names in _names().items()}
