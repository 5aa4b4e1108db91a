"""Which address of the letters leads where? Mounted beside the pilot's pages in a site, loaded when first asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path

if TYPE_CHECKING:
    from cordee.pilot.desk import Desk

View = Callable[..., HttpResponse]


def addresses(open_desk: Callable[[HttpRequest, str], Desk], permitted: Callable[[View], View]) -> list[URLPattern]:
    """`open_desk` says what the reader of a request may see of this run; `permitted` wraps each view with its act."""

    def page(name: str) -> View:
        def view(request: HttpRequest, run_key: str, **given: Any) -> HttpResponse:
            from cordee.pilot.letters import views

            answer: HttpResponse = getattr(views, name)(request, open_desk(request, run_key), run_key, **given)
            return answer

        return permitted(view)

    return [
        path("letters/<str:run_key>/", page("letters"), name="letters"),
        path("letters/<str:run_key>/write", page("write"), name="write"),
        path("letters/<str:run_key>/<uuid:letter_id>", page("letter"), name="letter"),
    ]
