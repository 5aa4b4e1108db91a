"""How is the key of a number shown to learners? As a number, however the author wrote it."""

from __future__ import annotations

import math
from decimal import Decimal

from cordee.activities.quiz.expressions import Unreadable, value_of_key
from cordee.activities.quiz.numbers import PLAIN_NUMBER
from cordee.ui.typography import MINUS, is_french, number

MOST_DIGITS = 10  # of a value shown in place of its expression
FEWEST, MOST = 1e-6, 1e15  # what is written without a power of ten
SIGNIFICANT = 6  # digits of a value that was cut
ROUNDING = 1e-14  # as a share: what binary arithmetic adds to 0.1+0.2


def key_in_words(key: str, language: str) -> str:
    """A plain number as its author wrote it, with the language's decimal mark; else its value.

    "1000/200000*1000" is 5; "1/3" has no short value: 1/3 ≈ 0.333333.
    """
    key = key.strip()
    if PLAIN_NUMBER.fullmatch(key):
        return _plain(key, language)
    try:
        value = value_of_key(key)
    except Unreadable:
        return key
    if isinstance(value, complex) or not math.isfinite(value):
        return key
    short = float(f"{value:.{MOST_DIGITS}g}")
    if _has_usual_size(value) and math.isclose(value, short, rel_tol=ROUNDING):
        return _written(short, language)
    cut = float(f"{value:.{SIGNIFICANT}g}")
    shown = _written(cut, language) if _has_usual_size(cut) else _with_mark(f"{cut:.{SIGNIFICANT}g}", language)
    return f"{key} ≈ {shown}"


def _plain(text: str, language: str) -> str:
    decimals = len(text.partition(".")[2])
    value = float(text)
    if "e" in text.lower() or Decimal(repr(value)) != Decimal(text) or not _has_usual_size(value):
        return _with_mark(text, language)
    return _typeable(number(value, language, decimals), language)


def _has_usual_size(value: float) -> bool:
    return value == 0 or FEWEST <= abs(value) < MOST


def _written(value: float, language: str) -> str:
    exponent = Decimal(repr(value)).normalize().as_tuple().exponent
    decimals = max(0, -exponent) if isinstance(exponent, int) else 0
    return _typeable(number(value, language, decimals), language)


def _typeable(written: str, language: str) -> str:
    """With the minus of keyboards, without the English comma of thousands: that would be taken for a decimal one."""
    written = written.replace(MINUS, "-")
    return written if is_french(language) else written.replace(",", "")


def _with_mark(text: str, language: str) -> str:
    return text.replace(".", ",") if is_french(language) else text
