"""What do the pages of the programme office share?"""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from cordee.bilan.office.editing import ACT
from cordee.bilan.office.queries import FIRST_LINE, Held, held
from cordee.bilan.office.sheets import LISTS
from cordee.core.errors import CordeeError
from cordee.people.permissions import require
from cordee.ui.sentences import sentence_of
from cordee.ui.shell import Link


@dataclass(frozen=True, slots=True)
class Remark:
    """What the checker says of a row. `url`: of its form."""

    line: int
    words: str
    url: str


def office_of(request: HttpRequest) -> Held:
    """The store, for who may. 1 or 2 queries, and 2 for who asks."""
    require(request, ACT)
    return held()


def remarks_of(held: Held, sheet: str) -> list[Remark]:
    """What the checker says of a table."""
    return [
        Remark(fault.line, fault.sentence(_), address_of_row(held, fault.place())) for fault in held.faults_of(sheet)
    ]


def address_of_row(held: Held, place: str) -> str:
    """Where "revenue.csv:3" is changed; "" for what is no row of a table."""
    file, _sign, line = place.partition(":")
    sheet = file.removesuffix(".csv")
    rows = held.of(sheet) if sheet in LISTS else ()
    at = int(line) - FIRST_LINE if line.isdigit() else -1
    return reverse("bilan:row", args=[sheet, rows[at].id]) if 0 <= at < len(rows) else ""


def crumbs(*more: Link) -> tuple[Link, ...]:
    return (Link(label=_("Review"), url=reverse("bilan:home")), *more)


def refused_words(refused: CordeeError | None) -> str:
    return "" if refused is None else sentence_of(refused)
