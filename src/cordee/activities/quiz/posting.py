"""What did the browser post? The fields of a form, as an answer that is kept as it came."""

from __future__ import annotations

from typing import Any

from cordee.activities.quiz.definition import Choices, Menus, NoKey, Problem, Response, choice_names
from cordee.activities.quiz.refusals import holds_no_text
from cordee.activities.quiz.words import MAX_CHARACTERS
from cordee.core.errors import N_, InputRefused
from cordee.courses.kinds import Answer, Fields


def answer_of(problem: Problem, fields: Fields) -> Answer:
    """The answer in the fields of a problem's form; other fields are ignored, a field that is not there is no answer.

    Raises InputRefused on what no page of ours could have sent.
    """
    answer: dict[str, Any] = {}
    for response in problem.responses:
        if isinstance(response.key, NoKey):
            continue
        for rank in range(len(response.inputs)):
            name = response.input_id(rank)
            posted = fields.get(name, [])
            if posted:
                answer[name] = _read(response, rank, posted)
    return answer


def _read(response: Response, rank: int, posted: list[str]) -> str | list[str]:
    match response.key:
        case Choices():
            names = choice_names(response)
            _refuse_unknown(posted, set(names))
            if response.tag == "choiceresponse":
                if len(posted) > len(names):
                    raise _twice()
                return list(posted)
            return _only(posted)
        case Menus() as key:
            value = _only(posted).replace("\r\n", "\n")
            _refuse_unknown([value], {"", *(option.text for option in key.menus[rank].options)})
            return value
        case _:
            return _as_text(_only(posted))


def _only(posted: list[str]) -> str:
    if len(posted) > 1:
        raise _twice()
    return posted[0]


def _twice() -> InputRefused:
    return InputRefused(N_("A field of this question was sent several times. Reload the page and answer again."))


def _refuse_unknown(posted: list[str], known: set[str]) -> None:
    if not set(posted) <= known:
        raise InputRefused(N_("This choice is not one of the question. Reload the page and answer again."))


def _as_text(value: str) -> str:
    if len(value) > MAX_CHARACTERS:
        raise InputRefused(
            N_("This answer is longer than {limit} characters. Write a shorter one."), limit=MAX_CHARACTERS
        )
    if holds_no_text(value):
        raise InputRefused(N_("This answer holds a character that is not text. Type it again instead of pasting it."))
    return value
