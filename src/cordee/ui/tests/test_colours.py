"""Can everybody tell our colours apart, in both themes?"""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import pytest

TOKENS = (Path(__file__).parent.parent / "styles" / "tokens.css").read_text(encoding="utf-8")
COLOUR = re.compile(r"--([\w-]+):\s*(#[0-9a-fA-F]{6})")
# Machado, Oliveira and Fernandes 2009, severity 1: what a colour becomes for eyes without one sort of cone.
EYES = {
    "all three cones": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "no L cones": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "no M cones": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.01182, 0.04294, 0.968881)),
    "no S cones": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.3039)),
}


def block(opening: str) -> str:
    """The declarations after an opening, up to the brace that closes them."""
    start = TOKENS.index(opening) + len(opening)
    return TOKENS[start : TOKENS.index("}", start)]


LIGHT = dict(COLOUR.findall(block(":root {")))
DARK_CHOSEN = block('@media screen { :root[data-theme="dark"] {')
DARK_SYSTEM = block('@media screen and (prefers-color-scheme: dark) { :root:not([data-theme="light"]) {')
THEMES = {"light": LIGHT, "dark": LIGHT | dict(COLOUR.findall(DARK_CHOSEN))}


def sanctioned_pairs() -> list[tuple[str, str, float]]:
    """Foreground, ground, least contrast: 4.5 for words, 3 for what is drawn (WCAG 2.2, 1.4.3 and 1.4.11)."""
    pairs: list[tuple[str, str, float]] = []
    for ground in ("paper", "surface", "sunken"):
        words = ("ink", "ink-2", "ink-3", "link", "good", "bad", "warn", "info", "rope-text")
        pairs += [(colour, ground, 4.5) for colour in words]
        pairs += [(colour, ground, 3) for colour in ("line-2", "focus", "rope")]
    pairs += [
        ("on-brand", "brand", 4.5),
        ("on-brand", "brand-hover", 4.5),
        ("ink", "brand-soft", 4.5),
        ("link", "brand-soft", 4.5),
        ("brand", "brand-soft", 4.5),
        ("on-rope", "rope", 3),
        ("rope-text", "rope-soft", 4.5),
        ("ink", "rope-soft", 4.5),
        ("ink-2", "rope-soft", 4.5),
        ("ink", "mark", 4.5),
        ("paper", "ink", 4.5),
        ("axis", "surface", 4.5),
        ("axis", "paper", 4.5),
    ]
    for tone in ("good", "bad", "warn", "info"):
        pairs += [(tone, f"{tone}-soft", 4.5), ("ink", f"{tone}-soft", 4.5), ("ink-2", f"{tone}-soft", 4.5)]
    for family in ("fam-net", "fam-eco", "fam-sci", "fam-code"):
        pairs += [(family, f"{family}-wash", 4.5), (family, "paper", 4.5), (family, "surface", 4.5)]
        pairs += [("ink", f"{family}-wash", 4.5), ("rope-text", f"{family}-wash", 4.5)]
    pairs += [(f"d-{n}", ground, 3) for n in range(1, 7) for ground in ("surface", "paper")]
    pairs += [(f"code-{part}", "code-bg", 4.5) for part in ("ink", "kw", "str", "num", "com", "fn")]
    for tone in ("bad", "warn", "info"):  # a line of a program of which something is said
        pairs += [(f"code-{part}", f"{tone}-soft", 4.5) for part in ("ink", "kw", "str", "num", "fn")]
        pairs += [(said, f"{tone}-soft", 4.5) for said in ("bad", "warn", "info")]
    return pairs


def linear(colour: str) -> list[float]:
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, "contrast ratio"."""
    dark, light = sorted(
        sum(w * part for w, part in zip((0.2126, 0.7152, 0.0722), linear(c), strict=True)) for c in (one, other)
    )
    return (light + 0.05) / (dark + 0.05)


def lab(colour: str, eye: str) -> tuple[float, float, float]:
    """CIE Lab, as that eye sees it."""
    seen = [sum(weight * part for weight, part in zip(row, linear(colour), strict=True)) for row in EYES[eye]]
    matrix = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))
    xyz = [max(0.0, sum(weight * part for weight, part in zip(row, seen, strict=True))) for row in matrix]
    x, y, z = (
        t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116 for t in (xyz[0] / 0.9505, xyz[1], xyz[2] / 1.089)
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


@pytest.mark.parametrize("theme", THEMES)
def test_every_pair_of_colours_that_pages_use_can_be_read(theme: str) -> None:
    colours = THEMES[theme]
    weak = [
        f"{front} on {ground}: {contrast(colours[front], colours[ground]):.2f}, at least {least}"
        for front, ground, least in sanctioned_pairs()
        if contrast(colours[front], colours[ground]) < least
    ]
    assert weak == []


def test_black_on_white_has_the_contrast_that_the_standard_says() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


def test_the_dark_theme_is_the_same_whether_chosen_or_from_the_system() -> None:
    assert DARK_CHOSEN.split() == DARK_SYSTEM.split()
    assert len(COLOUR.findall(DARK_CHOSEN)) > 50


def test_the_dark_theme_gives_every_colour_that_the_light_one_has() -> None:
    same_in_both = {"fam", "fam-wash"}  # they point to others
    assert set(LIGHT) - set(dict(COLOUR.findall(DARK_CHOSEN))) - same_in_both == set()


@pytest.mark.parametrize("eye", EYES)
@pytest.mark.parametrize(
    ("theme", "first", "least"), [("light", 3, 33), ("light", 6, 17), ("dark", 3, 38), ("dark", 6, 15)]
)
def test_the_colours_of_data_stay_apart_for_every_eye(theme: str, first: int, least: float, eye: str) -> None:
    seen = [lab(THEMES[theme][f"d-{n}"], eye) for n in range(1, first + 1)]
    nearest = min(
        sum((a - b) ** 2 for a, b in zip(*two, strict=True)) ** 0.5 for two in itertools.combinations(seen, 2)
    )
    assert nearest >= least
