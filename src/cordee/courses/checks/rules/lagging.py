"""Do the translations of a course text say what its reference says now?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cordee.core.errors import N_, shown
from cordee.courses.checks.material import Material
from cordee.courses.checks.model import Finding, Rule

BEHIND: Final = Rule(
    "translation-behind",
    "warning",
    N_("A page that changed since its translation was confirmed"),
    N_("Bring the translation up to date, then run: cordee course translated FILE."),
)
NEVER: Final = Rule(
    "translation-never-confirmed",
    "note",
    N_("A translation that nobody has confirmed"),
    N_("When it says what the page says, run: cordee course translated FILE."),
)
RULES = (BEHIND, NEVER)
LINES_SHOWN: Final = 6


def look(material: Material) -> Iterator[Finding]:
    """Once a page and language, with the first lines that changed."""
    for lag in material.lags:
        place = material.outline.places[lag.unit]
        at = material.at(module=place.module, section=place.section, unit=place.unit, language=lag.language)
        if not lag.is_behind:
            yield Finding(NEVER, at, N_("In “{language}”."), {"language": lag.language})
        elif lag.changed:
            lines = [shown(line, 120) for line in lag.changed[:LINES_SHOWN]]
            more = " …" if len(lag.changed) > LINES_SHOWN else ""
            values = {"language": lag.language, "lines": " / ".join(lines) + more}
            yield Finding(BEHIND, at, N_("In “{language}”. What changed: {lines}"), values)
        else:
            yield Finding(BEHIND, at, N_("In “{language}”."), {"language": lag.language})
