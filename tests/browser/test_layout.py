"""Does a page ever scroll sideways, on the narrowest phone or on a desk?"""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import OpenVisitor
from tests.browser.pages import SITE, UNIT_OF_A_TEACHER, UNITS, UNREADABLE, Seen, unit
from tests.browser.people import People, Who
from tests.browser.visitor import FINNISH_RUN, Look, Visitor

WIDTHS = (320, 390, 1280)
PAGES = (*SITE, UNIT_OF_A_TEACHER, UNREADABLE)
EACH_TENTH = 10
# How far the page can be scrolled sideways, and which elements reach beyond the edge (outside a box that scrolls).
SIDEWAYS = """() => {
  const root = document.documentElement;
  const beyond = root.scrollWidth - root.clientWidth;
  if (beyond <= 0) return null;
  const clipped = (element) => {
    for (let at = element.parentElement; at && at !== document.body; at = at.parentElement)
      if (getComputedStyle(at).overflowX !== "visible") return true;
    return false;
  };
  const culprits = [...document.body.querySelectorAll("*")]
    .filter((one) => one.getBoundingClientRect().right > root.clientWidth + 0.5 && !clipped(one))
    .slice(0, 5).map((one) => one.outerHTML.slice(0, 120));
  return `${beyond} px: ${culprits.join(" | ")}`;
}"""


def sideways(page: Page, width: int) -> list[str]:
    page.set_viewport_size({"width": width, "height": 800})
    found = page.evaluate(SIDEWAYS)
    return [f"{page.url} at {width} px scrolls sideways by {found}"] if found else []


def all_widths(visitor: Visitor, people: People, seen: Seen, language: str) -> list[str]:
    page = seen.open(visitor, people, Look(language, "light", WIDTHS[0]))
    return [line for width in WIDTHS for line in sideways(page, width)]


@pytest.mark.parametrize(("number", "seen"), list(enumerate(PAGES)), ids=map(str, PAGES))
def test_no_page_scrolls_sideways(visit: OpenVisitor, people: People, number: int, seen: Seen) -> None:
    visitor = visit(Look(), state=people.state(seen.who))
    assert all_widths(visitor, people, seen, ("fr", "en")[number % 2]) == []


@pytest.mark.parametrize("who", ["fresh", "wrong", "right"])
def test_no_unit_of_our_course_scrolls_sideways(visit: OpenVisitor, people: People, who: Who) -> None:
    visitor = visit(Look(), state=people.state(who))
    found = [
        line
        for number, name in enumerate(UNITS)
        for line in all_widths(visitor, people, unit(name, who), ("fr", "en")[number % 2])
    ]
    assert found == []


@pytest.mark.slow
@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("seen", PAGES, ids=str)
def test_no_page_scrolls_sideways_in_either_language(
    visit: OpenVisitor, people: People, seen: Seen, language: str
) -> None:
    visitor = visit(Look(language), state=people.state(seen.who))
    assert all_widths(visitor, people, seen, language) == []


def _finnish(visitor: Visitor, *, step: int) -> list[str]:
    addresses = visitor.unit_addresses(FINNISH_RUN)
    assert len(addresses) == 46
    found = []
    for address in addresses[::step]:
        page = visitor.show(address)
        for image in page.locator("main img").all():
            image.scroll_into_view_if_needed()
        found += sideways(page, 320)
    return found


def test_one_in_ten_units_of_the_finnish_course_does_not_scroll_sideways(visit: OpenVisitor, people: People) -> None:
    assert _finnish(visit(Look("en", "light", 320), state=people.state("awa")), step=EACH_TENTH) == []


@pytest.mark.slow
def test_no_unit_of_the_finnish_course_scrolls_sideways(visit: OpenVisitor, people: People) -> None:
    assert _finnish(visit(Look("en", "light", 320), state=people.state("awa")), step=1) == []


def test_a_page_that_scrolls_sideways_would_be_seen(visit: OpenVisitor) -> None:
    page = visit(Look()).show("/sign-in")
    page.locator("main h1").evaluate("heading => { heading.style.inlineSize = '500px'; }")
    assert sideways(page, 320)
