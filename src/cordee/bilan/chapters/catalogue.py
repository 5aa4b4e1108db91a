"""Which courses are there, by whom, how often were they played, and how did they go?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from cordee.bilan.chapters import MOST_ROWS, Said, made, prose, table
from cordee.bilan.document import Cell, Chapter, Table
from cordee.bilan.figures.part import present_name
from cordee.bilan.figures.rows import course_key
from cordee.bilan.programme import Course
from cordee.bilan.wording import UNKNOWN, how_words, language_name, listed

NUMBERS: Final = ("enrolments", "started_percent", "assiduous_percent", "passed_percent")
FEWEST: Final = 20  # rows of a category, however many categories there are


def chapter(said: Said) -> Chapter:
    programme = said.review.programme
    facts = _facts(said)
    groups: list[tuple[str, list[Course]]] = [
        (category.name(said.language), [one for one in programme.courses if one.category == category.id])
        for category in programme.about.categories
    ]
    known = {category.id for category in programme.about.categories}
    rest = [one for one in programme.courses if one.category not in known]
    groups.append((_("Category not recorded") if programme.about.categories else "", rest))
    groups = [(title, courses) for title, courses in groups if courses]
    foot = _(
        "Sessions are those that the folder lists. Shares are of the enrolled; a dash is a number that is not known."
    )
    blocks = [
        _table(
            title,
            [_row(said, one, facts) for one in courses],
            foot if place == len(groups) else "",
            max(FEWEST, MOST_ROWS // len(groups)),
        )
        for place, (title, courses) in enumerate(groups, 1)
    ]
    names = [category.name(said.language) for category in programme.about.categories]
    intro = ""
    if names:
        intro = _("Categories of the programme ({count}): {names}.").format(
            count=len(names), names=listed(names, said.language)
        )
    return made(said, "catalogue", _("The catalogue"), [prose(intro), *blocks])


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of courses beside their numbers, by id."""

    by: Mapping[str, list[str]]
    partners: Mapping[str, list[str]]
    hosts: Mapping[str, list[str]]
    addresses: Mapping[str, str]  # of the newest run that has one


def _facts(said: Said) -> Facts:
    hosts: dict[str, list[str]] = {}
    addresses: dict[str, str] = {}
    for run in sorted(said.review.programme.runs, key=lambda run: run.opens):
        if run.host and run.host not in hosts.setdefault(run.course, []):
            hosts[run.course].append(run.host)
        if run.address.startswith(("https://", "http://")):
            addresses[run.course] = run.address
    return Facts(_names(said, "by"), _names(said, "content_partner"), hosts, addresses)


def _names(said: Said, role: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for credit in said.review.programme.credits:
        if credit.role == role:
            found.setdefault(credit.course, []).append(present_name(said.review.programme, credit.name))
    return found


def _table(title: str, rows: list[list[Cell]], foot: str, most: int) -> Table | None:
    facts = (_("Course"), _("Language"), _("Platform"), _("Sessions"), _("Enrolled"))
    heads = (*facts, _("Started"), _("Assiduous"), _("Passed"), _("Numbers"))
    return table(title, heads, rows, foot, most=most)


def _row(said: Said, course: Course, facts: Facts) -> list[Cell]:
    about = [listed(facts.by.get(course.id, []), said.language)]
    if course.id in facts.partners:
        about.append(_("with {partner}").format(partner=listed(facts.partners[course.id], said.language)))
    if course.certifying:
        about.append(_("certifying"))
    if said.of(course, "prize"):
        about.append(_("prize: {prize}").format(prize=said.of(course, "prize")))
    numbers = [course_key(course.id, name) for name in NUMBERS]
    told = [figure for key in numbers if (figure := said.book.get(key)) is not None]
    how = how_words()["declared" if told[0].how == "reckoned" else told[0].how] if told else UNKNOWN
    return [
        Cell(
            course.title,
            " · ".join(part for part in about if part),
            course.language,
            address=facts.addresses.get(course.id, ""),
        ),
        Cell(language_name(course.language) if course.language else UNKNOWN),
        Cell(", ".join(facts.hosts.get(course.id, [])) or UNKNOWN),
        said.cell(course_key(course.id, "runs")),
        *(said.cell(key) for key in numbers),
        Cell(how),
    ]
