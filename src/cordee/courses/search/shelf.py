"""What does a process hold of the catalogue, so that a page of it asks the database for one row?

A course has a number here, and a set of courses is an integer with a bit for each: the courses of one language, of one
category. Roots lead to the courses that hold them. When an edition changes, the entries written since are read and take
new numbers; the old ones are dead, until they are too many and everything is read anew. What depends on the day (which
run is open) is looked at when the moment comes at which one opens or closes.
"""

from __future__ import annotations

import datetime as dt
import heapq
from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import Final, Literal

from cordee.core.kept import Kept
from cordee.core.memory import give_back
from cordee.core.two_languages import of_both
from cordee.courses.models import Category
from cordee.courses.search.facts import Facts, RunFacts, facts_of
from cordee.courses.search.indexing import ZONES, Standing, entries_since, past_the_map, ready
from cordee.courses.search.nearest import Nearest
from cordee.courses.search.words import LANGUAGES, fold, roots_asked, says_something, words_of
from cordee.people.models import Organisation

State = Literal["open", "coming", "over"]
STATES: Final[tuple[State, ...]] = ("open", "coming", "over")
FACETS: Final = ("category", "language", "organisation", "open", "hours", "level", "certifying", "host")
SELF_PACED: Final = "self-paced"
HOURS: Final = (("under-2", 2.0), ("2-to-4", 4.0), ("over-4", float("inf")))  # a week
MOST_DEAD: Final = 200  # and a quarter: then everything is read anew
ZONE_BITS: Final = 2
ZONES_MASK: Final = (1 << ZONE_BITS) - 1
QUESTIONS: Final = 200  # whose answers are remembered until something changes
NAMED_ZONE: Final = ZONES.index("keywords")


@dataclass(frozen=True, slots=True)
class Name:
    """What a category or an organisation is called."""

    fr: str
    en: str
    family: str = ""

    def in_(self, language: str) -> str:
        return of_both(language, self.fr, self.en)


@dataclass(slots=True)
class Place:
    """A course on the shelf. `best` and `state` are those of the moment."""

    number: int
    course_id: int
    edition: int
    facts: Facts
    title_words: int  # that say something, in its shortest title; 1 at least
    state: State = "over"
    best: RunFacts | None = None


def state_of(run: RunFacts, now: dt.datetime) -> State:
    if run.opens_at > now:
        return "coming"
    return "over" if run.closes_at is not None and run.closes_at <= now else "open"


def best_of(runs: Iterable[RunFacts], now: dt.datetime) -> RunFacts:
    """The run to propose: the latest that is open, else the next to come, else the last."""
    return min(runs, key=lambda run: _worth(run, now))


def _worth(run: RunFacts, now: dt.datetime) -> tuple[int, float]:
    opens = run.opens_at.timestamp()
    return STATES.index(state_of(run, now)), opens if run.opens_at > now else -opens


@dataclass
class Shelf:
    """Every course of the catalogue. Read it through `shelf`."""

    build: str
    edition: int = 0
    named: Standing | None = None  # when names of categories and organisations were read
    places: list[Place | None] = field(default_factory=list)  # by number; None: dead
    by_course: dict[int, int] = field(default_factory=dict)
    title_words: array[int] = field(default_factory=lambda: array("I"))  # by number: `Place.title_words`
    alive: int = 0
    facets: dict[str, dict[str, int]] = field(default_factory=lambda: {name: {} for name in FACETS})
    names_mark: int = 0  # another one when something is called otherwise
    categories: dict[str, Name] = field(default_factory=dict)  # by code, in their order
    organisations: dict[str, Name] = field(default_factory=dict)
    own_names: dict[str, dict[str, str]] = field(default_factory=dict)  # of organisations, as courses of a language say
    by_name: dict[str, int] = field(default_factory=dict)  # root -> courses of categories and organisations named so
    postings: dict[str, array[int]] = field(default_factory=dict)  # root -> numbers of courses, each with its zone
    words: dict[str, int] = field(default_factory=dict)  # as they are written -> in how many courses at most
    spellings: dict[str, str] = field(default_factory=dict)  # a word without accents -> as it is written, by blanks
    nearest: Nearest = field(default_factory=Nearest)
    answers: Kept[tuple[str, str, bool], object] = field(default_factory=lambda: Kept(QUESTIONS))
    _moments: list[tuple[float, int]] = field(default_factory=list)  # heap: when, which course

    # ---- Keeping up ----

    def take(self, standing: Standing, now: dt.datetime) -> None:
        """Read what was written since."""
        latest = standing.edition
        for course_id, of, data, terms in entries_since(self.edition):
            self._drop(course_id)
            latest = max(latest, of)
            if data:
                facts = facts_of(data)
                self._put(Place(len(self.places), course_id, of, facts, _title_words(facts)), terms, now)
        self.edition = latest
        self._changed()

    def take_names(self, standing: Standing) -> None:
        """Read what categories and organisations are called. 2 queries."""
        self.categories = {
            one.code: Name(one.name_fr, one.name_en, one.family)
            for one in Category.objects.order_by("position", "code")
        }
        self.organisations = {
            code: Name(fr, en) for code, fr, en in Organisation.objects.values_list("code", "name_fr", "name_en")
        }
        self.names_mark = hash((tuple(self.categories.items()), tuple(self.organisations.items())))
        self.named = standing
        self._changed()

    def look_at_clock(self, now: dt.datetime) -> None:
        """See to the courses of which a run opened or closed since."""
        moment, moved = now.timestamp(), False
        while self._moments and self._moments[0][0] <= moment:
            _when, number = heapq.heappop(self._moments)
            place = self.places[number]
            if place is not None:
                self._see(place, now)
                moved = True
        if moved:
            self._changed()

    @property
    def is_worn(self) -> bool:
        dead = len(self.places) - len(self.by_course)
        return dead > MOST_DEAD and dead > len(self.places) // 4

    def _drop(self, course_id: int) -> None:
        number = self.by_course.pop(course_id, None)
        if number is not None:
            self.places[number] = None
            self.alive &= ~(1 << number)

    def _put(self, place: Place, terms: Mapping[str, str], now: dt.datetime) -> None:
        number, facts = place.number, place.facts
        self.places.append(place)
        self.title_words.append(place.title_words)
        self.by_course[place.course_id] = number
        self.alive |= 1 << number
        for zone, name in enumerate(ZONES):
            for root in terms[name].split():
                self._post(root, number << ZONE_BITS | zone)
        for word in terms["words"].split():
            self._meet(word)
        self._mark("language", facts.languages, number)
        self._mark("category", facts.categories, number)
        self._mark("organisation", (facts.organisation,), number)
        if facts.organisation_name:
            self.own_names.setdefault(facts.organisation, {})[facts.language] = facts.organisation_name
        self._mark("level", (facts.level,) if facts.level else (), number)
        self._mark("host", {run.host for run in facts.runs}, number)
        if facts.hours_a_week:
            self._mark("hours", (next(name for name, most in HOURS if facts.hours_a_week < most),), number)
        earned = (("certificate", facts.certificate), ("ects", facts.ects > 0))
        self._mark("certifying", [name for name, is_so in earned if is_so], number)
        self._see(place, now)

    def _post(self, root: str, one: int) -> None:
        known = self.postings.get(root)
        if known is None:
            known = self.postings[root] = array("H")
        try:
            known.append(one)
        except OverflowError:  # beyond 16,383 courses
            self.postings[root] = array("I", [*known, one])

    def _meet(self, word: str) -> None:
        known = self.words.get(word)
        self.words[word] = (known or 0) + 1
        if known is None and says_something(word):
            plain = fold(word)
            others = self.spellings.get(plain)
            if others is None:
                self.nearest.add(plain)
            self.spellings[plain] = word if others is None else f"{others} {word}"

    def _mark(self, facet: str, values: Iterable[str], number: int) -> None:
        for value in values:
            self.facets[facet][value] = self.facets[facet].get(value, 0) | 1 << number

    def _see(self, place: Place, now: dt.datetime) -> None:
        """Which run is the one to propose now, and when to look again."""
        runs = place.facts.runs
        place.best = best_of(runs, now)
        place.state = state_of(place.best, now)
        for facet, values in (
            ("open", (*STATES, SELF_PACED)),
            ("certifying", ("attestation",)),
        ):
            for value in values:
                self.facets[facet][value] = self.facets[facet].get(value, 0) & ~(1 << place.number)
        self._mark("open", (place.state,), place.number)
        if place.state == "open" and place.best.closes_at is None:
            self._mark("open", (SELF_PACED,), place.number)
        if place.facts.attests(place.best):
            self._mark("certifying", ("attestation",), place.number)
        moments = [moment for run in runs for moment in (run.opens_at, run.closes_at) if moment and moment > now]
        if moments:
            heapq.heappush(self._moments, (min(moments).timestamp(), place.number))

    def _changed(self) -> None:
        """Forget what was made of all courses together."""
        self.answers = Kept(QUESTIONS)
        for name in ("orders", "places_in_order", "languages", "alphabet", "drawn"):
            self.__dict__.pop(name, None)
        self.by_name = {}
        self._remember_names("category", self.categories)
        self._remember_names("organisation", self.organisations)

    def _remember_names(self, facet: str, names: Mapping[str, Name]) -> None:
        for code, name in names.items():
            courses = self.facets[facet].get(code, 0) & self.alive
            for language in ("fr", "en") if courses else ():
                for word in filter(says_something, words_of(name.in_(language))):
                    if word not in self.words:
                        self._meet(word)
                    for root in roots_asked(word, (language,)):
                        self.by_name[root] = self.by_name.get(root, 0) | courses

    # ---- What is asked of it ----

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """Two letters each: those of which some course is, as far as words of theirs have roots."""
        codes = {code[:2] for code, courses in self.facets["language"].items() if courses & self.alive}
        return tuple(sorted({"fr", "en"} | (codes & LANGUAGES.keys())))

    def count(self, plain: str) -> int:
        """In how many courses a word stands, however it is accented."""
        return max(self.words[word] for word in self.spellings[plain].split())

    def written(self, plain: str) -> str:
        """How a word without accents is written in most courses."""
        return max(self.spellings[plain].split(), key=lambda word: self.words[word])

    @cached_property
    def alphabet(self) -> list[str]:
        """Words without accents, in order."""
        return sorted(self.spellings)

    @cached_property
    def orders(self) -> dict[str, list[int]]:
        """Orders that were asked for, by name."""
        return {}

    @cached_property
    def drawn(self) -> dict[tuple[str, ...], object]:
        """What was made of all courses together for pages, by who made it and for which language."""
        return {}

    @cached_property
    def places_in_order(self) -> dict[str, dict[int, int]]:
        return {}

    def in_order(self, name: str, key: Callable[[Place], object]) -> list[int]:
        """Numbers of all courses in an order, which is worked out once for an edition."""
        known = self.orders.get(name)
        if known is None:
            places = [place for place in self.places if place is not None]
            known = self.orders[name] = [place.number for place in sorted(places, key=key)]  # type: ignore[arg-type]
        return known

    def ranks(self, name: str, order: list[int]) -> Mapping[int, int]:
        """The place of each course in the order of this name, worked out once for an edition."""
        known = self.places_in_order.get(name)
        if known is None:
            known = self.places_in_order[name] = {number: rank for rank, number in enumerate(order)}
        return known

    def place(self, number: int) -> Place:
        found = self.places[number]
        assert found is not None, "only living courses are shown"  # noqa: S101
        return found

    def holding(self, roots: Iterable[str]) -> dict[int, int]:
        """Numbers of the courses under any of these roots, each with its weightiest zone (0 weighs most)."""
        found: list[Sequence[int]] = []
        for root in roots:
            if root in self.postings:
                found.append(self.postings[root])
            if root in self.by_name:
                named = numbers_in(self.by_name[root])
                found.append([number << ZONE_BITS | NAMED_ZONE for number in named])
        # From the last to the first: of one course the weightiest zone is the last that is put in.
        ones = found[0] if len(found) == 1 else sorted(chain.from_iterable(found), reverse=True)
        if len(self.places) == len(self.by_course):
            return {one >> ZONE_BITS: one & ZONES_MASK for one in ones}
        places = self.places
        return {one >> ZONE_BITS: one & ZONES_MASK for one in ones if places[one >> ZONE_BITS] is not None}


def _title_words(facts: Facts) -> int:
    said = [sum(map(says_something, words_of(title))) for title in facts.titles.values()]
    return max(1, min(said, default=1))


def numbers_in(courses: int) -> list[int]:
    """The numbers of a set."""
    if not courses:
        return []
    return [number for number, bit in enumerate(reversed(bin(courses))) if bit == "1"]


_held: list[Shelf] = []


def shelf(now: dt.datetime) -> Shelf:
    """The catalogue as it is now: 1 query, and up to 3 more after a change; all that it gives is of this process."""
    standing = ready()
    held = _held[0] if _held else None
    if held is None or held.build != standing.build or held.edition > standing.edition or held.is_worn:
        held = Shelf(standing.build)
        _held[:] = [held]
    if held.edition == 0:
        with past_the_map():
            held.take(standing, now)
        give_back()
    elif held.edition != standing.edition:
        held.take(standing, now)
    if held.named != standing:
        held.take_names(standing)
    held.look_at_clock(now)
    return held
