"""Can a report be read by everybody from a disk, in a real browser: axe, keyboard, phone, no script?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from cordee.bilan.building import Wanted, build
from cordee.bilan.folder.writing import write_folder
from cordee.bilan.tests.make import DEMO, programme
from tests.browser.sideways import sideways
from tests.browser.test_accessibility import axe, violations

__all__ = ["axe"]  # its fixture
LOOKS = (
    ("index.html", "light", 1280),
    ("en.html", "dark", 390),
    ("index.html", "dark", 320),
    ("en.html", "light", 320),
)


@pytest.fixture(scope="module", params=["published figures", "every table"])
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report of the demo, and one with map, testimonials, years and changes."""
    held = tmp_path_factory.mktemp("bilan")
    if request.param == "every table":
        write_folder(programme(), held / "in")
    build(DEMO if request.param == "published figures" else held / "in", Wanted(language="fr", html=held / "out"))
    return held / "out"


def opened(browser: Browser, address: str, theme: str, width: int, *, script: bool = True) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        color_scheme="dark" if theme == "dark" else "light",
        java_script_enabled=script,
    )
    page = context.new_page()
    lost: list[str] = []
    page.on("requestfailed", lambda request: lost.append(request.url))
    page.goto(address, wait_until="networkidle")
    assert lost == []  # styles, fonts and icon are all in the folder
    yield page
    context.close()


@pytest.mark.parametrize(("name", "theme", "width"), LOOKS)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    browser: Browser, axe: str, folder: Path, name: str, theme: str, width: int
) -> None:
    for page in opened(browser, (folder / name).as_uri(), theme, width):
        for source in page.locator("details").all()[:2]:
            source.locator("summary").click()
        assert violations(page, axe, f"{name} {theme} {width}") == []
        page.add_style_tag(content=".report-page { overflow-x: visible !important }")
        assert sideways(page, width) == []


def test_a_number_opens_its_source_by_keyboard(browser: Browser, folder: Path) -> None:
    for page in opened(browser, (folder / "index.html").as_uri(), "light", 1280):
        page.locator(".r-numbers a.r-figure").first.focus()
        page.keyboard.press("Enter")
        key = page.evaluate("location.hash")
        assert key.startswith("#f-")
        assert page.locator(f"[id='{key[1:]}']").is_visible()


def test_both_languages_are_reached_without_script(browser: Browser, folder: Path) -> None:
    for page in opened(browser, (folder / "index.html").as_uri(), "light", 390, script=False):
        page.get_by_role("link", name="EN", exact=True).click()
        assert page.locator("html").get_attribute("lang") == "en"
        assert page.get_by_role("heading", level=1).count() == 1
