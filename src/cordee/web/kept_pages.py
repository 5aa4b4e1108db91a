"""Which public pages are answered again without being made again?

A page whose `Cache-Control` names an `s-maxage` is the same for every visitor. This middleware is the shared cache that
the header speaks to, in each process: it keeps the bytes, compressed or not, for as long as the header says. A proxy in
front may do the same. Who is signed in never gets a kept page, and the page of who is signed in is never kept.
"""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified

from cordee.people.sessions import cookie_name
from cordee.ui.language import language_of_path
from cordee.ui.reading import Reading, reading_of
from cordee.ui.theme import Theme, theme_of

MOST = 500
SHARED_FOR = re.compile(r"\bs-maxage=(\d+)")


@dataclass(frozen=True, slots=True)
class _Key:
    """What makes two visitors' pages differ."""

    host: str
    path: str
    theme: Theme
    reading: Reading
    compressed: bool


@dataclass(frozen=True, slots=True)
class _Page:
    body: bytes
    headers: tuple[tuple[str, str], ...]
    etag: str
    until: float  # of the monotonic clock


class KeptPagesMiddleware:
    """Answers with a kept page, or keeps the page that was made."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self._pages: dict[_Key, _Page] = {}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = _key_of(request)
        if key is None:
            return self.get_response(request)
        page = self._pages.get(key)
        if page is None or page.until < time.monotonic():
            response = self.get_response(request)
            page = _page_of(response)
            if page is None:
                return response
            self._keep(key, page)
        return _answer(request, page)

    def _keep(self, key: _Key, page: _Page) -> None:
        if len(self._pages) >= MOST:
            self._pages = {}
        self._pages[key] = page


def _key_of(request: HttpRequest) -> _Key | None:
    """None for what differs from one visitor to the next: only plain public addresses are asked about."""
    cookies = request.COOKIES
    if request.method not in {"GET", "HEAD"} or request.META.get("QUERY_STRING") or cookie_name() in cookies:
        return None
    if language_of_path(request.path_info) is None:
        return None
    if cookies.get(settings.ZONE_COOKIE_NAME, settings.TIME_ZONE) != settings.TIME_ZONE:
        return None
    compressed = "gzip" in request.META.get("HTTP_ACCEPT_ENCODING", "")
    return _Key(
        request.META.get("HTTP_HOST", ""), request.path_info, theme_of(request), reading_of(request), compressed
    )


def _page_of(response: HttpResponse) -> _Page | None:
    """None when it may not be kept."""
    shared = SHARED_FOR.search(response.headers.get("Cache-Control", ""))
    if response.status_code != HttpResponse.status_code or shared is None or response.cookies or response.streaming:
        return None
    body = response.content
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    return _Page(body, tuple(response.headers.items()), etag, time.monotonic() + int(shared[1]))


def _answer(request: HttpRequest, page: _Page) -> HttpResponse:
    if request.META.get("HTTP_IF_NONE_MATCH") == page.etag:
        response: HttpResponse = HttpResponseNotModified()
        for name in ("Cache-Control", "Vary"):
            response.headers[name] = dict(page.headers).get(name, "")
    else:
        response = HttpResponse(page.body)
        for name, value in page.headers:
            response.headers[name] = value
    response.headers["ETag"] = page.etag
    return response
