"""Does the time left count down by the server's time, and is it told to who does not see it? In a real browser."""

from __future__ import annotations

import datetime as dt
import re
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
LEFT, UNTIL, SAID = "[data-left]", "[data-until]", "[data-said]"
ASKED = f"{ORIGIN}/?time=left"
OVER = "Your time for this section is over (end: 2:32 pm). What you had handed in counts. You can still read."
UNSURE = (
    "The time that this page knows of is over, and the site does not say whether you have more. "
    "Check the connection, or reload the page."
)


def opened(browser: Any, seconds: int, **choices: Any) -> Any:
    """The page of a unit with so many seconds left, on a device whose clock is years behind."""
    time = TimeLeft("2:32 pm", "23 minutes", seconds, ENDS, "", "/?time=left")
    drawn = render_to_string("learning/time_left.html", {"time": time})
    html = (
        f"<!doctype html><meta charset=utf-8><title>t</title>{drawn}"
        '<form action="/runs/R/activities/a/submissions#a"><input id="typed"><div class="quiz__actions">'
        '<button type="submit">Hand in</button><p class="right">1 attempt left of 1.</p></div></form>'
        '<script type="module">import {mount} from "/island.js"; '
        'mount(document.querySelector("[data-island]")); window.mounted = true</script>'
    )
    page = browser.new_page(**choices)
    page.add_init_script(HANDS)
    page.route(f"{ORIGIN}/", lambda route: route.fulfill(body=html, content_type="text/html"))
    page.route(
        f"{ORIGIN}/island.js",
        lambda route: route.fulfill(body=SCRIPT.read_text("utf-8"), content_type="text/javascript"),
    )
    answers(page, 0)
    page.goto(f"{ORIGIN}/")
    page.wait_for_function("window.mounted")
    return page


def told(seconds: int, until: str = "2:32 pm") -> str:
    """What the server says of the time when it is asked, or beside an activity."""
    return render_to_string("learning/time_told.html", {"time": TimeLeft(until, "", seconds, ENDS, "", "")})


def answers(page: Any, seconds: int, until: str = "2:32 pm") -> list[str]:
    """From now on the server says that so much is left. Gives back how it was asked, as it goes on."""
    asked: list[str] = []
    html = told(seconds, until)

    def answer(route: Any) -> None:
        asked.append(f"{route.request.method} {route.request.headers['accept']}")
        route.fulfill(json={"html": html})

    page.unroute(ASKED)
    page.route(ASKED, answer)
    return asked


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
    is_said(page, OVER)
    assert page.inner_text(LEFT) == ""
    assert page.get_attribute(".notice--warn", "data-island") == "time-left"
    assert page.get_attribute(SAID, "role") == "status"
    assert page.input_value("#typed") == "1729"
    assert page.is_hidden("text=Only what you hand in before then counts.")
    assert page.is_hidden(UNTIL)
    assert page.is_hidden("button")
    assert page.inner_text(".quiz__actions") == "Your time is over."
    page.close()


def test_who_asks_for_calm_sees_whole_minutes(browser: Any) -> None:
    page = opened(browser, 400, reduced_motion="reduce")
    assert page.inner_text(LEFT) == "· 7\N{NO-BREAK SPACE}min left"
    page.evaluate("pass(30000)")
    page.wait_for_timeout(1100)  # two ticks
    assert page.inner_text(LEFT) == "· 7\N{NO-BREAK SPACE}min left"
    page.close()


def test_a_limit_of_hours_counts_hours(browser: Any) -> None:
    page = opened(browser, 7200)
    assert re.fullmatch(r"· (2:00:00|1:59:\d\d) left", page.inner_text(LEFT))
    page.close()


def test_a_device_that_slept_asks_the_server_what_is_left(browser: Any) -> None:
    page = opened(browser, 1380)
    asked = answers(page, 120)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    is_said(page, "5 minutes left.")
    assert re.fullmatch(r"· (2:00|1:\d\d) left", page.inner_text(LEFT))
    assert asked == ["GET application/json"]
    page.close()


def test_who_was_given_more_time_meanwhile_reads_the_new_end_and_not_that_it_is_over(browser: Any) -> None:
    page = opened(browser, 40)
    asked = answers(page, 200, "2:35 pm")
    page.evaluate("pass(40000)")
    is_said(page, "Until 2:35 pm")
    assert page.inner_text(UNTIL) == "Until 2:35 pm"
    assert re.fullmatch(r"· 3:\d\d left", page.inner_text(LEFT))
    assert page.get_attribute(".notice--plain", "data-island") == "time-left"
    assert len(asked) == 1
    answers(page, 0)
    page.evaluate("pass(200000)")
    is_said(page, OVER)
    answers(page, 600, "2:50 pm")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    is_said(page, "Until 2:50 pm")
    assert "vh" in page.get_attribute(SAID, "class").split()
    assert page.inner_text(".quiz__actions").split("\n")[0] == "Hand in"
    assert "Your time is over." not in page.inner_text("body")
    assert page.is_visible("text=1 attempt left of 1.")
    page.close()


def test_an_activity_that_is_drawn_again_brings_the_end_as_it_is_now(browser: Any) -> None:
    page = opened(browser, 400)
    asked = answers(page, 0)
    page.evaluate(
        """html => document.dispatchEvent(new CustomEvent("drawn-again",
        {detail: new DOMParser().parseFromString(html, "text/html")}))""",
        "<section>An activity</section>" + told(1200, "2:52 pm"),
    )
    assert page.inner_text(UNTIL) == "Until 2:52 pm"
    assert re.fullmatch(r"· (20:00|19:\d\d) left", page.inner_text(LEFT))
    assert asked == []
    page.close()


def test_without_a_connection_nobody_is_told_that_their_time_is_over_before_the_site_says_so(browser: Any) -> None:
    page = opened(browser, 40)
    page.unroute(ASKED)
    page.route(ASKED, lambda route: route.abort())
    page.evaluate("pass(40000)")
    is_said(page, UNSURE)
    assert page.is_visible("button")
    assert page.inner_text(UNTIL) == "Until 2:32 pm"
    asked = answers(page, 0)
    page.evaluate("dispatchEvent(new Event('online'))")
    is_said(page, OVER)
    assert len(asked) == 1
    page.wait_for_timeout(1100)  # two ticks
    assert len(asked) == 1
    page.close()
