"""How is a refusal shown? One door turns every error into a page in the reader's language, or into JSON when asked for.

`ui/error.html` receives `error` (a `cordee.ui.failure.Failure`), `request_id` and `retry_after_s` (None, or seconds).
JSON is `{"error": sentence}`.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import DatabaseError, OperationalError, connection
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponsePermanentRedirect,
    HttpResponseRedirect,
    JsonResponse,
)
from django.shortcuts import render
from django.urls import is_valid_path, reverse
from django.utils.html import escape
from django.utils.translation import get_language, get_language_from_path, gettext, override

from cordee.core.errors import N_, CordeeError, InputRefused, NotAllowed, NotFound, NotYet, TooLarge, TooMany
from cordee.learning.pages.first import SomethingFirst
from cordee.learning.pages.limited import NotBegun
from cordee.learning.queries import NotEnrolled
from cordee.people.confirming import NotConfirmed
from cordee.people.permissions import ParentFirst, SecondFactorFirst, SignInRequired
from cordee.ui.failure import failure
from cordee.ui.language import language
from cordee.ui.sentences import sentence_of, wants_json
from cordee.web import machine, typed
from cordee.web.sizes import TAKE_LISTS, too_large

logger = logging.getLogger("cordee.web")

RETRY_S = 5
# https://www.postgresql.org/docs/current/errcodes-appendix.html
DISK_FULL = {"53100", "53200"}
NOT_THERE = {"08", "57"}  # connection exceptions, and a server that is stopping


class RefusalsMiddleware:
    """Last of the middlewares: what a view or an act raises on purpose becomes an answer here."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == NotPossibleHere.status and not response.content:
            page = answer(request, NotPossibleHere(N_("This address takes no such request. Go back and try again.")))
            page.headers["Allow"] = response.headers.get("Allow", "")
            return page
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        refusal = refusal_for(exception)
        if isinstance(refusal, Full | Unreachable):
            logger.error("the database refused", exc_info=exception)
        return None if refusal is None else answer(request, refusal)


def refusal_for(exception: BaseException | None) -> CordeeError | None:
    """Our own error for what was raised; None when it is a defect."""
    if isinstance(exception, CordeeError):
        return exception
    if isinstance(exception, DatabaseError | OSError):
        return _of_the_machine(exception)
    if isinstance(exception, RequestDataTooBig):
        return too_large(int(settings.DATA_UPLOAD_MAX_MEMORY_SIZE))
    if isinstance(exception, TooManyFieldsSent | TooManyFilesSent):
        return InputRefused(N_("The form that was sent has more parts than any of ours. Open the page again."))
    return None


def answer(request: HttpRequest, error: CordeeError) -> HttpResponse:
    """The answer to an error raised on purpose."""
    if wants_json(request):
        response: HttpResponse = JsonResponse({"error": sentence_of(error)}, status=error.status)
    else:
        response = _page(request, error)
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = str(error.retry_after_s)
    request.refusal = type(error).__name__  # type: ignore[attr-defined]  # for the line of the request in the log
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler400: a host that is not ours, a form too large, a broken cookie."""
    refusal = refusal_for(exception) or InputRefused(N_("What was sent could not be read. Open the page again."))
    return answer(request, refusal)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler403."""
    return answer(request, NotAllowed(N_("You may not open this page. Ask the people who run this course.")))


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler404. An address that only lacks its last stroke leads to the page."""
    if request.method in ("GET", "HEAD") and not request.path.endswith("/"):
        path = f"{request.path}/"
        with override(get_language_from_path(path) or get_language()):  # addresses begin with the page's language
            if is_valid_path(path):
                return HttpResponsePermanentRedirect(request.get_full_path(force_append_slash=True))
    sentence = N_("There is nothing at this address. Check the link, or start from the home page.")
    return answer(request, NotFound(sentence))


def server_error(request: HttpRequest) -> HttpResponse:
    """handler500: a defect, already in the log with its trace; or what a middleware raised on purpose."""
    refusal = refusal_for(sys.exc_info()[1])
    if refusal is None:
        refusal = Defect(
            N_("The page could not be made; nothing that you had handed in is lost. Try again in a moment.")
        )
    return answer(request, refusal)


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without its token: opened too long ago, or sent by another site."""
    sentence = N_("This form was opened too long ago, or on another site. Go back, reload the page and send it again.")
    logger.warning("form without a valid token: %s", reason)
    if typed.is_answer(request) and typed.is_own(request) and not wants_json(request):
        return typed.not_taken(request, signed_out=False, status=NotAllowed.status)
    return answer(request, NotAllowed(sentence))


class NotPossibleHere(CordeeError):
    """A view that takes, for instance, only forms was opened as a page."""

    status = 405


class Full(CordeeError):
    """The disk has no room left: nothing can be kept until the operator makes some (RFC 4918, 11.5)."""

    status = 507


class Unreachable(TooMany):
    """The database does not answer, or another process holds it for too long."""

    status = 503


class Defect(CordeeError):
    """An error that nobody raised on purpose."""

    status = 500


def _of_the_machine(wrong: DatabaseError | OSError) -> CordeeError | None:
    """What is no defect but a machine that cannot; None for the rest. SQLite has words, PostgreSQL codes for it."""
    if isinstance(wrong, OSError):
        full, away = wrong.errno in machine.FULL, False
    else:
        words, code = str(wrong), str(getattr(wrong.__cause__, "sqlstate", None) or "")
        full = "database or disk is full" in words or code in DISK_FULL
        away = "database is locked" in words or code[:2] in NOT_THERE or _lost_connection(wrong, code)
    if full:
        return Full(
            N_(
                "The site has no room left, so this could not be kept. Those who run it are told. Go back,"
                " your answer is still in the form: send it again later."
            )
        )
    if away:
        sentence = N_("The site is busy and kept nothing of this. Wait a few seconds, go back and send it again.")
        return Unreachable(sentence, retry_after_s=RETRY_S)
    return None


def _lost_connection(wrong: DatabaseError, code: str) -> bool:
    """PostgreSQL is not there, or went away in between: psycopg then has no code to tell."""
    return isinstance(wrong, OperationalError) and connection.vendor == "postgresql" and not code


def _page(request: HttpRequest, error: CordeeError) -> HttpResponse:
    if isinstance(error, SignInRequired):
        return _signed_out(request)
    way_out = _way_out(request, error)
    number = getattr(request, "request_id", "")
    context = way_out | {
        "error": failure(error.status, sentence_of(error), is_too_early=isinstance(error, NotYet)),
        "request_id": number,
        "retry_after_s": error.retry_after_s if isinstance(error, TooMany) else None,
    }
    try:
        return render(request, "ui/error.html", context, status=error.status)
    except Exception:  # the page shell itself may be what is broken: the reader still gets the sentence
        logger.exception("the error page could not be drawn")
        return _bare_page(error, number)


def _way_out(request: HttpRequest, error: CordeeError) -> dict[str, str]:
    """Back to a page that takes a list.

    Who has no place in a run finds one on the course's page; who must do something first, the page for that.
    """
    if isinstance(error, SecondFactorFirst):
        return {"home_url": reverse("second-factor"), "home_label": gettext("Switch it on")}
    if isinstance(error, ParentFirst):
        return {"home_url": reverse("agreement"), "home_label": gettext("Ask a parent")}
    if isinstance(error, TooLarge) and request.method == "POST" and TAKE_LISTS.fullmatch(request.path_info):
        return {"home_url": request.path_info, "home_label": gettext("Back to the page, to choose another file")}
    if isinstance(error, NotConfirmed):
        return {"home_url": reverse("account"), "home_label": gettext("My account")}
    return _way_into_run(error)


def _way_into_run(error: CordeeError) -> dict[str, str]:
    if isinstance(error, SomethingFirst | NotBegun):
        return {"home_url": str(error.values["url"]), "home_label": gettext("Go there")}
    if not isinstance(error, NotEnrolled) or "course" not in error.values:
        return {}
    address = reverse("course", args=[str(error.values["course"])])
    return {"home_url": address, "home_label": gettext("Go to the course page")}


def _signed_out(request: HttpRequest) -> HttpResponse:
    """The sign-in page, which leads back here; an answer that was typed is shown first, so that it is not lost."""
    if typed.is_answer(request):
        return typed.not_taken(request, signed_out=True, status=SignInRequired.status)
    return HttpResponseRedirect(
        typed.way_to_sign_in(request.get_full_path() if request.method in {"GET", "HEAD"} else "/")
    )


def _bare_page(error: CordeeError, number: str) -> HttpResponse:
    sentence = escape(sentence_of(error))
    html = (
        f'<!doctype html><html lang="{language()}"><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{sentence}</title><p>{sentence}</p>'
        f"<p>{escape(number)}</p></html>"
    )
    return HttpResponse(html, status=error.status)
