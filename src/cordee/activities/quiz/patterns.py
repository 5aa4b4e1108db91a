"""Does a text match an author's regular expression, without ever hanging?

Patterns are Python's: `re` decides which are well formed. Matching is done by `regex`, which speaks the same language
and stops after a given time.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from functools import lru_cache

import regex

TIMEOUT_S = 0.25
# A repetition of nothing but a repetition: (a+)+, (?:\w*)*, ([a-z]+){2,}. `regex` sees through it; `re`, with which
# Open edX matches, hangs.
_ONE_SIGN = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]", re.DOTALL)  # an escape, or a set of signs
_NESTED = re.compile(r"\((?:\?:)?[^()](?:[+*]|\{\d*,\})\)(?:[+*]|\{\d*,\})")
_PUMPS = ("a", "1", " ", "é", "ab", "a ")


class BadPattern(ValueError):
    """The pattern is not a regular expression."""


class TooSlow(TimeoutError):
    """Matching took longer than TIMEOUT_S."""


def matches(pattern: str, text: str, *, ignores_case: bool) -> bool:
    """Whether `^pattern$` is found in the text, with no bracket around it: "un|deux" accepts "un peu" as Open edX does.

    Raises BadPattern, TooSlow.
    """
    try:
        return _compiled(pattern, ignores_case).search(text, timeout=TIMEOUT_S) is not None
    except TimeoutError:
        raise TooSlow from None


@lru_cache(maxsize=1024)
def _compiled(pattern: str, ignores_case: bool) -> regex.Pattern[str]:
    anchored = f"^{pattern}$"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what Python will read otherwise in years to come
        try:
            re.compile(anchored)
            return regex.compile(anchored, regex.V0 | regex.UNICODE | (regex.IGNORECASE if ignores_case else 0))
        except (re.error, regex.error, OverflowError, RecursionError, MemoryError) as error:
            raise BadPattern(str(error)) from None


def check(pattern: str) -> None:
    """Raise BadPattern when the pattern is not a regular expression."""
    _compiled(pattern, False)


def explodes(pattern: str) -> bool:
    """Whether some text of a few dozen characters already takes too long, here or in Open edX. A sample: it finds the
    usual mistakes.

    Raises BadPattern.
    """
    if _NESTED.search(_ONE_SIGN.sub("a", pattern)):
        return True
    try:
        for text in _samples(pattern):
            matches(pattern, text, ignores_case=False)
    except TooSlow:
        return True
    return False


def _samples(pattern: str) -> Iterator[str]:
    letters = dict.fromkeys(sign for sign in pattern if sign.isalnum())
    for pump in [*_PUMPS, *list(letters)[:6]]:
        yield pump * 40 + "\x01"
