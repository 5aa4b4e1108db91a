"""What does the author of a task say of the mistakes that they foresee? Rules: when this holds, that is said.

Learners choose what a pattern is matched with, so each has little time, and all of a submission together too: what is
not known by then is not said.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from cordee.core import patterns
from cordee.sandbox.card_source import Source
from cordee.sandbox.outcomes import NOT_THE_LEARNERS_FAULT, Texts, Verdict

MOST_MESSAGES = 3  # in a report: nobody reads more
MOST_OUTPUT = 20_000  # characters of a test's output that a pattern sees
MOST_SOURCE = 100_000  # characters of all files; nothing is said of the text of a larger program
PATTERN_S, ALL_S = 0.1, 1.0  # of processor: one pattern on one text, all that are asked for one submission


@dataclass(frozen=True, slots=True)
class Condition:
    """All that is written must hold. `verdict`: of the test `test`; without it, of a test that failed or of the
    submission. `output`: a pattern that is found in what that test printed. Without `verdict`, the test failed somehow.
    `source`: a pattern that is found in the program without its comments and texts, or, when `absent`, is not."""

    verdict: Verdict | None = None
    test: str = ""
    output: str = ""
    source: str = ""
    absent: bool = False


@dataclass(frozen=True, slots=True)
class AuthorRule:
    name: str
    when: Condition
    say: Texts


@dataclass(frozen=True, slots=True)
class Message:
    """What a rule says of a submission."""

    rule: str
    texts: Texts


@dataclass(frozen=True, slots=True)
class Ran:
    """What rules see of one test."""

    test: str
    verdict: Verdict
    stdout: bytes


def messages_of(
    rules: Sequence[AuthorRule], verdict: Verdict, tests: Sequence[Ran], files: Mapping[str, str | bytes]
) -> tuple[Message, ...]:
    """Of the first MOST_MESSAGES rules that hold, in the author's order. None when it is not known what the program
    does. `verdict`: of the submission; `tests`: none when it could not be compiled; `files`: what was handed in."""
    if verdict in NOT_THE_LEARNERS_FAULT:
        return ()
    submission = _Submission(verdict, tests, files)
    said: list[Message] = []
    for rule in rules:
        if len(said) == MOST_MESSAGES:
            break
        if submission.is_so(rule.when):
            said.append(Message(rule.name, rule.say))
    return tuple(said)


class _Submission:
    def __init__(self, verdict: Verdict, tests: Sequence[Ran], files: Mapping[str, str | bytes]) -> None:
        self._verdict = verdict
        self._tests = tests
        self._files = files
        self._texts: dict[str, str] = {}  # name of a test -> what was printed
        self._until = time.thread_time() + ALL_S

    def is_so(self, when: Condition) -> bool:
        if not self._tests and when.verdict is None:
            return False  # not compiled: the cards tell why, and half a program shows nothing else
        return self._run_is_so(when) and (not when.source or self._source_is_so(when))

    def _run_is_so(self, when: Condition) -> bool:
        if when.verdict == "accepted" and not when.test and self._verdict != "accepted":
            return False  # one right test of a wrong program is nothing to speak of
        if when.test or when.output:
            return any(self._test_is_so(when, one) for one in self._tests)
        return when.verdict in (None, self._verdict, *(one.verdict for one in self._tests))

    def _test_is_so(self, when: Condition, one: Ran) -> bool:
        if when.test not in ("", one.test):
            return False
        if one.verdict != when.verdict if when.verdict else one.verdict == "accepted":
            return False
        return not when.output or self._is_found(when.output, self._printed(one)) is True

    def _printed(self, one: Ran) -> str:
        if one.test not in self._texts:
            self._texts[one.test] = _printed(one.stdout)
        return self._texts[one.test]

    def _source_is_so(self, when: Condition) -> bool:
        if len(self._source) > MOST_SOURCE:
            return False
        return self._is_found(when.source, self._source) is (not when.absent)

    @cached_property
    def _source(self) -> str:
        return "\n".join(Source(text).bare_text for text in self._files.values())

    def _is_found(self, pattern: str, text: str) -> bool | None:
        """None when there was no time to know."""
        left = self._until - time.thread_time()
        if left <= 0:
            return None
        try:
            return patterns.is_found(pattern, text, by_line=True, timeout_s=min(PATTERN_S, left))
        except patterns.TooSlow:
            return None


def _printed(stdout: bytes) -> str:
    """Without the end of the last line, so that `$` is found there only once."""
    text = stdout[: 4 * MOST_OUTPUT].decode("utf-8", "replace").replace("\r\n", "\n")
    return text[:MOST_OUTPUT].rstrip("\n")
