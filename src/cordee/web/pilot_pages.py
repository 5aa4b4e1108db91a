"""Who sees which numbers of the runs that are played here? The pilot's pages inside the site, over its own store.

A teacher sees the runs that he teaches, with names, a school's also its private ones; an operator all runs, and names
in those that he teaches, too. Who teaches a school's cohort in a run sees that cohort, and nothing of anybody else
there.
Nothing here loads DuckDB before the first page is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext

from cordee.core import clock
from cordee.courses.models import Run
from cordee.courses.queries import latest_runs, outline, run_by_key, subject_of_run, subject_of_run_key
from cordee.learning.cohorts.naming_apart import names_apart
from cordee.learning.cohorts.queries import cohorts_seen_by, subject_of
from cordee.learning.models import Cohort
from cordee.people.auditing import note_look
from cordee.people.models import Account
from cordee.people.permissions import TABLE, Subject, act, grants_of, may, require, signed_in_account
from cordee.pilot.letters import urls as letters
from cordee.pilot.urls import addresses
from cordee.ui.shell import Link
from cordee.web import feedback_words, film_words

if TYPE_CHECKING:
    from cordee.pilot.desk import Desk

ACT = "run.pilot"
WRITE = "run.write_to_learners"
NAMES = "run.teach"  # who may do this sees who the learners are
TABLES = frozenset({"indicator", "export"})  # addresses of a number, which names learners where it says so
NAMING = TABLES | frozenset({"run", "learner", "write"})  # addresses of pages with names


def open_desk(request: HttpRequest) -> Desk:
    """What the reader of this request may see (4–6 queries). Raises NotAllowed for a run of others, or without any."""
    account = signed_in_account(request)
    asked, beside = request.GET.get("run", ""), request.GET.get("compare", "")
    subjects = None if asked else _seen_by(account)
    cohorts = [] if subjects else _cohorts_alone(account, asked)
    if cohorts:
        asked = cohorts[0].run.key if cohorts[0].run else asked  # of several sessions the latest group's
        desk = _desk_of_cohorts(request, asked, [one for one in cohorts if one.run and one.run.key == asked])
    else:
        if asked:
            require(request, ACT, subject_of_run_key(asked, account))
        desk = _desk(request, asked, beside, subjects=subjects)
    _note_look(request, desk, asked)
    return desk


def _cohorts_alone(account: Account, run_key: str) -> list[Cohort]:
    """Those in which somebody teaches who does not teach the run itself; "": of any run. 0–3 queries."""
    if not run_key:
        return [one for one in cohorts_seen_by(account, ACT) if one.run is not None and one.run.host == Run.HERE]
    if may(account, ACT, subject_of_run_key(run_key, account)):
        return []
    return cohorts_seen_by(account, ACT, within=f"run:{run_key}")


def _seen_by(account: Account) -> Mapping[str, Subject]:
    """The runs whose numbers the account may see, played here or read from files, with what holds them. 1–2 queries."""
    from cordee.pilot import live

    subjects = {run.key: subject_of_run(run) for run in latest_runs()}
    subjects |= {key: Subject.of_run_key(key) for key in live.site_store().courses() if key not in subjects}
    return {key: subject for key, subject in subjects.items() if may(account, ACT, subject)}


def _desk_of_cohorts(request: HttpRequest, run_key: str, cohorts: Sequence[Cohort]) -> Desk:
    """One run, of which everything but these cohorts is hidden: no other run to compare, nothing for researchers."""
    from cordee.pilot import live
    from cordee.pilot.desk import Desk

    for cohort in cohorts:
        require(request, ACT, subject_of(cohort))
    names = names_apart(run_by_key(run_key))
    return Desk(
        live.live_store((run_key,)),
        k=settings.CORDEE.small_cell,
        courses=frozenset({run_key}),
        cohorts=frozenset(names[cohort.pk] for cohort in cohorts),
        films_say=film_words.lines_of,
        feedback_says=feedback_words.words_of,
        asked_at=address_of,
    )


def open_desk_to_write(request: HttpRequest, run_key: str) -> Desk:
    """The same of one run, for who may write to its learners. Raises NotAllowed for others."""
    require(request, WRITE, subject_of_run_key(run_key, signed_in_account(request)))
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


def _desk(request: HttpRequest, asked: str, beside: str = "", *, subjects: Mapping[str, Subject] | None = None) -> Desk:
    """`subjects`: from `_seen_by`, where it was asked already."""
    from cordee.pilot import live
    from cordee.pilot.desk import Desk

    account = signed_in_account(request)
    subjects = _seen_by(account) if subjects is None else subjects
    seen = frozenset(subjects)
    if not asked:
        require(request, ACT, subjects[min(seen)] if seen else _somewhere(account))
    tail = seen & {asked, beside} if asked else seen

    def may_in(what: str, key: str) -> bool:
        return key in subjects and may(account, what, subjects[key])

    return Desk(
        live.live_store(tuple(sorted(tail))),
        k=settings.CORDEE.small_cell,
        courses=seen,
        names=all(may_in(NAMES, key) for key in ({asked} if asked else seen)),
        films_say=film_words.lines_of,
        feedback_says=feedback_words.words_of,
        asked_at=address_of,
        may_export=bool(asked) and may_in("run.research", asked),
        may_write=bool(asked) and may_in(WRITE, asked),
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


def _somewhere(account: Account) -> Subject:
    """Where a role of the account opens the pilot, though there is no run yet: the menu leads to an empty page."""
    held = {grant.scope for grant in grants_of(account) if grant.role in TABLE[ACT]}
    return Subject(frozenset(scope for scope in held if not scope.startswith("run:")))


def _permitted(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    return act(ACT)(view)  # type: ignore[return-value]  # an answer as the view gave it


def _permitted_to_write(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    return act(WRITE)(view)  # type: ignore[return-value]  # likewise


urlpatterns = [*addresses(open_desk, _permitted), *letters.addresses(open_desk_to_write, _permitted_to_write)]
