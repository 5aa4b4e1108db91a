"""How heavy are the pages, whom do they ask for what, and what do they leave in the browser?"""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Request, expect

from cordee.web.notices import NOTICES
from tests.browser.conftest import OpenVisitor
from tests.browser.pages import SITE, UNITS, Seen, unit
from tests.browser.people import People, Who
from tests.browser.running import Site
from tests.browser.visitor import FINNISH_RUN, TOKEN, Look

HTML_BYTES = 40_000
FIRST_VISIT_BYTES = 200_000
# The guide shows every component there is, once; it is no page of a site in use.
PAGES = tuple(seen for seen in SITE if seen.path != "/ui" and seen.then is None)
UNIT_PAGES = tuple(unit(name, who) for name in UNITS for who in ("fresh", "wrong", "right"))
FIRST_VISITS = (
    *(
        seen
        for seen in SITE
        if seen.name in {"courses", "course", "Finnish course", "my courses, begun", "plan, begun"}
    ),
    *(unit(name, "right") for name in UNITS[:6:2]),
)
COOKIES_DOCUMENTED = Path(__file__).parents[2] / "docs" / "cookies.md"


@pytest.mark.parametrize("who", sorted({seen.who for seen in (*PAGES, *UNIT_PAGES)}))
def test_no_page_has_more_than_40_kb_of_html(site: Site, people: People, who: Who) -> None:
    """Counted without a browser: what is weighed is what the site says."""
    state = people.state(who)
    mine = [seen for seen in (*PAGES, *UNIT_PAGES) if seen.who == who]
    sizes = {}
    with httpx.Client(base_url=site.url, timeout=60) as client:
        for seen, language in product(mine, ("fr", "en")):
            client.cookies.clear()
            client.cookies.update({cookie["name"]: cookie["value"] for cookie in state["cookies"]} if state else {})
            client.cookies.update({"language": language, "csrf": TOKEN})
            if state:  # the language of who is signed in is their account's
                chosen = client.post("/language", data={"language": language, "csrfmiddlewaretoken": TOKEN})
                assert chosen.status_code == 302
            answer = client.get(seen.address(people, language))
            assert answer.status_code == seen.status, str(seen)
            sizes[f"{seen} {language}"] = len(answer.content)
    print(sizes)  # noqa: T201 - shown by pytest -rP
    assert {name: size for name, size in sizes.items() if size > HTML_BYTES} == {}


@pytest.mark.parametrize("seen", FIRST_VISITS, ids=str)
def test_a_first_visit_takes_at_most_200_kb_without_media(visit: OpenVisitor, people: People, seen: Seen) -> None:
    visitor = visit(state=people.state(seen.who))
    sizes: dict[str, int] = {}

    def count(request: Request) -> None:
        if request.url.startswith(f"{visitor.site.content_url}/"):
            return  # images and media of the course
        size = request.sizes()
        sizes[request.url] = size["responseBodySize"] + size["responseHeadersSize"]

    finished: list[Request] = []
    visitor.page.on("requestfinished", lambda request: finished.append(request))  # noqa: PLW0108 - playwright marks it
    page = seen.open(visitor, people, Look("fr"))
    page.wait_for_load_state("networkidle")
    for request in finished:
        count(request)
    print(sum(sizes.values()), sizes)  # noqa: T201 - shown by pytest -rP
    assert any(".woff2" in url for url in sizes)
    assert any(url.endswith(".css") for url in sizes)
    assert sum(sizes.values()) <= FIRST_VISIT_BYTES


def documented_cookies() -> set[str]:
    return set(re.findall(r"^\| `(\w+)` \| cookie ", COOKIES_DOCUMENTED.read_text(encoding="utf-8"), re.MULTILINE))


def test_the_cookies_are_those_documented_and_no_script_can_read_them(visit: OpenVisitor) -> None:
    visitor = visit(Look("fr", width=1280))
    page = visitor.show("/sign-up")
    visitor.sign_up("Fatou Ndiaye", "cookies@essai.example")
    for path in ("/mine", "/account", "/fr/", "/fr/courses/Ingenia+RES101/", "/v"):
        visitor.show(path)
    page.locator("button[name=theme][value=dark]").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.locator(".masthead .lang [lang=en]").first.click()
    cookies = visitor.context.cookies()
    assert {cookie["name"] for cookie in cookies} == documented_cookies() - {"cordee_half_way", "as_learner", "reading"}
    assert all(cookie["httpOnly"] and cookie["sameSite"] == "Lax" for cookie in cookies)
    assert {cookie["domain"] for cookie in cookies} == {"127.0.0.1"}
    assert page.evaluate("document.cookie + localStorage.length + sessionStorage.length") == "00"


def test_a_first_visit_of_a_guest_who_only_reads_leaves_no_cookie(visit: OpenVisitor) -> None:
    visitor = visit()
    visitor.show("/fr/")
    visitor.show("/fr/courses/Ingenia+RES101/")
    assert visitor.context.cookies() == []


def test_public_pages_keep_nothing_in_the_browser_and_ask_no_other_host_before_anybody_agreed(
    visit: OpenVisitor,
) -> None:
    visitor = visit()
    hosts: set[str] = set()
    visitor.page.on("request", lambda request: hosts.add(request.url.partition("//")[2].partition("/")[0]))
    for path in ("/fr/", "/en/", "/fr/courses/Ingenia+RES101/", "/en/v", *(f"/fr/{name}/" for name in NOTICES)):
        visitor.show(path)
        visitor.page.wait_for_load_state("networkidle")
        assert visitor.page.evaluate("localStorage.length + sessionStorage.length") == 0
    assert visitor.context.cookies() == []
    site = {visitor.site.url.partition("//")[2], visitor.site.content_url.partition("//")[2]}
    assert hosts <= site


def test_the_theme_and_the_language_are_kept_when_chosen(visit: OpenVisitor) -> None:
    visitor = visit(Look("fr", width=1280), script=False)
    page = visitor.show("/fr/")
    page.locator("button[name=theme][value=dark]").click()
    assert page.locator("html").get_attribute("data-theme") == "dark"
    page.locator(".masthead .lang [lang=en]").first.click()
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.locator("html").get_attribute("data-theme") == "dark"


@pytest.mark.slow
def test_units_of_the_finnish_course_ask_nobody_else_and_break_no_rule(visit: OpenVisitor, people: People) -> None:
    """What the policy refuses in an import (media of other hosts) may not be in the page in the first place."""
    visitor = visit(state=people.state("awa"))
    for address in visitor.unit_addresses(FINNISH_RUN):
        visitor.show(address)
        visitor.page.wait_for_load_state("networkidle")
