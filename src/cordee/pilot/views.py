"""What does each page of the pilot show? A desk says what the reader may see; `pages/` makes words and drawings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from cordee.core.errors import N_, Conflict, InputRefused, NotAllowed, NotFound
from cordee.pilot import exports
from cordee.pilot.desk import Desk, Run
from cordee.pilot.figures import Filters, figure
from cordee.pilot.indicators import all_indicators, indicator_called
from cordee.pilot.pages import comparison as comparison_page
from cordee.pilot.pages import films as films_page
from cordee.pilot.pages import others as other_pages
from cordee.pilot.pages import research as research_page
from cordee.pilot.pages import run as run_page
from cordee.pilot.pages import weeks as weeks_page
from cordee.pilot.pages import world as world_page
from cordee.pilot.scopes import Scope
from cordee.ui.sentences import sentence_of
from cordee.ui.shell import Link

RUNS_WARMED = 10
FORMS = {
    "csv": "text/csv; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
    "json": "application/json",
    "sql": "text/plain; charset=utf-8",
}


def with_desk(
    view: Callable[..., HttpResponse], open_desk: Callable[[HttpRequest], Desk], request: HttpRequest, **given: Any
) -> HttpResponse:
    """Call a view with what this reader may see; the frame of its page says where people are simulated."""
    desk = open_desk(request)
    request.pilot_is_simulated = desk.is_simulated(request.GET.get("run", ""))  # type: ignore[attr-defined]  # read by pilot/shell.html
    return view(request, desk, **given)


def warm(desk: Desk) -> None:
    """Ask what the first pages will ask, the latest run first, so that their readers do not wait for it."""
    other_pages.runs(desk)
    for run in desk.runs()[:RUNS_WARMED]:
        run_page.page(desk, Filters(run=run.key))
    other_pages.catalogue(desk)


def filters_of(request: HttpRequest) -> Filters:
    """The run, the compared run, the cohort and the chosen sessions in the address."""
    said = request.GET
    return Filters(
        run=said.get("run", ""),
        compare=said.get("compare", ""),
        cohort=said.get("cohort", ""),
        sessions=tuple(dict.fromkeys(said.getlist("session"))),
    )


@require_safe
def runs(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The sessions that were read; of only one, its page."""
    held = desk.runs()
    if len(held) == 1 and "all" not in request.GET:
        return HttpResponseRedirect(reverse("pilot:run") + Filters(run=held[0].key).query())
    if not held:
        return HttpResponseRedirect(reverse("pilot:sources"))
    return render(request, "pilot/runs.html", other_pages.runs(desk))


@require_safe
def run(request: HttpRequest, desk: Desk) -> HttpResponse:
    """A session: a finding, and what there is to see and to do."""
    filters = filters_of(request)
    if not filters.run:
        return HttpResponseRedirect(reverse("pilot:runs"))
    if desk.waits_for(filters.run):
        return render(request, "pilot/not_yet.html", {"run_key": filters.run})
    context = run_page.page(
        desk,
        filters,
        all_exercises=_says(request, "exercises"),
        everybody=_says(request, "who"),
        stop=request.GET.get("stopped", ""),
        page_number=request.GET.get("page", ""),
    )
    return render(request, "pilot/run.html", context)


@require_safe
def exercise(request: HttpRequest, desk: Desk) -> HttpResponse:
    """One exercise of a session: who starts and finishes it, what is answered."""
    filters = filters_of(request)
    told = desk.run(filters.run)
    context = other_pages.exercise(desk, filters, request.GET.get("activity", ""))
    return render(request, "pilot/exercise.html", context | {"breadcrumbs": _crumbs(told)})


@require_safe
def learner(request: HttpRequest, desk: Desk) -> HttpResponse:
    """One learner of a session."""
    filters = filters_of(request)
    told = desk.run(filters.run)
    context = other_pages.learner(desk, filters, request.GET.get("learner", ""))
    return render(request, "pilot/learner.html", context | {"breadcrumbs": _crumbs(told)})


@require_safe
def world(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Where learners are, on a map with its table; of a session, of some, or of all."""
    filters = filters_of(request)
    told = desk.run(filters.run) if filters.run else None
    return render(request, "pilot/world.html", world_page.page(desk, filters) | {"breadcrumbs": _crumbs(told)})


@require_safe
def weeks(request: HttpRequest, desk: Desk) -> HttpResponse:
    """A session week by week, and its modules by week."""
    filters = filters_of(request)
    told = desk.run(filters.run)
    return render(request, "pilot/weeks.html", weeks_page.page(desk, filters) | {"breadcrumbs": _crumbs(told)})


@require_safe
def films(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The films of a session: which are left, which are seen again."""
    filters = filters_of(request)
    told = desk.run(filters.run)
    context = films_page.films(desk, filters, request.GET.get("order", ""))
    return render(request, "pilot/films.html", context | {"breadcrumbs": _crumbs(told)})


@require_safe
def film(request: HttpRequest, desk: Desk) -> HttpResponse:
    """One film, ten seconds by ten seconds."""
    filters = filters_of(request)
    told = desk.run(filters.run)
    context = films_page.film(desk, filters, request.GET.get("activity", ""))
    return render(request, "pilot/film.html", context | {"breadcrumbs": _crumbs(told)})


@require_safe
def comparison(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Sessions and hosts side by side, with intervals."""
    return render(request, "pilot/comparison.html", comparison_page.comparison(desk, filters_of(request)))


@require_safe
def catalogue(request: HttpRequest, desk: Desk) -> HttpResponse:
    """All courses: weighted by learners, and each course once."""
    return render(request, "pilot/catalogue.html", other_pages.catalogue(desk))


@require_safe
def sources(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The files that were read, and what was left out of them."""
    return render(request, "pilot/sources.html", {"files": other_pages.files(desk)})


@require_http_methods(["GET", "HEAD", "POST"])
def research(request: HttpRequest, desk: Desk) -> HttpResponse:
    """A session for researchers: what the file would hold, and the file."""
    filters = filters_of(request)
    told = desk.run(filters.run)
    if not desk.may_export or desk.cohorts is not None:
        raise NotAllowed(N_("Only who looks after the whole session may give it to researchers."))
    if request.method != "POST":
        return render(request, "pilot/research.html", research_page.page(desk, told) | {"breadcrumbs": _crumbs(told)})
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        raise NotAllowed(N_("This form was sent from another site. Open the page here, and send it again."))
    try:
        content = research_page.made(desk, told, request.POST)
    except (InputRefused, Conflict) as refused:
        context = research_page.page(desk, told, request.POST, sentence_of(refused))
        return render(request, "pilot/research.html", context | {"breadcrumbs": _crumbs(told)}, status=refused.status)
    response = HttpResponse(content, content_type="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="{research_page.name_of(told)}"'
    return response


@require_safe
def indicators(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Every number that there is, of these people."""
    filters = filters_of(request)
    scope = _scope_of(desk, filters)
    shown = [figure(desk, one, scope, filters) for one in all_indicators() if _may_see(desk, one)]
    return render(request, "pilot/indicators.html", {"figures": shown, "about": _about(desk, filters)})


@require_safe
def indicator(request: HttpRequest, desk: Desk, name: str) -> HttpResponse:
    """One number: its rows, its definition, its query, its files."""
    filters, scope = _asked(request, desk, name)
    json_url = reverse("pilot:export", args=[name, "json"]) + filters.query()
    context = {"figure": figure(desk, name, scope, filters), "about": _about(desk, filters), "json_url": json_url}
    return render(request, "pilot/indicator.html", context)


@require_safe
def export(request: HttpRequest, desk: Desk, name: str, form: str) -> HttpResponse:
    """The rows of a number as a file."""
    if form not in FORMS:
        raise NotFound(N_("A table is given as csv, parquet, json or sql, not as {form}."), form=form)
    _filters, scope = _asked(request, desk, name)
    asked = indicator_called(name)
    if form == "sql":
        content: str | bytes = asked.query.strip() + "\n"
    else:
        rows = list(desk.answer(name, scope).rows)
        if form == "csv":
            content = exports.as_csv(asked, rows, for_spreadsheets=True)
        elif form == "json":
            content = exports.as_json(rows)
        else:
            content = exports.as_parquet(asked, rows)
    response = HttpResponse(content, content_type=FORMS[form])
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return response


def _asked(request: HttpRequest, desk: Desk, name: str) -> tuple[Filters, Scope]:
    """Raises NotFound for an indicator that is not there, or not for this reader."""
    indicator_called(name)
    if not _may_see(desk, name):
        raise NotFound(N_("There is no number {name} for you here."), name=name)
    filters = filters_of(request)
    return filters, _scope_of(desk, filters)


def _scope_of(desk: Desk, filters: Filters) -> Scope:
    return desk.scope(filters.run or filters.sessions, filters.cohort)


def _may_see(desk: Desk, name: str) -> bool:
    return desk.names or not indicator_called(name).persons


def _about(desk: Desk, filters: Filters) -> str:
    """Of whom a page speaks, in a line."""
    if filters.sessions and not filters.run:
        return " · ".join(f"{told.title}, {told.short}" for told in map(desk.run, filters.sessions))
    if not filters.run:
        return gettext("All sessions that were read.")
    told = desk.run(filters.run)
    if filters.cohort:
        return gettext("{title}, {run}, cohort {cohort}").format(
            title=told.title, run=told.short, cohort=filters.cohort
        )
    return gettext("{title}, {run}").format(title=told.title, run=told.short)


def _crumbs(told: Run | None) -> tuple[Link, ...]:
    """The session above a page; the list of sessions stands in the menu right above."""
    if told is None:
        return ()
    return (Link(label=f"{told.title}, {told.short}", url=reverse("pilot:run") + Filters(run=told.key).query()),)


def _says(request: HttpRequest, name: str) -> bool:
    return request.GET.get(name) == "all"
