"""The process that judges programs: killed in the middle, it loses none and counts none twice."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from cordee.activities.code.tests.make import RIGHT, course
from cordee.courses.tests.course_texts import MODULE
from cordee.web.tests.running import (
    CORDEE,
    cordee,
    environment,
    free_pair_of_ports,
    migrate_once,
    processes_below,
    wait_for,
)

PROGRAMS = 60
BEGIN = """
import sys, uuid
import django; django.setup()
from cordee.core import clock
from cordee.courses.models import Run
from cordee.courses.queries import outline
from cordee.learning.enrolling import enrol
from cordee.learning.finding import task_in
from cordee.learning.forms import form_id
from cordee.learning.judging.holding import hold_answer
from cordee.learning.models import Enrolment
from cordee.learning.queries import Seat
from cordee.people.signing_up import make_account
run = Run.objects.select_related("version", "course").get()
for number in range(int(sys.argv[1])):
    told = {"name": "X", "password": "a long enough one", "language": "fr", "time_zone": "UTC"}
    account = make_account(email=f"{number}@essai.example", now=clock.now(), **told)
    made = enrol(account=account, run=run, now=clock.now())
    there = Enrolment.objects.select_related("account", "run__version", "run__course", "cohort").get(pk=made.pk)
    seat = Seat(account, there.run, outline(run.version.sha256), there, teaches=False)
    task = task_in(seat, "double", language="fr", now=clock.now())
    form = form_id(enrolment_id=there.pk, activity="double", attempt=1)
    answer = {"main.c": sys.argv[2] + f"/* {number} */"}
    hold_answer(enrolment=there, task=task, answer=answer, form_id=form, is_trial=False, now=clock.now())
"""
LOOK = """
import json
import django; django.setup()
from cordee.learning.judging.models import HeldAnswer
from cordee.learning.models import ActivityState, Submission
print(json.dumps({
    "waiting": HeldAnswer.objects.filter(judged_at=None).count(),
    "submissions": Submission.objects.count(),
    "states": sorted(ActivityState.objects.values_list("attempts", "earned")),
}))
"""


def ran(home: Path, script: str, *words: str) -> str:
    """In a process of the site of `home`."""
    surroundings = environment(home, {"DJANGO_SETTINGS_MODULE": "cordee.web.settings"})
    command = [sys.executable, "-c", script, *words]
    done = subprocess.run(command, env=surroundings, capture_output=True, text=True, check=False)  # noqa: S603 - ours
    assert done.returncode == 0, done.stderr
    return done.stdout


@contextmanager
def laboratory(home: Path) -> Iterator[subprocess.Popen[bytes]]:
    with (home / "log.txt").open("ab") as output:
        process = subprocess.Popen(  # noqa: S603 - our own command
            [*CORDEE, "serve", "--only", "laboratory", "--port", str(free_pair_of_ports())],
            env=environment(home, {"CORDEE_LOG_FORMAT": "text"}),
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@pytest.mark.with_site
@pytest.mark.skipif(sys.platform != "linux", reason="programs are judged on Linux alone")
def test_a_laboratory_that_is_killed_in_the_middle_judges_each_program_once(tmp_path: Path) -> None:
    home = tmp_path / "home"
    migrate_once(home)
    there = course(tmp_path / "cours", **{"modules/nommer/module.yaml": MODULE.replace("opens: +7d\n", "")})
    assert cordee("course", "publish", str(there), home=home).returncode == 0
    ran(home, BEGIN, str(PROGRAMS), RIGHT)
    kills = 0
    with laboratory(home) as supervisor:
        until = time.monotonic() + 400  # the compiler's library may have to be built first
        while (state := json.loads(ran(home, LOOK)))["waiting"] and time.monotonic() < until:
            if state["submissions"] and not kills:
                for pid in processes_below(supervisor.pid, "laboratory"):
                    os.kill(pid, signal.SIGKILL)
                kills += 1
                assert wait_for(lambda: processes_below(supervisor.pid, "laboratory") != [], 60)
    assert kills > 0
    state = json.loads(ran(home, LOOK))
    assert state == {"waiting": 0, "submissions": PROGRAMS, "states": [[1, 1.0]] * PROGRAMS}
