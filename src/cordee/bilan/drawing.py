"""How are the charts of a report drawn, once for screen and paper?

SVG whose colours are the tokens of the design (`var(--d-1)`): a page resolves them by its theme, `on_paper` by their
light values. Lengths are numbers of a view box that stretches; words never stand inside a drawing that does.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from typing import Final

TOKEN: Final = re.compile(r"var\((--[\w-]+)\)")
HEAD: Final = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" preserveAspectRatio="none"'
WIDE: Final = 1000
GAP: Final = 3
RIDGE_HEIGHT: Final = 240
TONES: Final = 6
# The tokens that drawings use, light, as ui/styles/tokens.css has them: sources are not installed with the package.
PAPER: Final = {
    "--d-1": "#0b6e67",
    "--d-2": "#d9480f",
    "--d-3": "#5a3fb0",
    "--d-4": "#5e4a1a",
    "--d-5": "#3a8de0",
    "--d-6": "#c9609a",
    "--q-1": "#c3e1da",
    "--q-2": "#93c9bf",
    "--q-3": "#58a89d",
    "--q-4": "#1f7d74",
    "--q-5": "#0a4a45",
    "--grid": "#dfe6e2",
    "--land": "#e4e6e5",
    "--surface": "#ffffff",
}


def bar(share: float, tone: int = 1) -> str:
    """A bar from zero, `share` 0–1 of its place."""
    width = WIDE * min(max(share, 0.0), 1.0)
    return (
        f'{_head(WIDE, 10)} class="r-bar" aria-hidden="true" focusable="false">'
        f'<rect width="{width:.1f}" height="10" fill="var(--d-{tone})"/></svg>'
    )


def stack(shares: Sequence[float], tones: Sequence[int]) -> str:
    """A whole cut into pieces, in their order."""
    total = sum(shares) or 1.0
    at = 0.0
    parts = []
    for share, tone in zip(shares, tones, strict=True):
        width = WIDE * share / total
        parts.append(f'<rect x="{at:.1f}" width="{max(width - GAP, 1):.1f}" height="10" fill="var(--d-{tone})"/>')
        at += width
    return f'{_head(WIDE, 10)} class="r-stack" aria-hidden="true" focusable="false">{"".join(parts)}</svg>'


def ridge(heights: Sequence[float]) -> str:
    """The relief of the cover: of the values a mountain in three depths; a flat dashed line where none is known."""
    if len(heights) < 2 or not max(heights):  # noqa: PLR2004 - a line has two ends
        flat = f"M0 {RIDGE_HEIGHT - 20}H{WIDE}"
        line = f'<path d="{flat}" fill="none" stroke="#ff8142" stroke-width="2.5" stroke-dasharray="9 7"/>'
        return f'{_head(WIDE, RIDGE_HEIGHT)} aria-hidden="true" focusable="false">{line}</svg>'
    most = max(heights)
    step = WIDE / (len(heights) - 1)
    parts = []
    for depth, opacity in ((1.0, "0.2"), (0.62, "0.4"), (0.32, "0.9")):
        points = [(i * step, RIDGE_HEIGHT - 4 - (RIDGE_HEIGHT - 16) * depth * h / most) for i, h in enumerate(heights)]
        path = curve(points)
        parts.append(f'<path d="{path}V{RIDGE_HEIGHT}H0Z" fill="#7fd1c3" fill-opacity="{opacity}"/>')
        if depth == 1.0:
            parts.append(f'<path d="{path}" fill="none" stroke="#ff8142" stroke-width="3"/>')
    return f'{_head(WIDE, RIDGE_HEIGHT)} aria-hidden="true" focusable="false">{"".join(parts)}</svg>'


def curve(points: Sequence[tuple[float, float]]) -> str:
    """A path through points that rises and falls only where they do (monotone cubic, Fritsch and Carlson 1980)."""
    slopes = [(b[1] - a[1]) / (b[0] - a[0]) for a, b in pairwise(points)]
    tangents = [slopes[0]]
    tangents += [0.0 if a * b <= 0 else 2 * a * b / (a + b) for a, b in pairwise(slopes)]
    tangents.append(slopes[-1])
    path = f"M{points[0][0]:.1f} {points[0][1]:.1f}"
    for i, ((x0, y0), (x1, y1)) in enumerate(pairwise(points)):
        third = (x1 - x0) / 3
        path += (
            f"C{x0 + third:.1f} {y0 + tangents[i] * third:.1f} {x1 - third:.1f} {y1 - tangents[i + 1] * third:.1f}"
            f" {x1:.1f} {y1:.1f}"
        )
    return path


def on_paper(svg: str) -> str:
    """The drawing with the colours of paper in place of tokens."""
    return TOKEN.sub(lambda found: PAPER[found[1]], svg)


@cache
def _head(width: int, height: int) -> str:
    return HEAD.format(width=width, height=height)
