"""Is the right choice made, and are the numbers written in it right?

An answer is Open edX's own, a choice being made when its name is there:
{"p_2_1_choiceinput_0bc": "p_2_1_choiceinput_0bc", "p_2_1_choiceinput_0_numtolerance_input_0": "5"}
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cordee.activities.quiz.definition import Blank, BlankChoices, Response
from cordee.activities.quiz.expressions import Number, Unreadable, value_of_answer, value_of_key
from cordee.activities.quiz.numbers import BadKey, Tolerance
from cordee.activities.quiz.refusals import bad_key, not_a_text, unreadable_number
from cordee.courses.kinds import Correctness, InputResult


def choice_name(input_id: str, rank: int) -> str:
    """The name of a choice in answers, e.g. "p_2_1_choiceinput_0bc"."""
    return f"{input_id}_choiceinput_{rank}bc"


def blank_name(input_id: str, rank: int, place: int) -> str:
    """The name of a number inside a choice, e.g. "p_2_1_choiceinput_0_numtolerance_input_0"."""
    return f"{input_id}_choiceinput_{rank}_numtolerance_input_{place}"


def chosen_ranks(response: Response, value: Any) -> set[int]:
    """The choices that an answer makes."""
    key = response.key
    assert isinstance(key, BlankChoices)  # noqa: S101 - for the type checker
    if not isinstance(value, Mapping):
        return set()
    input_id = response.input_id(0)
    return {rank for rank in range(len(key.choices)) if choice_name(input_id, rank) in value}


def grade_blanks(response: Response, value: Any) -> InputResult:
    """The exact set of choices, and in each of them every number. Raises AnswerUnreadable.

    A number that cannot be read is told in any choice made: in the right ones alone, it would tell which they are. What
    is written beside a choice that was not made says nothing.
    """
    key, input_id = response.key, response.input_id(0)
    assert isinstance(key, BlankChoices)  # noqa: S101 - for the type checker
    chosen = chosen_ranks(response, value)
    right = chosen == {rank for rank, choice in enumerate(key.choices) if choice.correct} and bool(chosen)
    for rank in sorted(chosen):
        for place, blank in enumerate(key.choices[rank].blanks):
            typed = _typed(value.get(blank_name(input_id, rank, place)), input_id)
            if key.choices[rank].correct:
                right = _is_right(blank, typed, input_id) and right
    correctness: Correctness = "correct" if right else "incorrect"
    return InputResult(correctness, "", 1.0 if right else 0.0)


def _typed(text: Any, input_id: str) -> Number:
    """The number in a field; NaN, which is never right, when it is blank or was not sent."""
    if text is None:
        text = ""
    if not isinstance(text, str):
        raise not_a_text(input_id)
    try:
        return value_of_answer(text)
    except Unreadable as error:
        raise unreadable_number(error, input_id) from None


def _is_right(blank: Blank, typed: Number, input_id: str) -> bool:
    try:
        return Tolerance.of(blank.tolerance).accepts(typed, value_of_key(blank.answer))
    except (BadKey, Unreadable):
        raise bad_key(input_id) from None
