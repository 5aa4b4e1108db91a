"""One page a table: its rows, one row as a form, and a box to paste cells into."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from cordee.bilan.columns import CLASS_OF, Column
from cordee.bilan.folder.faults import Fault, Faults
from cordee.bilan.folder.writing import FRENCH, Dialect, csv_of
from cordee.bilan.office import editing, labels, offering, offering_costs, offering_groups
from cordee.bilan.office.forms import RowForm
from cordee.bilan.office.pages import Remark, crumbs, office_of, refused_words, remarks_of
from cordee.bilan.office.pasting import FIRST, First, Pasted, read_pasted
from cordee.bilan.office.queries import FIRST_LINE, Held, Row
from cordee.bilan.office.sheets import LISTS, Cells, columns, read_cell, record_of, tag_of, tag_of_all
from cordee.core import clock
from cordee.core.errors import N_, CordeeError, InputRefused, NotFound
from cordee.people.permissions import signed_in_account
from cordee.ui.language import language
from cordee.ui.sentences import sentence_of
from cordee.ui.shell import Link
from cordee.ui.typography import points

REFUSED = 400
ROWS_ON_A_PAGE: Final = 50
MOST_REMARKS: Final = 50
PREVIEWED: Final = 20
LAST_PAGE: Final = 999_999  # and what lies beyond the last
LONGEST_SHOWN: Final = 140  # signs of a cell; the form of the row shows all
NUMBER: Final = re.compile(r"\d+(\.\d+)?")  # as it is stored
NUMBERS: Final = frozenset({"count", "share", "amount"})
ENGLISH: Final = Dialect(bom=True)  # without it, Excel takes é for two letters
PASTES: Final = ("add", "replace")


@dataclass(frozen=True, slots=True)
class Heading:
    """A column as the head of a table."""

    name: str
    label: str
    is_number: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A row as it is shown."""

    line: int
    url: str
    cells: Sequence[tuple[str, bool]]  # words, whether they are a number


@require_http_methods(["GET", "HEAD", "POST"])
def table(request: HttpRequest, sheet: str) -> HttpResponse:
    """A page of rows. Posted: take in sessions of this site. 2 queries; of `runs` 3, and 1 for each version not met;
    of `costs` 4.
    """
    held = _held(request, sheet)
    if request.method == "POST":
        keys = set(request.POST.getlist("key"))
        if sheet in offering_groups.SHEETS:
            offering_groups.take(keys, sheet, held=held, account=signed_in_account(request), now=clock.now())
            return _to_table(sheet, "pasted")
        if sheet == offering_costs.SHEET:
            offering_costs.take(keys, held=held, account=signed_in_account(request), now=clock.now())
            return _to_table(sheet, "pasted")
        offering.take(keys, held=held, account=signed_in_account(request), now=clock.now())
        return _to_table("runs", "pasted")
    rows = held.of(sheet)
    pages = max(1, -(-len(rows) // ROWS_ON_A_PAGE))
    page = min(max(1, _number(request.GET.get("page", "1"))), pages)
    first = (page - 1) * ROWS_ON_A_PAGE
    remarks = remarks_of(held, sheet)
    shown = _headings(sheet, [row.cells for row in rows])
    address = reverse("bilan:table", args=[sheet])
    context = {
        "sheet": sheet,
        "title": labels.title_of(sheet),
        "under": labels.under(sheet),
        "columns": _explained(sheet),
        "headings": shown,
        "lines": [_line(sheet, row, shown) for row in rows[first : first + ROWS_ON_A_PAGE]],
        "count_words": _rows_words(len(rows)),
        "hidden": len(columns(sheet)) - len(shown),
        "page": page,
        "pages": pages,
        "before": f"{address}?page={page - 1}" if page > 1 else "",
        "after": f"{address}?page={page + 1}" if page < pages else "",
        "remarks": remarks[:MOST_REMARKS],
        "more_remarks": max(0, len(remarks) - MOST_REMARKS),
        "offers": offering.offers(held) if sheet == "runs" else [],
        "groups": offering_groups.offers(held, sheet) if sheet in offering_groups.SHEETS else [],
        "costs": offering_costs.offers(held) if sheet == offering_costs.SHEET else [],
        "said": _said(request.GET.get("done", "")),
        "breadcrumbs": crumbs(),
    }
    return render(request, "bilan/office/table.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, sheet: str) -> HttpResponse:
    """A row to add. 2 queries; posted, 5 to 7 more."""
    held = _held(request, sheet)
    form = _form(held, sheet, request, {})
    form_id = _id(request)
    refused: CordeeError | None = None
    if form.is_valid():
        try:
            editing.add_row(
                sheet=sheet, cells=form.cells(), row_id=form_id, account=signed_in_account(request), now=clock.now()
            )
        except CordeeError as wrong:
            refused = wrong
            form_id = uuid.uuid4()
        else:
            return _to_table(sheet, "added")
    return _row_page(request, sheet, form, refused, {"form_id": form_id})


@require_http_methods(["GET", "HEAD", "POST"])
def row(request: HttpRequest, sheet: str, row_id: UUID) -> HttpResponse:
    """A row to change or to delete. 2 queries; posted, 5 more. What was typed is never lost."""
    held = _held(request, sheet)
    found = held.row(sheet, row_id)
    if found is None and request.method != "POST":
        raise NotFound(N_("This row is there no more. Go back to the table."))
    there = found.cells if found else {}
    form = _form(held, sheet, request, there)
    tag = request.POST.get("tag", "") or tag_of(there)
    refused: CordeeError | None = None
    account, now = signed_in_account(request), clock.now()
    try:
        if request.POST.get("act") == "delete":
            editing.delete_row(sheet=sheet, row_id=row_id, tag=tag, account=account, now=now)
            return _to_table(sheet, "deleted", found)
        if form.is_valid():
            editing.change_row(sheet=sheet, row_id=row_id, cells=form.cells(), tag=tag, account=account, now=now)
            return _to_table(sheet, "changed", found)
    except editing.ChangedMeanwhile as wrong:
        refused = wrong
        if wrong.now is None:  # deleted: what was typed can become a new row
            return _row_page(request, sheet, form, refused, {"form_id": uuid.uuid4(), "action": _new(sheet)})
        tag = tag_of(wrong.now)
    context = {"tag": tag, "line": found.line if found else 0}
    if isinstance(refused, editing.ChangedMeanwhile) and refused.now is not None:
        context |= {"differing": differing(sheet, form.data, refused.now)}
    return _row_page(request, sheet, form, refused, context)


@require_http_methods(["GET", "HEAD", "POST"])
def paste(request: HttpRequest, sheet: str) -> HttpResponse:
    """Paste, look, store. 2 queries; when it is stored 6 more, and 1 for 500 rows."""
    held = _held(request, sheet)
    text, how = request.POST.get("cells", ""), _one_of(request.POST.get("how", ""), PASTES)
    first: First = _one_of(request.POST.get("first", ""), FIRST)
    again = "again" in request.POST
    tag = request.POST.get("tag", "") or held.tag(sheet)
    form_id = _id(request)
    refused: CordeeError | None = None
    pasted: Pasted | None = None
    fresh: Sequence[Cells] = ()
    twins = 0
    looked = ""
    if request.method == "POST":
        pasted = read_pasted(sheet, text, first)
        fresh, twins = _fresh(held, sheet, pasted.rows, how=how, again=again)
        looked = tag_of_all([{"how": how}, *pasted.rows])
        if request.POST.get("act") == "store" and not pasted.faults and request.POST.get("looked") == looked:
            given: dict[str, Any] = {"sheet": sheet, "form_id": form_id, "account": signed_in_account(request)}
            try:
                if how == "replace":
                    editing.replace_rows(rows=fresh, tag=tag, now=clock.now(), **given)
                else:
                    editing.add_rows(rows=pasted.rows, again=again, now=clock.now(), **given)
            except CordeeError as wrong:
                refused = wrong
                tag, form_id = held.tag(sheet), uuid.uuid4()
            else:
                return _to_table(sheet, "pasted")
    wrong_rows = pasted is not None and (bool(pasted.faults) or not pasted.rows)
    shown = _headings(sheet, fresh)
    lines = [_line(sheet, Row(form_id, number, cells), shown) for number, cells in enumerate(fresh[:PREVIEWED], 1)]
    context = {
        "sheet": sheet,
        "title": labels.title_of(sheet),
        "columns": _explained(sheet),
        "text": text,
        "how": how,
        "first": first,
        "again": again,
        "tag": tag,
        "form_id": form_id,
        "looked": looked,
        "pasted": pasted,
        "faults": _fault_words(sheet, pasted.faults[:MOST_REMARKS]) if pasted else [],
        "more_faults": max(0, len(pasted.faults) - MOST_REMARKS) if pasted else 0,
        "count_faults": len(pasted.faults) if pasted else 0,
        "there": len(held.of(sheet)),
        "twins": twins,
        "headings": shown,
        "lines": lines,
        "more_lines": max(0, len(fresh) - PREVIEWED),
        "store_words": _store_words(len(fresh), len(held.of(sheet)), how),
        "may_store": pasted is not None and not pasted.faults and bool(fresh),
        "refused": refused_words(refused),
        "has_errors": wrong_rows or refused is not None,
        "breadcrumbs": crumbs(Link(label=labels.title_of(sheet), url=reverse("bilan:table", args=[sheet]))),
    }
    return render(request, "bilan/office/paste.html", context, status=REFUSED if wrong_rows or refused else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def empty(request: HttpRequest, sheet: str) -> HttpResponse:
    """The second step of emptying a table: what would go, and where to keep it first. 2 queries; posted, 5 more."""
    held = _held(request, sheet)
    refused: CordeeError | None = None
    if request.method == "POST":
        tag = request.POST.get("tag", "")
        try:
            editing.empty_table(sheet=sheet, tag=tag, account=signed_in_account(request), now=clock.now())
        except CordeeError as wrong:
            refused = wrong
        else:
            return _to_table(sheet, "emptied")
    title = labels.title_of(sheet)
    context = {
        "sheet": sheet,
        "title": title,
        "rows": len(held.of(sheet)),
        "tag": held.tag(sheet),
        "refused": refused_words(refused),
        "has_errors": refused is not None,
        "breadcrumbs": crumbs(Link(label=title, url=reverse("bilan:table", args=[sheet]))),
    }
    return render(request, "bilan/office/empty.html", context, status=REFUSED if refused else 200)


@require_safe
def as_csv(request: HttpRequest, sheet: str) -> HttpResponse:
    """The table as its file; with `?csv=fr` as a spreadsheet in French opens it by a double click. 2 queries."""
    held = _held(request, sheet)
    faults = Faults()
    records = [record_of(sheet, row.cells, row.line, faults) for row in held.of(sheet)]
    dialect = FRENCH if request.GET.get("csv") == "fr" else ENGLISH
    text = csv_of(LISTS[sheet], [record for record in records if record is not None], dialect)
    answer = HttpResponse(text, content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{sheet}.csv"'
    return answer


def _held(request: HttpRequest, sheet: str) -> Held:
    held = office_of(request)
    if sheet not in LISTS:
        raise NotFound(N_("There is no such table. Choose one from the list."))
    return held


def _form(held: Held, sheet: str, request: HttpRequest, there: Cells) -> RowForm:
    typed = request.POST if request.method == "POST" else None
    about = held.programme.about
    lists = {
        "course": {course.id: course.title for course in held.programme.courses},
        "category": {one.id: one.name(language()) for one in about.categories},
    }
    return RowForm(sheet, typed, cells=there, lists=lists)


def _row_page(
    request: HttpRequest, sheet: str, form: RowForm, refused: CordeeError | None, more: dict[str, Any]
) -> HttpResponse:
    title = labels.title_of(sheet)
    context = more | {
        "sheet": sheet,
        "title": title,
        "under": labels.under(sheet),
        "form": form,
        "refused": refused_words(refused),
        "has_errors": refused is not None,
        "breadcrumbs": crumbs(Link(label=title, url=reverse("bilan:table", args=[sheet]))),
    }
    return render(request, "bilan/office/row.html", context, status=REFUSED if form.errors or refused else 200)


def _fresh(held: Held, sheet: str, rows: Sequence[Cells], *, how: str, again: bool) -> tuple[Sequence[Cells], int]:
    """The rows to store, and how many stand in the table already, word for word."""
    if how == "replace":
        return rows, 0
    there = {tag_of(row.cells) for row in held.of(sheet)}
    new_ones = [cells for cells in rows if tag_of(cells) not in there]
    return (rows if again else new_ones), len(rows) - len(new_ones)


def _headings(sheet: str, rows: Sequence[Cells]) -> list[Heading]:
    """The columns that say something, and those that are needed."""
    told = {name for cells in rows for name in cells}
    return [
        Heading(name, labels.column_words(name), column.kind in NUMBERS)
        for name, column in columns(sheet).items()
        if column.required or name in told
    ]


def _line(sheet: str, row: Row, headings: Sequence[Heading]) -> Line:
    known = columns(sheet)
    words = [
        (_words(one.name, known[one.name], row.cells.get(one.name, ""), row.cells), one.is_number) for one in headings
    ]
    return Line(row.line, reverse("bilan:row", args=[sheet, row.id]), words)


def _words(name: str, column: Column, cell: str, row: Mapping[str, Any]) -> str:
    """A cell as it is read."""
    if not cell:
        return ""
    if column.kind in NUMBERS and NUMBER.fullmatch(cell):
        return points(float(cell), language())
    if column.kind == "choice":
        return labels.choice_words(name, cell)
    if column.kind == "class":
        return labels.class_words(str(row.get(CLASS_OF, "")), cell)
    if column.kind == "yes":
        return _("yes") if cell == "yes" else _("no")
    return cell if len(cell) <= LONGEST_SHOWN else cell[:LONGEST_SHOWN] + "…"


def _explained(sheet: str) -> list[dict[str, Any]]:
    """What may stand in each column."""
    return [
        {
            "name": name,
            "label": labels.column_words(name),
            "meaning": _(column.meaning),
            "required": column.required,
            "choices": [(word, labels.choice_words(name, word)) for word in column.choices],
        }
        for name, column in columns(sheet).items()
    ]


def differing(sheet: str, typed: Mapping[str, Any], now: Cells) -> list[tuple[str, str, str]]:
    """The fields that differ from what stands there now: what each is called, what stands there, what was typed."""
    found = []
    for name, column in columns(sheet).items():
        mine, there = str(typed.get(name, "")).strip(), now.get(name, "")
        with suppress(CordeeError):  # shown as it was typed; the form says what is wrong with it
            mine = read_cell(sheet, name, mine)
        if mine != there:
            words = _words(name, column, there, now), _words(name, column, mine, typed)
            found.append((labels.column_words(name), words[0] or "–", words[1] or "–"))
    return found


def _fault_words(sheet: str, faults: Sequence[Fault]) -> list[Remark]:
    """Faults of a paste; columns are called as the page calls them, and as the file does."""
    return [Remark(fault.line, sentence_of(_called(sheet, fault.told)), "") for fault in faults]


def _called(sheet: str, told: CordeeError) -> CordeeError:
    known = columns(sheet)
    values = dict(told.values)
    for place in ("column", "columns"):
        names = str(values.get(place, "")).split(", ")
        if all(name in known for name in names):
            values[place] = ", ".join(f"{labels.column_words(name)} ({name})" for name in names)
    return InputRefused(told.template, **values)


def _rows_words(count: int) -> str:
    return ngettext("%(count)s row", "%(count)s rows", count) % {"count": points(count, language())}


def _store_words(count: int, there: int, how: str) -> str:
    if how == "replace" and there:
        return _("Replace {old} by {new}").format(old=_rows_words(there), new=_rows_words(count))
    return _("Store {rows}").format(rows=_rows_words(count))


def _said(done: str) -> str:
    """What the act before has done."""
    words = {
        "added": _("The row is stored."),
        "changed": _("The change is stored."),
        "deleted": _("The row is deleted."),
        "emptied": _("The table is empty."),
        "pasted": _("The rows are stored."),
    }
    return words.get(done, "")


def _to_table(sheet: str, done: str, row: Row | None = None) -> HttpResponse:
    page = LAST_PAGE if row is None else (row.line - FIRST_LINE) // ROWS_ON_A_PAGE + 1
    return HttpResponseRedirect(f"{reverse('bilan:table', args=[sheet])}?done={done}&page={page}")


def _new(sheet: str) -> str:
    return reverse("bilan:new", args=[sheet])


def _id(request: HttpRequest) -> UUID:
    """The id that the form carries; a new one for a new form."""
    try:
        return UUID(request.POST.get("form_id", ""))
    except ValueError:
        return uuid.uuid4()


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 1  # noqa: PLR2004 - a page


def _one_of(text: str, known: Sequence[Any]) -> Any:
    return text if text in known else known[0]
