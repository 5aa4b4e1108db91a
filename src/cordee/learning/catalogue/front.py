"""What does the home page tell of the catalogue: some courses, the fields, the schools, the paths?"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest
from typing import Final

from django.urls import reverse

from cordee.courses.models import Category, Course, Programme
from cordee.courses.outlines import Effort
from cordee.courses.queries import courses_played_here
from cordee.courses.sheets.sheet import Sheet, read_sheet
from cordee.jobs.site import CHOSEN_COURSES, kept_fact
from cordee.learning.catalogue.cards import CourseCard, course_cards
from cordee.people.models import Organisation, OrganisationKind
from cordee.people.organisations import all_organisations

CARDS: Final = 6
NO_SHEET: Final = Sheet()
SCHOOLS: Final = frozenset({OrganisationKind.SCHOOL, OrganisationKind.SUBSIDIARY, OrganisationKind.ASSOCIATED})


@dataclass(frozen=True, slots=True)
class FieldLine:
    """A field of the catalogue with the number of its courses."""

    code: str
    name: str
    about: str
    family: str
    courses: int


@dataclass(frozen=True, slots=True)
class SchoolLine:
    name: str
    url: str
    courses: int


@dataclass(frozen=True, slots=True)
class PathLine:
    """A path; `effort`: of its courses, one after the other."""

    code: str
    name: str
    about: str
    family: str
    titles: tuple[tuple[str, str], ...]  # of its courses, each with the language of the title
    effort: tuple[Effort, ...]

    @property
    def hours(self) -> int:
        return round(sum(one.total_h for one in self.effort))


@dataclass(frozen=True, slots=True)
class Front:
    """`cards`: courses to begin with; the counts are of the whole catalogue."""

    cards: tuple[CourseCard, ...]
    courses: int
    fields: tuple[FieldLine, ...]
    schools: tuple[SchoolLine, ...]
    paths: tuple[PathLine, ...]


def front(*, language: str, now: dt.datetime) -> Front:
    """All of it (7 queries; one more for each version that the process has not met)."""
    every = course_cards(language=language, now=now)
    sheets = _sheets()
    fields = {card.key: sheets.get(card.key, NO_SHEET).categories for card in every}
    by_field = [(one, [card for card in every if one.code in fields[card.key]]) for one in _categories()]
    chosen = kept_fact(CHOSEN_COURSES) or ()
    by_key = {card.key: card for card in every}
    # A course of two fields stands for the first: the six that are shown are of all.
    groups = [[card for card in cards if fields[card.key][0] == one.code] for one, cards in by_field] or [every]
    cards = [by_key[key] for key in chosen if key in by_key] or _mixed(groups, courses_played_here())
    return Front(
        cards=tuple(cards[:CARDS]),
        courses=len(every),
        fields=tuple(
            FieldLine(one.code, one.name_in(language), one.about_in(language), one.family, len(cards))
            for one, cards in by_field
            if cards
        ),
        schools=_schools(every, all_organisations(), language),
        paths=tuple(_path(one, by_key, language) for one in Programme.objects.order_by("position", "code")),
    )


def _sheets() -> Mapping[str, Sheet]:
    rows = Course.objects.filter(sheet__isnull=False).values_list("organisation", "number", "sheet__data")
    return {f"{organisation}+{number}": read_sheet(data) for organisation, number, data in rows}


def _categories() -> list[Category]:
    return list(Category.objects.order_by("position", "code"))


def _mixed(groups: Sequence[Sequence[CourseCard]], here: Collection[str]) -> list[CourseCard]:
    """Courses that one can begin or await, one of each group in turn; those that are over are left out."""
    turns = zip_longest(*(_in_turn(cards, here) for cards in groups))
    return [card for card in chain.from_iterable(turns) if card is not None]


def _in_turn(cards: Sequence[CourseCard], here: Collection[str]) -> list[CourseCard]:
    """One that is open, one to come, and so on; in the reader's language first, and of these those played here."""
    ordered = sorted(cards, key=lambda card: (bool(card.language_label), card.key not in here))
    by_state = ([card for card in ordered if card.state == state] for state in ("open", "coming"))
    return [card for card in chain.from_iterable(zip_longest(*by_state)) if card is not None]


def _schools(cards: Iterable[CourseCard], known: Iterable[Organisation], language: str) -> tuple[SchoolLine, ...]:
    """Those that give a course of the catalogue, by name."""
    counted = Counter(card.key.partition("+")[0] for card in cards)
    lines = [
        SchoolLine(one.name_in(language), reverse("organisation", args=[one.code]), counted[one.code])
        for one in known
        if one.kind in SCHOOLS and counted[one.code]
    ]
    return tuple(sorted(lines, key=lambda line: line.name.casefold()))


def _path(programme: Programme, by_key: Mapping[str, CourseCard], language: str) -> PathLine:
    cards = [by_key[key] for key in programme.courses if key in by_key]
    return PathLine(
        code=programme.code,
        name=programme.name_in(language),
        about=programme.about_in(language),
        family=cards[0].family if cards else "",
        titles=tuple((card.title, card.language) for card in cards),
        effort=tuple(chain.from_iterable(card.effort for card in cards)),
    )
