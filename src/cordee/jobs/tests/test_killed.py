"""Is no letter lost, and none doubled that need not be, whenever the worker is killed? F18, docs/faults.md."""

from __future__ import annotations

import random
import re
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from cordee.jobs.tests.make import mail_server
from cordee.web.tests.running import CORDEE, environment, free_pair_of_ports, migrate_once, rows, wait_for

pytestmark = [pytest.mark.long, pytest.mark.with_site]
WORKING = [sys.executable, "-m", "cordee.jobs.tests.working"]
LETTERS, PAUSE_S = 30, 0.03
COUNTED = re.compile(rb"^Message-ID: <(\S+?)@", re.MULTILINE)


def write(home: Path, count: int, *more: str, **settings: str) -> None:
    subprocess.run(  # noqa: S603 - our own module
        [*WORKING, "write", str(count), *more], env=environment(home, settings), check=True, timeout=120
    )


def waiting(home: Path) -> int:
    ((count,),) = rows(home, "SELECT count(*) FROM jobs_job WHERE done_at IS NULL AND given_up_at IS NULL")
    return int(str(count))


def states(home: Path) -> dict[object, object]:
    return dict(rows(home, "SELECT state, count(*) FROM jobs_letter GROUP BY state"))  # type: ignore[arg-type]


def test_a_worker_killed_again_and_again_loses_no_letter_and_doubles_at_most_the_one_in_its_hands(
    tmp_path: Path,
) -> None:
    home = tmp_path / "home"
    migrate_once(home)
    chance, kills = random.Random(1), 0  # noqa: S311 - when to kill, not a secret
    with mail_server() as server:
        server.pause_s = PAUSE_S
        settings = {"CORDEE_SMTP": f"smtp+plain://127.0.0.1:{server.port}", "CORDEE_MAIL_PACE": "100000"}
        write(home, LETTERS, **settings)
        while waiting(home):
            seen = len(server.taken)
            worker = subprocess.Popen([*WORKING, "work"], env=environment(home, settings))  # noqa: S603 - our own
            wait_for(lambda seen=seen: len(server.taken) > seen, 20)
            time.sleep(chance.uniform(0.0, 0.4))
            worker.kill()
            worker.wait()
            kills += 1
            assert kills < 100
    times = Counter(COUNTED.findall(b"\n".join(server.taken)))
    assert states(home) == {"sent": LETTERS}
    assert len(times) == LETTERS
    assert kills >= 3
    assert sum(times.values()) - LETTERS <= kills


def test_letters_that_are_files_are_there_once_whenever_the_worker_is_killed(tmp_path: Path) -> None:
    home = tmp_path / "home"
    migrate_once(home)
    write(home, LETTERS)
    chance = random.Random(2)  # noqa: S311 - when to kill, not a secret
    for _ in range(50):
        before = waiting(home)
        worker = subprocess.Popen([*WORKING, "work"], env=environment(home, {}))  # noqa: S603 - our own module
        wait_for(lambda before=before: waiting(home) < before, 20)
        time.sleep(chance.uniform(0.0, 0.2))
        worker.kill()
        worker.wait()
        if not waiting(home):
            break
    assert states(home) == {"sent": LETTERS}
    assert len(list((home / "mail").glob("*.eml"))) == LETTERS


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_the_worker_of_a_site_sends_a_letter_within_seconds_and_stops_while_a_server_hangs(tmp_path: Path) -> None:
    home = tmp_path / "home"
    migrate_once(home)
    with mail_server() as server, (tmp_path / "log.txt").open("w") as log:
        settings = {"CORDEE_SMTP": f"smtp+plain://127.0.0.1:{server.port}", "CORDEE_MAIL_PACE": "100000"}
        supervisor = subprocess.Popen(  # noqa: S603 - our own command
            [*CORDEE, "serve", "--only", "worker", "--port", str(free_pair_of_ports())],
            env=environment(home, settings),
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            write(home, 1, **settings)
            assert wait_for(lambda: len(server.taken) == 1, 60), (tmp_path / "log.txt").read_text("utf-8")
            write(home, 1, "100", **settings)
            began = time.monotonic()
            assert wait_for(lambda: len(server.taken) == 2, 20), (tmp_path / "log.txt").read_text("utf-8")
            assert time.monotonic() - began < 10
            server.pause_s = 16.0  # longer than a stop waits
            write(home, 1, "200", **settings)
            assert wait_for(lambda: rows(home, "SELECT count(*) FROM jobs_job WHERE leased") == [(1,)], 20)
            began = time.monotonic()
            supervisor.terminate()
            assert supervisor.wait(30) == 0
            assert time.monotonic() - began < 12
        finally:
            supervisor.terminate()
            assert supervisor.wait(30) == 0
