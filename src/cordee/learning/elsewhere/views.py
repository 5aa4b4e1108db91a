"""The page on which an organisation names a session that is played on another platform, and who follows it."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localtime
from django.views.decorators.http import require_http_methods

from cordee.core import clock
from cordee.core.errors import CordeeError
from cordee.learning.cohorts import pages
from cordee.learning.elsewhere.following import follow_elsewhere, groups_without_session
from cordee.learning.elsewhere.forms import ElsewhereForm
from cordee.learning.organisations.showing import look_of
from cordee.people.organisations import organisation_by_code
from cordee.people.permissions import Subject, act, require, signed_in_account
from cordee.ui.language import language
from cordee.ui.sentences import sentence_of

ACT: Final = "run.name_elsewhere"
REFUSED: Final = 400


@require_http_methods(["GET", "HEAD", "POST"])
@act(ACT)
def name_elsewhere(request: HttpRequest, code: str) -> HttpResponse:
    """Name the session and put a group on it. 4 queries; posted, about 15 more."""
    require(request, ACT, Subject.of_organisation(code))
    organisation, now = organisation_by_code(code), clock.now()
    initial = {"opens": localtime(now).date(), "pass_mark": 50, "language": language(), "ects": 0}
    form = ElsewhereForm(
        request.POST if request.method == "POST" else None,
        initial=initial,
        groups=groups_without_session(organisation),
    )
    if form.is_valid():
        try:
            made = follow_elsewhere(
                told=form.told(),
                organisation=organisation,
                group=form.which_group(),
                ects=form.cleaned_data["ects"] or 0.0,
                by=signed_in_account(request),
                now=now,
            )
        except CordeeError as refused:
            form.add_error(None, sentence_of(refused))
        else:
            return HttpResponseRedirect(f"{reverse('cohort', args=[made.pk])}?done=follows")
    context = {
        "form": form,
        "name": organisation.name_in(language()),
        "organisation": organisation,
        "look": look_of(organisation, now),
        "breadcrumbs": pages.crumbs(),
    }
    return render(request, "learning/elsewhere/name.html", context, status=REFUSED if form.errors else 200)
