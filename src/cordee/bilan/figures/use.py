"""Who uses these courses: our schools, other institutions, companies?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from cordee.bilan.figures import Amount, Book, Figure, lines, sources_of
from cordee.bilan.figures.part import present_name
from cordee.bilan.programme import MODES, Programme, Use
from cordee.core.errors import N_

CHAPTER: Final = "use"


@dataclass(frozen=True, slots=True)
class UseLine:
    """A course in our schools. `modes`: as they were given, each once."""

    course: str  # id, or "" for a course of another institution
    title: str
    by: str
    schools: tuple[str, ...]
    modes: tuple[str, ...]
    people: int | None
    of: tuple[str, str, str]  # id, title and maker of the course, as the rows have them


def figures(programme: Programme, book: Book) -> None:
    own = [use for use in programme.use if use.own is not False]
    schools = sorted({present_name(programme, use.institution) for use in own if use.institution})
    if schools:
        _add(
            book,
            "using_schools",
            N_("of our schools teach with these courses"),
            len(schools),
            "use",
            own,
            "SELECT count(DISTINCT coalesce(organisations.now, institution)) FROM use\n"
            "LEFT JOIN organisations ON organisations.name = use.institution\n"
            "WHERE (own IS NULL OR own <> 'no') AND institution <> ''"
            if programme.organisations
            else "SELECT count(DISTINCT institution) FROM use WHERE (own IS NULL OR own <> 'no') AND institution <> ''",
        )
    if programme.companies:
        known = [one for one in programme.companies if one.people is not None]
        _add(
            book,
            "companies",
            N_("companies trained with these courses"),
            len(programme.companies),
            "companies",
            programme.companies,
            "SELECT count(*) FROM companies",
        )
        if known:
            _add(
                book,
                "company_people",
                N_("people trained in companies"),
                sum(one.people or 0 for one in known),
                "companies",
                known,
                "SELECT sum(people) FROM companies",
            )
    _renamed(programme, own, book)
    without = [use for use in own if use.year is None]
    if own and without:
        book.remark(
            CHAPTER,
            N_("Uses in our schools without a year, missing in the table by year: {without} of {all}."),
            without=Amount(len(without)),
            all=Amount(len(own)),
        )


def _renamed(programme: Programme, own: list[Use], book: Book) -> None:
    for one in programme.organisations:
        if any(use.institution == one.name for use in own) or any(
            credit.name == one.name for credit in programme.credits
        ):
            book.remark(
                CHAPTER,
                N_("{name} is counted as {now}, which it is today."),
                name=one.name,
                now=present_name(programme, one.name),
            )


def _add(book: Book, key: str, title: str, value: int, table: str, rows: Sequence[object], query: str) -> None:
    unit = "people" if key == "company_people" else "number"
    book.add(
        Figure(
            key=key,
            title=title,
            value=value,
            unit=unit,  # type: ignore[arg-type]  # one of two words above
            period=book.period,
            how="reckoned",
            source=sources_of(rows),
            rows=lines(table, rows),
            query=query,
        )
    )


def by_course(programme: Programme) -> list[UseLine]:
    """One line a course used in our schools, those of other institutions last."""
    titles = {course.id: course.title for course in programme.courses}
    groups: dict[tuple[str, str, str], list[Use]] = {}
    for use in programme.use:
        if use.own is not False:
            groups.setdefault((use.course, use.outside_course, use.outside_by), []).append(use)
    found = []
    for (course, outside, by), uses in groups.items():
        people = [use.people for use in uses if use.people is not None]
        found.append(
            UseLine(
                course,
                titles.get(course, course) if course else outside,
                by,
                tuple(dict.fromkeys(present_name(programme, use.institution) for use in uses if use.institution)),
                tuple(mode for mode in MODES if any(use.mode == mode for use in uses)),
                sum(people) if people else None,
                (course, outside, by),
            )
        )
    return sorted(found, key=lambda line: not line.course)


def by_year(programme: Programme) -> dict[int, Counter[str]]:
    """Of each year how many uses there were by mode ("" where it is not said)."""
    found: dict[int, Counter[str]] = {}
    for use in programme.use:
        if use.own is not False and use.year is not None:
            found.setdefault(use.year, Counter())[use.mode] += 1
    return dict(sorted(found.items()))


def elsewhere(programme: Programme) -> list[str]:
    """Ids of the courses that other institutions use."""
    used = {use.course for use in programme.use if use.own is False}
    return [course.id for course in programme.courses if course.other_institutions or course.id in used]
