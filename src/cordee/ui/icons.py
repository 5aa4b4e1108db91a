"""How is an icon drawn in a page? From the files of `ui/icons` (Lucide, ISC licence), inlined."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from django.utils.safestring import SafeString, mark_safe

FOLDER = Path(__file__).parent / "icons"
HEAD = '<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">'  # `.icon` of base.css says how its lines are drawn


@cache
def names() -> frozenset[str]:
    """The icons that exist here."""
    return frozenset(path.stem for path in FOLDER.glob("*.svg"))


@cache
def svg(name: str) -> SafeString:
    """The icon as an SVG element, hidden from screen readers. Raises LookupError for a name that is not there."""
    if name not in names():
        raise LookupError(f"no icon named {name!r}: put its SVG from lucide-static into {FOLDER}")
    inner = re.search(r"<svg[^>]*>(.*)</svg>", (FOLDER / f"{name}.svg").read_text(encoding="utf-8"), re.DOTALL)
    if inner is None:
        raise LookupError(f"{name}.svg holds no drawing")
    return mark_safe(HEAD + re.sub(r"\s+", " ", inner[1]).strip() + "</svg>")  # noqa: S308 - our own file
