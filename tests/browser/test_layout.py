"""Does a page ever scroll sideways, on the narrowest phone or on a desk?"""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import OpenVisitor
from tests.browser.pages import REVIEW, SITE, UNIT_OF_A_TEACHER, UNITS, UNREADABLE, Seen, unit
from tests.browser.people import People, Who
from tests.browser.visitor import FINNISH_RUN, OWN_RUN, Look, Visitor

WIDTHS = (320, 390, 1280)
PAGES = (*SITE, *REVIEW, UNIT_OF_A_TEACHER, UNREADABLE)
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


@pytest.mark.parametrize("who", ["fresh", "wrong", "right"])
@pytest.mark.parametrize("width", [320, 1280])
def test_a_unit_stands_beside_its_field_before_and_after_an_answer(
    visit: OpenVisitor, people: People, who: Who, width: int
) -> None:
    look = Look("fr", "light", width)
    page = visit(look, state=people.state(who)).show(f"/runs/{OWN_RUN}/units/quiz-1-bits", look)
    units = page.locator('#q1-time [id$="-after"]').all()
    assert len(units) == 2
    for unit_ in units:
        field = page.locator(f'[id="{str(unit_.get_attribute("id")).removesuffix("-after")}"]')
        one, other = field.bounding_box(), unit_.bounding_box()
        assert one
        assert other
        assert 0 <= other["x"] - (one["x"] + one["width"]) < 16
        assert one["y"] < other["y"] + other["height"] / 2 < one["y"] + one["height"]


def test_a_row_of_a_table_has_one_line_below_and_its_words_level_with_the_field(
    visit: OpenVisitor, people: People
) -> None:
    page = visit(state=people.state("fresh")).show(f"/runs/{OWN_RUN}/units/quiz-1-frames")
    rows = page.locator("main table tbody tr:has(.answer)").evaluate_all(
        """rows => rows.map((row) => ({
          lines: [...new Set([...row.children].map((cell) => getComputedStyle(cell).borderBottomColor))],
          tops: [row.querySelector("th"), row.querySelector("label")].map((words) => {
            const range = document.createRange();
            range.selectNodeContents(words);
            return range.getBoundingClientRect().bottom;
          }),
        }))"""
    )
    assert len(rows) == 3
    for row in rows:
        assert len(row["lines"]) == 1
        assert abs(row["tops"][0] - row["tops"][1]) < 3


def test_a_notice_of_a_unit_stands_clear_of_what_follows(visit: OpenVisitor, people: People) -> None:
    page = UNIT_OF_A_TEACHER.open(visit(state=people.state("teacher")), people, Look())
    notice = page.locator(".unit__main > .notice").first
    gap = notice.evaluate(
        "one => one.nextElementSibling.getBoundingClientRect().top - one.getBoundingClientRect().bottom"
    )
    assert gap >= 12


def test_a_table_that_goes_on_beyond_the_edge_shows_it(visit: OpenVisitor, people: People) -> None:
    page = visit(Look(width=320), state=people.state("fresh")).show(f"/runs/{OWN_RUN}/units/reading-a-frame")
    box = page.locator(".table-scroll").first
    box.scroll_into_view_if_needed()
    box.locator("table").evaluate("table => { table.style.inlineSize = '600px'; }")
    place = box.bounding_box()
    assert place
    x, y = place["x"] + place["width"] - 3, place["y"] + 1

    def edge() -> bytes:
        return page.screenshot(clip={"x": x, "y": y, "width": 2, "height": 2})

    cut = edge()
    box.evaluate("one => { one.scrollLeft = one.scrollWidth; }")
    assert edge() != cut


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_paper_shows_no_button_and_the_whole_rope(visit: OpenVisitor, people: People, theme: str) -> None:
    look = Look("fr", theme, 1280)
    page = visit(look, state=people.state("wrong")).show("/mine", look)
    assert page.locator("main .btn").count()
    page.emulate_media(media="print", reduced_motion="no-preference")
    assert not [button for button in page.locator("main .btn").all() if button.is_visible()]
    done = page.locator("main .rope__done").first
    assert done.evaluate("rope => getComputedStyle(rope).animationName") == "none"
    assert page.locator("body").evaluate("body => getComputedStyle(body).backgroundColor") == "rgb(255, 255, 255)"


def test_a_page_that_scrolls_sideways_would_be_seen(visit: OpenVisitor) -> None:
    page = visit(Look()).show("/sign-in")
    page.locator("main h1").evaluate("heading => { heading.style.inlineSize = '500px'; }")
    assert sideways(page, 320)
