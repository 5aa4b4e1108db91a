"""Does the guide show every component, in both languages?"""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.http import Http404
from django.test import RequestFactory
from django.utils import translation

from cordee.ui import icons
from cordee.ui.guide import guide, samples

UI = Path(__file__).parent.parent
PACKAGE = UI.parent
TEMPLATES = sorted(PACKAGE.glob("**/templates/**/*.html"))
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
COMPONENTS = [
    "masthead", "footer", "tabbar", "crumbs", "btn--primary", "btn--secondary", "btn--quiet", "btn--danger", "field",
    "input", "select", "textarea", "check", "notice--good", "notice--bad", "notice--warn", "tag--rope", "choice",
    "feedback", "hint", "answer", "rope", "knot--done", "knot--half", "knot--here", "outline", "viz", "legend",
    "course", "table", "hbars", "prose", "missing", "empty", "tabs", "seg", "avatar", "menu",
]  # fmt: skip


class Nesting(HTMLParser):
    """Finds elements that are not closed where they should be, and ids that are there twice."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.faults: list[str] = []
        self.classes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append(tag)
        self._note(attrs)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._note(attrs)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> at {self.getpos()}")

    def _note(self, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self.classes |= set((named.get("class") or "").split())
        if named.get("id"):
            self.ids.append(str(named["id"]))


def read(html: str) -> Nesting:
    nesting = Nesting()
    nesting.feed(html)
    return nesting


@pytest.fixture(params=["en", "fr"])
def page(request: pytest.FixtureRequest, rendered: Any) -> str:
    with translation.override(request.param):
        return str(rendered("ui/guide.html", samples(), language=request.param))


def test_every_component_is_on_the_page(page: str) -> None:
    assert set(COMPONENTS) - read(page).classes == set()


def test_the_page_is_well_nested_and_no_id_is_there_twice(page: str) -> None:
    nesting = read(page)
    assert (nesting.faults, nesting.open) == ([], [])
    assert len(nesting.ids) == len(set(nesting.ids))


def test_the_page_needs_no_style_attribute_and_no_inline_script(page: str) -> None:
    assert " style=" not in page
    assert re.findall(r"<script(?![^>]*\bsrc=)", page) == []
    assert re.findall(r"\son\w+=", page) == []


def test_every_class_of_the_page_has_a_rule(page: str) -> None:
    rules = "".join(path.read_text(encoding="utf-8") for path in (UI / "styles").rglob("*.css"))
    known = set(re.findall(r"\.([a-z][\w-]*)", rules))
    assert read(page).classes - known == set()


def test_dates_and_numbers_follow_the_language(rendered: Any) -> None:
    with translation.override("fr"):
        french = rendered("ui/guide.html", samples(), language="fr")
    assert "Demain, 23\u00a0h\u00a059 (heure de Paris)" in french
    assert "12\u00a0480 · 41,0\u00a0%" in french


def test_without_the_setting_there_is_no_guide(settings: Any) -> None:
    settings.CORDEE_GUIDE = False
    with pytest.raises(Http404):
        guide(RequestFactory().get("/ui"))


def test_the_view_shows_the_page(settings: Any) -> None:
    answer = guide(RequestFactory().get("/ui"))
    assert answer.status_code == 200
    assert b"kit__icons" in answer.content


def test_every_icon_that_a_template_names_exists() -> None:
    named = {
        (path.name, name)
        for path in TEMPLATES
        for name in re.findall(r"""{%\s*icon\s+["']([^"']+)["']""", path.read_text(encoding="utf-8"))
    }
    assert {found for found in named if found[1] not in icons.names()} == set()
    assert len(named) > 10


def test_an_icon_that_is_not_there_says_where_to_put_it() -> None:
    with pytest.raises(LookupError, match="lucide-static"):
        icons.svg("unicorn")


@pytest.mark.parametrize("name", sorted(icons.names()))
def test_an_icon_is_decoration(name: str) -> None:
    drawing = icons.svg(name)
    assert 'aria-hidden="true"' in drawing
    assert drawing.count("<svg") == 1
    assert "<!--" not in drawing


def test_no_template_has_a_style_attribute_or_a_script_between_tags() -> None:
    for path in TEMPLATES:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"<[^>]*\sstyle\s*=", text), path
        assert not re.search(r"<script(?![^>]*\bsrc=)", text), path


def test_the_style_sheet_asks_for_nothing_that_the_content_policy_refuses() -> None:
    built = (UI / "static" / "ui" / "cordee.css").read_text(encoding="utf-8")
    for address in re.findall(r"url\(([^)]*)\)", built):
        assert (UI / "static" / "ui" / address.strip("\"'")).is_file()
