"""The page where the sessions of a course on other sites are written."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cordee.core import clock
from cordee.core.errors import N_, Conflict, CordeeError, NotFound
from cordee.courses.elsewhere import digest_of_run, open_run_elsewhere
from cordee.courses.models import Course, Run, Version
from cordee.courses.queries import runs_elsewhere_of
from cordee.courses.sheets.reading import course_by_key
from cordee.learning.catalogue.editing.runs_form import RunElsewhereForm
from cordee.people.permissions import Subject, act, require, signed_in_account
from cordee.ui.sentences import sentence_of
from cordee.ui.shell import Link

ACT: Final = "course.sheet"
OK, REFUSED = 200, 400


@require_http_methods(["GET", "HEAD", "POST"])
@act(ACT)
def runs(request: HttpRequest, course_key: str) -> HttpResponse:
    """Each session with its form, and one for a new session; `run` says which was posted. 4 queries; stored, 7 more."""
    organisation, _sign, number = course_key.partition("+")
    require(request, ACT, Subject.of_course(organisation, number))
    course = course_by_key(course_key)
    held = {run.key: run for run in runs_elsewhere_of(course)}
    typed, status = None, OK
    if request.method == "POST":
        key = request.POST.get("run", "")
        if key and key not in held:
            raise NotFound(N_("There is no session {key}. Choose one in the course list."), key=key[:80])
        typed, status = RunElsewhereForm(request.POST, run=held.get(key)), REFUSED
        if typed.is_valid():
            try:
                stored = _store(request, course, typed)
            except CordeeError as refused:
                typed.add_error(None, sentence_of(refused))
                status = refused.status
                if isinstance(refused, Conflict):  # what was typed stays in the form, over what is there now
                    held = {run.key: run for run in runs_elsewhere_of(course)}
            else:
                return HttpResponseRedirect(f"{reverse('sheet-runs', args=[course_key])}?done={stored.pk}", status=303)
    return render(
        request, "learning/catalogue/editing/runs.html", _context(request, course, held, typed), status=status
    )


def _context(
    request: HttpRequest, course: Course, held: dict[str, Run], typed: RunElsewhereForm | None
) -> dict[str, Any]:
    posted = None if typed is None else typed.run.key if typed.run else ""
    done = request.GET.get("done", "")
    return {
        "course_key": course.key,
        "forms": [
            {
                "run": run,
                "form": typed if typed is not None and key == posted else RunElsewhereForm(run=run),
                "seen": digest_of_run(run),
            }
            for key, run in held.items()
        ],
        "new": typed if typed is not None and posted == "" else RunElsewhereForm(),
        "form": typed,
        "done": next((key for key, run in held.items() if str(run.pk) == done), ""),
        "breadcrumbs": [
            Link(label=_("Public page"), url=reverse("course", args=[course.key])),
            Link(label=_("Edit this page"), url=reverse("edit-sheet", args=[course.key])),
        ],
    }


def _store(request: HttpRequest, course: Course, typed: RunElsewhereForm) -> Run:
    """A new session has the latest version. Raises InputRefused, Conflict, NotFound for a course without any."""
    latest = Version.objects.filter(course=course).select_related("course").order_by("-number").first()
    if latest is None:
        raise NotFound(N_("There is no course {key} here. Look in the course list."), key=course.key)
    return open_run_elsewhere(
        version=latest,
        run=typed.wanted(),
        by=signed_in_account(request),
        now=clock.now(),
        seen=request.POST.get("seen", ""),
    )[0]
