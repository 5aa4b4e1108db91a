"""Is this the wanted output, and if not, in what way does it differ? Host code: nothing of a stranger's runs here.

`exact` compares bytes, but for the end of the last line; `tokens` the words between white space; `floats` the same with
numbers alike within a tolerance; `unordered_lines` the lines in any order. Outputs are at most some MB, so all of it
may be split.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from typing import Literal

from cordee.core.errors import shown

Mode = Literal["exact", "tokens", "floats", "unordered_lines"]
MODES: tuple[Mode, ...] = ("exact", "tokens", "floats", "unordered_lines")
DIFFERENCES = (
    *("nothing_printed", "prompt_printed", "missing_newline", "spacing", "capitals", "wrong_order", "precision"),
    *("off_by_one", "incomplete", "too_much", "different"),
)
NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
LONGEST_NUMBER = 400  # signs; matching a longer word would take time by the square of its length
PRECISION = 0.01  # relative: nearer than this is called a question of precision, not another number


@dataclass(frozen=True, slots=True)
class Difference:
    """`kind`: one of DIFFERENCES; then the first line that differs, counted from 1, as wanted and as printed."""

    kind: str
    line: int
    wanted: str
    got: str


def compare(wanted: bytes, got: bytes, mode: Mode = "tokens", tolerance: float = 1e-6) -> Difference | None:
    """None when `got` is right. Bytes that are no UTF-8 differ from all that is."""
    right, given = wanted.decode("utf-8", "replace"), got.decode("utf-8", "replace")
    if _same(right, given, mode, tolerance) and "\N{REPLACEMENT CHARACTER}" not in given:
        return None
    line, one, other = _first_difference(right, given, mode, tolerance)
    return Difference(_kind(right, given, mode), line, shown(one, 200), shown(other, 200))


def _same(wanted: str, got: str, mode: Mode, tolerance: float) -> bool:
    if mode == "exact":
        return _lines(wanted) == _lines(got)
    if mode == "unordered_lines":
        return Counter(_words_by_line(wanted)) == Counter(_words_by_line(got))
    rights, given = wanted.split(), got.split()
    if mode == "tokens":
        return rights == given
    return len(rights) == len(given) and all(
        _alike(one, other, tolerance) for one, other in zip(rights, given, strict=True)
    )


def _lines(text: str) -> list[str]:
    """Without what follows the last line's end: a missing newline there is right too."""
    return text.replace("\r\n", "\n").rstrip("\n").split("\n")


def _words_by_line(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.splitlines() if line.split()]


def _alike(wanted: str, got: str, tolerance: float) -> bool:
    if wanted == got:
        return True
    right, given = _number(wanted), _number(got)
    if right is None or given is None:
        return False
    return math.isclose(right, given, rel_tol=tolerance, abs_tol=tolerance)


def _number(word: str) -> float | None:
    return float(word) if len(word) <= LONGEST_NUMBER and NUMBER.fullmatch(word) else None


def _first_difference(wanted: str, got: str, mode: Mode, tolerance: float) -> tuple[int, str, str]:
    rights, given = wanted.splitlines(), got.splitlines()
    line_mode: Mode = "tokens" if mode == "unordered_lines" else mode
    for n in range(max(len(rights), len(given))):
        one = rights[n] if n < len(rights) else ""
        other = given[n] if n < len(given) else ""
        if not _same(one, other, line_mode, tolerance) or (n >= len(rights)) != (n >= len(given)):
            return n + 1, one, other
    return 1, wanted[:200], got[:200]


def _kind(wanted: str, got: str, mode: Mode) -> str:  # noqa: PLR0911 - a list of questions, first yes wins
    rights, given = wanted.split(), got.split()
    if not given:
        return "nothing_printed"
    if _is_subsequence_at_end(rights, given):
        return "prompt_printed"
    if rights == given:
        return "spacing"
    if "".join(rights) == "".join(given):
        return "missing_newline" if wanted.count("\n") > got.count("\n") else "spacing"
    if wanted.casefold().split() == got.casefold().split():
        return "capitals"
    if Counter(rights) == Counter(given):
        return "wrong_order"
    if len(rights) == len(given):
        return _kind_of_numbers(rights, given)
    if given == rights[: len(given)]:
        return "incomplete"
    if rights == given[: len(rights)]:
        return "too_much"
    return "different" if mode != "exact" or len(rights) != len(given) else "spacing"


def _is_subsequence_at_end(wanted: list[str], got: list[str]) -> bool:
    """The right output stands after other words, at the start or before each part: someone was asked for something."""
    if not wanted or len(got) <= len(wanted):
        return False
    rest = iter(got)
    found = all(any(_bare(word) == one for word in rest) for one in wanted)
    extra = set(got) - set(wanted)
    return found and got[-1].endswith(wanted[-1]) and any(any(sign.isalpha() for sign in word) for word in extra)


def _bare(word: str) -> str:
    """The word after a prompt that has no space: `n=3` is `3`."""
    return re.split(r"[:=?>]", word)[-1]


def _kind_of_numbers(rights: list[str], given: list[str]) -> str:
    pairs = [(_number(one), _number(other)) for one, other in zip(rights, given, strict=True) if one != other]
    if any(one is None or other is None for one, other in pairs):
        return "different"
    numbers = [(one, other) for one, other in pairs if one is not None and other is not None]
    if all(abs(one - other) == 1 and one == int(one) for one, other in numbers):
        return "off_by_one"
    if all(math.isclose(one, other, rel_tol=PRECISION, abs_tol=PRECISION) for one, other in numbers):
        return "precision"
    return "different"
