"""Does the film of the demo play with its subtitles, follow its transcript, go on where one stopped, and count?"""

from __future__ import annotations

import json
import re
from itertools import count
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, Response, Route, expect

from tests.browser.conftest import OpenVisitor
from tests.browser.visitor import OWN_RUN, Look, Visitor

FILM = "bit-travels"
UNIT = f"/runs/{OWN_RUN}/units/a-wire-that-talks"
PHONE = Look("fr", "light", 390)
_numbers = count(1)


def learner(visit: OpenVisitor, look: Look = PHONE) -> Visitor:
    email = f"film.{next(_numbers)}@essai.example"
    person = visit(look)
    person.show("/sign-up", look)
    person.sign_up("Nour Cinéma", email)
    person.enrol()
    return person


def open_film(person: Visitor, look: Look = PHONE) -> Page:
    page = person.show(UNIT, look)
    page.locator('.player[data-island-state="ready"]').wait_for()
    return page


def second(page: Page) -> float:
    return float(page.evaluate("document.querySelector('video').currentTime"))


def until(page: Page, what: str) -> None:
    """Wait for something about the `film`; the content policy forbids playwright's own way of asking."""
    for _ in range(600):
        if page.evaluate(f"(film => {what})(document.querySelector('video'))"):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"never: {what}")


def jump(page: Page, seconds: float) -> None:
    page.evaluate("at => { document.querySelector('video').currentTime = at }", seconds)


def play(page: Page) -> None:
    page.locator("[data-act=play]").click()
    expect(page.locator("[data-act=play]")).to_have_attribute("aria-label", re.compile("Pause"))


def tells(answer: Response, verb: str) -> bool:
    """Was this the answer to a batch of watching with an event of this `verb`?"""
    return answer.url.endswith("/watching") and f'"verb":"{verb}"' in (answer.request.post_data or "")


def test_what_happens_while_a_batch_is_under_way_is_sent_when_it_has_arrived(visit: OpenVisitor) -> None:
    page = open_film(learner(visit))
    held: list[Route] = []
    page.route("**/watching", lambda route: route.continue_() if held else held.append(route))
    play(page)
    until(page, "film.currentTime > 0.5")
    page.locator("[data-act=play]").click()
    until(page, "film.paused")
    assert len(held) == 1
    with page.expect_response(lambda answer: tells(answer, "paused")) as sent:
        held[0].continue_()
    assert sent.value.ok


@pytest.mark.parametrize("look", [PHONE, Look("en", "dark", 1280), Look("fr", "dark", 320)], ids=str)
def test_the_film_plays_with_subtitles_in_the_readers_language(visit: OpenVisitor, look: Look) -> None:
    page = open_film(learner(visit, look), look)
    assert page.evaluate("document.querySelector('video').controls") is False
    play(page)
    words = {"fr": "Huit bits à envoyer", "en": "Eight bits to send"}[look.language]
    expect(page.locator("[data-sub]")).to_contain_text(words)
    expect(page.locator("[data-lines] [aria-current]")).to_contain_text(words)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for box in page.locator(":is(.player__ctl button, .player__ctl select, button.script__at):visible").all():
        size = box.bounding_box()
        assert size is not None
        assert min(size["height"], size["width"]) >= 43.5
    page.locator("[data-act=captions]").click()
    expect(page.locator("[data-act=captions]")).to_have_attribute("aria-pressed", "false")
    expect(page.locator("[data-sub]")).to_be_hidden()


def test_a_line_of_the_transcript_goes_there_and_words_are_found(visit: OpenVisitor) -> None:
    page = open_film(learner(visit))
    line = page.locator("[data-lines] p").nth(4)
    line.locator("button").click()
    expect(line).to_have_attribute("aria-current", "true")
    assert 17.1 <= second(page) < 20
    page.locator("[data-find]").fill("LETTRE k")
    expect(page.locator("[data-lines] p:visible")).to_have_count(1)
    expect(page.locator("[data-lines] mark")).to_have_text("lettre K")
    expect(page.locator("[data-hits]")).to_have_text("1 ligne")
    page.locator("[data-find]").fill("")
    page.locator("[data-language]").select_option("en")
    expect(page.locator("[data-lines] p").nth(4)).to_contain_text("The receiver measures")
    expect(page.locator("[data-lines]")).to_have_attribute("lang", "en")
    page.locator("[data-chapters] summary").click()
    page.locator("[data-chapters] button").nth(1).click()
    until(page, "film.currentTime < 14")
    assert second(page) >= 11.8
    page.reload()
    expect(page.locator("[data-language]")).to_have_value("en")  # as it was chosen


def test_the_keys_of_the_player_work_where_its_focus_is(visit: OpenVisitor) -> None:
    page = open_film(learner(visit))
    seek = page.locator("[data-seek]")
    seek.focus()
    page.keyboard.press("Space")
    until(page, "!film.paused && film.currentTime > 0.3")
    page.keyboard.press("k")
    until(page, "film.paused")
    at = second(page)
    page.keyboard.press("l")
    until(page, f"Math.abs(film.currentTime - {at} - 10) < 0.6")
    page.keyboard.press("ArrowLeft")
    until(page, f"Math.abs(film.currentTime - {at} - 5) < 0.6")
    assert re.search(r"0:0\d sur 0:28, Ce qui part", str(seek.get_attribute("aria-valuetext")))
    page.keyboard.press(">")
    expect(page.locator("[data-speed]")).to_have_value("1.25")
    page.keyboard.press("m")
    assert page.evaluate("document.querySelector('video').muted")
    page.keyboard.press("c")
    expect(page.locator("[data-act=captions]")).to_have_attribute("aria-pressed", "false")
    page.reload()
    page.locator('.player[data-island-state="ready"]').wait_for()
    expect(page.locator("[data-speed]")).to_have_value("1.25")  # remembered, as is the choice about subtitles
    expect(page.locator("[data-act=captions]")).to_have_attribute("aria-pressed", "false")
    page.locator("[data-find]").press_sequentially("k")
    assert page.evaluate("document.querySelector('video').paused")


def test_the_sound_is_turned_down_off_and_on_and_its_volume_is_remembered(visit: OpenVisitor) -> None:
    desk = Look("en", "light", 1280)
    page = open_film(learner(visit, desk), desk)
    button, volume = page.locator("[data-act=sound]"), page.locator("[data-volume]")
    expect(button).to_have_attribute("aria-label", "Turn the sound off")
    volume.fill("40")
    assert page.evaluate("document.querySelector('video').volume") == pytest.approx(0.4)
    button.click()
    assert page.evaluate("document.querySelector('video').muted")
    expect(button).to_have_attribute("aria-label", "Turn the sound on")
    expect(volume).to_have_value("0")
    button.click()
    expect(volume).to_have_value("40")
    volume.fill("0")  # silence by the slider: the button brings back what was chosen
    expect(button).to_have_attribute("aria-label", "Turn the sound on")
    button.click()
    assert not page.evaluate("document.querySelector('video').muted")
    volume.focus()
    page.keyboard.press("ArrowRight")
    expect(volume).to_have_value("45")
    assert second(page) < 0.5  # the arrows of the slider do not move the film
    page.reload()
    page.locator('.player[data-island-state="ready"]').wait_for()
    expect(volume).to_have_value("45")


def test_on_a_phone_the_sound_has_its_button_and_no_band_is_empty_before_the_film_begins(visit: OpenVisitor) -> None:
    page = open_film(learner(visit))
    expect(page.locator("[data-act=sound]")).to_be_visible()
    expect(page.locator("[data-sub]")).to_be_hidden()
    frame, bar = (page.locator(f".player__{part}").bounding_box() for part in ("frame", "bar"))
    assert frame is not None
    assert bar is not None
    assert abs(frame["height"] - frame["width"] * 9 / 16) < 2
    assert abs(frame["y"] + frame["height"] - bar["y"]) < 2
    tops = {round(box.bounding_box()["y"]) for box in page.locator(".player__right > :visible").all()}  # type: ignore[index]
    assert len(tops) == 1
    play(page)
    expect(page.locator("[data-sub]")).to_be_visible()
    expect(page.locator("[data-sub]")).not_to_be_empty()


@pytest.mark.parametrize("look", [PHONE, Look("fr", "dark", 1280)], ids=str)
def test_the_film_is_saved_from_the_player_or_below_it(visit: OpenVisitor, look: Look) -> None:
    page = open_film(learner(visit, look), look)
    place = ".player__bar a[download]" if look.width > 1000 else ".player__files a[download]"
    with page.expect_download() as saved:
        page.locator(place).first.click()
    assert saved.value.suggested_filename == "bit-travels.fr.mp4"
    assert saved.value.path().read_bytes()[4:8] == b"ftyp"


def test_the_laptop_goes_on_where_the_phone_stopped(visit: OpenVisitor) -> None:
    person = learner(visit)
    page = open_film(person)
    play(page)
    jump(page, 14)
    until(page, "film.currentTime > 15")
    with page.expect_response(lambda answer: tells(answer, "paused")) as sent:  # a batch may be under way already
        page.locator("[data-act=play]").click()
    assert sent.value.ok
    desk = Look("fr", "light", 1280)
    laptop = visit(desk, state=person.context.storage_state())
    page = open_film(laptop, desk)
    expect(page.locator(".player__resume")).to_contain_text("0:15")
    play(page)
    until(page, "film.currentTime > 15")
    assert second(page) < 20


def test_a_film_that_was_watched_is_done_and_what_was_skipped_is_not(visit: OpenVisitor) -> None:
    person = learner(visit)
    page = open_film(person)
    batches: list[list[dict[str, object]]] = []

    def note(request: object) -> None:
        url, data = getattr(request, "url", ""), getattr(request, "post_data", "") or ""
        if urlsplit(url).path.endswith("/watching"):
            found = re.search(r'name="events"\r\n\r\n(.*?)\r\n', data) or re.search(r"events=([^&]*)", data)
            if found:
                batches.append(json.loads(parse_qs(found[0])["events"][0] if found[0].startswith("ev") else found[1]))

    page.on("request", note)
    play(page)
    jump(page, 26)
    until(page, "film.ended")
    page.wait_for_timeout(1500)
    expect(page.locator("form[data-done] button")).to_be_visible()  # the end alone is not the film
    page.locator("[data-speed]").select_option("2")
    with page.expect_response(lambda answer: answer.url.endswith("/watching") and '"done": true' in answer.text()):
        play(page)
        until(page, "film.ended")
    expect(page.locator("form[data-done] button")).to_have_count(0)
    expect(page.locator("form[data-done] [role=status]")).to_be_visible()
    ids = [event["id"] for batch in batches for event in batch]
    assert {event["verb"] for batch in batches for event in batch} >= {"played", "progressed", "seeked", "ended"}
    assert len(ids) == len(set(ids))
    page = person.show(UNIT, PHONE)
    expect(page.locator("form[data-done] button")).to_have_count(0)


def test_without_script_the_browsers_own_player_the_words_and_the_button_are_there(visit: OpenVisitor) -> None:
    state = learner(visit).context.storage_state()
    page = visit(PHONE, state=state, script=False).show(UNIT, PHONE)
    expect(page.locator("video[controls] source")).to_have_count(1)
    expect(page.locator("video track[default]")).to_have_attribute("srclang", "fr")
    expect(page.locator("[data-lines]")).to_contain_text("Le bruit a perdu.")
    expect(page.locator(".player__bar, [data-tools], [data-keys]").first).to_be_hidden()
    page.locator("form[data-done] button").click()
    expect(page.locator("form[data-done] [role=status]")).to_be_visible()
    expect(page.locator("form[data-done] button")).to_have_count(0)


def test_what_could_not_be_sent_is_sent_with_the_next_batch(visit: OpenVisitor) -> None:
    person = learner(visit)
    page = open_film(person)
    cut = [True]
    page.route("**/watching", lambda route: route.abort() if cut[0] else route.continue_())
    person.watch.may_fail.add(f"{person.site.url}/runs/{OWN_RUN}/activities/{FILM}/watching")
    play(page)
    until(page, "film.currentTime > 2")
    page.locator("[data-act=play]").click()
    cut[0] = False
    page.wait_for_timeout(5200)  # it waits before it tries again
    play(page)
    with page.expect_response(lambda answer: tells(answer, "progressed")) as sent:
        page.wait_for_timeout(500)
        page.locator("[data-act=play]").click()
    data = sent.value.request.post_data or ""
    assert '"verb":"progressed"' in data
    assert data.count('"verb":"played"') >= 1
    person.watch.faults[:] = [fault for fault in person.watch.faults if "/watching" not in fault]
