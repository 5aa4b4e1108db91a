"""How large are letters, and in which font: what did this reader choose, and how do they change it?

Kept in one cookie, as the theme is, so that guests have the choice too and no page asks the database for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from cordee.ui.redirects import HOME, is_local, safe_next
from cordee.ui.theme import YEAR_S, choose_theme, theme_of

COOKIE: Final = "reading"
SIZES: Final = {"": _("Usual"), "large": _("Large"), "larger": _("Larger"), "largest": _("Largest")}
FONTS: Final = {
    "": _("The fonts of the site"),
    "clear": _("Letters that are hard to mistake"),
    "own": _("My device’s font"),
}
THEMES: Final = {"light": _("Light"), "dark": _("Dark"), "system": _("As my device says")}


@dataclass(frozen=True, slots=True)
class Reading:
    """What was chosen; "" is as the site is."""

    size: str = ""  # of SIZES
    font: str = ""  # of FONTS

    @property
    def is_chosen(self) -> bool:
        """Whether a page needs the styles for it."""
        return bool(self.size or self.font)


def reading_of(request: HttpRequest) -> Reading:
    """What the cookie says; a word that is none of ours is the usual."""
    size, _dot, font = request.COOKIES.get(COOKIE, "").partition(".")
    return Reading(size if size in SIZES else "", font if font in FONTS else "")


def _came_from(request: HttpRequest) -> str:
    """The page of this site that the link to here stood on; the home page where the browser does not say."""
    try:
        said = urlsplit(request.headers.get("Referer", ""))
    except ValueError:
        return HOME
    address = f"{said.path}?{said.query}" if said.query else said.path
    return address if said.netloc == request.get_host() and is_local(address) else HOME


# No token, as for the theme: the worst that another site can do is to change letters.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def reading(request: HttpRequest) -> HttpResponse:
    """The page where one chooses; saving leads back to the page that one came from (never to another site)."""
    if request.method != "POST":
        context = {
            "sizes": SIZES.items(),
            "fonts": FONTS.items(),
            "themes": THEMES.items(),
            "next": safe_next(request, default=_came_from(request)),
        }
        return render(request, "ui/reading.html", context)
    response = HttpResponseRedirect(safe_next(request))
    chosen = Reading(
        size if (size := request.POST.get("size", "")) in SIZES else "",
        font if (font := request.POST.get("font", "")) in FONTS else "",
    )
    if chosen.is_chosen:
        response.set_cookie(
            COOKIE,
            f"{chosen.size}.{chosen.font}",
            max_age=YEAR_S,
            samesite="Lax",
            httponly=True,
            secure=request.is_secure(),
        )
    else:
        response.delete_cookie(COOKIE, samesite="Lax")
    choose_theme(request, response, request.POST.get("theme", theme_of(request)))
    return response
