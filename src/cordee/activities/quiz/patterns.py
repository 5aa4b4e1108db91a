"""Does an answer match an author's pattern, as Open edX matches it? `^pattern$`, with no bracket around it."""

from __future__ import annotations

from cordee.core import patterns


def matches(pattern: str, text: str, *, ignores_case: bool) -> bool:
    """Whether `^pattern$` is found in the text: "un|deux" accepts "un peu" as Open edX does.

    Raises BadPattern, TooSlow.
    """
    return patterns.is_found(_anchored(pattern), text, ignores_case=ignores_case)


def check(pattern: str) -> None:
    """Raise BadPattern when the pattern is not a regular expression."""
    patterns.check(_anchored(pattern))


def explodes(pattern: str) -> bool:
    """See `core.patterns.explodes`. Raises BadPattern."""
    return patterns.explodes(_anchored(pattern))


def _anchored(pattern: str) -> str:
    return f"^{pattern}$"
