"""The learner's own page: what is under way comes from `learning`, the attestations from `awards`."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import get_current_timezone_name
from django.views.decorators.http import require_safe

from cordee.awards.queries import attestations_of
from cordee.core import clock
from cordee.learning.cohorts.meeting_days import meetings_ahead
from cordee.learning.dashboard import dashboard
from cordee.learning.rhythm.queries import rhythm_of
from cordee.people.permissions import act, signed_in_account
from cordee.ui.language import language


@require_safe
@act("run.mine")
def mine(request: HttpRequest) -> HttpResponse:
    """The page. 6 queries, 1 more for who has a weekly aim, and one for each version that the process has not met."""
    account, now = signed_in_account(request), clock.now()
    page = dashboard(account, language=language(), now=now)
    aim, zone = page.weekly_aim, get_current_timezone_name()
    context = {
        "page": page,
        "rhythm": rhythm_of(account, aim, zone=zone, now=now) if aim else None,
        "meetings": meetings_ahead(account, language=language(), now=now),
        "attestations": attestations_of(account),
        "now": now,
    }
    return render(request, "web/mine.html", context)
