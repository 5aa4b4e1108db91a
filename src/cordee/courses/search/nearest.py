"""Which word of the catalogue did somebody mean who wrote one that it does not hold?"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable
from typing import Final

SHORTEST: Final = 4  # letters: a shorter word is a slip of nearly every other
ONE_SLIP: Final = 6  # letters up to which one slip is forgiven; two beyond


class Nearest:
    """The words of a catalogue.

    They lie by length, each with the set of its letters: most are ruled out without a closer look.
    """

    def __init__(self, words: Iterable[str] = ()) -> None:
        self._by_length: dict[int, tuple[list[str], array[int]]] = {}
        for word in words:
            self.add(word)

    def add(self, word: str) -> None:
        words, letters = self._by_length.setdefault(len(word), ([], array("Q")))
        words.append(word)
        letters.append(_letters(word))

    def to(self, word: str, count: Callable[[str], int]) -> list[str]:
        """Words near to it, the nearest first; of two as near, the one that begins alike, then the commoner.

        `count`: in how many courses a word stands.
        """
        if len(word) < SHORTEST:
            return []
        near = self._within(word, 1)
        if not near and len(word) > ONE_SLIP:
            near = self._within(word, 2)
        return sorted(near, key=lambda other: (other[0] != word[0], -count(other), other))

    def _within(self, word: str, most: int) -> list[str]:
        """Words with `most` slips. A letter taken for another changes two of the letters that are there, else one."""
        letters, length = _letters(word), len(word)
        found = []
        for other_length in range(max(SHORTEST - 1, length - most), length + most + 1):
            differ = 2 * most - abs(other_length - length)
            words, masks = self._by_length.get(other_length, ((), ()))
            found += [
                words[at]
                for at, others in enumerate(masks)
                if (letters ^ others).bit_count() <= differ and slips_between(word, words[at], most) <= most
            ]
        return found


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
    start = 0
    for letter, sign in zip(one, other, strict=False):
        if letter != sign:
            break
        start += 1
    one, other = one[start:], other[start:]
    while one and other and one[-1] == other[-1]:
        one, other = one[:-1], other[:-1]
    if not one or not other or most < 1:
        return min(len(one) + len(other), most + 1)
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
