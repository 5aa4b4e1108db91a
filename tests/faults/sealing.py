"""Is a fact of the journal lost or doubled when the sealer is killed, again and again, while others write?

    .venv/bin/python -m tests.faults.sealing --home DIR --kills 500 [--seconds 60] [--seed 1]
    .venv/bin/python -m tests.faults.sealing --home DIR --claim-outlives

DIR is the folder of a migrated site. One process writes events as learners' devices do (late ones, batches sent
twice); another seals and compacts, and is killed with SIGKILL, by turns at a named point and at a random moment, then
replaced. In between and at the end the store is compared with the journal. Prints the counts as JSON; ends with 1
when anything is lost, doubled or altered.

`--claim-outlives`, on PostgreSQL: one sealer is killed while the server is busy with its claim, and the next one begins
before that claim has ended.
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
OUTLIVING, HELD_AT_MOST_S, TOLD = 2, 30, b"one"  # events of the claim that outlives; what a holder says
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


def write_some() -> None:
    from cordee.core import clock
    from cordee.learning.journal import record

    for number in range(OUTLIVING + 3):
        record(
            verb="viewed", activity=f"u{number}", version=1, actor=uuid.uuid4(), run=RUNS[0], at=clock.now(), content=""
        )


def seal_few() -> None:
    """A sealer whose claim is of the oldest events only."""
    from cordee.pilot import sealing

    sealing.CLAIMED_AT_ONCE = OUTLIVING  # type: ignore[misc]
    seal_all()


def hold(told: int, asked: int) -> None:
    """Keep the oldest event from being claimed. Says so, and when one and two wait for it; lets go when asked."""
    from django.db import connection, transaction

    from cordee.learning.models import Event

    waiting = "SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted"
    with transaction.atomic(), connection.cursor() as cursor:
        Event.objects.select_for_update().order_by("at").first()
        os.write(told, TOLD)
        for expected in (1, 2):
            until = time.monotonic() + HELD_AT_MOST_S
            while True:
                cursor.execute(waiting)
                if cursor.fetchone()[0] >= expected:
                    break
                if time.monotonic() > until:
                    raise RuntimeError(f"{expected} sealers should wait for the event that is held")
                time.sleep(0.01)
            os.write(told, TOLD)
        os.read(asked, 1)


def claim_outlives() -> dict[str, Any]:
    """Kill a sealer whose claim the server has begun, start the next, then let the server go on; the counts."""
    said, telling = os.pipe()
    asked, asking = os.pipe()
    done(forked(write_some))
    holder = forked(hold, telling, asked)
    os.close(telling)
    heard(said)  # the event is held
    killed = forked(seal_few)
    heard(said)  # a claim waits for it
    os.kill(killed, signal.SIGKILL)
    os.waitpid(killed, 0)
    following = forked(seal_all)
    heard(said)  # both wait
    os.write(asking, b".")
    done(holder)
    done(following)
    counts = audited()
    return {"at_the_end": counts, "well": not any(counts[name] for name in GOOD)}


def heard(said: int) -> None:
    if not os.read(said, len(TOLD)):
        raise RuntimeError("nobody waited for the event; the lines above say why")


def done(pid: int) -> None:
    _, status = os.waitpid(pid, 0)
    if status:
        raise RuntimeError("a process failed; the lines above say why")


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
    done(forked(seal_all))
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
    asked.add_argument("--claim-outlives", action="store_true")
    given = asked.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cordee.web.settings")
    os.environ["CORDEE_HOME"] = str(given.home)
    import django

    django.setup()
    # Everything that children need is loaded once, here.
    from cordee.pilot import compacting, live, sealing

    del compacting, live, sealing
    if given.claim_outlives:
        counts = claim_outlives()
    else:
        counts = run(kills=given.kills, seconds=given.seconds, seed=given.seed)
    print(json.dumps(counts, indent=1))  # noqa: T201 - the command's own voice
    raise SystemExit(0 if counts["well"] else 1)


if __name__ == "__main__":
    main()
