"""Can the pilot's pages be read and used by everybody, in a real browser: axe, keyboard, phone, no script?"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from cordee.web.tests.running import running_pilot
from tests.browser.test_accessibility import axe, violations

__all__ = ["axe"]  # its fixture
START_S = 240.0
OF = "run=course-v1%3AIngenia%2BCABLE%2B2026_T2"
RUN = "/run?run=course-v1%3AIngenia%2BCABLE%2B2026_T2&compare=course-v1%3AIngenia%2BCABLE%2B2026_T1"
PAGES = (
    "/?all=1",
    RUN,
    "/exercise?run=course-v1%3AIngenia%2BCABLE%2B2026_T2&activity=unit9",
    "/comparison",
    "/catalogue",
    f"/weeks?{OF}",
    f"/films?{OF}&order=left",
    f"/film?{OF}&activity=film0",
    f"/world?{OF}",
    f"/research?{OF}",
    "/sources",
    "/indicators?run=course-v1%3AIngenia%2BCABLE%2B2026_T2",
    "/indicators/stops?run=course-v1%3AIngenia%2BCABLE%2B2026_T2",
)
# Each page in two of them that differ in everything.
LOOKS = ((("fr", "light", 1280), ("en", "dark", 320)), (("en", "dark", 390), ("fr", "light", 320)))


@pytest.fixture(scope="module")
def pilot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """`cordee pilot demo` on a free port, and nothing else: no account, no course, no configuration."""
    with running_pilot(tmp_path_factory.mktemp("pilot"), "demo", start_s=START_S) as address:
        yield address


def opened(browser: Browser, pilot: str, *, language: str, theme: str, width: int, script: bool = True) -> Page:
    context = browser.new_context(viewport={"width": width, "height": 900}, java_script_enabled=script)
    context.set_default_timeout(120_000)
    context.add_cookies(
        [
            {"name": "language", "value": language, "url": pilot},
            {"name": "theme", "value": theme, "url": pilot},
        ]
    )
    return context.new_page()


@pytest.mark.parametrize("number", range(len(PAGES)), ids=PAGES)
def test_axe_finds_nothing_on_the_pages_of_the_pilot_and_none_scrolls_sideways(
    browser: Browser, pilot: str, axe: str, number: int
) -> None:
    found = []
    for language, theme, width in LOOKS[number % 2]:
        page = opened(browser, pilot, language=language, theme=theme, width=width)
        answer = page.goto(pilot + PAGES[number])
        assert answer is not None
        assert answer.status == 200
        found += violations(page, axe, f"{PAGES[number]} {language} {theme} {width}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.locator("html").get_attribute("lang") == language
        page.context.close()
    assert found == []


def test_a_session_and_a_cohort_are_chosen_with_the_keyboard_and_without_script(browser: Browser, pilot: str) -> None:
    page = opened(browser, pilot, language="fr", theme="light", width=390, script=False)
    page.goto(pilot + RUN)
    page.locator("#cohort").focus()
    page.keyboard.type("Vercors")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**cohort=Vercors*")
    assert page.locator("#cohort").input_value() == "Vercors, 1A"
    assert "184" in page.locator(".funnel").inner_text()
    summary = page.locator("summary", has_text="Lire ces données en tableau").first
    summary.focus()
    page.keyboard.press("Enter")
    assert page.locator("details[open] table").first.is_visible()
    page.context.close()


def test_sessions_are_chosen_and_a_file_for_researchers_is_made_with_the_keyboard_and_without_script(
    browser: Browser, pilot: str
) -> None:
    page = opened(browser, pilot, language="fr", theme="light", width=390, script=False)
    page.goto(f"{pilot}/comparison")
    third = page.get_by_role("checkbox", name="3T2025")
    assert not third.is_checked()
    third.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_url("**session=*3T2025*")
    assert page.locator(".pair").count() >= 3
    page.goto(f"{pilot}/research?{OF}")
    page.locator("#note").focus()
    page.keyboard.type("Pour un laboratoire, par consentement")
    page.locator("form.pcard button").focus()
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert download.value.suggested_filename == "research-2026_T2.zip"
    page.context.close()
