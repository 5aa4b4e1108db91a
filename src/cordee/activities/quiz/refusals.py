"""Why can an answer not be graded? The sentences that a learner reads, each saying what to do."""

from __future__ import annotations

from cordee.activities.quiz.expressions import Unreadable
from cordee.core.errors import N_
from cordee.courses.kinds import AnswerUnreadable


def bad_key(input_id: str) -> AnswerUnreadable:
    """The author's mistake: no answer can be compared, and none is counted."""
    return AnswerUnreadable(
        N_("The expected answer of this question cannot be read, so yours is not counted. Tell the course team."),
        input_id=input_id,
    )


def unreadable_number(error: Unreadable, input_id: str) -> AnswerUnreadable:
    """What was typed is no number."""
    return AnswerUnreadable(error.sentence, input_id=input_id, **error.values)


def unreadable_formula(error: Unreadable, input_id: str) -> AnswerUnreadable:
    """What was typed is no formula."""
    if error.reason != "syntax" or set(error.values) != {"text"}:
        return unreadable_number(error, input_id)
    return AnswerUnreadable(
        N_("“{text}” cannot be read as a formula. Write for example 2*x+1 or sqrt(x)/3, each product with its *."),
        input_id=input_id,
        **error.values,
    )


def not_a_point(input_id: str) -> AnswerUnreadable:
    """What came is no place on an image."""
    return AnswerUnreadable(
        N_("This is not a point of the picture. Choose one on it, or write two whole numbers from 0."),
        input_id=input_id,
    )


def not_a_text(input_id: str) -> AnswerUnreadable:
    """A list, a number or an object came where a text is expected."""
    return AnswerUnreadable(N_("This answer is not a text. Write it in the field of the question."), input_id=input_id)


def not_a_choice(input_id: str) -> AnswerUnreadable:
    """An empty list came where one choice is expected: no page sends that, and Open edX cannot read it either."""
    return AnswerUnreadable(N_("This answer is not a choice. Choose one on the page."), input_id=input_id)


def too_long(limit: int, input_id: str) -> AnswerUnreadable:
    """More text than any question needs."""
    return AnswerUnreadable(
        N_("This answer is longer than {limit} characters. Write a shorter one."), input_id=input_id, limit=limit
    )


def forbidden_character(input_id: str) -> AnswerUnreadable:
    """NUL or half of a surrogate pair: no text that can be kept."""
    return AnswerUnreadable(
        N_("This answer holds a character that is not text. Type it again instead of pasting it."), input_id=input_id
    )


def too_slow(input_id: str) -> AnswerUnreadable:
    """The author's pattern takes for ever."""
    return AnswerUnreadable(
        N_("Comparing this answer takes too long, so it is not counted. Tell the course team."), input_id=input_id
    )


def holds_no_text(text: str) -> bool:
    """Whether a text holds NUL or a lone surrogate."""
    return "\x00" in text or any("\ud800" <= sign <= "\udfff" for sign in text)
