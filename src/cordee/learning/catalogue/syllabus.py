"""What does the public see of a course's outline?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from cordee.courses.kinds import UNKNOWN, installed, label_of
from cordee.courses.outlines import Outline, Place, pick
from cordee.learning.access import is_shown
from cordee.ui.outline import numbered

ICONS: Final = {"video": "play", "quiz": "circle-question-mark"}  # a unit's drawing goes by what one does in it
PLAIN: Final = ("text", UNKNOWN)  # reading; what a page is, when nothing else stands on it


@dataclass(frozen=True, slots=True)
class UnitLine:
    title: str  # with its number, e.g. "3.2 Reading a map"
    icon: str
    kinds: tuple[str, ...]  # in words, e.g. ("Video", "Quiz"); () for what is only to be read
    duration_s: int = 0  # 0: not known


@dataclass(frozen=True, slots=True)
class ModuleLine:
    number: int
    title: str
    language: str
    hours: float  # 0: not known
    graded: tuple[str, ...]  # "Quiz": assignment types of its graded sections
    units: tuple[UnitLine, ...]  # () where the content is not here
    has_graded_work: bool


def module_lines(outline: Outline, language: str, seconds: Mapping[str, int]) -> Iterable[ModuleLine]:
    """The modules that anybody may see. Without content their titles are all that is known. No query.

    `seconds`: how long one needs for each unit of which that is known.
    """
    places = outline.places
    by_module = len(outline.effort) == len(outline.modules)
    for number, module in enumerate(outline.modules, 1):
        units = [unit for section in module.sections for unit in section.units]
        shown = [unit for unit in units if is_shown(places[unit.id], None, groups=(), teaches=False)]
        if (units and not shown) or module.staff_only or module.audience:
            continue
        effort = outline.effort[number - 1] if by_module else None
        graded = tuple(dict.fromkeys(outline.category_name(one, language) for one in module.sections if one.graded))
        yield ModuleLine(
            number=number,
            title=pick(module.titles, language, outline.language),
            language=language if language in module.titles else outline.language,
            hours=effort.total_h if effort else 0.0,
            graded=graded,
            units=tuple(_unit_line(places[unit.id], outline, language, seconds) for unit in shown),
            has_graded_work=bool(graded and outline.gives_grade) or bool(effort and effort.graded and not units),
        )


def _unit_line(place: Place, outline: Outline, language: str, seconds: Mapping[str, int]) -> UnitLine:
    unit = place.unit
    kinds: Mapping[tuple[str, str], str] = {  # kind and what people call it -> kind
        (entry.kind, label_of(installed()[entry.kind], entry.tag)): entry.kind
        for entry in unit.activities()
        if entry.kind in installed() and entry.kind not in PLAIN and not entry.staff_only
    }
    first = next(iter(kinds.values()), "")
    return UnitLine(
        title=numbered(place.number, pick(unit.titles, language, outline.language)),
        icon=ICONS.get(first, "file-text"),
        kinds=tuple(label for _kind, label in kinds),
        duration_s=seconds.get(unit.id, 0),
    )
