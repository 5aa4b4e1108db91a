"""Which word of the catalogue did somebody mean who wrote one that it does not hold?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

SHORTEST: Final = 4  # letters: a shorter word is a slip of nearly every other
ONE_SLIP: Final = 6  # letters up to which one slip is forgiven; two beyond


class Nearest:
    """The words of a catalogue, with how many courses hold each.

    They lie by length, each with the set of its letters: most are ruled out without a closer look.

    Keeps two numbers a word; a question about 20,000 words takes a few milliseconds.
    """

    def __init__(self, words: Mapping[str, int]) -> None:
        self._counts = words
        self._by_length: dict[int, list[tuple[str, int]]] = {}
        for word in words:
            self._by_length.setdefault(len(word), []).append((word, _letters(word)))

    def to(self, word: str) -> list[str]:
        """Words near to it, the nearest first; of two as near, the one that begins alike, then the commoner."""
        found = sorted((slips, other[0] != word[0], -self._counts[other], other) for slips, other in self._near(word))
        return [other for _slips, _begins, _count, other in found]

    def _near(self, word: str) -> Iterable[tuple[int, str]]:
        if len(word) < SHORTEST:
            return
        most = 1 if len(word) <= ONE_SLIP else 2
        letters = _letters(word)
        for length in range(max(SHORTEST - 1, len(word) - most), len(word) + most + 1):
            for other, others in self._by_length.get(length, ()):
                if (letters ^ others).bit_count() <= 2 * most:
                    slips = slips_between(word, other, most)
                    if slips <= most:
                        yield slips, other


def _letters(word: str) -> int:
    """A bit for each letter that is in it."""
    mask = 0
    for sign in word:
        mask |= 1 << (ord(sign) & 63)
    return mask


def slips_between(one: str, other: str, most: int) -> int:
    """How many letters were left out, added, taken for another or exchanged with their neighbour; `most` + 1 for more.

    The distance of Damerau and Levenshtein in which no part is changed twice (optimal string alignment).
    """
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        now = [i]
        for j, sign in enumerate(other, 1):
            best = min(last[j] + 1, now[j - 1] + 1, last[j - 1] + (letter != sign))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == sign:
                best = min(best, before[j - 2] + 1)
            now.append(best)
        if min(now) > most:
            return most + 1
        before, last = last, now
    return min(last[-1], most + 1)
