"""Can one go from signing in to the progress page with the keyboard alone, always seeing where one is?"""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenVisitor
from tests.browser.visitor import NEW_PASSWORD, OWN_COURSE, OWN_RUN, Look, right_answers

STOPS_AT_MOST = 120
# A ring is seen on the element itself, or on the choice or the card that it stands for.
STOP = """() => {
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  const ringed = [element, element.closest("label"), element.closest(".card")].filter(Boolean).some((one) => {
    const style = getComputedStyle(one);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 && style.outlineColor !== "transparent";
  });
  // Of a link over two lines the first: between them lies what is around it.
  const box = element.getClientRects()[0] ?? element.getBoundingClientRect();
  const x = box.left + Math.min(box.width, innerWidth) / 2;
  const y = box.top + Math.min(box.height, 24) / 2;
  const top = document.elementFromPoint(x, y);
  const seen = top !== null && (top === element || element.contains(top) || top.contains(element));
  return { what: element.outerHTML.slice(0, 200), ringed, seen, tag: element.tagName };
}"""


@dataclass(slots=True)
class Keyboard:
    """Goes from stop to stop; each must show a ring and lie uncovered on the screen."""

    page: Page

    def to(self, selector: str, *, back: bool = False) -> None:
        for _ in range(STOPS_AT_MOST):
            self.page.keyboard.press("Shift+Tab" if back else "Tab")
            self.check()
            if self.page.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
        raise AssertionError(f"{selector} was not reached on {self.page.url}")

    def check(self) -> None:
        stop = self.page.evaluate(STOP)
        if stop is None:  # past the last stop: the browser's own bar, then the page again
            return
        assert stop["ringed"], f"no ring on {stop['what']} of {self.page.url}"
        assert stop["seen"], f"out of sight or covered: {stop['what']} of {self.page.url}"

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)

    def go(self, key: str = "Enter") -> None:
        with self.page.expect_navigation():
            self.page.keyboard.press(key)

    def write(self, words: str) -> None:
        self.page.keyboard.type(words)


@pytest.mark.parametrize("look", [Look("fr", "light", 390), Look("en", "dark", 1280)], ids=str)
def test_from_signing_in_to_the_progress_page_with_the_keyboard_alone(visit: OpenVisitor, look: Look) -> None:
    email = f"clavier.{look}@essai.example"
    person = visit(look)
    person.show("/sign-up", look)
    person.sign_up("Inès Clavier", email)
    person.context.clear_cookies()

    page = person.show("/sign-in", look)
    keys = Keyboard(page)
    keys.to("main [name=email]")
    keys.write(email)
    keys.to("main [name=password]")
    keys.write(NEW_PASSWORD)
    keys.go()

    keys.to(f'a[href$="/courses/{OWN_COURSE}/"]')
    keys.go()
    keys.to(".enrol button")
    keys.go()
    keys.to("main .btn--primary")
    keys.go()
    expect(page).to_have_url(re.compile("/units/"))
    _skip_to_the_text(keys)
    _by_the_plan(keys, f"/runs/{OWN_RUN}/units/quiz-1-bits", look)
    _answer_a_quiz(keys, look.language)

    _by_the_plan(keys, f"/runs/{OWN_RUN}/progress", look)
    expect(page.locator(".grade__n")).not_to_have_text(re.compile(r"^\s*0\s"))


def _skip_to_the_text(keys: Keyboard) -> None:
    keys.press("Tab")
    keys.check()
    assert keys.page.evaluate("document.activeElement.matches('.skip')")
    keys.press("Enter")
    expect(keys.page.locator("#content")).to_be_focused()


def _by_the_plan(keys: Keyboard, address: str, look: Look) -> None:
    """On a phone the plan opens from the bar at the foot; on a desk it stands beside the text."""
    if look.width < 600:
        keys.to(".unitbar__plan")
        keys.press("Enter")
        expect(keys.page.locator("#plan")).to_be_visible()
    keys.to(f'#plan a[href="{address}"]', back=look.width >= 600)
    keys.go()
    expect(keys.page).to_have_url(re.compile(f"{re.escape(address)}$"))


def _answer_a_quiz(keys: Keyboard, language: str) -> None:
    """The first quiz of the unit: radios with the arrows, boxes with the space bar, fields with letters."""
    page = keys.page
    form = page.locator('form[data-island="quiz"][data-island-state="ready"]').first
    form.wait_for()
    problem = str(
        page.locator("section.activity:has(form[data-island=quiz] button[type=submit])").first.get_attribute("id")
    )
    for name, answer in right_answers(language)[problem].items():
        assert isinstance(answer, str)
        radio = page.locator(f'#{problem} input[name="{name}"][type=radio]')
        if not radio.count():
            keys.to(f'#{problem} [name="{name}"]')
            keys.write(answer)
            continue
        keys.to(f'#{problem} input[name="{name}"]')
        keys.press("Space")
        for _ in range(radio.count()):
            if page.evaluate("answer => document.activeElement.value === answer", answer):
                break
            keys.press("ArrowDown")
            keys.check()
        expect(page.locator(f'#{problem} input[name="{name}"][value="{answer}"]')).to_be_checked()
    keys.to(f"#{problem} .quiz__actions button[type=submit]")
    keys.press("Enter")
    expect(page.locator(f"#{problem} .receipt")).to_be_visible()
    keys.check()  # the focus is where the outcome is said
    assert page.evaluate("document.activeElement.closest('section.activity') !== null")


def test_a_menu_closes_with_escape_and_gives_the_focus_back(visit: OpenVisitor) -> None:
    page = visit(Look("fr", "light", 390)).show("/fr/", Look("fr", "light", 390))
    page.locator('details.only-phone[data-island-state="ready"]').wait_for()
    keys = Keyboard(page)
    keys.to("details.only-phone > summary")
    keys.press("Enter")
    expect(page.locator("details.only-phone .menu__panel")).to_be_visible()
    keys.to("details.only-phone .menu__panel a")
    keys.press("Escape")
    expect(page.locator("details.only-phone .menu__panel")).to_be_hidden()
    expect(page.locator("details.only-phone > summary")).to_be_focused()


def test_after_a_refused_form_the_focus_is_on_the_summary_of_what_to_mend(visit: OpenVisitor) -> None:
    person = visit(Look("fr", "light", 390))
    page = person.show("/sign-up", Look("fr", "light", 390))
    keys = Keyboard(page)
    keys.to("main form button[type=submit]")
    person.watch.may_fail.add(page.url)
    title = page.title()
    keys.go()
    summary = page.locator("main [role=alert]")
    expect(summary).to_be_visible()
    assert page.title() != title
    assert page.title().endswith(title)
    keys.to("main [role=alert] a")
    keys.press("Enter")
    assert page.evaluate("document.activeElement.matches('main form input')")
    keys.check()
