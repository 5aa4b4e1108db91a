"""Of whom does a page speak: which runs, and which people in them?"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scope:
    """`courses`: keys of runs, () for all; `actors`: pseudonyms, None for everybody; `label`: the name of the group.

    `cohorts`: the names of the cohorts that `actors` are all the learners of, () for a list that somebody brings.
    """

    courses: tuple[str, ...] = ()
    actors: frozenset[int] | None = None
    label: str = ""
    cohorts: frozenset[str] = frozenset()
