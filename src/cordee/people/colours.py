"""Can words of one colour be read on another?

The ratio is that of WCAG 2.2 (https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio), from 1 to 21.
"""

from __future__ import annotations

import re
from typing import Final

from cordee.core.errors import N_, InputRefused

COLOUR: Final = re.compile(r"#[0-9a-f]{6}", re.ASCII)
LEAST_RATIO: Final = 4.5  # of words on their ground: WCAG 2.2, 1.4.3
FIRST_LINEAR: Final = 0.04045  # of sRGB (IEC 61966-2-1)
WEIGHTS: Final = (0.2126, 0.7152, 0.0722)


def read_colour(text: str) -> str:
    """ "#0B4F4A" or "0b4f4a" as "#0b4f4a"; "" stays "". Raises InputRefused."""
    colour = text.strip().lower()
    if colour and not colour.startswith("#"):
        colour = f"#{colour}"
    if colour and not COLOUR.fullmatch(colour):
        raise InputRefused(N_("A colour is written as # and six signs from 0 to f, for example #0b4f4a."))
    return colour


def ratio_of(one: str, other: str) -> float:
    """How much two colours as "#0b4f4a" differ in lightness: 1 for the same, 21 for black and white."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def check_contrast(colour: str, ink: str) -> None:
    """Raises InputRefused, with the ratio, where words in `ink` could not be read on `colour`."""
    ratio = ratio_of(colour, ink)
    if ratio < LEAST_RATIO:
        raise InputRefused(
            N_(
                "Words in {ink} on {colour} have a contrast of {ratio} to 1, and many people need {least} to 1 to read"
                " them. Choose a darker or a lighter one."
            ),
            ink=ink,
            colour=colour,
            ratio=int(ratio * 100) / 100,  # cut, not rounded: 4.499 must not be shown as 4.50
            least=float(LEAST_RATIO),
        )


def _luminance(colour: str) -> float:
    parts = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    return sum(weight * _linear(part) for weight, part in zip(WEIGHTS, parts, strict=True))


def _linear(part: float) -> float:
    return float(part / 12.92 if part <= FIRST_LINEAR else ((part + 0.055) / 1.055) ** 2.4)
