"""Is a typed text one of those that the author accepts?"""

from __future__ import annotations

from typing import Any

from cordee.activities.quiz.definition import Hint, Text
from cordee.activities.quiz.feedback import feedback
from cordee.activities.quiz.patterns import matches
from cordee.activities.quiz.refusals import bad_key, forbidden_character, holds_no_text, not_a_text, too_long, too_slow
from cordee.core.patterns import BadPattern, TooSlow
from cordee.courses.kinds import Correctness, InputResult

MAX_CHARACTERS = 10_000
_ANYTHING = (".+", ".*")


def takes_sentences(key: Text) -> bool:
    """Whether any answer at all is right, so that a text is wanted and no word."""
    return key.is_pattern and any(accepted in _ANYTHING for accepted in accepted_texts(key))


def grade_text(key: Text, value: Any, input_id: str) -> InputResult:
    """Both ends are stripped, blank never wins, and where sentences are taken the end of a line counts as a space;
    nothing else is normalised. Raises AnswerUnreadable.
    """
    if value is None or value == "":
        return InputResult("incorrect")
    if not isinstance(value, str):
        raise not_a_text(input_id)
    if len(value) > MAX_CHARACTERS:
        raise too_long(MAX_CHARACTERS, input_id)
    if holds_no_text(value):
        raise forbidden_character(input_id)
    text = " ".join(value.splitlines()).strip() if takes_sentences(key) else value.strip()
    try:
        right = _is_right(key, text) and text != ""
        correctness: Correctness = "correct" if right else "incorrect"
        hint = _hint_when_right(key, text) if right else _hint_when_wrong(key, text)
    except BadPattern:
        raise bad_key(input_id) from None
    except TooSlow:
        raise too_slow(input_id) from None
    return InputResult(correctness, feedback([hint] if hint else [], correctness), 1.0 if right else 0.0)


def accepted_texts(key: Text) -> list[str]:
    """The texts, or the patterns, that win. An old key lists them with "_or_", and then nothing else counts."""
    if "_or_" in key.answer:
        return [piece.strip() for piece in key.answer.split("_or_")]
    return [key.answer.strip(), *(accepted.answer.strip() for accepted in key.additional)]


def pattern_of(key: Text) -> str | None:
    """All accepted patterns as the one that is matched, None when the key is no pattern."""
    return "|".join(accepted_texts(key)) if key.is_pattern and "_or_" not in key.answer else None


def _is_right(key: Text, text: str) -> bool:
    pattern = pattern_of(key)
    if pattern is not None:
        return matches(pattern, text, ignores_case=key.ignores_case)
    return any(_equal(key, accepted, text) for accepted in accepted_texts(key))


def _equal(key: Text, expected: str, text: str) -> bool:
    return expected.lower() == text.lower() if key.ignores_case else expected == text


def _hint_when_right(key: Text, text: str) -> Hint | None:
    """The hint of the accepted answer that this one is."""
    if "_or_" in key.answer:
        return key.hint
    for expected, hint in [(key.answer, key.hint), *((accepted.answer, accepted.hint) for accepted in key.additional)]:
        same = (
            matches(expected.strip(), text, ignores_case=key.ignores_case)
            if key.is_pattern
            else _equal(key, expected.strip(), text)
        )
        if same:
            return hint
    return None


def _hint_when_wrong(key: Text, text: str) -> Hint | None:
    """The first text that this one is, else the first pattern that it follows; a bad pattern says nothing."""
    if text == "":
        return None
    for hint in key.equal_hints:
        if _equal(key, hint.when.strip(), text):
            return hint
    for hint in key.pattern_hints:
        try:
            if matches(hint.when.strip(), text, ignores_case=key.ignores_case):
                return hint
        except (BadPattern, TooSlow):
            continue
    return None
