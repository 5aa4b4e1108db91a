"""Mark an activity as done: the learner says so, or its kind has found it so. Done once, it stays done."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from django.db import transaction

from cordee.learning.journal import record_of
from cordee.learning.models import ActivityState, Enrolment


def finish_activity(
    *, enrolment: Enrolment, activity: str, content: str, by: Literal["learner", "watching"], now: dt.datetime
) -> bool:
    """Whether it was not done before. 2 queries and the transaction's own when it was done, else 4.

    `enrolment` comes with its account, run and version.
    """
    with transaction.atomic():
        ActivityState.objects.bulk_create(
            [ActivityState(enrolment=enrolment, activity=activity)], ignore_conflicts=True
        )
        if not ActivityState.objects.filter(enrolment=enrolment, activity=activity, done_at__isnull=True).update(
            done_at=now
        ):
            return False
        record_of(
            enrolment,
            verb="done",
            activity=activity,
            content=content,
            at=now,
            data={"by": by},
        )
    return True
