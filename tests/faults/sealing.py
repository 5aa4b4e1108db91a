"""Is a fact of the journal lost or doubled when the sealer is killed, again and again, while others write?

    .venv/bin/python -m tests.faults.sealing --home DIR --kills 500 [--seconds 60] [--seed 1]

DIR is the folder of a migrated site. One process writes events as learners' devices do (late ones, batches sent
twice); another seals and compacts, and is killed with SIGKILL, by turns at a named point and at a random moment, then
replaced. In between and at the end the store is compared with the journal. Prints the counts as JSON; ends with 1
when anything is lost, doubled or altered.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import random
import signal
import time
import uuid
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

POINTS = ("claiming", "claimed", "file", "written", "noted", "listed", "united")
BATCH, CLAIMED_AT_ONCE, FEWEST = 200, 50, 2
LONGEST_S = 0.5
RUNS = ("Ingenia+A+1", "Ingenia+B+1")
GOOD = ("lost", "doubled", "altered", "unknown")


def write(seed: int) -> None:
    """Events until told to end, in batches, one in five sent twice, one in ten of a month ago."""
    import datetime as dt

    from cordee.core import clock
    from cordee.learning.journal import Seen, record, record_seen

    chance = random.Random(seed)  # noqa: S311 - which event, not a secret
    people = [uuid.uuid4() for _ in range(40)]
    while True:
        now = clock.now()
        ago = dt.timedelta(days=chance.choice([0] * 9 + [31]), seconds=chance.uniform(0, 9))
        batch = [
            Seen(uuid.uuid4(), "progressed", now - ago, {"from_s": number * 1.0, "to_s": number + 0.5})
            for number in range(20)
        ]
        words: dict[str, Any] = {"actor": chance.choice(people), "run": chance.choice(RUNS), "at": now}
        for _ in range(chance.choice([1, 1, 1, 1, 2])):
            record_seen(batch, version=1, activity="film", content="", **words)
        record(verb="viewed", activity="u1", **words)
        time.sleep(0.05)


def seal(point: str, after: int) -> None:
    """Seal and compact until killed: at the `after`th time at a point, "" for when the parent likes."""
    from cordee.core import clock
    from cordee.pilot import compacting, live, sealing

    sealing.CLAIMED_AT_ONCE = CLAIMED_AT_ONCE  # type: ignore[misc] # so that there are many points to die at
    counts: Counter[str] = Counter()

    def step(where: str) -> None:
        counts[where] += 1
        if where == point and counts[where] == after:
            os.kill(os.getpid(), signal.SIGKILL)

    store = live.site_store()
    while True:
        sealing.seal(store, now=clock.now, batch=BATCH, step=step)
        compacting.compact(store, fewest=FEWEST, grace_s=0.0, step=step)


def seal_all() -> None:
    """What the next worker does."""
    from cordee.core import clock
    from cordee.pilot import live, sealing

    sealing.seal(live.site_store(), now=clock.now)


def audit(report: int) -> None:
    """Compare what a page sees with the journal; the counts go to a descriptor as JSON."""
    from cordee.learning.models import Event
    from cordee.pilot import live, own

    store = live.site_store()
    with live.open_site_store() as database:
        seen = database.execute("SELECT id, course, actor, happened_at, verb, from_s, to_s FROM events").fetchall()
    with store.open() as database:
        (sealed,) = database.execute("SELECT count(*) FROM events").fetchall()[0]
    # What was written since the page was opened is more than it saw, and no loss.
    facts = {
        own.event_id(number): (run, store.actor_of(str(actor)), (device_at or at).replace(tzinfo=None))
        for number, run, actor, at, device_at in Event.objects.values_list("id", "run", "actor", "at", "device_at")
    }
    times = Counter(row[0] for row in seen)
    counts = {
        "events": len(facts),
        "seen": len(seen),
        "sealed": int(sealed),
        "lost": sum(1 for one in facts if one not in times),
        "doubled": sum(count - 1 for count in times.values()),
        "unknown": sum(1 for one in times if one not in facts),
        "altered": sum(1 for row in seen if row[0] in facts and facts[row[0]] != row[1:4]),
    }
    os.write(report, json.dumps(counts).encode())


def forked(work: Callable[..., None], *words: Any) -> int:
    """Run in a process of its own, made from this one, which has no connection open; its id."""
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        work(*words)
        code = 0
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        os._exit(code)


def audited() -> dict[str, Any]:
    reading, writing = os.pipe()
    pid = forked(audit, writing)
    os.close(writing)
    with os.fdopen(reading, "rb") as report:
        said = report.read()
    _, status = os.waitpid(pid, 0)
    if status:
        raise RuntimeError("the audit failed; the lines above say why")
    return dict(json.loads(said))


def ended(pid: int, within_s: float) -> int | None:
    """The status of a child that ends by itself in this time; None if it goes on."""
    until = time.monotonic() + within_s
    while time.monotonic() < until:
        found, status = os.waitpid(pid, os.WNOHANG)
        if found:
            return status
        time.sleep(0.002)
    return None


def run(*, kills: int, seconds: float, seed: int) -> dict[str, Any]:
    """Kill so many sealers, or for so long; the counts."""
    chance = random.Random(seed)  # noqa: S311
    began = time.monotonic()
    killed: Counter[str] = Counter()
    points = itertools.cycle([*POINTS, ""])
    writer = forked(write, seed)
    try:
        while sum(killed.values()) < kills and time.monotonic() - began < seconds:
            point = next(points)
            pid = forked(seal, point, chance.randint(1, 3))
            status = ended(pid, chance.uniform(0.0, LONGEST_S) if not point else 4 * LONGEST_S)
            if status is None:
                os.kill(pid, signal.SIGKILL)
                _, status = os.waitpid(pid, 0)
                point = ""
            if not os.WIFSIGNALED(status):
                raise RuntimeError("a sealer ended by itself; the lines above say why")
            killed[point or "any moment"] += 1
        os.kill(writer, signal.SIGSTOP)  # so that the comparison meets no writer half-way
        after_kills = audited()
    finally:
        os.kill(writer, signal.SIGKILL)
        os.waitpid(writer, 0)
    _, status = os.waitpid(forked(seal_all), 0)
    if status:
        raise RuntimeError("the last sealer failed; the lines above say why")
    at_the_end = audited()
    return {
        "seconds": round(time.monotonic() - began, 1),
        "kills": sum(killed.values()),
        "killed": dict(killed),
        "after_kills": after_kills,
        "at_the_end": at_the_end,
        "well": not any(found[name] for found in (after_kills, at_the_end) for name in GOOD),
    }


def main() -> None:
    asked = argparse.ArgumentParser(prog="python -m tests.faults.sealing")
    asked.add_argument("--home", type=Path, required=True)
    asked.add_argument("--kills", type=int, default=100)
    asked.add_argument("--seconds", type=float, default=1e9)
    asked.add_argument("--seed", type=int, default=1)
    given = asked.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cordee.web.settings")
    os.environ["CORDEE_HOME"] = str(given.home)
    import django

    django.setup()
    # Everything that children need is loaded once, here.
    from cordee.pilot import compacting, live, sealing

    del compacting, live, sealing
    counts = run(kills=given.kills, seconds=given.seconds, seed=given.seed)
    print(json.dumps(counts, indent=1))  # noqa: T201 - the command's own voice
    raise SystemExit(0 if counts["well"] else 1)


if __name__ == "__main__":
    main()
