"""What does a course cost, what came in, and does it add up?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from cordee.bilan.figures import Amount, Book, Figure, Own, in_key, in_sql, lines
from cordee.bilan.programme import COST_ROLES, REVENUE_SOURCES, SUPPORT, Cost, Programme, Revenue
from cordee.core.errors import N_

CHAPTER: Final = "money"
SAME: Final = 0.005  # thousands of euros, or person-years: five euros, half an hour a week
QUERY: Final = "SELECT sum(person_years) FROM costs WHERE course IS NULL AND (declared IS NULL OR declared <> 'yes')"


def figures(programme: Programme, book: Book) -> None:
    _estimate(programme, book)
    _revenue(programme, book)
    _items(programme, book)
    met: Counter[str] = Counter()
    for place, one in enumerate(programme.commitments, 1):
        twin = met[one.partner]
        met[one.partner] += 1
        book.add(
            Figure(
                key=f"commitment:{place}",
                title=N_("promised by {partner}"),
                words={"partner": Own(one.partner)},
                value=one.keur,
                unit="keur",
                period=book.period if one.first_year is None else str(one.first_year),
                how="declared",
                rows=lines("commitments", [one]),
                query=f"SELECT keur FROM commitments WHERE partner = {in_sql(one.partner)} LIMIT 1 OFFSET {twin}",  # noqa: S608 - quoted
            )
        )
    if len(programme.commitments) > 1:
        book.add(
            Figure(
                key="commitments",
                title=N_("promised by all together"),
                value=sum(one.keur or 0 for one in programme.commitments),
                unit="keur",
                period=book.period,
                how="reckoned",
                rows=lines("commitments", programme.commitments),
                query="SELECT sum(keur) FROM commitments",
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


def _items(programme: Programme, book: Book) -> None:
    """Each item of revenue; of several that are called alike, each by its place among them."""
    met: Counter[tuple[object, ...]] = Counter()
    titles = {course.id: course.title for course in programme.courses}
    for one, key in zip(programme.revenue, item_keys(programme), strict=True):
        named = (one.year, one.kind, one.partner, one.programme, one.course)
        who = one.partner or one.programme or titles.get(one.course, one.course)
        wanted = {"kind": one.kind, "partner": one.partner, "programme": one.programme, "course": one.course}
        where = [f"{name} = {in_sql(word)}" if word else f"{name} IS NULL" for name, word in wanted.items()]
        book.add(
            Figure(
                key=key,
                row="{kind}, {who}" if who else "{kind}",
                title=N_("Amount"),
                words={"kind": f"revenue:{one.kind}", "who": Own(who), "year": str(one.year)},
                value=one.keur,
                unit="keur",
                period=str(one.year),
                how="declared",
                rows=lines("revenue", [one]),
                query=f"SELECT keur FROM revenue WHERE year = {one.year} AND {' AND '.join(where)}\n"  # noqa: S608 - quoted
                f"LIMIT 1 OFFSET {met[named]}",
            )
        )
        met[named] += 1


def item_keys(programme: Programme) -> list[str]:
    """The key of each item of revenue: what it is called, so that an item keeps its own from edition to edition."""
    met: Counter[str] = Counter()
    keys = []
    for one in programme.revenue:
        named = ".".join(map(in_key, (one.kind, one.partner or one.programme, one.course)))
        key = f"item.{one.year}.{named}"
        met[key] += 1
        keys.append(f"{key}.{met[key]}.keur")
    return keys


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
                partner=Own(one.partner) if one.partner else f"revenue:{one.kind}",
            )
