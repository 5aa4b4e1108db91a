"""In which language does the reader of this page read?"""

from __future__ import annotations

import contextlib
import zoneinfo
from collections.abc import Sequence

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone, translation
from django.utils.translation import get_language
from django.utils.translation.trans_real import parse_accept_lang_header

from cordee.ui.typography import is_french


def language() -> str:
    """ "fr" or "en": the one that is active, else the site's."""
    return get_language() or settings.LANGUAGE_CODE


def language_name(code: str) -> str:
    """A language as it stands inside a sentence of this page: French has no capital there. The code when unknown."""
    try:
        name = str(translation.get_language_info(code)["name_translated"])
    except KeyError:
        return code
    return name.lower() if is_french(language()) else name


def language_asked_for(header: str, known: Sequence[str]) -> str | None:
    """The first known language in an Accept-Language header, regions left aside; None when it names none."""
    for tag, _weight in parse_accept_lang_header(header):
        language = tag.partition("-")[0]
        if language in known:
            return language
    return None


def language_of_path(path: str) -> str | None:
    """The language that an address begins with, or None."""
    first = path[1:].partition("/")[0]
    return first if first in dict(settings.LANGUAGES) and path.startswith(f"/{first}/") else None


def address_in(language_code: str, address: str) -> str:
    """A local address in this language, if it says one: "/fr/courses?q=x" becomes "/en/courses?q=x"."""
    said = language_of_path(address)
    return f"/{language_code}{address[len(said) + 1 :]}" if said else address


def read_as(request: HttpRequest, *, language_code: str, time_zone: str) -> None:
    """The reader turns out to be somebody: what their account says counts from here on, whatever this device believed.

    An address that says its language keeps it.
    """
    if language_of_path(request.path_info) is None and language_code != get_language():
        translation.activate(language_code)
        request.LANGUAGE_CODE = language_code
    if timezone.get_current_timezone_name() != time_zone:
        with contextlib.suppress(zoneinfo.ZoneInfoNotFoundError):  # unknown to this machine: the site's
            timezone.activate(zoneinfo.ZoneInfo(time_zone))
