"""Pages that only the preview has: where it begins, as whom one looks, what to mend before opening."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from cordee.core import clock
from cordee.courses.checks.model import count_by_severity
from cordee.courses.checks.showing import parts, waived
from cordee.courses.models import Run
from cordee.ui.language import language
from cordee.ui.redirects import safe_next
from cordee.web.course_preview.frame import WHO_COOKIE, choices, title_of
from cordee.web.course_preview.stage import stage
from cordee.web.course_preview.visitors import SESSION_S


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The outline of the course; a page that says what to mend while there is none."""
    if stage.shown.run_key:
        return redirect("outline", stage.shown.run_key)
    return render(request, "course_preview/nothing.html")


@require_POST
def choose_who(request: HttpRequest) -> HttpResponse:
    """Look as somebody else, from now on and in this browser."""
    response = HttpResponseRedirect(safe_next(request))
    chosen = request.POST.get("who", "")
    if chosen in choices():
        response.set_cookie(WHO_COOKIE, chosen, max_age=SESSION_S, httponly=True, samesite="Strict")
    return response


@require_POST
def start_again(request: HttpRequest) -> HttpResponse:
    """Be another learner, who has answered nothing."""
    stage.start_again(request.__dict__.get("preview_visitor", ""))
    return HttpResponseRedirect(safe_next(request))


@require_safe
def checks(request: HttpRequest) -> HttpResponse:
    """What should be mended before a session of the course opens."""
    shown = stage.shown
    if shown.draft.outline is None:
        return redirect("preview-home")
    found, left = shown.draft.findings(clock.now())
    run, outline = Run(key=shown.run_key), shown.draft.outline
    title = title_of(shown.draft, language())
    context = {
        "title": title,
        "run_key": shown.run_key,
        "parts": parts(found, run, outline, may_waive=False),
        "waived": waived(left, run, outline, may_waive=False),
        "counts": count_by_severity(found),
    }
    return render(request, "course_preview/checks.html", context)
