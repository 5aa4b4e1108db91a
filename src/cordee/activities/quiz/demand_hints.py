"""Which hints may a learner ask for, one after the other?"""

from __future__ import annotations

from functools import lru_cache

from cordee.activities.quiz.definition import Problem
from cordee.activities.quiz.trees import inner
from cordee.core.errors import InputRefused
from cordee.formats.olx.documents import parse


def hints_of(problem: Problem) -> tuple[str, ...]:
    """The HTML of each hint of <demandhint>, in their order; asking for them costs nothing."""
    return tuple(hint for piece in problem.kept if piece.startswith("<demandhint") for hint in _hints(piece))


@lru_cache(maxsize=512)
def _hints(xml: str) -> tuple[str, ...]:
    try:
        root = parse(xml.encode()).root
    except (InputRefused, UnicodeEncodeError):
        return ()
    return tuple(said for hint in root.iter("hint") if (said := inner(hint).strip()))
