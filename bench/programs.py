"""A class hands in its programs: how long does one wait for a verdict, how long do two hundred, and who else feels it?

Each asks for the result as the page does, with its pauses. Every program is new, so that each one is compiled. They
come at their moments, whether the site keeps up or not; meanwhile others read pages of another course.
"""

from __future__ import annotations

import asyncio
import json
import random
import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.db.models import F

from bench.client import PATIENCE_S, Answer, Refused
from bench.launch import answer_from
from bench.rows import Row
from bench.scenarios import get, post
from bench.world import TOKEN, Learner, World
from cordee.core import clock
from cordee.courses.models import Run
from cordee.courses.queries import outline
from cordee.learning.enrolling import seed_for
from cordee.learning.forms import form_id
from cordee.learning.models import Enrolment, Submission
from cordee.web.demo import C_RUN

CLASS, WITHIN_S, CLASS_S = 200, 10.0, 30.0  # learners; they hand in within so long; the last is answered after so long
ALONE, ALONE_MS = 20, 250.0
READING_PER_S, READING_S = 10, 20.0  # pages of others
SLOWER = 1.5  # so much slower they may be while programs are judged
GETTING_READY_S = 300.0  # the first one waits for the compiler's library
FIRST_S, GROWS, LONGEST_S = 0.15, 1.3, 3.0  # the pauses of activities/code/island.ts
JSON = "application/json"
RIGHT = Path("demo/c-step-by-step/tasks/menu-slate/solutions/right.c")


@dataclass(frozen=True, slots=True)
class Exercise:
    """Where the program goes, and where its result stands."""

    submissions: str
    page: str
    activity: str


def measured(world: World, port: int, engine: str) -> Iterator[Row]:
    """One row a figure. The site is served and its laboratory may still be getting ready."""
    exercise, learners = _class_of(world, ALONE + CLASS + 1)
    asyncio.run(_handed_in(port, exercise, learners[0], 0, GETTING_READY_S))
    waits = [asyncio.run(_handed_in(port, exercise, learners[n], n, PATIENCE_S)) for n in range(1, ALONE + 1)]
    yield Row("programs/verdict_p50_ms", engine, 1000 * statistics.median(waits), "ms", None, ALONE_MS)
    yield Row("programs/verdict_longest_ms", engine, 1000 * max(waits), "ms")
    quiet = _p95(asyncio.run(_read_alone(world, port)))
    last_s, pages = asyncio.run(_class_hands_in(world, port, exercise, learners[ALONE + 1 :]))
    yield Row("programs/class_answered_s", engine, last_s, "s", None, CLASS_S)
    yield Row("programs/pages_p95_ms", engine, _p95(pages), "ms", quiet, SLOWER * quiet)
    yield Row("programs/not_accepted", engine, _not_accepted(learners), "", None, 0)


def _class_of(world: World, count: int) -> tuple[Exercise, list[Learner]]:
    """The first people of the world, enrolled in the course on C too."""
    run = Run.objects.select_related("version", "course").get(key=C_RUN)
    plan = outline(run.version.sha256)
    activity, (place, _entry) = next(
        (id_, found) for id_, found in plan.entries.items() if found[1].kind == "code" and "menu-slate" in id_
    )
    first = {one.enrolment: one for one in world.learners[:count]}
    accounts = {one.pk: one.account for one in Enrolment.objects.select_related("account").filter(pk__in=first)}
    now = clock.now()
    enrolments = [
        Enrolment(account=account, run=run, enrolled_at=now, seed=seed_for(pseudonym=account.pseudonym, run=run))
        for account in accounts.values()
    ]
    Enrolment.objects.bulk_create(enrolments, batch_size=500)
    made = zip(accounts, enrolments, strict=True)
    learners = [Learner(first[pk].email, enrolment.pk, first[pk].cookie) for pk, enrolment in made]
    address = f"/runs/{run.key}/activities/{activity}/submissions"
    return Exercise(address, f"/runs/{run.key}/units/{place.unit.id}?only={activity}", activity), learners


async def _class_hands_in(
    world: World, port: int, exercise: Exercise, learners: Sequence[Learner]
) -> tuple[float, list[float]]:
    """Seconds from the first hand-in to the last answer, and what others waited for their pages meanwhile."""
    draw, over = random.Random(5), asyncio.Event()  # noqa: S311 - the same in each run
    began = time.monotonic()
    moments = sorted(draw.uniform(0, WITHIN_S) for _ in learners)
    others = asyncio.create_task(_read(world, port, over))
    async with asyncio.TaskGroup() as everybody:
        for number, (learner, moment) in enumerate(zip(learners, moments, strict=True)):
            await asyncio.sleep(max(0.0, began + moment - time.monotonic()))
            everybody.create_task(_handed_in(port, exercise, learner, ALONE + 1 + number, 4 * CLASS_S))
    over.set()
    return time.monotonic() - began - moments[0], await others


async def _read_alone(world: World, port: int) -> list[float]:
    over = asyncio.Event()
    others = asyncio.create_task(_read(world, port, over))
    await asyncio.sleep(READING_S)
    over.set()
    return await others


async def _read(world: World, port: int, over: asyncio.Event) -> list[float]:
    """Pages at a steady rate until it is over: the milliseconds that each took."""
    draw = random.Random(6)  # noqa: S311
    asked = []
    while not over.is_set():
        page = f"/runs/{world.run}/units/{draw.choice(world.units)}"
        asked.append(asyncio.create_task(_page(port, get(page, draw.choice(world.learners).cookie))))
        await asyncio.sleep(1 / READING_PER_S)
    return list(await asyncio.gather(*asked))


async def _page(port: int, request: bytes) -> float:
    began = time.perf_counter()
    await _asked(port, request, 200)
    return 1000 * (time.perf_counter() - began)


async def _handed_in(port: int, exercise: Exercise, learner: Learner, number: int, patience_s: float) -> float:
    """Seconds from the press of the button until the page has its result."""
    form = str(form_id(enrolment_id=learner.enrolment, activity=exercise.activity, attempt=1))
    program = f"{RIGHT.read_text('utf-8')}\n// of learner {number}\n"
    fields = {"csrfmiddlewaretoken": TOKEN, "form_id": form, "program-main-c": program}
    began = time.monotonic()
    async with asyncio.timeout(patience_s):
        await _asked(port, post(exercise.submissions, fields, learner.cookie), 303)
        pause = FIRST_S
        while True:
            await asyncio.sleep(pause)
            state = json.loads((await _asked(port, get(exercise.page, learner.cookie, accept=JSON), 200)).body)
            if not state["waits"]:
                return time.monotonic() - began
            pause = min(pause * GROWS, LONGEST_S)


async def _asked(port: int, request: bytes, status: int) -> Answer:
    """Over a connection of its own, as a browser that has been away for a while."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(request)
        answer = await asyncio.wait_for(answer_from(reader), PATIENCE_S)
    finally:
        writer.close()
    if answer.status != status:
        raise Refused(f"{answer.status} instead of {status}: {answer.head[:400]!r}")
    return answer


def _p95(waits: list[float]) -> float:
    return sorted(waits)[len(waits) * 95 // 100]


def _not_accepted(learners: Sequence[Learner]) -> int:
    right = Submission.objects.filter(enrolment__in=[one.enrolment for one in learners], earned=F("possible"))
    return len(learners) - right.values("enrolment").distinct().count()
