"""How many points does an answer earn, and what is said of each input?

Pure: (definition, answer, seed) -> Result. The rules agree with Open edX's grader; docs/olx.md lists where they differ.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from cordee.activities.quiz.blanks import grade_blanks
from cordee.activities.quiz.choosing import grade_many, grade_menu, grade_single, grade_true_false
from cordee.activities.quiz.definition import (
    BlankChoices,
    Choices,
    FormulaKey,
    Menus,
    NoKey,
    Number,
    Problem,
    Response,
    Spots,
    Text,
    choice_names,
)
from cordee.activities.quiz.feedback import feedback
from cordee.activities.quiz.formulas import grade_formula
from cordee.activities.quiz.literals import needs_python, with_values
from cordee.activities.quiz.numbers import grade_number
from cordee.activities.quiz.spots import grade_click
from cordee.activities.quiz.variants import shown_names
from cordee.activities.quiz.words import grade_text
from cordee.core.errors import N_, InputRefused
from cordee.core.scores import Score
from cordee.courses.kinds import Answer, InputResult, Result, Unreadables


def grade(problem: Problem, answer: Answer, seed: int | None, *, asks_what_was_shown: bool = True) -> Result:
    """Grade an answer: one point an input, fewer when it is partly right.

    With a seed, a choice that this seed does not show is refused, unless nobody asks; None asks nothing either.
    Raises AnswerUnreadable with all that cannot be read, InputRefused.
    """
    if not isinstance(answer, Mapping):
        raise InputRefused(N_("This is not an answer. Hand in the form of the question."))
    missing = not_graded_yet(problem)
    if missing:
        raise InputRefused(N_("not graded here yet: {what}"), what=missing)
    problem = with_values(problem)
    inputs: dict[str, InputResult] = {}
    unreadables = Unreadables()
    for response in problem.responses:
        if seed is not None and asks_what_was_shown:
            _refuse_what_was_not_shown(response, answer, seed)
        with unreadables:
            graded = _grade_response(problem, response, answer, seed)
            inputs |= {name: _with_words(response, one) for name, one in graded.items()}
    unreadables.refuse()
    return Result(Score(sum((graded.points for graded in inputs.values()), 0.0), float(len(inputs))), inputs)


def not_graded_yet(problem: Problem) -> str:
    """The responses that cannot be graded here, e.g. "customresponse"; else "script" when Python stands in the page."""
    tags = dict.fromkeys(response.tag for response in problem.responses if isinstance(response.key, NoKey))
    if tags:
        return ", ".join(tags)
    if problem.unreadable:
        return "problem"
    return "script" if needs_python(problem) else ""


_WHEN: Mapping[str, str] = {"correct": "right", "partially-correct": "partly", "incorrect": "wrong"}


def _with_words(response: Response, result: InputResult) -> InputResult:
    """The verdict with what is said of the whole question, where nothing was said of this answer."""
    if result.feedback or not response.said:
        return result
    said = [hint for hint in response.said if hint.when == _WHEN[result.correctness]]
    return replace(result, feedback=feedback(said, result.correctness)) if said else result


def _grade_response(problem: Problem, response: Response, answer: Answer, seed: int | None) -> dict[str, InputResult]:
    ids = [response.input_id(rank) for rank in range(len(response.inputs))]
    value = answer.get(ids[0]) if ids else None
    match response.key:
        case Choices():
            only = _grade_choices(problem, response, value)
        case Text():
            only = grade_text(response.key, value, ids[0])
        case Number():
            only = grade_number(response.key, value, ids[0])
        case FormulaKey():
            only = grade_formula(response.key, value, seed, ids[0])
        case BlankChoices():
            only = grade_blanks(response, value)
        case Menus():
            menus = zip(ids, response.key.menus, strict=True)
            return {input_id: grade_menu(menu, answer.get(input_id), input_id) for input_id, menu in menus}
        case Spots():
            spots = zip(ids, response.key.spots, strict=True)
            return {input_id: grade_click(spot, answer.get(input_id), input_id) for input_id, spot in spots}
        case NoKey():
            raise InputRefused(N_("not graded here yet: {what}"), what=response.tag)
    return {ids[0]: only}


def _grade_choices(problem: Problem, response: Response, value: Any) -> InputResult:
    match response.tag:
        case "multiplechoiceresponse":
            return grade_single(response, value, problem)
        case "truefalseresponse":
            return grade_true_false(response, value)
        case _:
            return grade_many(response, value)


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
