"""How is a page of the catalogue drawn, most of it once for all who ask?

Thousands of questions have pages that differ in a few places: the frame is drawn once for each of the few shapes that
there are, a box once for each value, a card once a day; a page joins them.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import ngettext

from cordee.learning.catalogue.facets import Facet
from cordee.learning.catalogue.listing import Listing, Option
from cordee.ui.drawn_once import draw_page, draw_part


@dataclass(frozen=True, slots=True)
class Shape:
    """What decides how the frame of a page is drawn; there are few of them."""

    asks: bool  # there is a question
    narrows: bool  # something is chosen
    exactly: bool
    has_facets: bool
    sorts: tuple[Option, ...]  # () where there is nothing to sort


def draw_catalogue(request: HttpRequest, page: Listing) -> HttpResponse:
    """No query: the page is known."""
    shape = Shape(
        asks=bool(page.question),
        narrows=bool(page.choices),
        exactly=page.exactly,
        has_facets=bool(page.facets),
        sorts=page.sorts if page.total > 1 else (),
    )
    count = ngettext("%(n)s course", "%(n)s courses", page.total) % {"n": page.total}
    return draw_page(
        request,
        "learning/catalogue.html",
        known={"shape": shape},
        filled={
            "question": conditional_escape(page.question),
            "unfiltered_url": conditional_escape(page.unfiltered_url),
            "facets": SafeString("".join(map(_facet, page.facets))),
            "count": conditional_escape(count),
            "notes": _notes(page),
            "results": _results(page),
        },
    )


def _facet(facet: Facet) -> SafeString:
    boxes = (
        draw_part("learning/catalogue/listing_box.html", known={"box": box}, filled={"count": SafeString(count)})
        for box, count in facet.values
    )
    return format_html(
        '<fieldset class="field"><legend>{}</legend>{}</fieldset>', facet.title, SafeString("".join(boxes))
    )


def _notes(page: Listing) -> SafeString:
    if not (page.understood or page.in_part or page.says_nothing or page.choices):
        return SafeString("")
    return render_to_string("learning/catalogue/listing_notes.html", {"page": page})


def _results(page: Listing) -> SafeString:
    if not page.cards:
        return render_to_string("learning/catalogue/listing_empty.html", {"page": page})
    known = {
        "has_next": bool(page.next_url),
        "has_previous": bool(page.previous_url),
        "next_count": page.next_count,
    }
    urls = {"next_url": conditional_escape(page.next_url), "previous_url": conditional_escape(page.previous_url)}
    pages = draw_part("learning/catalogue/listing_pages.html", known=known, filled=urls)
    return SafeString(f'<ul class="grid cat__grid">{"".join(page.cards)}</ul>\n{pages}')
