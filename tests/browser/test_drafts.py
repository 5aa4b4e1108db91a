"""Does what was typed and not handed in outlive a reload, Back and another language, for its author alone?"""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenVisitor
from tests.browser.visitor import NEW_PASSWORD, OWN_RUN, Look, Visitor, right_answers

UNIT = f"/runs/{OWN_RUN}/units/quiz-1-bits"
DRAFTS = "Object.keys(sessionStorage).filter((key) => key.startsWith('cordee-draft'))"
READY = "main [data-island=drafts][data-island-state=ready]"
LINE = "[data-island=drafts]:not([hidden])"


def learner(visit: OpenVisitor, name: str, *, width: int = 1280, script: bool = True) -> Visitor:
    visitor = visit(Look("fr", "light", width), script=script)
    become(visitor, name)
    return visitor


def become(visitor: Visitor, name: str) -> None:
    """Somebody new signs in in this tab and enrols."""
    visitor.context.clear_cookies()
    visitor.show("/sign-up", Look("fr"))
    visitor.sign_up(name, f"{name.lower()}.draft@essai.example")
    visitor.enrol()


def open_unit(visitor: Visitor) -> Page:
    page = visitor.show(UNIT)
    expect(page.locator(READY)).to_have_count(2)
    return page


def texts(page: Page) -> list[str]:
    return [one.input_value() for one in page.locator("main form[data-island=quiz] input[type=text]").all()]


def type_something(page: Page) -> None:
    page.locator("main form[data-island=quiz] input[type=radio]").nth(1).check()
    page.locator("main form[data-island=quiz] input[type=text]").first.fill("2,5")


def is_as_typed(page: Page, words: str) -> None:
    expect(page.locator(LINE)).to_have_count(2)
    expect(page.locator(LINE).first).to_contain_text(words)
    expect(page.locator("main form[data-island=quiz] input[type=radio]").nth(1)).to_be_checked()
    assert texts(page)[0] == "2,5"


def test_an_answer_not_handed_in_outlives_a_reload_back_and_another_language(visit: OpenVisitor) -> None:
    page = open_unit(visitor := learner(visit, "Awa", width=390))
    assert page.locator(LINE).count() == 0
    type_something(page)
    is_as_typed(page, "Gardé dans cet onglet, pas encore remis.")
    page.reload()
    is_as_typed(page, "Votre réponse est de retour")
    visitor.show(f"/runs/{OWN_RUN}/")
    page.go_back()
    expect(page.locator(LINE).first).to_be_visible()
    is_as_typed(page, "")  # as the browser keeps it, or as we do
    page.goto(page.url)
    visitor.wear(Look("en", "light", 390))
    page.reload()
    is_as_typed(page, "Your answer is back as you left it. It is not handed in yet.")


def test_a_draft_is_gone_once_it_is_handed_in(visit: OpenVisitor) -> None:
    page = open_unit(visitor := learner(visit, "Binta"))
    problem = visitor.problems()[0]
    visitor.fill(problem, visitor.wrong(problem, right_answers("fr")[problem]))
    assert len(page.evaluate(DRAFTS)) == 1
    visitor.hand_in(problem, script=True)
    expect(page.locator(f'section[id="{problem}"] .receipt')).to_be_visible()
    page.wait_for_function(f"{DRAFTS}.length === 0")
    visitor.fill(problem, right_answers("fr")[problem])  # the form drawn again keeps its draft too
    expect(page.locator(LINE)).to_have_count(1)
    visitor.hand_in(problem, script=True)
    page.wait_for_function(f"{DRAFTS}.length === 0")
    page.reload()
    expect(page.locator(READY)).to_have_count(2)
    assert page.locator(LINE).count() == 0


def test_who_signs_in_next_in_the_same_tab_sees_no_draft(visit: OpenVisitor) -> None:
    page = open_unit(visitor := learner(visit, "Coumba"))
    type_something(page)
    assert len(page.evaluate(DRAFTS)) == 2
    become(visitor, "Dior")
    page = open_unit(visitor)
    page.wait_for_function(f"{DRAFTS}.length === 0")
    assert page.locator(LINE).count() == 0
    assert set(texts(page)) == {""}
    assert page.locator("main form[data-island=quiz] input:checked").count() == 0


def test_the_notice_that_nothing_was_answered_goes_once_something_is(visit: OpenVisitor) -> None:
    page = open_unit(visitor := learner(visit, "Elimane"))
    first, second = visitor.problems()[:2]
    visitor.watch.may_fail.update(page.evaluate("[...document.forms].map((form) => form.action)"))
    for problem in (first, second):
        visitor.activity(problem).locator(".quiz__actions button[type=submit]").click()
        expect(visitor.activity(problem).locator("[role=alert]")).to_be_visible()
    visitor.fill(first, right_answers("fr")[first])
    expect(visitor.activity(first).locator("[role=alert]")).to_have_count(0)
    visitor.hand_in(first, script=True)
    expect(visitor.activity(first).locator(".receipt")).to_be_visible()
    expect(page.locator("main .notice--bad")).to_have_count(0)


def test_signing_in_again_in_a_new_tab_leads_back_to_the_unit(visit: OpenVisitor) -> None:
    page = open_unit(visitor := learner(visit, "Fatim"))
    problem = visitor.problems()[0]
    visitor.fill(problem, right_answers("fr")[problem])
    visitor.context.clear_cookies()
    visitor.watch.may_fail.update(page.evaluate("[...document.forms].map((form) => form.action)"))
    visitor.activity(problem).locator(".quiz__actions button[type=submit]").click()
    link = visitor.activity(problem).locator("[data-quiz-unsent] a")
    with visitor.context.expect_page() as opened:
        link.click()
    fresh = opened.value
    fresh.locator("main [name=email]").fill("fatim.draft@essai.example")
    fresh.locator("main [name=password]").fill(NEW_PASSWORD)
    fresh.locator("main form [type=submit]").click()
    fresh.wait_for_url(f"**{UNIT}#{problem}")
