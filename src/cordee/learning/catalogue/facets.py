"""By what may one narrow the catalogue, and how many courses would be left?

Several values of one facet widen (French or English), several facets narrow (and beginner). The count beside a value is
that of the courses one would see with it alone in its facet, everything else left as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Final, cast

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from cordee.courses.elsewhere import HOST_NAMES
from cordee.courses.models import Run
from cordee.courses.search.shelf import HOURS, SELF_PACED, STATES, Shelf
from cordee.courses.sheets.sheet import LEVELS
from cordee.learning.catalogue.cards import language_name, organisation_name
from cordee.learning.catalogue.levels import level_name

Chosen = Mapping[str, tuple[str, ...]]  # facet -> values
MOST_SHOWN: Final = 10  # values of a facet: the commonest, and those that are chosen
TITLES: Final[Mapping[str, Promise]] = {
    "category": gettext_lazy("Field"),
    "open": gettext_lazy("When"),
    "hours": gettext_lazy("Time a week"),
    "level": gettext_lazy("Level"),
    "language": gettext_lazy("Language of the course"),
    "certifying": gettext_lazy("What you get"),
    "organisation": gettext_lazy("School"),
    "host": gettext_lazy("Where it is played"),
}  # in the order of the page
ORDERED: Final[Mapping[str, tuple[str, ...]]] = {
    "open": (STATES[0], SELF_PACED, *STATES[1:]),
    "hours": tuple(name for name, _most in HOURS),
    "level": LEVELS,
    "certifying": ("attestation", "certificate", "ects"),
}  # the others by count


@dataclass(frozen=True, slots=True)
class Box:
    """One value to tick."""

    facet: str
    code: str
    label: str
    language: str  # of the label, "" for the page's
    chosen: bool


@dataclass(frozen=True, slots=True)
class Facet:
    name: str
    title: str
    values: tuple[tuple[Box, int], ...]  # each with how many courses it would leave


def narrowed(held: Shelf, chosen: Chosen, found: int, *, but: str = "") -> int:
    """The courses among `found` that every facet lets through, `but` one, as a set."""
    for facet, values in chosen.items():
        if facet != but and values:
            found &= union(held, facet, values)
    return found


def union(held: Shelf, facet: str, values: Iterable[str]) -> int:
    courses = 0
    for value in values:
        courses |= held.facets[facet].get(value, 0)
    return courses


def facets_of(held: Shelf, chosen: Chosen, found: int, language: str) -> tuple[Facet, ...]:
    """Those in which there is something to choose. `found`: what the search alone gives, as a set."""
    drawn = []
    for name, title in TITLES.items():
        among, wanted = narrowed(held, chosen, found, but=name), chosen.get(name, ())
        values: list[tuple[Box, int]] = []
        for box, courses in _boxes(held, name, language):
            count = (courses & among).bit_count()
            if box.code in wanted:
                values.append((replace(box, chosen=True), count))
            elif count:
                values.append((box, count))
        if len(values) > 1 or any(box.chosen for box, _count in values):
            drawn.append(Facet(name, str(title), _in_order(name, values)))
    return tuple(drawn)


def _boxes(held: Shelf, name: str, language: str) -> list[tuple[Box, int]]:
    """The values of a facet that have a name, none of them chosen, with their courses; made once for an edition."""
    key = ("boxes", name, language)
    known = held.drawn.get(key)
    if known is None:
        label = _labels(held, name, language)
        known = held.drawn[key] = [
            (Box(name, code, text, code if name == "language" and code != language else "", False), courses)
            for code, courses in held.facets[name].items()
            if (text := label(code))
        ]
    return cast(list[tuple[Box, int]], known)


def _in_order(name: str, values: list[tuple[Box, int]]) -> tuple[tuple[Box, int], ...]:
    order = ORDERED.get(name)
    if order:
        return tuple(sorted(values, key=lambda value: order.index(value[0].code)))
    by_count = sorted(values, key=lambda value: (-value[1], value[0].label))
    return tuple(by_count[:MOST_SHOWN] + [value for value in by_count[MOST_SHOWN:] if value[0].chosen])


def _labels(held: Shelf, facet: str, language: str) -> Callable[[str], str]:
    """How people call the values of a facet; "" for one that is not shown."""
    if facet == "category":
        return lambda code: held.categories[code].in_(language) if code in held.categories else ""
    if facet == "organisation":
        return lambda code: organisation_name(held, code, language)
    if facet == "language":
        return language_name
    if facet == "level":
        return level_name
    if facet == "host":
        return host_name
    return lambda code: _fixed(language).get(code, "")


def host_name(host: str) -> str:
    if host == Run.HERE:
        return gettext("On this site")
    return HOST_NAMES.get(host, "") or gettext("On another site")


@cache
def _fixed(_language: str) -> Mapping[str, str]:
    return {
        "open": gettext("Open now"),
        SELF_PACED: gettext("At your own pace"),
        "coming": gettext("Starts soon"),
        "over": gettext("Over"),
        "under-2": gettext("Less than 2 hours"),
        "2-to-4": gettext("2 to 4 hours"),
        "over-4": gettext("More than 4 hours"),
        "attestation": gettext("Free attestation"),
        "certificate": gettext("Certificate by examination"),
        "ects": gettext("ECTS credits"),
    }


def label_of(held: Shelf, facet: str, code: str, language: str) -> str:
    """How people call one value; the code itself when it has no name."""
    return _labels(held, facet, language)(code) or code
