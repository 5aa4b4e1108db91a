"""To which of the operator’s pages does each public page lead? Every page asks, so the process keeps it a moment."""

from __future__ import annotations

import logging
import time
from typing import Final

from django.db import DatabaseError
from django.urls import reverse

from cordee.courses.editorial.queries import footer_pages

KEPT_S: Final = 10.0
KEPT: dict[str, tuple[float, tuple[tuple[str, str], ...]]] = {}  # language -> until when, (slug, title)

logger = logging.getLogger(__name__)


def footer_links(language: str) -> tuple[tuple[str, str], ...]:
    """(address, title) of each, in order. 1 query every 10 s of a process, else none.

    Where the database cannot answer, what it last said: the page that tells of the failure has a footer, too.
    """
    until, pages = KEPT.get(language, (0.0, ()))
    if until < time.monotonic():
        try:
            pages = tuple(footer_pages(language))
        except DatabaseError:
            logger.warning("the pages of the footer could not be read")
        KEPT[language] = (time.monotonic() + KEPT_S, pages)
    return tuple((reverse("page", args=[slug]), title) for slug, title in pages)
