"""Ask for a hint: nothing is handed in or counted. The journal says which one it was, so that it is shown again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping

from cordee.learning.journal import record_of
from cordee.learning.models import Enrolment, Event
from cordee.learning.submitting import Task


def note_hint(*, enrolment: Enrolment, task: Task, hint: int, now: dt.datetime) -> None:
    """For who looks at where learners stumble. `hint`: which one, from 1 (1 query)."""
    record_of(
        enrolment,
        verb="asked_hint",
        activity=task.entry.id,
        content=task.content,
        at=now,
        data={"hint": hint},
    )


def hints_asked(enrolment_id: int, activities: Collection[str]) -> Mapping[str, int]:
    """How many hints of each activity its learner asked for in this session, where any was (1 query)."""
    mine = Enrolment.objects.filter(pk=enrolment_id)
    actor, run = mine.values("account__pseudonym")[:1], mine.values("run__key")[:1]
    events = Event.objects.filter(actor=actor, run=run, verb="asked_hint", activity__in=activities)
    asked: dict[str, int] = {}
    for activity, data in events.values_list("activity", "data"):
        asked[activity] = max(asked.get(activity, 0), int(data["hint"]))
    return asked
