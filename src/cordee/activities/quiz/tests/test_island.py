"""Does handing in without reloading keep the answer, whatever the network does? In a real browser."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cordee.activities.quiz.tests.make import answered, numerical, shown

pytestmark = pytest.mark.browser
ORIGIN = "http://127.0.0.1:9"  # nothing listens there: every request is answered by the test
SCRIPT = Path(__file__).parents[1] / "static" / "activities" / "quiz" / "island.js"
DEFINITION = numerical("3.14")


def section(inside: str, outcome: str = "") -> str:
    """The frame that the room of learning draws around a quiz."""
    return (
        '<section class="activity" id="q1" tabindex="-1"><form method="post" action="/submit" data-island="quiz" '
        'data-sending="Sending…" data-offline="Not sent. Your answer is safe here." data-retry="Try again">'
        f'<input type="hidden" name="form_id" value="f1">{inside}{outcome}'
        '<button class="btn" type="submit">Hand in</button></form></section>'
    )


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


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    opened = browser.new_page()
    html = (
        f"<!doctype html><meta charset=utf-8><title>t</title><main>{section(shown(DEFINITION))}</main>"
        '<script type="module">import {mount} from "/island.js"; mount(document.querySelector("form"));'
        "window.mounted = true</script>"
    )
    opened.route(f"{ORIGIN}/", lambda route: route.fulfill(body=html, content_type="text/html"))
    opened.route(
        f"{ORIGIN}/island.js",
        lambda route: route.fulfill(body=SCRIPT.read_text("utf-8"), content_type="text/javascript"),
    )
    opened.goto(f"{ORIGIN}/")
    opened.wait_for_function("window.mounted")
    yield opened
    opened.close()


def drawn(html: str, **more: Any) -> dict[str, Any]:
    return {"body": json.dumps({"html": html, **more}), "content_type": "application/json"}


def test_the_section_is_replaced_and_the_result_receives_the_focus(page: Any) -> None:
    posted = []

    def answer(route: Any) -> None:
        posted.append(route.request.post_data)
        result = answered(DEFINITION, {"p_2_1": "3,14"})
        route.fulfill(**drawn(section(result, '<div role="status">All of it is right.</div>')))

    page.route(f"{ORIGIN}/submit", answer)
    for attempt in (1, 2):  # the form that was drawn again is mounted too
        page.fill("#q1-p_2_1", "3,14")
        page.click("button[type=submit]")
        page.wait_for_selector(".verdict")
        assert page.evaluate("document.activeElement.textContent") == "All of it is right."
        assert page.input_value("#q1-p_2_1") == "3,14"
        assert len(posted) == attempt
    assert page.url == f"{ORIGIN}/"
    assert 'name="form_id"\r\n\r\nf1' in posted[0]


def test_a_refusal_is_drawn_and_receives_the_focus(page: Any) -> None:
    refusal = section(
        '<div role="alert" tabindex="-1">“abc” is not a number.</div>' + shown(DEFINITION, answer={"p_2_1": "abc"})
    )
    page.route(f"{ORIGIN}/submit", lambda route: route.fulfill(status=422, **drawn(refusal, error="x")))
    page.fill("#q1-p_2_1", "abc")
    page.click("button[type=submit]")
    page.wait_for_selector("[role=alert]")
    assert page.evaluate("document.activeElement.textContent") == "“abc” is not a number."
    assert page.input_value("#q1-p_2_1") == "abc"


@pytest.mark.parametrize("failure", ["offline", "server"])
def test_a_failure_keeps_the_answer_says_so_and_may_be_tried_again(page: Any, failure: str) -> None:
    broken = (
        (lambda route: route.abort())
        if failure == "offline"
        else (lambda route: route.fulfill(status=503, body="busy"))
    )
    page.route(f"{ORIGIN}/submit", broken)
    page.fill("#q1-p_2_1", "3,14")
    page.click("button[type=submit]")
    page.wait_for_selector("[role=alert]")
    assert "Your answer is safe here." in page.inner_text("[role=alert]")
    assert page.input_value("#q1-p_2_1") == "3,14"
    assert page.inner_text("button[type=submit]") == "Hand in"
    assert page.get_attribute("form", "aria-busy") is None
    page.unroute(f"{ORIGIN}/submit")
    page.route(
        f"{ORIGIN}/submit", lambda route: route.fulfill(**drawn(section(answered(DEFINITION, {"p_2_1": "3,14"}))))
    )
    page.click("text=Try again")
    page.wait_for_selector(".verdict")
    assert page.query_selector("[role=alert]") is None


def test_two_clicks_send_one_answer(page: Any) -> None:
    held: list[Any] = []
    page.route(f"{ORIGIN}/submit", lambda route: held.append(route))  # noqa: PLW0108 - playwright asks for a function
    page.fill("#q1-p_2_1", "3,14")
    page.evaluate("const b = document.querySelector('button[type=submit]'); b.click(); b.click()")
    page.press("#q1-p_2_1", "Enter")
    page.wait_for_function("document.querySelector('button[type=submit]').getAttribute('aria-busy') === 'true'")
    assert page.inner_text("button[type=submit]") == "Sending…"
    page.wait_for_timeout(200)
    assert len(held) == 1


def test_an_answer_that_is_no_json_is_posted_as_without_script(page: Any) -> None:
    kinds = []

    def answer(route: Any) -> None:
        kinds.append(route.request.resource_type)
        route.fulfill(body="<title>Sign in</title>", content_type="text/html")

    page.route(f"{ORIGIN}/submit", answer)
    page.click("button[type=submit]")
    page.wait_for_function("document.title === 'Sign in'")
    assert kinds == ["fetch", "document"]
