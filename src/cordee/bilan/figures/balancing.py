"""What did courses cost, what did they bring: each course, each year, and all together?

Work is known in person-years, some of it in money too. A balance is revenue less cost, drawn only where both are known
of the same thing: of a course, of a year, and of all where they are of the same years.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from cordee.bilan.figures import Amount, Book, Figure, Own, Unit, Words, in_sql, lines
from cordee.bilan.figures.rows import course_key
from cordee.bilan.programme import Cost, Programme, Revenue
from cordee.core.errors import N_

CHAPTER: Final = "money"
WORK: Final = "(course IS NOT NULL OR declared = 'yes')"  # and no estimate of a typical course

TITLES: Final = {
    "person_years": N_("Person-years"),
    "cost_keur": N_("Cost"),
    "revenue_keur": N_("Revenue"),
    "balance_keur": N_("Balance"),
}
TITLES_OF_ALL: Final = {
    "person_years": N_("person-years of work, in all"),
    "cost_keur": N_("cost, in all"),
    "revenue_keur": N_("revenue, in all"),
    "balance_keur": N_("revenue less cost, in all"),
}


@dataclass(slots=True)
class _Side:
    """The rows of a course, of a year, or all."""

    costs: list[Cost] = field(default_factory=list)
    revenue: list[Revenue] = field(default_factory=list)


def year_key(year: int | None, name: str) -> str:
    """The key of a number of a year; None for rows that name none."""
    return f"year.{'~' if year is None else year}.{name}"


def worked(programme: Programme) -> list[Cost]:
    """Work that was done, for a course or for all; not the estimate of a typical course."""
    return [cost for cost in programme.costs if cost.course or cost.declared]


def figures(programme: Programme, book: Book) -> None:
    """Add person-years, cost, revenue and balance of each course, each year and all; nothing where no work is known."""
    costs = worked(programme)
    if not costs:
        if programme.revenue:
            book.remark(
                CHAPTER,
                N_("What courses took is not in the folder: revenue stands alone, and no balance is drawn."),
            )
        return
    by_course: dict[str, _Side] = defaultdict(_Side)
    by_year: dict[int | None, _Side] = defaultdict(_Side)
    for cost in costs:
        by_course[cost.course].costs.append(cost)
        by_year[cost.year].costs.append(cost)
    for one in programme.revenue:
        by_course[one.course].revenue.append(one)
        by_year[one.year].revenue.append(one)
    titles = {course.id: course.title for course in programme.courses}
    for id_, side in by_course.items():
        row, words = ("{course}", {"course": Own(titles.get(id_, id_))}) if id_ else (N_("not for one course"), {})
        where = f"course = {in_sql(id_)}" if id_ else "course IS NULL"
        _add(book, course_key(id_, ""), row, words, side, where)
    for year, side in sorted(by_year.items(), key=lambda one: (one[0] is None, one[0] or 0)):
        row, words = ("{year}", {"year": Own(str(year))}) if year else (N_("year not said"), {})
        _add(book, year_key(year, ""), row, words, side, f"year = {year}" if year else "year IS NULL")
    _add(book, "money.", "", {}, _Side(costs, list(programme.revenue)), "true", balanced=_is_comparable(book, by_year))
    _remark_on_money(book, costs)


def _add(book: Book, prefix: str, row: str, words: Words, side: _Side, where: str, *, balanced: bool = True) -> None:
    priced = [one for one in side.costs if one.keur is not None]
    cost, came = sum(one.keur or 0 for one in priced), sum(one.keur or 0 for one in side.revenue)
    of_costs = f"FROM costs WHERE {WORK} AND {where}"
    of_revenue = f"FROM revenue WHERE {where}"
    titles = TITLES if row else TITLES_OF_ALL
    told: tuple[tuple[str, float | None, Unit, Sequence[str], str], ...] = (
        (
            "person_years",
            round(sum(one.person_years or 0 for one in side.costs), 6) if side.costs else None,
            "person_years",
            lines("costs", side.costs),
            f"SELECT sum(person_years) {of_costs}",
        ),
        (
            "cost_keur",
            cost if priced else None,
            "keur",
            lines("costs", priced),
            f"SELECT sum(keur) {of_costs}",
        ),
        (
            "revenue_keur",
            came if side.revenue else None,
            "keur",
            lines("revenue", side.revenue),
            f"SELECT sum(keur) {of_revenue}",
        ),
        (
            "balance_keur",
            came - cost if priced and side.revenue and balanced else None,
            "keur",
            (*lines("revenue", side.revenue), *lines("costs", priced)),
            f"SELECT (SELECT sum(keur) {of_revenue})\n     - (SELECT sum(keur) {of_costs})",
        ),
    )
    for name, value, unit, rows, query in told:
        if value is not None:
            book.add(
                Figure(
                    key=prefix + name,
                    row=row,
                    title=titles[name],
                    words=words,
                    value=value,
                    unit=unit,
                    period=book.period,
                    how="reckoned",
                    rows=tuple(rows),
                    query=query,
                )
            )


def _is_comparable(book: Book, by_year: dict[int | None, _Side]) -> bool:
    """Whether cost and revenue are of the same years; of other years, the margin says which."""
    costing = {year for year, side in by_year.items() if any(one.keur is not None for one in side.costs)}
    coming = {year for year, side in by_year.items() if side.revenue}
    if not costing or not coming or None in costing or costing == coming:
        return True
    book.remark(
        CHAPTER,
        N_("Costs are of {costs}, revenue is of {revenue}: no balance is drawn of all years together."),
        costs=", ".join(str(year) for year in sorted(year for year in costing if year)),
        revenue=", ".join(str(year) for year in sorted(year for year in coming if year)),
    )
    return False


def _remark_on_money(book: Book, costs: Sequence[Cost]) -> None:
    """Work of which nobody says what it cost."""
    unpriced = sum(one.keur is None for one in costs)
    if unpriced == len(costs):
        book.remark(CHAPTER, N_("Work is known in person-years and not in money: no balance is drawn."))
    elif unpriced:
        book.remark(
            CHAPTER,
            N_("Rows of work of which the cost in money is not known: {some} of {all}. Costs are so much higher."),
            some=Amount(unpriced),
            all=Amount(len(costs)),
        )
