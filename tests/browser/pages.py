"""Which pages are looked at, by whom, and in which state?"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page, expect

from tests.browser.people import People, Who
from tests.browser.visitor import C_RUN, FINNISH_RUN, NEW_PASSWORD, OWN_COURSE, OWN_RUN, Look, Visitor

UNITS = (
    "a-wire-that-talks",
    "counting-bits",
    "where-it-starts",
    "reading-a-frame",
    "checking-a-frame",
    "quiz-1-bits",
    "quiz-1-frames",
    "one-address-two-parts",
    "neighbour-or-far",
    "choosing-the-way-out",
    "not-going-in-circles",
    "from-cable-to-packet",
    "quiz-2-addresses",
    "quiz-2-ways",
    "which-program",
    "asking-for-a-name",
    "counting-what-arrives",
    "a-page-in-words",
    "from-name-to-page",
    "quiz-3-programs",
    "quiz-3-page",
)
UNKNOWN_CODE = "0000-0000-0000-0000-0"


@dataclass(frozen=True, slots=True)
class Seen:
    """A page in one state. `then`: what the person does once it is open."""

    name: str
    path: str  # with {language}, {code} and {old_code}
    who: Who = "guest"
    status: int = 200
    then: Callable[[Page], None] | None = None

    def address(self, people: People, language: str) -> str:
        old_code, code = people.codes() if "code}" in self.path else ("", "")
        return self.path.format(language=language, code=code, old_code=old_code)

    def open(self, visitor: Visitor, people: People, look: Look) -> Page:
        """Show the page in this look; the visitor must carry the cookies of `who`."""
        page = visitor.show(self.address(people, look.language), look, status=self.status)
        expect(page.locator("html")).to_have_attribute("lang", look.language)
        expect(page.locator("html")).to_have_attribute("data-theme", look.theme)
        if self.then is not None:
            visitor.watch.may_fail.update(refused_by(page))
            visitor.wear(look)  # an account's own language is put back with each answer
            self.then(page)
            expect(page.locator("html")).to_have_attribute("lang", look.language)
        return page

    def __str__(self) -> str:
        return self.name


def refused_by(page: Page) -> set[str]:
    """Where the forms of a page lead: an answer of 4xx from there is what was asked for."""
    actions = page.locator("form").evaluate_all("forms => forms.map((form) => form.action)")
    return {str(action) for action in actions} | {page.url.partition("#")[0]}


def send_it_empty(page: Page) -> None:
    for box in page.locator("main form").first.locator("input[type=text], input[type=email], input:not([type])").all():
        if box.is_visible():
            box.fill("")
    page.locator("main form [type=submit]").first.click()
    expect(page.locator("main [role=alert]").first).to_be_visible()


def read_further_down(page: Page) -> None:
    """On phones the button to enrol then stands at the foot of the screen."""
    page.evaluate("scrollTo(0, document.body.scrollHeight / 2)")
    narrow = (page.viewport_size or {"width": 0})["width"] < 768
    expect(page.locator(".stickbar")).to_be_visible(visible=narrow)


def write_a_wrong_figure(page: Page) -> None:
    page.locator("[name=ects]").fill("many")
    page.locator("main button[value=store]:visible").last.click()
    expect(page.locator("main [role=alert]").first).to_be_visible()


def look_at_the_page(page: Page) -> None:
    """Everything of a sheet, written by keyboard alone, and nothing of it stored."""
    for name, text in {
        "outcomes_fr": "Lire une trame",
        "requires_fr": "Savoir compter.",
        "team-0-name": "Élise Marchetti",
        "used-0-by": "Mines Valbrune",
        "used-0-year": "2025",
        "opinions-0-words_fr": "On me disait où.",
        "opinions-0-by": "Mariama",
        "opinions-0-agreed_on": "2026-03-02",
        "prizes-0-name_fr": "Un prix",
        "prizes-0-year": "2025",
    }.items():
        page.locator(f"[name={name}]").fill(text)
    page.locator("[name=team-0-role]").select_option("author")
    page.locator("main button[value=preview]").focus()
    page.keyboard.press("Enter")
    expect(page.locator("main .cpage__voice")).to_be_visible()


def begin_second_factor(page: Page) -> None:
    page.locator("main [name=password]").fill(NEW_PASSWORD)
    page.locator("main form [type=submit]").click()
    expect(page.locator("main .scan svg")).to_be_visible()


def send_a_wrong_password(page: Page) -> None:
    page.locator("#id_current").fill("another one altogether")
    page.locator("main form").last.locator("[type=submit]").click()
    expect(page.locator("main [role=alert]").first).to_be_visible()


def hand_in_what_cannot_be_read(page: Page) -> None:
    box = page.locator("#count-addresses input.input").first
    box.fill("deux cents et un peu")
    page.locator("#count-addresses form [type=submit]").click()
    expect(page.locator("#count-addresses [role=alert]")).to_be_visible()


def hand_in_a_wrong_program(page: Page) -> None:
    """It prints a sentence where a number is wanted; the compiler's library may have to be built first."""
    page.locator(".cm-content").wait_for()
    put = "field => { field.value = '#include <stdio.h>\\n\\nint main(void)\\n{\\n    printf(\"9 euros\");\\n}\\n'; "
    page.locator("textarea[name=program-main-c]").evaluate(
        put + "field.dispatchEvent(new Event('input', {bubbles: true})) }"
    )
    page.locator(".ide__run button").first.click()
    expect(page.locator(".ide__res")).to_be_visible(timeout=300_000)
    expect(page.locator(".ide__wait")).to_have_count(0)


def open_the_first_learner(page: Page) -> None:
    page.locator('main a[href*="/pilot/learner"]').first.click()
    expect(page.locator("#done")).to_be_visible()


def look_at_the_text(page: Page) -> None:
    page.locator("main textarea").first.fill(
        "## Pourquoi\n\nDes cours *ouverts*, et [une adresse](https://example.org)."
    )
    page.locator("main [name=act][value=look]").click()
    expect(page.locator(".office__paper").first).to_be_visible()


def paste(cells: str) -> Callable[[Page], None]:
    def then(page: Page) -> None:
        page.locator("#cells").fill(cells)
        page.locator("main [name=act][value=look]").click()
        expect(page.locator("#looked")).to_be_visible()

    return then


def make_a_group(page: Page) -> None:
    page.locator("[name=name]").fill(f"Promotion {uuid.uuid4().hex[:8]}")
    page.locator("[name=organisation]").select_option("Alpine")
    page.locator("[name=run]").select_option(OWN_RUN)
    page.locator("main form [type=submit]").first.click()
    expect(page.locator("#people")).to_be_visible()


def bring_a_list(page: Page) -> None:
    """A group, a list that is looked at, then taken in."""
    make_a_group(page)
    group = page.url.partition("?")[0]
    page.goto(f"{group}/people")
    lines = "email,name,site\nawa@demo.example,Awa,Brest\nno address,Bo,Lyon\nlea@alpes.example,Léa,Lyon\n"
    page.locator("#people").set_input_files({"name": "l.csv", "mimeType": "text/csv", "buffer": lines.encode()})
    page.locator("main [value=look]").click()
    expect(page.locator("#refused")).to_be_visible()


def take_a_list(page: Page) -> None:
    bring_a_list(page)
    page.locator("main [value=take]").click()
    expect(page.locator("#parts")).to_be_visible()


def set_an_aim(page: Page) -> None:
    page.locator("main form [type=submit]").first.click()
    expect(page.locator("main .rhythm")).to_be_visible()


def take_a_pause(page: Page) -> None:
    page.locator("main form [type=submit]").first.click()
    expect(page.locator("main .my--rests")).to_be_visible()


def write_too_much(page: Page) -> None:
    page.locator("#text").fill("x" * 20_001)
    page.locator("main form [type=submit]").click()
    expect(page.locator("main .notice--bad")).to_be_visible()


def write_a_note(page: Page) -> None:
    unit = page.url.rpartition("/")[0]
    page.goto(unit)  # a note is of a unit that was opened
    page.locator("#own form [type=submit]").click()
    page.goto(f"{unit}/note")
    page.locator("#text").fill("Revoir le champ EtherType.\nPourquoi 46 octets au moins ?")
    page.locator("main form [type=submit]").click()
    expect(page.locator("main .notice--good")).to_be_visible()
    page.goto(unit.partition("/runs/")[0] + "/mine/notes")
    expect(page.locator("main .atts")).to_be_visible()


def open_the_menus(page: Page) -> None:
    menus = page.locator(".masthead details.menu:visible > summary")
    if not menus.count():
        return  # a guest at a desk has none
    menus.last.click()
    expect(page.locator(".masthead details.menu[open] .menu__panel")).to_be_visible()


SITE = (
    Seen("courses", "/{language}/"),
    Seen("courses, menu open", "/{language}/", then=open_the_menus),
    Seen("catalogue", "/{language}/courses/"),
    Seen("catalogue, a slip narrowed", "/{language}/courses/?q=pacquet&language=en"),
    Seen("catalogue, nothing left", "/{language}/courses/?q=packet&host=here&language=fi&page=2"),
    Seen("catalogue, filters on a phone", "/{language}/courses/?q=packet#refine"),
    Seen("course", f"/{{language}}/courses/{OWN_COURSE}/"),
    Seen("course, may enrol", f"/{{language}}/courses/{OWN_COURSE}/", "newcomer"),
    Seen("course, enrolled", f"/{{language}}/courses/{OWN_COURSE}/", "fresh"),
    Seen("Finnish course", "/{language}/courses/JYU+MA8-K7/"),
    Seen("text size and font", "/reading"),
    Seen("sign in", "/sign-in"),
    Seen("sign in, refused", "/sign-in", then=send_it_empty),
    Seen("sign up", "/sign-up"),
    Seen("sign up, refused", "/sign-up", then=send_it_empty),
    Seen("account", "/account", "fresh"),
    Seen("account, refused", "/account", "fresh", then=send_it_empty),
    Seen("account, menu open", "/account", "fresh", then=open_the_menus),
    Seen("forgotten password", "/forgot-password"),
    Seen("forgotten password, refused", "/forgot-password", then=send_it_empty),
    Seen("look at your mail", "/letter-sent?what=sign-up"),
    Seen("another address", "/account/address", "fresh"),
    Seen("about me", "/account/about-me", "fresh"),
    Seen("second factor", "/account/second-factor", "fresh"),
    Seen("second factor, to scan", "/account/second-factor", "fresh", then=begin_second_factor),
    Seen("aim", f"/runs/{OWN_RUN}/aim", "fresh"),
    Seen("weekly aim", "/mine/rhythm", "fresh"),
    Seen("weekly aim, refused", "/mine/rhythm", "fresh", then=send_it_empty),
    Seen("weekly aim, at home", "/mine/rhythm", "right", then=set_an_aim),
    Seen("pause", f"/runs/{OWN_RUN}/rest", "fresh"),
    Seen("pause, at home", f"/runs/{OWN_RUN}/rest", "right", then=take_a_pause),
    Seen("note", f"/runs/{OWN_RUN}/units/counting-bits/note", "fresh"),
    Seen("note, too long", f"/runs/{OWN_RUN}/units/counting-bits/note", "wrong", then=write_too_much),
    Seen("notes, none", "/mine/notes", "newcomer"),
    Seen("notes", f"/runs/{OWN_RUN}/units/counting-bits/note", "wrong", then=write_a_note),
    Seen("your data", "/account/data", "fresh"),
    Seen("leaving", "/account/erase", "fresh"),
    Seen("leaving, refused", "/account/erase", "fresh", then=send_a_wrong_password),
    Seen("notice on data", "/{language}/privacy/"),
    Seen("notice on cookies", "/{language}/cookies/"),
    Seen("legal notice", "/{language}/legal/", "fresh"),
    Seen("my courses, none", "/mine", "newcomer"),
    Seen("my courses, begun", "/mine", "wrong"),
    Seen("my courses, one passed", "/mine", "graduate"),
    Seen("plan", f"/runs/{OWN_RUN}/", "fresh"),
    Seen("plan, begun", f"/runs/{OWN_RUN}/", "wrong"),
    Seen("plan, of a teacher", f"/runs/{OWN_RUN}/", "teacher"),
    Seen("plan of the Finnish course", f"/runs/{FINNISH_RUN}/", "awa"),
    Seen("progress, nothing", f"/runs/{OWN_RUN}/progress", "fresh"),
    Seen("progress, not passed", f"/runs/{OWN_RUN}/progress", "wrong"),
    Seen("progress, passed", f"/runs/{OWN_RUN}/progress", "right"),
    Seen("attestation, not yet", f"/runs/{OWN_RUN}/attestation", "wrong"),
    Seen("attestation, to ask for", f"/runs/{OWN_RUN}/attestation", "right"),
    Seen("attestation, refused", f"/runs/{OWN_RUN}/attestation", "right", then=send_it_empty),
    Seen("attestation", f"/runs/{OWN_RUN}/attestation", "graduate"),
    Seen("attestation, to correct", f"/runs/{OWN_RUN}/attestation?correct", "graduate"),
    Seen("verify", "/{language}/v"),
    Seen("verify, refused", "/{language}/v?code=nothing", status=400),
    Seen("verified, valid", "/{language}/v/{code}"),
    Seen("verified, replaced", "/{language}/v/{old_code}"),
    Seen("verified, unknown", f"/{{language}}/v/{UNKNOWN_CODE}", status=404),
    Seen("import report", f"/runs/{OWN_RUN}/import-report", "teacher"),
    Seen("course export", f"/runs/{OWN_RUN}/export", "teacher"),
    Seen("import report of the Finnish course", f"/runs/{FINNISH_RUN}/import-report", "teacher"),
    Seen("before opening", f"/runs/{OWN_RUN}/before-opening", "teacher"),
    Seen("before opening the Finnish course", f"/runs/{FINNISH_RUN}/before-opening", "teacher"),
    Seen("error 403", f"/runs/{OWN_RUN}/import-report", "newcomer", status=403),
    Seen("error 404", "/nothing-is-here", status=404),
    Seen("components", "/ui"),
    Seen("home, signed in", "/{language}/", "wrong"),
    Seen("a page of the operator", "/{language}/pages/who-pays/"),
    Seen("news", "/{language}/news/"),
    Seen("one news", "/{language}/news/winter-sessions/"),
    Seen("pages and news", "/editorial", "teacher"),
    Seen("page to write", "/editorial/page/about/fr", "teacher"),
    Seen("page to write, refused", "/editorial/page/nothing/en", "teacher", then=send_it_empty),
    Seen("page to write, where", "/editorial/new/page", "teacher"),
    Seen("an older edition", "/editorial/page/about/fr/editions/1", "teacher"),
)
SIMULATED = "run=course-v1%3AIngenia%2BCABLE%2B2026_T2"  # what the demo's site reads for the pilot
PILOT = (
    Seen("pilot, sessions", "/pilot/?all=1", "teacher"),
    Seen("pilot, session", f"/pilot/run?{SIMULATED}", "teacher"),
    Seen("pilot, session of this site", f"/pilot/run?run={OWN_RUN.replace('+', '%2B')}", "teacher"),
    Seen("pilot, exercise", f"/pilot/exercise?{SIMULATED}&activity=unit9", "teacher"),
    Seen("pilot, learner", f"/pilot/run?{SIMULATED}&who=all", "teacher", then=open_the_first_learner),
    Seen("pilot, comparison", f"/pilot/comparison?{SIMULATED.replace('run=', 'session=')}", "teacher"),
    Seen("pilot, all courses", "/pilot/catalogue", "teacher"),
    Seen("pilot, weeks", f"/pilot/weeks?{SIMULATED}", "teacher"),
    Seen("pilot, films", f"/pilot/films?{SIMULATED}", "teacher"),
    Seen("pilot, film", f"/pilot/film?{SIMULATED}&activity=film0", "teacher"),
    Seen("pilot, world", f"/pilot/world?{SIMULATED}", "teacher"),
    Seen("pilot, for researchers", f"/pilot/research?{SIMULATED}", "teacher"),
    Seen("pilot, files", "/pilot/sources", "teacher"),
    Seen("pilot, numbers", f"/pilot/indicators?{SIMULATED}", "teacher"),
    Seen("pilot, a number", f"/pilot/indicators/stops?{SIMULATED}", "teacher"),
)
REVIEW = (
    Seen("review", "/bilan/", "teacher"),
    Seen("review, what is said once", "/bilan/about", "teacher"),
    Seen("review, text", "/bilan/texts/foreword", "teacher", then=look_at_the_text),
    Seen("review, folder", "/bilan/folder", "teacher"),
    Seen("review, table", "/bilan/tables/courses", "teacher"),
    Seen("review, sessions", "/bilan/tables/runs", "teacher"),
    Seen("review, empty table", "/bilan/tables/organisations", "teacher"),
    Seen("review, row refused", "/bilan/tables/revenue/new", "teacher", then=send_it_empty),
    Seen("review, paste refused", "/bilan/tables/revenue/paste", "teacher", then=paste("2016\tfoundation\t12 €")),
    Seen("review, paste to look at", "/bilan/tables/revenue/paste", "teacher", then=paste("2016\tfoundation\t12")),
    Seen("review, table to empty", "/bilan/tables/use/empty", "teacher"),
    Seen("review, comparison", "/bilan/compare", "teacher"),
    Seen("review, class of learners", "/bilan/tables/profile/new", "teacher", then=send_it_empty),
    Seen("review, report", "/bilan/report", "teacher"),
)
SCHOOLS = (
    Seen("organisations, public", "/{language}/organisations/"),
    Seen("organisation, public", "/{language}/organisations/Ingenia/"),
    Seen("organisations", "/organisations", "teacher"),
    Seen("organisation", "/organisations/Ingenia", "teacher"),
    Seen("organisation, refused", "/organisations/new", "teacher", then=send_it_empty),
    Seen("private sessions", "/organisations/Rivoire/sessions", "teacher"),
    Seen("private session, refused", "/organisations/Rivoire/sessions/new", "teacher", then=send_it_empty),
    Seen("groups that I follow", "/cohorts", "teacher"),
    Seen("group, made", "/cohorts/new", "teacher", then=make_a_group),
    Seen("group, list to look at", "/cohorts/new", "teacher", then=bring_a_list),
    Seen("group, list taken", "/cohorts/new", "teacher", then=take_a_list),
    Seen("team", "/team?in=org:Alpine", "teacher"),
    Seen("my groups", "/groups", "fresh"),
    Seen("join", "/join", "fresh"),
    Seen("join, refused", "/join?code=nothing", "fresh", status=400),
)
CATALOGUE = (
    Seen("course, further down", f"/{{language}}/courses/{OWN_COURSE}/", then=read_further_down),
    Seen("fields", "/{language}/categories/"),
    Seen("paths", "/{language}/programmes/"),
    Seen("public page, form", f"/courses/{OWN_COURSE}/sheet", "teacher"),
    Seen("public page, refused", f"/courses/{OWN_COURSE}/sheet", "teacher", then=write_a_wrong_figure),
    Seen("public page, looked at", f"/courses/{OWN_COURSE}/sheet", "teacher", then=look_at_the_page),
    Seen("public page, history", f"/courses/{OWN_COURSE}/sheet/editions", "teacher"),
    Seen("fields and paths", "/catalogue", "teacher"),
    Seen("field, refused", "/catalogue/fields/new", "teacher", then=send_it_empty),
    Seen("path, refused", "/catalogue/paths/new", "teacher", then=send_it_empty),
)
UNIT_OF_A_TEACHER = Seen("unit of a teacher", f"/runs/{OWN_RUN}/units/quiz-1-frames", "teacher")
PROGRAMS = (
    Seen("program to write", f"/runs/{C_RUN}/units/write-sale-price", "coder"),
    Seen("program, judged", f"/runs/{C_RUN}/units/write-menu-slate", "coder", then=hand_in_a_wrong_program),
    Seen("programs of a session", f"/runs/{C_RUN}/activities/menu-slate/programs", "teacher"),
)
UNREADABLE = Seen(
    "unit, unreadable answer",
    f"/runs/{OWN_RUN}/units/one-address-two-parts",
    "fresh",
    then=hand_in_what_cannot_be_read,
)


def unit(name: str, who: Who) -> Seen:
    return Seen(f"unit {name}, {who}", f"/runs/{OWN_RUN}/units/{name}", who)


EVERY_PAGE = (
    *SITE,
    *PILOT,
    *REVIEW,
    *SCHOOLS,
    UNIT_OF_A_TEACHER,
    UNREADABLE,
    *PROGRAMS,
    *(unit(name, who) for name in UNITS for who in ("fresh", "right")),
)
