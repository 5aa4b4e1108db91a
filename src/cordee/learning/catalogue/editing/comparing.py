"""Where do two editions of a sheet differ? In words, for who has to choose between two texts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from cordee.courses.sheets.sheet import Sheet, to_json
from cordee.learning.catalogue.editing.sheet_form import LISTS, ROWS, TEXTS

LABELS: Final[Mapping[str, object]] = {
    "categories": _("Fields"),
    "level": _("Level"),
    **{name: label for name, (label, _hint) in LISTS.items()},
    **TEXTS,
    **{rows.name: rows.title for rows in ROWS},
    "after": _("It builds on"),
    "versions": _("The same course in another language"),
    "subtitles": _("Languages of the subtitles"),
    "ects": _("Credits (ECTS) with the certificate"),
    "earlier_runs": _("Sessions played before, and not listed"),
    "invented": _("Invented, for a demonstration: the page says so"),
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One part of a sheet that two editions say otherwise."""

    label: str
    one: str
    other: str


def differences(one: Sheet, other: Sheet) -> list[Difference]:
    """In the order of the form."""
    first, second = to_json(one), to_json(other)
    return [
        Difference(str(label), words(first.get(name)), words(second.get(name)))
        for name, label in LABELS.items()
        if first.get(name) != second.get(name)
    ]


def words(value: Any) -> str:
    """Plain text of a part: a line for each entry; "–" for nothing."""
    match value:
        case None | "" | []:
            return "–"
        case dict():
            return "\n".join(f"{name}: {words(inner)}" for name, inner in value.items())
        case list():
            rows = (inner.values() if isinstance(inner, dict) else [inner] for inner in value)
            return "\n".join(", ".join(", ".join(words(part).splitlines()) for part in row if part) for row in rows)
        case True:
            return str(_("yes"))
        case _:
            return str(value)
