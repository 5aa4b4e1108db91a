"""A small world in a site of its own, and what it holds: python -m cordee.web.tests.world make|write|sums…

Run in a process of its own, with the variables of the site: on whichever engine that is.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from cordee.web.terminal import say, set_up_django
from cordee.web.tests.running import environment

WORLD = [sys.executable, "-m", "cordee.web.tests.world"]
WEIGHTS = b"\0\1\2\3" * 50_000


def world(act: str, *words: str, home: Path, **settings: str) -> Any:
    """Run one act on a site to its end; what it says, read as JSON."""
    done = subprocess.run(  # noqa: S603 - our own module
        [*WORLD, act, *words], env=environment(home, settings), capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def start_writing(home: Path, settings: Mapping[str, str], acknowledged: Path) -> subprocess.Popen[bytes]:
    """A process that hands in answers until it is ended; the id of each that was acknowledged is a line of the file."""
    with acknowledged.open("wb") as out:
        return subprocess.Popen([*WORLD, "write"], env=environment(home, settings), stdout=out)  # noqa: S603 - ours


def make() -> str:
    """A course with a file, a learner who passed, a letter that waits, an attestation: its code."""
    from cordee.awards.attesting import issue_attestation
    from cordee.courses.tests.make import NOW, course_files, imported
    from cordee.jobs.tests.make import make_letter
    from cordee.learning.tests.make import hand_in, make_enrolment
    from cordee.people.tests.make import make_account

    files = course_files(title="Été à l’école")
    files["course/static/weights.bin"] = WEIGHTS
    files["course/html/t1.html"] = '<p><a href="/static/weights.bin">Weights</a> naïve ☃ 👍</p>'.encode()
    with tempfile.TemporaryDirectory() as folder:
        run = imported(files, Path(folder)).run
        account = make_account(email="awa@example.org", password="quatre mains sur la corde")  # noqa: S106 - a test's
        enrolment = make_enrolment(Path(folder), account=account, run=run)
    for activity in ("capital", "sum", "practice"):
        hand_in(enrolment, activity)
    make_letter(account.email, person=account.pseudonym)
    return issue_attestation(enrolment=enrolment, name="Awa Diallo", now=NOW).code


def make_one_more() -> int:
    """One more account, role and run: where counters stand."""
    from cordee.core import clock
    from cordee.people.granting import grant_role
    from cordee.people.models import Role
    from cordee.people.tests.make import make_account

    account = make_account(email="one-more@example.org")
    return grant_role(account=account, role=Role.TUTOR, scope="", granted_by=None, now=clock.now()).pk


def write() -> None:
    """Learners come, answer, and are told the id of what they handed in, once it is kept."""
    from cordee.courses.models import Run
    from cordee.learning.tests.make import hand_in, make_enrolment
    from cordee.people.tests.make import make_account

    run = Run.objects.get()
    while True:
        enrolment = make_enrolment(Path(), account=make_account(email=f"{uuid.uuid4()}@example.org"), run=run)
        for activity in ("capital", "sum", "practice"):
            say(str(hand_in(enrolment, activity).submission.id))


def sums() -> dict[str, list[object]]:
    """Of each table, the number of rows and a hash of every value in them, the same on both engines."""
    from django.apps import apps

    found: dict[str, list[object]] = {}
    for model in apps.get_models(include_auto_created=True):
        names = [field.attname for field in model._meta.concrete_fields]
        rows = [json.dumps(row, default=str, sort_keys=True) for row in model._default_manager.values_list(*names)]
        found[model._meta.db_table] = [len(rows), hashlib.sha256("\n".join(sorted(rows)).encode()).hexdigest()]
    return found


def submissions() -> list[str]:
    """The ids of all submissions; raises where a state does not agree with them."""
    from cordee.learning.models import ActivityState, Submission

    for state in ActivityState.objects.all():
        mine = Submission.objects.filter(enrolment=state.enrolment_id, activity=state.activity)
        assert mine.count() == state.attempts
        assert state.last_id in mine.values_list("id", flat=True)
    return [str(one) for one in Submission.objects.values_list("id", flat=True)]


def pseudonym(email: str) -> str:
    """What stands for the person in the journal."""
    from cordee.people.models import Account

    return str(Account.objects.get(email=email).pseudonym)


def ask(email: str) -> str:
    """They ask for everything about them: the number of the file."""
    from cordee.core import clock
    from cordee.people.asking_data import ask_for_data
    from cordee.people.models import Account

    return str(ask_for_data(account=Account.objects.get(email=email), now=clock.now()).number)


def go(email: str) -> str:
    """They asked to be erased, and the day has come: the number of the receipt."""
    from cordee.core import clock
    from cordee.jobs.models import Job
    from cordee.people.asking_erasure import ask_for_erasure
    from cordee.people.models import Account, ErasureRequest

    request = ask_for_erasure(account=Account.objects.get(email=email), withdraws=False, now=clock.now())
    ErasureRequest.objects.update(due_at=clock.now())
    Job.objects.filter(kind="erasure").update(due_at=clock.now())
    return str(request.number)


def main(act: str, *words: str) -> None:
    set_up_django()
    if act == "write":
        write()
    acts: dict[str, Callable[..., Any]] = {
        "make": make,
        "make_one_more": make_one_more,
        "sums": sums,
        "submissions": submissions,
        "pseudonym": pseudonym,
        "ask": ask,
        "go": go,
    }
    say(json.dumps(acts[act](*words)))


if __name__ == "__main__":
    main(*sys.argv[1:])
