"""Pages of what a learner keeps for themselves: a note on a unit, a bookmark, all of them, a file of them."""

from __future__ import annotations

import datetime as dt
from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import get_current_timezone_name
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cordee.core import clock
from cordee.core.errors import N_, Conflict, InputRefused
from cordee.core.spreadsheets import csv_lines
from cordee.courses.outlines import pick
from cordee.learning.finding import place_in
from cordee.learning.forms import form_id
from cordee.learning.models import Enrolment
from cordee.learning.notes.queries import KeptInRun, kept_by, note_on
from cordee.learning.notes.writing import LONGEST_NOTE, NoteChanged, NoteTooLong, cleaned, keep_note, set_bookmark
from cordee.learning.queries import Seat, seat_in
from cordee.people.permissions import act, signed_in_account
from cordee.ui import dates
from cordee.ui.language import language
from cordee.ui.outline import numbered
from cordee.ui.sentences import sentence_of

LONGEST_SEARCH: Final = 200
SEE_OTHER: Final = 303
UNPROCESSABLE: Final = 422


@require_POST
@act("run.keep_notes")
def bookmark(request: HttpRequest, run_key: str, unit_id: str) -> HttpResponse:
    """Mark the unit (`marked=1`) or take the mark away; back to it."""
    now = clock.now()
    seat, enrolment = _learner(request, run_key)
    place_in(seat, unit_id, now)
    set_bookmark(enrolment=enrolment, unit=unit_id, marked=request.POST.get("marked") == "1", now=now)
    return HttpResponseRedirect(f"{reverse('unit', args=[run_key, unit_id])}#own", status=SEE_OTHER)


@require_http_methods(["GET", "HEAD", "POST"])
@act("run.keep_notes")
def note(request: HttpRequest, run_key: str, unit_id: str) -> HttpResponse:
    """The learner's own note on a unit. A refusal shows what was typed, and beside it what another tab wrote."""
    now = clock.now()
    seat, enrolment = _learner(request, run_key)
    place = place_in(seat, unit_id, now)
    typed, error, other, status = "", "", "", 200
    if request.method == "POST":
        typed = request.POST.get("text", "")
        try:
            keep_note(enrolment=enrolment, unit=unit_id, text=typed, seen=_revision(request), now=now)
        except (NoteChanged, NoteTooLong) as refused:
            error, status = sentence_of(refused), UNPROCESSABLE if isinstance(refused, NoteTooLong) else refused.status
        else:
            return HttpResponseRedirect(f"{request.path}?done=saved", status=SEE_OTHER)
    kept = note_on(enrolment, unit_id)
    if status == NoteChanged.status:
        other = kept.text if kept else gettext("(the note was emptied)")
    # After a refusal for length the form still speaks of the note that it was drawn with.
    seen = request.POST.get("seen", "") if status == UNPROCESSABLE else str(kept.revision) if kept else ""
    context = {
        "run_key": run_key,
        "unit_id": unit_id,
        "heading": numbered(place.number, pick(place.unit.titles, language(), seat.outline.language)),
        "course_title": pick(seat.outline.titles, language(), seat.outline.language),
        "text": typed if error else kept.text if kept else "",
        "signs": len(cleaned(typed)),
        "seen": seen,
        "form_id": form_id(enrolment_id=enrolment.pk, activity=f"note {unit_id} {seen}", attempt=0),
        "kept": kept,
        "other": other,
        "error": error,
        "has_errors": bool(error),
        "most": LONGEST_NOTE,
        "saved": request.GET.get("done") == "saved" and not error,
        "now": now,
    }
    return render(request, "learning/notes/note.html", context, status=status)


@require_safe
@act("account.notes")
def all_notes(request: HttpRequest) -> HttpResponse:
    """Everything that the person keeps, by course; `q` looks for words in it. 4 queries."""
    account, search = signed_in_account(request), request.GET.get("q", "").replace("\0", "")[:LONGEST_SEARCH].strip()
    context = {"runs": kept_by(account, language=language(), search=search), "search": search, "now": clock.now()}
    return render(request, "learning/notes/all.html", context)


@require_safe
@act("account.notes")
def notes_as_text(request: HttpRequest) -> HttpResponse:
    """The same as one text file, for any device."""
    lines = []
    for run in kept_by(signed_in_account(request), language=language()):
        lines += [run.title, "=" * len(run.title), ""]
        for one in run.units:
            mark = f" ({gettext('bookmark')})" if one.bookmarked else ""
            lines += [f"{one.unit}{mark}", _day(one.changed_at), "", *([one.text, ""] if one.text else [])]
    return _file("\r\n".join(lines).encode("utf-8-sig"), "text/plain", gettext("my-notes") + ".txt")


@require_safe
@act("account.notes")
def notes_as_csv(request: HttpRequest) -> HttpResponse:
    """The same for a spreadsheet, which computes none of it."""
    names = [gettext("Course"), gettext("Unit of the course"), gettext("Bookmark"), gettext("Note"), gettext("Changed")]
    rows = list(_rows(kept_by(signed_in_account(request), language=language())))
    return _file("".join(csv_lines(names, rows)).encode(), "text/csv", gettext("my-notes") + ".csv")


def _rows(runs: tuple[KeptInRun, ...]) -> list[list[str]]:
    return [
        [run.title, one.unit, gettext("yes") if one.bookmarked else "", one.text, one.changed_at.isoformat()]
        for run in runs
        for one in run.units
    ]


def _day(moment: dt.datetime) -> str:
    return dates.day(moment, get_current_timezone_name(), language())


def _file(data: bytes, content_type: str, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type=f"{content_type}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _learner(request: HttpRequest, run_key: str) -> tuple[Seat, Enrolment]:
    """The learner's own seat (1 query). Raises Conflict for who only looks: nothing of theirs is kept."""
    seat = seat_in(request, "run.keep_notes", run_key, clock.now())
    if seat.enrolment is None:
        raise Conflict(N_("Only learners keep notes here. Enrol in the session to write yours."))
    return seat, seat.enrolment


def _revision(request: HttpRequest) -> UUID | None:
    """Raises InputRefused."""
    text = request.POST.get("seen", "")
    try:
        return UUID(text) if text else None
    except ValueError:
        raise InputRefused(N_("This form is incomplete. Go back, reload the page and save again.")) from None
