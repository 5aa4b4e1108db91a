"""What stands around a page of the pilot: the reader's language, the frame, and the page of a refusal."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from cordee.core.errors import N_, CordeeError, InputRefused, NotFound, TooMany
from cordee.ui.failure import failure
from cordee.ui.language import language_asked_for
from cordee.ui.redirects import safe_next
from cordee.ui.sentences import sentence_of, wants_json
from cordee.ui.shell import LanguageLink, Link, Shell, frame
from cordee.web.environment import LANGUAGES
from cordee.web.pilot_site import variables

logger = logging.getLogger("cordee.web")
A_YEAR_S = 365 * 24 * 3600


class ReaderMiddleware:
    """Activates the language of the cookie, else what the browser asks for, else the machine's."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        asked = language_asked_for(request.META.get("HTTP_ACCEPT_LANGUAGE", ""), LANGUAGES)
        language = chosen if chosen in LANGUAGES else asked or settings.LANGUAGE_CODE
        with translation.override(language):
            response = self.get_response(request)
        patch_vary_headers(response, ("Accept-Language", "Cookie"))
        response.headers.setdefault("Content-Language", language)
        response.headers.setdefault("Cache-Control", "private, no-cache")
        return response


class RefusalsMiddleware:
    """Last of the middlewares: what a view raises on purpose becomes a page in the reader's language, or JSON."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return answer(request, exception) if isinstance(exception, CordeeError) else None


def answer(request: HttpRequest, error: CordeeError) -> HttpResponse:
    """The answer to an error raised on purpose."""
    if wants_json(request):
        response: HttpResponse = JsonResponse({"error": sentence_of(error)}, status=error.status)
    else:
        wait = error.retry_after_s if isinstance(error, TooMany) else None
        context = {"error": failure(error.status, sentence_of(error)), "retry_after_s": wait}
        response = render(request, "ui/error.html", context, status=error.status)
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = str(error.retry_after_s)
    return response


class Defect(CordeeError):
    """An error that nobody raised on purpose."""

    status = 500


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler400."""
    return answer(request, InputRefused(N_("What was sent could not be read. Open the page again.")))


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler404."""
    return answer(request, NotFound(N_("There is nothing at this address. Start again from the list of sessions.")))


def server_error(request: HttpRequest) -> HttpResponse:
    """handler500: a defect, already in the log with its trace."""
    return answer(request, Defect(N_("The page could not be made. The files that were read are not touched.")))


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """The language switch of the frame: keeps the choice for a year, in a cookie."""
    response = HttpResponseRedirect(safe_next(request))
    chosen = request.POST.get("language", "")
    if chosen in LANGUAGES:
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            chosen,
            max_age=A_YEAR_S,
            httponly=True,
            samesite="Lax",
            secure=request.is_secure(),
        )
    return response


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context of every template, as `ui/shell.html` describes it. No query."""
    current = translation.get_language()
    path = request.path_info
    pages = (
        ("pilot:runs", gettext("Sessions")),
        ("pilot:comparison", gettext("Compare")),
        ("pilot:catalogue", gettext("All courses")),
        ("pilot:sources", gettext("Files read")),
    )
    links = [(reverse(name), label) for name, label in pages]
    return frame(
        request,
        Shell(
            operator=settings.CORDEE.operator,
            home_url=reverse("pilot:runs"),
            site_name=gettext("Cordée pilot"),
            navigation=tuple(Link(label=label, url=url, current=path == url) for url, label in links),
            languages=tuple(
                LanguageLink(code=code, label=str(label), current=code == current) for code, label in settings.LANGUAGES
            ),
            language_url=reverse("choose-language"),
            theme_url=reverse("ui:theme"),
            reading_url=reverse("ui:reading"),
            announcement=gettext("This is a demonstration. Its learners are simulated; nobody in it exists.")
            if variables.is_demo()
            else "",
        ),
    )
