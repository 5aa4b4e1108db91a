"""Where do learners come from, as a map and as words?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext as _

from cordee.bilan.document import Map
from cordee.bilan.figures.learners import MAP_CLASSES, map_class
from cordee.bilan.wording import amount, label
from cordee.ui import worldmap

NAMED: Final = 6


def world_map(people: Mapping[str, int], language: str, *, under: str) -> Map:
    """Countries shaded by the report's classes."""
    world = worldmap.outlines()
    shades = {code: map_class(count) + 1 for code, count in people.items() if count}
    paths: dict[int, list[str]] = {}
    for code, path in world["shapes"].items():
        paths.setdefault(shades.get(code, 0), []).append(path)
    drawn = "".join(f'<path d="{"".join(paths[shade])}" {_painted(shade)}/>' for shade in sorted(paths))
    for shade, code in worldmap.in_order(shades):
        x, y = world["points"][code]
        radius = worldmap.POINT if shade else worldmap.NOBODY
        drawn += f'<circle cx="{x}" cy="{y}" r="{radius}" {_painted(shade)}/>'
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
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {world["width"]} {world["height"]}" class="r-map" '
        f'aria-hidden="true" focusable="false">{drawn}</svg>',
        words,
        tuple(classes),
    )


def _painted(shade: int) -> str:
    fill = f"var(--q-{shade})" if shade else "var(--land)"
    return f'fill="{fill}" stroke="var(--surface)" stroke-width="6"'
