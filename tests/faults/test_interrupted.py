"""Does a command that is killed half-way leave nothing half, and is damage on the disk found? (F3, F16)"""

from __future__ import annotations

import io
import json
import os
import random
import signal
import sqlite3
import subprocess
import time
from pathlib import Path

import pytest

from cordee.core.storage import LocalFolder
from cordee.web.tests.running import CORDEE, cordee, environment, free_pair_of_ports
from tests.faults.world import World, course_archive, make_world, new_database

pytestmark = pytest.mark.long

TIMES, MOST_TRIES = 3, 12  # kills inside the command, and tries until there are as many
COUNTS = (
    "from cordee.courses.models import *\n"
    "print(Course.objects.count(), Version.objects.count(), Run.objects.count(), Content.objects.count())"
)


def kill_at_random(world: World, *words: str, chance: random.Random, usual_s: float) -> bool:
    """Run a command, kill it somewhere in the second half of its usual time; whether it had ended before."""
    process = subprocess.Popen(  # noqa: S603 - our own command
        [*CORDEE, *words],
        env=environment(world.home, world.settings),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    time.sleep(usual_s * chance.uniform(0.3, 0.95))
    ended = process.poll() is not None
    if not ended:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    return ended


def seconds_of(world: World, *words: str) -> float:
    began = time.monotonic()
    done = cordee(*words, home=world.home, **world.settings)
    assert done.returncode == 0, done.stderr
    return time.monotonic() - began


def bare_world(home: Path) -> World:
    engine = new_database()
    return World(home, free_pair_of_ports(), {"CORDEE_DATABASE": engine} if engine else {})


@pytest.mark.attack(131)
@pytest.mark.slow
@pytest.mark.sqlite_only(reason="on PostgreSQL migrate waits until its operator has saved the database")
def test_a_migration_that_is_killed_is_taken_up_and_ends_as_any_other(tmp_path: Path) -> None:
    whole = bare_world(tmp_path / "whole")
    usual = seconds_of(whole, "migrate")
    chance = random.Random(3)  # noqa: S311
    broken = bare_world(tmp_path / "broken")
    killed = 0
    for _ in range(MOST_TRIES):
        killed += not kill_at_random(broken, "migrate", chance=chance, usual_s=usual)
        if killed == TIMES:
            break
        served = cordee("serve", "--port", "1", home=broken.home, **broken.settings)
        assert served.returncode == 1  # port 1, or migrations pending: either way it does not serve
        assert "Traceback" not in served.stderr
    assert killed, "else this proves nothing"
    seconds_of(broken, "migrate")
    tables = (
        "from django.db import connection\n"
        "for name in sorted(connection.introspection.table_names()):\n"
        "    with connection.cursor() as cursor:\n"
        "        print(name, sorted(connection.introspection.get_constraints(cursor, name)))"
    )
    assert broken.run(tables) == whole.run(tables)
    assert json.loads(cordee("migrate", "--json", home=broken.home, **broken.settings).stdout)["migrations"] == 0


@pytest.mark.slow
def test_an_import_that_is_killed_leaves_a_whole_version_or_none(tmp_path: Path) -> None:
    world = make_world(tmp_path / "home")
    chance = random.Random(5)  # noqa: S311
    usual = seconds_of(world, "course", "import", str(tmp_path / "home" / "course.tar.gz"))  # the same again: no change
    before = world.run(COUNTS).split()
    killed = 0
    for number in range(MOST_TRIES):
        newer = course_archive(tmp_path / "newer.tar.gz", text=f"Said better, number {number}.")
        ended = kill_at_random(world, "course", "import", str(newer), chance=chance, usual_s=usual)
        after = world.run(COUNTS).split()
        courses, versions, runs, contents = (int(now) - int(then) for now, then in zip(after, before, strict=True))
        assert (courses, versions, runs, contents) in {(0, 0, 0, 0), (0, 1, 0, 1)}
        assert not ended or versions == 1
        seconds_of(world, "course", "import", str(newer))
        after = world.run(COUNTS).split()
        assert int(after[1]) - int(before[1]) == 1, "the import that was taken up made the one version"
        before, killed = after, killed + (not ended)
        if killed == TIMES:
            break
    assert killed, "else this proves nothing"


@pytest.mark.sqlite_only(reason="flips bytes of the database's file")
def test_damage_of_a_file_and_of_the_database_is_found(tmp_path: Path) -> None:
    world = make_world(tmp_path / "home", database="")
    stored = LocalFolder(world.home / "files").put(io.BytesIO(os.urandom(100_000)))

    def damage() -> list[str]:
        done = cordee("doctor", "--deep", "--json", "--port", str(world.port), home=world.home, **world.settings)
        assert done.returncode in {0, 1}, done.stderr
        return [found["what"] for found in json.loads(done.stdout) if found["found"].startswith("damaged")]

    assert damage() == []
    flip(world.home / "files" / stored.sha256[:2] / stored.sha256[2:], 50_000)
    assert damage() == ["files"]
    database = world.home / "cordee.sqlite3"
    with sqlite3.connect(database) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        row = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'courses_content'").fetchone()
        size = connection.execute("PRAGMA page_size").fetchone()[0]
    connection.close()
    for offset in range(8):
        flip(database, (row[0] - 1) * size + offset)
    assert damage() == ["database", "files"]


def flip(path: Path, at: int) -> None:
    """Turn every bit of one byte round."""
    path.chmod(0o600)
    with path.open("r+b") as file:
        file.seek(at)
        byte = file.read(1)[0]
        file.seek(at)
        file.write(bytes([byte ^ 0xFF]))
