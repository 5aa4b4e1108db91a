"""How are the effort profile, the QR code and the logo of an attestation drawn? As SVG that holds numbers only."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

import segno

from cordee.ui import profile
from cordee.ui.profile import Week

INK, ROPE, BRAND = "#12211e", "#d9480f", "#0b4f4a"  # paper is white in every theme
COLOURS = {"net": "#1f5f9e", "eco": "#52690f", "sci": "#8c5a00", "code": "#5a3fb0"}
SVG = '<svg xmlns="http://www.w3.org/2000/svg" '

Modules = Sequence[Mapping[str, Any]]  # as `Attestation.modules` keeps them


def colour_of(family: str) -> str:
    """The colour of a course family on paper."""
    return COLOURS.get(family, BRAND)


def workload_of(modules: Modules) -> list[Week] | None:
    """Hours of each module; None when the authors did not say."""
    parts = ("video_h", "reading_h", "practice_h")
    hours = [module[part] for module in modules for part in parts]
    if None in hours or not any(hours):
        return None
    return [Week(**{part: module[part] for part in parts}, graded=module["graded"]) for module in modules]


def profile_svg(modules: Modules, colour: str = "currentColor") -> str:
    """The relief of the course, on a scale of its own; a flat dashed line when the hours are not known."""
    workload = workload_of(modules)
    scale_h = max(week.total_h for week in workload) if workload else 1.0
    return profile.strip(workload, scale_h=scale_h).replace("<svg ", SVG, 1).replace("currentColor", colour)


def qr_svg(address: str) -> str:
    """A QR code (error correction M: it still reads with a stain), dark on nothing, without a border."""
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        out, kind="svg", border=0, xmldecl=False, svgns=True, svgclass=None, lineclass=None, dark=INK, omitsize=True
    )
    return out.getvalue().decode()


def logo_svg() -> str:
    """Two people on one rope."""
    return (
        f'{SVG}viewBox="2 2 28 28" fill="none">'
        f'<path d="M24.2 8.6A11 11 0 1 0 24.2 23.4" stroke="{INK}" stroke-width="4" stroke-linecap="round"/>'
        f'<circle cx="24.2" cy="8.6" r="4.6" fill="{ROPE}"/><circle cx="24.2" cy="23.4" r="4.6" fill="{INK}"/></svg>'
    )
