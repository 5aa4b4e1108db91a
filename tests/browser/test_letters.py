"""Can a teacher choose learners, write, look, send, and a learner say no, in a real browser?"""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenVisitor
from tests.browser.people import ENROL_FORM, People, Reader
from tests.browser.running import Site
from tests.browser.test_accessibility import axe, violations
from tests.browser.visitor import DESK, OWN_COURSE, OWN_RUN, PHONE, Look, Visitor

__all__ = ["axe"]  # its fixture
RUN = quote(OWN_RUN, safe="")
WRITE = f"/pilot/letters/{RUN}/write?why=never_came"
LATECOMER = "Mariama Essai Tardive"
SUBJECT = "Le premier module prend vingt minutes"
LOOKED = ".letter__preview, .letter__form .notice--warn"  # nobody is left to write to once another test has written
TEXT = "Bonjour,\n\nle premier module est court. Commencez ici : https://example.org/debut"


@pytest.fixture(scope="module", autouse=True)
def latecomer(site: Site) -> None:
    """A learner of this module's own, who has a place and never comes."""
    with httpx.Client(base_url=site.url, follow_redirects=True, timeout=60) as client:
        reader, email = Reader(client), "latecomer@essai.example"
        reader.join(LATECOMER, email)
        reader.send(f"/fr/courses/{OWN_COURSE}/", {}, form=ENROL_FORM)


def filled(page: Page) -> None:
    page.locator("#id_subject").fill(SUBJECT)
    page.locator("#id_text").fill(TEXT)


def letter_that_left(visitor: Visitor) -> Page:
    """The letter, once the worker has written its file."""
    for _ in range(60):
        page = visitor.show("/ui/mail")
        link = page.locator("main tbody a", has_text=SUBJECT).first
        if link.count():
            link.click()
            expect(page.locator("h1")).to_have_text(SUBJECT)
            return page
        page.wait_for_timeout(500)
    raise AssertionError("no letter left within half a minute")


def test_from_choosing_learners_to_a_learner_who_says_no(visit: OpenVisitor, people: People) -> None:
    teacher = visit(Look("fr", "light", DESK), state=people.state("teacher"))
    page = teacher.show(f"/pilot/run?run={RUN}", Look("fr", "light", DESK))
    page.get_by_role("link", name="Courriels envoyés : ont-ils aidé ?").click()
    page.get_by_role("link", name="Écrire un courriel").click()
    page.locator("#why").select_option("never_came")
    page.get_by_role("button", name="Les montrer").click()
    page.wait_for_url("**why=never_came*")
    page.locator("summary", has_text="Voir qui ils sont").click()
    expect(page.locator("details[open] th a", has_text=LATECOMER)).to_be_visible()

    filled(page)
    expect(page.locator("[data-island=drafts]")).to_be_visible()
    page.reload()
    expect(page.locator("#id_text")).to_have_value(TEXT)
    expect(page.locator("[data-island=drafts]")).to_contain_text("revenu")

    page.locator("summary", has_text="Voir qui ils sont").click()
    page.locator("details[open] th a", has_text=LATECOMER).click()
    page.locator("a[href*='why=one']").click()
    expect(page.locator("#id_text")).to_have_value("")  # what is typed to several is not for one, and the other way
    page.locator("#id_text").fill("Pour vous seule")
    expect(page.locator("[data-island=drafts]")).to_be_visible()
    page = teacher.show(WRITE)
    expect(page.locator("#id_text")).to_have_value(TEXT)

    page.get_by_role("button", name="Le relire avant l’envoi").click()
    expect(page.locator(".letter__preview").first).to_contain_text("le premier module est court")
    expect(page.locator("#preview")).to_be_focused()
    expect(page.locator("#preview h3").first).to_be_in_viewport()
    page.locator("#id_text").fill("Autre chose")
    page.get_by_role("button", name=re.compile("^Envoyer à")).click()
    expect(page.locator("#preview")).to_contain_text("Relisez le courriel")
    expect(page.locator("#preview .notice").first).to_be_in_viewport()
    teacher.watch.faults[:] = [fault for fault in teacher.watch.faults if "400 (Bad Request)" not in fault]
    page.locator("#id_text").fill(TEXT)
    page.get_by_role("button", name="Relire", exact=True).click()
    expect(page.locator("#preview .notice")).to_have_count(0)
    page.get_by_role("button", name=re.compile("^Envoyer à")).dblclick()
    expect(page.locator("main .notice a[href$='/ui/mail']")).to_be_visible()
    expect(page.locator("main")).to_contain_text("ne prouve rien")
    page.get_by_role("link", name="Courriels", exact=True).click()
    expect(page.locator("main tbody tr")).to_have_count(1)

    page = letter_that_left(teacher)
    link = page.locator("main a", has_text="/no-letters/").first
    address = urlsplit(str(link.get_attribute("href"))).path
    learner = visit(Look("fr", "dark", PHONE))  # signed out
    learner.wear(Look("fr", "dark", PHONE))
    page = learner.show(address)
    page.get_by_role("button", name="Ne plus m’écrire de cette session").click()
    expect(page.locator("main .notice--good")).to_be_visible()

    page = teacher.show(WRITE)
    expect(page.locator(".letter__count")).to_contain_text(re.compile("ne (veut|veulent) pas de courriels"))


def test_a_letter_is_written_with_the_keyboard_and_without_script(visit: OpenVisitor, people: People) -> None:
    page = visit(Look("en", "light", PHONE), state=people.state("teacher"), script=False).show(WRITE)
    page.locator("#id_subject").focus()
    page.keyboard.type("Hello")
    page.keyboard.press("Tab")
    page.keyboard.type("A first line.")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")  # a tenth is held back
    page.locator("button[value=look]").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator(LOOKED).first).to_be_visible()
    assert page.locator("#id_subject").input_value() == "Hello"
    assert page.locator("input[name=held]:checked").get_attribute("value") == "10"


@pytest.mark.parametrize("look", [Look("fr", "light", DESK), Look("en", "dark", PHONE)], ids=str)
def test_axe_finds_nothing_on_the_pages_of_letters_and_none_scrolls_sideways(
    visit: OpenVisitor, people: People, axe: str, look: Look
) -> None:
    teacher = visit(look, state=people.state("teacher"))
    found = []
    for path in (f"/pilot/letters/{RUN}/", WRITE, f"{WRITE}&days=3", f"/pilot/run?run={RUN}", "/ui/mail"):
        page = teacher.show(path, look)
        found += violations(page, axe, f"{path} {look}")
        assert page.evaluate("document.documentElement.scrollWidth") <= look.width
    page = teacher.show(WRITE, look)
    filled(page)
    page.locator("input[name=held][value='50']").check()
    page.locator("button[value=look]").click()
    page.locator(LOOKED).first.wait_for()
    found += violations(page, axe, f"preview {look}")
    assert page.evaluate("document.documentElement.scrollWidth") <= look.width
    assert found == []
