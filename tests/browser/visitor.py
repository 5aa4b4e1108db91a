"""What does a person do in the site, with a mouse or a finger? And what must never happen meanwhile?"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page, Request, expect

from tests.browser.mailbox import link_in_letter
from tests.browser.running import Site

OWN_COURSE = "Ingenia+RES101"
OWN_RUN = "Ingenia+RES101+2026"
C_COURSE, C_RUN = "Lerins+C101", "Lerins+C101+2026"
POLLS = ("your-link", "your-hops", "far-away")  # of our own course: nothing there is right or wrong
FINNISH_COURSE = "JYU+MA8-K7"
FINNISH_RUN = "JYU+MA8-K7+2026"
ANSWERS_FILE = Path(__file__).parents[2] / "demo" / "from-cable-to-packet" / "answers.json"
NEW_PASSWORD = "un mot de passe pour les essais"  # noqa: S105 - of accounts that live as long as a test
YEAR = "1990"  # of birth
TOKEN = "b" * 32  # a form's token as a browser keeps it; Django takes it as it is
PHONE, DESK = 390, 1280
# Console errors tell of violations of the content policy too; this names the element's rule and address.
TELL_VIOLATIONS = """document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`content policy: ${event.effectiveDirective} refused ${event.blockedURI} on ${location.pathname}`));"""

Answer = str | Sequence[str]
Answers = Mapping[str, Mapping[str, Answer]]


def right_answers(language: str) -> Answers:
    """Of our own course: problem, input, answer."""
    found = json.loads(ANSWERS_FILE.read_text(encoding="utf-8"))[language]
    return {
        problem: {field: said for name, answer in answers.items() for field, said in _fields(name, answer).items()}
        for problem, answers in found.items()
    }


def _fields(name: str, answer: Any) -> dict[str, Answer]:
    """The fields of the page that make one answer: a point of an image has two, a choice with numbers as many more."""
    if isinstance(answer, dict):
        made = [value for key, value in answer.items() if key == value]
        written = {key: value for key, value in answer.items() if key != value}
        return {name: made[0] if len(made) == 1 else made, **written}
    point = re.fullmatch(r"\[(\d+),(\d+)\]", answer) if isinstance(answer, str) else None
    return {f"{name}_x": point[1], f"{name}_y": point[2]} if point else {name: answer}


@dataclass(frozen=True, slots=True)
class Look:
    """In which language, in which colours, how wide."""

    language: str = "fr"
    theme: str = "light"
    width: int = PHONE

    @property
    def height(self) -> int:
        return 844 if self.width < 600 else 900

    def __str__(self) -> str:
        return f"{self.language}-{self.theme}-{self.width}"


# All eight, each followed by its opposite: two neighbours show both values of all three.
LOOKS = tuple(
    Look(language, theme, width)
    for first in (("fr", "light", PHONE), ("fr", "light", DESK), ("fr", "dark", PHONE), ("fr", "dark", DESK))
    for language, theme, width in (
        first,
        ("en", "dark" if first[1] == "light" else "light", DESK if first[2] == PHONE else PHONE),
    )
)


def two_looks(number: int) -> tuple[Look, Look]:
    """Two of the eight that differ in everything; another two for the next page."""
    at = number % 4 * 2
    return LOOKS[at], LOOKS[at + 1]


@dataclass  # without slots: playwright notes its handlers on the object
class Watch:
    """What went wrong in a context while nobody looked: console errors, refusals of the policy, foreign hosts."""

    site: Site
    faults: list[str] = field(default_factory=list)
    may_fail: set[str] = field(default_factory=set)  # addresses of pages that are meant to be refusals

    def attach(self, context: BrowserContext) -> None:
        context.add_init_script(TELL_VIOLATIONS)
        context.on("console", self._console)
        context.on("weberror", lambda error: self.faults.append(f"script error: {error.error}"))
        context.on("request", self._request)
        context.on("requestfailed", self._failed)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type not in {"error", "warning"}:
            return
        at = message.location["url"]
        if message.text.startswith("Failed to load resource") and at in self.may_fail:
            return
        self.faults.append(f"console: {message.text} ({at})")

    def _request(self, request: Request) -> None:
        if not self.site.is_ours(request.url):
            self.faults.append(f"request to another host: {request.url}")

    def _failed(self, request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # the person went elsewhere meanwhile
            self.faults.append(f"request failed: {request.url} ({request.failure})")


class Visitor:
    """A person with a browser of their own."""

    def __init__(self, context: BrowserContext, site: Site, watch: Watch) -> None:
        self.context = context
        self.site = site
        self.watch = watch
        self.page = context.new_page()

    def show(self, path: str, look: Look | None = None, *, status: int = 200) -> Page:
        """Open a page of the site, as a reader who chose this look."""
        if look is not None:
            self.wear(look)
        address = f"{self.site.url}{path}"
        if status >= 400:
            self.watch.may_fail.add(address.partition("#")[0])
        answer = self.page.goto(address)
        assert answer is not None
        assert answer.status == status, f"{path} answers {answer.status}"
        return self.page

    def wear(self, look: Look) -> None:
        """Choose language and colours as the forms of the shell do, by cookie, and turn or swap the screen.

        The language of who is signed in is their account's: it is chosen by the form itself.
        """
        kept = {cookie["name"]: cookie["value"] for cookie in self.context.cookies(self.site.url)}
        chosen = {"language": look.language, "theme": look.theme}
        if kept.get("cordee_session"):
            chosen["csrf"] = kept.get("csrf") or TOKEN
        self.context.add_cookies([{"name": name, "value": chosen[name], "url": self.site.url} for name in chosen])
        if "csrf" in chosen:
            fields: dict[str, str | float | bool] = {
                "language": look.language,
                "csrfmiddlewaretoken": chosen["csrf"],
            }
            answer = self.context.request.post(f"{self.site.url}/language", form=fields, max_redirects=0)
            assert answer.status == 302
        self.page.set_viewport_size({"width": look.width, "height": look.height})

    def sign_up(self, name: str, email: str) -> None:
        """From the sign-up page, which is open, by the letter's link to wherever it leads, signed in."""
        form = self.page.locator("main form")
        form.locator("[name=name]").fill(name)
        form.locator("[name=email]").fill(email)
        form.locator("[type=submit]").click()
        expect(self.page.locator("main .notice a[href='/ui/mail']")).to_be_visible()
        self.page.goto(f"{self.site.url}{link_in_letter(self.site.url, email, 'sign-up')}")
        form.locator("[name=password]").fill(NEW_PASSWORD)
        form.locator("[name=year]").fill(YEAR)
        form.locator("[type=submit]").click()
        expect(self.page.locator(".menu .avatar")).to_be_visible()

    def sign_in(self, email: str, password: str = NEW_PASSWORD) -> None:
        """From the sign-in page, which is open, to wherever it leads."""
        form = self.page.locator("main form")
        form.locator("[name=email]").fill(email)
        form.locator("[name=password]").fill(password)
        form.locator("[type=submit]").click()
        expect(self.page.locator(".menu .avatar")).to_be_visible()

    def enrol(self, course: str = OWN_COURSE) -> None:
        self.show(f"/fr/courses/{course}/")
        self.page.locator(".enrol form button").click()
        expect(self.page.locator("main .rope")).to_be_visible()

    def unit_addresses(self, run: str = OWN_RUN) -> list[str]:
        """The units of the plan, in order."""
        self.show(f"/runs/{run}/")
        links = self.page.locator("main a.outline__item")
        return [str(links.nth(at).get_attribute("href")) for at in range(links.count())]

    def problems(self) -> list[str]:
        """The ids of the activities on this page that can be handed in."""
        sections = self.page.locator("section.activity:has(form[data-island=quiz] button[type=submit])")
        return [str(sections.nth(at).get_attribute("id")) for at in range(sections.count())]

    def activity(self, problem: str) -> Locator:
        return self.page.locator(f'section.activity[id="{problem}"]')

    def fill(self, problem: str, answers: Mapping[str, Answer]) -> None:
        for name, answer in answers.items():
            self._answer(self.activity(problem), name, answer)

    def _answer(self, section: Locator, name: str, answer: Answer) -> None:
        control = section.locator(f'[name="{name}"]')
        if not isinstance(answer, str):
            for at in range(control.count()):
                control.nth(at).set_checked(control.nth(at).get_attribute("value") in answer)
        elif control.first.get_attribute("type") == "radio":
            section.locator(f'[name="{name}"][value="{answer}"]').check()
        elif section.locator(f'select[name="{name}"]').count():
            control.select_option(answer)
        else:
            control.fill(answer)

    def wrong(self, problem: str, right: Mapping[str, Answer]) -> dict[str, Answer]:
        """An answer to each input that is readable and not right."""
        return {name: self._wrong(self.activity(problem), name, answer) for name, answer in right.items()}

    def _wrong(self, section: Locator, name: str, right: Answer) -> Answer:
        options = section.locator(
            f'select[name="{name}"] option, input[name="{name}"]:is([type=radio],[type=checkbox])'
        )
        values = [options.nth(at).get_attribute("value") or "" for at in range(options.count())]
        others = [value for value in values if value and value != right and value not in right]
        if others:
            return others[0] if isinstance(right, str) else [others[0]]
        return "4096"

    def hand_in(self, problem: str, *, script: bool) -> None:
        """Press the button; come back when the page shows a new receipt."""
        button = self.activity(problem).locator(".quiz__actions button[type=submit]")
        if not script:
            with self.page.expect_navigation():
                button.click()
            return
        before = self.activity(problem).element_handle()
        button.click()
        before.wait_for_element_state("hidden")  # the section was replaced by the one that the server drew
        self.activity(problem).wait_for()

    def vote(self, poll: str, *, script: bool) -> None:
        """Choose the first answer of a poll and send it; come back when the page says that it was received."""
        self.activity(poll).locator("input[type=radio]").first.check()
        self.hand_in(poll, script=script)
        expect(self.activity(poll).locator(".receipt")).to_be_visible()

    def attempts(self, problem: str) -> int:
        """How many attempts the receipt says, 0 without a receipt."""
        receipt = self.activity(problem).locator(".receipt")
        if not receipt.count():
            return 0
        found = re.search(r"\d+", receipt.inner_text())
        assert found, receipt.inner_text()
        return int(found[0])
