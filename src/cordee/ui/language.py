"""In which language does the reader of this page read?"""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import get_language


def language() -> str:
    """ "fr" or "en": the one that is active, else the site's."""
    return get_language() or settings.LANGUAGE_CODE
