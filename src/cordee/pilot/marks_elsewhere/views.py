"""The page of a group on which a report of its platform is looked at, then taken in."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cordee.core import clock
from cordee.core.errors import N_, CordeeError, InputRefused, NotFound
from cordee.learning.cohorts import pages
from cordee.learning.elsewhere.marks import NOBODYS, Matched, look_at_marks, take_marks
from cordee.learning.models import Cohort
from cordee.people.permissions import act, signed_in_account
from cordee.ui.sentences import sentence_of

ACT: Final = "cohort.bring_marks"
MOST_SHOWN: Final = 500
MOST_MISSING: Final = 50


@require_http_methods(["GET", "HEAD", "POST"])
@act(ACT)
def marks(request: HttpRequest, number: int) -> HttpResponse:
    """Choose a report, look at what it says of the group, take it in. 3 queries; posted, 7 to look, 9 to take."""
    cohort = pages.cohort_for(request, ACT, number)
    if not pages.host_words(cohort):
        raise NotFound(N_("This group’s session is played here, so its grades are here already."))
    account, now = signed_in_account(request), clock.now()
    context: dict[str, Any] = {
        "cohort": cohort,
        "host": pages.host_words(cohort),
        "now": now,
        "breadcrumbs": pages.crumbs(cohort),
    }
    refused: CordeeError | None = None
    if request.method == "POST":
        try:
            if request.POST.get("act") == "take":
                take_marks(cohort=cohort, number=pages.whole_number(request.POST.get("list", "")), by=account, now=now)
                return HttpResponseRedirect(f"{reverse('cohort', args=[number])}?done=marks")
            context |= _looked_at(request, cohort)
        except CordeeError as wrong:
            refused = wrong
    context["refused"] = sentence_of(refused) if refused else ""
    return render(request, "pilot/marks.html", context, status=refused.status if refused else 200)


def _looked_at(request: HttpRequest, cohort: Cohort) -> dict[str, Any]:
    """What the page shows of a report before anything of it is taken. Raises InputRefused."""
    file = request.FILES.get("report")
    if file is None or cohort.run is None:
        raise InputRefused(N_("No file was chosen. Choose a CSV file."))
    from cordee.pilot.marks_elsewhere.reading import read_marks

    now = clock.now()
    report = read_marks(file.name or "", file.read(), run_key=cohort.run.key, now=now)
    kept, found = look_at_marks(
        cohort=cohort, rows=report.rows, extracted_at=report.extracted_at, by=signed_in_account(request), now=now
    )
    return {
        "kept": kept.pk,
        "report": report,
        "label": _(report.label),
        "found": found.found[:MOST_SHOWN],
        "count": len(found.found),
        "changes": found.count("new") + found.count("changed"),
        "older": found.count("older"),
        "more_found": max(0, len(found.found) - MOST_SHOWN),
        "missing": found.missing[:MOST_MISSING],
        "more_missing": max(0, len(found.missing) - MOST_MISSING),
        **_unmatched(found),
    }


def _unmatched(found: Matched) -> dict[str, Any]:
    """Rows that are not taken: those of members with their reasons; apart, those of others of the session."""
    own = [(one.words, sentence_of(one.why)) for one in found.unmatched if one.why.template != NOBODYS]
    strangers = [one.words for one in found.unmatched if one.why.template == NOBODYS]
    return {
        "unmatched": own[:MOST_SHOWN],
        "unmatched_count": len(found.unmatched),
        "more_unmatched": max(0, len(own) - MOST_SHOWN),
        "strangers": strangers[:MOST_SHOWN],
        "strangers_count": len(strangers),
        "more_strangers": max(0, len(strangers) - MOST_SHOWN),
    }
