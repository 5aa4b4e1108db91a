"""What does a check look at? A version's outline, read once, with what each kind says of its definitions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from cordee.courses.checks.model import At, Step
from cordee.courses.checks.prose import Prose, read_prose
from cordee.courses.kinds import Inspection, checks_itself, installed
from cordee.courses.outlines import CONTAINER, Entry, Module, Outline, Place, Section, Unit
from cordee.courses.pages import link_context, targets_of
from cordee.formats.olx import links

NOTHING = Inspection()
NO_PROSE = Prose()


@dataclass(frozen=True, slots=True)
class RunFacts:
    """The dates of a session, or of the one that would be opened from a file."""

    opens_at: dt.datetime
    closes_at: dt.datetime | None
    pass_mark: float  # share of 1
    now: dt.datetime
    due: Mapping[str, str] = field(default_factory=dict)  # deadlines of its own, as `Run.due`
    enrolment_closes_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Activity:
    """One activity where it stands, and what is known of it in one language."""

    place: Place
    entry: Entry
    inside: tuple[Entry, ...]  # the containers around it, the outermost first
    language: str
    said: Inspection
    prose: Prose

    @property
    def is_open(self) -> bool:
        """Whether it is for learners."""
        above = self.place.module.staff_only or self.place.section.staff_only or self.place.unit.staff_only
        return not above and not any(entry.staff_only for entry in (*self.inside, self.entry))


@dataclass(frozen=True, slots=True)
class Lag:
    """A translation that nobody confirmed, or that was before its reference changed."""

    unit: str  # its id
    language: str
    is_behind: bool
    changed: tuple[str, ...] = ()  # lines that went (`-`) and came (`+`) in the reference, where they are known


@dataclass(frozen=True)  # no slots: cached_property wants a __dict__
class Material:
    """`definitions` by content hash: one that is missing is passed over. `files`: language -> names after /static/."""

    outline: Outline
    definitions: Mapping[str, Any]
    files: Mapping[str, Collection[str]]
    places: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # language -> id -> file, line where known
    course: tuple[str, str] = ("", "")  # its organisation and number, as links name it
    lags: tuple[Lag, ...] = ()  # of a version made from a text; a folder that is checked tells its own with their lines

    @cached_property
    def activities(self) -> tuple[Activity, ...]:
        """Every activity in order, once for each language that it has a content in."""
        return tuple(self._activities())

    def in_language(self, language: str) -> Iterator[Activity]:
        return (one for one in self.activities if one.language == language)

    @property
    def own(self) -> Iterator[Activity]:
        """Every activity once, in the course's own language, or any that it has."""
        seen: set[str] = set()
        for one in sorted(self.activities, key=lambda one: one.language != self.outline.language):
            if one.entry.id not in seen:
                seen.add(one.entry.id)
                yield one

    @cached_property
    def entries(self) -> Mapping[str, tuple[Place, Entry, tuple[Entry, ...]]]:
        """Every activity and container by id: where it stands, itself, the containers around it."""
        return {
            entry.id: (place, entry, inside)
            for place in self.outline.places.values()
            for entry, inside in _walk(place.unit.entries, ())
        }

    @cached_property
    def _contexts(self) -> Mapping[str, links.LinkContext]:
        targets = targets_of(self.outline)
        return {
            language: link_context(self.names_of(language), targets, self.course) for language in self.outline.languages
        }

    def names_of(self, language: str) -> Collection[str]:
        """The files that a page in this language finds (as `pages`)."""
        return self.files.get(language) or self.files.get(self.outline.language) or ()

    def resolve(self, link: str, language: str) -> links.Link:
        """What a link means on a page in this language."""
        context = self._contexts.get(language) or self._contexts[self.outline.language]
        return links.resolve(link, context)

    def at(
        self,
        *,
        module: Module | None = None,
        section: Section | None = None,
        unit: Unit | None = None,
        language: str = "",
    ) -> At:
        """The place of a module, a section or a unit; give those above it, too. Of none: the course."""
        levels: tuple[tuple[Any, Module | Section | Unit | None], ...] = (
            ("module", module),
            ("section", section),
            ("unit", unit),
        )
        steps = tuple(Step(level, one.id, one.titles) for level, one in levels if one is not None)
        number = self.outline.places[unit.id].number if unit is not None else ""
        return At(steps, number, language, self._file(steps, language))

    def at_entry(self, place: Place, entry: Entry, *, language: str = "") -> At:
        """The place of an activity or of a container."""
        above = self.at(module=place.module, section=place.section, unit=place.unit)
        steps = (*above.steps, Step("activity", entry.id, entry.titles))
        return At(steps, place.number, language, self._file(steps, language))

    def at_activity(self, one: Activity) -> At:
        """The place of an activity, its language said where the course has several."""
        return self.at_entry(one.place, one.entry, language=one.language if len(self.outline.languages) > 1 else "")

    def _file(self, steps: tuple[Step, ...], language: str) -> str:
        return self.places.get(language or self.outline.language, {}).get(steps[-1].id, "") if steps else ""

    def _activities(self) -> Iterator[Activity]:
        read: dict[str, tuple[Inspection, Prose]] = {}
        for place, entry, inside in self.entries.values():
            for language, sha256 in entry.contents.items() if entry.kind != CONTAINER else ():
                if sha256 not in read:
                    said = self._inspected(entry.kind, sha256)
                    read[sha256] = said, (read_prose(said.prose) if said.prose else NO_PROSE)
                yield Activity(place, entry, inside, language, *read[sha256])

    def _inspected(self, kind_name: str, sha256: str) -> Inspection:
        kind = installed().get(kind_name)
        checker = checks_itself(kind) if kind is not None else None
        if checker is None or sha256 not in self.definitions:
            return NOTHING
        return checker.inspect(self.definitions[sha256])


def _walk(entries: tuple[Entry, ...], inside: tuple[Entry, ...]) -> Iterator[tuple[Entry, tuple[Entry, ...]]]:
    for entry in entries:
        yield entry, inside
        yield from _walk(entry.children, (*inside, entry))
