"""Does the page of a course text that is being written follow its text, without losing the reader's place?"""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from cordee.courses.tests.course_texts import folder
from cordee.web.tests.running import running_preview
from cordee.web.tests.test_course_preview import COURSE, QUIZ, UNIT
from tests.browser.conftest import WAIT_MS
from tests.browser.test_accessibility import axe, violations

__all__ = ["axe"]  # its fixture
PAGE = "/runs/Ingenia+RES101+preview/units/trame"
LONG = "\n\n".join(f"Paragraphe {number} : " + "des mots et des mots encore. " * 12 for number in range(30))
TEXT = f"# Trame\n\n{LONG}\n\n{QUIZ}\nLa fin.\n"
READY = "#preview[data-island-state=ready]"
LANGUAGES = {
    "fr": ("point à corriger dans le texte", "n’a pas de réglage"),
    "en": ("error in the text", "has no setting"),
}


@pytest.fixture(scope="module")
def preview(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path, subprocess.Popen[str]]]:
    at = tmp_path_factory.mktemp("preview")
    root = folder(at / "cours", **{**COURSE, UNIT: TEXT})
    with running_preview(root, at) as (address, process):
        yield address, root, process


def opened(browser: Browser, address: str, language: str, width: int) -> Page:
    context = browser.new_context(viewport={"width": width, "height": 844}, locale=language)
    page = context.new_page()
    page.goto(address + PAGE)
    expect(page.locator(READY)).to_have_count(1, timeout=WAIT_MS)
    return page


def place_of(page: Page, words: str) -> float:
    box = page.get_by_text(words).first.bounding_box()
    assert box is not None
    return box["y"]


@pytest.mark.parametrize(("language", "width"), [("fr", 390), ("en", 390), ("fr", 1280), ("en", 1280)])
def test_a_save_is_seen_in_place_and_an_error_is_told_above_until_it_is_mended(
    browser: Browser, preview: tuple[str, Path, subprocess.Popen[str]], axe: str, language: str, width: int
) -> None:
    address, root, _process = preview
    file = root / UNIT
    file.write_text(TEXT)
    page = opened(browser, address, language, width)
    try:
        field = page.locator("main input[type=text]").first
        field.fill("7")
        page.get_by_text("Paragraphe 15 :").scroll_into_view_if_needed()
        before = place_of(page, "Paragraphe 15 :")
        file.write_text(
            TEXT.replace("Paragraphe 2 :", "Paragraphe deux, plus long :").replace("La fin.", "La vraie fin.")
        )
        expect(page.get_by_text("La vraie fin.")).to_have_count(1, timeout=WAIT_MS)
        expect(page.get_by_text("Paragraphe deux")).to_have_count(1, timeout=WAIT_MS)
        assert abs(place_of(page, "Paragraphe 15 :") - before) < 2
        assert field.input_value() == "7"  # what was typed in a part that did not change is still there

        file.write_text(TEXT.replace("attempts: 2", "essais: 2").replace("La fin.", "Une autre fin."))
        errors = page.locator("#preview-errors")
        title, sentence = LANGUAGES[language]
        expect(errors).to_contain_text(title, timeout=WAIT_MS)
        expect(errors).to_contain_text(sentence, timeout=WAIT_MS)
        expect(errors).to_contain_text(f"{UNIT}:64:1", timeout=WAIT_MS)
        expect(errors).to_be_in_viewport()
        expect(page.get_by_text("La vraie fin.")).to_have_count(1, timeout=WAIT_MS)
        assert violations(page, axe, f"{language} {width}") == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

        file.write_text(TEXT)
        expect(errors).to_have_count(0, timeout=WAIT_MS)
        expect(page.get_by_text("La fin.")).to_have_count(1, timeout=WAIT_MS)
    finally:
        page.context.close()


def test_an_answer_gets_its_feedback_and_the_page_goes_on_following(
    browser: Browser, preview: tuple[str, Path, subprocess.Popen[str]]
) -> None:
    address, root, _process = preview
    (root / UNIT).write_text(TEXT)
    page = opened(browser, address, "fr", 1280)
    page.locator("main input[type=text]").first.fill("6")
    page.locator("main .quiz__actions button[type=submit]").click()
    expect(page.get_by_text("Oui, quarante-huit bits.")).to_have_count(1, timeout=WAIT_MS)
    (root / UNIT).write_text(TEXT.replace("quarante-huit", "bien 48"))
    expect(page.get_by_text("Oui, bien 48 bits.")).to_have_count(1, timeout=WAIT_MS)
    page.context.close()


def test_a_unit_that_is_open_stays_open_while_its_file_is_away(
    browser: Browser, preview: tuple[str, Path, subprocess.Popen[str]]
) -> None:
    address, root, _process = preview
    (root / UNIT).write_text(TEXT)
    page = opened(browser, address, "fr", 1280)
    (root / UNIT).rename(root / "ailleurs.md")
    expect(page.locator("#preview-said")).to_contain_text("n’est pas dans le cours", timeout=WAIT_MS)
    expect(page.get_by_text("La fin.")).to_have_count(1, timeout=WAIT_MS)
    (root / "ailleurs.md").unlink()
    (root / UNIT).write_text(TEXT.replace("La fin.", "De retour."))
    expect(page.get_by_text("De retour.")).to_have_count(1, timeout=WAIT_MS)
    expect(page.locator("#preview-said")).to_have_text("", timeout=WAIT_MS)
    page.context.close()


def test_a_page_goes_on_when_the_preview_was_stopped_and_started_again(browser: Browser, tmp_path: Path) -> None:
    root = folder(tmp_path / "cours", **{**COURSE, UNIT: TEXT})
    with running_preview(root, tmp_path) as (address, process):
        port = address.rpartition(":")[2]
        page = opened(browser, address, "fr", 1280)
        process.send_signal(signal.SIGINT)
        process.wait(20)
        expect(page.locator("#preview-said")).to_contain_text("L’aperçu est arrêté.", timeout=WAIT_MS)
    (root / UNIT).write_text(TEXT.replace("La fin.", "Écrit entre-temps."))
    with running_preview(root, tmp_path, port=port):
        expect(page.get_by_text("Écrit entre-temps.")).to_have_count(1, timeout=WAIT_MS)
        expect(page.locator("#preview-said")).to_have_text("", timeout=WAIT_MS)
        page.context.close()
