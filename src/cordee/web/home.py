"""The learner's own page: what is under way comes from `learning`, the attestations from `awards`."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cordee.awards.queries import attestations_of
from cordee.core import clock
from cordee.learning.dashboard import dashboard
from cordee.people.permissions import act, signed_in_account
from cordee.ui.language import language


@require_safe
@act("run.mine")
def mine(request: HttpRequest) -> HttpResponse:
    """The page. 5 queries, one more for each version that the process has not met."""
    account, now = signed_in_account(request), clock.now()
    context = {
        "page": dashboard(account, language=language(), now=now),
        "attestations": attestations_of(account),
        "now": now,
    }
    return render(request, "web/mine.html", context)
