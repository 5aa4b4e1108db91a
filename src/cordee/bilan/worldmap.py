"""Where do learners come from, as a map and as words? Equal Earth; Natural Earth's shapes (public domain)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from django.utils.translation import gettext as _

from cordee.bilan.document import Map
from cordee.bilan.figures.learners import MAP_CLASSES, map_class
from cordee.bilan.wording import amount, label

SHAPES: Final = Path(__file__).with_name("world.json")
NAMED: Final = 6


@cache
def shapes() -> dict[str, str]:
    """By ISO 3166-1 code, the path of a country in a view box of `WIDTH` × `HEIGHT`; "" for land without a code."""
    held: dict[str, str] = json.loads(SHAPES.read_text(encoding="utf-8"))
    return held


WIDTH, HEIGHT = 760, 331


def world_map(people: Mapping[str, int], language: str, *, under: str) -> Map:
    """Countries shaded by the report's classes."""
    paths: dict[int, list[str]] = {}
    for code, path in shapes().items():
        paths.setdefault(map_class(people[code]) + 1 if people.get(code) else 0, []).append(path)
    drawn = "".join(
        f'<path d="{"".join(parts)}" fill="{f"var(--q-{shade})" if shade else "var(--land)"}" '
        f'stroke="var(--surface)" stroke-width="0.6"/>'
        for shade, parts in sorted(paths.items())
    )
    bounds = [amount(bound, "number", language) for bound in MAP_CLASSES]
    classes = [(1, _("up to {count}").format(count=bounds[0]))]
    classes += [(place + 2, _("more than {count}").format(count=bound)) for place, bound in enumerate(bounds)]
    first = sorted(people.items(), key=lambda one: (-one[1], one[0]))[:NAMED]
    words = ", ".join(
        f"{label(f'country:{code}', language)} {amount(count, 'number', language)}" for code, count in first
    )
    return Map(
        _("Where they come from"),
        under,
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" class="r-map" aria-hidden="true" '
        f'focusable="false">{drawn}</svg>',
        words,
        tuple(classes),
    )
