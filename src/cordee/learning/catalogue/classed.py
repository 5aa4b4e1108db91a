"""Which courses belong together: by a field, a path, a person who made them, an organisation that took part?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.text import slugify

from cordee.core.errors import N_, NotFound
from cordee.courses.sheets.reading import (
    Around,
    Listed,
    around,
    category_by_code,
    listed_courses,
    programme_by_code,
)
from cordee.courses.sheets.sheet import Member
from cordee.learning.catalogue.cards import CourseCard, course_cards
from cordee.learning.catalogue.markdown import shown
from cordee.learning.catalogue.told import ROLES, Place, Said, organisation_place, said
from cordee.learning.dashboard import RunCard, dashboard
from cordee.people.models import Account


@dataclass(frozen=True, slots=True)
class Fact:
    """A line of a list: a place with how many courses are behind it."""

    name: str
    url: str
    count: int


@dataclass(frozen=True, slots=True)
class CategoryPage:
    name: str
    family: str
    about: SafeString
    cards: tuple[CourseCard, ...]
    programmes: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One course of a path. `card` is None for one that has no public page here yet."""

    rank: int
    key: str
    card: CourseCard | None
    hours: float
    mine: RunCard | None  # the reader's own session of it


@dataclass(frozen=True, slots=True)
class ProgrammePage:
    code: str
    name: str
    about: SafeString
    organisation: Place | None
    steps: tuple[Step, ...]
    effort_h: float  # of the courses of which it is known
    passed: int

    @property
    def is_followed(self) -> bool:
        return any(step.mine for step in self.steps)

    @property
    def percent(self) -> float:
        """Courses passed, out of all of the path."""
        return 100 * self.passed / len(self.steps) if self.steps else 0.0


@dataclass(frozen=True, slots=True)
class ProgrammeLine:
    name: str
    url: str
    organisation: str
    courses: int


@dataclass(frozen=True, slots=True)
class PersonPage:
    """What sheets say of one person, who agreed to be named on them."""

    name: str
    organisations: tuple[Place, ...]
    about: Said | None
    lines: tuple[tuple[str, tuple[CourseCard, ...]], ...]  # role in words -> courses


def category_lines(*, language: str) -> list[Fact]:
    """Every category with the number of its courses, in order (2 queries)."""
    found = around().categories
    counts = dict.fromkeys(found, 0)
    for listed in listed_courses():
        for code in _codes(listed):
            if code in counts:
                counts[code] += 1
    return [Fact(one.name_in(language), reverse("category", args=[code]), counts[code]) for code, one in found.items()]


def category_page(code: str, *, language: str, now: dt.datetime) -> CategoryPage:
    """4 queries, one more for each version not met before. Raises NotFound."""
    category = category_by_code(code)
    keys = {listed.key for listed in listed_courses() if code in _codes(listed)}
    return CategoryPage(
        name=category.name_in(language),
        family=category.family,
        about=shown(category.about_in(language)),
        cards=tuple(card for card in course_cards(language=language, now=now) if card.key in keys),
        programmes=tuple(
            Place(one.name_in(language), reverse("programme", args=[one.code]))
            for one in around().programmes
            if keys & {*one.courses}
        ),
    )


def programme_lines(*, language: str) -> list[ProgrammeLine]:
    """Every path, in order (1 query)."""
    known = around()
    return [
        ProgrammeLine(
            one.name_in(language),
            reverse("programme", args=[one.code]),
            _name_of(organisation_place(one.organisation, known, language)),
            len(one.courses),
        )
        for one in known.programmes
    ]


def programme_page(code: str, *, account: Account | None, language: str, now: dt.datetime) -> ProgrammePage:
    """3 queries, 6 more for who is signed in, one more for each version not met before. Raises NotFound."""
    programme = programme_by_code(code)
    cards = {card.key: card for card in course_cards(language=language, now=now)}
    mine = _own_runs(account, language, now) if account else {}
    steps = tuple(
        Step(
            rank,
            key,
            cards.get(key),
            sum(week.total_h for week in cards[key].effort) if key in cards else 0.0,
            mine.get(key),
        )
        for rank, key in enumerate(programme.courses, 1)
    )
    return ProgrammePage(
        code=code,
        name=programme.name_in(language),
        about=shown(programme.about_in(language)),
        organisation=organisation_place(programme.organisation, around(), language),
        steps=steps,
        effort_h=sum(step.hours for step in steps),
        passed=sum(bool(step.mine and step.mine.passed) for step in steps),
    )


def person_page(slug: str, *, language: str, now: dt.datetime) -> PersonPage:
    """3 queries, one more for each version not met before. Raises NotFound."""
    cards = {card.key: card for card in course_cards(language=language, now=now)}
    found: list[tuple[Listed, Member]] = [
        (listed, member)
        for listed in listed_courses()
        if slug in _slugs(listed)
        for member in listed.sheet.team
        if member.slug == slug
    ]
    if not found:
        raise NotFound(N_("No course here names this person. Look in the course list."))
    known = around()
    by_role: dict[str, dict[str, CourseCard]] = {}
    for listed, member in found:
        if listed.key in cards:
            by_role.setdefault(member.role, {})[listed.key] = cards[listed.key]
    return PersonPage(
        name=found[0][1].name,
        organisations=_organisations((member for _listed, member in found), known, language),
        about=next((words for _one, member in found if (words := said(member.about, language, language))), None),
        lines=tuple((str(words), tuple(by_role[role].values())) for role, words in ROLES.items() if role in by_role),
    )


@dataclass(frozen=True, slots=True)
class Share:
    """What an organisation has to do with the catalogue beside the courses that it gives."""

    programmes: tuple[Place, ...]
    partner_of: tuple[CourseCard, ...]
    partners: tuple[Place, ...]
    people: tuple[Place, ...]


def share_of(code: str, cards: Sequence[CourseCard], *, language: str) -> Share:
    """2 queries. `cards`: of all listed courses."""
    known = around()
    partner_of: list[str] = []
    partners: dict[str, Place] = {}
    people: dict[str, Place] = {}
    for listed in listed_courses():
        sheet = listed.sheet
        gives = listed.key.startswith(f"{code}+")
        if not gives and any(one.organisation == code for one in sheet.partners):
            partner_of.append(listed.key)
        if gives:
            for partner in sheet.partners:
                place = organisation_place(partner.organisation, known, language, name=partner.name)
                partners[partner.name] = place or Place(partner.name, "")
        for member in sheet.team:
            if member.organisation == code and member.slug:
                people[member.slug] = Place(member.name, reverse("person", args=[member.slug]))
    return Share(
        programmes=tuple(
            Place(one.name_in(language), reverse("programme", args=[one.code]))
            for one in known.programmes
            if one.organisation == code
        ),
        partner_of=tuple(card for card in cards if card.key in partner_of),
        partners=tuple(partners.values()),
        people=tuple(people[slug] for slug in sorted(people)),
    )


def _own_runs(account: Account, language: str, now: dt.datetime) -> Mapping[str, RunCard]:
    """By course: the one that was passed, else the latest."""
    found: dict[str, RunCard] = {}
    for card in sorted(dashboard(account, language=language, now=now).runs, key=lambda one: (one.passed, one.opens_at)):
        found[card.key.rpartition("+")[0]] = card
    return found


def _organisations(members: Iterable[Member], known: Around, language: str) -> tuple[Place, ...]:
    codes = dict.fromkeys(member.organisation for member in members if member.organisation)
    places = (organisation_place(code, known, language) for code in codes)
    return tuple(place for place in places if place)


def _codes(listed: Listed) -> list[str]:
    """Categories, without reading the whole sheet."""
    found = listed.data.get("categories", [])
    return list(found) if isinstance(found, list) else []


def _slugs(listed: Listed) -> set[str]:
    """Of the people of its team, without reading the whole sheet."""
    team = listed.data.get("team", [])
    return {slugify(one["name"]) for one in team} if isinstance(team, list) else set()


def _name_of(place: Place | None) -> str:
    return place.name if place else ""
