"""What should the author of a quiz mend? One remark for each thing that would surprise a learner."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from cordee.activities.quiz.choosing import credit_words, share_of
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
from cordee.activities.quiz.expressions import Formula, Unreadable, value_of_key
from cordee.activities.quiz.formulas import MOST_POINTS, Samples
from cordee.activities.quiz.literals import needs_python, with_values
from cordee.activities.quiz.numbers import (
    BadKey,
    Range,
    Tolerance,
    expected_of,
    partial_answers,
    partial_words,
    range_factor,
)
from cordee.activities.quiz.olx import INPUTS_OF, MUST_ANSWER
from cordee.activities.quiz.patterns import check, explodes
from cordee.activities.quiz.spots import shapes_of
from cordee.activities.quiz.variants import pool_size
from cordee.activities.quiz.winning import SEEDS, can_win
from cordee.activities.quiz.words import pattern_of
from cordee.core.errors import N_
from cordee.core.patterns import BadPattern
from cordee.formats.olx.model import Remark

NO_RIGHT_ANSWER = N_("{input}: no answer is right. Mark one as right.")
BAD_KEY = N_("{input}: the expected answer “{value}” cannot be read. Write a number, an expression or a range.")
BAD_TOLERANCE = N_("{input}: the tolerance “{value}” cannot be read. Write for example 0.5 or 5%.")
BAD_CREDIT = N_("{input}: partial_credit “{value}” is not known here. Use one of: {known}.")
BAD_POINTS = N_("{input}: point_value “{value}” is not a number. Write for example 0.5.")
BAD_PATTERN = N_("{input}: the regular expression “{value}” cannot be read. Correct it.")
SLOW_PATTERN = N_(
    "{input}: the regular expression “{value}” may take for ever. Avoid a repetition inside a repetition."
)
NO_OPTION = N_("{input}: the menu is empty. Write its lines.")
TWO_RIGHT = N_("{input}: a menu has one right line, and {count} are marked. Keep one.")
TWICE = N_("{input}: two choices are both named “{value}”. Give each its own name.")
BAD_POOL = N_("{input}: answer-pool “{value}” is not a number: all choices are shown.")
BAD_FORMULA = N_(
    "{input}: the expected formula “{value}” cannot be computed at every point. Write its products with * and look at "
    "the ends between which its variables are drawn."
)
BAD_SAMPLES = N_(
    "{input}: samples “{value}” cannot be read. Write for example x,y@1,1:3,3#5: variables, lower ends, upper ends, "
    "and from 1 to {most} points."
)
BAD_HINT = N_("{input}: the formula “{value}” of a hint cannot be read, so that nobody sees the hint. Correct it.")
BAD_SPOT = N_(
    "{input}: no place of this image can win: “{value}” cannot be read. Write for example (10,20)-(100,80), or regions "
    "as [[[10,10],[110,10],[60,110]]]."
)
ONE_OF_TWO = N_("{input}: one choice can be made, and {count} are marked as right. Keep one, or let several be made.")
CANNOT_WIN = N_("{input}: no answer wins, not even the expected one. Look at the key, its tolerance and its limits.")
NO_INPUT = N_("{input}: this {tag} has no field that a learner could fill. Add one.")
BAD_INPUTS = N_("{input}: this {tag} needs exactly one field of the kind {known}. It is shown and not graded.")
NO_KEY = N_("{input}: this {tag} has no expected answer. It is shown and not graded.")
NOT_HERE = N_("{input}: {tag} is not graded here yet. It is shown, and the problem does not count.")
SCRIPT = N_("This problem needs Python to run. It is shown, and it does not count.")
UNREADABLE = N_("This problem is not well-formed XML, so it cannot be shown. Correct it in the course.")


def remarks(problem: Problem, place: str) -> list[Remark]:
    """Everything that the author should know of, in the order of the page."""
    if problem.unreadable:
        return [Remark("unreadable-problem", UNREADABLE, place)]
    if needs_python(problem):
        found = [remark for response in problem.responses for remark in _of_response(response, place)]
        return [*found, Remark("script", SCRIPT, place)]
    problem = with_values(problem)
    found = []
    for response in problem.responses:
        of_response = list(_of_response(response, place))
        found += of_response or list(_that_cannot_win(problem, response, place))
    return found


def _that_cannot_win(problem: Problem, response: Response, place: str) -> Iterator[Remark]:
    """The inputs at which the key itself, graded as an answer, does not win."""
    for rank in range(len(response.inputs)):
        if can_win(problem, response, rank) is False:
            yield Remark("cannot-win", CANNOT_WIN, place, {"input": response.input_id(rank)})


def has_fault(response: Response) -> bool:
    """Whether a mistake of the author keeps every answer, or every answer but one, from being graded."""
    return any(remark.code in _FAULTS for remark in _of_response(response, "", patterns=False))


_FAULTS = frozenset(
    (
        "bad-key",
        "bad-tolerance",
        "bad-credit",
        "bad-points",
        "bad-pattern",
        "bad-samples",
        "no-option",
        "two-right",
    )
)


def _of_response(response: Response, place: str, *, patterns: bool = True) -> Iterator[Remark]:
    def remark(code: str, sentence: str, value: str = "", **values: object) -> Remark:
        name = response.input_id(0) if response.inputs else f"p_{response.number}"
        return Remark(code, sentence, place, {"input": name, "value": value[:80], **values})

    match response.key:
        case Choices() as key:
            yield from _of_choices(response, key, remark)
        case Menus() as key:
            yield from _of_menus(key, remark)
        case Text() as key:
            yield from _of_text(key, remark, patterns=patterns)
        case Number() as key:
            yield from _of_number(key, remark)
        case FormulaKey() as key:
            yield from _of_formula(response, key, remark)
        case Spots() as key:
            yield from _of_spots(response, key, remark)
        case BlankChoices() as key:
            yield from _of_blanks(response, key, remark)
        case NoKey():
            yield _not_graded(response, remark)


class _Maker(Protocol):
    """The type of `remark` above."""

    def __call__(self, code: str, sentence: str, value: str = "", **values: object) -> Remark: ...


def _not_graded(response: Response, remark: _Maker) -> Remark:
    known = INPUTS_OF.get(response.tag)
    if known is None:
        return remark("not-graded-here", NOT_HERE, tag=response.tag)
    if not response.inputs:
        return remark("no-input", NO_INPUT, tag=response.tag)
    if response.tag in MUST_ANSWER and not dict(response.attributes).get("answer"):
        return remark("no-key", NO_KEY, tag=response.tag)
    return remark("bad-inputs", BAD_INPUTS, tag=response.tag, known=", ".join(known))


def _of_choices(response: Response, key: Choices, remark: _Maker) -> Iterator[Remark]:
    known = {"points", "false"} if response.tag == "multiplechoiceresponse" else {"edc", "halves", "false"}
    words = credit_words(key.partial_credit) if response.tag != "truefalseresponse" else set()
    if not words <= known or (response.tag == "choiceresponse" and len(words) > 1):
        yield remark("bad-credit", BAD_CREDIT, key.partial_credit or "", known=", ".join(sorted(known)))
    for choice in key.choices:
        if choice.correct == "partial" and share_of(choice.points) is None:
            yield remark("bad-points", BAD_POINTS, choice.points)
    if not key.choices:
        yield remark("no-option", NO_OPTION)
    elif all(choice.correct == "false" for choice in key.choices):
        yield remark("no-right-answer", NO_RIGHT_ANSWER)
    names = choice_names(response)
    for name in dict.fromkeys(name for name in names if names.count(name) > 1):
        yield remark("same-name", TWICE, name)
    if key.pool and not pool_size(key) and key.pool != "0":
        yield remark("bad-pool", BAD_POOL, key.pool)


def _of_menus(key: Menus, remark: _Maker) -> Iterator[Remark]:
    for menu in key.menus:
        if not menu.options:
            yield remark("no-option", NO_OPTION)
        elif len(menu.correct) > 1:
            yield remark("two-right", TWO_RIGHT, count=len(menu.correct))
        elif not {option.text for option in menu.options} & set(menu.correct):
            yield remark("no-right-answer", NO_RIGHT_ANSWER)


def _of_text(key: Text, remark: _Maker, *, patterns: bool) -> Iterator[Remark]:
    found = [*([pattern_of(key)] if pattern_of(key) is not None else []), *(hint.when for hint in key.pattern_hints)]
    for rank, pattern in enumerate(pattern for pattern in found if pattern is not None):
        try:
            check(pattern.strip())
            if patterns and explodes(pattern.strip()):
                yield remark("slow-pattern", SLOW_PATTERN, pattern)
        except BadPattern:
            yield remark("bad-pattern" if rank == 0 and key.is_pattern else "bad-hint-pattern", BAD_PATTERN, pattern)


def _of_number(key: Number, remark: _Maker) -> Iterator[Remark]:
    try:
        expected = expected_of(key.answer)
    except (BadKey, Unreadable):
        yield remark("bad-key", BAD_KEY, key.answer)
        return
    try:
        partial_words(key)
    except BadKey:
        yield remark("bad-credit", BAD_CREDIT, key.partial_credit or "", known="close, list")
    try:
        if not isinstance(expected, Range):
            Tolerance.of(key.tolerance)
    except BadKey:
        yield remark("bad-tolerance", BAD_TOLERANCE, key.tolerance or "")
    try:
        range_factor(key)
    except BadKey:
        yield remark("bad-tolerance", BAD_TOLERANCE, key.partial_range or "")
    others = [*partial_answers(key), *(accepted.answer for accepted in key.additional)]
    for answer in others:
        try:
            value_of_key(answer)
        except Unreadable:
            yield remark("bad-key", BAD_KEY, answer)


def _of_formula(response: Response, key: FormulaKey, remark: _Maker) -> Iterator[Remark]:
    try:
        samples = Samples.of(key.samples)
    except BadKey:
        yield remark("bad-samples", BAD_SAMPLES, key.samples, most=MOST_POINTS)
        return
    try:
        formula = Formula(key.answer, minds_case=key.minds_case)
        for seed in SEEDS:
            for point in samples.points(seed, response.input_id(0)):
                formula.value(point)
    except Unreadable:
        yield remark("bad-key", BAD_FORMULA, key.answer)
    try:
        Tolerance.of(key.tolerance)
    except BadKey:
        yield remark("bad-tolerance", BAD_TOLERANCE, key.tolerance or "")
    for hint in key.hints:
        try:
            Tolerance.of(hint.tolerance)
            written = Formula(hint.answer, minds_case=hint.type == "cs")
            for point in Samples.of(hint.samples).points(1, hint.name):
                written.value(point)
        except (BadKey, Unreadable):
            yield remark("bad-hint", BAD_HINT, hint.answer)


def _of_spots(response: Response, key: Spots, remark: _Maker) -> Iterator[Remark]:
    for rank, spot in enumerate(key.spots):
        try:
            shapes_of(spot)
        except BadKey:
            yield remark("bad-key", BAD_SPOT, spot.rectangle or spot.regions or "", input=response.input_id(rank))


def _of_blanks(response: Response, key: BlankChoices, remark: _Maker) -> Iterator[Remark]:
    right = [choice for choice in key.choices if choice.correct]
    if not key.choices:
        yield remark("no-option", NO_OPTION)
    elif not right:
        yield remark("no-right-answer", NO_RIGHT_ANSWER)
    elif len(right) > 1 and response.inputs[0].tag == "radiotextgroup":
        yield remark("one-of-two", ONE_OF_TWO, count=len(right))
    for choice in right:
        for blank in choice.blanks:
            try:
                value_of_key(blank.answer)
            except Unreadable:
                yield remark("bad-key", BAD_KEY, blank.answer)
            try:
                Tolerance.of(blank.tolerance)
            except BadKey:
                yield remark("bad-tolerance", BAD_TOLERANCE, blank.tolerance or "")
