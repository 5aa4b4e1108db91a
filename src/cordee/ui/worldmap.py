"""How is a number of each country drawn on a map, offline, in the colours of the theme?

`world/world.json` holds the outlines of Natural Earth by code of ISO 3166-1, in Equal Earth (scripts/world_map.py says
how, and what of it is not as there); what is too small to have one is a point. The map has no words, since those would
shrink with it, and nothing to point at: the table beside it says every number.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

FILE: Final = Path(__file__).with_name("world") / "world.json"
CLASSES: Final = 5  # of colours, beside that of the land
POINT, NOBODY = 52, 22  # radii, in tenths of a unit: of a point with a class, and without


@cache
def outlines() -> dict[str, Any]:
    """`width` and `height` of the map, `shapes` (a path by code of a country) and `points` (x, y by code)."""
    held: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return held


def has_place(code: str) -> bool:
    """Whether a country is on the map, as a shape or as a point."""
    return code in outlines()["shapes"] or code in outlines()["points"]


def world_map(classes: Mapping[str, int], *, title: str, words: str, name: str = "world") -> SafeString:
    """The world, each country in the colour of its class from 1 to 5; all others are land.

    `classes`: by code; `words`: the numbers that matter; `name` makes the ids of title and description.
    """
    world = outlines()
    paths: dict[int, list[str]] = {0: []}
    for code, path in world["shapes"].items():
        paths.setdefault(classes.get(code, 0), []).append(path)
    shapes = format_html_join(
        "",
        '<path class="q-{}" d="{}"/>',
        ((at, mark_safe("".join(paths[at]))) for at in sorted(paths)),  # noqa: S308 - our own file
    )
    dots = format_html_join(
        "",
        '<circle class="q-{}" cx="{}" cy="{}" r="{}"/>',
        ((at, *world["points"][code], POINT if at else NOBODY) for at, code in in_order(classes)),
    )
    return format_html(
        '<svg class="world" viewBox="0 0 {} {}" role="img" aria-labelledby="{name}-t {name}-d">'
        '<title id="{name}-t">{}</title><desc id="{name}-d">{}</desc>{}{}</svg>',
        world["width"],
        world["height"],
        title,
        words,
        shapes,
        dots,
        name=name,
    )


def in_order(classes: Mapping[str, int]) -> list[tuple[int, str]]:
    """Class and code of each point: those with people last, so that they lie on top."""
    return sorted((classes.get(code, 0), code) for code in outlines()["points"])
