"""What is asked of pages and news, one function a question."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Count, F, Max

from cordee.core.errors import N_, NotFound
from cordee.courses.editorial.models import NEWS, EditorialEdition, EditorialText


def shown_text(kind: str, slug: str, language: str) -> EditorialEdition:
    """What everybody may read at this address, in another language where it is not in this one (1 query).

    Raises NotFound.
    """
    found = {
        one.text.language: one
        for one in EditorialEdition.objects.select_related("text").filter(
            text__kind=kind, text__slug=slug, text__shown=F("pk")
        )
    }
    if not found:
        raise NotFound(N_("This page does not exist, or no longer does. Look on the home page."))
    return found.get(language) or found[min(found)]


def latest_news(language: str, *, most: int) -> list[EditorialEdition]:
    """What is shown in this language, the newest first (1 query)."""
    news = EditorialEdition.objects.select_related("text").filter(
        text__kind=NEWS, text__language=language, text__shown=F("pk")
    )
    return list(news.order_by("-day", "-made_at")[:most])


def footer_pages(language: str) -> list[tuple[str, str]]:
    """(slug, title) of the pages to which each public page leads, in order (1 query)."""
    pages = EditorialText.objects.filter(language=language, shown__in_footer=True)
    return list(pages.order_by("shown__place", "shown__title").values_list("slug", "shown__title"))


def shown_addresses() -> list[tuple[str, str, dt.datetime]]:
    """(kind, slug, when it was changed last) of all that everybody may read (1 query)."""
    texts = EditorialText.objects.filter(shown__isnull=False).order_by("kind", "slug")
    return list(texts.values_list("kind", "slug").annotate(at=Max("shown__made_at")))


def introduced_pages(language: str, *, most: int) -> list[tuple[str, str, str]]:
    """(slug, title, summary) of the first pages of the footer that have a summary (1 query)."""
    pages = EditorialText.objects.filter(language=language, shown__in_footer=True).exclude(shown__summary="")
    told = pages.order_by("shown__place", "shown__title").values_list("slug", "shown__title", "shown__summary")
    return list(told[:most])


def every_text() -> list[EditorialText]:
    """All, with `shown`, and as `editions_made`, `last` how many editions there are and which is the last (1 query)."""
    texts: Any = EditorialText.objects.select_related("shown").annotate(
        editions_made=Count("editions"), last=Max("editions__number")
    )
    return list(texts.order_by("kind", "slug", "language"))


def text_at(kind: str, slug: str, language: str) -> EditorialText | None:
    """Shown or not (1 query)."""
    return EditorialText.objects.select_related("shown").filter(kind=kind, slug=slug, language=language).first()


def editions_of(text: EditorialText) -> list[EditorialEdition]:
    """The newest first (1 query)."""
    return list(text.editions.select_related("text").order_by("-number"))


def edition_of(kind: str, slug: str, language: str, number: int) -> EditorialEdition:
    """One of its history (1 query). Raises NotFound."""
    found = (
        EditorialEdition.objects.select_related("text")
        .filter(text__kind=kind, text__slug=slug, text__language=language, number=number)
        .first()
    )
    if found is None:
        raise NotFound(N_("There is no such page. Choose one in the list."))
    return found
