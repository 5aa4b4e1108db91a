"""Which part of a programme, and which of its years, does a report speak of?"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from cordee.bilan.columns import columns_of
from cordee.bilan.folder.cells import first_day, last_day
from cordee.bilan.period import Period
from cordee.bilan.programme import TABLES, Company, Course, Programme, Run
from cordee.core.errors import N_, CordeeError, NotFound

YEARLY: Final = "revenue_keur"  # a total that is compared with the items of its year
WHOLE_ONLY: Final = ("totals", "profile", "timeline", "commitments")  # say nothing of one course


@dataclass(frozen=True, slots=True)
class Part:
    """One school, one category, or both; empty for the whole programme."""

    school: str = ""
    category: str = ""

    @property
    def is_whole(self) -> bool:
        return not (self.school or self.category)


def present_name(programme: Programme, name: str) -> str:
    """What an institution that was renamed or that joined another is called today."""
    names = {one.name: one.now for one in programme.organisations}
    seen = set()
    while name in names and name not in seen:
        seen.add(name)
        name = names[name]
    return name


def part_of(programme: Programme, part: Part) -> Programme:
    """The programme with the courses of a part only. Raises NotFound for a school or category that it has not.

    A company that took other courses too stays with its courses of the part, and without people: see
    `shared_companies`."""
    if part.is_whole:
        return programme
    schools: dict[str, set[str]] = {}
    for credit in programme.credits:
        if credit.role == "by":
            schools.setdefault(credit.course, set()).add(present_name(programme, credit.name))
    if part.school and not any(present_name(programme, part.school) in names for names in schools.values()):
        raise NotFound(
            N_("No course is by {name}. Write one of: {all}.")
            if schools
            else N_("No course is by {name}, nor by any other school. Name schools in credits.csv, with the role by."),
            name=part.school,
            all=", ".join(sorted({name for names in schools.values() for name in names})),
        )
    if part.category and part.category not in {one.id for one in programme.about.categories}:
        raise NotFound(
            N_("programme.toml has no category {id}. Write one of: {all}.")
            if programme.about.categories
            else N_("programme.toml has no category {id}, nor any other. Add it there, or name no category."),
            id=part.category,
            all=", ".join(one.id for one in programme.about.categories),
        )
    kept = {
        course.id
        for course in programme.courses
        if (not part.school or present_name(programme, part.school) in schools.get(course.id, set()))
        and (not part.category or course.category == part.category)
    }
    tables: dict[str, object] = dict.fromkeys(WHOLE_ONLY, ())
    for table, record in TABLES.items():
        if table not in WHOLE_ONLY and (table == "courses" or any(one.course for one in columns_of(record).values())):
            tables[table] = tuple(row for row in getattr(programme, table) if _names(table, row) & kept)
    tables["companies"] = tuple(
        one
        if set(one.courses) <= kept
        else dataclasses.replace(one, courses=tuple(id_ for id_ in one.courses if id_ in kept), people=None)
        for one in programme.companies
        if set(one.courses) & kept
    )
    return dataclasses.replace(programme, **tables)  # type: ignore[arg-type]  # each is the tuple of its table


def _names(table: str, row: object) -> set[str]:
    """The courses that a row is about."""
    if isinstance(row, Course):
        return {row.id}
    found: set[str] = set()
    for name, column in columns_of(TABLES[table]).items():
        if column.course:
            value = getattr(row, name)
            found |= {value} if isinstance(value, str) else set(value)
    return found


def shared_companies(programme: Programme, chosen: Programme) -> tuple[Company, ...]:
    """The companies of a part that took courses outside it too: nobody knows how many of their people took which."""
    kept = {course.id for course in chosen.courses}
    return tuple(one for one in programme.companies if set(one.courses) & kept and not set(one.courses) <= kept)


@dataclass(frozen=True, slots=True)
class Slice:
    """A programme in a period, and what of it lies outside."""

    programme: Programme
    undated_runs: tuple[Run, ...]  # counted only where the period holds the whole programme
    runs_outside: int
    courses_after: tuple[Course, ...]
    titles: Mapping[str, str]  # of all courses, by id
    totals_outside: int


def is_of_all(programme: Programme, period: Period) -> bool:
    """Whether runs without a date belong here: the period holds that of programme.toml, and no run opened before it.

    Where programme.toml names none, it must hold each dated run.
    """
    dated = [run.opens for run in programme.runs if run.opens]
    try:
        own = Period.parse(programme.about.period)
    except CordeeError:
        return all(period.touches(opens) for opens in dated)
    holds = period.first <= own.first and own.last <= period.last
    return holds and all(last_day(opens) >= period.first for opens in dated)


def runs_in(programme: Programme, period: Period) -> tuple[Run, ...]:
    """A run counts where it opens; one without a date in the whole programme only, so that no two periods share it."""
    undated = is_of_all(programme, period)
    return tuple(run for run in programme.runs if (period.touches(run.opens) if run.opens else undated))


def slice_of(programme: Programme, period: Period) -> Slice:
    """What of a programme lies in a period: see `runs_in`."""
    runs = runs_in(programme, period)
    playing = {run.course for run in runs}
    ever = {run.course for run in programme.runs}
    after = tuple(
        course
        for course in programme.courses
        if course.id not in playing and course.since and first_day(course.since) > period.last
    )
    gone = {course.id for course in after}
    courses = tuple(
        course
        for course in programme.courses
        if course.id in playing or (course.id not in ever and course.id not in gone)
    )
    totals = tuple(total for total in programme.totals if _same(total.period, period, years=total.name == YEARLY))
    a_year_later = period.last + dt.timedelta(days=366)  # what the report may already look back on
    return Slice(
        dataclasses.replace(
            programme,
            courses=courses,
            runs=runs,
            totals=totals,
            profile=tuple(one for one in programme.profile if not one.period or _same(one.period, period)),
            timeline=tuple(one for one in programme.timeline if not one.date or first_day(one.date) <= a_year_later),
            use=tuple(_dated(programme.use, period)),
            companies=tuple(one for one in programme.companies if not one.since or first_day(one.since) <= period.last),
            costs=tuple(_dated(programme.costs, period)),
            revenue=tuple(_dated(programme.revenue, period)),
        ),
        undated_runs=tuple(run for run in programme.runs if not run.opens),
        runs_outside=sum(bool(run.opens) for run in programme.runs) - sum(bool(run.opens) for run in runs),
        courses_after=after,
        titles={course.id: course.title for course in programme.courses},
        totals_outside=len(programme.totals) - len(totals),
    )


def _dated(rows: Iterable[Any], period: Period) -> Iterable[Any]:
    return (row for row in rows if (year := getattr(row, "year", None)) is None or period.holds_year(year))


def _same(written: str, period: Period, *, years: bool = False) -> bool:
    """Whether a declared number is of this very period; with `years` also of a calendar year that it touches."""
    try:
        own = Period.parse(written)
    except CordeeError:
        return False
    return own == period or (years and own.whole_years and own.years == 1 and period.holds_year(own.first.year))
