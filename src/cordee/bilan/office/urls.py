"""Which address of the programme office leads where? The views, and what counts and prints with them, are loaded when
the first page is asked for: a site's workers can do without.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path

from cordee.people.permissions import act

View = Callable[..., HttpResponse]


def _page(module: str, name: str) -> View:
    def view(request: HttpRequest, **given: Any) -> HttpResponse:
        from cordee.bilan.office import report_views, table_views, views

        modules = {"views": views, "table_views": table_views, "report_views": report_views}
        answer: HttpResponse = getattr(modules[module], name)(request, **given)
        return answer

    return act("bilan.edit")(view)  # type: ignore[return-value]  # an answer as the view gave it


def _home(name: str) -> View:
    return _page("views", name)


def _table(name: str) -> View:
    return _page("table_views", name)


def _report(name: str) -> View:
    return _page("report_views", name)


urlpatterns: list[URLPattern] = [
    path("", _home("home"), name="home"),
    path("about", _home("about"), name="about"),
    path("texts/<slug:chapter>", _home("text"), name="text"),
    path("folder", _home("folder"), name="folder"),
    path("folder.zip", _home("folder_zip"), name="folder-zip"),
    path("tables/<slug:sheet>", _table("table"), name="table"),
    path("tables/<slug:sheet>/new", _table("new"), name="new"),
    path("tables/<slug:sheet>/paste", _table("paste"), name="paste"),
    path("tables/<slug:sheet>/rows/<uuid:row_id>", _table("row"), name="row"),
    path("tables/<slug:sheet>/empty", _table("empty"), name="empty"),
    path("tables/<slug:sheet>/csv", _table("as_csv"), name="csv"),
    path("report", _report("report"), name="report"),
    path("report.pdf", _report("report_pdf"), name="report-pdf"),
    path("compare", _report("compare"), name="compare"),
    path("data.zip", _report("data_zip"), name="data-zip"),
]
