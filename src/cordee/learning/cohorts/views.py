"""Pages of those who follow cohorts: the list, the members with their progress, whom to call, the file."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cordee.core import clock
from cordee.courses.queries import outline as read_outline
from cordee.courses.queries import subject_of_run
from cordee.learning.cohorts import pages, queries
from cordee.learning.cohorts.drawing import Table
from cordee.learning.cohorts.exporting import cohort_csv
from cordee.learning.cohorts.making import remove_member
from cordee.learning.models import Cohort
from cordee.people.auditing import note_act
from cordee.people.permissions import SITE, TABLE, Subject, act, grants_of, may, require, signed_in_account

READ: Final = "cohort.read"
MAKE: Final = "cohort.make"
LAST_PAGE: Final = 9_999
MOST_TO_CALL: Final = 200
DONE: Final = frozenset(
    {"made", "added", "invited", "removed", "rule", "asked", "marks", "follows", "renamed"}
)  # what a page may say was just done


@require_safe
@act(READ)
def cohorts(request: HttpRequest) -> HttpResponse:
    """The groups of one's own. 4 queries, one more for each version that the process has not met."""
    account = signed_in_account(request)
    within = request.GET.get("in", "")[:255]
    found = queries.cohorts_seen_by(account, within=within)
    # Whoever may read some cohort anywhere may see this list, if it is empty, too.
    held = [grant.scope for grant in grants_of(account) if grant.role in TABLE[READ]]
    require(request, READ, Subject(frozenset({held[0]})) if held else SITE)
    counts = queries.counts_of(found)
    makes = any(grant.role in TABLE[MAKE] for grant in grants_of(account))
    lines = [
        {
            "name": one.name,
            "url": reverse("cohort", args=[one.pk]),
            "members": counts.get(one.pk, (0, 0))[0],
            "accepted": counts.get(one.pk, (0, 0))[1],
            **pages.about(one),
        }
        for one in found
    ]
    return render(request, "learning/cohorts/cohorts.html", {"lines": lines, "makes": makes, "within": within})


@require_safe
@act(READ)
def cohort(request: HttpRequest, number: int) -> HttpResponse:
    """A hundred members with their progress. 6 queries."""
    found = pages.cohort_for(request, READ, number)
    pages.note_names_shown(request, found)
    account = signed_in_account(request)
    filters = pages.filters_of(request)
    page = pages.number_in(request, "page", least=1, most=LAST_PAGE, otherwise=1)
    parts = queries.parts_of(found)
    expected = pages.expected_in(found)
    members = queries.members_on(found, filters, page)
    rows = pages.rows_of(found, members[: queries.ROWS_ON_A_PAGE], expected)
    done = request.GET.get("done", "")
    frame = _frame(request, found)
    sites, zones = ({getattr(part, name) for part in parts} - {""} for name in ("site", "zone"))
    may_name = found.run is not None and may(account, "role.grant", subject_of_run(found.run))
    units = len(read_outline(found.run.version.sha256).places) if found.run and pages.is_here(found) else 0
    table = Table(
        is_here=pages.is_here(found),
        has_parts=bool(sites or zones),
        units=units,
        expected=expected.count,
        ask_url=reverse("ask-member", args=[number]) if may_name else "",
        remove_url=reverse("cohort-remove", args=[number]) if frame["makes"] else "",
        host=pages.host_words(found),
    )
    context = {
        **frame,
        "rows": rows,
        "drawn": table.drawn(rows),
        "filters": filters,
        "filtered": any((filters.words, filters.site, filters.zone, filters.state)),
        "members": sum(part.members for part in parts),
        "accepted": sum(part.accepted for part in parts),
        "sites": sorted(sites),
        "zones": sorted(zones),
        "parts": [part for part in parts if part.site or part.zone],
        "page": page,
        "before": _page_url(request, page - 1) if page > 1 else "",
        "after": _page_url(request, page + 1) if len(members) > queries.ROWS_ON_A_PAGE else "",
        "done": done if done in DONE else "",
        "may_name": may_name,
    }
    return render(request, "learning/cohorts/cohort.html", context)


@require_safe
@act(READ)
def whom_to_call(request: HttpRequest, number: int) -> HttpResponse:
    """Members who did nothing for some days, or have not handed in what was due, and who has not accepted yet. 6
    queries, 1 more where somebody has not accepted, 1 where a deadline was moved.
    """
    found = pages.cohort_for(request, READ, number)
    pages.note_names_shown(request, found)
    days = pages.number_in(request, "days", least=1, most=365, otherwise=pages.DAYS_QUIET)
    now = clock.now()
    called: list[dict[str, Any]] = []
    members, accepted = queries.counts_of([found]).get(found.pk, (0, 0))
    due, is_over = 0, False
    if found.run is not None and pages.is_here(found):
        outline = read_outline(found.run.version.sha256)
        quiet_since = now - dt.timedelta(days=days)
        due, is_over = queries.due_in_run(found.run, outline, now), queries.is_over(found.run, now)
        rows = queries.to_call(found, outline=outline, now=now, quiet_since=quiet_since, most=MOST_TO_CALL)
        called = [
            {"member": member, "progress": done, "behind": behind, "days": _days_since(done.last_at, now)}
            for member, done, behind in rows
        ]
    context = {
        **_frame(request, found),
        "rows": called[:MOST_TO_CALL],
        "more": len(called) > MOST_TO_CALL,
        "days": days,
        "members": members,
        "accepted": accepted,
        "waiting": members - accepted,
        "invited": queries.names_of_invited(found, MOST_TO_CALL) if members > accepted else [],
        "due": due,
        "is_over": is_over,
    }
    return render(request, "learning/cohorts/call.html", context)


@require_POST
@act(READ)
def export(request: HttpRequest, number: int) -> HttpResponse:
    """The whole table as CSV (`csv=fr`: for a spreadsheet in French), with a line of the audit. 7 queries."""
    found = pages.cohort_for(request, READ, number)
    body = "".join(cohort_csv(found, french=request.POST.get("csv") == "fr"))
    members = queries.counts_of([found]).get(found.pk, (0, 0))[0]
    place, account = f"cohort:{found.pk}", signed_in_account(request)
    note_act(account=account, act=READ, place=place, people=members, about="exported", now=clock.now())
    return pages.csv_file(found.name, body)


@require_http_methods(["GET", "HEAD", "POST"])
@act(MAKE)
def remove(request: HttpRequest, number: int) -> HttpResponse:
    """Take somebody out of the group; asked for, the page that says what that does to them."""
    found = pages.cohort_for(request, MAKE, number)
    if request.method != "POST":
        member = pages.whole_number(request.GET.get("member", ""))
        name = queries.name_of_member(found, member)
        effects = [_("The group sees nothing of them any more.")]
        if found.run is not None and found.run.private_to_id:
            effects.append(_("The session is private: unless another group lets them in, it closes to them at once."))
        effects.append(_("What they did and their grade are kept, and are there again if they come back."))
        return pages.asked(
            request,
            _("Take {name} out of “{group}”?").format(name=name, group=found.name),
            effects,
            button=_("Take out of the group"),
            back=reverse("cohort", args=[number]),
            member=member,
        )
    member = pages.whole_number(request.POST.get("member", ""))
    remove_member(cohort=found, member=member, by=signed_in_account(request), now=clock.now())
    return HttpResponseRedirect(f"{reverse('cohort', args=[number])}?done=removed")


def _frame(request: HttpRequest, cohort: Cohort) -> dict[str, Any]:
    account = signed_in_account(request)
    return {
        "cohort": cohort,
        "about": pages.about(cohort),
        "makes": may(account, MAKE, queries.subject_of(cohort)),
        "is_here": pages.is_here(cohort),
        "host": pages.host_words(cohort),
        "may_see_pilot": pages.is_here(cohort) and may(account, "run.pilot", queries.subject_of(cohort)),
        "now": clock.now(),
        "breadcrumbs": pages.crumbs(cohort),
    }


def _page_url(request: HttpRequest, page: int) -> str:
    told = {name: request.GET[name] for name in ("words", "site", "zone", "state") if request.GET.get(name)}
    return f"{request.path}?{urlencode({**told, 'page': page})}"


def _days_since(moment: dt.datetime | None, now: dt.datetime) -> int | None:
    return None if moment is None else (now - moment).days
