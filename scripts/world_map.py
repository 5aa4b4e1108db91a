"""How do the outlines of the world become the small file that maps are drawn from?

    npm pack world-atlas@2.0.2 && tar xzf world-atlas-2.0.2.tgz
    python scripts/world_map.py package     ->  src/cordee/ui/world/world.json

world-atlas (ISC; beside the file) is Natural Earth (public domain) in TopoJSON. What it draws at 110 m is kept, in
Equal Earth (Savric, Patterson and Jenny 2018), in tenths of a unit; what is too small for it is a point, from 50 m and
10 m. Shapes follow the codes of ISO 3166-1, which learners declare, where Natural Earth follows who governs:

- Guadeloupe, Martinique, French Guiana, Reunion and Mayotte (GP MQ GF RE YT) and Svalbard (SJ) are taken out of the
  states that they belong to, the Caribbean Netherlands (BQ), Christmas and Cocos Islands (CX CC) too;
- Taiwan (TW) and Palestine (PS) have a code and a shape of their own; Kosovo has the code XK; Western Sahara (EH) goes
  to its border at 27°40' north, where Natural Earth counts what lies west of the berm with Morocco;
- Crimea is UA-43 in ISO 3166-2 and drawn with Ukraine; Northern Cyprus with Cyprus, Somaliland with Somalia.

It is run once, when the outlines change; nothing of it is needed to serve.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from babel.core import get_global

OUT: Final = Path(__file__).resolve().parent.parent / "src" / "cordee" / "ui" / "world" / "world.json"
WIDTH, TOP, BOTTOM = 1000, 84.0, -56.0  # units; degrees of latitude
LEAST_STEP: Final = 1.0  # units: points closer than that are one
LEAST_POINTS: Final = 3
SAHARA_NORTH: Final = 27.667  # degrees
NAMED: Final = {"Kosovo": "XK", "Somaliland": "SO", "N. Cyprus": "CY", "Indian Ocean Ter.": "CX"}
# (state, code, west, south, east, north): what lies there is this code's, not the state's
APART: Final = (
    ("FR", "GF", -55.0, 2.0, -51.0, 6.0),
    ("FR", "GP", -62.0, 15.7, -61.0, 16.6),
    ("FR", "MQ", -61.4, 14.2, -60.7, 15.0),
    ("FR", "RE", 55.0, -21.6, 56.0, -20.7),
    ("FR", "YT", 44.9, -13.2, 45.4, -12.5),
    ("NO", "SJ", 9.0, 74.0, 35.0, 81.5),
    ("NL", "BQ", -68.6, 11.9, -62.8, 17.8),
    ("RU", "UA", 32.0, 44.0, 36.8, 46.4),
    ("AU", "CX", 105.0, -11.0, 106.0, -10.0),
    ("CX", "CC", 96.0, -13.0, 97.5, -11.5),
    ("AU", "CC", 96.0, -13.0, 97.5, -11.5),
)
Ring = list[tuple[float, float]]


def shapes_in(file: Path) -> dict[str, list[list[Ring]]]:
    """The polygons of each code, in degrees, with longitudes that go on beyond 180 where a shape crosses it."""
    topology = json.loads(file.read_text(encoding="utf-8"))
    scale, move = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs: list[Ring] = []
    for arc in topology["arcs"]:
        x = y = 0
        line: Ring = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            line.append((x * scale[0] + move[0], y * scale[1] + move[1]))
        arcs.append(line)
    aliases = get_global("territory_aliases")
    found: dict[str, list[list[Ring]]] = {}
    for one in topology["objects"]["countries"]["geometries"]:
        code = aliases.get(one.get("id", ""), [None])[0] or NAMED.get(one["properties"]["name"])
        if code is None or code == "AQ":
            continue
        for polygon in [one["arcs"]] if one["type"] == "Polygon" else one["arcs"]:
            rings = [unwrapped(joined(arcs, ring)) for ring in polygon]
            if code == "MA":
                found.setdefault("EH", []).append([cut(rings[0], north=False)])
                rings = [cut(rings[0], north=True)]
            found.setdefault(owner_of(code, rings[0]), []).append(rings)
    return found


def joined(arcs: list[Ring], ring: list[int]) -> Ring:
    """The line of these arcs, one after the other; ~n is arc n backwards."""
    line: Ring = []
    for number in ring:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        line += arc[1:] if line else arc
    return line


def unwrapped(ring: Ring) -> Ring:
    """The same ring without jumps at 180 degrees: Russia and Fiji go on."""
    line = ring[:1]
    for longitude, latitude in ring[1:]:
        before = line[-1][0]
        line.append((longitude + 360 * round((before - longitude) / 360), latitude))
    if sum(longitude for longitude, _latitude in line) / len(line) < -180:  # noqa: PLR2004 - the date line
        line = [(longitude + 360, latitude) for longitude, latitude in line]
    return line


def cut(ring: Ring, *, north: bool) -> Ring:
    """The part of a ring on one side of the border of Western Sahara (Sutherland and Hodgman 1974)."""
    kept: Ring = []
    for (before_x, before_y), (x, y) in zip([ring[-1], *ring], ring, strict=False):
        if (before_y >= SAHARA_NORTH) != (y >= SAHARA_NORTH):
            kept.append((before_x + (x - before_x) * (SAHARA_NORTH - before_y) / (y - before_y), SAHARA_NORTH))
        if (y >= SAHARA_NORTH) == north:
            kept.append((x, y))
    return kept


def owner_of(code: str, ring: Ring) -> str:
    """Whose a polygon is: by where its middle lies."""
    x, y = middle_of(ring)
    for state, other, west, south, east, north in APART:
        if code == state and west <= x <= east and south <= y <= north:
            return other
    return code


def middle_of(ring: Ring) -> tuple[float, float]:
    """The middle of the box around it: of something small, near enough."""
    xs, ys = [x for x, _y in ring], [y for _x, y in ring]
    return (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2


def area_of(ring: Ring) -> float:
    """Of the box around it."""
    xs, ys = [x for x, _y in ring], [y for _x, y in ring]
    return (max(xs) - min(xs)) * (max(ys) - min(ys))


def projected(longitude: float, latitude: float) -> tuple[float, float]:
    """Equal Earth, in units from the left and from the top."""
    a1, a2, a3, a4 = 1.340264, -0.081106, 0.000893, 0.003796
    t = math.asin(math.sqrt(3) / 2 * math.sin(math.radians(latitude)))
    under = 9 * a4 * t**8 + 7 * a3 * t**6 + 3 * a2 * t**2 + a1
    x = 2 * math.sqrt(3) * math.radians(longitude) * math.cos(t) / (3 * under)
    y = t * (a1 + a2 * t**2 + t**6 * (a3 + a4 * t**2))
    half = 2 * math.sqrt(3) * math.pi / (3 * a1)
    return (x / half + 1) * WIDTH / 2, -y / half * WIDTH / 2


def path_of(polygons: list[list[Ring]], top: float) -> str:
    """An SVG path in whole tenths of a unit: absolute moves, relative lines."""
    return "".join(piece for polygon in polygons for ring in polygon for piece in _ring(ring, top))


def _ring(ring: Ring, top: float) -> Iterator[str]:
    line: list[tuple[int, int]] = []
    for longitude, latitude in ring:
        x, y = projected(longitude, latitude)
        point = (round(10 * x), round(10 * (y - top)))
        if not line or math.dist(point, line[-1]) >= 10 * LEAST_STEP:
            line.append(point)
    if len(line) < LEAST_POINTS:
        return
    yield f"M{line[0][0]} {line[0][1]}l"
    steps = [f"{x - before_x} {y - before_y}" for (before_x, before_y), (x, y) in pairwise(line)]
    yield " ".join(steps).replace(" -", "-") + "z"


def main() -> None:
    """Write the file, and say what is in it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("package", type=Path, help="the unpacked npm package world-atlas")
    folder = parser.parse_args().package
    top = projected(0, TOP)[1]
    shapes = {code: path_of(polygons, top) for code, polygons in shapes_in(folder / "countries-110m.json").items()}
    shapes = {code: path for code, path in shapes.items() if path}
    points: dict[str, Any] = {}
    for name in ("countries-50m.json", "countries-10m.json"):
        for code, polygons in shapes_in(folder / name).items():
            if code not in shapes and code not in points:
                x, y = projected(*middle_of(max((polygon[0] for polygon in polygons), key=area_of)))
                points[code] = [round(10 * x), round(10 * (y - top))]
    height = round(10 * (projected(0, BOTTOM)[1] - top))
    told = {
        "width": 10 * WIDTH,
        "height": height,
        "shapes": dict(sorted(shapes.items())),
        "points": dict(sorted(points.items())),
    }
    OUT.write_text(json.dumps(told, ensure_ascii=False, indent=0).replace('": [\n', '": [') + "\n", encoding="utf-8")
    print(f"{OUT.name}: {len(shapes)} shapes, {len(points)} points, {OUT.stat().st_size} bytes")


if __name__ == "__main__":
    main()
