"""Can one search and narrow the catalogue with the keyboard alone, and with no script?"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenVisitor
from tests.browser.test_keyboard import Keyboard
from tests.browser.visitor import OWN_COURSE, Look


@pytest.mark.parametrize("width", [390, 1280])
def test_the_catalogue_is_searched_and_narrowed_with_the_keyboard_and_without_script(
    visit: OpenVisitor, width: int
) -> None:
    visitor = visit(Look("en", "light", width), script=False)
    page = visitor.show("/en/courses/")
    keys = Keyboard(page)
    keys.to("#q")
    keys.write("pacquets")
    keys.go()
    expect(page.locator("#results")).to_contain_text("you wrote “pacquets”")
    expect(page.locator(f'#results a[href="/en/courses/{OWN_COURSE}/"]')).to_be_visible()
    if width < 992:
        keys.to('a[href="#refine"]')
        keys.press("Enter")
        expect(page.locator("#refine")).to_be_in_viewport()
    keys.to('input[name="language"][value="fr"]')
    keys.press(" ")
    keys.to('#refine button[type="submit"]')
    keys.go()
    expect(page).to_have_url(re.compile(r"[?]q=pacquets&.*language=fr"))
    expect(page.locator(".cat__choices a")).to_have_count(1)
    keys.to(".cat__choices a")
    keys.go()
    expect(page.locator(".cat__choices")).to_have_count(0)
