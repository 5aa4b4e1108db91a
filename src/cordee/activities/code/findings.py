"""What was found of a program, in the words of the reader's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from cordee.activities.code.definition import Exercise
from cordee.core.errors import N_
from cordee.sandbox.card_words import title_of
from cordee.sandbox.explaining import VERDICTS, Told, explanation_of
from cordee.sandbox.outcomes import text_in
from cordee.sandbox.unseen import unseen

LIMIT = N_(
    "The compiler was stopped: the program, or one of its global arrays, is too large, or it asks the compiler for "
    "too much."
)

FULL = 100
MOST_LINES, SIGNS_ACROSS = 15, 30  # as high, and about as wide, as the box


@dataclass(frozen=True, slots=True)
class Card:
    """One mistake that the compiler found. `mark`: it stands in a line of the program."""

    level: str
    place: str  # "main.c, line 4"; "" for none
    file: str
    line: int
    column: int
    source: str
    title: str
    text: str
    advice: str
    rule: str = ""  # its name, where it is the first of this name


@dataclass(frozen=True, slots=True)
class Failing:
    """The smallest test that fails. Without `visible` only the explanation is shown, whose name is `rule`."""

    rank: int
    said: str  # with the line of the program
    told: str  # without it
    visible: bool
    given: str
    printed: str
    wanted: str
    rule: str
    folds: tuple[str, ...]  # which of these three scroll in a box: a page of 300 lines would hide what follows


@dataclass(frozen=True, slots=True)
class Square:
    """One test of the strip."""

    rank: int
    right: bool
    words: str


@dataclass(frozen=True, slots=True)
class Findings:
    """What a page shows of one judged program. `verdict` in words; `passed` of `tests`."""

    verdict: str
    words: str
    points: int  # of 100
    squares: tuple[Square, ...]
    passed: int
    cards: tuple[Card, ...]
    messages: tuple[tuple[str, str], ...]  # of the author: name of the rule, words
    failing: Failing | None
    limit: str
    seconds: float
    memory_kb: int


@dataclass(frozen=True, slots=True)
class Trial:
    """What a program did on the learner's own input."""

    ran: bool
    printed: str
    errors: str
    said: str
    exit_code: int
    leaked: str
    cards: tuple[Card, ...]
    limit: str
    seconds: float
    memory_kb: int


def findings_of(found: Mapping[str, Any], language: str) -> Findings:
    """`language`: of the course's content, in which its author speaks."""
    tests: Sequence[Mapping[str, Any]] = found.get("tests", ())
    squares = tuple(_square(rank, one) for rank, one in enumerate(tests, 1))
    return Findings(
        verdict=found["verdict"],
        words=verdict_words(found["verdict"]),
        points=points_of(float(found.get("score", 0))),
        squares=squares,
        passed=sum(1 for one in squares if one.right),
        cards=_cards(found),
        messages=tuple((rule, text_in(texts, language)) for rule, texts in found.get("messages", ())),
        failing=_failing(found),
        limit=_(LIMIT) if found["verdict"] == "compile_limit" else "",
        seconds=float(found.get("seconds", 0)),
        memory_kb=int(found.get("memory_kb", 0)),
    )


def trial_of(found: Mapping[str, Any]) -> Trial:
    blocks, size = found.get("leaked") or (0, 0)
    leaks = _("{blocks} blocks of memory ({bytes} bytes) were not given back with free.")
    return Trial(
        ran="printed" in found,
        printed=found.get("printed", ""),
        errors=found.get("errors", ""),
        said=_told_at(found),
        exit_code=int(found.get("exit_code") or 0),
        leaked=leaks.format(blocks=blocks, bytes=size) if blocks else "",
        cards=_cards(found),
        limit=_(LIMIT) if found["verdict"] == "compile_limit" else "",
        seconds=float(found.get("seconds", 0)),
        memory_kb=int(found.get("memory_kb", 0)),
    )


def words_of_rule(exercise: Exercise, name: str, language: str) -> str:
    """What the author's rule says, else the card or the explanation of this name; else the name alone."""
    rules = exercise.task.rules if exercise.task else ()
    said = next((text_in(rule.say, language) for rule in rules if rule.name == name), "")
    return said or title_of(name, _) or explanation_of(name, _) or name


def verdict_words(verdict: str) -> str:
    template: str = dict(VERDICTS).get(verdict, "")  # type: ignore[call-overload]  # JSON knows no Literal
    return _(template) if template else verdict


def marks_of(found: Mapping[str, Any], file: str) -> list[dict[str, Any]]:
    """What stands at lines of a file, for the editor: {"line", "column", "level", "text"}."""
    marks = [
        {"line": card.line, "column": card.column, "level": card.level, "text": card.title}
        for card in _cards(found)
        if card.line and card.file == file
    ]
    where = _as_shown(found.get("failing")) or found
    at = where.get("at")
    if at and at[0] == file:
        marks.append({"line": at[1], "column": 0, "level": "error", "text": _told(where.get("said"))})
    return marks


def _square(rank: int, one: Mapping[str, Any]) -> Square:
    template = _("Test {rank}: {verdict}")
    return Square(rank, one["verdict"] == "accepted", template.format(rank=rank, verdict=verdict_words(one["verdict"])))


def _failing(found: Mapping[str, Any]) -> Failing | None:
    one = _as_shown(found.get("failing"))
    if not one:
        return None
    shown = {name: str(one.get(name, "")) for name in ("given", "printed", "wanted")}
    return Failing(
        rank=int(found.get("rank", 0)),
        said=_told_at(one),
        told=_told(one.get("said")),
        visible=bool(one.get("visible")),
        given=shown["given"],
        printed=shown["printed"],
        wanted=shown["wanted"],
        rule=str(one.get("rule", "")),
        folds=tuple(name for name, text in shown.items() if folds(text)),
    )


def _as_shown(one: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """A failing test; one that is hidden without the values of its fault, which older rows hold."""
    if not one or one.get("visible") or not one.get("said"):
        return one
    template, values = one["said"]
    told = unseen(Told(template, values, str(one.get("rule", ""))))
    return {**one, "said": [told.template, dict(told.values)]}


def points_of(score: float) -> int:
    """Of 100, rounded as the page rounds what they bring; 100 only where nothing is missing."""
    return round(score) if score >= FULL else min(round(score), FULL - 1)


def folds(text: str) -> bool:
    """Whether it is shown in a box that scrolls: lines that are longer than the box is wide go on in the next one."""
    return sum(1 + len(line) // SIGNS_ACROSS for line in text.split("\n")) > MOST_LINES


def _cards(found: Mapping[str, Any]) -> tuple[Card, ...]:
    cards = found.get("cards", ())
    return tuple(
        Card(
            level=one["level"],
            place=_place(one["file"], one["line"]),
            file=one["file"],
            line=one["line"],
            column=one["column"],
            source=one["source"],
            title=_told(one["title"]),
            text=_told(one["text"]),
            advice=_told(one["advice"]),
            rule=one["rule"] if one["rule"] not in [other["rule"] for other in cards[:rank]] else "",
        )
        for rank, one in enumerate(cards)
    )


def _told(said: Sequence[Any] | None) -> str:
    """A sentence that was kept as template and values."""
    if not said:
        return ""
    template, values = said
    return _(template).format(**values) if values else _(template)


def _told_at(one: Mapping[str, Any]) -> str:
    """The same, with the line of the program where it happened."""
    said, place = _told(one.get("said")), _place(*(one.get("at") or ("", 0)))
    return _("{place}: {said}").format(place=place, said=said) if said and place else said


def _place(file: str, line: int) -> str:
    return _("{file}, line {line}").format(file=file, line=line) if file and line else ""
