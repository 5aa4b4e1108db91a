"""Does a typed formula mean the same as the author's? It has the same value at every one of some drawn points.

The points are drawn from the seed by SHA-256: the same variant gives the same verdict for ever, where Open edX draws
anew each time and leaves an answer near the tolerance to chance.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from cordee.activities.quiz.definition import FormulaHint, FormulaKey, Hint
from cordee.activities.quiz.expressions import Formula, Unreadable, Variables, in_plain_signs
from cordee.activities.quiz.feedback import feedback
from cordee.activities.quiz.numbers import PLAIN_NUMBER, BadKey, Tolerance
from cordee.activities.quiz.refusals import bad_key, not_a_text, unreadable_formula
from cordee.courses.kinds import Correctness, InputResult

MAX_CHARACTERS = 2_000  # of a formula; with MOST_POINTS it bounds the work of one answer
MOST_POINTS = 100
MOST_VARIABLES = 50


@dataclass(frozen=True, slots=True)
class Samples:
    """Where formulas are compared: each variable between two ends, at some points."""

    names: tuple[str, ...]
    lows: tuple[float, ...]
    highs: tuple[float, ...]
    count: int

    @staticmethod
    @lru_cache(maxsize=1024)
    def of(written: str) -> Samples:
        """Read "x,y@1,1:3,3#5": names, lower ends, upper ends, points. Raises BadKey.

        A variable that has no ends is not known, as in Open edX. Of more than MOST_POINTS, that many are drawn.
        """
        names, _at, rest = written.partition("@")
        ranges, _hash, count = rest.partition("#")
        lows, _colon, highs = ranges.partition(":")
        try:
            listed = [_end(text) for text in lows.split(",")], [_end(text) for text in highs.split(",")]
            points = int(count) if count.strip().isascii() else 0
        except ValueError:
            raise BadKey(written) from None
        known = tuple(name.strip() for name in names.split(","))
        if points < 1 or len(known) > MOST_VARIABLES:
            raise BadKey(written)
        size = min(len(known), len(listed[0]), len(listed[1]))
        return Samples(known[:size], tuple(listed[0][:size]), tuple(listed[1][:size]), min(points, MOST_POINTS))

    def points(self, seed: int | None, purpose: str) -> Iterator[Variables]:
        """The points that a seed draws, each a value for each variable."""
        for rank in range(self.count):
            yield {
                name: low + (high - low) * _share(f"{seed or 0}/{purpose}/{rank}/{name}")
                for name, low, high in zip(self.names, self.lows, self.highs, strict=True)
            }


def _end(text: str) -> float:
    value = float(text) if PLAIN_NUMBER.fullmatch(text.strip()) else math.nan
    if not math.isfinite(value):
        raise ValueError(text)
    return value


def _share(what: str) -> float:
    """A number from 0 to 1, 1 left out, as even as SHA-256."""
    return (int.from_bytes(hashlib.sha256(what.encode("utf-8", "replace")).digest()[:8], "big") >> 11) / 2**53


def grade_formula(key: FormulaKey, value: Any, seed: int | None, input_id: str) -> InputResult:
    """Compare what was typed with the key at each point. Not sent or blank is incorrect. Raises AnswerUnreadable."""
    if value is None:
        return InputResult("incorrect")
    if not isinstance(value, str):
        raise not_a_text(input_id)
    try:
        samples, tolerance = Samples.of(key.samples), Tolerance.of(key.tolerance)
        expected = Formula(key.answer, minds_case=key.minds_case)
        wanted = [(point, expected.value(point)) for point in samples.points(seed, input_id)]
    except (BadKey, Unreadable):
        raise bad_key(input_id) from None
    try:
        typed = Formula(in_plain_signs(value), minds_case=key.minds_case, longest=MAX_CHARACTERS)
        right = True
        for point, number in wanted:  # every point, so that what cannot be computed is told whatever the verdict
            right = tolerance.accepts(typed.value(point), number) and right
    except Unreadable as error:
        raise unreadable_formula(error, input_id) from None
    correctness: Correctness = "correct" if right else "incorrect"
    said = feedback(_hints(key, value, seed, input_id), correctness)
    return InputResult(correctness, said, 1.0 if right else 0.0)


def _hints(key: FormulaKey, value: str, seed: int | None, input_id: str) -> list[Hint]:
    """What the author says of the formula that this one is, the last of several as in Open edX."""
    if not value.strip():
        return []
    said = {hint.name for hint in key.hints if _is_the_one_of(hint, value, seed, input_id)}
    return [part for part in key.parts if part.when in said][-1:]


def _is_the_one_of(hint: FormulaHint, value: str, seed: int | None, input_id: str) -> bool:
    """Whether a formula is that of a hint; a hint that cannot be read says nothing."""
    minds_case = hint.type == "cs"
    try:
        tolerance = Tolerance.of(hint.tolerance)
        expected = Formula(hint.answer, minds_case=minds_case)
        typed = Formula(in_plain_signs(value), minds_case=minds_case, longest=MAX_CHARACTERS)
        points = Samples.of(hint.samples).points(seed, f"{input_id}/{hint.name}")
        return all(tolerance.accepts(typed.value(point), expected.value(point)) for point in points)
    except (BadKey, Unreadable):
        return False
