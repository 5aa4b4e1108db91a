"""What is new, for programs that read feeds? Courses as they came, and sessions to come. Source: RFC 4287."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.timezone import get_current_timezone_name
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from cordee.core import clock
from cordee.courses.models import Run
from cordee.courses.outlines import pick
from cordee.courses.queries import listed_runs
from cordee.courses.queries import outline as read_outline
from cordee.courses.sheets.reading import written_titles
from cordee.learning.catalogue.linked_data import absolute
from cordee.learning.catalogue.runs import host_name
from cordee.people.permissions import act
from cordee.ui import dates
from cordee.ui.language import language

MOST: Final = 50
SHARED_S: Final = 300
TYPE: Final = "application/atom+xml; charset=utf-8"


@require_safe
@act("site.read")
@cache_control(public=True, max_age=0, s_maxage=SHARED_S)
def new_courses(request: HttpRequest) -> HttpResponse:
    """The latest courses first. 2 queries, one more for each version not met before."""
    feed = _feed(request, _("New courses"))
    first: dict[int, Run] = {}
    for run in listed_runs():
        first.setdefault(run.course_id, run)
    shown = sorted(first.values(), key=lambda one: one.course.created_at, reverse=True)[:MOST]
    written = written_titles(run.course_id for run in shown)
    for run in shown:
        _add(feed, run, title=_title(run, written), at=run.course.created_at, mark="")
    return _answer(feed)


@require_safe
@act("site.read")
@cache_control(public=True, max_age=0, s_maxage=SHARED_S)
def sessions_to_come(request: HttpRequest) -> HttpResponse:
    """The next session first. 2 queries, one more for each version not met before."""
    feed, now = _feed(request, _("Sessions to come")), clock.now()
    shown = [one for one in listed_runs() if one.opens_at > now][:MOST]
    written = written_titles(run.course_id for run in shown)
    for run in shown:
        day = dates.day(run.opens_at, get_current_timezone_name(), language())
        title = _("%(course)s, from %(day)s") % {"course": _title(run, written), "day": day}
        if host := host_name(run):
            title = _("%(session)s, on %(host)s") % {"session": title, "host": host}
        _add(feed, run, title=title, at=run.version.published_at, mark=f"#{run.key.rpartition('+')[2]}")
    return _answer(feed)


def _feed(request: HttpRequest, title: str) -> Atom1Feed:
    who = settings.CORDEE.operator or "Cordée"
    return Atom1Feed(
        title=f"{title} – {who}",
        link=absolute(reverse("catalogue")),
        description=None,
        language=language(),
        feed_url=absolute(request.path),
        author_name=who,
    )


def _add(feed: Atom1Feed, run: Run, *, title: str, at: dt.datetime, mark: str) -> None:
    outline = read_outline(run.version.sha256)
    about = pick(outline.about, language(), outline.language) if outline.about else {}
    url = f"{absolute(reverse('course', args=[run.course.key]))}{mark}"
    feed.add_item(
        title=title,
        link=url,
        unique_id=url,
        description=about.get("short_description", ""),
        pubdate=at,
        updateddate=at,
    )


def _title(run: Run, written: Mapping[int, Mapping[str, str]]) -> str:
    outline = read_outline(run.version.sha256)
    return pick({**outline.titles, **written.get(run.course_id, {})}, language(), outline.language)


def _answer(feed: Atom1Feed) -> HttpResponse:
    return HttpResponse(feed.writeString("utf-8"), content_type=TYPE)
