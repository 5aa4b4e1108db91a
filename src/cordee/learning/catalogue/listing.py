"""What does a page of the catalogue show for this question and these choices?

Everything that one chooses stands in the address, and an address can be sent to somebody else. What an address says
that this catalogue does not know is left out, never an error.
"""

from __future__ import annotations

import datetime as dt
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final
from urllib.parse import urlencode

from django.http import QueryDict
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.timezone import get_current_timezone, get_current_timezone_name
from django.utils.translation import gettext_lazy

from cordee.courses.search.finding import LONGEST_QUESTION, Found, find
from cordee.courses.search.shelf import FACETS, Place, Shelf, shelf
from cordee.learning.catalogue.cards import by_next_session, by_title, card_at, next_session, told_of
from cordee.learning.catalogue.facets import Facet, facets_of, label_of, narrowed

CARDS_KEPT: Final = 6000
A_PAGE: Final = 12  # courses: a page stays under 40 kB, drawings included
LAST_PAGE: Final = 10_000
MOST_VALUES: Final = 20  # of one facet in an address
LONGEST_VALUE: Final = 120
LONGEST_ASKED: Final = 1000  # of an address, after its question mark
BEST, SESSION, LOAD, TITLE = "best", "session", "load", "title"
SORTS: Final[Mapping[str, Promise]] = {
    BEST: gettext_lazy("Best answer"),
    SESSION: gettext_lazy("Next session"),
    LOAD: gettext_lazy("Shortest"),
    TITLE: gettext_lazy("Title"),
}


@dataclass(frozen=True, slots=True)
class Wish:
    """What the address asks for."""

    question: str = ""
    exactly: bool = False
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # facet -> values
    sort: str = ""  # "": the best answer of a search, else the next session
    page: int = 1


@dataclass(frozen=True, slots=True)
class Choice:
    """A filter that is on, and the address without it."""

    label: str
    url: str
    count: int = 0  # of courses without it


@dataclass(frozen=True, slots=True)
class Option:
    code: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of the catalogue."""

    question: str
    total: int  # courses that answer
    cards: tuple[SafeString, ...]
    first: int  # number of the first card, from 1
    facets: tuple[Facet, ...]
    choices: tuple[Choice, ...]
    sorts: tuple[Option, ...]
    understood: str  # the question as it was taken, where a word was taken for another
    exact_url: str
    in_part: bool  # no course holds every word
    says_nothing: bool  # the question has no word
    exactly: bool
    bare_url: str  # the whole catalogue
    unfiltered_url: str  # the same question alone
    next_url: str
    next_count: int
    previous_url: str

    @property
    def ways_out(self) -> tuple[Choice, ...]:
        """Of a page without courses: the choices without which there would be some."""
        return tuple(choice for choice in self.choices if choice.count)


def read_wish(asked: QueryDict) -> Wish:
    """From an address; what cannot be is left out."""
    chosen = {}
    for facet in FACETS:
        values = dict.fromkeys(value[:LONGEST_VALUE] for value in asked.getlist(facet) if value)
        if values:
            chosen[facet] = tuple(values)[:MOST_VALUES]
    page = asked.get("page", "")
    sort = asked.get("sort", "")
    return Wish(
        question=" ".join("".join(sign for sign in asked.get("q", "") if sign.isprintable()).split())[
            :LONGEST_QUESTION
        ],
        exactly=asked.get("exact") == "1",
        chosen=chosen,
        sort=sort if sort in SORTS else "",
        page=min(max(int(page[:9]), 1), LAST_PAGE) if page.isascii() and page.isdigit() else 1,
    )


def address_of(wish: Wish) -> str:
    """The one address of a wish: the same words in the same order, nothing that says nothing."""
    parts: list[tuple[str, str]] = [("q", wish.question)] if wish.question else []
    parts += [("exact", "1")] if wish.exactly and wish.question else []
    parts += [(facet, value) for facet in FACETS for value in sorted(wish.chosen.get(facet, ()))]
    parts += [("sort", wish.sort)] if wish.sort else []
    parts += [("page", str(wish.page))] if wish.page > 1 else []
    return reverse("catalogue") + (f"?{urlencode(parts)}" if parts else "")


def shorter(wish: Wish, asked: str, *, now: dt.datetime) -> str:
    """The address to go on to from one that is longer than its wish needs, "" when it may stay (0 or 1 query).

    `asked`: what stands after its question mark. It comes back many times in a page.
    """
    if len(asked) <= LONGEST_ASKED:
        return ""
    address = address_of(_known(shelf(now), wish))
    return address if len(address) < len(asked) else ""


def listing(wish: Wish, *, language: str, now: dt.datetime) -> Listing:
    """The page. 1 query; 1 more for cards that the process has not drawn today, up to 3 more after a change."""
    held = shelf(now)
    wish = _known(held, wish)
    found = (
        find(held, wish.question, language=language, exactly=wish.exactly) if wish.question else Found({}, asked=False)
    )
    among = found.courses if found.asked else held.alive
    courses = narrowed(held, wish.chosen, among) & held.alive
    total = courses.bit_count()
    usual = BEST if found.asked else SESSION
    sort = wish.sort if wish.sort and (found.asked or wish.sort != BEST) else usual
    pages = max(1, -(-total // A_PAGE))
    page = min(wish.page, pages)
    numbers = _in_order(held, courses, found, sort, language)
    shown = numbers[(page - 1) * A_PAGE : page * A_PAGE]
    plain = replace(wish, page=1)
    return Listing(
        question=wish.question,
        total=total,
        cards=tuple(drawn_cards(held, shown, language=language, now=now)),
        first=(page - 1) * A_PAGE + 1,
        facets=facets_of(held, wish.chosen, among & held.alive, language),
        choices=_choices(held, plain, among & held.alive, language),
        sorts=tuple(
            Option("" if code == usual else code, str(label), code == sort)
            for code, label in SORTS.items()
            if found.asked or code != BEST
        ),
        understood=_understood(wish.question, found) if found.meant else "",
        exact_url=address_of(replace(plain, exactly=True)),
        in_part=found.in_part and bool(found.scores),
        says_nothing=bool(wish.question) and not found.asked,
        exactly=wish.exactly,
        bare_url=reverse("catalogue"),
        unfiltered_url=address_of(replace(plain, chosen={})),
        next_url=address_of(replace(wish, page=page + 1)) if page < pages else "",
        next_count=max(0, min(A_PAGE, total - page * A_PAGE)),
        previous_url=address_of(replace(wish, page=page - 1)) if page > 1 else "",
    )


def _known(held: Shelf, wish: Wish) -> Wish:
    """Without values that no course has ever had here."""
    chosen = {
        facet: known
        for facet, values in wish.chosen.items()
        if (known := tuple(value for value in values if value in held.facets[facet]))
    }
    return replace(wish, chosen=chosen)


def _in_order(held: Shelf, courses: int, found: Found, sort: str, language: str) -> Sequence[int]:
    """Numbers of these courses, the first to show first."""
    if sort == BEST:
        rank = held.ranks(f"session {language}", by_next_session(held, language))
        numbers = sorted(_among(found.scores, courses, found.courses), key=rank.__getitem__)
        numbers.sort(key=found.scores.__getitem__, reverse=True)  # of as good ones the order stays
        return numbers
    every = _every(held, sort, language)
    if courses == held.alive:
        return every
    bits = bin(courses)[:1:-1].ljust(len(held.places), "0")
    return [number for number in every if bits[number] == "1"]


def _among(scores: Mapping[int, float], courses: int, every: int) -> Iterable[int]:
    """The numbers that are in the set `courses`; `every`: all of them as a set."""
    if courses == every:
        return scores
    bits = courses.to_bytes(every.bit_length() // 8 + 1, "little")
    return [number for number in scores if bits[number >> 3] >> (number & 7) & 1]


def _every(held: Shelf, sort: str, language: str) -> list[int]:
    if sort == SESSION:
        return by_next_session(held, language)
    if sort == LOAD:
        return held.in_order(f"load {language}", lambda place: _load(place, language))
    return held.in_order(f"title {language}", lambda place: by_title(place, language))


def _load(place: Place, language: str) -> tuple[bool, float, tuple[int, float, str, str]]:
    """Courses whose effort nobody said come last."""
    return not place.facts.hours, place.facts.hours, next_session(place, language)


def _choices(held: Shelf, wish: Wish, among: int, language: str) -> tuple[Choice, ...]:
    found = []
    for facet, values in wish.chosen.items():
        for value in values:
            rest = tuple(other for other in values if other != value)
            without = replace(wish, chosen={**wish.chosen, facet: rest})
            count = narrowed(held, without.chosen, among).bit_count()
            found.append(Choice(label_of(held, facet, value, language), address_of(without), count))
    return tuple(found)


def _understood(question: str, found: Found) -> str:
    """The question with each word that was taken for another one replaced."""
    words = question.split()
    meant = dict(found.meant)
    taken = [meant.get(word.lower(), word) for word in words]
    return " ".join(taken) if taken != words else " ".join(near for _written, near in found.meant)


_drawn: dict[tuple[object, ...], bytes] = {}


def _keep(key: tuple[object, ...], card: str) -> None:
    """Packed: 0.8 kB in place of 1.8, and 13 µs to unpack; the oldest one goes when there are too many."""
    if len(_drawn) >= CARDS_KEPT:
        del _drawn[next(iter(_drawn))]
    _drawn[key] = zlib.compress(card.encode(), 1)


def drawn_cards(held: Shelf, numbers: Sequence[int], *, language: str, now: dt.datetime) -> list[SafeString]:
    """The HTML of these cards; 1 query when some have not been drawn today in this language and zone."""
    zone, day = get_current_timezone_name(), now.astimezone(get_current_timezone()).date()
    drawn: dict[int, SafeString] = {}
    missing: dict[int, tuple[object, ...]] = {}
    for number in numbers:
        place = held.place(number)
        run = place.best.key if place.best else ""
        key: tuple[object, ...] = (
            held.build,
            held.names_mark,
            place.course_id,
            place.edition,
            run,
            place.state,
            language,
            zone,
            day,
        )
        if key in _drawn:
            drawn[number] = SafeString(zlib.decompress(_drawn[key]).decode())
        else:
            missing[number] = key
    if missing:
        told = told_of(held, [held.place(number) for number in missing])
        for number, key in missing.items():
            place = held.place(number)
            if place.course_id in told:
                card = card_at(held, place, told[place.course_id], language, now)
                drawn[number] = render_to_string("ui/course_card.html", {"course": card})
                _keep(key, drawn[number])
    return [drawn[number] for number in numbers if number in drawn]
