"""Answers, grades and what is done stay with a block and a unit that the author renamed on purpose."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from django.test import Client

from cordee.core import clock
from cordee.courses.models import Run, Version
from cordee.courses.opening import RunOptions
from cordee.courses.tests.course_texts import COURSE, MODULE, folder, published
from cordee.courses.versions.moving import move_run
from cordee.learning.enrolling import enrol
from cordee.learning.forms import form_id
from cordee.learning.models import ActivityState, Enrolment, Submission, UnitView
from cordee.learning.queries import answers_by_activity
from cordee.learning.versions.regrading import move_and_regrade
from cordee.people.tests.make import make_account, signed_in_client

pytestmark = pytest.mark.django_db
QUIZ = """::: quiz capitale
attempts: 2

Capitale de la France ?

- (x) Paris
- ( ) Lyon

:::
"""
BEFORE = {
    "course.yaml": COURSE.replace("[fr, en]", "[fr]"),
    "modules/nommer/module.yaml": MODULE.replace("opens: +7d\n", ""),
    "modules/nommer/bilan.fr.md": f"# Bilan\n\n{QUIZ}",
}
AFTER = {
    "modules/nommer/module.yaml": MODULE.replace("opens: +7d\n", "").replace("[bilan]", "[verification]"),
    "modules/nommer/trame.fr.md": "# Trame\n\nUne trame.\n",
    "modules/nommer/bilan.fr.md": "",
    "modules/nommer/verification.fr.md": "---\nwas: bilan\n---\n# Bilan\n\n"
    + QUIZ.replace("capitale\n", "paris-ou-lyon\nwas: capitale\n"),
}


def answered(at: Path) -> tuple[Run, Enrolment, Client]:
    """A learner who gave the right answer in the unit, under its first name."""
    run = published(folder(at, **BEFORE), options=RunOptions(opens_at=clock.now()), now=clock.now()).done.run
    enrolment = enrol(account=make_account(), run=run, now=clock.now())
    client = signed_in_client(enrolment.account)
    client.get(f"/runs/{run.key}/units/bilan")
    form = form_id(enrolment_id=enrolment.pk, activity="capitale", attempt=1)
    sent = {"form_id": str(form), "p_2_1": "choice_0"}
    assert client.post(f"/runs/{run.key}/activities/capitale/submissions", sent).status_code == 303
    return run, enrolment, client


def renamed(at: Path) -> Version:
    published(folder(at, **AFTER), now=clock.now())
    return Version.objects.get(number=2)


def test_answers_grades_and_what_is_done_follow_a_rename_when_the_run_moves_and_when_it_moves_back(
    tmp_path: Path,
) -> None:
    run, enrolment, client = answered(tmp_path)
    first, second = run.version, renamed(tmp_path)
    now = clock.now() + dt.timedelta(minutes=1)
    move_run(run=run, to=second, seen=1, by=None, now=now)
    shown = client.get(f"/runs/{run.key}/units/bilan").content.decode()  # its address stays, too
    assert "Capitale de la France" in shown
    assert "choice_0" in shown
    state = ActivityState.objects.get(enrolment=enrolment, activity="capitale")
    assert (state.points, state.attempts, state.is_done) == (1.0, 1, True)
    form = form_id(enrolment_id=enrolment.pk, activity="capitale", attempt=2)
    sent = {"form_id": str(form), "p_2_1": "choice_1"}
    assert client.post(f"/runs/{run.key}/activities/capitale/submissions", sent).status_code == 303
    assert Submission.objects.filter(activity="capitale").count() == 2  # the second attempt of the same activity
    enrolment.refresh_from_db()
    assert enrolment.grade == 1.0
    move_run(run=run, to=first, seen=2, by=None, now=now)
    assert client.get(f"/runs/{run.key}/units/bilan").status_code == 200
    assert UnitView.objects.get(enrolment=enrolment, unit="bilan").first_at is not None
    enrolment.refresh_from_db()
    assert enrolment.grade == 1.0


def test_a_regrade_finds_the_answers_of_a_renamed_activity_and_changes_no_score(tmp_path: Path) -> None:
    run, enrolment, _client = answered(tmp_path)
    done = move_and_regrade(run=run, to=renamed(tmp_path), seen=1, reason="It has another name", by=None,
                            now=clock.now())  # fmt: skip
    assert done is None  # no score changed
    enrolment.refresh_from_db()
    assert enrolment.grade == 1.0


def test_answers_are_counted_for_each_activity_over_the_runs_of_a_course(tmp_path: Path) -> None:
    run, _enrolment, _client = answered(tmp_path)
    assert answers_by_activity(run.course) == {"capitale": 1}
