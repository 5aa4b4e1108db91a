"""Hand an answer to a worker: at most one of each learner and activity is with one at a time."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from cordee.core.errors import N_, Conflict, NotYet
from cordee.courses.kinds import Answer
from cordee.jobs.enqueuing import enqueue
from cordee.learning.judging.models import HeldAnswer
from cordee.learning.models import ActivityState, Enrolment, Submission
from cordee.learning.submitting import NothingAnswered, Receipt, Task, check_allowed, earlier_receipt, is_blank

KIND: Final = "judge"
LOST_AFTER: Final = dt.timedelta(minutes=30)  # an answer that nobody has judged by then is given up for a newer one


class StillJudged(NotYet):
    """The answer before is still with a worker."""


class HandedInMeanwhile(Conflict):
    """This attempt was handed in from elsewhere, with another answer."""


def hold_answer(
    *, enrolment: Enrolment, task: Task, answer: Answer, form_id: UUID, is_trial: bool, now: dt.datetime
) -> Receipt | None:
    """Keep `answer` for a worker and ask for it, in one transaction; None when it is there.

    A form that was handed in before gives its receipt, and one that is with a worker stays there once, each with the
    answer that it had: with another one (two tabs) it raises HandedInMeanwhile or StillJudged. Raises besides what
    `submit_answer` does before grading. A trial asks for no attempt and no deadline.
    """
    with transaction.atomic():
        Enrolment.objects.select_for_update().only("pk").get(pk=enrolment.pk)  # two tabs queue here
        if not is_trial:
            known = Submission.objects.filter(enrolment=enrolment, form_id=form_id).first()
            if known is not None:
                receipt = earlier_receipt(known, answer)
                if receipt.differs:
                    raise HandedInMeanwhile(
                        N_(
                            "Another program of yours was handed in meanwhile, perhaps from another tab. "
                            "This one was not: hand it in again to have it judged too."
                        )
                    )
                return receipt
        held = HeldAnswer.objects.filter(enrolment=enrolment, activity=task.entry.id).first()
        if held is not None and held.judged_at is None and now - held.received_at < LOST_AFTER:
            if not is_trial and not held.is_trial and held.form_id == form_id and held.answer == answer:
                return None
            raise StillJudged(N_("Another program of yours is still being judged. Wait for it, then send this one."))
        if all(is_blank(value) for value in answer.values()):
            raise NothingAnswered(N_("Nothing is answered yet, so no attempt was used. Answer, then hand in."))
        if not is_trial:
            state = ActivityState.objects.filter(enrolment=enrolment, activity=task.entry.id).first()
            check_allowed(enrolment, task, state or ActivityState(enrolment=enrolment, activity=task.entry.id), now)
        _keep(held, enrolment, task, dict(answer), form_id, is_trial=is_trial, now=now)
    return None


def _keep(
    held: HeldAnswer | None,
    enrolment: Enrolment,
    task: Task,
    answer: Mapping[str, Any],
    form_id: UUID,
    *,
    is_trial: bool,
    now: dt.datetime,
) -> None:
    held = held or HeldAnswer(enrolment=enrolment, activity=task.entry.id, round=0)
    held.round += 1
    held.form_id = uuid.uuid4() if is_trial else form_id
    held.content, held.language = task.content, task.language
    held.answer, held.is_trial, held.received_at = dict(answer), is_trial, now
    held.judged_at = held.found = None
    held.save()
    enqueue(kind=KIND, key=f"{held.pk}:{held.round}", data={"held": str(held.pk), "round": held.round}, now=now)
