"""What does a course cost, what came in, and does it add up?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from cordee.bilan.figures import Amount, Book, Figure, lines
from cordee.bilan.programme import COST_ROLES, REVENUE_SOURCES, SUPPORT, Cost, Programme, Revenue
from cordee.core.errors import N_

CHAPTER: Final = "money"
SAME: Final = 0.005  # thousands of euros, or person-years: five euros, half an hour a week
QUERY: Final = "SELECT sum(person_years) FROM costs WHERE course IS NULL AND (declared IS NULL OR declared <> 'yes')"


@dataclass(frozen=True, slots=True)
class Balance:
    """A course: what it took and what it brought, in thousands of euros and person-years; None where unknown."""

    course: str
    person_years: float | None
    cost_keur: float | None
    revenue_keur: float | None


def figures(programme: Programme, book: Book) -> None:
    _estimate(programme, book)
    _revenue(programme, book)
    for place, one in enumerate(programme.commitments, 1):
        book.add(
            Figure(
                key=f"commitment:{place}",
                title=N_("promised by {partner}"),
                words={"partner": one.partner},
                value=one.keur,
                unit="keur",
                period=book.period if one.first_year is None else str(one.first_year),
                how="declared",
                rows=lines("commitments", [one]),
            )
        )


def estimate(programme: Programme) -> dict[str, float]:
    """Person-years of a typical course by role, in the order of roles."""
    rows = [cost for cost in programme.costs if not cost.course and not cost.declared]
    return {
        role: sum(cost.person_years or 0 for cost in rows if cost.role == role)
        for role in COST_ROLES
        if any(cost.role == role for cost in rows)
    }


def _estimate(programme: Programme, book: Book) -> None:
    by_role = estimate(programme)
    rows = [cost for cost in programme.costs if not cost.course and not cost.declared]
    for role, years in by_role.items():
        _person_years(
            book, f"cost:{role}", N_("{role}, for one course"), years, [one for one in rows if one.role == role], role
        )
    if by_role:
        support = [one for one in rows if one.role in SUPPORT]
        _person_years(
            book,
            "cost:support",
            N_("the support team together, for one course"),
            sum(one.person_years or 0 for one in support),
            support,
        )
        _person_years(book, "cost:total", N_("one course, its first run included"), sum(by_role.values()), rows)


def _person_years(book: Book, key: str, title: str, value: float, rows: Sequence[Cost], role: str = "") -> None:
    filters = {"cost:support": " AND role <> 'teaching_team'", "cost:total": ""}
    book.add(
        Figure(
            key=key,
            title=title,
            words={"role": f"role:{role}"} if role else {},
            value=round(value, 6),
            unit="person_years",
            period=book.period,
            how="declared" if role else "reckoned",
            rows=lines("costs", rows),
            query=QUERY + filters.get(key, f" AND role = '{role}'"),
        )
    )


def _revenue(programme: Programme, book: Book) -> None:
    years = sorted({one.year for one in programme.revenue if one.year is not None})
    for year in years:
        rows = [one for one in programme.revenue if one.year == year]
        for kind in REVENUE_SOURCES:
            _sum(book, f"revenue:{year}:{kind}", N_("{kind}, {year}"), [one for one in rows if one.kind == kind], kind)
        total = _sum(book, f"revenue:{year}", N_("revenue of {year}, added up"), rows)
        stated = next((one for one in programme.totals if one.name == "revenue_keur" and one.period == str(year)), None)
        if stated is None or stated.value is None or total is None:
            continue
        book.add(
            Figure(
                key=f"revenue_stated:{year}",
                title=N_("revenue of {year}, as stated"),
                words={"year": str(year)},
                value=stated.value,
                unit="keur",
                period=str(year),
                how="declared",
                source=stated.source,
                rows=lines("totals", [stated]),
            )
        )
        _compare(book, rows, year, stated.value, total)


def _sum(book: Book, key: str, title: str, rows: Sequence[Revenue], kind: str = "") -> float | None:
    if not rows:
        return None
    year = rows[0].year
    value = sum(one.keur or 0 for one in rows)
    book.add(
        Figure(
            key=key,
            title=title,
            words={"year": str(year), **({"kind": f"revenue:{kind}"} if kind else {})},
            value=value,
            unit="keur",
            period=str(year),
            how="reckoned",
            rows=lines("revenue", rows),
            query=f"SELECT sum(keur) FROM revenue WHERE year = {year}"  # noqa: S608 - a year and a word of a closed list
            + (f" AND kind = '{kind}'" if kind else ""),
        )
    )
    return value


def _compare(book: Book, rows: Sequence[Revenue], year: int, stated: float, total: float) -> None:
    """A stated total that is not the sum of its items; and an item that is exactly the difference."""
    rest = stated - total
    if abs(rest) <= SAME:
        return
    book.remark(
        CHAPTER,
        N_("Revenue of {year}: {stated} are stated, the items add up to {total}. The difference is {rest}."),
        f"revenue:{year}",
        f"revenue_stated:{year}",
        year=str(year),
        stated=Amount(stated, "keur"),
        total=Amount(total, "keur"),
        rest=Amount(abs(rest), "keur"),
    )
    for one in rows:
        if one.keur is not None and abs(one.keur - abs(rest)) <= SAME and len(rows) > 1:
            book.remark(
                CHAPTER,
                N_("The item of {partner} is exactly that difference: it may have been counted twice.")
                if rest > 0
                else N_("The item of {partner} is exactly that difference: it may have been left out of the total."),
                f"revenue_stated:{year}",
                partner=one.partner or one.kind,
            )


def balances(programme: Programme) -> list[Balance]:
    """Cost against revenue, of the courses of which either is known."""
    found = []
    for course in programme.courses:
        costs = [cost for cost in programme.costs if cost.course == course.id]
        came = [one.keur or 0 for one in programme.revenue if one.course == course.id]
        money = [cost.keur for cost in costs if cost.keur is not None]
        if costs or came:
            found.append(
                Balance(
                    course.title,
                    sum(cost.person_years or 0 for cost in costs) if costs else None,
                    sum(money) if money else None,
                    sum(came) if came else None,
                )
            )
    return found
