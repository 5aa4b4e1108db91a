"""Which pages may search engines show, and where do they find them? Source: sitemaps.org 0.9, RFC 9309."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from xml.etree import ElementTree as ET

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils import translation
from django.utils.text import slugify
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from cordee.core.errors import N_, NotFound
from cordee.courses.editorial.models import NEWS, PAGE
from cordee.courses.editorial.queries import shown_addresses
from cordee.courses.models import Course
from cordee.courses.sheets.reading import around, listed_courses
from cordee.people.permissions import act
from cordee.web.environment import LANGUAGES
from cordee.web.notices import NOTICES

MOST: Final = 50_000  # addresses of one file
KEPT_S: Final = 3600
SITEMAP: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"
XHTML: Final = "http://www.w3.org/1999/xhtml"
# What is somebody's own, or asks who one is. Nothing of it could be read anyway: this spares the asking.
CLOSED: Final = ("/runs/", "/account", "/mine", "/pilot/", "/bilan/", "/cohorts", "/sign-in", "/sign-up", "/v/")
EDITORIAL: Final = {PAGE: "page", NEWS: "one-news"}  # kind, name of its address


@dataclass(frozen=True, slots=True)
class Page:
    """A public page, which has an address in each language."""

    name: str
    argument: str = ""
    changed_at: dt.datetime | None = None

    def url(self, language: str) -> str:
        with translation.override(language):
            return f"{settings.CORDEE.url}{reverse(self.name, args=[self.argument] if self.argument else [])}"


@require_safe
@act("site.read")
@cache_control(public=True, max_age=KEPT_S)
def sitemap(request: HttpRequest) -> HttpResponse:
    """All pages, or the list of the files that hold them where there are too many for one. 3 queries."""
    files = _files(pages())
    return _xml(_index(len(files)) if len(files) > 1 else _urls(files[0]))


@require_safe
@act("site.read")
@cache_control(public=True, max_age=KEPT_S)
def part(request: HttpRequest, number: int) -> HttpResponse:
    """One of several files. 3 queries. Raises NotFound."""
    files = _files(pages())
    if not 0 < number <= len(files):
        raise NotFound(N_("There is no such page. Go back to the home page."))
    return _xml(_urls(files[number - 1]))


@require_safe
@act("site.read")
@cache_control(public=True, max_age=KEPT_S)
def robots(request: HttpRequest) -> HttpResponse:
    """What is closed to them, and where the rest is listed."""
    lines = ["User-agent: *", *(f"Disallow: {place}" for place in CLOSED)]
    lines += ["", f"Sitemap: {settings.CORDEE.url}{reverse('sitemap')}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


urlpatterns = [
    path("robots.txt", robots, name="robots"),
    path("sitemap.xml", sitemap, name="sitemap"),
    path("sitemap-<int:number>.xml", part, name="sitemap-part"),
]


def pages() -> list[Page]:
    """Every public page (4 queries): courses, people whom sheets name, what they are classed by, what the operator
    wrote, notices.
    """
    listed, known = listed_courses(), around()
    changed = dict(_changes())
    people = {slugify(one["name"]) for course in listed for one in _team(course.data)}
    return [
        *(Page(name) for name in ("home", "catalogue", "organisations", "categories", "programmes")),
        *(Page("course", course.key, changed.get(course.key)) for course in listed),
        *(Page("organisation", code) for code in known.organisations),
        *(Page("category", code) for code in known.categories),
        *(Page("programme", one.code) for one in known.programmes),
        *(Page("person", slug) for slug in sorted(people - {""})),
        Page("news"),
        *(Page(EDITORIAL[kind], slug, at) for kind, slug, at in shown_addresses()),
        *(Page(f"notice-{name}") for name in NOTICES),
    ]


def _changes() -> Iterable[tuple[str, dt.datetime]]:
    """When what a course's page says was written last, by its key."""
    rows = Course.objects.filter(sheet__isnull=False).values_list("organisation", "number", "sheet__made_at")
    return ((f"{organisation}+{number}", at) for organisation, number, at in rows)


def _team(data: object) -> list[dict[str, str]]:
    team = data.get("team", []) if isinstance(data, dict) else []
    return team if isinstance(team, list) else []


def _files(found: Sequence[Page]) -> list[Sequence[Page]]:
    """As many of them in each file as it may hold, in every language."""
    at_once = MOST // len(LANGUAGES)
    return [found[begin : begin + at_once] for begin in range(0, len(found), at_once)] or [[]]


def _urls(found: Sequence[Page]) -> ET.Element:
    root = ET.Element("urlset", {"xmlns": SITEMAP, "xmlns:xhtml": XHTML})
    for page in found:
        urls = {language: page.url(language) for language in LANGUAGES}
        for url in urls.values():
            entry = ET.SubElement(root, "url")
            ET.SubElement(entry, "loc").text = url
            if page.changed_at:
                ET.SubElement(entry, "lastmod").text = page.changed_at.isoformat(timespec="seconds")
            for language, other in (*urls.items(), ("x-default", urls[settings.LANGUAGE_CODE])):
                ET.SubElement(entry, "xhtml:link", {"rel": "alternate", "hreflang": language, "href": other})
    return root


def _index(count: int) -> ET.Element:
    root = ET.Element("sitemapindex", {"xmlns": SITEMAP})
    for number in range(1, count + 1):
        entry = ET.SubElement(root, "sitemap")
        ET.SubElement(entry, "loc").text = f"{settings.CORDEE.url}{reverse('sitemap-part', args=[number])}"
    return root


def _xml(root: ET.Element) -> HttpResponse:
    data = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return HttpResponse(data, content_type="application/xml; charset=utf-8")
