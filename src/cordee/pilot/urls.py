"""Which address of the pilot leads where? Mounted by who knows what a reader may see: `addresses(open_desk)`.

The run, what it is compared with and the cohort stand in the query of the address, where a form without script puts
them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path

from cordee.pilot import views
from cordee.pilot.desk import Desk

View = Callable[..., HttpResponse]


def addresses(
    open_desk: Callable[[HttpRequest], Desk], permitted: Callable[[View], View] = lambda view: view
) -> list[URLPattern]:
    """`open_desk` says what the reader of a request may see; `permitted` wraps each view, e.g. with an act."""

    def page(view: Callable[..., HttpResponse]) -> View:
        return permitted(partial(views.with_desk, view, open_desk))

    return [
        path("", page(views.runs), name="runs"),
        path("run", page(views.run), name="run"),
        path("exercise", page(views.exercise), name="exercise"),
        path("learner", page(views.learner), name="learner"),
        path("comparison", page(views.comparison), name="comparison"),
        path("catalogue", page(views.catalogue), name="catalogue"),
        path("sources", page(views.sources), name="sources"),
        path("indicators", page(views.indicators), name="indicators"),
        path("indicators/<slug:name>", page(views.indicator), name="indicator"),
        path("indicators/<slug:name>.<str:form>", page(views.export), name="export"),
    ]
