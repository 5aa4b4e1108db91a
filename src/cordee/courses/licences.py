"""What does a course's licence say in words that people know?"""

from __future__ import annotations

import re

from django.utils.translation import gettext

_CREATIVE_COMMONS = re.compile(r"creative-commons:\s*(?:ver=([\d.]+))?\s*(.*)", re.IGNORECASE)
_SPDX = re.compile(r"CC-(BY(?:-(?:NC|ND|SA))*)-([\d.]+)")  # e.g. "CC-BY-SA-4.0", as catalogue files write it
_PARTS = ("BY", "NC", "ND", "SA")


def licence_name(text: str) -> str:
    """E.g. "CC BY-NC 4.0" for Open edX's `creative-commons: ver=4.0 BY NC`; what cannot be read is shown as written."""
    spdx = _SPDX.fullmatch(text.strip())
    if spdx:
        return f"CC {spdx[1]} {spdx[2]}"
    found = _CREATIVE_COMMONS.fullmatch(text.strip())
    if found:
        named = found[2].upper().split()
        parts = [part for part in _PARTS if part in named]
        return f"CC {'-'.join(parts)} {found[1] or '4.0'}" if parts else text
    return gettext("All rights reserved") if text.strip().lower() == "all-rights-reserved" else text
