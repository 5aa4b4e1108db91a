"""How is the picture of a course drawn, for where its address is shared? As PNG, by typst, from its profile.

Social networks read no SVG. A drawing takes some 100 ms: each process draws one at a time and keeps the last of them;
whoever fetched one may keep it, since its address changes with what it shows.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Final

import typst
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from cordee.awards import drawing, glyphs
from cordee.core import clock
from cordee.learning.catalogue.course_page import course_page
from cordee.learning.catalogue.pictures import LAYOUT, Picture, picture_of
from cordee.people.permissions import act
from cordee.ui import profile
from cordee.ui.language import language

TEMPLATES: Final = Path(__file__).parent / "typst"
DISPLAY_FONT: Final = "BricolageGrotesque-SemiBold.ttf"
WASHES: Final = {"net": "#d5e5f4", "eco": "#e3ebc7", "sci": "#f5e3bd", "code": "#e3dcf7"}  # as ui/styles/tokens.css
PAPER: Final = "#f6f8f6"
LONGEST_TITLE: Final = 160  # a longer one is cut
KEPT: Final = 32  # pictures that a process keeps, about 30 kB each
KEPT_S: Final = 30 * 24 * 3600  # by whoever fetched it


class Drawn:
    """The last pictures that this process drew, by mark."""

    def __init__(self, kept: int) -> None:
        self._kept = kept
        self._pictures: OrderedDict[str, bytes] = OrderedDict()
        self._lock = Lock()

    def of(self, picture: Picture) -> bytes:
        with self._lock:  # held while drawing: a crowd of readers draws one after the other, each picture once
            found = self._pictures.pop(picture.mark, None)
            if found is None:
                found = draw(picture)
            self._pictures[picture.mark] = found
            while len(self._pictures) > self._kept:
                self._pictures.popitem(last=False)
            return found


_drawn = Drawn(KEPT)


@require_safe
@act("site.read")
@cache_control(public=True, max_age=KEPT_S)
def course_picture(request: HttpRequest, course_key: str, mark: str) -> HttpResponse:
    """The PNG; an address of before leads to the present one. As many queries as the course's page."""
    page = course_page(course_key, account=None, language=language(), now=clock.now())
    picture = picture_of(page)
    if mark != picture.mark:
        return HttpResponseRedirect(reverse("course-picture", args=[course_key, picture.mark]))
    return HttpResponse(_drawn.of(picture), content_type="image/png")


public = [path("courses/<str:course_key>/picture-<slug:mark>.png", course_picture, name="course-picture")]


def draw(picture: Picture) -> bytes:
    """1200 by 630 pixels."""
    title = picture.title if len(picture.title) <= LONGEST_TITLE else f"{picture.title[: LONGEST_TITLE - 1]}…"
    colour = drawing.colour_of(picture.family)
    values = {
        "language": picture.language,
        "title": title,
        "title_in_display": glyphs.prints_all(DISPLAY_FONT, title),
        "organisation": picture.organisation,
        "colour": colour,
        "wash": WASHES.get(picture.family, PAPER),
        "relief": relief_svg(picture, colour),
        "logo": drawing.logo_svg(),
        "site": "Cordée",
    }
    found = typst.compile(
        str(TEMPLATES / f"course_picture_{LAYOUT}.typ"),
        root=str(TEMPLATES),
        font_paths=_fonts(tuple(glyphs.font_folders())),
        ignore_system_fonts=True,
        format="png",
        ppi=72.0,
        sys_inputs={"data": json.dumps(values, ensure_ascii=False)},
    )
    assert isinstance(found, bytes)  # noqa: S101 - one page gives one picture
    return found


@cache
def _fonts(folders: tuple[Path, ...]) -> typst.Fonts:
    """Read once a process."""
    paths = [str(folder) for folder in folders]
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=paths)


def relief_svg(picture: Picture, colour: str) -> str:
    """The cover of the course's card, in colours of paper."""
    svg = profile.cover(picture.effort, picture.stacks)
    ring = f'fill="#ffffff" stroke="{colour}"'
    return svg.replace("<svg ", drawing.SVG, 1).replace('class="viz__ring"', ring).replace("currentColor", colour)
