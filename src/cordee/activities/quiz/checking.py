"""What does a quiz say to whoever checks its course?

What cannot be won or read is found by `checks`; here stands by which rule each is told, and what only surprises: the
same answer twice, a tolerance that takes everything, words that nobody will ever be shown.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from typing import Final

from cordee.activities.quiz import checks
from cordee.activities.quiz.definition import (
    SLOT,
    BlankChoices,
    Choices,
    Hint,
    Menus,
    NoKey,
    Number,
    Problem,
    Response,
    Text,
)
from cordee.activities.quiz.expressions import Unreadable, value_of_key
from cordee.activities.quiz.literals import needs_python, with_values
from cordee.activities.quiz.numbers import BadKey, Range, Tolerance, expected_of, partial_answers, partial_words
from cordee.activities.quiz.variants import pool_size
from cordee.activities.quiz.words import accepted_texts
from cordee.core.errors import N_, shown
from cordee.courses.checks.model import Fault, Rule
from cordee.courses.kinds import Inspection

_CANNOT_WIN: Final = frozenset(
    (
        *("no-right-answer", "bad-key", "bad-tolerance", "bad-pattern", "no-option", "two-right", "bad-samples"),
        *("one-of-two", "cannot-win", "unreadable-problem"),
    )
)
_NOT_GRADED: Final = frozenset(("not-graded-here", "no-key", "no-input", "bad-inputs", "script"))
_UNREAD: Final = frozenset(("bad-credit", "bad-points", "bad-pool", "bad-hint", "bad-hint-pattern"))

CANNOT_WIN = Rule(
    "question-cannot-be-won",
    "error",
    N_("A question that no answer wins"),
    N_("Correct its key, and try it once as a learner would."),
    says=_CANNOT_WIN,
)
SLOW_PATTERN = Rule(
    "slow-pattern",
    "error",
    N_("A regular expression that may take for ever"),
    N_("Avoid a repetition inside a repetition, such as (a+)+."),
    says=frozenset(("slow-pattern",)),
)
NOT_GRADED = Rule(
    "question-not-graded",
    "warning",
    N_("A question that is not graded here"),
    N_("It is shown and does not count: ask it in a form that is graded here if it should."),
    says=_NOT_GRADED,
)
UNREAD = Rule(
    "question-setting-unread",
    "warning",
    N_("A setting of a question that cannot be read"),
    N_("Correct it, or take it out: until then it does nothing."),
    says=_UNREAD,
)
CONTRADICTION = Rule(
    "same-answer-right-and-wrong",
    "error",
    N_("The same answer, once right and once wrong"),
    N_("Take one of the two out, or say how they differ."),
)
TWICE = Rule(
    "same-answer-twice",
    "warning",
    N_("The same answer twice"),
    N_("Take one of the two out, or say how they differ."),
    says=frozenset(("same-name",)),
)
WIDE = Rule(
    "tolerance-too-wide",
    "warning",
    N_("A tolerance that takes nearly every number"),
    N_("Give a smaller one: as it is, 0 is right, too."),
)
OF_NOTHING = Rule(
    "tolerance-of-zero",
    "warning",
    N_("A share of zero as a tolerance"),
    N_("Give the tolerance as a number: any percentage of 0 is 0."),
)
NEVER_SHOWN = Rule(
    "never-reached",
    "warning",
    N_("Something that no answer ever reaches"),
    N_("Correct what it speaks of, or take it out."),
)
RULES = (CANNOT_WIN, SLOW_PATTERN, NOT_GRADED, UNREAD, CONTRADICTION, TWICE, WIDE, OF_NOTHING, NEVER_SHOWN)
_BY_REMARK: Final = {code: rule for rule in RULES for code in rule.says}
_TAGS: Final = re.compile(r"<(?!/?(?:img|math|m[a-z]+|sub|sup)\b)[^>]*>", re.IGNORECASE)


def inspect(problem: Problem) -> Inspection:
    """Every fault once, in the order of the page; that it is not graded here, once for the whole of it."""
    told: list[Fault] = []
    for remark in reversed(checks.remarks(problem, "")):  # a script, told last, says it of all
        rule = _BY_REMARK.get(remark.code, UNREAD)
        if rule is not NOT_GRADED or not any(fault.rule == rule.code for fault in told):
            told.insert(0, Fault(rule.code, remark.sentence, remark.values))
    if not problem.unreadable and not needs_python(problem):
        told += [fault for response in with_values(problem).responses for fault in _of_response(response)]
        told += _of_targeted(problem)
    return Inspection(
        faults=tuple(told),
        prose=tuple(_prose(problem)),
        questions=sum(max(1, len(response.inputs)) for response in problem.responses),
    )


def _prose(problem: Problem) -> Iterator[str]:
    """As it is rendered: the page of the problem, its choices, its solutions, what is said of answers."""
    if problem.unreadable:
        return
    yield SLOT.sub(" ", problem.body)
    for response in problem.responses:
        yield response.label
        yield from response.descriptions
        yield from (hint.html for hint in _hints(response))
        match response.key:
            case Choices(choices=choices):
                yield from (choice.html for choice in choices)
            case BlankChoices(choices=blank_choices):
                yield from (SLOT.sub(" ", choice.html) for choice in blank_choices)
    yield from problem.solutions
    yield from (one.html for one in problem.targeted)


def _hints(response: Response) -> Iterator[Hint]:
    match response.key:
        case Choices() as key:
            yield from (hint for choice in key.choices for hint in choice.hints)
            yield from key.compound_hints
        case Menus() as menus:
            yield from (hint for menu in menus.menus for option in menu.options for hint in option.hints)
        case Text() as text:
            yield from (*text.equal_hints, *text.pattern_hints)


def _of_response(response: Response) -> Iterator[Fault]:
    name = response.input_id(0) if response.inputs else f"p_{response.number}"
    match response.key:
        case Choices() as key:
            texts = [(_plain(choice.html), choice.correct == "true") for choice in key.choices]
            yield from _same(name, texts)
            yield from _of_choices(name, response, key)
        case Menus() as menus:
            for rank, menu in enumerate(menus.menus):
                texts = [(_plain(option.text), option.text in menu.correct) for option in menu.options]
                yield from _same(response.input_id(rank) if rank < len(response.inputs) else name, texts)
        case Text() as text:
            yield from _same(name, [(_folded(text, one), True) for one in accepted_texts(text) if one])
            yield from _of_text(name, text)
        case Number() as number:
            yield from _of_number(name, number)
        case BlankChoices(choices=blank_choices):
            yield from _same(name, [(_plain(SLOT.sub(" _ ", one.html)), one.correct) for one in blank_choices])
        case NoKey():
            return


def _same(name: str, texts: Sequence[tuple[str, bool]]) -> Iterator[Fault]:
    """Two choices with one text: a contradiction where one of them is right and the other is not."""
    rights: dict[str, list[bool]] = {}
    for text, right in texts:
        if text:
            rights.setdefault(text, []).append(right)
    for text, found in rights.items():
        if len(found) > 1:
            rule = TWICE if len(set(found)) == 1 else CONTRADICTION
            yield Fault(
                rule.code, N_("{input}: “{answer}” stands there twice."), {"input": name, "answer": shown(text, 80)}
            )


def _of_choices(name: str, response: Response, key: Choices) -> Iterator[Fault]:
    letters = {chr(ord("A") + rank) for rank in range(min(len(key.choices), 26))}
    for hint in key.compound_hints:
        unknown = sorted(set(hint.when.upper().split()) - letters)
        if unknown:
            values = {"input": name, "letters": " ".join(unknown)}
            yield Fault(
                NEVER_SHOWN.code, N_("{input}: a hint speaks of the choices {letters}, which are not there."), values
            )
    wrong = sum(1 for choice in key.choices if choice.correct != "true")
    if pool_size(key) > wrong + 1:
        drawn: dict[str, object] = {"input": name, "count": pool_size(key), "held": wrong + 1}
        yield Fault(
            NEVER_SHOWN.code, N_("{input}: {count} choices should be drawn, and there are {held} to draw from."), drawn
        )


def _of_text(name: str, key: Text) -> Iterator[Fault]:
    """What is said of a wrong answer is never said of one that is right."""
    if key.is_pattern:
        return
    right = {_folded(key, one) for one in accepted_texts(key)}
    for hint in key.equal_hints:
        if _folded(key, hint.when.strip()) in right:
            values = {"input": name, "answer": shown(hint.when, 80)}
            yield Fault(
                NEVER_SHOWN.code, N_("{input}: a hint is for the wrong answer “{answer}”, which is right."), values
            )


def _of_number(name: str, key: Number) -> Iterator[Fault]:
    try:
        expected = expected_of(key.answer)
        if isinstance(expected, Range):
            return
        tolerance = Tolerance.of(key.tolerance)
        written = (key.tolerance or "").strip()
        if expected == 0 and written.endswith("%"):
            yield Fault(
                OF_NOTHING.code, N_("{input}: {tolerance} of 0 is 0."), {"input": name, "tolerance": shown(written)}
            )
        elif expected != 0 and tolerance.accepts(0.0, expected):
            values = {"input": name, "answer": shown(key.answer), "tolerance": shown(written)}
            yield Fault(WIDE.code, N_("{input}: {answer} ± {tolerance} takes 0, too."), values)
        others = [one.answer for one in key.additional if one.answer.strip() and one.hint is not None]
        if "list" in partial_words(key):
            others += partial_answers(key)
        for other in others:
            if tolerance.accepts(value_of_key(other), expected):
                values = {"input": name, "answer": shown(other), "expected": shown(key.answer)}
                yield Fault(NEVER_SHOWN.code, N_("{input}: {answer} is taken for {expected} already."), values)
    except (BadKey, Unreadable):
        return  # `checks` tells it


def _of_targeted(problem: Problem) -> list[Fault]:
    named = {
        choice.explanation
        for response in problem.responses
        if isinstance(response.key, Choices)
        for choice in response.key.choices
    }
    return [
        Fault(NEVER_SHOWN.code, N_("The feedback “{name}” belongs to no choice."), {"name": shown(one.explanation, 80)})
        for one in problem.targeted
        if one.explanation not in named
    ]


def _plain(author_html: str) -> str:
    """What a learner compares: pictures and formulas stay, other tags do not count."""
    return " ".join(html.unescape(_TAGS.sub(" ", author_html)).split())


def _folded(key: Text, text: str) -> str:
    return text.lower() if key.ignores_case else text
