"""What does a course cost, and what does it bring?"""

from __future__ import annotations

from django.utils.translation import gettext as _

from cordee.bilan import drawing
from cordee.bilan.chapters import Said, bars, made, number_cell, table
from cordee.bilan.document import Block, Cell, Chapter, Piece, Stack
from cordee.bilan.figures.money import balances, estimate
from cordee.bilan.programme import REVENUE_SOURCES
from cordee.bilan.wording import UNKNOWN, amount, label, typeset


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
            _balances(said),
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
    rows = [
        [
            Cell(label(f"revenue:{one.kind}", said.language)),
            Cell(one.partner or one.programme or UNKNOWN, said.of(one, "note")),
            Cell(said.course_title(one.course) if one.course else UNKNOWN),
            number_cell(amount(one.keur or 0, "keur", said.language)),
        ]
        for one in said.review.programme.revenue
        if one.year == year
    ]
    return table(_("Item by item"), (_("Source"), _("Payer"), _("Course"), _("Amount")), rows)


def _commitments(said: Said) -> Block | None:
    rows = [
        [
            Cell(one.partner, said.of(one, "purpose")),
            number_cell(amount(one.keur or 0, "keur", said.language), f"commitment:{place}"),
            number_cell(said.number(one.years)),
            number_cell(str(one.first_year or UNKNOWN)),
        ]
        for place, one in enumerate(said.review.programme.commitments, 1)
    ]
    heads = (_("Promised by"), _("Amount"), _("Over years"), _("From the year"))
    return table(_("Promised over several years"), heads, rows)


def _balances(said: Said) -> Block | None:
    rows = [
        [
            Cell(one.course),
            number_cell(
                UNKNOWN if one.person_years is None else amount(one.person_years, "person_years", said.language)
            ),
            number_cell(UNKNOWN if one.cost_keur is None else amount(one.cost_keur, "keur", said.language)),
            number_cell(UNKNOWN if one.revenue_keur is None else amount(one.revenue_keur, "keur", said.language)),
        ]
        for one in balances(said.review.programme)
    ]
    if not any(one.person_years is not None for one in balances(said.review.programme)):
        return None  # revenue alone is in the items above
    heads = (_("Course"), _("Person-years"), _("Cost"), _("Revenue"))
    return table(_("Cost against revenue, by course"), heads, rows)
