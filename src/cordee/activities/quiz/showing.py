"""How are choices, verdicts and right answers put into words and marks?"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import unescape
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from cordee.activities.quiz.definition import (
    SLOT,
    Choices,
    FormulaKey,
    Menu,
    Menus,
    Number,
    Problem,
    Response,
    Spot,
    Spots,
    Text,
    choice_names,
)
from cordee.activities.quiz.key_words import key_in_words
from cordee.activities.quiz.numbers import BadKey, is_range
from cordee.activities.quiz.spots import shapes_of
from cordee.activities.quiz.variants import shown_choices
from cordee.activities.quiz.words import accepted_texts, pattern_of
from cordee.courses.kinds import InputResult, PageView

LONGEST_LABEL = 160  # characters of a text taken as the name of a field

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_SOLUTION_TAG = re.compile(r"</?solution(?:set)?\b[^>]*>")
_PARAGRAPH = re.compile(r'<p((?:\s+[^\s=>"]+(?:="[^"]*")?)*)\s*>(.*?)</p>', re.DOTALL)
_LINE_END = re.compile(
    r"</?(?:p|div|li|ul|ol|td|th|tr|table|caption|h[1-6]|blockquote|dd|dt|pre|section)\b[^>]*>|<br\b[^>]*>"
)
_MATHS = re.compile(r"<annotation\b.*?</annotation>", re.DOTALL)
_TAG = re.compile(r'<(?:[^<>"]|"[^"]*")*>')


@dataclass(frozen=True, slots=True)
class ShownChoice:
    id: str
    value: str
    html: SafeString
    chosen: bool = False
    state: str = ""
    verdict: str = ""


@dataclass(frozen=True, slots=True)
class ShownOption:
    text: str
    chosen: bool = False


def shown_choices_of(
    response: Response,
    answer: Any,
    result: InputResult | None,
    view: PageView,
    html: Callable[[str], SafeString],
) -> tuple[ShownChoice, ...]:
    """The choices that this learner was drawn, in their order.

    Before `view.reveal` only what was chosen bears a verdict: of several ticks, only when all of them are right.
    """
    key = response.key
    assert isinstance(key, Choices)  # noqa: S101 - for the type checker
    names = choice_names(response)
    chosen = {item for item in (answer if isinstance(answer, list) else [answer]) if isinstance(item, str)}
    many = takes_several(response)
    shown = []
    for rank in shown_choices(response, view.seed):
        choice, name = key.choices[rank], names[rank]
        state, verdict = "", ""
        if view.reveal and choice.correct == "true":
            state, verdict = "right", _("Right answer")
        elif view.reveal and name in chosen and (many or choice.correct == "false"):
            state, verdict = "wrong", _("Your answer: not right")
        elif result and name in chosen and (not many or result.correctness == "correct"):
            state, verdict = state_of(result), _own_verdict(result)
        element_id = f"{view.activity_id}-{response.input_id(0)}-{rank}"
        shown.append(ShownChoice(element_id, name, html(choice.html), name in chosen, state, verdict))
    return tuple(shown)


def takes_several(response: Response) -> bool:
    """Whether any number of choices may be ticked."""
    return response.inputs[0].tag == "checkboxgroup" or response.tag == "truefalseresponse"


def shown_options_of(menu: Menu, answer: Any, answered: Menu | None) -> tuple[ShownOption, ...]:
    """The lines of a menu. The kept answer is a text: one given in another language stands at its rank in this one."""
    texts = [option.text for option in menu.options]
    chosen = answer
    if answered is not None and answer not in texts and len(answered.options) == len(texts):
        chosen = next((text for text, option in zip(texts, answered.options, strict=True) if option.text == answer), "")
    return tuple(ShownOption(text, text == chosen) for text in texts)


def menu_of(problem: Problem | None, response: Response, rank: int) -> Menu | None:
    """The menu of another writing of the same problem that stands where this one does."""
    same = next((one for one in problem.responses if one.number == response.number), None) if problem else None
    if same is None or not isinstance(same.key, Menus) or rank >= len(same.key.menus):
        return None
    return same.key.menus[rank]


def state_of(result: InputResult | None) -> str:
    """The mark of a verdict, as the style sheet knows it."""
    if result is None:
        return ""
    return {"correct": "right", "partially-correct": "half", "incorrect": "wrong"}[result.correctness]


def verdict_of(result: InputResult | None, answer: Any) -> str:
    """The verdict on one input in words."""
    if result is None:
        return ""
    if not answer or (isinstance(answer, str) and not answer.strip()):
        return _("No answer")
    match result.correctness:
        case "correct":
            return _("Right")
        case "partially-correct":
            return _("Partly right")
        case _:
            return _("Not right")


def _own_verdict(result: InputResult) -> str:
    match result.correctness:
        case "correct":
            return _("Your answer: right")
        case "partially-correct":
            return _("Your answer: partly right")
        case _:
            return _("Your answer: not right")


def right_texts(response: Response, rank: int, language: str) -> tuple[str, ...]:
    """What wins, in words; choices bear their own marks. A pattern is no words: its solution explains it, if any."""
    texts: tuple[str, ...]
    match response.key:
        case Menus() as key:
            texts = key.menus[rank].correct
        case Text() as key:
            texts = () if pattern_of(key) is not None else tuple(dict.fromkeys(accepted_texts(key)))
        case FormulaKey(answer=answer):
            texts = (answer,)
        case Spots() as key:
            texts = _right_places(key.spots[rank])
        case Number(answer=answer) if is_range(answer) and "," in answer:
            low, _comma, high = answer.strip()[1:-1].partition(",")
            ends = {"low": key_in_words(low, language), "high": key_in_words(high, language)}
            texts = (_("from %(low)s to %(high)s") % ends,)
        case Number() as key:
            texts = tuple(
                key_in_words(text, language) for text in (key.answer, *(accepted.answer for accepted in key.additional))
            )
        case _:
            texts = ()
    return texts


def _right_places(spot: Spot) -> tuple[str, ...]:
    try:
        middles = [shape.middle for shape in shapes_of(spot)]
    except BadKey:
        return ()
    words = _("around %(across)d from the left and %(down)d from the top")
    return tuple(words % {"across": across, "down": down} for across, down in middles)


def without_comments(html: str) -> str:
    """The author's HTML without comments: they are no part of the page, and may hold answers."""
    return _COMMENT.sub("", html)


def solution_html(xml: str) -> str:
    """What a solution says, without its own tags, which HTML does not know."""
    return _SOLUTION_TAG.sub("", xml)


def in_divs(rendered: str) -> str:
    """Turn each paragraph that holds a slot into a <div>: a question is a block, and a paragraph may hold none."""

    def turned(found: re.Match[str]) -> str:
        return f"<div{found[1]}>{found[2]}</div>" if SLOT.search(found[2]) else found[0]

    return _PARAGRAPH.sub(turned, rendered)


def plain(html: str) -> str:
    """The words of some HTML, on one line."""
    return " ".join(unescape(_TAG.sub(" ", _MATHS.sub("", SLOT.sub("", html)))).split())


def last_line(html: str) -> str:
    """The words of the last line of some HTML that has any: what a sighted reader sees just before a field."""
    lines = (plain(line) for line in reversed(_LINE_END.split(html)))
    return next((line for line in lines if line), "")
