"""Who is in the run, and what has each of them, section by section?

Nothing is computed here: grade and marks are written where points change (`marking`). So a page of a hundred
learners costs the same in a run of twelve thousand, and the whole table is one query.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode

from django.db.models import Max, OuterRef, Q, QuerySet, Subquery, TextField
from django.db.models.functions import Cast, Lower
from django.utils.html import escape

from cordee.core.spreadsheets import csv_lines
from cordee.courses.models import Run
from cordee.learning.models import Cohort, Enrolment, UnitView

ON_A_PAGE: Final = 100
LONGEST_SEARCH: Final = 100
LAST_PAGE: Final = 9_999
ORDERS: Final[Mapping[str, tuple[Any, ...]]] = {
    "name": (Lower("account__name"), "pk"),
    "grade": ("-grade", "pk"),
    "low": ("grade", "pk"),
    "newest": ("-enrolled_at", "-pk"),
}
STANDINGS: Final = ("", "passed", "not_passed", "nothing", "left")
# As text, as the database gives it: to make moments and documents of them would cost as much as all the rest.
AS_TEXT: Final = {
    "since": Cast("enrolled_at", TextField()),
    "until": Cast("left_at", TextField()),
    "held": Cast("marks", TextField()),
}
COLUMNS: Final = (
    "pk",
    "account__name",
    "account__email",
    "cohort__name",
    "since",
    "until",
    "grade",
    "held",
    "marks_of",
)
HELD: Final = COLUMNS.index("held")
A_DAY: Final = 10  # signs
AT_ONCE: Final = 2000  # rows


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which learners, in which order: what stands in the address."""

    search: str = ""
    cohort: int | None = None
    standing: str = ""
    order: str = "name"
    page: int = 1
    whole: bool = False

    @classmethod
    def read(cls, given: Mapping[str, str]) -> Wanted:
        """Whatever the address holds; what is not understood counts as not said."""
        standing, order, cohort = given.get("standing", ""), given.get("order", ""), given.get("cohort", "")
        return cls(
            search=" ".join(given.get("search", "").replace("\0", " ").split())[:LONGEST_SEARCH],
            cohort=int(cohort) if cohort.isascii() and cohort.isdigit() and len(cohort) < 10 else None,  # noqa: PLR2004 - an id
            standing=standing if standing in STANDINGS else "",
            order=order if order in ORDERS else "name",
            page=_page(given.get("page", "")),
            whole=given.get("whole") == "1",
        )

    def query(self, **changed: Any) -> str:
        """The address of these learners with something changed, e.g. "?search=ana&page=2"."""
        held = {
            "search": self.search,
            "cohort": self.cohort or "",
            "standing": self.standing,
            "order": "" if self.order == "name" else self.order,
            "page": "" if self.page == 1 else self.page,
            "whole": "1" if self.whole else "",
        } | changed
        told = urlencode({name: value for name, value in held.items() if value})
        return f"?{told}" if told else "?"


class Line(NamedTuple):
    """One learner of the table."""

    enrolment: int
    name: str
    email: str
    cohort: str
    enrolled_on: str  # day in UTC, e.g. "2026-11-27"
    left_on: str  # "" for who is there
    grade: float
    marks: Mapping[str, float]
    marks_of: int | None  # the version whose sections they are of
    seen_at: dt.datetime | None = None  # last opened a unit; told on a page, not in the whole table


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the table."""

    lines: Sequence[Line]
    total: int
    number: int
    pages: int


def page_of(run: Run, wanted: Wanted) -> Page:
    """2 queries. Which learners they are is found first: what is told of each is looked up for a hundred, not for all.

    To look through names costs as much as to count: a search reads the numbers of all whom it finds, once.
    """
    chosen = _chosen(run, wanted)
    ids: Any = chosen.values_list("pk", flat=True)
    if wanted.search:
        ids = list(ids)
    total = len(ids) if wanted.search else chosen.count()
    pages = max(1, -(-total // ON_A_PAGE))
    number = min(wanted.page, pages)
    seen = UnitView.objects.filter(enrolment=OuterRef("pk")).order_by().values("enrolment").annotate(at=Max("visit_at"))
    shown = Enrolment.objects.filter(pk__in=ids[(number - 1) * ON_A_PAGE : number * ON_A_PAGE])
    rows = shown.annotate(**AS_TEXT, seen_at=Subquery(seen.values("at"))).values_list(*COLUMNS, "seen_at")
    return Page(list(_lines(rows.order_by(*ORDERS[wanted.order]))), total, number, pages)


def every_line(run: Run, wanted: Wanted) -> Iterator[Line]:
    """All of them in one go (1 query, 2,000 rows in memory)."""
    return _lines(_chosen(run, wanted).annotate(**AS_TEXT).values_list(*COLUMNS).iterator(chunk_size=AT_ONCE))


def cohorts_of(run: Run) -> list[tuple[int, str]]:
    """Number and name of each, by name (1 query)."""
    return list(Cohort.objects.filter(run=run).order_by("name").values_list("pk", "name"))


def rows_as_html(
    lines: Iterable[Line], sections: Sequence[str], *, beside: Iterable[Sequence[str]] = (), heads: Sequence[str] = ()
) -> str:
    """Rows of the table, of which none needs a template: a name that leads to the learner, grade, shares in hundredths.

    `beside`: more cells for each line, HTML; `heads`: what the cells behind the name are, said in them on phones. Ends
    of cells and rows are left out, as HTML allows: twelve thousand rows stay under 2 MB.
    """
    said = [f'<span class="only-phone soft">{escape(head)} </span>' for head in heads]
    return "\n".join(_rows(lines, sections, iter(beside), said))


def as_csv(
    lines: Iterable[Line],
    sections: Sequence[tuple[str, str]],
    *,
    pass_mark: float,
    heads: Sequence[str],
    words: tuple[str, str],
    french: bool = False,
) -> str:
    """The table for a spreadsheet, grades and shares out of 100 as on the page. `sections`: (id, title); `heads`: names
    of the seven columns before them; `words`: yes and no; `french`: see `csv_lines`.
    """
    keys = [key for key, _title in sections]
    yes, no = words
    rows = (
        (
            line.name,
            line.email,
            line.cohort,
            line.enrolled_on,
            line.left_on,
            round(100 * line.grade, 2),
            yes if line.grade >= pass_mark else no,
            *[round(100 * line.marks[key], 2) if key in line.marks else "" for key in keys],
        )
        for line in lines
    )
    return "".join(csv_lines([*heads, *(title for _key, title in sections)], rows, french=french))


def _rows(
    lines: Iterable[Line], sections: Sequence[str], beside: Iterator[Sequence[str]], said: Sequence[str]
) -> Iterator[str]:
    for line in lines:
        marks = line.marks
        cells = [
            *next(beside, ()),
            str(round(100 * line.grade)),
            *[str(round(100 * marks[key])) if key in marks else "" for key in sections],
        ]
        if said:
            cells = [f"{head}{cell}" if cell else "" for head, cell in zip(said, cells, strict=True)]
        told = "<td>".join(cells)
        yield f'<tr><th scope="row"><a href="learners/{line.enrolment}">{escape(line.name)}</a><td>{told}'


def _chosen(run: Run, wanted: Wanted) -> QuerySet[Enrolment]:
    found = Enrolment.objects.filter(run=run, left_at__isnull=wanted.standing != "left")
    if wanted.search:
        found = found.filter(Q(account__name__icontains=wanted.search) | Q(account__email__icontains=wanted.search))
    if wanted.cohort is not None:
        found = found.filter(cohort=wanted.cohort)
    match wanted.standing:
        case "passed":
            found = found.filter(grade__gte=run.pass_mark)
        case "not_passed":
            found = found.filter(grade__lt=run.pass_mark)
        case "nothing":
            found = found.filter(marks={})
    return found.order_by(*ORDERS[wanted.order])


def _lines(rows: Iterable[tuple[Any, ...]]) -> Iterator[Line]:
    """The marks of many are read at once, as one document."""
    left = iter(rows)
    while some := list(islice(left, AT_ONCE)):
        held = json.loads(f"[{','.join([row[HELD] for row in some])}]")
        for row, marks in zip(some, held, strict=True):
            enrolment, name, email, cohort, since, until, grade, _text, *more = row
            gone = until[:A_DAY] if until else ""
            yield Line(enrolment, name, email, cohort or "", since[:A_DAY], gone, grade, marks, *more)


def _page(text: str) -> int:
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 1  # noqa: PLR2004 - LAST_PAGE
    return min(max(number, 1), LAST_PAGE)
