"""Who sees which numbers of the runs that are played here? The pilot's pages inside the site, over its own store.

A teacher sees the runs that he teaches, with names; an operator all runs, and names in those that he teaches, too. Who
teaches a school's cohort in a run sees that cohort, and nothing of anybody else there.
Nothing here loads DuckDB before the first page is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext

from cordee.core import clock
from cordee.courses.queries import latest_runs, outline, run_by_key
from cordee.learning.cohorts.queries import cohorts_seen_by, subject_of
from cordee.learning.models import Cohort
from cordee.people.auditing import note_look
from cordee.people.models import Account
from cordee.people.permissions import Subject, act, may, require, signed_in_account
from cordee.pilot.letters import urls as letters
from cordee.pilot.urls import addresses
from cordee.ui.shell import Link
from cordee.web import film_words

if TYPE_CHECKING:
    from cordee.pilot.desk import Desk

ACT = "run.pilot"
WRITE = "run.write_to_learners"
NAMES = "run.teach"  # who may do this sees who the learners are
TABLES = frozenset({"indicator", "export"})  # addresses of a number, which names learners where it says so
NAMING = TABLES | frozenset({"run", "learner", "write"})  # addresses of pages with names


def open_desk(request: HttpRequest) -> Desk:
    """What the reader of this request may see (4–6 queries). Raises NotAllowed for a run of others, or without any."""
    asked, beside = request.GET.get("run", ""), request.GET.get("compare", "")
    cohorts = _cohorts_alone(signed_in_account(request), asked) if asked else []
    if cohorts:
        desk = _desk_of_cohorts(request, asked, cohorts)
    else:
        if asked:
            require(request, ACT, Subject.of_run_key(asked))
        desk = _desk(request, asked, beside)
    _note_look(request, desk, asked)
    return desk


def _cohorts_alone(account: Account, run_key: str) -> list[Cohort]:
    """Those in which somebody teaches who does not teach the run itself. 0–2 queries."""
    if may(account, ACT, Subject.of_run_key(run_key)):
        return []
    return cohorts_seen_by(account, ACT, within=f"run:{run_key}")


def _desk_of_cohorts(request: HttpRequest, run_key: str, cohorts: Sequence[Cohort]) -> Desk:
    """One run, of which everything but these cohorts is hidden: no other run to compare, nothing for researchers."""
    from cordee.pilot import live
    from cordee.pilot.desk import Desk

    for cohort in cohorts:
        require(request, ACT, subject_of(cohort))
    return Desk(
        live.live_store((run_key,)),
        k=settings.CORDEE.small_cell,
        courses=frozenset({run_key}),
        cohorts=frozenset(cohort.name for cohort in cohorts),
        films_say=film_words.lines_of,
        asked_at=address_of,
    )


def open_desk_to_write(request: HttpRequest, run_key: str) -> Desk:
    """The same of one run, for who may write to its learners. Raises NotAllowed for others."""
    require(request, WRITE, Subject.of_run_key(run_key))
    desk = _desk(request, run_key)
    _note_look(request, desk, run_key)
    return desk


def _note_look(request: HttpRequest, desk: Desk, run_key: str) -> None:
    """A page that names learners leaves a line: theirs, where it is one learner's, else the session's.

    0–3 queries, a number of all sessions 2 for each of them.
    """
    name = request.resolver_match.url_name if request.resolver_match else ""
    if not desk.names or name not in NAMING or not _names_people(request, str(name)):
        return
    person = None
    if name == "learner":
        from cordee.pilot.person_rows import pseudonym_of

        person = pseudonym_of(desk.store, request.GET.get("learner", ""))
    for key in (run_key,) if run_key else sorted(desk.courses or ()):
        note_look(
            account=signed_in_account(request),
            act=NAMES,
            place=f"run:{key}",
            about=f"pilot {name}",
            person=person,
            now=clock.now(),
        )


def _names_people(request: HttpRequest, name: str) -> bool:
    """Whether the rows of a number are people; other pages of `NAMING` always name some. Raises NotFound."""
    if name not in TABLES or request.resolver_match is None:
        return True
    from cordee.pilot.indicators import indicator_called

    return indicator_called(str(request.resolver_match.kwargs["name"])).persons


def _desk(request: HttpRequest, asked: str, beside: str = "") -> Desk:
    from cordee.pilot import live
    from cordee.pilot.desk import Desk

    account = signed_in_account(request)
    held = {run.key for run in latest_runs()} | set(live.site_store().courses())
    seen = frozenset(key for key in held if _may(account, ACT, key))
    if not asked:
        require(request, ACT, Subject.of_run_key(min(seen)) if seen else Subject())
    tail = seen & {asked, beside} if asked else seen
    return Desk(
        live.live_store(tuple(sorted(tail))),
        k=settings.CORDEE.small_cell,
        courses=seen,
        names=all(_may(account, NAMES, key) for key in ({asked} if asked else seen)),
        films_say=film_words.lines_of,
        asked_at=address_of,
        may_export=bool(asked) and _may(account, "run.research", asked),
        may_write=bool(asked) and _may(account, WRITE, asked),
    )


def places(path: str) -> tuple[Link, ...]:
    """Where one can go from a page of the pilot; () on other pages."""
    if not path.startswith("/pilot/"):
        return ()
    pages = (
        ("pilot:runs", gettext("Sessions")),
        ("pilot:comparison", gettext("Compare")),
        ("pilot:catalogue", gettext("All courses")),
        ("pilot:sources", gettext("Files read")),
    )
    return tuple(Link(label=label, url=reverse(name), current=reverse(name) == path) for name, label in pages)


def address_of(run_key: str, activity: str) -> str:
    """Where a unit, or the unit that holds an activity, is read; "" for what the session does not hold (2 queries)."""
    plan = outline(run_by_key(run_key).version.sha256)
    place = plan.places.get(activity) or plan.entries.get(activity, (None, None))[0]
    return "" if place is None else reverse("unit", args=[run_key, place.unit.id])


def _may(account: Account, what: str, key: str) -> bool:
    return may(account, what, Subject.of_run_key(key))


def _permitted(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    return act(ACT)(view)  # type: ignore[return-value]  # an answer as the view gave it


def _permitted_to_write(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    return act(WRITE)(view)  # type: ignore[return-value]  # likewise


urlpatterns = [*addresses(open_desk, _permitted), *letters.addresses(open_desk_to_write, _permitted_to_write)]
