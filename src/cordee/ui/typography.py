"""How are numbers and spaces written in each language?

The Latin subsets of our fonts hold no narrow no-break space (U+202F), so French uses U+00A0 wherever a line must not
break.
"""

from __future__ import annotations

import math
import re
from decimal import ROUND_HALF_UP, Decimal

NBSP = "\u00a0"
MINUS = "\u2212"
_BEFORE = re.compile(r"[ \u202f]+(?=[?!;:»%€])")
_AFTER = re.compile(r"«[ \u202f]+")
_THOUSANDS = re.compile(r"(?<=\d)[ \u202f](?=\d{3}(?!\d))")
_UNITS = re.compile(r"(?<=\d)[ \u202f](?=(?:h|min|s|ms|km|m|cm|mm|kg|g|ko|Mo|Go|octets?|bits?|ECTS)\b)")
_TAG = re.compile(r"(<[^>]*>)")
_UNTOUCHED = re.compile(r"<(/?)(code|pre|script|style|textarea|svg|math|kbd|samp)\b", re.IGNORECASE)


def is_french(language: str | None) -> bool:
    """Whether the rules of French apply: "fr", "fr-ca", …"""
    return (language or "").lower().split("-")[0] == "fr"


def typo_fr(text: str) -> str:
    """No-break spaces before ? ! ; : » % €, after «, inside thousands, between a number and its unit. Idempotent."""
    text = _BEFORE.sub(NBSP, text)
    text = _AFTER.sub("«" + NBSP, text)
    text = _THOUSANDS.sub(NBSP, text)
    return _UNITS.sub(NBSP, text)


def typo_fr_html(html: str) -> str:
    """The same in the text of HTML: tags, code and formulas stay as they are."""
    out: list[str] = []
    closed_by: str | None = None
    depth = 0
    for part in _TAG.split(html):
        if part.startswith("<") and part.endswith(">"):
            found = _UNTOUCHED.match(part)
            if found and closed_by in {None, found[2].lower()} and not part.endswith("/>"):
                depth += -1 if found[1] else 1
                depth = max(depth, 0)
                closed_by = found[2].lower() if depth else None
            out.append(part)
        else:
            out.append(part if depth else typo_fr(part))
    return "".join(out)


def number(value: float, language: str, decimals: int = 0) -> str:
    """A number for people: `12 480,5` in French, `12,480.5` otherwise; halves are rounded away from zero."""
    if not math.isfinite(value):
        return "–"
    exact = Decimal(repr(value) if isinstance(value, float) else value)
    rounded = exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    if rounded == 0:
        rounded = abs(rounded)
    written = f"{rounded:,f}".replace("-", MINUS)
    return written.replace(",", NBSP).replace(".", ",") if is_french(language) else written


def points(value: float, language: str) -> str:
    """Points without needless decimals: 3, 2.5, 0.33 (`0,33` in French); two decimals at most."""
    written = number(value, language, 2)
    mark = "," if is_french(language) else "."
    return written.rstrip("0").rstrip(mark) if mark in written else written


def hundredths(share: float, language: str) -> str:
    """A share 0–1 as a grade out of 100: 74, 74.5 (`74,5` in French)."""
    return points(float(f"{share * 100:.10g}"), language)


def plural_of(value: float, language: str) -> int:
    """The whole number whose plural a number takes: "1.5 points" and "0.5 points", but "1,5 point" in French."""
    whole = math.floor(abs(value))
    return whole if whole == abs(value) or is_french(language) else max(whole, 2)


def percent(share: float, language: str, decimals: int = 0) -> str:
    """A share 0–1 as a percentage: `41 %` in French, `41%` otherwise."""
    exact = float(Decimal(repr(float(share))).scaleb(2)) if math.isfinite(share) else share
    written = number(exact, language, decimals)
    return written + (NBSP + "%" if is_french(language) else "%")


def duration(seconds: float, language: str) -> str:
    """A length of work for people: `45 s`, `22 min`, `1 h 30` (French) or `1 h 30 min`."""
    if seconds < 60:  # noqa: PLR2004 - a minute
        return f"{max(0, round(seconds))}{NBSP}s"
    minutes = round(seconds / 60)
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{minutes}{NBSP}min"
    if not rest:
        return f"{hours}{NBSP}h"
    return f"{hours}{NBSP}h{NBSP}{rest:02d}" if is_french(language) else f"{hours}{NBSP}h {rest}{NBSP}min"


def exact_duration(seconds: float, language: str) -> str:
    """A length of time that is kept to the second, never more than it is: `1 min 30 s`, `2 h`, `1 h 30`."""
    whole = math.floor(max(0.0, seconds) + 0.01)  # 5 min and a third are 400 s, also where 6.66666 min were kept
    minutes, rest = divmod(whole, 60)
    if not rest:
        return duration(whole, language)
    hours, minutes = divmod(minutes, 60)
    parts = [(hours, "h"), (minutes, "min"), (rest, "s")]
    return " ".join(f"{n}{NBSP}{unit}" for n, unit in (parts if hours else parts[1:] if minutes else parts[2:]))
