"""Have an answer judged that is held, and hand it in with what was found: what a worker does.

Begun twice, it counts once: the answer is handed in under the form that it came with, in the transaction that ends its
round. A worker that is killed leaves it held, and the next one judges it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, Final, cast
from uuid import UUID

from django.db import transaction

from cordee.core import clock
from cordee.core.errors import Conflict, InputRefused, NotYet
from cordee.courses.kinds import FOUND, Judged, JudgedApart, installed, judged_apart
from cordee.courses.queries import definitions
from cordee.courses.queries import outline as read_outline
from cordee.jobs.models import Job
from cordee.jobs.performing import NotNow, Work
from cordee.learning.journal import record_of
from cordee.learning.judging import again
from cordee.learning.judging.holding import KIND
from cordee.learning.judging.models import HeldAnswer
from cordee.learning.submitting import Task, submit_answer

LATER_S: Final = 2.0  # until the compiler is asked for again
LEASE: Final = dt.timedelta(
    seconds=30
)  # a learner waits: a task that takes longer may be judged twice, and counts once


def works() -> dict[str, Work]:
    """How answers that are held are judged."""
    return {
        KIND: Work(act=judge_held, gave_up=give_back, lease=LEASE),
        again.KIND: Work(act=again.judge_again, gave_up=again.give_up, lease=LEASE),
    }


def judge_held(job: Job, now: Callable[[], dt.datetime] = clock.now) -> None:
    """Judge one answer, unless a newer one took its place. Raises NotNow while nobody here can."""
    held = _waiting(job)
    if held is None:
        return
    task = _task_of(held)
    if task is None:  # the run moved to a version without this activity
        _end(held, None, now())
        return
    kind = cast(JudgedApart, task.kind)
    try:
        judged = kind.judge(task.definition, held.answer, is_trial=held.is_trial)
    except NotYet as later:
        raise NotNow(str(later), wait_s=LATER_S) from later
    settle(held, task, judged, now())


@transaction.atomic
def settle(held: HeldAnswer, task: Task, judged: Judged, now: dt.datetime) -> None:
    """Hand in what counts, and show the rest. Nothing, where this round is over."""
    there = HeldAnswer.objects.select_for_update().filter(pk=held.pk, round=held.round, judged_at=None).first()
    if there is None:
        return
    found: dict[str, Any] | None = dict(judged.found)
    if judged.counts and not held.is_trial:
        try:
            answer = {**held.answer, FOUND: found}
            submit_answer(
                enrolment=held.enrolment, task=task, answer=answer, form_id=held.form_id, now=held.received_at
            )
            found = None
            _note_rules(held, task, judged, now)
        except (Conflict, InputRefused) as refused:  # another tab used the last attempt meanwhile
            found = {**judged.found, "refused": [refused.template, {k: str(v) for k, v in refused.values.items()}]}
    _end(there, found, now)


def _note_rules(held: HeldAnswer, task: Task, judged: Judged, now: dt.datetime) -> None:
    """For who looks at where learners stumble."""
    if judged.told:
        record_of(
            held.enrolment,
            verb="told",
            activity=task.entry.id,
            content=task.content,
            at=now,
            data={"rules": list(judged.told)},
        )


def give_back(job: Job, _why: str) -> None:
    """Nobody could judge it, again and again: its learner is told, and it cost nothing."""
    held = _waiting(job)
    if held is not None:
        _end(held, {"verdict": "internal_error", "score": 0.0}, clock.now())


def _waiting(job: Job) -> HeldAnswer | None:
    found = HeldAnswer.objects.select_related("enrolment__account", "enrolment__run__version", "enrolment__run__course")
    key = UUID(job.data["held"])
    return found.select_related("enrolment__cohort").filter(pk=key, round=job.data["round"], judged_at=None).first()


def _task_of(held: HeldAnswer) -> Task | None:
    outline = read_outline(held.enrolment.run.version.sha256)
    known = outline.entries.get(held.activity)
    kind = judged_apart(installed()[known[1].kind]) if known is not None and known[1].kind in installed() else None
    if known is None or kind is None:
        return None
    place, entry = known
    definition = definitions.of([held.content])[held.content]
    return Task(outline, place, entry, kind, definition, held.content, held.language)


def _end(held: HeldAnswer, found: dict[str, Any] | None, now: dt.datetime) -> None:
    held.found, held.judged_at = found, now
    held.save(update_fields=["found", "judged_at"])


def rest() -> None:
    """Nothing is judged any more: kinds end what they kept open."""
    for kind in installed().values():
        apart = judged_apart(kind)
        if apart is not None:
            apart.rest()
