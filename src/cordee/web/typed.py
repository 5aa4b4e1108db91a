"""What was typed into a form that could not be taken, so that it can be copied: a session has ended, a token is gone.

Only answers to activities: such a form holds no password, and may hold an hour of work. A browser without script leaves
the page when it sends one, and going back does not always bring back what stood in the fields.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import Resolver404, ResolverMatch, resolve, reverse
from django.utils.http import urlencode

from cordee.ui.redirects import is_local

ANSWERS = "submit"  # the route of all answers
OF_THE_FORM = frozenset(
    {"csrfmiddlewaretoken", "form_id", "content", "variant", "hints", "hint", "run", "unhelped", "next"}
)
MOST_ROWS = 20


def is_answer(request: HttpRequest) -> bool:
    """Whether this is an answer to an activity."""
    match = _place(request.path_info)
    return request.method == "POST" and match is not None and match.url_name == ANSWERS


def is_own(request: HttpRequest) -> bool:
    """Whether a page of ours sent it, by its browser's word (https://www.w3.org/TR/fetch-metadata/).

    To ask where the token does not tell it: no other site may have its words shown on a page of ours.
    """
    said = request.headers.get("Sec-Fetch-Site")
    if said is not None:
        return said == "same-origin"
    came = urlsplit(request.headers.get("Origin") or request.headers.get("Referer", ""))
    return f"{came.scheme}://{came.netloc}" in settings.CSRF_TRUSTED_ORIGINS


def page_of(request: HttpRequest) -> str:
    """The page of the unit from which the answer came, at its activity; else what leads to the unit that was open last.

    By the browser's word alone: who is not signed in is told nothing of where an activity stands.
    """
    match = resolve(request.path_info)
    came = urlsplit(request.headers.get("Referer", "")).path
    page, run = _place(came), match.kwargs["run_key"]
    if page is None or page.url_name != "unit" or page.kwargs["run_key"] != run or not is_local(came):
        return reverse("resume", args=[run])
    return f"{came}#{match.kwargs['activity_id']}"


def way_to_sign_in(back: str) -> str:
    """The sign-in page that leads to `back`."""
    return f"{reverse('sign-in')}?{urlencode({'next': back})}"


def not_taken(request: HttpRequest, *, signed_out: bool, status: int) -> HttpResponse:
    """A page that says that nothing was handed in, with all that was typed; where nothing was, the way to sign in."""
    back, fields = page_of(request), typed_in(request)
    if not fields and signed_out:
        return HttpResponseRedirect(way_to_sign_in(back))
    onward = way_to_sign_in(back) if signed_out else back
    context = {"signed_out": signed_out, "fields": fields, "onward": onward}
    return render(request, "web/not_taken.html", context, status=status)


def typed_in(request: HttpRequest) -> Sequence[tuple[str, str, int]]:
    """Name, text and rows of each field that the reader filled."""
    return [
        (name, text, min(text.count("\n") + 2, MOST_ROWS))
        for name, texts in request.POST.lists()
        if name not in OF_THE_FORM
        for text in texts
        if text.strip()
    ]


def _place(path: str) -> ResolverMatch | None:
    try:
        return resolve(path)
    except Resolver404:
        return None
