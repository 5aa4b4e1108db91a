"""Whose pages are looked at? One person for each state that a page can be in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

import httpx
import lxml.html
from lxml.html import FormElement, HtmlElement
from playwright.sync_api import StorageState

from tests.browser.mailbox import link_in_letter
from tests.browser.running import PASSWORD, Site
from tests.browser.visitor import (
    C_COURSE,
    FINNISH_COURSE,
    NEW_PASSWORD,
    OWN_COURSE,
    OWN_RUN,
    POLLS,
    YEAR,
    Answer,
    right_answers,
)

Who = Literal["guest", "newcomer", "fresh", "wrong", "right", "graduate", "coder", "awa", "teacher"]
ENROL_FORM = "//aside[contains(@class, 'enrol')]//form"
OF_THE_DEMO = {"awa": "awa@demo.example", "teacher": "helene@demo.example"}


class People:
    """Each is made when first asked for, by posting the site's own forms (a browser would need minutes for it).

    newcomer: has an account, nothing else · fresh: has enrolled · wrong: answered everything, wrongly
    right: everything right, has not asked for the attestation · graduate: holds one that replaced an earlier one
    coder: has enrolled in C, step by step, and nowhere else
    awa, teacher: of the demo; Awa has enrolled in the Finnish course
    """

    def __init__(self, site: Site) -> None:
        self._site = site
        self._states: dict[Who, StorageState] = {}
        self._codes: list[str] = []

    def state(self, who: Who) -> StorageState | None:
        """The person's cookies, for a browser; None for a guest."""
        if who == "guest":
            return None
        if who not in self._states:
            with httpx.Client(base_url=self._site.url, follow_redirects=True, timeout=60) as client:
                self._become(Reader(client), who)
                self._states[who] = _state(client)
        return self._states[who]

    def codes(self) -> tuple[str, str]:
        """Of the graduate: the attestation that was replaced, and the one that holds."""
        self.state("graduate")
        replaced, valid = self._codes
        return replaced, valid

    def _become(self, reader: Reader, who: Who) -> None:
        if who in OF_THE_DEMO:
            reader.send("/sign-in", {"email": OF_THE_DEMO[who], "password": PASSWORD})
            if who == "awa":
                reader.send(f"/fr/courses/{FINNISH_COURSE}/", {}, form=ENROL_FORM)
            return
        email = f"{who}@essai.example"
        reader.join(f"Mariama Essai {who.title()}", email)
        if who == "newcomer":
            return
        if who == "coder":
            reader.send(f"/fr/courses/{C_COURSE}/", {}, form=ENROL_FORM)
            return
        reader.send(f"/fr/courses/{OWN_COURSE}/", {}, form=ENROL_FORM)
        if who != "fresh":
            reader.answer(rightly=who != "wrong", only_graded=who == "graduate")
        if who == "graduate":
            self._codes += [reader.attestation("Mariama Essai"), reader.attestation("Mariama Essai-Kaboré")]


class Reader:
    """Reads pages and sends their forms."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def read(self, path: str) -> HtmlElement:
        return self._page(self._client.get(path))

    def send(self, path: str, words: Mapping[str, str], *, form: str = "//main//form") -> HtmlElement:
        """Fill and send the first form that matches; what the site answers."""
        found = self.read(path).xpath(form)[0]
        assert isinstance(found, FormElement)
        for name, value in words.items():
            found.fields[name] = value
        return self._page(self._send(found))

    def join(self, name: str, email: str) -> None:
        """Make an account by the link of the letter, and be signed in."""
        self.send("/sign-up", {"name": name, "email": email})
        link = link_in_letter(str(self._client.base_url), email, "sign-up")
        self.send(link, {"password": NEW_PASSWORD, "year": YEAR})

    def answer(self, *, rightly: bool, only_graded: bool) -> None:
        """Hand in each problem of our course once, in French."""
        plan = self.read(f"/runs/{OWN_RUN}/")
        for address in [str(link.get("href")) for link in plan.xpath("//main//a[contains(@class, 'outline__item')]")]:
            if only_graded and "/quiz-" not in address:
                continue
            page = self.read(address)
            for form in page.xpath("//section//form[@data-done]") if rightly else ():
                assert self._send(form, follow=False).status_code == 303, form.action
            for form in page.xpath("//section//form[@data-island='quiz'][.//button]"):
                assert isinstance(form, FormElement)
                problem = str(form.action).split("/")[-2]
                if problem in POLLS:
                    form.xpath(".//input[@type='radio']")[0].set("checked", "checked")
                else:
                    for name, right in right_answers("fr")[problem].items():
                        self._fill(form, name, right, rightly=rightly)
                assert self._send(form, follow=False).status_code == 303, problem

    def attestation(self, name: str) -> str:
        """Ask for it under this name, or correct the name; its code."""
        page = self.send(f"/runs/{OWN_RUN}/attestation?correct", {"name": name})
        return str(page.xpath("//*[@class='cert__code']")[0].text_content())

    def _fill(self, form: FormElement, name: str, right: Answer, *, rightly: bool) -> None:
        boxes = form.xpath(f".//input[@name='{name}'][not(@type='text')]")
        options = [str(option.get("value")) for option in form.xpath(f".//select[@name='{name}']/option")]
        values = [str(box.get("value")) for box in boxes] or options
        wanted = [right] if isinstance(right, str) else [*right]
        if not rightly:
            wanted = [value for value in values if value and value not in wanted][:1] or ["4096"]
        if not boxes:
            form.fields[name] = wanted[0]
        for box in boxes:
            if str(box.get("value")) in wanted:
                box.set("checked", "checked")

    def _send(self, form: FormElement, *, follow: bool = True) -> httpx.Response:
        fields: dict[str, list[str]] = {}
        for name, value in form.form_values():
            fields.setdefault(str(name), []).append(str(value))
        origin = {"Origin": str(self._client.base_url).rstrip("/")}
        return self._client.post(str(form.action), data=fields, headers=origin, follow_redirects=follow)

    def _page(self, answer: httpx.Response) -> HtmlElement:
        assert answer.status_code == 200, f"{answer.url} answers {answer.status_code}: {_words(answer.text)}"
        return lxml.html.document_fromstring(answer.text)


def _words(html: str) -> str:
    return re.sub(r"\s+", " ", str(lxml.html.document_fromstring(html).xpath("string()")))[:300]


def _state(client: httpx.Client) -> StorageState:
    return {
        "cookies": [
            {
                "name": cookie.name,
                "value": str(cookie.value).strip('"'),
                "domain": "127.0.0.1",
                "path": "/",
                "expires": -1,
                "httpOnly": True,
                "secure": False,
                "sameSite": "Lax",
            }
            for cookie in client.cookies.jar
        ],
        "origins": [],
    }
