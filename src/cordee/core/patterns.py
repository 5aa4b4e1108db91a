"""Does a text match a regular expression that an author wrote, without ever hanging?

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
_PART = re.compile(r"\{(\d+)(?:,\d*)?\}|(.)", re.DOTALL)  # a count, or any other sign
_PUMPS = ("a", "1", " ", "é", "ab", "a ")
MOST_WRITTEN_OUT = 100_000  # signs: `regex` writes counts out when it compiles, some million a second


class BadPattern(ValueError):
    """The pattern is not a regular expression, or one that matches nothing shorter than a book."""


class TooSlow(TimeoutError):
    """Matching took longer than it may."""


def is_found(
    pattern: str, text: str, *, ignores_case: bool = False, by_line: bool = False, timeout_s: float = TIMEOUT_S
) -> bool:
    """Whether the pattern matches somewhere in the text. `by_line`: `^` and `$` stand at each line's ends too.

    Raises BadPattern, TooSlow.
    """
    try:
        return _compiled(pattern, ignores_case, by_line).search(text, timeout=timeout_s) is not None
    except TimeoutError:
        raise TooSlow from None


@lru_cache(maxsize=1024)
def _compiled(pattern: str, ignores_case: bool, by_line: bool) -> regex.Pattern[str]:
    if _written_out(pattern) > MOST_WRITTEN_OUT:
        raise BadPattern
    flags = (regex.IGNORECASE if ignores_case else 0) | (regex.MULTILINE if by_line else 0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what Python will read otherwise in years to come
        try:
            re.compile(pattern)
            return regex.compile(pattern, regex.V0 | regex.UNICODE | flags)
        except (re.error, regex.error, OverflowError, RecursionError, MemoryError) as error:
            raise BadPattern(str(error)) from None


def _written_out(pattern: str) -> int:
    """How many signs it has when each part stands as often as its count asks for at least: 6 for (a{2}b){2}."""
    lengths, last = [0], 0  # of the brackets that are open, outermost first; of what a count would repeat
    for count, sign in _PART.findall(_ONE_SIGN.sub("a", pattern)):
        if count:
            times = max(int(count[:9]), 1)
            lengths[-1] += last * (times - 1)
            last *= times
        elif sign == "(":
            lengths.append(0)
        elif sign == ")" and len(lengths) > 1:
            last = lengths.pop()
            lengths[-1] += last
        else:
            last = 1
            lengths[-1] += 1
    return sum(lengths)


def check(pattern: str) -> None:
    """Raise BadPattern when the pattern is not a regular expression."""
    _compiled(pattern, False, False)


def explodes(pattern: str, *, by_line: bool = False) -> bool:
    """Whether some text of a few dozen characters already takes too long, here or in Open edX. A sample: it finds the
    usual mistakes.

    Raises BadPattern.
    """
    if _NESTED.search(_ONE_SIGN.sub("a", pattern)):
        return True
    try:
        for text in _samples(pattern):
            is_found(pattern, text, by_line=by_line)
    except TooSlow:
        return True
    return False


def _samples(pattern: str) -> Iterator[str]:
    letters = dict.fromkeys(sign for sign in pattern if sign.isalnum())
    for pump in [*_PUMPS, *list(letters)[:6]]:
        yield pump * 40 + "\x01"
