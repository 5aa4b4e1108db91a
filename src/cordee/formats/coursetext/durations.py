"""How long is `4:10`, `2 h`, `1 h 30`, `90 s`, `2 days`?"""

from __future__ import annotations

import re

_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,3}):(\d{2})")
_PARTS = re.compile(
    r"(\d+(?:[.,]\d+)?)\s*(weeks?|w|days?|d|jours?|j|hours?|heures?|h|minutes?|min|m|seconds?|secondes?|s)(?![a-z])"
)
_SECONDS = {"w": 604_800, "d": 86_400, "j": 86_400, "h": 3_600, "m": 60, "s": 1}
_REST = re.compile(r"\d{1,2}")


def seconds(text: str) -> float | None:
    """Seconds of a length of time; None when it is none. After hours, a bare number is minutes (`1 h 30`)."""
    word = text.strip().lower()
    clock = _CLOCK.fullmatch(word)
    if clock:
        return int(clock[1] or 0) * 3600 + int(clock[2]) * 60 + int(clock[3])
    total, last = 0.0, ""
    position = 0
    for part in _PARTS.finditer(word):
        if word[position : part.start()].strip(" ,"):
            return None
        last = part[2][0]
        if part[2].startswith("s") or last in _SECONDS:
            total += float(part[1].replace(",", ".")) * _SECONDS[last]
        position = part.end()
    rest = word[position:].strip()
    if rest and last == "h" and _REST.fullmatch(rest):
        return total + int(rest) * 60
    return total if last and not rest else None
