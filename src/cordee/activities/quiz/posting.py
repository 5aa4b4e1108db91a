"""What did the browser post? The fields of a form, as an answer that is kept as it came."""

from __future__ import annotations

from typing import Any

from cordee.activities.quiz.blanks import blank_name, choice_name
from cordee.activities.quiz.definition import (
    BlankChoices,
    Choices,
    Menus,
    NoKey,
    Problem,
    Response,
    Spots,
    choice_names,
)
from cordee.activities.quiz.demand_hints import hints_of
from cordee.activities.quiz.literals import with_values
from cordee.activities.quiz.refusals import holds_no_text
from cordee.activities.quiz.spots import answer_from
from cordee.activities.quiz.words import MAX_CHARACTERS
from cordee.core.errors import N_, InputRefused
from cordee.courses.kinds import Answer, Draft, Fields


def answer_of(problem: Problem, fields: Fields) -> Answer:
    """The answer in the fields of a problem's form; other fields are ignored, a field that is not there is no answer.

    Raises InputRefused on what no page of ours could have sent.
    """
    answer: dict[str, Any] = {}
    for response in with_values(problem).responses:
        if isinstance(response.key, NoKey):
            continue
        for rank in range(len(response.inputs)):
            name = response.input_id(rank)
            if isinstance(response.key, Spots):
                _read_spot(name, fields, answer)
                continue
            if isinstance(response.key, BlankChoices):
                _read_blanks(response, response.key, fields, answer)
                continue
            posted = fields.get(name, [])
            if posted:
                answer[name] = _read(response, rank, posted)
    return answer


def draft_of(problem: Problem, fields: Fields) -> Draft | None:
    """What the form asks for when another button than the one that hands in was pressed, else None.

    A press on an image fills in its point: the browser sends it as "p_2_1.x" and "p_2_1.y". The button of hints sends
    how many are asked for. Raises InputRefused.
    """
    names = [
        response.input_id(rank)
        for response in problem.responses
        if isinstance(response.key, Spots)
        for rank in range(len(response.inputs))
    ]
    pressed = any(f"{name}.x" in fields for name in names)
    if not pressed and "hint" not in fields:
        return None
    hints = hints_asked(problem, fields)
    return Draft(answer_of(problem, fields), hints, asks_hint="hint" in fields and hints > 0)


def hints_asked(problem: Problem, fields: Fields) -> int:
    """How many hints a form asks for, at most those that there are."""
    asked = fields.get("hint") or fields.get("hints") or ["0"]
    count = int(asked[0]) if asked[0].isascii() and asked[0].isdigit() and len(asked[0]) < 4 else 0  # noqa: PLR2004
    return min(count, len(hints_of(problem)))


def _read_spot(name: str, fields: Fields, answer: dict[str, Any]) -> None:
    """The point pressed now, else the one in the two fields, else an answer as a program sends it."""
    across, down = (
        _only(fields.get(f"{name}.{letter}") or fields.get(f"{name}_{letter}") or [""]) for letter in ("x", "y")
    )
    if f"{name}.x" in fields or f"{name}_x" in fields:
        answer[name] = _as_text(answer_from(across, down))
    elif fields.get(name):
        answer[name] = _as_text(_only(fields[name]))


def _read_blanks(response: Response, key: BlankChoices, fields: Fields, answer: dict[str, Any]) -> None:
    """The choices made, and every number written; a blank beside a choice that is not made is nothing."""
    name = response.input_id(0)
    ticked = fields.get(name, [])
    _refuse_unknown(ticked, {choice_name(name, rank) for rank in range(len(key.choices))})
    if len(ticked) > (1 if response.inputs[0].tag == "radiotextgroup" else len(key.choices)):
        raise _twice()
    made: dict[str, str] = {one: one for one in ticked}
    for rank, choice in enumerate(key.choices):
        for place in range(len(choice.blanks)):
            blank = blank_name(name, rank, place)
            written = _as_text(_only(fields.get(blank) or [""]))
            if written.strip() or (choice_name(name, rank) in made and blank in fields):
                made[blank] = written
    if made or name in fields:
        answer[name] = made


def _read(response: Response, rank: int, posted: list[str]) -> str | list[str]:
    match response.key:
        case Choices():
            names = choice_names(response)
            _refuse_unknown(posted, set(names))
            if response.tag != "multiplechoiceresponse":
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
