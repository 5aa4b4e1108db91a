"""The settings of a graded block in a course text, as attributes of OLX and back."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from cordee.core.errors import N_
from cordee.courses.graded.rules import rules_of
from cordee.formats.coursetext.model import Say, Setting, TextBlock, Written
from cordee.formats.olx.model import Block

SHOW_ANSWER: Mapping[str, str] = {  # Open edX's twelve, renamed: theirs says "answered" for "right"
    "never": "never",
    "always": "always",
    "tried": "attempted",
    "right": "answered",
    "finished": "finished",
    "closed": "closed",
    "due": "past_due",
    "right-or-due": "correct_or_past_due",
    "after": "after_attempts",
    "spent": "after_all_attempts",
    "spent-or-right": "after_all_attempts_or_correct",
    "tried-not-due": "attempted_no_past_due",
}
KEEP: Mapping[str, str] = {
    "best": "highest_score",
    "last": "last_score",
    "first": "first_score",
    "mean": "average_score",
}
SHOW_RESULT: Mapping[str, str] = {"always": "always", "never": "never", "due": "past_due"}

GRADED = (
    Setting("points", "number", help="What it is worth; without it, one point a question."),
    Setting("practice", "yes-no", "no", help="Whether it is done for practice and does not count."),
    Setting("attempts", "word", "unlimited", help="How often it may be handed in: a number, or unlimited."),
    Setting("wait", "duration", help="How long to wait between two attempts."),
    Setting("keep", "choice", "best", choices=tuple(KEEP), help="Which attempt counts."),
    Setting("show-result", "choice", "always", choices=tuple(SHOW_RESULT), help="When verdicts are shown."),
    Setting("reset", "yes-no", "no", help="Whether a learner may start again."),
    Setting(
        "show-answer",
        "word",
        "finished",
        choices=tuple(SHOW_ANSWER),
        help="When right answers and solutions are shown; after N means after N attempts.",
    ),
)

BAD_CHOICE = N_("“{name}” cannot be “{value}”. Write one of: {known}.")
BAD_NUMBER = N_("“{name}” must be a number, and “{value}” is none. Write for example “{name}: 2”.")
BAD_ATTEMPTS = N_("“attempts” must be a number from 1, or “unlimited”. “{value}” is neither.")
BAD_DURATION = N_("“wait” cannot be “{value}”. Write a length of time: “30 s”, “10 min”, “2 h” or “1 d”.")
BAD_SHOW_AFTER = N_("“show-answer: after” needs a number of attempts. Write for example “show-answer: after 2”.")
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(s|sec|min|h|d)?")
_SECONDS = {"s": 1, "sec": 1, "min": 60, "h": 3600, "d": 86400}
_OF_TIMES = ((86400, "d"), (3600, "h"), (60, "min"))


class GradedSettings:
    """Settings as attributes; a kind with settings of its own says more of them.

    What a translation leaves out holds from the reference.
    """

    def __init__(self, block: TextBlock, reference: TextBlock | None, say: Say) -> None:
        self._block = block
        self._reference = reference
        self._say = say

    @property
    def title(self) -> str:
        return self.value("title")

    def value(self, name: str) -> str:
        above = self._reference.value(name) if self._reference else ""
        return self._block.value(name, above).strip()

    def all(self, name: str) -> tuple[Written, ...]:
        own = tuple(one for one in self._block.settings if one.name == name)
        above = self._reference.settings if self._reference else ()
        return own or tuple(one for one in above if one.name == name)

    def attributes(self) -> dict[str, str]:
        return {name: value for name, value in self._attributes() if value}

    def _attributes(self) -> Iterator[tuple[str, str]]:
        yield "display_name", self.title
        if self._yes("practice"):
            yield "weight", "0"
        else:
            yield "weight", self._number("points")
        attempts = self.value("attempts")
        if attempts and attempts != "unlimited":
            if not attempts.isdigit() or int(attempts) < 1:
                self._refuse("attempts", BAD_ATTEMPTS)
            else:
                yield "max_attempts", attempts
        yield "submission_wait_seconds", self._seconds("wait")
        yield "grading_method", self._one_of("keep", KEEP)
        yield "show_correctness", self._one_of("show-result", SHOW_RESULT)
        yield "show_reset_button", "true" if self._yes("reset") else ""
        yield from self._show_answer()

    def _show_answer(self) -> Iterator[tuple[str, str]]:
        words = self.value("show-answer").split()
        if not words:
            return
        if words[0] not in SHOW_ANSWER or len(words) > 1 + (words[0] == "after"):
            self._refuse("show-answer", BAD_CHOICE, known=", ".join(SHOW_ANSWER).replace("after", "after N"))
            return
        if words[0] == "after":
            if len(words) == 1 or not words[1].isdigit():
                self._refuse("show-answer", BAD_SHOW_AFTER)
                return
            yield "attempts_before_showanswer_button", words[1]
        yield "showanswer", SHOW_ANSWER[words[0]]

    def _yes(self, name: str) -> bool:
        return self._one_of(name, {"yes": "yes", "no": "no"}) == "yes"

    def _one_of(self, name: str, known: Mapping[str, str]) -> str:
        value = self.value(name)
        if value and value not in known:
            self._refuse(name, BAD_CHOICE, known=", ".join(known))
        return known.get(value, "")

    def _number(self, name: str) -> str:
        value = self.value(name)
        plain = value.replace(",", ".")
        if value and not re.fullmatch(r"\d+(?:\.\d+)?", plain):
            self._refuse(name, BAD_NUMBER)
            return ""
        return plain

    def _seconds(self, name: str) -> str:
        value = self.value(name)
        found = _DURATION.fullmatch(value)
        if value and not found:
            self._refuse(name, BAD_DURATION)
        return f"{float(found[1]) * _SECONDS[found[2] or 's']:.0f}" if found else ""

    def _refuse(self, name: str, sentence: str, *, known: str = "") -> None:
        written = self.all(name)  # where it stands, which may be the reference alone
        place = written[-1].place if written else self._block.place
        self._say("bad-setting", sentence, replace(place), name=name, value=self.value(name), known=known)


def written_settings(block: Block) -> Iterator[tuple[str, str]]:
    """A block's title and graded settings, in the order of the tables; what equals a default is left out."""
    rules, _remarks = rules_of(block.attributes, "")
    if block.title:
        yield "title", block.title
    if rules.weight is not None:
        yield ("practice", "yes") if rules.weight == 0 else ("points", f"{rules.weight:.12g}")
    if rules.max_attempts is not None:
        yield "attempts", str(rules.max_attempts)
    if rules.wait_s:
        yield (
            "wait",
            next(
                (f"{rules.wait_s // size} {unit}" for size, unit in _OF_TIMES if rules.wait_s % size == 0),
                f"{rules.wait_s} s",
            ),
        )
    if rules.kept != "highest":
        yield "keep", {"last": "last", "first": "first", "average": "mean"}[rules.kept]
    if rules.show_correctness != "always":
        yield "show-result", "never" if rules.show_correctness == "never" else "due"
    if str(block.attributes.get("show_reset_button", "")).strip('"').lower() == "true":
        yield "reset", "yes"
    if rules.show_answer != "finished":
        word = next(word for word, meaning in SHOW_ANSWER.items() if meaning == rules.show_answer)
        yield "show-answer", f"after {rules.show_answer_after}" if word == "after" else word
