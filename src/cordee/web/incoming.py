"""What do we take in at all, from whom, and under which number is it found in the log?

First of the middlewares. After it, `request.META["REMOTE_ADDR"]` is the reader's own address, whatever proxies the
operator trusts, and `request.request_id` is the number printed on error pages, in the header and on each log line. When
the answer is made, its one line goes to the log and its figures to the board.
"""

from __future__ import annotations

import ipaddress
import logging
import re
import secrets
import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from cordee.core import figures
from cordee.core.errors import N_, CordeeError, InputRefused
from cordee.people.sessions import account_known
from cordee.web import logs
from cordee.web.environment import Network
from cordee.web.sizes import largest_bytes, too_large

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
LONGEST_PATH = 2000
LONGEST_PATH_IN_THE_LOG = 200
A_NUMBER = re.compile(r"[A-Za-z0-9._-]{8,64}", re.ASCII)  # what a proxy may call a request
BROKEN = 500


class MethodUnknown(InputRefused):
    """A verb that nothing here answers."""

    status = 405


class PathTooLong(InputRefused):
    """An address longer than any of ours."""

    status = 414


class IncomingMiddleware:
    """Numbers the request, finds the reader's address, refuses what no page can mean."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        peer, trusted = request.META.get("REMOTE_ADDR", ""), settings.CORDEE.trusted_proxies
        number = request_number(peer, request.META.get("HTTP_X_REQUEST_ID", ""), trusted)
        logs.number_request(number)  # stays: Django logs some refusals after the last middleware
        request.request_id = number  # type: ignore[attr-defined]  # our own attribute
        forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
        request.META["REMOTE_ADDR"] = client_address(peer, forwarded, trusted)
        response = self._answer(request)
        response.headers["X-Request-Id"] = number
        response.headers.setdefault("Cache-Control", "private, no-store")
        _account_for(request, response, number, time.perf_counter() - began)
        return response

    def _answer(self, request: HttpRequest) -> HttpResponse:
        from cordee.web.languages import activate_for
        from cordee.web.refusals import answer

        length = request.META.get("CONTENT_LENGTH") or "0"
        largest = largest_bytes(request.path_info, request.META.get("HTTP_COOKIE", ""))
        refusal = refusal_of(request.method or "", request.path_info, length, largest)
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
        return too_large(largest_bytes)
    return None


def request_number(peer: str, given: str, trusted: tuple[Network, ...]) -> str:
    """The number that a trusted proxy gave, when it looks like one; else a new one."""
    if given and A_NUMBER.fullmatch(given) and _is_trusted(peer, trusted):
        return given
    return secrets.token_hex(8)


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


def _account_for(request: HttpRequest, response: HttpResponse, number: str, seconds: float) -> None:
    """The line and the figures of one answer. No query: an account is named when the page knew it, by its pseudonym."""
    group = group_of(request)
    figures.add(figures.REQUESTS, (group, figures.status_class(response.status_code)))
    figures.observe(figures.DURATIONS, seconds, (group,))
    match = request.resolver_match
    facts: dict[str, object] = {
        "method": request.method if request.method in METHODS else "?",
        "route": f"/{match.route}" if match else None,
        # An address that is none of ours has no template. A secret in an address of ours stays out.
        "path": None if match else request.path_info[:LONGEST_PATH_IN_THE_LOG],
        "status": response.status_code,
        "ms": round(seconds * 1000, 1),
        "account": account.pseudonym if (account := account_known(request)) else None,
        "refusal": getattr(request, "refusal", None),
    }
    level = logging.ERROR if response.status_code >= BROKEN else logging.INFO
    logs.say_request(level=level, number=number, facts={name: fact for name, fact in facts.items() if fact is not None})


def group_of(request: HttpRequest) -> str:
    """The room that answered, e.g. "learning"; "none" when nothing does."""
    if request.resolver_match is None:
        return "none"
    room = request.resolver_match.func.__module__.split(".")[1:2]
    return room[0] if room and room[0] in figures.GROUPS else "none"
