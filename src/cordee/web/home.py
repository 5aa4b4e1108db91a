"""The learner's own page: what is under way comes from `learning`, the attestations from `awards`."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import get_current_timezone_name
from django.views.decorators.http import require_safe

from cordee.awards.queries import attestations_of
from cordee.core import clock
from cordee.courses.versions.queries import reviews_for, title_of_version
from cordee.learning.cohorts.meeting_days import meetings_ahead
from cordee.learning.dashboard import dashboard
from cordee.learning.rhythm.queries import rhythm_of
from cordee.learning.versions.showing import step_words
from cordee.people.permissions import act, signed_in_account
from cordee.ui.language import language


@require_safe
@act("run.mine")
def mine(request: HttpRequest) -> HttpResponse:
    """The page.

    6 queries, 2 more for who may review versions, 1 for who has a weekly aim, one for each version not met yet.
    """
    account, now = signed_in_account(request), clock.now()
    page = dashboard(account, language=language(), now=now)
    aim, zone = page.weekly_aim, get_current_timezone_name()
    to_review, answered = reviews_for(account)
    context = {
        "to_review": [(step, title_of_version(step.version, language())) for step in to_review],
        "answered": [(step, title_of_version(step.version, language()), step_words(step)) for step in answered],
        "page": page,
        "rhythm": rhythm_of(account, aim, zone=zone, now=now) if aim else None,
        "meetings": meetings_ahead(account, language=language(), now=now),
        "attestations": attestations_of(account),
        "now": now,
    }
    return render(request, "web/mine.html", context)
