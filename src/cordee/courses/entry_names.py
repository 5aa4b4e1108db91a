"""What is an activity called, for people who teach, where its author gave it no title?

By its kind, and by its number among those of its kind that have no title on the page: *Quiz 2*. Its page is named, too,
where a list holds several pages of a section.
"""

from __future__ import annotations

from collections.abc import Iterator

from cordee.courses.kinds import installed, label_of
from cordee.courses.outlines import Entry, Outline, Section, Unit, pick


def name_of(outline: Outline, entry: Entry, language: str) -> str:
    """Unlike any other on its page that has no title. The entry is one of the outline."""
    return _title(outline, entry, language) or _numbered(outline.entries[entry.id][0].unit, entry)


def name_in_section(outline: Outline, entry: Entry, language: str) -> str:
    """Unlike any other of its section that has no title, e.g. `1.2 Exercises, Quiz 2`."""
    place = outline.entries[entry.id][0]
    name = name_of(outline, entry, language)
    if _title(outline, entry, language) or not _is_elsewhere(place.section, place.unit, entry):
        return name
    unit = pick(place.unit.titles, language, outline.language) if place.unit.titles else ""
    return f"{f'{place.number} {unit}'.strip()}, {name}"


def kind_named(entry: Entry) -> str:
    """Its kind's label in the language in force; the tag of what no kind here reads."""
    kind = installed().get(entry.kind)
    return label_of(kind, entry.tag) if kind else entry.tag


def _title(outline: Outline, entry: Entry, language: str) -> str:
    return pick(entry.titles, language, outline.language) if entry.titles else ""


def _numbered(unit: Unit, entry: Entry) -> str:
    alike = [one.id for one in _untitled(unit, entry)]
    label = kind_named(entry)
    return f"{label} {alike.index(entry.id) + 1}" if len(alike) > 1 else label


def _untitled(unit: Unit, like: Entry) -> Iterator[Entry]:
    """Those of a page that have no title and are called by the same kind."""
    for top in unit.entries:
        for one in top.walk():
            if not any(one.titles.values()) and kind_named(one) == kind_named(like):
                yield one


def _is_elsewhere(section: Section, unit: Unit, entry: Entry) -> bool:
    return any(True for other in section.units if other.id != unit.id for _one in _untitled(other, entry))
