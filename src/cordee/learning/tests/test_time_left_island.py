"""Does the time left count down by the server's time, and is it told to who does not see it? In a real browser."""

from __future__ import annotations

import datetime as dt
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.template.loader import render_to_string

from cordee.learning.pages.limited import TimeLeft

pytestmark = pytest.mark.browser
ORIGIN = "http://127.0.0.1:9"  # nothing listens there: every request is answered by the test
SCRIPT = Path(__file__).parents[1] / "static" / "learning" / "time-left.js"
ENDS = dt.datetime(2026, 11, 2, 14, 32, tzinfo=dt.UTC)
# Time passes when the test says so, and the device believes that it is 2001.
HANDS = """const now = performance.now.bind(performance); let passed = 0;
performance.now = () => now() + passed; window.pass = (ms) => { passed += ms; };
Date.now = () => 978307200000;"""
LEFT, SAID = "[data-left]", "[data-said]"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api")
    executable = os.environ.get("TEST_BROWSER") or shutil.which("chromium")
    if executable is None:
        pytest.skip("no chromium here")
    with playwright.sync_playwright() as running:
        opened = running.chromium.launch(executable_path=executable, args=["--no-sandbox"] if os.geteuid() == 0 else [])
        yield opened
        opened.close()


def opened(browser: Any, seconds: int, **choices: Any) -> Any:
    """The page of a unit with so many seconds left, on a device whose clock is years behind."""
    time = TimeLeft("2:32 pm", "23 minutes", seconds, ENDS, "")
    drawn = render_to_string("learning/time_left.html", {"time": time})
    html = (
        f"<!doctype html><meta charset=utf-8><title>t</title>{drawn}"
        '<input id="typed"><script type="module">import {mount} from "/island.js"; '
        'mount(document.querySelector("[data-island]")); window.mounted = true</script>'
    )
    page = browser.new_page(**choices)
    page.add_init_script(HANDS)
    page.route(f"{ORIGIN}/", lambda route: route.fulfill(body=html, content_type="text/html"))
    page.route(
        f"{ORIGIN}/island.js",
        lambda route: route.fulfill(body=SCRIPT.read_text("utf-8"), content_type="text/javascript"),
    )
    page.goto(f"{ORIGIN}/")
    page.wait_for_function("window.mounted")
    return page


def is_said(page: Any, words: str) -> None:
    page.wait_for_function("([at, words]) => document.querySelector(at).textContent === words", arg=[SAID, words])


def test_the_time_counts_down_and_five_minutes_one_minute_and_the_end_are_told(browser: Any) -> None:
    page = opened(browser, 400)
    page.fill("#typed", "1729")
    assert re.fullmatch(r"· 6:\d\d left", page.inner_text(LEFT))
    assert page.text_content(SAID) == ""
    page.evaluate("pass(100000)")
    is_said(page, "5 minutes left.")
    page.evaluate("pass(240000)")
    is_said(page, "1 minute left.")
    assert re.fullmatch(r"· (1:00|0:\d\d) left", page.inner_text(LEFT))
    page.evaluate("pass(60000)")
    is_said(page, "Your time is over. What you had handed in counts; nothing more is taken.")
    assert page.inner_text(LEFT) == ""
    assert page.get_attribute(".notice--warn", "data-island") == "time-left"
    assert page.get_attribute(SAID, "role") == "status"
    assert page.input_value("#typed") == "1729"
    page.close()


def test_who_asks_for_calm_sees_whole_minutes(browser: Any) -> None:
    page = opened(browser, 400, reduced_motion="reduce")
    assert page.inner_text(LEFT) == "· 7\N{NO-BREAK SPACE}min left"
    page.evaluate("pass(30000)")
    page.wait_for_timeout(1100)  # two ticks
    assert page.inner_text(LEFT) == "· 7\N{NO-BREAK SPACE}min left"
    page.close()


def test_a_device_that_slept_asks_the_server_what_is_left(browser: Any) -> None:
    page = opened(browser, 1380)
    date = (ENDS - dt.timedelta(minutes=2)).strftime("%a, %d %b %Y %H:%M:%S GMT")
    asked = []

    def answer(route: Any) -> None:
        asked.append(route.request.method)
        route.fulfill(status=200, headers={"date": date})

    page.route(f"{ORIGIN}/", answer)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    is_said(page, "5 minutes left.")
    assert re.fullmatch(r"· (2:00|1:\d\d) left", page.inner_text(LEFT))
    assert asked == ["HEAD"]
    page.close()
