"""What does a calendar program read at a person's secret address? The dates of their sessions, what is due,
and when their class meets.

Only what their own pages show them: a section that is not open yet is in no calendar.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext, override
from django.views.decorators.http import require_safe

from cordee.core import clock
from cordee.core.errors import N_, NotFound
from cordee.formats.calendars import Event, write_calendar
from cordee.learning.cohorts.meeting_days import Ahead, meetings_ahead
from cordee.learning.dashboard import Dashboard, dashboard
from cordee.people.feeding_calendars import account_of_key
from cordee.people.permissions import act

KEY = re.compile(r"[0-9a-f]{40}", re.ASCII)


@require_safe
@act("privacy.calendar")
def calendar(_request: HttpRequest, key: str) -> HttpResponse:
    """The feed. Some 6 queries; 1 for an address that is none."""
    account = account_of_key(key) if KEY.fullmatch(key) else None
    if account is None:
        raise NotFound(N_("There is no calendar at this address. Take the present one from the page of your data."))
    now = clock.now()
    with override(account.language):
        found = dashboard(account, language=account.language, now=now)
        meetings = meetings_ahead(account, language=account.language, now=now)
        data = write_calendar(gettext("My courses"), [*_events(found), *_meetings(meetings)], now=now)
    response = HttpResponse(data, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="cordee.ics"'
    response["Cache-Control"] = "private, max-age=3600"
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _events(found: Dashboard) -> Iterator[Event]:
    site = settings.CORDEE.url
    host = site.rpartition("/")[2]
    for run in found.runs:
        url = f"{site}{reverse('outline', args=[run.key])}"
        opens = gettext("{title} begins").format(title=run.title)
        yield Event(f"{run.key}-opens@{host}", run.opens_at, opens, url)
        if run.closes_at is not None:
            closes = gettext("{title} ends").format(title=run.title)
            yield Event(f"{run.key}-closes@{host}", run.closes_at, closes, url)
    for line in found.to_hand_in:
        title = gettext("{section}, {course}: due").format(section=line.title, course=line.run_title)
        yield Event(f"{line.address.strip('/').replace('/', '-')}@{host}", line.due_at, title, f"{site}{line.url}")


def _meetings(found: Iterable[Ahead]) -> Iterator[Event]:
    """The UID is the meeting's own: one that is moved moves in the calendar, too."""
    site = settings.CORDEE.url
    for one in found:
        title = gettext("{meeting} ({group})").format(meeting=one.title, group=one.group)
        yield Event(
            f"meeting-{one.number}@{site.rpartition('/')[2]}", one.meets_at, title, f"{site}{reverse('groups')}"
        )
