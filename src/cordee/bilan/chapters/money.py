"""What does a course cost, and what does it bring?"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.utils.translation import gettext as _

from cordee.bilan import drawing
from cordee.bilan.chapters import Said, bars, made, number_cell, table
from cordee.bilan.document import Block, Cell, Chapter, Piece, Stack
from cordee.bilan.figures.balancing import worked, year_key
from cordee.bilan.figures.money import estimate, item_keys
from cordee.bilan.figures.rows import course_key
from cordee.bilan.programme import REVENUE_SOURCES
from cordee.bilan.wording import UNKNOWN, label, typeset


def chapter(said: Said) -> Chapter:
    years = sorted({one.year for one in said.review.programme.revenue if one.year is not None})
    return made(
        said,
        "money",
        _("What a course costs, what it brings"),
        [
            _estimate(said),
            *(block for year in years for block in (_revenue(said, year), _items(said, year))),
            _commitments(said),
            _years(said),
            _courses(said),
        ],
    )


def _estimate(said: Said) -> Block | None:
    by_role = estimate(said.review.programme)
    if not by_role:
        return None
    pieces = tuple(
        Piece(label(f"role:{role}", said.language), said.shown(f"cost:{role}"), 1 + place % drawing.TONES)
        for place, role in enumerate(by_role)
    )
    about = said.review.programme.about.estimate
    return Stack(
        _("{total} person-years for one course").format(total=said.shown("cost:total").text),
        typeset(about.get(said.language, ""), said.language),
        drawing.stack(list(by_role.values()), [piece.tone for piece in pieces]),
        ", ".join(f"{piece.label} {piece.shown.text}" for piece in pieces),
        pieces,
        _("An estimate. The support team together: {support} person-years.").format(
            support=said.shown("cost:support").text
        ),
    )


def _revenue(said: Said, year: int) -> Block | None:
    keys = [
        (label(f"revenue:{kind}", said.language), f"revenue:{year}:{kind}")
        for kind in REVENUE_SOURCES
        if said.knows(f"revenue:{year}:{kind}")
    ]
    keys.sort(key=lambda one: -(said.book.value(one[1]) or 0))
    stated = said.shown(f"revenue_stated:{year}")
    title = _("Revenue of {year}: {total}").format(year=year, total=said.shown(f"revenue:{year}").text)
    under = _("Sum of the items.")
    if stated.text != UNKNOWN:
        under = _("Sum of the items; the stated total is {stated}.").format(stated=stated.text)
    return bars(said, title, under, keys, tone=1)


def _items(said: Said, year: int) -> Block | None:
    programme = said.review.programme
    rows = [
        [
            Cell(label(f"revenue:{one.kind}", said.language)),
            Cell(one.partner or one.programme or UNKNOWN, said.of(one, "note")),
            Cell(said.course_title(one.course) if one.course else UNKNOWN),
            said.cell(key),
        ]
        for one, key in zip(programme.revenue, item_keys(programme), strict=True)
        if one.year == year
    ]
    total = [Cell(_("Total")), Cell(""), Cell(""), said.cell(f"revenue:{year}")]
    heads = (_("Source"), _("Payer"), _("Course"), _("Amount"))
    return table(_("Item by item"), heads, rows, total=total if len(rows) > 1 else ())


def _commitments(said: Said) -> Block | None:
    rows = [
        [
            Cell(one.partner, said.of(one, "purpose")),
            said.cell(f"commitment:{place}"),
            number_cell(said.number(one.years)),
            number_cell(str(one.first_year or UNKNOWN)),
        ]
        for place, one in enumerate(said.review.programme.commitments, 1)
    ]
    heads = (_("Promised by"), _("Amount"), _("Over years"), _("From the year"))
    total = [Cell(_("Total")), said.cell("commitments"), number_cell(""), number_cell("")]
    return table(_("Promised over several years"), heads, rows, total=total if len(rows) > 1 else ())


def _years(said: Said) -> Block | None:
    """Cost against revenue, year by year; nothing where no work is known."""
    programme = said.review.programme
    costs = worked(programme)
    years = {one.year for one in costs} | {one.year for one in programme.revenue}
    rows = [
        [Cell(_("year not said") if year is None else str(year)), *_money(said, partial(year_key, year))]
        for year in sorted(years, key=lambda year: (year is None, year or 0))
    ]
    heads = (_("Year"), _("Person-years"), _("Cost"), _("Revenue"), _("Balance"))
    return _balanced(said, _("Cost against revenue, by year"), heads, rows) if costs else None


def _courses(said: Said) -> Block | None:
    """Cost against revenue of each course; what is for no course stands last, so that all add up."""
    programme = said.review.programme
    costs = worked(programme)
    known = {one.course for one in costs} | {one.course for one in programme.revenue}
    ids = [id_ for id_ in said.titles if id_ in known]
    ids += [id_ for id_ in sorted(known - set(ids)) if id_] + ([""] if "" in known else [])
    rows = [
        [Cell(said.course_title(id_) if id_ else _("not for one course")), *_money(said, partial(course_key, id_))]
        for id_ in ids
    ]
    heads = (_("Course"), _("Person-years"), _("Cost"), _("Revenue"), _("Balance"))
    return _balanced(said, _("Cost against revenue, by course"), heads, rows) if costs else None


def _balanced(said: Said, title: str, heads: tuple[str, ...], rows: list[list[Cell]]) -> Block | None:
    total = [Cell(_("Total")), *_money(said, "money.{}".format)]
    known = any(row[-1].key for row in (*rows, total))
    foot = _("Balance: revenue less cost, where both are known in money.") if known else ""
    return table(title, heads, rows, foot, total=total)


def _money(said: Said, key_of: Callable[[str], str]) -> list[Cell]:
    return [said.cell(key_of(name)) for name in ("person_years", "cost_keur", "revenue_keur", "balance_keur")]
