"""How is what a sheet says told to this reader? In their language where it is said in it, else in the course's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cordee.courses.outlines import pick
from cordee.courses.sheets.reading import Around
from cordee.courses.sheets.sheet import Lists, Member, Partner, Sheet, Texts
from cordee.learning.catalogue.levels import level_name
from cordee.ui.shell import initials_of

ROLES: Final = {  # what one did: the words say nothing of who
    "author": _("Content"),
    "teacher": _("Teaching"),
    "tutor": _("Tutoring"),
    "coordinator": _("Coordination"),
    "designer": _("Learning design"),
    "producer": _("Films and production"),
    "community": _("Community"),
}
PARTS: Final = {
    "content": _("for the content"),
    "teaching": _("for the teaching"),
    "technical": _("for the technical side"),
    "funding": _("for the funding"),
}
WAYS: Final = {
    "flipped": _("as a flipped class"),
    "blended": _("beside classes"),
    "core": _("as the main course"),
    "catch-up": _("to catch up"),
    "bonus": _("as a bonus"),
}


@dataclass(frozen=True, slots=True)
class Said:
    """Words with their language."""

    words: str
    language: str

    def __str__(self) -> str:
        return self.words


@dataclass(frozen=True, slots=True)
class Lines:
    lines: tuple[str, ...]
    language: str


@dataclass(frozen=True, slots=True)
class Place:
    """Somebody or something that may have a page."""

    name: str
    url: str  # "" for none
    note: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    initials: str
    url: str
    about: Said | None
    organisation: Place | None


@dataclass(frozen=True, slots=True)
class Team:
    """The people of one role, in the order of the sheet."""

    role: str
    people: tuple[Person, ...]


@dataclass(frozen=True, slots=True)
class UseLine:
    by: str
    year: int
    way: str


@dataclass(frozen=True, slots=True)
class OpinionLine:
    words: Said
    by: str


@dataclass(frozen=True, slots=True)
class PrizeLine:
    name: Said
    year: int


@dataclass(frozen=True, slots=True)
class Told:
    """A sheet in the words of one reader."""

    level: str
    outcomes: Lines | None
    requires: Said | None
    needs: Said | None
    keywords: Lines | None
    price: Said | None  # None: free
    certification: Said | None
    ects: float
    team: tuple[Team, ...]
    partners: tuple[Place, ...]
    used: tuple[UseLine, ...]
    opinions: tuple[OpinionLine, ...]
    prizes: tuple[PrizeLine, ...]
    invented: bool


def told(sheet: Sheet, *, language: str, own: str, around: Around) -> Told:
    """No query."""
    opinions = ((said(one.words, language, own), one.by) for one in sheet.opinions)
    prizes = ((said(one.name, language, own), one.year) for one in sheet.prizes)
    return Told(
        level=level_name(sheet.level),
        outcomes=_lines(sheet.outcomes, language, own),
        requires=said(sheet.requires, language, own),
        needs=said(sheet.needs, language, own),
        keywords=_lines(sheet.keywords, language, own),
        price=said(sheet.price, language, own),
        certification=said(sheet.certification, language, own),
        ects=sheet.ects,
        team=tuple(_team(sheet.team, language, own, around)),
        partners=tuple(_partner(one, language, around) for one in sheet.partners),
        used=tuple(
            UseLine(one.by, one.year, str(WAYS[one.way]) if one.way else "")
            for one in sorted(sheet.used, key=lambda use: -use.year)
        ),
        opinions=tuple(OpinionLine(words, by) for words, by in opinions if words),
        prizes=tuple(PrizeLine(name, year) for name, year in prizes if name),
        invented=sheet.invented,
    )


def said(texts: Texts, language: str, own: str) -> Said | None:
    if not texts:
        return None
    shown = next((one for one in (language, own) if one in texts), next(iter(texts)))
    return Said(texts[shown], shown)


def organisation_place(code: str, around: Around, language: str, *, name: str = "") -> Place | None:
    """The organisation with this code; its name alone where the site does not know it; None where nobody said it."""
    known = around.organisations.get(code)
    if known:
        return Place(name or known.name_in(language), reverse("organisation", args=[code]))
    return Place(name, "") if name else None


def _lines(lists: Lists, language: str, own: str) -> Lines | None:
    if not any(lists.values()):
        return None
    shown = next((one for one in (language, own) if lists.get(one)), next(iter(lists)))
    return Lines(pick(lists, shown, own), shown)


def _team(members: Sequence[Member], language: str, own: str, around: Around) -> list[Team]:
    by_role: dict[str, list[Person]] = {}
    for one in members:
        by_role.setdefault(one.role, []).append(
            Person(
                name=one.name,
                initials=initials_of(one.name),
                url=reverse("person", args=[one.slug]) if one.slug else "",
                about=said(one.about, language, own),
                organisation=organisation_place(one.organisation, around, language),
            )
        )
    words: Mapping[str, object] = ROLES
    return [Team(str(words[role]), tuple(by_role[role])) for role in ROLES if role in by_role]


def _partner(one: Partner, language: str, around: Around) -> Place:
    place = organisation_place(one.organisation, around, language, name=one.name)
    return Place(one.name, place.url if place else "", str(PARTS[one.part]))
