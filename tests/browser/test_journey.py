"""Can a person who never saw the site learn, pass and prove it, on a phone, with and without script?"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenVisitor
from tests.browser.pages import refused_by
from tests.browser.people import People
from tests.browser.visitor import OWN_COURSE, OWN_RUN, POLLS, Look, Visitor, right_answers

SMALLEST_PDF = 20_000
FIRST_WRONG = "twisted-pair"
FIRST_WRONG_GRADED = "q1-signal"


@pytest.mark.parametrize(("language", "script"), [("fr", True), ("en", False)], ids=["fr-script", "en-without-script"])
def test_a_new_person_enrols_learns_passes_and_proves_it_on_a_phone(
    visit: OpenVisitor, tmp_path: Path, language: str, script: bool
) -> None:
    look = Look(language, "light", 390)
    learner = visit(look, script=script)
    page = learner.show(f"/{language}/")
    page.locator('.masthead a[href^="/sign-up"]').click()
    learner.sign_up("Fatou Ndiaye", f"fatou.{language}@essai.example")

    page.locator(f'a[href="/{language}/courses/{OWN_COURSE}/"]').click()
    page.locator(".enrol form button").click()
    expect(page).to_have_url(re.compile(re.escape(f"/runs/{OWN_RUN}/") + "$"))
    page.locator("main .btn--primary").click()

    units = _through_all_units(learner, language, script=script)
    assert units == 21

    expect(page.locator(".grade__n")).to_contain_text("100")
    assert page.locator("main tbody tr").count() == 3
    page.locator(f'main a[href="/runs/{OWN_RUN}/attestation"]').click()
    expect(page.locator("main [name=name]")).to_have_value("Fatou Ndiaye")
    page.locator("main form [type=submit]").click()
    code = page.locator(".cert__code").inner_text()
    expect(page.locator(".cert__name")).to_have_text("Fatou Ndiaye")

    with page.expect_download() as download:
        page.locator(f'main a[href="/runs/{OWN_RUN}/attestation.pdf"]').click()
    kept = tmp_path / "attestation.pdf"
    download.value.save_as(kept)
    assert kept.read_bytes().startswith(b"%PDF-1.")
    assert kept.stat().st_size > SMALLEST_PDF

    anyone = visit(look)
    seen = anyone.show(f"/v/{code}")
    expect(seen.locator("h1")).to_contain_text(re.compile("valid|valable"))
    expect(seen.locator(".notice--good")).to_be_visible()
    expect(seen.locator("main")).to_contain_text("Fatou Ndiaye")
    expect(seen.locator("main")).to_contain_text("100")


def _through_all_units(learner: Visitor, language: str, *, script: bool) -> int:
    """From the first unit to the progress page by the bar at the foot of the phone. How many units there were."""
    answers, units = right_answers(language), 0
    while "/units/" in learner.page.url:
        units += 1
        for problem in learner.problems():
            if problem in POLLS:
                learner.vote(problem, script=script)
                continue
            if problem in {FIRST_WRONG, FIRST_WRONG_GRADED}:
                _a_wrong_answer_first(learner, problem, language, script=script)
            before = learner.attempts(problem)
            learner.fill(problem, answers[problem])
            learner.hand_in(problem, script=script)
            assert learner.attempts(problem) == before + 1, problem
            expect(learner.activity(problem).locator('[data-state="wrong"]')).to_have_count(0)
            expect(learner.activity(problem).locator('[data-state="right"]').first).to_be_visible()
        assert units <= 21, "the units do not end"
        learner.page.locator(".unitbar a.btn--primary").click()
        learner.page.wait_for_load_state()
    return units


def _a_wrong_answer_first(learner: Visitor, problem: str, language: str, *, script: bool) -> None:
    learner.fill(problem, learner.wrong(problem, right_answers(language)[problem]))
    learner.hand_in(problem, script=script)
    section = learner.activity(problem)
    assert learner.attempts(problem) == 1
    expect(section.locator('[data-state="wrong"]').first).to_be_visible()
    said = [text.strip() for text in section.locator(".feedback").all_inner_texts()]
    assert said, "nothing is said about the wrong answer"
    assert all(said)
    expect(section.locator(".quiz__actions button[type=submit]")).to_be_visible()


@pytest.mark.parametrize("script", [True, False], ids=["script", "without-script"])
def test_a_double_click_hands_in_once(visit: OpenVisitor, script: bool) -> None:
    learner = _newly_enrolled(visit, f"double.{script}@essai.example".lower(), script=script)
    page = learner.show(f"/runs/{OWN_RUN}/units/quiz-1-bits")
    learner.fill("q1-signal", right_answers("fr")["q1-signal"])
    learner.activity("q1-signal").locator(".quiz__actions button[type=submit]").dblclick(no_wait_after=True)
    expect(learner.activity("q1-signal").locator(".receipt")).to_be_visible()
    page.wait_for_load_state()
    learner.show(f"/runs/{OWN_RUN}/units/quiz-1-bits")
    assert learner.attempts("q1-signal") == 1


@pytest.mark.parametrize("script", [True, False], ids=["script", "without-script"])
def test_the_same_form_in_two_tabs_is_one_attempt(visit: OpenVisitor, script: bool) -> None:
    learner = _newly_enrolled(visit, f"tabs.{script}@essai.example".lower(), script=script)
    unit = f"/runs/{OWN_RUN}/units/quiz-1-bits"
    learner.show(unit)
    first, second = learner.page, learner.context.new_page()
    second.goto(f"{learner.site.url}{unit}")
    right = right_answers("fr")["q1-signal"]
    learner.fill("q1-signal", right)
    learner.hand_in("q1-signal", script=script)
    receipt = learner.activity("q1-signal").locator(".receipt code").inner_text()

    learner.page = second
    learner.fill("q1-signal", learner.wrong("q1-signal", right))
    learner.hand_in("q1-signal", script=script)
    assert learner.attempts("q1-signal") == 1
    assert learner.activity("q1-signal").locator(".receipt code").inner_text() == receipt
    expect(learner.activity("q1-signal").locator(".notice[role=status]")).to_be_visible()
    assert first.url.endswith(unit) or "#q1-signal" in first.url


def test_going_back_and_handing_in_again_is_one_attempt(visit: OpenVisitor) -> None:
    learner = _newly_enrolled(visit, "back@essai.example", script=False)
    unit = f"/runs/{OWN_RUN}/units/quiz-1-bits"
    learner.show(f"/runs/{OWN_RUN}/")
    learner.show(unit)
    learner.fill("q1-signal", right_answers("fr")["q1-signal"])
    learner.hand_in("q1-signal", script=False)
    learner.page.go_back()
    if learner.activity("q1-signal").locator(".receipt").count() == 0:  # the browser shows the page as it was
        learner.fill("q1-signal", right_answers("fr")["q1-signal"])
        learner.hand_in("q1-signal", script=False)
    learner.show(unit)
    assert learner.attempts("q1-signal") == 1


def test_an_answer_is_kept_in_the_form_when_the_site_cannot_be_reached(visit: OpenVisitor) -> None:
    learner = _newly_enrolled(visit, "offline@essai.example", script=True)
    learner.show(f"/runs/{OWN_RUN}/units/quiz-1-bits")
    learner.fill("q1-signal", right_answers("fr")["q1-signal"])
    learner.page.locator('form[data-island="quiz"][data-island-state="ready"]').first.wait_for()
    learner.context.set_offline(True)
    section = learner.activity("q1-signal")
    section.locator(".quiz__actions button[type=submit]").click()
    again = section.locator("[data-quiz-unsent] button")
    expect(again).to_be_visible()
    expect(section.locator("input:checked")).to_have_count(1)
    learner.context.set_offline(False)
    learner.watch.faults.clear()  # the browser reports the lost connection
    again.click()
    expect(section.locator(".receipt")).to_be_visible()
    assert learner.attempts("q1-signal") == 1


def test_an_answer_outlives_the_session_that_it_was_typed_in(visit: OpenVisitor) -> None:
    learner = _newly_enrolled(visit, "expired@essai.example", script=True)
    unit = f"/runs/{OWN_RUN}/units/quiz-1-bits"
    first = learner.show(unit)
    learner.fill("q1-signal", right_answers("fr")["q1-signal"])
    first.locator('form[data-island="quiz"][data-island-state="ready"]').first.wait_for()

    learner.page = learner.context.new_page()
    learner.show("/mine")
    learner.page.locator(".masthead details.menu > summary").first.click()
    learner.page.locator(".menu__panel form [type=submit]").first.click()
    learner.page.wait_for_url(lambda url: "/mine" not in url)

    section = first.locator("#q1-signal")
    learner.watch.may_fail.update(refused_by(first))
    section.locator(".quiz__actions button[type=submit]").click()
    kept = section.locator("[data-quiz-unsent]")
    expect(kept).to_contain_text("onglet")
    with first.expect_popup() as opened:
        kept.locator("a").click()
    learner.page = opened.value
    learner.sign_in("expired@essai.example")

    expect(section.locator("input:checked")).to_have_count(1)
    kept.locator("button").click()
    expect(section.locator(".receipt")).to_be_visible()
    learner.show(unit)
    assert learner.attempts("q1-signal") == 1
    expect(learner.activity("q1-signal").locator('[data-state="right"]').first).to_be_visible()


def test_choosing_an_appearance_keeps_what_is_being_typed(visit: OpenVisitor, people: People) -> None:
    reader = visit(Look("fr", "light", 1280), state=people.state("fresh"))
    page = reader.show(f"/runs/{OWN_RUN}/units/quiz-1-bits", Look("fr", "light", 1280))
    page.locator('.footer__theme[data-island-state="ready"]').wait_for()
    box = page.locator("#q1-time input.input").first
    box.fill("12")
    for theme, said in (("dark", "dark"), ("system", None), ("dark", "dark")):
        button = page.locator(f"button[name=theme][value={theme}]")
        button.click()
        expect(button).to_have_attribute("aria-pressed", "true")
        expect(page.locator("button[name=theme][aria-pressed=true]")).to_have_count(1)
        assert page.locator("html").get_attribute("data-theme") == said
        assert box.input_value() == "12"
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


@pytest.mark.parametrize(
    "address",
    [f"/runs/{OWN_RUN}/units/quiz-1-bits?answer=q1-time#q1-time", f"/fr/courses/{OWN_COURSE}/?from=us#plan-title"],
)
def test_changing_the_language_keeps_the_place(visit: OpenVisitor, people: People, address: str) -> None:
    reader = visit(Look("fr", "light", 1280), state=people.state("fresh"))
    page = reader.show(address, Look("fr", "light", 1280))
    page.locator('.masthead .lang[data-island-state="ready"]').first.wait_for()
    page.locator(".masthead .lang [lang=en]").first.click()
    page.locator('html[lang=en] .masthead .lang[data-island-state="ready"]').first.wait_for()
    assert page.url.endswith(address.replace("/fr/", "/en/"))
    expect(page.locator(address.partition("#")[1] + address.partition("#")[2])).to_be_in_viewport()


def test_drawings_of_the_course_come_from_the_content_origin(visit: OpenVisitor, people: People) -> None:
    learner = visit(state=people.state("fresh"))
    seen = 0
    for address in learner.unit_addresses():
        page = learner.show(address)
        for image in page.locator("main .prose img").all():
            image.scroll_into_view_if_needed()
            assert str(image.get_attribute("src")).startswith(f"{learner.site.content_url}/")
            page.wait_for_function("image => image.complete && image.naturalWidth > 0", arg=image.element_handle())
            assert image.get_attribute("alt")
            seen += 1
    assert seen >= 10


def _newly_enrolled(visit: OpenVisitor, email: str, *, script: bool) -> Visitor:
    learner = visit(script=script)
    learner.show("/sign-up")
    learner.sign_up("Fatou Ndiaye", email)
    learner.enrol()
    return learner
