"""Can somebody connect a phone, lose it, and come back with paper, with a keyboard and without script?"""

from __future__ import annotations

import time
from base64 import b32decode

import pytest
from playwright.sync_api import Page, expect

from cordee.people.second_factor.totp import code_of
from tests.browser.conftest import OpenVisitor
from tests.browser.mailbox import link_in_letter
from tests.browser.test_accessibility import axe, violations
from tests.browser.visitor import DESK, NEW_PASSWORD, PHONE, Look

__all__ = ["axe"]  # its fixture


def code_for(page: Page) -> str:
    """What a phone would show that was given the typed key."""
    key = page.locator(".scan__key").inner_text().replace(" ", "")
    return code_of(b32decode(key + "=" * (-len(key) % 8)), int(time.time()) // 30)


@pytest.mark.parametrize("look", [Look("fr", "light", PHONE), Look("en", "dark", DESK)], ids=str)
def test_from_a_new_account_to_paper_without_script(visit: OpenVisitor, look: Look) -> None:
    person = visit(look, script=False)
    email = f"deux.{look}@essai.example"
    person.show("/sign-up", look)
    person.sign_up("Inès Étape", email)
    page = person.show("/account/second-factor", look)
    page.locator("main [name=password]").fill(NEW_PASSWORD)
    page.keyboard.press("Enter")
    page.locator("main [name=code]").fill(code_for(page))
    page.keyboard.press("Enter")
    expect(page.locator(".codes code")).to_have_count(10)
    codes = page.locator(".codes code").all_inner_texts()
    assert len(set(codes)) == 10
    person.context.clear_cookies()
    page = person.show("/sign-in", look)
    page.locator("main [name=email]").fill(email)
    page.locator("main [name=password]").fill(NEW_PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("main [autocomplete=one-time-code]")).to_be_visible()
    page.locator("main a[href*='with=paper']").click()
    page.locator("main [name=code]").fill(codes[0].lower())
    page.keyboard.press("Enter")
    expect(page.locator(".menu .avatar")).to_be_visible()
    page = person.show("/account/second-factor", look)
    expect(page.locator("main")).to_contain_text("9")


def test_a_young_person_waits_for_a_parent_and_goes_on(visit: OpenVisitor, axe: str) -> None:
    look = Look("fr", "light", PHONE)
    child, parent = visit(look), visit(look)
    email = f"jeune.{int(time.time())}@essai.example"
    page = child.show("/sign-up", look)
    page.locator("main [name=name]").fill("Petite Essai")
    page.locator("main [name=email]").fill(email)
    page.keyboard.press("Enter")
    page = child.show(link_in_letter(child.site.url, email, "sign-up"))
    page.locator("main [name=password]").fill(NEW_PASSWORD)
    page.locator("main [name=year]").fill(str(time.gmtime().tm_year - 12))
    page.keyboard.press("Enter")
    expect(page.locator("main [name=parent]")).to_be_visible()
    assert violations(page, axe, "agreement") == []
    page.locator("main [name=parent]").fill(f"parent.{email}")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    child.show("/mine", status=403)
    asked = parent.show(link_in_letter(child.site.url, f"parent.{email}", "agreement"), look)
    assert violations(asked, axe, "agree") == []
    with asked.expect_navigation():
        asked.locator("main [name=answer][value=yes]").click()
    expect(asked.locator("main h1")).to_be_visible()
    child.show("/mine")
