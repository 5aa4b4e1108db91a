"""Which piece of the newer text was which piece of the older one? Same words first, then likeness, then place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from functools import lru_cache

LIKE = 0.6  # of 1: from here on two texts are the same one, rewritten
TYPO = 0.85  # from here on nobody would read it otherwise
LONGEST = 2000  # signs of a text that are compared: the time grows with their square
MOST = 60  # pieces of each side that are compared one by one, for the same reason


def aligned(
    before: Sequence[str], after: Sequence[str], *, by_place: bool = True, least: float = LIKE
) -> dict[int, int]:
    """Position before -> position after, of what has a counterpart.

    Equal texts are paired in their order; then the likest, from `least` on; then, with `by_place`, what stands at the
    same place among all, else in the same order among the rest.
    """
    found: dict[int, int] = {}
    free: dict[str, list[int]] = {}
    for position, text in enumerate(after):
        free.setdefault(text, []).append(position)
    for position, text in enumerate(before):
        if text and free.get(text):
            found[position] = free[text].pop(0)
    taken = set(found.values())
    old = [position for position in range(len(before)) if position not in found]
    new = [position for position in range(len(after)) if position not in taken]
    if len(old) <= MOST and len(new) <= MOST:
        ranked = sorted(
            ((likeness(before[i], after[j]), -abs(i - j), i, j) for i in old for j in new if before[i] and after[j]),
            reverse=True,
        )
        for like, _distance, i, j in ranked:
            if like >= least and i not in found and j not in taken:
                found[i] = j
                taken.add(j)
    if by_place:
        for i in old:
            if i not in found and i < len(after) and i not in taken:
                found[i] = i
                taken.add(i)
        left = [position for position in new if position not in taken]
        found |= dict(zip((i for i in old if i not in found), left, strict=False))
    return found


@lru_cache(maxsize=4096)
def likeness(one: str, other: str) -> float:
    """0 to 1: how much of two texts is the same."""
    if one == other:
        return 1.0
    if min(len(one), len(other)) * 2 < max(len(one), len(other)) * LIKE:  # it cannot reach it
        return 0.0
    return SequenceMatcher(None, one[:LONGEST], other[:LONGEST], autojunk=False).ratio()


def moved(order: Sequence[int]) -> set[int]:
    """Which of these, given by their position before in the order of after, left their place: the fewest that did."""
    best: list[list[int]] = []
    for value in order:
        chain = _longest(kept for kept in best if kept[-1] < value)
        best.append([*chain, value])
    stayed = set(_longest(best))
    return {value for value in order if value not in stayed}


def _longest(chains: Iterable[list[int]]) -> list[int]:
    found: list[int] = []
    for chain in chains:
        found = chain if len(chain) > len(found) else found
    return found
