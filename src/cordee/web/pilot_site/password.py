"""Who may look, when other machines can reach the pilot's pages? Whoever knows the password in CORDEE_PILOT_PASSWORD.

It is compared in constant time, by its hash; wrong tries cost time, more with each, for everybody: there is one
password and one process. On loopback nothing is asked: who is on the machine can read the files anyway.
"""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from cordee.core.errors import N_, TooMany
from cordee.ui.redirects import safe_next
from cordee.web.pilot_site.variables import password_hash

COOKIE = "cordee_pilot"
HALF_A_DAY_S = 12 * 3600
FREE_TRIES = 4
LONGEST_S = 300
OPEN_PATHS = ("/sign-in", "/language", "/theme")  # what one needs to give the password


def hash_of(password: str) -> str:
    """What is kept of the password, and compared."""
    return hashlib.sha256(b"cordee pilot\0" + password.encode()).hexdigest()


@dataclass(slots=True)
class Throttle:
    """After some wrong tries in a row, a wait that doubles with each: 2 s, 4 s … 5 min."""

    wrong: int = 0
    until: float = 0.0

    def wait_s(self, now: float) -> int:
        """Whole seconds until the next try may be made; 0 for now."""
        return max(0, round(self.until - now + 0.5)) if self.until > now else 0

    def count(self, *, right: bool, now: float) -> None:
        """Note a try."""
        self.wrong = 0 if right else self.wrong + 1
        over = self.wrong - FREE_TRIES
        self.until = now + min(2.0**over, LONGEST_S) if over > 0 else 0.0


throttle = Throttle()


class PasswordMiddleware:
    """Sends who has not given the password to the page that asks for it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        wanted = password_hash()
        if not wanted or request.path_info in OPEN_PATHS or has_given_it(request):
            return self.get_response(request)
        back = request.get_full_path() if request.method in {"GET", "HEAD"} else "/"
        return HttpResponseRedirect(f"{reverse('sign-in')}?{urlencode({'next': back})}")


def has_given_it(request: HttpRequest) -> bool:
    """Whether this browser gave the present password within half a day."""
    try:
        said = signing.loads(request.COOKIES.get(COOKIE, ""), salt=COOKIE, max_age=HALF_A_DAY_S)
    except signing.BadSignature:
        return False
    return hmac.compare_digest(str(said), password_hash())


@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for the password; `next` is a page of this site. Raises TooMany after wrong tries."""
    if request.method != "POST":
        return render(request, "pilot_site/sign_in.html", {"next": safe_next(request)})
    now = time.monotonic()
    wait = throttle.wait_s(now)
    if wait:
        raise TooMany(
            N_("Too many wrong passwords. Wait {seconds} seconds, then try again."), retry_after_s=wait, seconds=wait
        )
    right = hmac.compare_digest(hash_of(request.POST.get("password", "")), password_hash())
    throttle.count(right=right, now=now)
    if not right:
        words = gettext("This is not the password. Look for it with who started these pages.")
        context = {"next": safe_next(request), "wrong": words, "has_errors": True}
        return render(request, "pilot_site/sign_in.html", context, status=403)
    response = HttpResponseRedirect(safe_next(request))
    response.set_cookie(
        COOKIE,
        signing.dumps(password_hash(), salt=COOKIE),
        max_age=HALF_A_DAY_S,
        httponly=True,
        samesite="Lax",
        secure=request.is_secure(),
    )
    return response
