"""What do the pages of cohorts share: whose a cohort is, how it is called, what a row of it shows?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.timezone import get_current_timezone_name
from django.utils.translation import gettext as _

from cordee.core import clock
from cordee.core.errors import N_, InputRefused, NotFound
from cordee.core.signing import safe_name
from cordee.courses.elsewhere import host_of
from cordee.courses.models import Run
from cordee.courses.outlines import pick
from cordee.courses.queries import outline as read_outline
from cordee.learning.cohorts.queries import (
    Expected,
    Filters,
    Progress,
    cohort_by_id,
    graded_of,
    progress_of,
    subject_of,
)
from cordee.learning.elsewhere.marks import Mark, marks_of
from cordee.learning.models import Cohort, CohortMember
from cordee.learning.organisations.showing import Look, look_of
from cordee.people.auditing import note_look
from cordee.people.permissions import Subject, require, signed_in_account
from cordee.ui import dates
from cordee.ui.language import language
from cordee.ui.shell import Link

DAYS_QUIET = 7


@dataclass(frozen=True, slots=True)
class Row:
    """A member as the table shows them. `progress`: None before they accept, and where the session is elsewhere."""

    id: int
    name: str
    address: str
    site: str
    zone: str
    accepted: bool
    invited: str  # the day of the last letter, "" for none
    progress: Progress | None
    passed: bool
    last: str  # the day of the last visit or answer
    mark: Mark | None = None  # of a session that is played elsewhere
    mark_of: str = ""  # the day on which its platform wrote it out


def cohort_for(request: HttpRequest, act: str, number: int) -> Cohort:
    """The cohort, for who may do this to it. A cohort of others and one that is not there are alike to who may not.

    1 query, and 2 for who asks. Raises NotAllowed, NotFound.
    """
    found = cohort_by_id(number)
    require(request, act, subject_of(found) if found else Subject.of_cohort(number))
    if found is None:
        raise NotFound(N_("There is no such group. Go back to the list."))
    return found


def note_names_shown(request: HttpRequest, cohort: Cohort) -> None:
    """Those of a group may know who of the team read their names. No query when this process has noted it lately."""
    account = signed_in_account(request)
    note_look(account=account, act="cohort.read", place=f"cohort:{cohort.pk}", about="group", now=clock.now())


def is_here(cohort: Cohort) -> bool:
    return cohort.run is not None and cohort.run.host == Run.HERE


def host_words(cohort: Cohort) -> str:
    """Where the session is played that is not played here, in words; "" for one that is."""
    return _(host_of(cohort.run)) if cohort.run and not is_here(cohort) else ""


def expected_in(cohort: Cohort) -> Expected:
    """What the session of the cohort asks of everybody. No query once the process has met the version."""
    return graded_of(read_outline(cohort.run.version.sha256)) if cohort.run and is_here(cohort) else Expected()


def rows_of(cohort: Cohort, members: Iterable[CohortMember], expected: Expected) -> list[Row]:
    """The members with what they let the cohort see (1 query, of progress here or of marks brought from elsewhere)."""
    listed = list(members)
    accepted = [member.account_id for member in listed if member.accepted_at]
    run = cohort.run if is_here(cohort) else None
    done = progress_of(run, accepted, expected) if run and accepted else {}
    marks = marks_of(cohort, accepted) if accepted else {}
    days = _Days(get_current_timezone_name(), language(), clock.now())
    return [_row(one, done.get(one.account_id), run, days, marks.get(one.account_id)) for one in listed]


class _Days:
    """Moments as days of the reader's zone; many share one."""

    def __init__(self, zone: str, language: str, now: dt.datetime) -> None:
        self._zone, self._language, self._now = zone, language, now
        self._said: dict[dt.datetime, str] = {}

    def __call__(self, moment: dt.datetime | None) -> str:
        if moment is None:
            return ""
        hour = moment.replace(minute=moment.minute // 15 * 15, second=0, microsecond=0)  # no zone cuts a quarter
        if hour not in self._said:
            self._said[hour] = dates.day(hour, self._zone, self._language, now=self._now)
        return self._said[hour]


def _row(member: CohortMember, progress: Progress | None, run: Run | None, days: _Days, mark: Mark | None) -> Row:
    return Row(
        id=member.pk,
        name=member.name,
        address=member.address,
        site=member.site,
        zone=member.zone,
        accepted=member.accepted_at is not None,
        invited=days(member.invited_at),
        progress=progress,
        last=days(progress.last_at) if progress else "",
        passed=mark.passed if mark else progress is not None and run is not None and progress.grade >= run.pass_mark,
        mark=mark,
        mark_of=days(mark.extracted_at) if mark else "",
    )


def title_of(run: Run) -> str:
    """The course of a session, in the page's language."""
    outline = read_outline(run.version.sha256)
    return pick(outline.titles, language(), outline.language)


def about(cohort: Cohort) -> dict[str, str]:
    """Whose a cohort is, in words."""
    return {
        "organisation": cohort.organisation.name_in(language()) if cohort.organisation else "",
        "course": title_of(cohort.run) if cohort.run else "",
        "session": cohort.run.key.rpartition("+")[2] if cohort.run else "",
    }


def look(cohort: Cohort, now: dt.datetime) -> Look | None:
    """What the page of a cohort looks like that others see: its organisation's own, if it has one. No query."""
    return look_of(cohort.organisation, now) if cohort.organisation else None


def crumbs(*cohorts: Cohort) -> tuple[Link, ...]:
    return (
        Link(label=_("Groups"), url=reverse("cohorts")),
        *(Link(label=one.name, url=reverse("cohort", args=[one.pk])) for one in cohorts),
    )


def asked(
    request: HttpRequest, question: str, effects: Sequence[str], *, button: str, back: str, member: int = 0
) -> HttpResponse:
    """The page that asks before what has a large effect. Its form is posted to the address at which it stands."""
    context = {"question": question, "effects": effects, "button": button, "back": back, "member": member}
    return render(request, "learning/cohorts/ask.html", context)


def csv_file(name: str, body: str) -> HttpResponse:
    """A file to save that is called so, with every letter of the name (RFC 6266)."""
    answer = HttpResponse(body, content_type="text/csv; charset=utf-8")
    named = content_disposition_header(as_attachment=True, filename=f"{safe_name(name) or 'group'}.csv")
    answer.headers["Content-Disposition"] = named or "attachment"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def filters_of(request: HttpRequest) -> Filters:
    """What the address of a page asks for."""
    told = {name: request.GET.get(name, "")[:120].replace("\0", "") for name in ("words", "site", "zone", "state")}
    return Filters(**told | {"state": told["state"] if told["state"] in {"accepted", "invited"} else ""})


def whole_number(typed: str) -> int:
    """The number that a button or a hidden field carries. Raises InputRefused."""
    if not typed.isascii() or not typed.isdigit() or len(typed) > 15:  # noqa: PLR2004 - more digits than any id of ours
        raise InputRefused(N_("This form is not whole. Reload the page."))
    return int(typed)


def number_in(request: HttpRequest, name: str, *, least: int, most: int, otherwise: int) -> int:
    """A number of the address, between two; what is none is `otherwise`."""
    typed = request.GET.get(name, "")
    return min(max(int(typed), least), most) if typed.isascii() and typed.isdigit() and len(typed) < 7 else otherwise  # noqa: PLR2004
