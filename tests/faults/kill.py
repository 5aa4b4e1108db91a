"""Is anything lost when processes are killed while people hand in answers?

    .venv/bin/python -m tests.faults.kill --kills 10000                 # SQLite in a new folder
    .venv/bin/python -m tests.faults.kill --kills 10000 --engine postgresql://…

Starts a real site (`cordee serve`), has learners open units and hand in their forms over HTTP, and kills processes with
SIGKILL at random moments: mostly a worker, at times the page server, at times the whole tree with the supervisor, which
is then started again. A learner whose answer got no answer sends the same form again, as a browser does; one in ten
gives up instead. At the end `tests.faults.audit` compares what was acknowledged with what is kept. Ends with 1
when anything is lost, doubled or wrong, and when a page was not as it should be or nobody was served.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from cordee.web.tests.running import Site, environment, wait_for
from tests.faults.world import ANSWERS, Form, Learner, World, is_accepted, make_world, someone

PAUSE_S = 0.05
LONGEST_PAUSE_S = 0.4
BACK_S = 60.0  # the server that watches waits up to 30 s before it starts again what keeps ending
FEWEST = 10  # kills that show something
GIVES_UP = 0.1  # of the learners whose answer got no answer
GOOD = ("lost", "doubled", "never_sent", "altered", "inconsistent")
OF_A_BROKEN_LINE = (httpx.TransportError,)
NOT_THERE = {502, 503, 507}


@dataclass(slots=True)
class Trial:
    """One run of the harness: what was done, and what came back."""

    world: World
    chance: random.Random
    stopping: threading.Event = field(default_factory=threading.Event)
    ledger: list[dict[str, Any]] = field(default_factory=list)
    kills: Counter[str] = field(default_factory=Counter)
    retries: int = 0
    surprises: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def learn(self, learner: Learner, seed: int) -> None:
        """What one learner does until told to stop, and until the last form was answered."""
        chance = random.Random(seed)  # noqa: S311 - which answer, not a secret
        while not self.stopping.is_set():
            activity = chance.choice(list(ANSWERS))
            form = self._open(learner, activity)
            if form is not None:
                self._hand_in(learner, form, chance)

    def _open(self, learner: Learner, activity: str) -> Form | None:
        while not self.stopping.is_set():
            try:
                return learner.form(activity)
            except OF_A_BROKEN_LINE:
                time.sleep(PAUSE_S)
            except AssertionError as wrong:
                self.note(f"a page was not as it should be: {wrong}")
                time.sleep(PAUSE_S)
        return None

    def _hand_in(self, learner: Learner, form: Form, chance: random.Random) -> None:
        value = chance.choice(ANSWERS[form.activity])
        entry: dict[str, Any] = {"email": learner.email, "activity": form.activity, "form_id": form.form_id}
        entry |= {"value": value, "acknowledged": False}
        known = next((one for one in self._of(learner) if one["form_id"] == form.form_id), None)
        if known is not None:  # given up before; the site shows the same form, so it was not kept
            known["value"], entry = value, known
        else:
            with self.lock:
                self.ledger.append(entry)
        as_json = chance.random() < 0.5
        while True:
            try:
                answer = learner.send(form, value, as_json=as_json)
            except OF_A_BROKEN_LINE:
                answer = None
            if answer is not None and is_accepted(answer):
                entry["acknowledged"] = True
                return
            if answer is not None and answer.status_code not in NOT_THERE:
                self.note(f"{form.activity}: {answer.status_code} {answer.text[:300]}")
            if chance.random() < GIVES_UP:
                return
            with self.lock:
                self.retries += 1
            time.sleep(PAUSE_S)

    def acknowledged(self) -> int:
        with self.lock:
            return sum(1 for entry in self.ledger if entry["acknowledged"])

    def _of(self, learner: Learner) -> list[dict[str, Any]]:
        with self.lock:
            return [one for one in self.ledger[-200:] if one["email"] == learner.email]

    def note(self, text: str) -> None:
        with self.lock:
            self.surprises.append(text)


def kill_one(trial: Trial, site: Site, *, trees: float) -> Site:
    """Kill something of the site; the site that serves afterwards."""
    number = sum(trial.kills.values()) + 1
    every = round(1 / trees) if trees else 0
    found = site.processes()
    victims = [pid for pid, role in found.items() if role == "web worker"]
    if every and number % every == 0:
        trial.kills["whole tree"] += 1
        site.supervisor.kill()  # its children end with it
        for pid in found:
            _kill(pid)
        site.supervisor.wait()
        if not wait_for(lambda: site.processes() == {}, 10):
            trial.note(f"left running: {site.processes()}")
        return trial.world.serve(*site_words(trial))
    if every and number % every == every // 2:
        mains = [pid for pid, role in found.items() if role == "web main"]
        if mains:
            trial.kills["page server"] += 1
            _kill(mains[0])
    elif victims:
        trial.kills["worker"] += 1
        _kill(trial.chance.choice(victims))
    return site


def wait_until_served(trial: Trial) -> None:
    """Until somebody's answer was acknowledged since now: a site that does not come back is a finding, too."""
    before = trial.acknowledged()
    if not wait_for(lambda: trial.acknowledged() > before, BACK_S):
        trial.note(f"nobody was served for {BACK_S:g} s")


def site_words(trial: Trial) -> list[str]:
    return ["--workers", trial.world.settings.get("CORDEE_WORKERS", "2")]


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def run(
    home: Path,
    *,
    kills: int,
    learners: int,
    engine: str | None = None,
    seed: int = 1,
    trees: float = 0.04,
    most_s: float = 1e9,
) -> dict[str, Any]:
    """Break a site `kills` times, or for `most_s` seconds; the counts.

    `engine`: a CORDEE_DATABASE, "" for SQLite; None: the engine of the tests.
    """
    world = make_world(home, database=engine)
    trial = Trial(world, random.Random(seed))  # noqa: S311
    site = world.serve(*site_words(trial))
    began = time.monotonic()
    try:
        people = [Learner(world.url, someone()) for _ in range(learners)]
        for person in people:
            person.arrive()
        threads = [threading.Thread(target=trial.learn, args=(one, seed + n)) for n, one in enumerate(people)]
        for thread in threads:
            thread.start()
        began = time.monotonic()
        try:
            while sum(trial.kills.values()) < kills and time.monotonic() - began < most_s:
                wait_until_served(trial)
                time.sleep(trial.chance.uniform(0.0, LONGEST_PAUSE_S))
                site = kill_one(trial, site, trees=trees)
        finally:
            trial.stopping.set()
            for thread in threads:
                thread.join()
    finally:
        world.stop(site)
    seconds = time.monotonic() - began
    return _counts(trial, seconds) | audited(world, trial.ledger)[0]


def _counts(trial: Trial, seconds: float) -> dict[str, Any]:
    return {
        "engine": trial.world.settings.get("CORDEE_DATABASE", "sqlite").partition(":")[0],
        "seconds": round(seconds, 1),
        "kills": sum(trial.kills.values()),
        "killed": dict(trial.kills),
        "sent": len(trial.ledger),
        "sent_again": trial.retries,
        "surprises": len(trial.surprises),
        "surprising": trial.surprises[:5],
    }


def audited(world: World, *ledgers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What the database says of each ledger, read by a process of its own."""
    path = world.home / "ledger.json"
    path.write_text(json.dumps(ledgers), "utf-8")
    done = subprocess.run(  # noqa: S603 - our own module
        [sys.executable, "-m", "tests.faults.audit", str(path)],
        env=environment(world.home, world.settings) | {"DJANGO_SETTINGS_MODULE": "cordee.web.settings"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    return list(json.loads(done.stdout))


def is_well(counts: dict[str, Any]) -> bool:
    return not counts["damage"] and not any(counts[name] for name in GOOD)


def main() -> None:
    asked = argparse.ArgumentParser(prog="python -m tests.faults.kill", description="Kill processes; nothing is lost.")
    asked.add_argument("--kills", type=int, default=100)
    asked.add_argument("--learners", type=int, default=8)
    asked.add_argument("--engine", default="", help="a CORDEE_DATABASE, e.g. postgresql://…; default: SQLite")
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--trees", type=float, default=0.04, help="share of kills that hit the whole tree")
    asked.add_argument("--json", type=Path, help="also write the counts here")
    asked.add_argument("--seconds", type=float, default=1e9, help="stop after so many, whatever the kills")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="cordee-kill-") as folder:
        counts = run(
            Path(folder) / "home",
            kills=given.kills,
            learners=given.learners,
            engine=given.engine,
            seed=given.seed,
            trees=given.trees,
            most_s=given.seconds,
        )
    for name, value in counts.items():
        print(f"{name:22} {value}")  # noqa: T201 - the command's own voice
    if given.json:
        given.json.write_text(json.dumps(counts, indent=2) + "\n", "utf-8")
    # A harness that broke nothing, or before which nobody was served, has shown nothing.
    served = counts["acknowledged"] >= counts["kills"] >= min(given.kills, FEWEST)
    raise SystemExit(0 if is_well(counts) and served and not counts["surprises"] else 1)


if __name__ == "__main__":
    main()
