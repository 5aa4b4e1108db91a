"""Do search engines find every public page, and nothing else? Is a course's picture drawn?"""

from __future__ import annotations

import struct
import threading
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from lxml import etree

from cordee.core import clock
from cordee.courses.models import Run
from cordee.courses.tests.make import small_run
from cordee.learning.catalogue.course_page import course_page
from cordee.learning.catalogue.pictures import Picture, picture_address
from cordee.learning.tests.catalogue import KEY, make_category, make_course, make_programme
from cordee.learning.tests.cohorts import make_organisation
from cordee.ui.profile import Stack, Week
from cordee.web import course_pictures, sitemaps
from cordee.web.course_pictures import Drawn, draw

NAMES = {"s": sitemaps.SITEMAP, "x": sitemaps.XHTML}


def locations(content: bytes) -> list[str]:
    return [str(one.text) for one in etree.fromstring(content).findall(".//s:loc", NAMES)]


@pytest.mark.django_db
def test_the_sitemap_holds_each_public_page_in_each_language_with_its_alternates(tmp_path: Path, settings: Any) -> None:
    hidden = small_run(tmp_path)
    Run.objects.filter(pk=hidden.pk).update(listed=False)
    make_category()
    make_organisation("Rivoire")
    make_course()
    make_programme()
    answer = Client().get("/sitemap.xml")
    found = locations(answer.content)
    site = settings.CORDEE.url
    for path in ("", f"courses/{KEY}/", "categories/computing/", "programmes/developer/", "people/elise-marchetti/"):
        for language in ("fr", "en"):
            assert f"{site}/{language}/{path}" in found
    assert not any(hidden.course.key in one for one in found)
    assert len(found) == len(set(found))
    entry = next(
        one
        for one in etree.fromstring(answer.content)
        if (one.findtext("s:loc", None, NAMES) or "").endswith(f"en/courses/{KEY}/")
    )
    links = {one.get("hreflang"): one.get("href") for one in entry.findall("x:link", NAMES)}
    assert links["fr"] == f"{site}/fr/courses/{KEY}/"
    assert links["x-default"] == links[settings.LANGUAGE_CODE]
    assert entry.findtext("s:lastmod", None, NAMES)


@pytest.mark.django_db
def test_every_address_of_the_sitemap_is_there() -> None:
    make_category()
    make_organisation("Rivoire")
    make_course()
    make_programme()
    for one in locations(Client().get("/sitemap.xml").content):
        path = "/" + one.split("/", 3)[3]
        assert Client().get(path).status_code == 200, path


@pytest.mark.django_db
def test_too_many_addresses_for_one_file_are_told_in_several(monkeypatch: pytest.MonkeyPatch) -> None:
    make_course()
    whole = locations(Client().get("/sitemap.xml").content)
    monkeypatch.setattr(sitemaps, "MOST", 8)
    parts = locations(Client().get("/sitemap.xml").content)
    assert len(parts) == -(-len(whole) // 8)
    held = [locations(Client().get("/" + one.split("/", 3)[3]).content) for one in parts]
    assert [one for some in held for one in some] == whole
    assert all(len(some) <= 8 for some in held)
    assert Client().get(f"/sitemap-{len(parts) + 1}.xml").status_code == 404


@pytest.mark.django_db
def test_robots_are_told_what_is_closed_and_where_the_sitemap_is(settings: Any) -> None:
    lines = Client().get("/robots.txt").content.decode().splitlines()
    assert "User-agent: *" in lines
    assert "Disallow: /runs/" in lines
    assert f"Sitemap: {settings.CORDEE.url}/sitemap.xml" in lines
    assert not any(line in {"Disallow: /", "Disallow: /fr/", "Disallow: /en/"} for line in lines)


def size_of(png: bytes) -> tuple[int, int]:
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", png[16:24])
    return width, height


WEEKS = (Week(video_h=1, practice_h=2, graded=True), Week(reading_h=3))


@pytest.mark.parametrize(
    ("title", "effort", "stacks"),
    [
        ("Du câble au paquet", WEEKS, ()),
        ("課程 Курс ☃ " + "very long title " * 40, (), (Stack(3), Stack(0, graded=True))),
        ('#sys.exit() "quotes" \\ $x$ <b>', (), ()),
    ],
)
def test_a_picture_has_the_size_that_social_networks_want(title: str, effort: Any, stacks: Any) -> None:
    assert size_of(draw(Picture(title, "fr", "Alliance Ingénia", "net", effort, stacks))) == (1200, 630)


def test_a_picture_is_drawn_once_by_a_crowd_and_only_the_last_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[str] = []

    def counted(picture: Picture) -> bytes:
        drawn.append(picture.title)
        return picture.title.encode()

    monkeypatch.setattr(course_pictures, "draw", counted)
    kept = Drawn(2)
    pictures = [Picture(name, "fr", "", "net", (), ()) for name in "abc"]
    crowd = [threading.Thread(target=kept.of, args=(pictures[0],)) for _ in range(8)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    assert drawn == ["a"]
    for picture in (*pictures, pictures[0]):
        kept.of(picture)
    assert drawn == ["a", "b", "c", "a"]


@pytest.mark.django_db
def test_the_address_of_a_picture_changes_with_what_it_shows_and_an_old_one_leads_to_the_new() -> None:
    make_course()
    first = picture_address(course_page(KEY, account=None, language="en", now=clock.now()))
    answer = Client().get(first)
    assert answer["Content-Type"] == "image/png"
    assert "max-age=" in answer["Cache-Control"]
    assert size_of(answer.content) == (1200, 630)
    make_course(titles={"en": "Another title"})
    moved = Client().get(first)
    # The sessions keep the version on which they were opened: its picture stays theirs.
    assert moved.status_code == 200
    assert Client().get(first.replace(".png", "0.png"))["Location"] == first
    assert Client().get("/en/courses/A+B/picture-0.png").status_code == 404
