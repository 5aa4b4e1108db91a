"""Can a report be read by everybody from a disk, and be made in the site: axe, keyboard, phone, no script?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from cordee.bilan.building import Wanted, build
from cordee.bilan.folder.writing import write_folder
from cordee.bilan.tests.make import DEMO, programme
from tests.browser.conftest import OpenVisitor
from tests.browser.people import People
from tests.browser.sideways import sideways
from tests.browser.test_accessibility import axe, violations
from tests.browser.visitor import DESK, PHONE, Look

__all__ = ["axe"]  # its fixture
LOOKS = (
    ("index.html", "light", 1280),
    ("en.html", "dark", 390),
    ("index.html", "dark", 320),
    ("en.html", "light", 320),
)


@pytest.fixture(scope="module", params=["published figures", "every table"])
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report of the demo, and one with map, testimonials, years and changes."""
    held = tmp_path_factory.mktemp("bilan")
    if request.param == "every table":
        write_folder(programme(), held / "in")
    build(DEMO if request.param == "published figures" else held / "in", Wanted(language="fr", html=held / "out"))
    return held / "out"


def opened(browser: Browser, address: str, theme: str, width: int, *, script: bool = True) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        color_scheme="dark" if theme == "dark" else "light",
        java_script_enabled=script,
    )
    page = context.new_page()
    lost: list[str] = []
    page.on("requestfailed", lambda request: lost.append(request.url))
    page.goto(address, wait_until="networkidle")
    assert lost == []  # styles, fonts and icon are all in the folder
    yield page
    context.close()


@pytest.mark.parametrize(("name", "theme", "width"), LOOKS)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    browser: Browser, axe: str, folder: Path, name: str, theme: str, width: int
) -> None:
    for page in opened(browser, (folder / name).as_uri(), theme, width):
        for source in page.locator("details").all()[:2]:
            source.locator("summary").click()
        assert violations(page, axe, f"{name} {theme} {width}") == []
        page.add_style_tag(content=".report-page { overflow-x: visible !important }")
        assert sideways(page, width) == []


def test_a_number_opens_its_source_by_keyboard(browser: Browser, folder: Path) -> None:
    for page in opened(browser, (folder / "index.html").as_uri(), "light", 1280):
        page.locator(".r-numbers a.r-figure").first.focus()
        page.keyboard.press("Enter")
        key = page.evaluate("location.hash")
        assert key.startswith("#f-")
        assert page.locator(f"[id='{key[1:]}']").is_visible()


def test_both_languages_are_reached_without_script(browser: Browser, folder: Path) -> None:
    for page in opened(browser, (folder / "index.html").as_uri(), "light", 390, script=False):
        page.get_by_role("link", name="EN", exact=True).click()
        assert page.locator("html").get_attribute("lang") == "en"
        assert page.get_by_role("heading", level=1).count() == 1


TABLE = "/bilan/tables/commitments"
PASTED = "Partenaire\tMilliers d’€\tNombre d’années\tPremière année\nRégie des eaux d’essai\t{keur}\t3\t2015\n"


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_from_cells_of_a_spreadsheet_to_a_figure_of_the_report(
    visit: OpenVisitor, people: People, script: bool
) -> None:
    look = Look("fr", "light", DESK if script else PHONE)
    manager = visit(look, state=people.state("teacher"), script=script)
    page = manager.show("/mine", look)
    page.locator("a[href='/bilan/']:visible").first.click()
    page.get_by_role("link", name="Engagements sur plusieurs années").click()
    page.get_by_role("link", name="Coller des lignes").first.click()
    manager.watch.may_fail.add(page.url)

    page.locator("#cells").fill(PASTED.format(keur="trente"))
    page.get_by_role("button", name="Regarder les lignes").click()
    expect(page.locator("[role=alert]")).to_contain_text("Ligne 2")
    expect(page.locator("[role=alert]")).to_contain_text("keur")
    expect(page.locator("#cells")).to_have_value(PASTED.format(keur="trente"))

    page.locator("#cells").fill(PASTED.format(keur="1 234,5"))
    page.get_by_role("button", name="Regarder les lignes").click()
    expect(page.locator("#looked td", has_text="234,5")).to_be_visible()
    page.get_by_role("button", name="Enregistrer 1 ligne").click()
    expect(page.get_by_role("status")).to_contain_text("Les lignes sont enregistrées")

    row = page.locator("tbody tr", has_text="Régie des eaux d’essai")
    row.get_by_role("link").click()
    page.get_by_label("But (français)").fill("Essai")
    page.get_by_role("button", name="Enregistrer").click()
    expect(row).to_contain_text("Essai")

    page.goto(page.url.partition("/bilan/")[0] + "/bilan/")
    page.get_by_role("button", name="Voir le bilan").click()
    expect(page.locator("#money")).to_contain_text("Régie des eaux d’essai")
    figure = page.locator("#money a.r-figure", has_text="234,5").first
    figure.click()
    source = page.locator("details:target")
    if not source.get_attribute("open"):
        source.locator("summary").click()
    source.get_by_role("link", name="commitments.csv").first.click()
    expect(page.get_by_label("Partenaire")).to_have_value("Régie des eaux d’essai")
    page.get_by_text("Supprimer cette ligne").click()
    page.get_by_role("button", name="La supprimer pour de bon").click()
    expect(page.locator("tbody tr", has_text="Régie des eaux d’essai")).to_have_count(0)


def test_two_tabs_do_not_write_over_each_other(visit: OpenVisitor, people: People) -> None:
    look = Look("fr", "light", DESK)
    manager = visit(look, state=people.state("teacher"))
    page = manager.show("/bilan/tables/timeline", look)
    page.locator("tbody th a").first.click()
    manager.watch.may_fail.add(page.url)
    event = page.get_by_label("Évènement (français)")
    before = event.input_value()
    other = manager.context.new_page()
    other.goto(page.url)
    other.get_by_label("Évènement (français)").fill("Vu d’un autre onglet")
    other.get_by_role("button", name="Enregistrer").click()
    expect(other.get_by_role("status")).to_be_visible()
    event.fill("Saisi ici")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.locator("[role=alert]")).to_contain_text("Vu d’un autre onglet")
    expect(event).to_have_value("Saisi ici")
    event.fill(before)
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("status")).to_be_visible()
