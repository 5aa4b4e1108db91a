"""The first page: what one can learn here, with whom, and what has happened; for who is signed in, where to go on."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from cordee.awards.queries import attestations_given
from cordee.core import clock
from cordee.courses.editorial.queries import introduced_pages, latest_news
from cordee.jobs.site import COMMUNITY_HOURS, kept_fact, serves_demo
from cordee.learning.catalogue.front import Front, front
from cordee.learning.dashboard import dashboard
from cordee.learning.queries import everybody_enrolled
from cordee.people.permissions import act
from cordee.people.sessions import account_of
from cordee.ui.language import language
from cordee.ui.profile import Week, ridge

NEWS: Final = 3
PAGES: Final = 3  # of the operator
SHARED_S: Final = 10  # how long a visitor may see the page as it was
LEAST_WEEKS: Final = 4  # of a year with anything in them: less is no ridge
FRESH_DAYS: Final = 400  # a year that was counted longer ago is not shown


@dataclass(frozen=True, slots=True)
class Year:
    """The community's last 52 weeks, in hours."""

    drawing: SafeString
    hours: int
    practice: int
    simulated: bool


@require_safe
@act("site.read")
@cache_control(public=True, max_age=0, s_maxage=SHARED_S)
def first_page(request: HttpRequest) -> HttpResponse:
    """12 queries, one more for each version that the process has not met; for who is signed in, 6 more."""
    account, now = account_of(request), clock.now()
    shown = front(language=language(), now=now)
    context = {
        "page": shown,
        "year": year_of(kept_fact(COMMUNITY_HOURS), now=now),
        "figures": _figures(shown),
        "pages": introduced_pages(language(), most=PAGES),
        "news": latest_news(language(), most=NEWS),
        "resume": dashboard(account, language=language(), now=now).resume if account else None,
        "now": now,
    }
    return render(request, "web/front.html", context)


def year_of(kept: Any, *, now: dt.datetime) -> Year | None:
    """From what the worker keeps (`pilot.community_hours`); None where there is too little to draw, or it is old."""
    if not kept or (now.date() - dt.date.fromisoformat(kept["monday"])).days > FRESH_DAYS:
        return None
    weeks = [Week(video_h=video, reading_h=reading, practice_h=practice) for video, reading, practice in kept["weeks"]]
    if sum(week.total_h > 0 for week in weeks) < LEAST_WEEKS:
        return None
    return Year(
        drawing=ridge(weeks),
        hours=round(sum(week.total_h for week in weeks)),
        practice=round(sum(week.practice_h for week in weeks)),
        simulated=serves_demo(),
    )


def _figures(shown: Front) -> dict[str, int]:
    """Counted now. A number of people that is small is not told: it is 0 here, and 0 is not shown. 2 queries."""
    people = {"enrolments": everybody_enrolled(), "attestations": attestations_given()}
    told = {name: count if count >= settings.CORDEE.small_cell else 0 for name, count in people.items()}
    return {"courses": shown.courses, "schools": len(shown.schools), "paths": len(shown.paths), **told}
