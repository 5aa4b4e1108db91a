"""What was made of a piece of text already, while a course is written and read again?

A text is proved by reading it back, more than once on its way: `once()` says for how long what was made of it is kept.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import Any, TypeVar

Result = TypeVar("Result")
_made: ContextVar[dict[tuple[str, str], Any] | None] = ContextVar("made", default=None)


@contextlib.contextmanager
def once() -> Iterator[None]:
    """Inside, each text is rendered and read once, however often it is asked for; what is kept goes at its end."""
    token = _made.set({})
    try:
        yield
    finally:
        _made.reset(token)


def kept(what: str, text: str, make: Callable[[str], Result]) -> Result:
    """What `make` gives for a text. It changes nothing and is not changed; what it raises is not kept."""
    known = _made.get()
    if known is None:
        return make(text)
    key = (what, text)
    if key not in known:
        known[key] = make(text)
    found: Result = known[key]
    return found
