"""Which courses are there, by whom, how often were they played, and how did they go?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from cordee.bilan.chapters import Said, made, number_cell, prose, table
from cordee.bilan.document import Cell, Chapter, Table
from cordee.bilan.figures.activity import Line, course_lines
from cordee.bilan.figures.part import present_name
from cordee.bilan.programme import Course
from cordee.bilan.wording import UNKNOWN, how_words, language_name, listed


def chapter(said: Said) -> Chapter:
    programme = said.review.programme
    lines = {line.id: line for line in course_lines(programme)}
    facts = _facts(said)
    groups: list[tuple[str, list[Course]]] = [
        (category.name(said.language), [one for one in programme.courses if one.category == category.id])
        for category in programme.about.categories
    ]
    rest = [one for one in programme.courses if not any(one in courses for _title, courses in groups)]
    groups.append((_("Category not recorded") if programme.about.categories else "", rest))
    groups = [(title, courses) for title, courses in groups if courses]
    foot = _(
        "Sessions are those that the folder lists. Shares are of the enrolled; a dash is a number that is not known."
    )
    blocks = [
        _table(
            title,
            [_row(said, one, lines[one.id], facts) for one in courses],
            foot if place == len(groups) else "",
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


def _table(title: str, rows: list[list[Cell]], foot: str) -> Table | None:
    facts = (_("Course"), _("Language"), _("Platform"), _("Sessions"), _("Enrolled"))
    heads = (*facts, _("Started"), _("Assiduous"), _("Passed"), _("Numbers"))
    return table(title, heads, rows, foot)


def _row(
    said: Said,
    course: Course,
    line: Line,
    facts: Facts,
) -> list[Cell]:
    about = [listed(facts.by.get(course.id, []), said.language)]
    if course.id in facts.partners:
        about.append(_("with {partner}").format(partner=listed(facts.partners[course.id], said.language)))
    if course.certifying:
        about.append(_("certifying"))
    if said.of(course, "prize"):
        about.append(_("prize: {prize}").format(prize=said.of(course, "prize")))
    known = line.enrolments is not None or any(value is not None for value in line.percents.values())
    percents = [line.percents[name] for name in ("started", "assiduous", "passed")]
    return [
        Cell(
            course.title,
            " · ".join(part for part in about if part),
            course.language,
            address=facts.addresses.get(course.id, ""),
        ),
        Cell(language_name(course.language) if course.language else UNKNOWN),
        Cell(", ".join(facts.hosts.get(course.id, [])) or UNKNOWN),
        number_cell(said.number(line.runs) if line.runs else UNKNOWN),
        number_cell(said.number(line.enrolments)),
        *(number_cell(said.percent(value)) for value in percents),
        Cell(how_words()["declared" if line.how == "reckoned" else line.how] if known else UNKNOWN),
    ]
