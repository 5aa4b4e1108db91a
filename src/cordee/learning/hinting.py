"""Ask for a hint: nothing is handed in, counted or shown again later, and the journal says which one it was."""

from __future__ import annotations

import datetime as dt

from cordee.learning.journal import record
from cordee.learning.models import Enrolment
from cordee.learning.submitting import Task


def note_hint(*, enrolment: Enrolment, task: Task, hint: int, now: dt.datetime) -> None:
    """For who looks at where learners stumble. `hint`: which one, from 1 (1 query)."""
    record(
        verb="asked_hint",
        actor=enrolment.account.pseudonym,
        run=enrolment.run.key,
        version=enrolment.run.version.number,
        activity=task.entry.id,
        content=task.content,
        at=now,
        data={"hint": hint},
    )
