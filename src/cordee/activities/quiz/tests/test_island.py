"""Does handing in without reloading keep the answer, whatever the network does? In a real browser."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils.safestring import SafeString

from cordee.activities.quiz.tests.make import answered, blanks, click, numerical, problem, shown
from cordee.courses.rendering import Target, finish, render

pytestmark = pytest.mark.browser
ORIGIN = "http://127.0.0.1:9"  # nothing listens there: every request is answered by the test
SCRIPT = Path(__file__).parents[1] / "static" / "activities" / "quiz" / "island.js"
DEFINITION = numerical("3.14")


def section(inside: str, outcome: str = "", *, token: str = "t1", form_id: str = "f1") -> str:  # noqa: S107
    """The frame that the room of learning draws around a quiz."""
    return (
        '<section class="activity" id="q1" tabindex="-1"><form method="post" action="/submit" data-island="quiz" '
        'data-sending="Sending…" data-offline="Not sent. Your answer is safe here." data-retry="Try again" '
        'data-signed-out="Not sent: your session has ended." data-sign-in="/sign-in" data-sign-in-words="Sign in">'
        f'<input type="hidden" name="csrfmiddlewaretoken" value="{token}">'
        f'<input type="hidden" name="form_id" value="{form_id}">{inside}{outcome}'
        '<button class="btn" type="submit">Hand in</button></form></section>'
    )


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


def sent(route: Any) -> tuple[str, str, str]:
    """The token, the form id and the answer of a request."""
    body = route.request.post_data
    token, form_id, answer = (
        re.search(rf'name="{name}"\r\n\r\n(.*?)\r\n', body) for name in ("csrfmiddlewaretoken", "form_id", "p_2_1")
    )
    assert token
    assert form_id
    assert answer
    return token[1], form_id[1], answer[1]


def opens_with(page: Any, html: str) -> None:
    """From now on the address of the page gives this."""
    page.unroute(f"{ORIGIN}/")
    page.route(f"{ORIGIN}/", lambda route: route.fulfill(body=html, content_type="text/html"))


@pytest.mark.parametrize("status", [401, 403])
def test_an_ended_session_keeps_the_answer_and_a_new_one_takes_it(page: Any, status: int) -> None:
    posted = []

    def answer(route: Any) -> None:
        posted.append(sent(route))
        if posted[-1][0] == "t2":
            route.fulfill(**drawn(section(answered(DEFINITION, {"p_2_1": "3,14"}))))
        else:
            route.fulfill(status=status, body='{"error": "x"}', content_type="application/json")

    page.route(f"{ORIGIN}/submit", answer)
    page.fill("#q1-p_2_1", "3,14")
    page.click("button[type=submit]")
    page.wait_for_selector("[role=alert]")
    assert "Not sent: your session has ended." in page.inner_text("[role=alert]")
    link = page.locator("[role=alert] a")
    assert (link.get_attribute("href"), link.get_attribute("target")) == ("/sign-in", "_blank")

    opens_with(page, "<title>Sign in</title>")  # not signed in yet
    page.click("text=Try again")
    page.wait_for_selector("[role=alert]:focus")
    assert "Not sent: your session has ended." in page.inner_text("[role=alert]")
    assert page.input_value("#q1-p_2_1") == "3,14"
    assert posted == [("t1", "f1", "3,14")]

    opens_with(page, section("", token="t2", form_id="f2"))  # noqa: S106 - of a form
    page.click("text=Try again")
    page.wait_for_selector(".verdict")
    assert posted == [("t1", "f1", "3,14"), ("t2", "f2", "3,14")]
    assert page.url == f"{ORIGIN}/"


def test_that_nothing_was_sent_is_said_below_the_buttons_where_more_follows_them(page: Any) -> None:
    page.route(f"{ORIGIN}/submit", lambda route: route.abort())
    page.fill("#q1-p_2_1", "3,14")
    page.click("button[type=submit]")
    page.wait_for_selector("form > [data-quiz-unsent]:last-child")
    page.evaluate(
        "document.querySelector('form').insertAdjacentHTML('afterbegin', '<p data-quiz-buttons></p><p>A result</p>')"
    )
    page.click("text=Try again")
    page.wait_for_selector("[data-quiz-buttons] + [data-quiz-unsent]:focus")
    assert page.locator("[data-quiz-unsent]").count() == 1


def test_a_form_that_may_have_arrived_keeps_its_id_in_a_new_session(page: Any) -> None:
    posted = []

    def answer(route: Any) -> None:
        posted.append(sent(route))
        match len(posted):
            case 1:
                route.abort()
            case 2:
                route.fulfill(status=403, body="{}", content_type="application/json")
            case _:
                route.fulfill(**drawn(section(answered(DEFINITION, {"p_2_1": "3,14"}))))

    page.route(f"{ORIGIN}/submit", answer)
    page.fill("#q1-p_2_1", "3,14")
    page.click("button[type=submit]")
    page.wait_for_selector("[role=alert]")
    page.click("text=Try again")
    page.wait_for_selector("[role=alert] a")
    opens_with(page, section("", token="t2", form_id="f2"))  # noqa: S106 - of a form
    page.click("text=Try again")
    page.wait_for_selector(".verdict")
    assert [(token, form_id) for token, form_id, _answer in posted] == [("t1", "f1"), ("t1", "f1"), ("t2", "f1")]


def test_a_refusal_that_a_new_token_does_not_mend_is_explained_by_the_server(page: Any) -> None:
    page.route(
        f"{ORIGIN}/submit",
        lambda route: (
            route.fulfill(status=403, body="{}", content_type="application/json")
            if route.request.resource_type == "fetch"
            else route.fulfill(status=403, body="<title>Not allowed</title>", content_type="text/html")
        ),
    )
    page.fill("#q1-p_2_1", "3,14")
    page.click("button[type=submit]")
    page.wait_for_selector("[role=alert]")
    page.click("text=Try again")
    page.wait_for_function("document.title === 'Not allowed'")


DOT = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="
TWO = "".join(f'<choice correct="{right}">a <numtolerance_input answer="1"/></choice>' for right in ("true", "false"))


def opened(page: Any, inside: str) -> None:
    """The page of another quiz, at half the width of its image."""
    html = (
        f"<!doctype html><meta charset=utf-8><title>t</title><style>.spot input[type=image] {{ width: 200px; "
        f"height: 150px }}</style><main>{section(inside)}</main>"
        '<script type="module">import {mount} from "/island.js"; mount(document.querySelector("form"));'
        "window.mounted = true</script>"
    )
    opens_with(page, html)
    page.goto(f"{ORIGIN}/")
    page.wait_for_function("window.mounted")


def _image() -> str:
    """The page of an image to point at, with a file of its own."""

    def with_file(html: str) -> SafeString:
        rendered = render(html, resolve=lambda _link: Target("file", "0/a.png"))
        return finish(rendered, file_url=lambda _sha256, _name: DOT, unit_url=str)

    source = shown(click('rectangle="(10,20)-(110,80)" alt="A plan"'), render=with_file)
    return re.sub(r"<link[^>]*>", "", source)


def test_a_press_or_the_arrow_keys_move_the_cross_in_the_authors_pixels_and_send_nothing(page: Any) -> None:
    opened(page, _image())
    image = page.locator("input[type=image]")
    image.click(position={"x": 50, "y": 75})
    x, y = (int(page.input_value(f"[name=p_2_1_{letter}]")) for letter in "xy")
    assert abs(x - 100) <= 2  # twice the distance on the screen, which has fractions of pixels
    assert abs(y - 150) <= 2
    image.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowUp")
    page.keyboard.press("Enter")
    assert [page.input_value(f"[name=p_2_1_{letter}]") for letter in "xy"] == [str(x + 4), str(y - 40)]
    assert page.get_attribute(".spot__cross", "transform") == f"translate({x + 4} {y - 40})"
    assert str(x + 4) in page.inner_text("[data-spot-said]")
    for _ in range(20):
        page.keyboard.press("Shift+ArrowLeft")
    assert page.input_value("[name=p_2_1_x]") == "0"
    page.fill("[name=p_2_1_x]", "")
    assert page.get_attribute(".spot__cross", "visibility") == "hidden"
    assert page.url == f"{ORIGIN}/"


def test_writing_a_number_makes_its_choice(page: Any) -> None:
    opened(page, re.sub(r"<link[^>]*>", "", shown(blanks(TWO))))
    page.fill("[name=p_2_1_choiceinput_1_numtolerance_input_0]", "3")
    assert page.locator("input[type=radio]").nth(1).is_checked()
    assert not page.locator("input[type=radio]").nth(0).is_checked()


def test_a_hint_asked_for_receives_the_focus_and_keeps_what_was_typed(page: Any) -> None:
    hinted = problem(
        "<stringresponse answer='a'><textline/></stringresponse><demandhint><hint>Look.</hint></demandhint>"
    )
    posted = []

    def answer(route: Any) -> None:
        posted.append(route.request.post_data)
        route.fulfill(**drawn(section(re.sub(r"<link[^>]*>", "", shown(hinted, answer={"p_2_1": "b"}, hints=1)))))

    page.route(f"{ORIGIN}/submit", answer)
    opened(page, re.sub(r"<link[^>]*>", "", shown(hinted)))
    page.fill("[name=p_2_1]", "b")
    page.click("button[name=hint]")
    page.wait_for_selector("[data-newest]:focus")
    assert 'name="hint"\r\n\r\n1' in posted[0]
    assert page.input_value("[name=p_2_1]") == "b"
