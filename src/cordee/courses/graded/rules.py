"""When may an activity be handed in, and what is shown afterwards? The attributes of <problem>, as rules.

A value that cannot be read is told to the author and the default is kept: nothing here raises.
Source of names and defaults: Open edX's problem attributes; "kept" differs on purpose (docs/olx.md).
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from typing import Any, Literal, TypeVar, cast, get_args

from cordee.core.errors import N_
from cordee.courses.kinds import Rules, ShowAnswer
from cordee.formats.olx.model import Remark

NOT_SAID = frozenset(("", "null", "none"))
KEPT: Mapping[str, Literal["last", "first", "highest", "average"]] = {
    "last_score": "last",
    "first_score": "first",
    "highest_score": "highest",
    "average_score": "average",
    "first": "first",
    "highest": "highest",
    "average": "average",
    "last": "last",
}
NEW_VARIANT: Mapping[str, Literal["never", "per_learner", "on_reset", "always"]] = {
    "never": "never",
    "per_student": "per_learner",
    "onreset": "on_reset",
    "always": "always",
    "true": "always",
    "false": "per_learner",
}
SHOW_CORRECTNESS: Mapping[str, Literal["always", "never", "past_due"]] = {
    "always": "always",
    "never": "never",
    "past_due": "past_due",
}
SHOW_ANSWER: Mapping[str, ShowAnswer] = {
    **{word: word for word in cast(tuple[ShowAnswer, ...], get_args(ShowAnswer))},
    "true": "always",
    "false": "never",
}

T = TypeVar("T")


def rules_of(attributes: Mapping[str, str], place: str) -> tuple[Rules, list[Remark]]:
    """The rules that the attributes of a block ask for, and what could not be read of them."""
    reader = _Reader(attributes, place)
    weight = reader.value("weight", _number, None)
    if weight is not None and weight < 0:
        reader.remarks.append(
            Remark(
                "negative-weight",
                N_("weight “{value}” is negative: it is ignored. Write 0 for a problem that does not count."),
                place,
                {"value": attributes["weight"]},
            )
        )
        weight = None
    max_attempts = reader.value("max_attempts", _count, None)
    rules = Rules(
        max_attempts=max_attempts or None,
        wait_s=reader.value("submission_wait_seconds", _count, 0),
        weight=weight,
        kept=reader.value("grading_method", KEPT.__getitem__, "highest"),
        show_answer=reader.value("showanswer", SHOW_ANSWER.__getitem__, "finished"),
        show_answer_after=reader.value("attempts_before_showanswer_button", _count, 0),
        show_correctness=reader.value("show_correctness", SHOW_CORRECTNESS.__getitem__, "always"),
        new_variant=reader.value("rerandomize", NEW_VARIANT.__getitem__, "never"),
    )
    return rules, reader.remarks


class _Reader:
    """Reads one attribute after the other and collects remarks."""

    def __init__(self, attributes: Mapping[str, str], place: str) -> None:
        self._attributes = attributes
        self._place = place
        self.remarks: list[Remark] = []

    def value(self, name: str, read: Callable[[str], Any], default: T) -> T:
        """The attribute as `read` gives it; the default when it is absent or cannot be read."""
        text = unquoted(self._attributes.get(name, ""))
        if text.lower() in NOT_SAID:
            return default
        try:
            return cast(T, read(text.lower()))
        except (ValueError, KeyError, OverflowError):
            self.remarks.append(
                Remark(
                    "unreadable-attribute",
                    N_("{name} “{value}” cannot be read: the usual value is kept. Correct it in the course."),
                    self._place,
                    {"name": name, "value": text[:60]},
                )
            )
            return default


def unquoted(value: object) -> str:
    """The value without spaces around it, and without the JSON quotes that exports may put there."""
    text = str(value).strip()
    if len(text) > 1 and text[0] == text[-1] == '"':
        try:
            text = str(json.loads(text))
        except ValueError:
            text = text[1:-1]
    return text.strip()


def _number(text: str) -> float:
    number = float(text) if text.isascii() and "_" not in text else math.nan
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def _count(text: str) -> int:
    number = _number(text)
    if number < 0 or number != int(number) or number > 10**9:
        raise ValueError(text)
    return int(number)
