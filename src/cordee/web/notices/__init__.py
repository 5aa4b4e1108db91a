"""What does the site say of data, cookies, terms, who publishes it and how accessible it is, in plain words?

A notice is a text in each language, here, with blanks for what only who runs the site knows: settings fill them, a
blank that is not filled is shown as one, and `cordee doctor` names it. A text of the operator's own takes its place:
`notices/<name>.<language>.md` in the home folder, with the same blanks.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

from cordee.core.errors import N_
from cordee.web.environment import Environment

HERE: Final = Path(__file__).parent
NOTICES: Final[Mapping[str, str]] = MappingProxyType(  # name -> title, untranslated
    {
        "privacy": N_("Your data and your rights"),
        "cookies": N_("Cookies"),
        "terms": N_("Terms of use"),
        "legal": N_("Legal notice"),
        "accessibility": N_("Accessibility"),
    }
)
# Blank -> what is to be filled in, untranslated. Each is a setting, CORDEE_ and its name in capitals.
BLANKS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "operator": N_("name of who runs this site"),
        "operator_address": N_("their postal address"),
        "contact": N_("address to write to"),
        "publisher": N_("who is responsible for what is published"),
        "hosting": N_("name and address of who hosts the machines"),
        "authority": N_("authority for data protection"),
        "accessibility_audit": N_("result and date of the audit of accessibility"),
    }
)
DPO: Final = "dpo"  # may stay empty: not everybody must have one
_BLANK: Final = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True, slots=True)
class Filled:
    """A text with its blanks filled, and those that were not."""

    text: str
    missing: tuple[str, ...]


def text_of(environment: Environment, name: str, language: str) -> str:
    """The operator's own text, else ours. Raises KeyError for a notice that there is not."""
    NOTICES[name]
    own = environment.home / "notices" / f"{name}.{language}.md"
    place = own if own.is_file() else HERE / f"{name}.{language}.md"
    return place.read_text("utf-8")


def filled(environment: Environment, text: str, *, blank: Mapping[str, str], dpo: str) -> Filled:
    """`blank`: what stands where nothing was given, by name; `dpo`: the sentence about that person, with {dpo}."""
    missing: dict[str, None] = {}

    def fill(found: re.Match[str]) -> str:
        name = found[1]
        if name == "dpo_sentence":
            return dpo.format(dpo=environment.dpo) if environment.dpo else ""
        if name == "small_cell":
            return str(environment.small_cell)
        if name not in BLANKS:
            return found[0]
        value: str = getattr(environment, name)
        if not value:
            missing[name] = None
        return value or blank[name]

    return Filled(_BLANK.sub(fill, text), tuple(missing))


def unfilled(environment: Environment) -> tuple[str, ...]:
    """The settings that leave a blank in a notice, e.g. "CORDEE_CONTACT"."""
    names = [name for name in BLANKS if not getattr(environment, name)]
    texts = "".join(text_of(environment, name, code) for name in NOTICES for code in ("fr", "en"))
    return tuple(f"CORDEE_{name.upper()}" for name in names if f"{{{name}}}" in texts)
