"""In which language does the reader of this page read?"""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation.trans_real import parse_accept_lang_header


def language() -> str:
    """ "fr" or "en": the one that is active, else the site's."""
    return get_language() or settings.LANGUAGE_CODE


def language_asked_for(header: str, known: Sequence[str]) -> str | None:
    """The first known language in an Accept-Language header, regions left aside; None when it names none."""
    for tag, _weight in parse_accept_lang_header(header):
        language = tag.partition("-")[0]
        if language in known:
            return language
    return None
