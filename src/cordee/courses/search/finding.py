"""Which courses answer a question, the best first?

The database keeps the roots of each course; what is found and in which order is worked out here, so that SQLite and
PostgreSQL cannot disagree. A course answers when it holds every word that says something; when none does, those that
hold the most. A word that no course holds is taken as the beginning of one, and else for the nearest one, and the page
says so.
"""

from __future__ import annotations

import itertools
import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, cast

from cordee.courses.search.shelf import Shelf
from cordee.courses.search.words import fold, roots_asked, says_something, words_of

LONGEST_QUESTION: Final = 200  # signs: of what is longer, the rest is not read
MOST_WORDS: Final = 10
MOST_TAKEN: Final = 3  # words that nothing is near to: the next ones are not compared with all words any more
LARGEST_KEPT: Final = 200  # courses of an answer that is remembered
MOST_BEGUN: Final = 60  # words that begin as a word of the question
SHORTEST_BEGINNING: Final = 3
WEIGHTS: Final = (8.0, 4.0, 2.0, 1.0)  # of the zones of `indexing.ZONES`
TITLE: Final = 0  # the zone
WHOLE_TITLE: Final = 6.0  # a title that holds nothing but the question
OWN_LANGUAGE: Final = 1.1  # a course in the reader's language is as good as a slightly better one in another
PLACES: Final = 6  # of a score: what is less is no difference


@dataclass(frozen=True, slots=True)
class Found:
    """`scores`: by number of course. `meant`: (as written, as understood) of words that no course holds."""

    scores: Mapping[int, float]
    courses: int = 0  # the same as a set
    asked: bool = True  # False: the question has no word that says something
    meant: tuple[tuple[str, str], ...] = ()
    unknown: tuple[str, ...] = ()  # words that nothing here is near to
    in_part: bool = False  # no course holds all of its words


def find(shelf: Shelf, question: str, *, language: str, exactly: bool = False) -> Found:
    """Answers from what the process holds: no query. `exactly`: no word is taken for another one."""
    answer = shelf.answers.of(
        (question, language, exactly),
        lambda: _find(shelf, question, language, exactly),
        is_worth_it=lambda found: len(cast(Found, found).scores) <= LARGEST_KEPT,
    )
    return cast(Found, answer)


def _find(shelf: Shelf, question: str, language: str, exactly: bool) -> Found:
    every = dict.fromkeys(words_of(question[:LONGEST_QUESTION]))
    words = [word for word in every if says_something(word)][:MOST_WORDS]
    if not words:
        return Found({}, asked=False)
    meant: list[tuple[str, str]] = []
    unknown: list[str] = []
    held: list[dict[int, int]] = []
    for word in words:
        courses = shelf.holding(roots_asked(word, shelf.languages)) or ({} if exactly else _beginning(shelf, word))
        if not courses and not exactly and len(unknown) < MOST_TAKEN:
            near = _near(shelf, word)
            if near:
                meant.append((word, near))
                courses = shelf.holding(roots_asked(near, shelf.languages))
        if not courses:
            unknown.append(word)
        held.append(courses)
    scores, in_part = _scores(shelf, held, language)
    bits = bytearray(len(shelf.places) // 8 + 1)
    for number in scores:
        bits[number >> 3] |= 1 << (number & 7)
    return Found(scores, int.from_bytes(bits, "little"), True, tuple(meant), tuple(unknown), in_part)


def _beginning(shelf: Shelf, word: str) -> dict[int, int]:
    """Courses that hold a word which begins so."""
    start = fold(word)
    if len(start) < SHORTEST_BEGINNING:
        return {}
    at = bisect_left(shelf.alphabet, start)
    begun = list(itertools.takewhile(lambda one: one.startswith(start), itertools.islice(shelf.alphabet, at, None)))
    begun.sort(key=lambda one: (-shelf.count(one), one))
    roots = {root for one in begun[:MOST_BEGUN] for root in roots_asked(shelf.written(one), shelf.languages)}
    return shelf.holding(roots)


def _near(shelf: Shelf, word: str) -> str:
    """The nearest word, as it is written in most courses; "" for none. Words of courses that are gone do not count."""
    for near in shelf.nearest.to(fold(word), shelf.count):
        written = shelf.written(near)
        if shelf.holding(roots_asked(written, shelf.languages)):
            return written
    return ""


def _scores(shelf: Shelf, held: list[dict[int, int]], language: str) -> tuple[dict[int, float], bool]:
    """By number of course, and whether none holds all words."""
    total = len(shelf.by_course)
    numbers = set(held[0]).intersection(*held[1:])
    in_part = not numbers
    if in_part:
        counts = Counter(itertools.chain.from_iterable(held))
        most = max(counts.values(), default=0)
        numbers = {number for number, count in counts.items() if count == most}
    known = [courses for courses in held if courses]
    weights = [[zone * math.log(1 + total / len(courses)) for zone in WEIGHTS] for courses in known]
    parts = [(courses.get, weight) for courses, weight in zip(known, weights, strict=True)]
    own, title_words = shelf.facets["language"].get(language, 0), shelf.title_words
    is_own = own.to_bytes(len(shelf.places) // 8 + 1, "little")
    scores: dict[int, float] = {}
    rounded: dict[float, float] = {}  # there are few different scores, and rounding takes as long as all the rest
    for number in numbers:
        score, in_title = 0.0, 0
        for zone_in, weight in parts:
            zone = zone_in(number)
            if zone is not None:
                score += weight[zone]
                if zone == TITLE:
                    in_title += 1
        if in_title:
            score += WHOLE_TITLE * min(1.0, in_title / title_words[number])
        if is_own[number >> 3] >> (number & 7) & 1:
            score *= OWN_LANGUAGE
        known_score = rounded.get(score)
        if known_score is None:
            known_score = rounded[score] = round(score, PLACES)
        scores[number] = known_score
    return scores, in_part
