"""Pages where the public page of a course is written: the form, what it would look like, its history."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cordee.core import clock
from cordee.core.errors import Conflict
from cordee.courses.models import Course
from cordee.courses.outlines import pick
from cordee.courses.queries import outline as read_outline
from cordee.courses.sheets.reading import (
    around,
    course_by_key,
    edition_of,
    editions_of,
    latest_version,
    sheet_of,
)
from cordee.courses.sheets.sheet import Sheet, read_sheet
from cordee.courses.sheets.writing import write_sheet
from cordee.learning.catalogue.course_page import course_page
from cordee.learning.catalogue.editing.comparing import differences
from cordee.learning.catalogue.editing.sheet_form import Typed, form_of
from cordee.people.permissions import Subject, act, require, signed_in_account
from cordee.ui.language import language
from cordee.ui.sentences import sentence_of
from cordee.ui.shell import Link

ACT: Final = "course.sheet"
REFUSED: Final = 400


@require_http_methods(["GET", "HEAD", "POST"])
@act(ACT)
def edit_sheet(request: HttpRequest, course_key: str) -> HttpResponse:
    """The form; `do` = preview, edit, store, or more-… for another empty row. 5 queries; stored, 6 more."""
    course = _course(request, course_key)
    there = sheet_of(course)
    seen = course.sheet.number if course.sheet else 0
    title, languages = _known_of(course)
    categories = [(one.code, one.name_in(language())) for one in around().categories.values()]
    wish = request.POST.get("do", "store") if request.method == "POST" else ""
    typed = form_of(
        there,
        course_languages=languages,
        categories=categories,
        typed=request.POST if wish else None,
    )
    said = _number(request.POST.get("seen", ""), seen) if wish else seen
    context = {
        "title": title,
        "typed": typed,
        "seen": said,
        "course_key": course_key,
        "breadcrumbs": _crumbs(course_key),
    }
    if wish in {"preview", "store"}:
        sheet = typed.sheet()
        if sheet is not None and wish == "preview":
            return _preview(request, course_key, sheet, seen=said)
        if sheet is not None:
            try:
                write_sheet(course=course, sheet=sheet, by=signed_in_account(request), now=clock.now(), seen=said)
            except Conflict as overtaken:
                return _both(request, course, typed, context, overtaken)
            return HttpResponseRedirect(f"{reverse('sheet-editions', args=[course_key])}?done=stored", status=303)
        context["form"] = typed.form
    return render(
        request, "learning/catalogue/editing/sheet.html", context, status=REFUSED if typed.form.errors and wish else 200
    )


@require_safe
@act(ACT)
def editions(request: HttpRequest, course_key: str) -> HttpResponse:
    """Who wrote what when. 5 queries."""
    course = _course(request, course_key)
    done = request.GET.get("done", "")
    context = {
        "title": _known_of(course)[0],
        "course_key": course_key,
        "editions": editions_of(course),
        "now": clock.now(),
        "done": done if done in {"stored", "restored"} else "",
        "breadcrumbs": _crumbs(course_key),
    }
    return render(request, "learning/catalogue/editing/editions.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@act(ACT)
def edition(request: HttpRequest, course_key: str, number: int) -> HttpResponse:
    """The page as it was; posted, it is so again, as a new edition. 8 queries; posted, 9."""
    course = _course(request, course_key)
    found = edition_of(course, number)
    sheet = read_sheet(found.data)
    if request.method == "POST":
        seen = _number(request.POST.get("seen", ""), -1)
        write_sheet(course=course, sheet=sheet, by=signed_in_account(request), now=clock.now(), seen=seen)
        return HttpResponseRedirect(f"{reverse('sheet-editions', args=[course_key])}?done=restored", status=303)
    seen = course.sheet.number if course.sheet else 0
    return _preview(request, course_key, sheet, seen=seen, of=number if number != seen else None, is_kept=True)


def _course(request: HttpRequest, key: str) -> Course:
    """The course, for who may write its page. Asks before it looks."""
    organisation, _sign, number = key.partition("+")
    require(request, ACT, Subject.of_course(organisation, number))
    return course_by_key(key)


def _known_of(course: Course) -> tuple[str, Sequence[str]]:
    """Title and languages (1 query, one more for a version not met before)."""
    sha256 = latest_version(course, only_without_runs=False)
    if not sha256:
        return course.key, ()
    outline = read_outline(sha256)
    return pick(sheet_of(course).calls_it(outline.titles), language(), outline.language), outline.languages


def _preview(
    request: HttpRequest,
    key: str,
    sheet: Sheet,
    *,
    seen: int,
    of: int | None = None,
    is_kept: bool = False,
) -> HttpResponse:
    """The public page with another sheet, under a bar that says so and carries what was typed."""
    now = clock.now()
    page = course_page(key, account=None, language=language(), now=now, instead=sheet)
    typed = [] if is_kept else [(name, value) for name, values in request.POST.lists() for value in values]
    context = {
        "page": page,
        "now": now,
        "preview": True,
        "typed": [(name, value) for name, value in typed if name not in {"do", "csrfmiddlewaretoken", "seen"}],
        "seen": seen,
        "of": of,
        "is_kept": is_kept,
    }
    return render(request, "learning/course.html", context)


def _both(
    request: HttpRequest, course: Course, typed: Typed, context: dict[str, object], overtaken: Conflict
) -> HttpResponse:
    """Somebody else wrote meanwhile: what was typed stays in the form, and theirs stands beside it."""
    course = course_by_key(course.key)
    mine = typed.sheet()
    typed.form.add_error(None, sentence_of(overtaken))
    latest = editions_of(course)[0]
    context |= {
        "form": typed.form,
        "seen": latest.number,
        "theirs": latest,
        "differences": differences(sheet_of(course), mine) if mine else [],
    }
    return render(request, "learning/catalogue/editing/sheet.html", context, status=overtaken.status)


def _crumbs(key: str) -> list[Link]:
    return [Link(label=_("Public page"), url=reverse("course", args=[key]))]


def _number(text: str, otherwise: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < len("1000000") else otherwise
