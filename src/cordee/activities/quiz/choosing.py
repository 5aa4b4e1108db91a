"""What is a choice worth: one of several, any number of them, or a line of a menu?"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from cordee.activities.quiz.definition import Choices, Hint, Menu, Problem, Response, choice_names
from cordee.activities.quiz.feedback import feedback
from cordee.activities.quiz.refusals import bad_key, not_a_choice
from cordee.activities.quiz.trees import inner
from cordee.core.errors import InputRefused
from cordee.courses.kinds import Correctness, InputResult
from cordee.formats.olx.documents import parse

HALF = 0.5
QUARTER = 0.25


ALWAYS = "alwaysshowcorrectchoiceexplanation"  # of targeted-feedback


def grade_single(response: Response, value: Any, problem: Problem) -> InputResult:
    """One choice out of several. Anything that is not the name of a choice is incorrect. Raises AnswerUnreadable.

    `problem` holds what is said of choices by the id of their explanation.
    """
    key = response.key
    assert isinstance(key, Choices)  # noqa: S101 - for the type checker
    input_id = response.input_id(0)
    if value == []:
        raise not_a_choice(input_id)
    words = credit_words(key.partial_credit)
    if not words <= {"points", "false"}:
        raise bad_key(input_id)
    shares = [share_of(choice.points) for choice in key.choices if choice.correct == "partial"]
    if any(share is None for share in shares):
        raise bad_key(input_id)
    chosen = [choice for choice, name in zip(key.choices, choice_names(response), strict=True) if name == value]
    correctness: Correctness = "incorrect"
    points = 0.0
    for choice in chosen:
        if choice.correct == "true":
            correctness, points = "correct", 1.0
            break
        if choice.correct == "partial" and "points" in words:
            correctness, points = "partially-correct", share_of(choice.points) or 0.0
    hints = [hint for choice in chosen[:1] for hint in choice.hints[:1]]
    said = feedback(hints, correctness)
    if key.targeted is not None and chosen:
        said += _targeted(key, problem, {choice.explanation for choice in chosen if choice.explanation})
    return InputResult(correctness, said, points)


def _targeted(key: Choices, problem: Problem, wanted: set[str]) -> str:
    """What is said of the choice made; then why the right one is right, when the author asks to say so always."""
    said = "".join(piece.html for piece in problem.targeted if piece.explanation in wanted)
    if (key.targeted or "").strip().lower() != ALWAYS:
        return said
    right = {choice.explanation for choice in key.choices if choice.correct == "true" and choice.explanation}
    explained = explanations_of(problem)
    return said + "".join(explained[name] for name in sorted(right) if name in explained)


def explanations_of(problem: Problem) -> Mapping[str, str]:
    """The HTML of each solution of a <solutionset> that names the explanation it is for."""
    return {name: html for piece in problem.solutions for name, html in _explanations(piece)}


@lru_cache(maxsize=512)
def _explanations(xml: str) -> tuple[tuple[str, str], ...]:
    if not xml.startswith("<solutionset"):
        return ()
    try:
        root = parse(xml.encode()).root
    except (InputRefused, UnicodeEncodeError):
        return ()
    found = ((element.get("explanation-id", ""), inner(element)) for element in root.iter("solution"))
    return tuple((name, html) for name, html in found if name)


def grade_true_false(response: Response, value: Any) -> InputResult:
    """A truefalseresponse: the exact set of choices, nothing in between. Nothing ticked is incorrect.

    Its hint is the one of the first choice ticked (measured in Open edX).
    """
    key = response.key
    assert isinstance(key, Choices)  # noqa: S101 - for the type checker
    by_name = dict(reversed([*zip(choice_names(response), key.choices, strict=True)]))
    ticked = [item for item in (value if isinstance(value, list) else [value]) if isinstance(item, str) and item]
    right = {name for name, choice in by_name.items() if choice.correct == "true"}
    correctness: Correctness = "correct" if ticked and set(ticked) == right else "incorrect"
    hints = by_name[ticked[0]].hints[:1] if ticked and ticked[0] in by_name else ()
    return InputResult(correctness, feedback(hints, correctness), 1.0 if correctness == "correct" else 0.0)


def share_of(points: str) -> float | None:
    """The points of a partly right choice: half without a number, None when it cannot be read."""
    if not points:
        return HALF
    try:
        share = float(points)
    except ValueError:
        return None
    return share if math.isfinite(share) else None


def credit_words(partial_credit: str | None) -> set[str]:
    """The words of a partial_credit attribute, in lower case; {""} when it is there and empty."""
    return set() if partial_credit is None else {word.strip().lower() for word in partial_credit.split(",")}


def grade_many(response: Response, value: Any) -> InputResult:
    """Any number of choices: the exact set, or a share of it. Nothing ticked is incorrect. Raises AnswerUnreadable."""
    key = response.key
    assert isinstance(key, Choices)  # noqa: S101 - for the type checker
    names = choice_names(response)
    sent = value if isinstance(value, list) else [value]
    ticked = {item for item in sent if isinstance(item, str) and item}
    known = {name for name in names if name in ticked}
    if not ticked:
        return InputResult("incorrect", feedback(_hints_of_many(key, names, known), "incorrect"))
    words = credit_words(key.partial_credit)
    if len(words) > 1 or not words <= {"edc", "halves", "false"}:
        raise bad_key(response.input_id(0))
    right = {name for name, choice in zip(names, key.choices, strict=True) if choice.correct == "true"}
    if "edc" in words:
        share = round(sum((name in known) == (name in right) for name in names) / len(names), 2) if names else 0.0
    elif "halves" in words:
        share = _share_by_halves(len(known ^ right), len(names))
    else:
        share = 1.0 if ticked == right else 0.0
    correctness: Correctness = "partially-correct"
    if share in (0, 1):
        correctness = "correct" if share == 1 else "incorrect"
    return InputResult(correctness, feedback(_hints_of_many(key, names, known), correctness), share)


def _share_by_halves(errors: int, choices: int) -> float:
    """Source: Open edX documentation of partial credit "halves"; sizes as measured."""
    if errors == 0:
        return 1.0
    if errors == 1 and choices >= 3:  # noqa: PLR2004 - the rule's own numbers
        return HALF
    if errors == 2 and choices >= 5:  # noqa: PLR2004
        return QUARTER
    return 0.0


def _hints_of_many(key: Choices, names: Sequence[str], ticked: set[str]) -> list[Hint]:
    """The compound hint of exactly this set; else one hint a choice, for its state."""
    for compound in key.compound_hints:
        if {names[rank] for rank in ranks_of(compound.when) if rank < len(names)} == ticked:
            return [compound]
    hints = []
    for name, choice in zip(names, key.choices, strict=True):
        state = "true" if name in ticked else "false"
        hints += [hint for hint in choice.hints if hint.when.lower() == state][:1]
    return hints


def ranks_of(letters: str) -> set[int]:
    """The ranks that a compound hint speaks of: "A C" is {0, 2}."""
    return {ord(letter) - ord("A") for letter in re.findall(r"[A-Z]", letters.upper())}


def grade_menu(menu: Menu, value: Any, input_id: str) -> InputResult:
    """One line of a menu, compared as it is. Raises AnswerUnreadable."""
    if len(menu.correct) > 1 or not menu.options:
        raise bad_key(input_id)
    right = isinstance(value, str) and value != "" and value in menu.correct
    correctness: Correctness = "correct" if right else "incorrect"
    hints = next((option.hints[:1] for option in menu.options if option.text == value), ())
    return InputResult(correctness, feedback(hints, correctness), 1.0 if right else 0.0)
