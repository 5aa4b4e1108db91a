"""Does every screen look as its stored picture says? `sh bin/screens --store` renews them: look at them."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import visitor
from tests.browser.pages import EVERY_PAGE, Seen
from tests.browser.people import People
from tests.browser.pictures import SCALE, STORED, difference, file_name, small_picture
from tests.browser.running import Site
from tests.browser.screens import STORED_LOOK, stored_picture
from tests.browser.visitor import DESK, Look


def test_every_screen_has_a_stored_picture_of_its_own() -> None:
    names = [file_name(seen.name) for seen in EVERY_PAGE]
    assert len(set(names)) == len(names)
    assert {path.name for path in STORED.iterdir()} == set(names), "run sh bin/screens --store, and look at them"


@pytest.mark.slow
@pytest.mark.parametrize("seen", EVERY_PAGE, ids=str)
def test_a_screen_looks_as_its_stored_picture(
    browser: Browser, site: Site, people: People, seen: Seen, tmp_path_factory: pytest.TempPathFactory
) -> None:
    before = (STORED / file_name(seen.name)).read_bytes()
    found = difference(browser, before, stored_picture(browser, site, people, seen))
    if found.is_seen:
        shown = tmp_path_factory.getbasetemp() / f"{Path(file_name(seen.name)).stem}.png"
        shown.write_bytes(found.picture)
        pytest.fail(f"{found.share:.0%} of {seen} looks different: before, after and where in {shown}")


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
