"""What do we take in at all, from whom, and under which number is it found in the log?

First of the middlewares. After it, `request.META["REMOTE_ADDR"]` is the reader's own address, whatever proxies the
operator trusts, and `request.request_id` is the number printed on error pages, in the header and on each log line.
"""

from __future__ import annotations

import contextvars
import ipaddress
import logging
import secrets
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from cordee.core.errors import N_, CordeeError, InputRefused, TooLarge
from cordee.web.environment import Network

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
LONGEST_PATH = 2000

_request_id: contextvars.ContextVar[str] = contextvars.ContextVar("request_id", default="-")


class MethodUnknown(InputRefused):
    """A verb that nothing here answers."""

    status = 405


class PathTooLong(InputRefused):
    """An address longer than any of ours."""

    status = 414


class RequestIdFilter(logging.Filter):
    """Gives each log line the number of the request that it belongs to."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = _request_id.get()
        return True


class IncomingMiddleware:
    """Numbers the request, finds the reader's address, refuses what no page can mean."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        number = secrets.token_hex(8)
        _request_id.set(number)  # stays: Django logs some refusals after the last middleware
        request.request_id = number  # type: ignore[attr-defined]  # our own attribute
        request.META["REMOTE_ADDR"] = client_address(
            request.META.get("REMOTE_ADDR", ""),
            request.META.get("HTTP_X_FORWARDED_FOR", ""),
            settings.CORDEE.trusted_proxies,
        )
        response = self._answer(request)
        response.headers["X-Request-Id"] = number
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    def _answer(self, request: HttpRequest) -> HttpResponse:
        from cordee.web.languages import activate_for
        from cordee.web.refusals import answer

        length = request.META.get("CONTENT_LENGTH") or "0"
        refusal = refusal_of(request.method or "", request.path_info, length, settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
        if refusal is None:
            return self.get_response(request)
        activate_for(request)
        response = answer(request, refusal)
        if refusal.status == MethodUnknown.status:
            response.headers["Allow"] = ", ".join(METHODS)
        return response


def refusal_of(method: str, path: str, length: str, largest_bytes: int) -> CordeeError | None:
    """Why no page can answer this, or None. `length` is the header Content-Length."""
    if method not in METHODS:
        return MethodUnknown(N_("This page does not know that request. Open it from a link or a form."))
    if len(path) > LONGEST_PATH:
        return PathTooLong(N_("This address is too long. Check the link that you followed."))
    if any(character < " " or character == "\x7f" for character in path):
        return InputRefused(N_("This address holds characters that no page has. Check the link that you followed."))
    if not length.isdecimal():
        return InputRefused(N_("What was sent could not be read. Open the page again."))
    if int(length) > largest_bytes:
        return TooLarge(N_("What was sent is larger than this page takes. Send less."))
    return None


def client_address(peer: str, forwarded: str, trusted: tuple[Network, ...]) -> str:
    """The reader's address: the last one on the way in that is no trusted proxy.

    `forwarded` is the header X-Forwarded-For; it is read only as far as the operator's own proxies wrote it.
    """
    address = peer
    for hop in reversed([part.strip() for part in forwarded.split(",") if part.strip()]):
        if not _is_trusted(address, trusted):
            return address
        try:
            address = str(ipaddress.ip_address(hop))
        except ValueError:
            return address
    return address


def _is_trusted(address: str, trusted: tuple[Network, ...]) -> bool:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(found in network for network in trusted)
