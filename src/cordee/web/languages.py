"""In which language, and in which time zone, does this reader read?

Public pages say the language in their address (`/fr/…`, `/en/…`). Elsewhere it is the cookie's, else what the browser
asks for, else the site's. Two cookies carry what the account chose, so that no page pays a query for it: they are set
when a person signs in, and again whenever a request that loaded the account anyway finds them different. What such a
request answers is in the account's language already (`ui.language.read_as`): no page goes by an old cookie.
"""

from __future__ import annotations

import zoneinfo
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import translate_url
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_POST, require_safe

from cordee.core import clock
from cordee.people import sessions
from cordee.people.changing_account import change_language, read_language
from cordee.people.models import Account
from cordee.people.permissions import act
from cordee.ui.language import language_asked_for, language_of_path
from cordee.ui.redirects import safe_next
from cordee.web.environment import LANGUAGES

A_YEAR_S = 365 * 24 * 3600


class ReaderMiddleware:
    """Activates the reader's language and zone for the request; keeps the cookies in step with the account."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        activate_for(request)
        response = self.get_response(request)
        account = _account_known_by_now(request, response)
        if account is not None:
            _keep_in_step(request, response, account)
        if language_of_path(request.path_info) is None:
            patch_vary_headers(response, ("Accept-Language", "Cookie"))
        response.headers.setdefault("Content-Language", translation.get_language() or settings.LANGUAGE_CODE)
        return response


def activate_for(request: HttpRequest) -> None:
    """Make the reader's language and zone those of this thread."""
    language = language_of(request)
    translation.activate(language)
    request.LANGUAGE_CODE = language
    zone = zone_of(request)
    if zone is None:
        timezone.deactivate()
    else:
        timezone.activate(zone)


def zone_of(request: HttpRequest) -> zoneinfo.ZoneInfo | None:
    """The zone in the reader's cookie; None for the site's."""
    name = request.COOKIES.get(settings.ZONE_COOKIE_NAME, "")
    try:
        return zoneinfo.ZoneInfo(name) if name else None
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return None


def language_of(request: HttpRequest) -> str:
    """ "fr" or "en"."""
    from_path = language_of_path(request.path_info)
    if from_path is not None:
        return from_path
    from_cookie = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
    if from_cookie in LANGUAGES:
        return from_cookie
    return language_asked_for(request.META.get("HTTP_ACCEPT_LANGUAGE", ""), LANGUAGES) or settings.LANGUAGE_CODE


def remember_language(response: HttpResponse, language: str) -> None:
    """Keep the choice in the reader's browser for a year."""
    _set_cookie(response, settings.LANGUAGE_COOKIE_NAME, language)


def remember_zone(response: HttpResponse, zone: str) -> None:
    """Keep the zone in the reader's browser for a year."""
    _set_cookie(response, settings.ZONE_COOKIE_NAME, zone)


def addresses_in_languages(path: str) -> dict[str, str]:
    """A public address in each language (for hreflang), {} for an address without a language.

    `/v/<code>` is what a QR code holds: without a language of its own, but public.
    """
    if path == "/v" or path.startswith("/v/"):
        return {language: f"/{language}{path}" for language in LANGUAGES}
    if language_of_path(path) is None:
        return {}
    return {language: translate_url(path, language) for language in LANGUAGES}


@require_safe
@act("site.read")
def home(request: HttpRequest) -> HttpResponse:
    """`/` sends to the home page in the reader's language. 1 query for who has a session, none for others."""
    account = sessions.account_of(request)
    return HttpResponseRedirect(f"/{account.language if account else translation.get_language()}/")


@require_POST
@act("site.read")
def choose_language(request: HttpRequest) -> HttpResponse:
    """The language switch of the page shell: posts `language` and `next`. A signed-in person's account keeps it."""
    language = read_language(request.POST.get("language", ""))
    account = sessions.account_of(request)
    if account is not None:
        change_language(account=account, language=language)
    response = HttpResponseRedirect(translate_url(safe_next(request), language))
    remember_language(response, language)
    return response


def _account_known_by_now(request: HttpRequest, response: HttpResponse) -> Account | None:
    """The account that this request loaded or has just signed in. 1 query after a sign-in, none otherwise."""
    new = response.cookies.get(sessions.cookie_name())
    if new is not None and new.value:
        claim = sessions.read_claim(new.value)
        return sessions.load_account(claim, now=clock.now()) if claim else None
    return sessions.account_known(request)


def _keep_in_step(request: HttpRequest, response: HttpResponse, account: Account) -> None:
    chosen_now = settings.LANGUAGE_COOKIE_NAME in response.cookies
    if not chosen_now and request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME) != account.language:
        remember_language(response, account.language)
    if request.COOKIES.get(settings.ZONE_COOKIE_NAME) != account.time_zone:
        remember_zone(response, account.time_zone)


def _set_cookie(response: HttpResponse, name: str, value: str) -> None:
    secure = settings.CORDEE.is_https
    response.set_cookie(name, value, max_age=A_YEAR_S, secure=secure, httponly=True, samesite="Lax")
