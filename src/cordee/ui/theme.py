"""Light, dark, or as the reader's system says: which one did they choose, and how do they change it?"""

from __future__ import annotations

from typing import Literal, cast

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from cordee.ui.redirects import safe_next

Theme = Literal["light", "dark", "system"]
COOKIE = "theme"
YEAR_S = 365 * 24 * 3600


def theme_of(request: HttpRequest) -> Theme:
    """What the cookie says; anything but light or dark is the system's choice."""
    said = request.COOKIES.get(COOKIE)
    return cast(Theme, said) if said in {"light", "dark"} else "system"


# No token: the worst that another site can do is to change colours, and a token would keep public pages out of caches.
@csrf_exempt
@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    """Keep the choice for a year and go back to the page it was made on (never to another site)."""
    response = HttpResponseRedirect(safe_next(request))
    choose_theme(request, response, request.POST.get("theme", ""))
    return response


def choose_theme(request: HttpRequest, response: HttpResponse, chosen: str) -> None:
    """Have the browser keep it for a year; anything but light or dark is the system's choice, and kept by no cookie."""
    if chosen in {"light", "dark"}:
        response.set_cookie(COOKIE, chosen, max_age=YEAR_S, samesite="Lax", httponly=True, secure=request.is_secure())
    else:
        response.delete_cookie(COOKIE, samesite="Lax")
