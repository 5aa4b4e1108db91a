"""Does everything on a page stand where it should, on the narrowest phone and on a desk?

That no page scrolls sideways is seen with its other faults: `test_accessibility.py` opens each page once for both.
"""

from __future__ import annotations

import pytest

from tests.browser.conftest import OpenVisitor
from tests.browser.pages import UNIT_OF_A_TEACHER
from tests.browser.people import People, Who
from tests.browser.sideways import sideways
from tests.browser.visitor import FINNISH_RUN, OWN_COURSE, OWN_RUN, Look, Visitor

EACH_TENTH = 10


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
          tops: [row.querySelector("th"), row.querySelector("td p")].map((words) => {
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


def test_a_question_to_type_is_headed_like_a_question_to_choose(visit: OpenVisitor, people: People) -> None:
    page = visit(state=people.state("fresh")).show(f"/runs/{OWN_RUN}/units/from-name-to-page")
    found = page.locator("#first-byte .answer > label, #what-helps legend, #far-away legend").evaluate_all(
        """heads => heads.map((head) => {
          const style = getComputedStyle(head);
          return [style.fontFamily, style.fontSize, style.fontWeight].join();
        })"""
    )
    assert len(found) == 4
    assert len(set(found)) == 1


@pytest.mark.parametrize(
    "path", [f"/courses/{OWN_COURSE}/versions", f"/runs/{OWN_RUN}/desk/version", f"/runs/{OWN_RUN}/desk/"]
)
def test_a_table_of_versions_or_learners_is_read_on_a_phone_without_scrolling_sideways(
    visit: OpenVisitor, people: People, path: str
) -> None:
    people.state("right")  # somebody to be in the table
    page = visit(Look("fr", "light", 390), state=people.state("teacher")).show(path, Look("fr", "light", 390))
    boxes = page.locator(".table-scroll").evaluate_all("boxes => boxes.map((box) => box.scrollWidth - box.clientWidth)")
    assert boxes
    assert max(boxes) <= 0
    assert sideways(page, 390) == []
