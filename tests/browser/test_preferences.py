"""Does a page do what a reader's system asks of it: less motion, colours of their own, letters of their own size?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.people import People, Who
from tests.browser.running import Site
from tests.browser.sideways import sideways
from tests.browser.visitor import DESK, OWN_COURSE, OWN_RUN, PHONE

PLACES: tuple[tuple[str, Who], ...] = (
    ("/en/", "guest"),
    ("/en/courses/", "guest"),
    (f"/en/courses/{OWN_COURSE}/", "guest"),
    ("/sign-in", "guest"),
    ("/mine", "fresh"),
    (f"/runs/{OWN_RUN}/", "fresh"),
    (f"/runs/{OWN_RUN}/units/counting-bits", "fresh"),
)
MOVING = """() => Math.max(...[...document.querySelectorAll("*")].flatMap((element) => {
  const style = getComputedStyle(element);
  return [style.transitionDuration, style.animationDuration].flatMap((all) => all.split(",").map(parseFloat));
}))"""
# What is pressed or filled in keeps an edge where grounds are the system's, whatever colour it had.
WITHOUT_EDGE = """() => [...document.querySelectorAll(".btn, .input, .select, .seg button, .choice")]
  .filter((element) => element.checkVisibility())
  .filter((element) => {
    const style = getComputedStyle(element);
    return parseFloat(style.borderTopWidth) < 1 && parseFloat(style.borderBottomWidth) < 1 &&
      !style.textDecorationLine.includes("underline") && !element.closest(".seg, .find__bar, .front__find");
  })
  .map((element) => element.outerHTML.slice(0, 120))"""


OpenAs = Callable[..., Page]


@pytest.fixture
def open_as(browser: Browser, site: Site, people: People) -> Iterator[OpenAs]:
    opened: list[BrowserContext] = []

    def open_one(path: str, who: Who, width: int = DESK, **preferences: Any) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, storage_state=people.state(who), **preferences
        )
        opened.append(context)
        page = context.new_page()
        page.goto(f"{site.url}{path}")
        return page

    yield open_one
    for context in opened:
        context.close()


@pytest.mark.parametrize(("path", "who"), PLACES)
def test_nothing_moves_for_who_asked_for_less_motion(open_as: OpenAs, path: str, who: Who) -> None:
    assert open_as(path, who, reduced_motion="reduce").evaluate(MOVING) == 0


@pytest.mark.parametrize(("path", "who"), PLACES)
def test_nothing_moves_by_itself_for_anybody(open_as: OpenAs, path: str, who: Who) -> None:
    page = open_as(path, who, reduced_motion="no-preference")
    page.wait_for_timeout(400)
    assert page.evaluate("document.getAnimations().filter((one) => one.playState === 'running').length") == 0


@pytest.mark.parametrize(("path", "who"), PLACES)
def test_what_is_pressed_has_an_edge_in_colours_of_the_system(open_as: OpenAs, path: str, who: Who) -> None:
    page = open_as(path, who, forced_colors="active")
    assert page.evaluate("matchMedia('(forced-colors: active)').matches")
    assert page.evaluate(WITHOUT_EDGE) == []


@pytest.mark.parametrize(("path", "who"), PLACES)
def test_the_largest_letters_of_the_clear_font_fit_a_phone(open_as: OpenAs, site: Site, path: str, who: Who) -> None:
    page = open_as(path, who, PHONE)
    page.context.add_cookies([{"name": "reading", "value": "largest.clear", "url": site.url}])
    page.reload()
    assert page.locator("html").get_attribute("data-size") == "largest"
    assert page.evaluate("getComputedStyle(document.body).fontFamily").startswith(
        '"Atkinson Hyperlegible Next Variable"'
    )
    assert sideways(page, PHONE) == []
