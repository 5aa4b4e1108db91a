"""Enrolments and tasks for this room's tests."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from cordee.courses.models import Run
from cordee.courses.opening import RunOptions
from cordee.courses.queries import outline
from cordee.courses.tests.make import NOW, small_run
from cordee.learning.enrolling import enrol
from cordee.learning.finding import task_in
from cordee.learning.forms import form_id
from cordee.learning.models import Enrolment
from cordee.learning.queries import Seat, times_of
from cordee.learning.submitting import Receipt, Task, submit_answer
from cordee.people.models import Account
from cordee.people.tests.make import make_account

RIGHT = {"capital": {"p_2_1": "choice_0"}, "sum": {"p_2_1": "4"}, "practice": {"p_2_1": "4"}}
WRONG = {"capital": {"p_2_1": "choice_1"}, "sum": {"p_2_1": "5"}, "practice": {"p_2_1": "5"}}


def make_enrolment(
    folder: Path, *, account: Account | None = None, run: Run | None = None, **choices: Any
) -> Enrolment:
    """A learner in a run of a small course."""
    run = run or small_run(folder, options=RunOptions(), **choices)
    return enrol(account=account or make_account(), run=run, now=NOW)


def seat_of(enrolment: Enrolment) -> Seat:
    fresh = Enrolment.objects.select_related("account", "run__version", "run__course", "cohort").get(pk=enrolment.pk)
    found = outline(fresh.run.version.sha256)
    return Seat(fresh.account, fresh.run, found, fresh, teaches=False, times=times_of(fresh, found))


def task_of(enrolment: Enrolment, activity: str, now: dt.datetime = NOW) -> Task:
    return task_in(seat_of(enrolment), activity, language="en", now=now)


def hand_in(
    enrolment: Enrolment,
    activity: str,
    answer: dict[str, Any] | None = None,
    *,
    attempt: int = 1,
    now: dt.datetime = NOW,
) -> Receipt:
    """As the form of this attempt would."""
    seat = seat_of(enrolment)
    assert seat.enrolment is not None
    return submit_answer(
        enrolment=seat.enrolment,
        task=task_in(seat, activity, language="en", now=now),
        answer=RIGHT[activity] if answer is None else answer,
        form_id=form_id(enrolment_id=enrolment.pk, activity=activity, attempt=attempt),
        now=now,
    )
