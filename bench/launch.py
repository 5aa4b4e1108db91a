"""The launch hour: a course of 12,000 opens, and four in ten of its learners come in the first ten minutes.

They come at the rate at which they would, one after the other, whether the site keeps up or not: an arrival waits for
nobody. Each looks at the catalogue, signs in, opens the course, reads four units and hands in a quiz, with pauses. Only
the pauses are shorter than people's, so that who came in the last minute is done soon after.
"""

from __future__ import annotations

import asyncio
import random
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from bench import machine, serving
from bench.client import PATIENCE_S, Answer, Refused, Visit
from bench.rows import Row
from bench.scenarios import sign_in_and_learn
from bench.world import World

COURSE, SHARE, FIRST_S = 12_000, 0.4, 600.0  # learners; of them in the first so many seconds
PAUSES_S: Final = (1.0, 5.0)  # between two pages
CPU_MS, P95_MS = 150, 250


def learners_of(seconds: float) -> int:
    """How many come in so many seconds."""
    return round(COURSE * SHARE * seconds / FIRST_S)


@dataclass(slots=True)
class Crowd:
    """What those who came met with."""

    waits_ms: list[float] = field(default_factory=list)  # of each request
    sign_ins_ms: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    done: int = 0


def measured(world: World, port: int, engine: str, roots: list[int], *, seconds: float) -> Iterator[Row]:
    """One row a figure. Takes `seconds`, and the time that the last ones need."""
    before = serving.cpu_s(roots)
    crowd = asyncio.run(_come(world, port, seconds))
    used = serving.cpu_s(roots) - before
    came = learners_of(seconds)
    yield Row("launch/learners", engine, came, "")
    yield Row("launch/requests_per_s", engine, len(crowd.waits_ms) / seconds, "1/s")
    yield Row("launch/faults", engine, len(crowd.faults), "", None, 0)
    yield Row("launch/unfinished", engine, came - crowd.done, "", None, 0)
    yield Row("launch/cpu_ms", engine, 1000 * used / came, "ms", machine.hash_ms(), CPU_MS)
    for name, waits, target in (("", crowd.waits_ms, P95_MS), ("sign_in_", crowd.sign_ins_ms, None)):
        ordered = sorted(waits) or [0.0]
        for share in (50, 95, 99):
            value = ordered[min(len(ordered) - 1, len(ordered) * share // 100)]
            yield Row(f"launch/{name}p{share}_ms", engine, value, "ms", None, target if share == 95 else None)  # noqa: PLR2004
    for fault in crowd.faults[:3]:
        print(f"bench: {fault}", file=sys.stderr)


async def _come(world: World, port: int, seconds: float) -> Crowd:
    crowd, draw = Crowd(), random.Random(3)  # noqa: S311 - the same crowd in each run
    began = time.monotonic()
    moments = sorted(draw.uniform(0, seconds) for _ in range(learners_of(seconds)))
    async with asyncio.TaskGroup() as everybody:
        for number, moment in enumerate(moments):
            await asyncio.sleep(max(0.0, began + moment - time.monotonic()))
            everybody.create_task(_learn(world, number, port, crowd, random.Random(number)))  # noqa: S311
    return crowd


async def _learn(world: World, number: int, port: int, crowd: Crowd, draw: random.Random) -> None:
    visit = sign_in_and_learn(world, world.learners[number], number, draw)
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            await _make(visit, reader, writer, crowd, draw)
        finally:
            writer.close()
        crowd.done += 1
    except (Refused, OSError, TimeoutError, asyncio.IncompleteReadError) as fault:
        crowd.faults.append(f"learner {number}: {fault!r}")


async def _make(
    visit: Visit, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, crowd: Crowd, draw: random.Random
) -> None:
    request = next(visit)
    while True:
        asked = time.perf_counter()
        writer.write(request)
        answer = await asyncio.wait_for(answer_from(reader), PATIENCE_S)
        wait = 1000 * (time.perf_counter() - asked)
        crowd.waits_ms.append(wait)
        if request.startswith(b"POST /sign-in"):
            crowd.sign_ins_ms.append(wait)
        try:
            request = visit.send(answer)
        except StopIteration:
            return
        if not request.startswith(b"POST"):
            await asyncio.sleep(draw.uniform(*PAUSES_S))


async def answer_from(reader: asyncio.StreamReader) -> Answer:
    """The next whole answer on a connection."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = 0
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            length = int(line[15:])
    return Answer(int(head[9:12]), head, await reader.readexactly(length))
