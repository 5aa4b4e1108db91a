"""Does any address with an id in it give a stranger what is somebody else's, or do something to it?

Every route of ours with an id × every kind of account to which the thing does not belong × every method, as a page and
as JSON: never a server error, never a word of the other's, never a row written, and what is another's looks like what
is not there. A new route fails here until `world.py` says what lies at it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from dataclasses import replace
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from cordee.people.permissions import act_of
from tests.abuse.world import CANARY, COHORT, HIDDEN, NOBODY, OUTSIDE, Target, World, make_world

pytestmark = pytest.mark.long
ROOT: Final = Path(__file__).resolve().parents[2]
REFUSED: Final = frozenset({400, 401, 403, 404, 405, 410})
WRITES: Final = ("INSERT", "UPDATE", "DELETE", "REPLACE")
# What counts or dates a request and belongs to whoever asks: tables that even a refusal may write.
OF_THE_ASKER: Final = frozenset({"people_signin"})
PAGE: Final[dict[str, str]] = {}
JSON: Final = {"HTTP_ACCEPT": "application/json"}
AT_HOME: Final = (("GET", PAGE), ("POST", JSON))
METHODS: Final = (("GET", PAGE), ("GET", JSON), ("HEAD", JSON), ("POST", JSON))
# Routes refuse the other methods before they look who asks, so that a few kinds of account stand for all.
OTHERS: Final = (("POST", PAGE), *((method, JSON) for method in ("PUT", "PATCH", "DELETE", "OPTIONS")))
THESE: Final = frozenset({NOBODY, "fellow learner", "operator"})
# Roles, routes and what a page says are the same on any engine. On PostgreSQL, CI walks with THESE, so that every route
# is asked there with every method, and tries all ids and questions that are none: what an engine takes differs.
ABOVE: Final = "who may do what, and how an answer begins, is decided above the database"
HOSTILE: Final = {
    "str": ("..", "%00", "%0d%0aX: y", "' OR 1=1 --", "é+é+é", "x" * 300, "A%2FB", "{{7*7}}", "\u202e", "%ff", "+++"),
    "slug": ("-", "x" * 300, "_"),
    "int": ("0", "9" * 30, "00000000000000000001", "2147483648", "9223372036854775808"),
    "uuid": ("00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff"),
}
# Words of questions that stand in no call of `GET.get`.
BY_LOOPS: Final = (
    "words",
    "site",
    "zone",
    "state",
    "who",
    "standing",
    "cohort",
    "days",
    "why",
    "part",
    "year",
    "period",
)
WRITTEN_BY_OFFICES: Final = frozenset({"editorial.edit", "course.sheet", "run.open_private"})
WRITTEN_BY_AUTHORS: Final = frozenset({"course.checks", "course.waive"})  # why a check may stay as it is
LISTS_WHAT_AUTHORS_LEFT: Final = frozenset({"version-review"})  # and why, as `course.checks` does
FORGED: Final = (
    JSON,
    {"HTTP_X_HTTP_METHOD_OVERRIDE": "GET", **JSON},
    {"HTTP_ORIGIN": "https://evil.example", **JSON},
    {"HTTP_SEC_FETCH_SITE": "cross-site", "content_type": "text/plain", **JSON},
)
ASKED: Final = ("' OR 1=1 --;SELECT pg_sleep(9)", "9" * 18, "-1", "\\*[(", "a\x00b", "é" * 300, "9999-99-99")


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[World]:
    """One for all tests of this module; whatever a request changes is taken back after it."""
    folder = tmp_path_factory.mktemp("walk")
    site = replace(settings.CORDEE, home=folder / "home")
    with override_settings(CORDEE=site), django_db_blocker.unblock(), transaction.atomic():
        yield make_world(folder)
        transaction.set_rollback(True)


def views(
    patterns: list[URLPattern | URLResolver], space: str = "", before: str = ""
) -> Iterator[tuple[str, str, Any]]:
    """Name, address and view of every route."""
    for one in patterns:
        address = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from views(one.url_patterns, f"{one.namespace}:" if one.namespace else space, address)
        else:
            yield f"{space}{one.name}", address, one.callback


ROUTES: Final = list(views(get_resolver().url_patterns))
ACTS: Final = {name: act_of(view) or "" for name, _address, view in ROUTES}


@contextmanager
def written() -> Iterator[set[str]]:
    """The tables that are written meanwhile."""
    found: set[str] = set()

    def look(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if sql.startswith(WRITES):
            table = re.search(r'(?:INTO|UPDATE|FROM) "(\w+)"', sql)
            found.add(table[1] if table else sql[:80])
        return execute(sql, *rest)

    with connection.execute_wrapper(look):
        yield found


def ask(
    browser: Client, method: str, address: str, form: Mapping[str, str] | None = None, **more: Any
) -> tuple[HttpResponse, set[str]]:
    """The answer, and the tables that were written for it; nothing of it stays."""
    cookies = copy(browser.cookies)
    with transaction.atomic(), written() as tables:
        send = getattr(browser, method.lower())
        answer: HttpResponse = send(address, dict(form or {}), **more) if method == "POST" else send(address, **more)
        transaction.set_rollback(True)
    browser.cookies = cookies
    return answer, tables


def address_of(target: Target, ids: Mapping[str, object]) -> str:
    return reverse(target.route, kwargs=dict(ids)) + (f"?{target.query}" if target.query else "")


def words_of(answer: HttpResponse) -> str:
    kept = ("Set-Cookie", "Content-Length", "X-Request-Id", "Content-Security-Policy")
    heads = "\n".join(f"{name}: {value}" for name, value in answer.headers.items() if name not in kept)
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]  # one that streams
    return f"{answer.status_code}\n{heads}\n\n{body.decode('utf-8', 'replace')}"


def plain(answer: HttpResponse, ids: Mapping[str, object]) -> str:
    """The whole answer without what the asker typed, tokens and numbers of requests."""
    words = re.sub(r'(csrfmiddlewaretoken" value|nonce)="[^"]*"', "", words_of(answer))
    for value in sorted({str(one) for one in ids.values()}, key=len, reverse=True):
        for form in (value, quote(value, safe=""), quote(value)):
            words = words.replace(form, "…") if not form.isdigit() else re.sub(rf"(?<=/|F){form}\b", "…", words)
    return re.sub(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\b[0-9a-f]{16,32}\b", "#", words)


def is_refused(answer: HttpResponse) -> bool:
    return answer.status_code in REFUSED or (answer.status_code == 302 and "/sign-in" in answer["Location"])


def told(wrong: list[Any]) -> str:
    return f"{len(wrong)} times:\n" + "\n".join(map(str, wrong[:30]))


def seen_by(who: str, target: Target, words: str) -> str:
    """Without what they may know: an operator reads the figures of every session, by the names of its groups, and what
    an office writes to be published; who helps authors, too, what these say of their course.
    """
    if who in ("operator", "support") and (
        ACTS[target.route] in WRITTEN_BY_AUTHORS or target.route in LISTS_WHAT_AUTHORS_LEFT
    ):
        return ""
    if who == "operator":
        return "" if ACTS[target.route] in WRITTEN_BY_OFFICES else words.replace(COHORT, "…")
    return words


def differing(answer: HttpResponse, other: HttpResponse, target: Target) -> list[tuple[str, str]]:
    """The first lines that tell what is there from what is not."""
    both = plain(answer, target.ids).split("\n"), plain(other, target.nothing or {}).split("\n")
    return [(one[:200], two[:200]) for one, two in zip(*both, strict=False) if one != two][:2]


@pytest.mark.django_db
def test_every_route_with_an_id_has_something_that_lies_at_it(world: World) -> None:
    known = {target.route for target in world.targets}
    missing = {name: address for name, address, _view in ROUTES if "<" in address and name not in known}
    assert not missing, (
        f"no Target for {missing}: say in tests/abuse/world.py what lies there (make one, owned by Zénobie or her"
        " teachers, whose words hold CANARY), whose it is, and the ids of the same address for what is not there"
    )
    ids = {name: set(re.findall(r"<\w+:(\w+)>", address)) for name, address, _view in ROUTES}
    assert not {target.route for target in world.targets if set(target.ids) != ids[target.route]}


@pytest.mark.django_db
def test_the_things_are_there_for_whom_they_belong_to(world: World) -> None:
    shown = set()
    for target in world.targets:
        browser, address = world.browsers[target.owner], address_of(target, target.ids)
        for method in ("GET", "POST"):
            answer, _tables = ask(browser, method, address, target.posts)
            assert answer.status_code < 500, (method, address)
            if answer.status_code < 400 and "/sign-in" not in answer.get("Location", ""):
                shown.add(target.route)
            if CANARY in words_of(answer).casefold():
                shown.add(f"{target.route} {CANARY}")
    never = {"set-up", "ui:one-mail", "pilot:film"}  # there is an operator, no guide, and no film in the session
    assert {target.route for target in world.targets} - shown <= never
    seen = {name.partition(" ")[0] for name in shown if name.endswith(CANARY)}
    assert {"cohort", "cohort-meeting", "desk-learner", "desk-csv", "pilot:letter", "pilot:export", "pilot:run"} <= seen


@pytest.mark.attack(19, 20, 22, 24, 25, 108)
@pytest.mark.parametrize(
    "who",
    [
        pytest.param(who, marks=() if who in THESE else pytest.mark.engine_free(reason=ABOVE))
        for who in (NOBODY, *OUTSIDE)
    ],
)
@pytest.mark.django_db
def test_nobody_is_given_or_changes_what_is_not_theirs(world: World, who: str) -> None:
    wrong: list[object] = []
    browser = world.browsers[who]
    for target in world.targets:
        may = target.may(who, ACTS[target.route])
        ids = target.nothing if target.secret and target.nothing else target.ids
        address = address_of(target, ids)
        hides = target.nothing is not None and not (may or target.secret or target.own)
        answers = {}
        asked = AT_HOME if may else METHODS
        for method, more in asked + OTHERS if who in THESE else asked:
            answer, tables = ask(browser, method, address, target.posts, **more)
            answers[method, bool(more)] = answer.status_code
            said = (who, method, address, answer.status_code)
            if answer.status_code >= 500:
                wrong.append(("server error", said))
            if CANARY in seen_by(who, target, words_of(answer)).casefold():
                wrong.append(("tells", said))
            if may:
                continue
            if not is_refused(answer) and not target.alike:
                wrong.append(("lets in", said))
            if tables - OF_THE_ASKER:
                wrong.append(("writes", said, tables))
            if hides and (method, more) in (("GET", PAGE), ("POST", JSON)):
                nothing = target.nothing or {}
                other, _tables = ask(browser, method, address_of(target, nothing), target.posts, **more)
                if plain(answer, target.ids) != plain(other, nothing):
                    wrong.append(("differs from what is not there", said, *differing(answer, other, target)))
        if not may and answers["HEAD", True] not in (answers["GET", True], 405):
            wrong.append(("HEAD is not GET", who, address, answers))
    assert not wrong, told(wrong)


@pytest.mark.attack(105, 106)
@pytest.mark.django_db
def test_ids_that_are_none_are_cleanly_refused_to_whoever_may_open_the_page(world: World) -> None:
    converters = {name: dict(map(reversed, re.findall(r"<(\w+):(\w+)>", address))) for name, address, _view in ROUTES}
    wrong: list[object] = []
    for target in world.targets:
        whole = address_of(target, target.ids)
        for name, kind in converters[target.route].items():
            held = quote(str(target.ids[name]), safe="+")
            for value in HOSTILE[kind]:
                typed = value if "%" in value else quote(value, safe="")
                address = whole.replace(held, typed, 1) if held in whole else whole
                for method in ("GET", "POST"):
                    answer, _tables = ask(world.browsers[target.owner], method, address, target.posts, **JSON)
                    if answer.status_code >= 500:
                        wrong.append((method, address, answer.status_code))
    assert not wrong, told(wrong)


@pytest.mark.attack(105, 111, 113)
@pytest.mark.django_db
def test_questions_that_are_none_never_break_a_page_or_open_it_to_more(world: World) -> None:
    names = {
        name
        for path in (ROOT / "src" / "cordee").rglob("*.py")
        if "tests" not in path.parts
        for name in re.findall(
            r'(?:GET|said|given|query|asked|fields)(?:\.get|\.getlist)?[(\[]"([a-z_]+)"', path.read_text("utf-8")
        )
    } - {"run"}
    assert {"page", "activity", "learner", "compare", "order"} <= names
    names |= set(BY_LOOPS)
    wrong: list[object] = []
    own_pages = {"teacher": ["/team", "/mine", "/groups", "/account/data", "/pilot/", "/join"], "office": ["/bilan/"]}
    own_pages |= {"school": ["/cohorts", "/organisations"], NOBODY: ["/en/", "/sign-in", "/sign-up", "/v"]}
    asked = {target.route: (target.owner, address_of(target, target.ids)) for target in world.targets}
    asked |= {page: (who, page) for who, pages in own_pages.items() for page in pages}
    for who, address in asked.values():
        path, _mark, query = address.partition("?")
        run = re.search(r"run=[^&]*", query)
        for value in ASKED:
            more = "&".join(f"{name}={quote(value)}" for name in sorted(names))
            answer, _tables = ask(world.browsers[who], "GET", f"{path}?{run[0] + '&' if run else ''}{more}")
            if answer.status_code >= 500:
                wrong.append((who, path, value[:20], answer.status_code))
    assert not wrong, told(wrong)


@pytest.mark.attack(108)
@pytest.mark.engine_free(reason=ABOVE)
@pytest.mark.django_db
def test_no_form_is_taken_without_its_token_nor_by_another_method(world: World) -> None:
    wrong: list[object] = []
    exempt = {name for name, address, view in ROUTES if "<" in address and getattr(view, "csrf_exempt", False)}
    assert exempt <= {"no-letters"}  # one press in a program of mail, RFC 8058: its secret is in the address
    for target in world.targets:
        if target.route in exempt:
            continue
        strict = Client(enforce_csrf_checks=True)
        strict.cookies = copy(world.browsers[target.owner].cookies)
        address = address_of(target, target.ids)
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            for more in FORGED if method == "POST" else (JSON,):
                answer, tables = ask(strict, method, address, target.posts, **more)
                if answer.status_code not in (403, 404, 405) or tables - OF_THE_ASKER:
                    wrong.append((method, address, answer.status_code, tables))
    assert not wrong, told(wrong)


@pytest.mark.attack(110)
@pytest.mark.engine_free(reason=ABOVE)
@pytest.mark.django_db
def test_what_a_person_is_shown_is_kept_in_no_cache(world: World) -> None:
    wrong: list[object] = []
    for target in world.targets:
        for who in (target.owner, "fellow learner"):
            if who == NOBODY:
                continue
            answer, _tables = ask(world.browsers[who], "GET", address_of(target, target.ids))
            held = answer.get("Cache-Control", "")
            if "public" in held or "s-maxage" in held or ("no-store" not in held and target.route != "calendar"):
                wrong.append((who, target.route, answer.status_code, held))
    assert not wrong, told(wrong)


def test_a_private_place_is_in_the_walk(world: World) -> None:
    assert {target.route for target in world.targets if target.place == HIDDEN} >= {"outline", "unit", "desk", "enrol"}
