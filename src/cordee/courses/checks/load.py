"""How long does a learner work on a course, week by week, and how long do films go on with nothing to do?

A module is a week. Hours are what the author says (`Outline.effort`), else they are reckoned: films as long as they
are, words at a reading speed, questions at so many minutes each. Of a bank and of a test, what one learner gets.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from cordee.courses.checks.material import Activity, Material
from cordee.courses.kinds import installed, taken
from cordee.courses.outlines import Bank, Entry, Module, Split
from cordee.courses.reading_time import QUESTION_S, WORDS_A_MINUTE

MINUTES_A_QUESTION: Final = QUESTION_S / 60


@dataclass(frozen=True, slots=True)
class Load:
    """What a learner meets; `declared` hours, where their author has said them, count instead of what is reckoned."""

    films: int = 0
    film_s: float = 0.0
    words: int = 0
    questions: int = 0
    unmeasured: int = 0  # films of which nobody has said how long they are
    declared: float = 0.0  # hours

    def __add__(self, other: Load) -> Load:
        return Load(
            self.films + other.films,
            self.film_s + other.film_s,
            self.words + other.words,
            self.questions + other.questions,
            self.unmeasured + other.unmeasured,
            self.declared + other.declared,
        )

    @property
    def reckoned(self) -> float:
        """Hours of films, words and questions."""
        return self.film_s / 3600 + self.words / WORDS_A_MINUTE / 60 + self.questions * MINUTES_A_QUESTION / 60

    @property
    def hours(self) -> float:
        return self.declared or self.reckoned


@dataclass(frozen=True, slots=True)
class Stretch:
    """Films that follow each other with nothing to do between; `last`: the one with which it became too long."""

    film_s: float
    films: int
    last: Activity


def loads_of(material: Material) -> list[tuple[Module, Load]]:
    """Every module that learners see, with its load in the course's own language."""
    by_id = {one.entry.id: one for one in material.own}
    effort = material.outline.effort
    found = []
    for rank, module in enumerate(material.outline.modules):
        if module.staff_only:
            continue
        load = Load()
        for section in module.sections:
            for unit in () if section.staff_only else section.units:
                for entry in () if unit.staff_only else unit.entries:
                    load += _of_entry(entry, by_id)
        if rank < len(effort):
            one = effort[rank]
            load = replace(load, declared=one.video_h + one.reading_h + one.practice_h)
        found.append((module, load))
    return found


def load_of(material: Material) -> Load:
    """Of all that learners see of the course."""
    return sum((load for _module, load in loads_of(material)), Load())


def load_of_entry(material: Material, entry: Entry) -> Load:
    """Of one activity, or of what one learner gets of a container."""
    return _of_entry(entry, {one.entry.id: one for one in material.own})


def _of_entry(entry: Entry, by_id: Mapping[str, Activity]) -> Load:
    if entry.staff_only:
        return Load()
    one = by_id.get(entry.id)
    if one is not None:
        known = one.said.film_s or 0.0
        unmeasured = one.said.films if one.said.film_s is None else 0
        return Load(one.said.films, known, one.prose.words, one.said.questions, unmeasured)
    parts = sorted((_of_entry(child, by_id) for child in entry.children), key=lambda load: load.reckoned, reverse=True)
    match entry.choice:
        case Bank(count) if count is not None:
            parts = parts[:count]
        case Split():
            parts = parts[:1]
    return sum(parts, Load())


def stretches(material: Material, longest_s: float) -> Iterator[Stretch]:
    """Each stretch of films that becomes longer than `longest_s`, once; a new module begins a new one."""
    film_s, films, told, module = 0.0, 0, False, ""
    for one in _one_way(material):
        if one.place.module.id != module:
            film_s, films, told, module = 0.0, 0, False, one.place.module.id
        if _is_work(one):
            film_s, films, told = 0.0, 0, False
        elif one.said.film_s:
            film_s, films = film_s + one.said.film_s, films + one.said.films
            if film_s > longest_s and not told:
                told = True
                yield Stretch(film_s, films, one)


def _one_way(material: Material) -> Iterator[Activity]:
    """The activities that learners see, in order; of each test the first child alone."""
    by_id = {one.entry.id: one for one in material.own}
    for entry_id, (_place, _entry, inside) in material.entries.items():
        one = by_id.get(entry_id)
        ways = ((*inside, material.entries[entry_id][1])[depth + 1] for depth in range(len(inside)))
        first = all(
            not isinstance(around.choice, Split) or around.children[0].id == below.id
            for around, below in zip(inside, ways, strict=True)
        )
        if one is not None and one.is_open and first:
            yield one


def _is_work(one: Activity) -> bool:
    """Whether there is something to do: to hand in, to answer, to make."""
    kind = installed().get(one.entry.kind)
    return one.said.makes or (kind is not None and taken(kind) is not None and not one.entry.ungradable)
