"""A beginner writes a program: it does not compile, then is wrong, is explained, and is right."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenVisitor
from tests.browser.people import People
from tests.browser.sideways import sideways
from tests.browser.visitor import C_COURSE, C_RUN, Look, Visitor

TASK = Path(__file__).parents[2] / "demo" / "c-step-by-step" / "tasks" / "sale-price" / "solutions"
RIGHT = (TASK / "right.c").read_text(encoding="utf-8")
WRONG = (TASK / "percent-between-integers.c").read_text(encoding="utf-8")
SLOW = "int main(void)\n{\n    volatile int on = 1;\n    while (on) { }\n}\n"
UNCOMPILED = RIGHT.replace("return 0;", "return 0")
PROGRAMS = f"/runs/{C_RUN}/activities/sale-price/programs"
UNIT = f"/runs/{C_RUN}/units/write-sale-price"
PHONE = Look("fr", "light", 390)
JUDGED_MS = 300_000  # the compiler's library may have to be built first
_numbers = count(1)


def learner(visit: OpenVisitor, look: Look, *, script: bool = True) -> Visitor:
    person = visit(look, script=script)
    person.show("/sign-up", look)
    person.sign_up("Nour Programme", f"code.{next(_numbers)}@essai.example")
    person.enrol(C_COURSE)
    return person


def write(page: Page, program: str) -> None:
    """All at once, as a draft comes back: the browser's own way for that asks for a style that the policy refuses."""
    page.locator(".cm-content").wait_for()
    put = "([field, words]) => { field.value = words; field.dispatchEvent(new Event('input', { bubbles: true })); }"
    page.evaluate(put, [page.locator("textarea[name=program-main-c]").element_handle(), program])
    page.locator(".cm-content").click()


def hand_in(page: Page, press: Callable[[], None] | None = None) -> None:
    """Hand in, and wait for what came of it: an earlier program may be on the page meanwhile, with its receipt."""
    receipt = page.locator(".receipt code")
    earlier = receipt.all_inner_texts()
    (press or page.locator(".ide__run button").first.click)()
    judged(page, earlier)


def judged(page: Page, earlier: list[str]) -> None:
    for receipt in earlier:
        expect(page.locator(".receipt code")).not_to_have_text(receipt, timeout=JUDGED_MS)
    expect(page.locator(".ide__res")).to_be_visible(timeout=JUDGED_MS)
    expect(page.locator(".ide__wait")).to_have_count(0)


@pytest.mark.parametrize("look", [PHONE, Look("en", "dark", 1280)], ids=str)
def test_a_beginner_is_told_what_is_wrong_until_the_program_is_right(visit: OpenVisitor, look: Look) -> None:
    person = learner(visit, look)
    page = person.show(UNIT, look)
    write(page, UNCOMPILED)
    hand_in(page)
    expect(page.locator(".ide__card[data-level=error] pre")).to_contain_text("return 0")
    expect(page.locator(".cm-said")).to_be_visible()  # under the line, in the editor
    write(page, WRONG)
    page.locator("button[name=run]").click()
    expect(page.locator(".ide__ran")).to_be_visible(timeout=JUDGED_MS)
    expect(page.locator(".cm-said")).to_have_count(0)
    page.locator("button[name=hint]").click()
    expect(page.locator("[data-newest]")).to_be_visible()
    hand_in(page)
    expect(page.locator(".ide__points")).not_to_contain_text(re.compile(r"^100"))
    expect(page.locator(".ide__tests [data-s=ko]")).not_to_have_count(0)
    expect(page.locator(".ide__res .notice").first).to_be_visible()
    page.locator(".cm-content").click()
    page.keyboard.press("ControlOrMeta+Home")
    page.keyboard.type("// mine ")
    page.locator("button[name=unhelped]").first.click()
    expect(page.locator("[data-thanked]")).to_be_focused()
    expect(page.locator(".cm-content")).to_contain_text("// mine")
    page.reload()  # the hint of before and the result are seen together
    expect(page.locator("[data-newest]")).to_be_visible()
    expect(page.locator(".ide__points")).to_be_visible()
    write(page, RIGHT)
    hand_in(page, lambda: page.keyboard.press("ControlOrMeta+Enter"))
    expect(page.locator(".ide__points")).to_contain_text("100")
    expect(page.locator(".ide__tests [data-s=ko]")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_program_from_another_tab_is_told_apart_from_the_one_that_is_judged(visit: OpenVisitor) -> None:
    person = learner(visit, PHONE)
    page = person.show(UNIT, PHONE)
    other = person.context.new_page()
    other.goto(page.url)
    draft, wait = "[data-island=drafts]", ".ide__wait"
    write(page, SLOW)
    expect(page.locator(draft)).to_have_text("Gardé dans cet onglet, pas encore remis.")
    page.locator(".ide__run button").first.click()
    expect(page.locator(wait)).to_be_visible()
    expect(page.locator(draft)).to_be_hidden()
    write(other, WRONG)
    person.watch.may_fail.update(other.evaluate("[...document.forms].map((form) => form.action)"))
    other.locator(".ide__run button").first.click()
    expect(other.locator("[role=alert]")).to_be_focused()
    expect(other.locator(wait)).to_contain_text("Un autre de vos programmes, remis aujourd’hui")
    expect(other.locator(draft)).to_have_text("Gardé dans cet onglet, pas encore remis.")
    page.reload()
    expect(page.locator(wait)).to_be_visible()
    expect(page.locator(draft)).to_be_hidden()
    page.locator(".cm-content").click()
    page.keyboard.press("ControlOrMeta+Home")
    page.keyboard.type("// mine ")
    expect(page.locator(draft)).to_have_text("Modifié depuis la remise : pas encore remis.")
    for tab, words in ((page, "// mine"), (other, "scanf")):
        judged(tab, [])
        for _ in range(2):  # the second time it comes from what the tab kept
            expect(tab.locator("[data-of-another]")).to_be_visible()
            expect(tab.locator(draft)).to_be_visible()
            expect(tab.locator(".cm-content")).to_contain_text(words)
            expect(tab.locator(".cm-said")).to_have_count(0)
            tab.reload()
    hand_in(other)
    expect(other.locator("[data-of-another]")).to_be_hidden()
    expect(other.locator(draft)).to_be_hidden()


def test_a_cut_connection_and_an_ended_session_are_told_while_a_program_is_judged(visit: OpenVisitor) -> None:
    person = learner(visit, PHONE)
    page = person.show(UNIT, PHONE)
    page.route("**/units/write-sale-price?only=*", lambda route: route.abort())
    write(page, WRONG)
    page.locator(".ide__run button").first.click()
    trouble = page.locator(".ide__wait [data-trouble]")
    expect(trouble).to_contain_text("Le site est injoignable")
    cookies = person.context.cookies()
    person.context.clear_cookies()
    page.unroute("**/units/write-sale-price?only=*")
    expect(trouble).to_contain_text("Votre session a pris fin")
    expect(trouble.locator("a")).to_have_attribute("href", re.compile(r"/sign-in\?next=%2Fruns%2F.*%23sale-price$"))
    person.context.add_cookies(cookies)  # type: ignore[arg-type]  # what it gave
    judged(page, [])
    expect(trouble).to_have_count(0)
    person.watch.faults.clear()  # the browser reports the lost connection and the refusals


def test_what_is_typed_while_a_program_is_judged_stays(visit: OpenVisitor) -> None:
    person = learner(visit, PHONE)
    page = person.show(UNIT, PHONE)
    page.route("**/units/write-sale-price?only=*", lambda route: route.abort())  # the connection is cut
    write(page, WRONG)
    page.locator(".ide__run button").first.click()
    expect(page.locator(".ide__wait")).to_be_visible()
    page.locator(".cm-content").click()
    page.keyboard.press("ControlOrMeta+Home")
    page.keyboard.type("// mine ")
    page.unroute("**/units/write-sale-price?only=*")
    judged(page, [])
    expect(page.locator(".cm-content")).to_contain_text("// mine")
    expect(page.locator(".cm-content")).to_be_focused()
    page.keyboard.type("still ")
    expect(page.locator(".cm-content")).to_contain_text("// mine still")
    person.watch.faults.clear()  # the browser reports the lost connection


def test_who_teaches_sees_what_programs_meet_and_has_them_judged_again(visit: OpenVisitor, people: People) -> None:
    person = learner(visit, PHONE)
    page = person.show(UNIT, PHONE)
    write(page, WRONG)
    hand_in(page)
    for look in (Look("fr", "dark", 390), Look("en", "light", 1280)):
        teacher = visit(look, state=people.state("teacher"))
        desk = teacher.show(PROGRAMS, look)
        clusters = desk.locator(".ide__cluster")
        expect(clusters.first).to_be_visible()
        assert sideways(desk, look.width) == []
        kept = clusters.filter(has_text={"fr": "prix plein", "en": "full price"}[look.language])
        expect(kept).to_have_count(1)
        kept.locator("summary").press("Enter")
        expect(kept.locator("pre")).to_contain_text("scanf")
        desk.get_by_role("textbox").fill("The tests were mended.")
        desk.locator("form button.btn--secondary").click()
        expect(desk.locator(".notice--good")).to_be_visible()


def test_without_script_a_program_is_handed_in_and_a_link_shows_what_came_of_it(visit: OpenVisitor) -> None:
    person = learner(visit, PHONE, script=False)
    page = person.show(UNIT, PHONE)
    page.locator("textarea[name=program-main-c]").fill(RIGHT)
    page.locator(".ide__run button").first.click()
    link, found = page.locator("[data-code-look]"), page.locator(".ide__res")
    until = time.monotonic() + JUDGED_MS / 1000
    while not found.is_visible():  # the page of before may still be there after a click: it only has the link
        assert time.monotonic() < until
        expect(link.or_(found)).to_be_visible()
        if link.is_visible():
            link.click()
        page.wait_for_timeout(500)
    expect(page.locator(".ide__points")).to_contain_text("100")
