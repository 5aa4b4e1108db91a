"""What does the effort of a course look like, week by week?

Three stacked bands a week, bottom to top: video, reading, practice; a ring marks a week with graded work. All courses
share one vertical scale, so that covers compare honestly. An unknown workload is a flat dashed line, never an invented
relief; a cover may draw the outline instead: one brick a unit, one stack a module, which looks like no relief at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from cordee.ui.typography import number

COVER_SCALE_H = 5.3  # hours at the top of a cover and a strip
PROFILE_SCALE_H = 6.2  # hours at the top of the labelled profile
BANDS = 3

Point = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """Hours of work of one week (or module), by what one does."""

    video_h: float = 0
    reading_h: float = 0
    practice_h: float = 0
    graded: bool = False

    def __post_init__(self) -> None:
        if min(self.video_h, self.reading_h, self.practice_h) < 0:
            raise ValueError("hours of work are not negative")

    @property
    def total_h(self) -> float:
        return self.video_h + self.reading_h + self.practice_h

    def up_to(self, bands: int) -> float:
        """The height of the first bands, in hours."""
        return sum((self.video_h, self.reading_h, self.practice_h)[:bands])


Workload = Sequence[Week] | None


@dataclass(frozen=True, slots=True)
class Stack:
    """One module of a course whose workload is unknown: how many units it holds."""

    units: int
    graded: bool = False


def cover(workload: Workload, stacks: Sequence[Stack] = ()) -> SafeString:
    """The top of a course card, without text: the workload, else the outline (`stacks`, one a module)."""
    width, height, top = 320.0, 136.0, 46.0
    head = f'viewBox="0 0 {width:g} {height:g}" aria-hidden="true" preserveAspectRatio="xMidYMax slice"'
    if not workload and stacks:
        return _svg(head, _bricks(stacks, width, top, height))
    if not workload:
        return _svg(head, _flat(width, height - 34))
    layers = _layers(workload, width, top, height, _scale(workload, COVER_SCALE_H))
    drawing = _areas(layers, height, width, (".26", ".5", ".92")) + _line(layers[0], "1.5")
    for week, (x, y) in zip(workload, layers[0][1:-1], strict=True):
        if week.graded:
            drawing += f'<circle class="viz__ring" cx="{x:.1f}" cy="{y:.1f}" r="4" stroke-width="2"/>'
    return _svg(head, drawing)


def strip(workload: Workload, *, scale_h: float = COVER_SCALE_H) -> SafeString:
    """A row's left side, or the attestation's relief (with a scale of its own): stretches to its box."""
    width, height = 200.0, 90.0
    head = f'viewBox="0 0 {width:g} {height:g}" aria-hidden="true" preserveAspectRatio="none"'
    if not workload:
        return _svg(head, _flat(width, height - 22))
    layers = _layers(workload, width, 16, height, _scale(workload, scale_h))
    return _svg(head, _areas(layers, height, width, (".26", ".5", ".92")))


def ridge(weeks: Sequence[Week]) -> SafeString:
    """A year of a whole community, a point a week, on a scale of its own: stretches to its box, without text."""
    width, height = 1280.0, 150.0
    top = max(week.total_h for week in weeks)
    layers: list[list[Point]] = [
        [
            (
                float(round(width * i / (len(weeks) - 1))),
                float(round(height - 2 - (height - 10) * week.up_to(bands) / top)),
            )
            for i, week in enumerate(weeks)
        ]
        for bands in range(BANDS, 0, -1)
    ]
    areas = _areas(layers, height, width, (".16", ".36", ".9"))
    line = f'<path d="{_curve(layers[0])}" class="viz__line" vector-effect="non-scaling-stroke"/>'
    drawing = (areas + line).replace(".0 ", " ").replace(".0C", "C").replace(".0V", "V").replace('.0"', '"')
    return _svg(f'viewBox="0 0 {width:g} {height:g}" aria-hidden="true" preserveAspectRatio="none"', drawing)


def mini(workload: Workload, *, width: int = 120, height: int = 30) -> SafeString:
    """A cell of a table."""
    head = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}" aria-hidden="true"'
    if not workload:
        return _svg(head, _flat(width, height - 8))
    layers = _layers(workload, width, 3, height, _scale(workload, PROFILE_SCALE_H))
    return _svg(head, _areas(layers, height, width, (".22", ".4", ".85")))


def profile(workload: Workload, language: str, *, here: float | None = None, narrow: bool = False) -> SafeString:
    """The labelled drawing. `here`: the reader's place in weeks from the start (2.35 = in the third week)."""
    width, height = (360.0, 190.0) if narrow else (760.0, 210.0)
    base = height - 34
    size = 13
    if not workload:
        head = f'viewBox="0 0 {width:g} 60" role="img" aria-label="{{}}"'
        return format_html(
            "<svg " + head + ">{}</svg>", _("The workload of this course is not known."), _flat(width, 40)
        )
    head = f'class="viz" viewBox="0 0 {width:g} {height:g}" role="img" aria-label="{{}}"'
    layers = _layers(workload, width, 26, base, _scale(workload, PROFILE_SCALE_H))
    step = width / len(workload)
    drawing = "".join(
        f'<line x1="{step * i:.0f}" x2="{step * i:.0f}" y1="18" y2="{base:g}" stroke="currentColor" opacity=".2"/>'
        for i in range(1, len(workload))
    )
    drawing += _areas(layers, base, width, (".18", ".4", ".8")) + _line(layers[0], "2")
    drawing += f'<line x1="0" x2="{width:g}" y1="{base:g}" y2="{base:g}" stroke="currentColor" stroke-width="2"/>'
    every = 1 if step >= (34 if narrow else 46) else 2 if step >= (17 if narrow else 23) else 4
    for i, (week, (x, y)) in enumerate(zip(workload, layers[0][1:-1], strict=True)):
        if i % every == 0:
            hours = number(week.total_h, language, 1) + ("" if narrow else "\u00a0h")
            drawing += _text(x, y - 12, hours, size, kind="viz__n")
            below = _("M{number}") if narrow else _("Module {number}")
            drawing += _text(x, base + 20, below.format(number=i + 1), size)
        if week.graded:
            drawing += f'<circle class="viz__ring" cx="{x:.0f}" cy="{y:.0f}" r="5" stroke-width="2.5"/>'
    if here is not None:
        drawing += _you_are_here(min(max(here, 0), len(workload)) * step, width, base, size)
    words = _("Effort profile: {weeks}").format(
        weeks=", ".join(
            _("module {number}: {hours}\u00a0h").format(number=i + 1, hours=number(week.total_h, language, 1))
            for i, week in enumerate(workload)
        )
    )
    return format_html("<svg " + head + ">{}</svg>", words, mark_safe(drawing))  # noqa: S308 - numbers and escaped words


def _you_are_here(x: float, width: float, base: float, size: int) -> str:
    anchor, shift = ("end", -8) if x > width * 0.6 else ("start", 8)
    return (
        f'<line class="viz__rope" x1="{x:.0f}" x2="{x:.0f}" y1="6" y2="{base + 2:g}" stroke-width="2.5"/>'
        f'<circle class="viz__rope" cx="{x:.0f}" cy="{base:g}" r="6" stroke-width="2"/>'
        + _text(x + shift, 14, _("You are here"), size, kind="viz__here", anchor=anchor)
    )


def _scale(workload: Sequence[Week], hours: float) -> float:
    """The common scale, or the course's own when it would leave the drawing."""
    return max(hours, *(week.total_h for week in workload))


def _layers(workload: Sequence[Week], width: float, top: float, base: float, scale_h: float) -> list[list[Point]]:
    """Points of the three bands' upper edges, the highest first; the ends come down to the ground of the course."""
    step = width / len(workload)
    layers = []
    for bands in range(BANDS, 0, -1):
        heights = [week.up_to(bands) for week in workload]
        edge = [(0.0, base - (base - top) * heights[0] * 0.45 / scale_h)]
        edge += [(step * (i + 0.5), base - (base - top) * hours / scale_h) for i, hours in enumerate(heights)]
        edge += [(width, base - (base - top) * heights[-1] * 0.35 / scale_h)]
        layers.append(edge)
    return layers


def _bricks(stacks: Sequence[Stack], width: float, top: float, base: float) -> str:
    """A brick a unit, stacked by module; a ring above a module with graded work. One scale up to twelve units."""
    step = width / len(stacks)
    wide = min(step * 0.66, 44.0)
    high = (base - top) / max(12, *(stack.units for stack in stacks))
    drawing = ""
    for rank, stack in enumerate(stacks):
        left = step * (rank + 0.5) - wide / 2
        path = "".join(
            f"M{left:.1f} {base - high * (unit + 0.8):.1f}h{wide:.1f}v{high * 0.72:.1f}h-{wide:.1f}z"
            for unit in range(stack.units)
        )
        drawing += f'<path d="{path}" fill="currentColor" opacity=".5"/>' if path else ""
        if stack.graded:
            y = base - high * stack.units - 9
            drawing += f'<circle class="viz__ring" cx="{step * (rank + 0.5):.1f}" cy="{y:.1f}" r="4" stroke-width="2"/>'
    return drawing


def _areas(layers: list[list[Point]], base: float, width: float, opacities: tuple[str, str, str]) -> str:
    return "".join(
        f'<path d="{_curve(layer)}V{base:g}H0Z" fill="currentColor" opacity="{opacity}"/>'
        for layer, opacity in zip(layers, opacities, strict=True)
    )


def _line(points: list[Point], stroke: str) -> str:
    return f'<path d="{_curve(points)}" fill="none" stroke="currentColor" stroke-width="{stroke}"/>'


def _flat(width: float, y: float) -> SafeString:
    return mark_safe(  # noqa: S308 - numbers only
        f'<line x1="0" x2="{width:g}" y1="{y:g}" y2="{y:g}" '
        'stroke="currentColor" stroke-width="2" stroke-dasharray="7 6" opacity=".7"/>'
    )


def _text(x: float, y: float, words: str, size: int, *, kind: str = "", anchor: str = "middle") -> str:
    of = f' class="{kind}"' if kind else ""
    return format_html(
        '<text x="{}" y="{}" text-anchor="{}" font-size="{}"' + of + ">{}</text>",
        f"{x:.0f}",
        f"{y:.0f}",
        anchor,
        size,
        words,
    )


def _svg(head: str, drawing: str) -> SafeString:
    return mark_safe(f"<svg {head}>{drawing}</svg>")  # noqa: S308 - numbers only


def _curve(points: list[Point]) -> str:
    """A cubic path through the points that never overshoots them (monotone, Fritsch and Carlson 1980).

    Whole pixels to the right, tenths upwards: a list of courses is a fifth lighter, and looks the same.
    """
    slopes = [(b[1] - a[1]) / (b[0] - a[0]) for a, b in pairwise(points)]
    inner = [0.0 if a * b <= 0 else 2 * a * b / (a + b) for a, b in pairwise(slopes)]
    tangents = [slopes[0], *inner, slopes[-1]]
    path = f"M{points[0][0]:.0f} {_tenths(points[0][1])}"
    for i, (start, end) in enumerate(pairwise(points)):
        third = (end[0] - start[0]) / 3
        path += (
            f"C{start[0] + third:.0f} {_tenths(start[1] + tangents[i] * third)} "
            f"{end[0] - third:.0f} {_tenths(end[1] - tangents[i + 1] * third)} {end[0]:.0f} {_tenths(end[1])}"
        )
    return path


def _tenths(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
