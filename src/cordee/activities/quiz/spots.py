"""Is a click on an image where the author expects it?

Rectangles hold their edges. A region is the convex hull of its points, edges and corners left out (as measured).
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from cordee.activities.quiz.definition import Spot
from cordee.activities.quiz.feedback import feedback
from cordee.activities.quiz.numbers import BadKey
from cordee.activities.quiz.refusals import bad_key, not_a_point, not_a_text
from cordee.courses.kinds import Correctness, InputResult

LONGEST = 100_000  # characters of what an author writes of one image
_RECTANGLE = re.compile(r"[(\[]([0-9]{1,6}),([0-9]{1,6})[)\]]-[(\[]([0-9]{1,6}),([0-9]{1,6})[)\]].*")
_CLICK = re.compile(r"\[ *([0-9]{1,6}) *, *([0-9]{1,6}) *\]")
LEAST_HULL = 3  # points

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Shape:
    """A place that wins: a rectangle (two opposite corners) or a convex region (its corners, in order)."""

    corners: tuple[Point, ...]
    is_rectangle: bool = False

    def holds(self, x: float, y: float) -> bool:
        if self.is_rectangle:
            (left, top), (right, bottom) = self.corners
            return left <= x <= right and top <= y <= bottom
        turns = [
            _turn(corner, self.corners[(rank + 1) % len(self.corners)], (x, y))
            for rank, corner in enumerate(self.corners)
        ]
        return len(turns) >= LEAST_HULL and all(turn > 0 for turn in turns)

    @property
    def middle(self) -> tuple[int, int]:
        """A point well inside, if any is: the mean of the corners."""
        return (
            round(sum(x for x, _y in self.corners) / len(self.corners)),
            round(sum(y for _x, y in self.corners) / len(self.corners)),
        )


def _turn(first: Point, second: Point, third: Point) -> float:
    """Positive when the third point lies on the inner side of the line from the first to the second."""
    return (second[0] - first[0]) * (third[1] - first[1]) - (second[1] - first[1]) * (third[0] - first[0])


def grade_click(spot: Spot, value: Any, input_id: str) -> InputResult:
    """Compare a click "[x,y]" with the places of the key. Not sent or blank is incorrect. Raises AnswerUnreadable."""
    if value is None or value == "":
        return InputResult("incorrect")
    if not isinstance(value, str):
        raise not_a_text(input_id)
    try:
        shapes = shapes_of(spot)
    except BadKey:
        raise bad_key(input_id) from None
    if not value.strip():
        return InputResult("incorrect")
    found = _CLICK.fullmatch(value.strip())
    if found is None:
        raise not_a_point(input_id)
    right = any(shape.holds(int(found[1]), int(found[2])) for shape in shapes)
    correctness: Correctness = "correct" if right else "incorrect"
    said = [] if right else [hint for hint in spot.wrong if _is_in(hint.when, int(found[1]), int(found[2]))]
    return InputResult(correctness, feedback(said[:1], correctness), 1.0 if right else 0.0)


def _is_in(place: str, x: int, y: int) -> bool:
    """Whether a point is in a place that the author expected by mistake; one that cannot be read holds none."""
    try:
        shapes = _shapes("" if place.startswith("[") else place, place if place.startswith("[") else "")
    except BadKey:
        return False
    return any(shape.holds(x, y) for shape in shapes)


def point_of(value: Any) -> tuple[int, int] | None:
    """The point of an answer "[x,y]", None when it is no point."""
    found = _CLICK.fullmatch(value.strip()) if isinstance(value, str) else None
    return (int(found[1]), int(found[2])) if found else None


def typed_of(value: Any) -> tuple[str, str]:
    """What was typed in the two fields of an answer, whether it can be read or not."""
    if not isinstance(value, str):
        return "", ""
    across, _comma, down = value.strip().removeprefix("[").removesuffix("]").partition(",")
    return across.strip(), down.strip()


def answer_from(across: str, down: str) -> str:
    """The answer that two fields make: "[x,y]", "" when neither is filled."""
    across, down = across.strip(), down.strip()
    return f"[{across},{down}]" if across or down else ""


def shapes_of(spot: Spot) -> tuple[Shape, ...]:
    """The places that win. Raises BadKey when they cannot be read or there is none."""
    return _shapes(spot.rectangle or "", spot.regions or "")


@lru_cache(maxsize=1024)
def _shapes(rectangles: str, regions: str) -> tuple[Shape, ...]:
    if len(rectangles) > LONGEST or len(regions) > LONGEST:
        raise BadKey(rectangles[:60] or regions[:60])
    shapes = []
    for written in filter(None, "".join(rectangles.split()).split(";")):
        found = _RECTANGLE.fullmatch(written)
        if found is None:
            raise BadKey(rectangles)
        left, top, right, bottom = (float(number) for number in found.groups())
        shapes.append(Shape(((left, top), (right, bottom)), is_rectangle=True))
    if regions.strip():
        shapes += [Shape(hull) for hull in map(_hull, _read_regions(regions)) if hull]
    if not shapes:
        raise BadKey(rectangles or regions)
    return tuple(shapes)


def _read_regions(written: str) -> list[list[Point]]:
    """The lists of points of a JSON text; one region may stand without the outer list. Raises BadKey."""
    try:
        data = json.loads(written)
        if data and isinstance(data[0][0], int | float):
            data = [data]
        regions = [[(_number(x), _number(y)) for x, y in region] for region in data]
    except (ValueError, TypeError, IndexError, KeyError, RecursionError, OverflowError):
        raise BadKey(written[:60]) from None
    return regions


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or abs(value) > 1e9:  # noqa: PLR2004 - no image is larger
        raise ValueError(value)
    return float(value)


def _hull(points: list[Point]) -> tuple[Point, ...]:
    """The corners of the convex hull, in order; () when the points lie on one line. By Andrew's monotone chain."""
    ordered = sorted(set(points))
    halves = []
    for direction in (ordered, ordered[::-1]):
        chain: list[Point] = []
        for point in direction:
            while len(chain) > 1 and _turn(chain[-2], chain[-1], point) <= 0:
                chain.pop()
            chain.append(point)
        halves += chain[:-1]
    return tuple(halves) if len(halves) >= LEAST_HULL else ()
