"""Which address of the pilot leads where? Mounted by who knows what a reader may see: `addresses(open_desk)`.

The run, what it is compared with and the cohort stand in the query of the address, where a form without script puts
them. The views, and DuckDB with them, are loaded when the first page is asked for: a site's workers can do without.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path

if TYPE_CHECKING:
    from cordee.pilot.desk import Desk

View = Callable[..., HttpResponse]


def addresses(
    open_desk: Callable[[HttpRequest], Desk], permitted: Callable[[View], View] = lambda view: view
) -> list[URLPattern]:
    """`open_desk` says what the reader of a request may see; `permitted` wraps each view, e.g. with an act."""

    def page(name: str) -> View:
        def view(request: HttpRequest, **given: Any) -> HttpResponse:
            from cordee.pilot import views

            return views.with_desk(getattr(views, name), open_desk, request, **given)

        return permitted(view)

    return [
        path("", page("runs"), name="runs"),
        path("run", page("run"), name="run"),
        path("exercise", page("exercise"), name="exercise"),
        path("learner", page("learner"), name="learner"),
        path("comparison", page("comparison"), name="comparison"),
        path("catalogue", page("catalogue"), name="catalogue"),
        path("world", page("world"), name="world"),
        path("weeks", page("weeks"), name="weeks"),
        path("films", page("films"), name="films"),
        path("film", page("film"), name="film"),
        path("research", page("research"), name="research"),
        path("sources", page("sources"), name="sources"),
        path("indicators", page("indicators"), name="indicators"),
        path("indicators/<slug:name>", page("indicator"), name="indicator"),
        path("indicators/<slug:name>.<str:form>", page("export"), name="export"),
    ]
