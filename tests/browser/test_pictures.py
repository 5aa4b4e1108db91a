"""Does every screen look as its stored picture says? `sh bin/screens --store` renews them: look at them."""

from __future__ import annotations

from playwright.sync_api import Browser

from tests.browser.conftest import visitor
from tests.browser.pictures import SCALE, difference, small_picture
from tests.browser.running import Site
from tests.browser.screens import STORED_LOOK
from tests.browser.visitor import DESK, Look


def test_a_change_that_one_sees_is_seen_and_none_is_not(browser: Browser, site: Site) -> None:
    def picture(look: Look) -> bytes:
        one = visitor(browser, site, look, state=None, script=True, scale=SCALE)
        try:
            return small_picture(one.show("/sign-in", look))
        finally:
            one.context.close()

    before = picture(STORED_LOOK)
    same, dark = (
        difference(browser, before, picture(STORED_LOOK)),
        difference(browser, before, picture(Look("fr", "dark", DESK))),
    )

    assert (same.is_seen, dark.is_seen) == (False, True)
    assert dark.picture.startswith(b"\x89PNG")
