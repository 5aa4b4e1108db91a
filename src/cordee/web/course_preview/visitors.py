"""As whom does a browser look at the preview, and which of the site's pages are there?"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from typing import Final, cast

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import Resolver404, resolve

from cordee.core import clock
from cordee.people.sessions import Request
from cordee.web import languages
from cordee.web.course_preview.frame import EDITION_MARK, who_of
from cordee.web.course_preview.stage import stage

COOKIE: Final = "cordee_preview"
SESSION_S: Final = 7 * 24 * 3600
_VISITOR = re.compile(r"[0-9a-f]{16}", re.ASCII)
# Names of the site's pages that a learner works on; all others belong to a site with people.
PAGES: Final = frozenset(
    ("outline", "resume", "unit", "submit", "finish", "progress", "choose-language", "theme", "reading")
)
OURS: Final = ("cordee.web.course_preview", "cordee.activities", "cordee.learning.notes")


class VisitorMiddleware:
    """Signs the browser in as a learner of the preview, or as who it chose to be."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not _is_there(request):
            return HttpResponseRedirect("/")
        given = request.COOKIES.get(COOKIE, "")
        visitor = given if _VISITOR.fullmatch(given) else secrets.token_hex(8)
        edition = stage.shown.edition
        asked = cast(Request, request)
        asked.claim = stage.claim_of(visitor, who_of(request), languages.language_of(request), clock.now())
        asked.__dict__["preview_visitor"] = visitor
        response = self.get_response(request)
        response.headers["Cache-Control"] = "no-store"
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        if response.headers.get("Content-Type", "").startswith("text/html") and not response.streaming:
            response.content = response.content.replace(EDITION_MARK.encode(), edition.encode())
            response.headers["Content-Length"] = str(len(response.content))
        if given != visitor:
            response.set_cookie(COOKIE, visitor, max_age=SESSION_S, httponly=True, samesite="Strict")
        return response


def _is_there(request: HttpRequest) -> bool:
    try:
        found = resolve(request.path_info)
    except Resolver404:
        return request.path_info.startswith("/preview/")  # told as any page that is not there
    module = getattr(found.func, "__module__", "")
    return found.url_name in PAGES or module.startswith(OURS)
