"""How many points does an answer earn, and what is said of each input?

Pure: (definition, answer, seed) -> Result. The rules agree with Open edX's grader; docs/olx.md lists where they differ.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cordee.activities.quiz.choosing import grade_many, grade_menu, grade_single
from cordee.activities.quiz.definition import Choices, Menus, NoKey, Number, Problem, Response, Text, choice_names
from cordee.activities.quiz.numbers import grade_number
from cordee.activities.quiz.variants import shown_names
from cordee.activities.quiz.words import grade_text
from cordee.core.errors import N_, InputRefused
from cordee.core.scores import Score
from cordee.courses.kinds import Answer, InputResult, Result


def grade(problem: Problem, answer: Answer, seed: int | None) -> Result:
    """Grade an answer: one point an input, fewer when it is partly right.

    With a seed, a choice that this seed does not show is refused; None grades without asking what was shown.
    Raises AnswerUnreadable, InputRefused.
    """
    if not isinstance(answer, Mapping):
        raise InputRefused(N_("This is not an answer. Hand in the form of the question."))
    missing = not_graded_yet(problem)
    if missing:
        raise InputRefused(N_("not graded here yet: {what}"), what=missing)
    inputs: dict[str, InputResult] = {}
    for response in problem.responses:
        if seed is not None:
            _refuse_what_was_not_shown(response, answer, seed)
        inputs |= _grade_response(problem, response, answer)
    return Result(Score(sum((graded.points for graded in inputs.values()), 0.0), float(len(inputs))), inputs)


def not_graded_yet(problem: Problem) -> str:
    """The responses that cannot be graded here, e.g. "customresponse"; else "script" when Python stands in the page."""
    tags = dict.fromkeys(response.tag for response in problem.responses if isinstance(response.key, NoKey))
    if tags:
        return ", ".join(tags)
    if problem.unreadable:
        return "problem"
    return "script" if problem.has_script() else ""


def _grade_response(problem: Problem, response: Response, answer: Answer) -> dict[str, InputResult]:
    match response.key:
        case Choices() if response.tag == "multiplechoiceresponse":
            return _graded(response, grade_single(response, answer.get(response.input_id(0)), problem.targeted))
        case Choices():
            return _graded(response, grade_many(response, answer.get(response.input_id(0))))
        case Menus():
            ids = [response.input_id(rank) for rank in range(len(response.inputs))]
            return {
                input_id: grade_menu(menu, answer.get(input_id), input_id)
                for input_id, menu in zip(ids, response.key.menus, strict=True)
            }
        case Text():
            return _graded(response, grade_text(response.key, answer.get(response.input_id(0)), response.input_id(0)))
        case Number():
            return _graded(response, grade_number(response.key, answer.get(response.input_id(0)), response.input_id(0)))
        case NoKey():
            raise InputRefused(N_("not graded here yet: {what}"), what=response.tag)


def _graded(response: Response, result: InputResult) -> dict[str, InputResult]:
    return {response.input_id(0): result}


def _refuse_what_was_not_shown(response: Response, answer: Answer, seed: int) -> None:
    """A choice that the author wrote and that this learner was not offered."""
    if not isinstance(response.key, Choices) or not response.key.pool:
        return
    value: Any = answer.get(response.input_id(0))
    sent = {item for item in (value if isinstance(value, list) else [value]) if isinstance(item, str)}
    if sent & (set(choice_names(response)) - set(shown_names(response, seed))):
        raise InputRefused(
            N_("One of the choices was not among those offered to you. Choose one of those on the page.")
        )
