"""What does a visitor do, again and again, and what is the least that it could cost?"""

from __future__ import annotations

import itertools
import json
import random
import re
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import count
from typing import TypeVar
from urllib.parse import urlencode

from bench.catalogue import a_listed_course, questions
from bench.client import Answer, Refused, Visit
from bench.world import PASSWORD, TOKEN, Learner, Question, World, form_of

T = TypeVar("T")
EVENTS = 20  # of a batch of a player


@dataclass(frozen=True, slots=True)
class Scenario:
    """One thing that people do, beside its floor."""

    name: str
    visits: Iterator[Visit]
    floor: Callable[[int], Iterator[Visit]]  # from the bytes of the page
    targets: Mapping[str, float]  # measure -> what it must reach; which way it goes is in `bench.rows`
    part: str = ""  # `--only` of it runs several together


def scenarios(world: World) -> list[Scenario]:
    """All of them; those that write do so for learners of their own."""
    half = len(world.learners) // 2
    writers, takers = world.learners[:half], world.learners[half:]
    return [
        Scenario(
            "catalogue",
            _repeated(_catalogue),
            lambda size: _repeated(lambda: _one(get(f"/still/{size}"))),
            {"visits_per_s": 2500, "p95_ms_16": 15, "html_bytes": 40_000},
            "catalogue",
        ),
        Scenario(
            "catalogue_search",
            (_search(question) for question in _asked()),
            lambda size: _repeated(lambda: _one(get(f"/still/{size}"))),
            {"visits_per_s": 300, "p50_ms_1": 20, "html_bytes": 40_000, "sql": 2},
            "catalogue",
        ),
        Scenario(
            "course_page",
            _repeated(partial(_one, get(f"/en/courses/{a_listed_course()}/"))),
            lambda size: _repeated(lambda: _one(get(f"/still/{size}"))),
            {"visits_per_s": 2500},
            "catalogue",
        ),
        Scenario(
            "sign_in",
            (_sign_in(learner, number) for number in count() for learner in world.learners),
            lambda _size: (
                _one(post("/sign-in", {"email": learner.email, "password": PASSWORD}, ""))
                for _again in count()
                for learner in world.learners
            ),
            {"visits_per_s": 50},
        ),
        Scenario(
            "content_page",
            (_page(world, learner, unit) for learner, unit in _pairs(world.learners, world.units)),
            lambda size: (_one(get(f"/write/{size}", one.cookie)) for one in _any(world.learners)),
            {
                "cpu_ms": 4,
                "visits_per_s": 450,
                "floor_share": 0.4,
                "sql": 6,
                "html_bytes": 40_000,
                "p50_ms_1": 6,
                "p95_ms_16": 60,
                "p95_ms_64": 200,
            },
        ),
        Scenario(
            "submission",
            (_submission(world, learner, question) for learner, question in _pairs(writers, world.questions)),
            lambda _size: (_one(get("/write/100", one.cookie)) for one in _any(writers)),
            {"visits_per_s": 300, "p95_ms_16": 60},
        ),
        Scenario(
            "whole_quiz",
            (_whole_quiz(world, learner, question) for learner, question in _pairs(takers, world.questions)),
            lambda size: (_whole_floor(one, size) for one in _any(takers)),
            {"requests": 3, "sql": 20, "cpu_ms": 14},
        ),
        Scenario(
            "watching",  # what a player sends every few seconds, some 20 events at once: 10,000 events a second
            (_watching(world, learner, video) for learner, video in _pairs(world.learners, world.videos)),
            lambda _size: (_one(get(f"/keep/{EVENTS}", one.cookie)) for one in _any(world.learners)),
            {"visits_per_s": 10_000 / EVENTS},
        ),
        Scenario(
            "progress_page",
            (_one(get(f"/runs/{world.run}/progress", one.cookie)) for one in _any(world.learners)),
            lambda size: (_one(get(f"/read/{size}", one.cookie)) for one in _any(world.learners)),
            {"sql": 6, "html_bytes": 40_000},
        ),
    ]


def _catalogue() -> Visit:
    answer = yield get("/en/courses/")
    _expect(answer, 200)


def _search(question: str) -> Visit:
    """What somebody looks for, here and there narrowed."""
    answer = yield get(f"/en/courses/?{question}")
    _expect(answer, 200)


def _asked() -> Iterator[str]:
    """Each question in turn; every third with a filter, every seventh on its second page."""
    for number, question in enumerate(itertools.cycle(questions(3000))):
        fields = {"q": question}
        if number % 3 == 0:
            fields["level"] = ("beginner", "intermediate", "advanced")[number % 9 // 3]
        if number % 7 == 0:
            fields["page"] = "2"
        yield urlencode(fields)


def _sign_in(learner: Learner, number: int) -> Visit:
    fields = {"email": learner.email, "password": PASSWORD, "csrfmiddlewaretoken": TOKEN}
    answer = yield post("/sign-in", fields, "", address=_address(learner, number))
    _expect(answer, 302)


def _page(world: World, learner: Learner, unit: str) -> Visit:
    answer = yield get(f"/runs/{world.run}/units/{unit}", learner.cookie)
    _expect(answer, 200)


def _submission(world: World, learner: Learner, question: Question) -> Visit:
    yield from _hand_in(world, learner, question, form_of(learner, question, attempt=1))


def _whole_quiz(world: World, learner: Learner, question: Question) -> Visit:
    """Open the page, hand in, read the correction."""
    page = f"/runs/{world.run}/units/{question.unit}"
    answer = yield get(page, learner.cookie)
    _expect(answer, 200)
    yield from _hand_in(world, learner, question, form_of(learner, question, attempt=1))
    answer = yield get(page, learner.cookie)
    _expect(answer, 200)


def sign_in_and_learn(world: World, learner: Learner, number: int, draw: random.Random) -> Visit:
    """From the catalogue to a quiz that is handed in: the first visit of somebody who has a place in the course."""
    yield from _catalogue()
    fields = {"email": learner.email, "password": PASSWORD, "csrfmiddlewaretoken": TOKEN}
    answer = yield post("/sign-in", fields, "", address=_address(learner, number))
    _expect(answer, 302)
    found = re.search(rb"(?i)set-cookie: *cordee_session=([^;\r]+)", answer.head)
    if found is None:
        raise Refused("the sign-in gave no session")
    here = Learner(learner.email, learner.enrolment, found[1].decode())
    yield from _one(get(f"/runs/{world.run}/", here.cookie))
    for unit in draw.sample(world.units, 4):
        yield from _page(world, here, unit)
    yield from _whole_quiz(world, here, draw.choice(world.questions))


def _hand_in(world: World, learner: Learner, question: Question, form: str) -> Visit:
    fields = {"csrfmiddlewaretoken": TOKEN, "form_id": form, **question.fields}
    address = f"/runs/{world.run}/activities/{question.activity}/submissions"
    answer = yield post(address, fields, learner.cookie)
    _expect(answer, 303)


def _watching(world: World, learner: Learner, video: str) -> Visit:
    events = [
        {
            "id": str(uuid.uuid4()),
            "verb": "progressed",
            "ago_ms": 1000 * n,
            "data": {"from_s": 3.0 * n, "to_s": 3.0 * n + 3},
        }
        for n in range(EVENTS)
    ]
    fields = {"csrfmiddlewaretoken": TOKEN, "events": json.dumps(events)}
    answer = yield post(f"/runs/{world.run}/activities/{video}/watching", fields, learner.cookie)
    _expect(answer, 200)


def _whole_floor(learner: Learner, size: int) -> Visit:
    for address in (f"/write/{size}", "/write/100", f"/read/{size}"):
        answer = yield get(address, learner.cookie)
        _expect(answer, 200)


def _one(request: bytes) -> Visit:
    answer = yield request
    _expect(answer, 200)


def _expect(answer: Answer, status: int) -> None:
    if answer.status != status:
        raise Refused(f"{answer.status} instead of {status}: {answer.head[:400]!r} {answer.body[:400]!r}")


def get(address: str, cookie: str = "", *, accept: str = "text/html") -> bytes:
    return f"GET {address} HTTP/1.1\r\n{_head(cookie, accept=accept)}\r\n".encode()


def post(path: str, fields: Mapping[str, str], cookie: str, *, address: str = "") -> bytes:
    body = urlencode(fields)
    kind = f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
    return f"POST {path} HTTP/1.1\r\n{_head(cookie, address=address)}{kind}\r\n{body}".encode()


def _head(cookie: str, *, address: str = "", accept: str = "text/html") -> str:
    cookies = f"csrf={TOKEN}; language=en; zone=Europe/Paris"
    session = f"; cordee_session={cookie}" if cookie else ""
    forwarded = f"X-Forwarded-For: {address}\r\n" if address else ""
    return f"Host: 127.0.0.1\r\nAccept: {accept}\r\nCookie: {cookies}{session}\r\n{forwarded}"


def _address(learner: Learner, number: int) -> str:
    """Each signs in from home: many from one address are slowed down."""
    return f"10.{number % 250}.{learner.enrolment // 250 % 250}.{learner.enrolment % 250}"


def _pairs(first: tuple[Learner, ...], second: tuple[T, ...]) -> Iterator[tuple[Learner, T]]:
    """Every pair once, mixed."""
    pairs = [(one, other) for one in first for other in second]
    random.Random(1).shuffle(pairs)  # noqa: S311 - the same order in each run
    yield from pairs


def _any(learners: tuple[Learner, ...]) -> Iterator[Learner]:
    draw = random.Random(2)  # noqa: S311 - the same order in each run
    while True:
        yield draw.choice(learners)


def _repeated(visit: Callable[[], Visit]) -> Iterator[Visit]:
    while True:
        yield visit()
