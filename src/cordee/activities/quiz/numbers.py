"""Is a typed number, or a calculation, the one that the author expects?"""

from __future__ import annotations

import cmath
import math
import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from cordee.activities.quiz.choosing import HALF, QUARTER, credit_words
from cordee.activities.quiz.definition import Hint, Number, NumberHint
from cordee.activities.quiz.expressions import Number as Value
from cordee.activities.quiz.expressions import Unreadable, value_of_answer, value_of_key
from cordee.activities.quiz.feedback import feedback
from cordee.activities.quiz.refusals import bad_key, not_a_text, unreadable_number
from cordee.core.errors import N_
from cordee.courses.kinds import AnswerUnreadable, Correctness, InputResult

DEFAULT_TOLERANCE = "0.001%"  # of the larger of key and answer, while any other share is of the key
DEFAULT_RANGE = 2.0  # how many tolerances away an answer is still close

PLAIN_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_INFINITE = {"inf": math.inf, "+inf": math.inf, "-inf": -math.inf}


class BadKey(ValueError):
    """Something that the author wrote cannot be read."""


@dataclass(frozen=True, slots=True)
class Range:
    """From one number to another, either end being in or out."""

    low: float
    high: float
    low_in: bool
    high_in: bool

    def holds(self, value: float) -> bool:
        """An end equal to the value decides alone, the first before the second: [5,2] holds 5 and 2 only (measured)."""
        if value == self.low:
            return self.low_in
        if value == self.high:
            return self.high_in
        return self.low < value < self.high

    def nearly_holds(self, value: float, widths: float) -> bool:
        """Whether the range holds it once each end is moved out by some of its widths; the new ends are out.

        An end that the range leaves out stays out (measured).
        """
        if value in (self.low, self.high):
            return False
        margin = (self.high - self.low) * widths
        return self.low - margin < value < self.high + margin


def grade_number(key: Number, value: Any, input_id: str) -> InputResult:
    """Compare what was typed with the key. Not sent or blank is incorrect. Raises AnswerUnreadable."""
    if value is None:
        return InputResult("incorrect")
    if not isinstance(value, str):
        raise not_a_text(input_id)
    try:
        typed = value_of_answer(value)
    except Unreadable as error:
        raise unreadable_number(error, input_id) from None
    try:
        expected = expected_of(key.answer)
        if isinstance(expected, Range):
            if isinstance(typed, complex):
                raise AnswerUnreadable(
                    N_("This answer is a complex number, and a real one is expected. Write a number without i."),
                    input_id=input_id,
                )
            correctness, points, hint = _in_range(key, expected, typed)
        else:
            correctness, points, hint = _near(key, expected, typed)
    except (BadKey, Unreadable):
        raise bad_key(input_id) from None
    return InputResult(correctness, feedback([hint] if hint else [], correctness), points)


def is_range(answer: str) -> bool:
    """Whether a key is written as a range; it may still be a bad one."""
    return answer[:1] in ("[", "(") and answer[-1:] in ("]", ")") and len(answer) > 1


@lru_cache(maxsize=4096)
def expected_of(answer: str) -> Value | Range:
    """What a key asks for. Raises BadKey, Unreadable."""
    if not is_range(answer):
        return value_of_key(answer)
    pieces = answer[1:-1].split(",")
    if len(pieces) < 2:  # noqa: PLR2004 - a range has two ends; what follows them is not read (measured)
        raise BadKey(answer)
    return Range(_end(pieces[0]), _end(pieces[1]), answer[0] == "[", answer[-1] == "]")


def _end(text: str) -> float:
    text = text.strip().lower()
    if text in _INFINITE:
        return _INFINITE[text]
    value = value_of_key(text)
    if isinstance(value, complex) or math.isnan(value):
        raise BadKey(text)
    return value


Verdict = tuple[Correctness, float, Hint | None]


def _in_range(key: Number, expected: Range, typed: float) -> Verdict:
    credit = partial_words(key)
    if expected.holds(typed):
        return "correct", 1.0, key.hint
    if "close" in credit and expected.nearly_holds(typed, range_factor(key)):
        return "partially-correct", HALF, None
    return _additional(key, typed)


def _near(key: Number, expected: Value, typed: Value) -> Verdict:
    credit = partial_words(key)
    factor = range_factor(key) if "close" in credit else 0.0
    tolerance = Tolerance.of(key.tolerance)
    if tolerance.accepts(typed, expected):
        return "correct", 1.0, key.hint
    listed = [value_of_key(text) for text in partial_answers(key)] if "list" in credit else []
    if any(tolerance.accepts(typed, value) for value in listed):
        return "partially-correct", HALF, None
    if "close" in credit:
        wider = tolerance.times(factor)
        if wider.accepts(typed, expected):
            return "partially-correct", HALF, None
        if any(wider.accepts(typed, value) for value in listed):
            return "partially-correct", QUARTER, None
    return _additional(key, typed)


def _additional(key: Number, typed: Value) -> Verdict:
    """Other right answers, without tolerance (measured) unless one is written; then the expected mistakes."""
    for accepted in key.additional:
        if not accepted.answer.strip():
            continue
        value = value_of_key(accepted.answer)
        if value == typed or (
            accepted.tolerance is not None and Tolerance.of(accepted.tolerance).accepts(typed, value)
        ):
            return "correct", 1.0, accepted.hint
    for wrong in key.wrong:
        if _is_mistake(wrong, typed):
            return "incorrect", 0.0, Hint(wrong.html, wrong.label)
    return "incorrect", 0.0, None


def _is_mistake(wrong: NumberHint, typed: Value) -> bool:
    """Whether a number is one that the author expected; what cannot be read says nothing."""
    try:
        return Tolerance.of(wrong.tolerance).accepts(typed, value_of_key(wrong.answer))
    except (BadKey, Unreadable):
        return False


def partial_words(key: Number) -> set[str]:
    """The kinds of partial credit. Raises BadKey on another word."""
    words = credit_words(key.partial_credit)
    if not words <= {"list", "close", "false"}:
        raise BadKey(key.partial_credit)
    return words


def partial_answers(key: Number) -> list[str]:
    """The answers that earn half of the points, as written."""
    return [text for text in (key.partial_answers or "").split(",") if text.strip()]


def range_factor(key: Number) -> float:
    """How many tolerances wide "close" is. Raises BadKey."""
    return DEFAULT_RANGE if key.partial_range is None else _plain_number(key.partial_range)


def _plain_number(text: str) -> float:
    if not PLAIN_NUMBER.fullmatch(text.strip()):
        raise BadKey(text)
    return float(text)


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far an answer may be: an absolute distance, a share of the key, or of the larger of the two."""

    size: float
    of_key: bool = False
    of_larger: bool = False

    @staticmethod
    @lru_cache(maxsize=1024)
    def of(written: str | None) -> Tolerance:
        """Read a tolerance. Raises BadKey."""
        text = DEFAULT_TOLERANCE if written is None else written.strip()
        if text == DEFAULT_TOLERANCE:
            return Tolerance(0.001 * 0.01, of_larger=True)
        if text.endswith("%"):
            return Tolerance(_plain_number(text[:-1]) * 0.01, of_key=True)
        return Tolerance(_plain_number(text))

    def times(self, factor: float) -> Tolerance:
        """A tolerance some times wider; a share is then always one of the key."""
        return Tolerance(self.size * factor, of_key=self.of_key or self.of_larger)

    def accepts(self, typed: Value, expected: Value) -> bool:
        """Whether the two are near enough, both ends included.

        Real numbers are compared as the decimals that are their shortest writing (fits every measure): 0.3 ± 0.1
        accepts 0.4, while a tolerance of 0 is equality of floats.
        """
        if cmath.isnan(typed) or cmath.isnan(expected):
            return False
        if cmath.isinf(typed) or cmath.isinf(expected):
            return typed == expected
        try:
            distance = self._distance(typed, expected)
            if isinstance(typed, complex) or isinstance(expected, complex):
                return abs(typed - expected) <= distance
        except OverflowError:
            return False
        return abs(Decimal(repr(typed)) - Decimal(repr(expected))) <= Decimal(repr(distance))

    def _distance(self, typed: Value, expected: Value) -> float:
        if self.of_larger:
            return self.size * max(abs(typed), abs(expected))
        return self.size * abs(expected) if self.of_key else self.size
