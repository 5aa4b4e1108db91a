"""The page on which a course is taken to Open edX."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language_info, gettext
from django.views.decorators.http import require_http_methods

from cordee.core import clock
from cordee.courses.compiling import UNKNOWN_LANGUAGE
from cordee.courses.handing_over import ACT, ask_for_archive, states_of
from cordee.courses.queries import outline, run_by_key
from cordee.people.permissions import Subject, act, require, signed_in_account


@require_http_methods(["GET", "HEAD", "POST"])
@act("course.export")
def export(request: HttpRequest, run_key: str) -> HttpResponse:
    """The version of a session as a file for each language: asked for, being made, there. 5 queries.

    A school that has a private session of somebody else's course does not take the course away.
    """
    require(request, ACT, Subject.of_run_key(run_key))  # before it is known whether there is one
    run, now = run_by_key(run_key), clock.now()
    languages = outline(run.version.sha256).languages
    if request.method == "POST":
        language = request.POST.get("language", "")
        ask_for_archive(run=run, language=language, languages=languages, by=signed_in_account(request), now=now)
        return HttpResponseRedirect(reverse("course-export", args=[run_key]))
    states = [(_named(one.language), one) for one in states_of(run=run, languages=languages, now=now)]
    context = {"run": run, "version": run.version, "states": states, "now": now}
    response = render(request, "courses/export.html", context)
    response["Cache-Control"] = "private, no-store"  # its links open the files
    return response


def _named(language: str) -> str:
    """By its own name, e.g. "Français"."""
    try:
        return str(get_language_info(language)["name_local"]).capitalize()
    except KeyError:
        return gettext("language not stated") if language == UNKNOWN_LANGUAGE else language
