"""What shape does each country have on the map of a review? Writes `src/cordee/bilan/world.json`.

    python scripts/make_world_map.py countries-110m.json

The file is that of the npm package world-atlas 2.0.2 (ISC), made from Natural Earth 1:110m (public domain). Projection:
Equal Earth (Šavrič, Patterson and Jenny 2018). Land without a country's code of ours is kept under names that are none.
"""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
NAMES = ROOT / "src" / "cordee" / "ui" / "countries.json"
OUT = ROOT / "src" / "cordee" / "bilan" / "world.json"
WIDTH = 760
NEAR = 1.1  # units; points closer than this are one
LEFT_OUT = {"Antarctica", "Fiji"}  # at the edge of the map
OTHER_NAMES = {  # as Natural Earth writes them
    "Bosnia and Herz.": "BA", "Central African Rep.": "CF", "Congo": "CG", "Côte d'Ivoire": "CI", "Czechia": "CZ",
    "Dem. Rep. Congo": "CD", "Dominican Rep.": "DO", "Eq. Guinea": "GQ", "Falkland Is.": "FK", "Macedonia": "MK",
    "Fr. S. Antarctic Lands": "TF", "Myanmar": "MM", "Palestine": "PS", "S. Sudan": "SS", "Solomon Is.": "SB",
    "Trinidad and Tobago": "TT", "Turkey": "TR", "United States of America": "US", "W. Sahara": "EH", "eSwatini": "SZ",
}  # fmt: skip
A1, A2, A3, A4 = 1.340264, -0.081106, 0.000893, 0.003796

Point = tuple[float, float]


def project(point: Point) -> Point:
    """Longitude and latitude in degrees as places of the drawing."""
    scale, longitude, latitude = WIDTH / 5.42, math.radians(point[0]), math.radians(point[1])
    t = math.asin(math.sqrt(3) / 2 * math.sin(latitude))
    t2 = t * t
    t6 = t2**3
    x = 2 * math.sqrt(3) * longitude * math.cos(t) / (3 * (9 * A4 * t6 * t2 + 7 * A3 * t6 + 3 * A2 * t2 + A1))
    y = t * (A1 + A2 * t2 + t6 * (A3 + A4 * t2))
    return round(WIDTH / 2 + x * scale, 1), round(scale * 1.32 - y * scale, 1)


def arcs_of(topology: dict[str, Any]) -> list[list[Point]]:
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((x * sx + tx, y * sy + ty))
        arcs.append(points)
    return arcs


def ring_of(indexes: list[int], arcs: list[list[Point]]) -> list[Point]:
    """One outline; what crosses the edge of the map at 180° is unrolled."""
    points: list[Point] = []
    for index in indexes:
        part = arcs[index] if index >= 0 else arcs[~index][::-1]
        points += part[1:] if points else part
    unrolled = points[:1]
    for longitude, latitude in points[1:]:
        turned = longitude - 360 * round((longitude - unrolled[-1][0]) / 360)
        unrolled.append((turned, latitude))
    if unrolled and sum(point[0] for point in unrolled) / len(unrolled) < -180:  # noqa: PLR2004 - degrees
        unrolled = [(longitude + 360, latitude) for longitude, latitude in unrolled]
    return unrolled


def path_of(shape: dict[str, Any], arcs: list[list[Point]]) -> str:
    path = ""
    for polygon in [shape["arcs"]] if shape["type"] == "Polygon" else shape["arcs"]:
        for indexes in polygon:
            drawn: list[Point] = []
            for point in map(project, ring_of(indexes, arcs)):
                if not drawn or abs(point[0] - drawn[-1][0]) + abs(point[1] - drawn[-1][1]) >= NEAR:
                    drawn.append(point)
            if len(drawn) > 3:  # noqa: PLR2004 - fewer are a dot
                path += "M" + "L".join(f"{x:g} {y:g}" for x, y in drawn) + "Z"
    return path


def main() -> None:
    topology = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    codes = {names[0]: code for code, names in json.loads(NAMES.read_text(encoding="utf-8")).items()}
    arcs = arcs_of(topology)
    found: dict[str, str] = {}
    for shape in topology["objects"]["countries"]["geometries"]:
        name = shape["properties"]["name"]
        if name not in LEFT_OUT and (path := path_of(shape, arcs)):
            found[codes.get(name) or OTHER_NAMES.get(name) or f"({name})"] = path
    print(f"{len(found)} shapes; without a code: {sorted(name for name in found if name.startswith('('))}")
    OUT.write_text(json.dumps(found, ensure_ascii=False, indent=0, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
