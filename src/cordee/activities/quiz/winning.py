"""Which answer should win, going by the key? Grading it says whether anybody can win at all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from cordee.activities.quiz.blanks import blank_name, choice_name
from cordee.activities.quiz.definition import (
    BlankChoices,
    Choices,
    FormulaKey,
    Menus,
    Number,
    Problem,
    Response,
    Spot,
    Spots,
    Text,
    choice_names,
)
from cordee.activities.quiz.grading import grade
from cordee.activities.quiz.numbers import BadKey, Range, expected_of
from cordee.activities.quiz.spots import shapes_of
from cordee.activities.quiz.words import accepted_texts, pattern_of
from cordee.core.errors import InputRefused

PLAIN_SIDE = re.compile("[0-9]{1,5}")
LARGEST_SIDE = 10**6
SEEDS = (1, 2, 3)  # of formulas: the points are others in each


def can_win(problem: Problem, response: Response, rank: int) -> bool | None:
    """Whether some answer made from the key wins at one input; None when the key makes none: it is a pattern."""
    tried = False
    for answer in _answers(response, rank):
        tried = True
        if all(_wins(problem, response, rank, answer, seed) for seed in SEEDS):
            return True
    return False if tried else None


def _wins(problem: Problem, response: Response, rank: int, answer: Any, seed: int) -> bool:
    alone = Problem("", (response,), solutions=problem.solutions, targeted=problem.targeted)
    name = response.input_id(rank)
    try:
        # A choice drawn by another seed is no fault of the key; the points of a formula are.
        drawn = seed if isinstance(response.key, FormulaKey) else None
        return grade(alone, {name: answer}, drawn).inputs[name].correctness == "correct"
    except InputRefused:
        return False


def _answers(response: Response, rank: int) -> Iterator[Any]:
    """Answers that should each win at one input, the likeliest first."""
    match response.key:
        case Choices() as key if response.tag == "multiplechoiceresponse":
            named = zip(choice_names(response), key.choices, strict=True)
            yield from (name for name, choice in named if choice.correct == "true")
        case Choices() as key:
            named = zip(choice_names(response), key.choices, strict=True)
            yield [name for name, choice in named if choice.correct == "true"]
        case Menus() as key:
            yield from key.menus[rank].correct
        case Text() as key:
            if pattern_of(key) is None:
                yield from accepted_texts(key)
        case Number() as key:
            yield from _numbers(key)
        case FormulaKey() as key:
            yield key.answer
        case Spots() as key:
            attributes = dict(response.inputs[rank].attributes)
            yield from _clicks(key.spots[rank], attributes.get("width", ""), attributes.get("height", ""))
        case BlankChoices() as key:
            yield _filled(response, key)
        case _:
            return


def _numbers(key: Number) -> Iterator[str]:
    expected = expected_of(key.answer)
    if isinstance(expected, Range):
        yield from (repr(value) for value in (expected.low, expected.high, (expected.low + expected.high) / 2))
        yield from ("0", "1e300", "-1e300")
    else:
        yield key.answer
    yield from (accepted.answer for accepted in key.additional)


def _clicks(spot: Spot, width: str, height: str) -> Iterator[str]:
    """Points in or near the middle of each place, as far as they are on the image."""
    try:
        shapes = shapes_of(spot)
    except BadKey:
        yield "[0,0]"
        return
    right, bottom = (int(side) if PLAIN_SIDE.fullmatch(side) else LARGEST_SIDE for side in (width, height))
    for shape in shapes:
        across, down = shape.middle
        for x, y in ((across, down), (across + 1, down), (across, down + 1), (across - 1, down), (across, down - 1)):
            yield f"[{min(max(x, 0), right)},{min(max(y, 0), bottom)}]"


def _filled(response: Response, key: BlankChoices) -> dict[str, str]:
    name = response.input_id(0)
    answer: dict[str, str] = {}
    for rank, choice in enumerate(key.choices):
        if not choice.correct:
            continue
        answer[choice_name(name, rank)] = choice_name(name, rank)
        answer |= {blank_name(name, rank, place): blank.answer for place, blank in enumerate(choice.blanks)}
    return answer
