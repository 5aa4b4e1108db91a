"""What does a cell of a report say: a number, a moment, yes or no?

A report goes through a spreadsheet before it comes here, so a number may have a decimal comma and a date may be written
the French way. What is none of these is None, never a guess.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from functools import lru_cache
from typing import Final

PERCENT: Final = 100
_SPACES: Final = re.compile(r"[\s\u00a0\u202f]+")
_NUMBER: Final = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d{1,3})?")
_ISO: Final = re.compile(
    r"(\d{4})-(\d\d?)-(\d\d?)(?:[T ](\d\d?):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)?\s*(Z|UTC|[+-]\d\d:?\d\d)?", re.I
)
_FRENCH: Final = re.compile(r"(\d\d?)/(\d\d?)/(\d{4})(?: (\d\d?)[:h](\d\d)(?::(\d\d))?)?")
_TRUE: Final = frozenset({"1", "y", "yes", "true", "t", "o", "oui", "vrai"})
_FALSE: Final = frozenset({"0", "n", "no", "false", "f", "non", "faux"})
NOTHING: Final = frozenset({"", "null", "none", "n/a", "na", "nan", "-"})


def words(cell: str) -> str:
    """The cell on one line, without the `="…"` that keeps a spreadsheet from reckoning; '' for an empty one."""
    if not cell.isascii() or " " in cell or not cell.isprintable():
        cell = _SPACES.sub(" ", cell).strip()
    return cell[2:-1] if len(cell) > 2 and cell.startswith('="') and cell.endswith('"') else cell  # noqa: PLR2004


def said(cell: str) -> str | None:
    """The words of a cell; None where it is empty or says that there is nothing."""
    found = words(cell)
    return None if found.casefold() in NOTHING else found


@lru_cache(maxsize=4096)  # the cells of a report repeat themselves
def number(cell: str) -> float | None:
    """A finite number, with a decimal point or comma, a % for hundredths; None for anything else."""
    text = _SPACES.sub("", words(cell))
    share = text.endswith("%")
    text = text.removesuffix("%")
    if not _NUMBER.fullmatch(text):
        return None
    found = float(text.replace(",", "."))
    if not math.isfinite(found):
        return None
    return found / PERCENT if share else found


def whole(cell: str) -> int | None:
    """A whole number ("1003", "1003,0"); None for anything else."""
    found = number(cell)
    return int(found) if found is not None and found.is_integer() and abs(found) < 1e15 else None  # noqa: PLR2004


def identifier(cell: str) -> str:
    """An id, without the decimals that a spreadsheet may have put behind a number: "1003,0" is "1003"."""
    text = words(cell)
    return re.sub(r"[.,]0+$", "", text) if re.fullmatch(r"\d+[.,]0+", text) else text


def truth(cell: str) -> bool | None:
    """Yes or no, as edX, Python and French spreadsheets write them; None for anything else."""
    text = words(cell).casefold()
    return True if text in _TRUE else False if text in _FALSE else None


def moment(cell: str) -> dt.datetime | None:
    """A moment in UTC, naive as the pilot's tables keep it; without an offset it is UTC already."""
    text = words(cell)
    try:
        if match := _ISO.fullmatch(text):
            year, month, day, hour, minute, second, part, offset = match.groups()
            found = dt.datetime(  # noqa: DTZ001 - UTC, see above
                int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0)
            )
            found += dt.timedelta(microseconds=int((part or "0")[:6].ljust(6, "0")))
            if offset and offset[0] in "+-":
                sign = 1 if offset[0] == "+" else -1
                hours, minutes = int(offset[1:3]), int(offset[-2:])
                found -= sign * dt.timedelta(hours=hours, minutes=minutes)
            return found
        if match := _FRENCH.fullmatch(text):
            day, month, year, hour, minute, second = match.groups()
            return dt.datetime(  # noqa: DTZ001
                int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0)
            )
    except (ValueError, OverflowError):
        pass  # the 31st of February, the year 0
    return None
