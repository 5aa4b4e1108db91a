"""What of a learner is with a worker, or came back from one?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Final

from cordee.courses.kinds import Held
from cordee.learning.judging.models import HeldAnswer
from cordee.learning.models import Enrolment

A_MOMENT: Final = dt.timedelta(seconds=10)  # longer than a page takes


def held_of(enrolment: Enrolment | None, activities: Collection[str], now: dt.datetime) -> Mapping[str, Held]:
    """By activity id; of what was handed in, only what was a moment ago (1 query, none when nothing is asked)."""
    if enrolment is None or not activities:
        return {}
    return {
        one.activity: Held(
            one.answer, one.is_trial, one.received_at, one.found, one.judged_at is not None and one.found is None
        )
        for one in HeldAnswer.objects.filter(enrolment=enrolment, activity__in=activities)
        if one.judged_at is None or one.found is not None or now - one.judged_at < A_MOMENT
    }
