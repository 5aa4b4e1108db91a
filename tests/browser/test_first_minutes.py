"""How far is it for a stranger from the home page to a first answer that is graded, and back the next day?

Counted: each click, each field that is filled in, each choice. The clock is that of the person: the pages, nothing of
what they read. The address is confirmed later, as a site may choose.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import visitor
from tests.browser.running import Site, running_demo
from tests.browser.visitor import NEW_PASSWORD, OWN_COURSE, OWN_RUN, PHONE, YEAR, Look

MOST_ACTIONS, MOST_S = 12, 60.0


@pytest.fixture(scope="module")
def open_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running_demo(tmp_path_factory.mktemp("open"), CORDEE_CONFIRM_ADDRESS_LATER="yes") as demo:
        yield demo


class Counter:
    """A person who is counted."""

    def __init__(self, page: Page) -> None:
        self.page, self.actions, self.began = page, 0, time.monotonic()

    def press(self, what: Locator) -> None:
        self.actions += 1
        what.click()

    def fill(self, name: str, words: str) -> None:
        self.actions += 1
        self.page.locator(f"main form [name={name}]").fill(words)

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.began


@pytest.mark.slow
def test_a_stranger_has_a_first_answer_graded_within_twelve_actions_and_a_minute(
    browser: Browser, open_site: Site
) -> None:
    look = Look("en", "light", PHONE)
    stranger = visitor(browser, open_site, look, state=None, script=True)
    page = stranger.show("/en/", look)
    person = Counter(page)
    person.press(page.locator(f'main a[href$="/courses/{OWN_COURSE}/"]').first)
    person.press(page.locator('main a[href^="/sign-up"]').first)
    for name, words in (
        ("name", "Mariama Essai"),
        ("email", "mariama@essai.example"),
        ("password", NEW_PASSWORD),
        ("year", YEAR),
    ):
        person.fill(name, words)
    person.press(page.locator("main form [type=submit]"))
    person.press(page.locator(".enrol form [type=submit]").first)
    expect(page).to_have_url(f"{open_site.url}/runs/{OWN_RUN}/")
    person.press(page.locator(f'main a[href="/runs/{OWN_RUN}/resume"]').first)
    question = page.locator(".quiz").first
    person.press(question.locator("input[type=radio], input[type=checkbox]").first)
    person.press(question.locator(".quiz__actions button[type=submit]"))
    expect(page.locator(".receipt").first).to_be_visible()

    assert person.actions <= MOST_ACTIONS
    assert person.seconds <= MOST_S

    back = stranger.show("/mine", look)
    again = Counter(back)
    again.press(back.locator("main .resume .btn--primary"))
    expect(back.locator("main h1")).to_be_visible()
    assert again.actions == 1
    assert "/units/" in back.url
    stranger.context.close()
