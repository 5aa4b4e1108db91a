"""What of a learner is with a worker, or came back from one?"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from cordee.courses.kinds import Held
from cordee.learning.judging.models import HeldAnswer
from cordee.learning.models import Enrolment


def held_of(enrolment: Enrolment | None, activities: Collection[str]) -> Mapping[str, Held]:
    """By activity id; what was handed in is none of it (1 query, none when nothing is asked)."""
    if enrolment is None or not activities:
        return {}
    return {
        one.activity: Held(one.answer, one.is_trial, one.received_at, one.found)
        for one in HeldAnswer.objects.filter(enrolment=enrolment, activity__in=activities)
        if one.judged_at is None or one.found is not None
    }
