"""Change what a run says of itself: its dates, its deadlines, its pass mark, whether it stands in the course list."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import astuple, dataclass

from django.db import transaction

from cordee.core.errors import N_, Conflict, InputRefused
from cordee.courses.due_dates import OwnDue, check_due
from cordee.courses.models import Run
from cordee.courses.search.indexing import index_courses
from cordee.people.auditing import note_act
from cordee.people.models import Account


@dataclass(frozen=True, slots=True)
class RunSettings:
    """What a teacher may change of a run that is played here."""

    opens_at: dt.datetime
    closes_at: dt.datetime | None  # None: at the learner's pace
    enrolment_closes_at: dt.datetime | None  # None: when the run does
    pass_mark: float  # share of 1
    listed: bool
    due: OwnDue = ()  # deadlines of its own; every other section has the version's

    @classmethod
    def of(cls, run: Run) -> RunSettings:
        due = tuple(sorted(run.due.items()))
        return cls(run.opens_at, run.closes_at, run.enrolment_closes_at, run.pass_mark, run.listed, due)

    @property
    def digest(self) -> str:
        """What a form carries, to tell whether somebody else changed them meanwhile."""
        return hashlib.sha256(repr(astuple(self)).encode()).hexdigest()[:16]


@transaction.atomic
def set_run(*, run: Run, wanted: RunSettings, seen: str, by: Account, now: dt.datetime) -> bool:
    """Whether anything changed. `seen`: the digest of the settings that the form showed.

    Raises InputRefused for dates in the wrong order, a pass mark that is none, or a private run in the course list,
    Conflict when somebody else changed the settings since the form was drawn.
    """
    held = Run.objects.select_for_update().get(pk=run.pk)
    before = RunSettings.of(held)
    if wanted == before:
        return False
    if before.digest != seen:
        raise Conflict(N_("Somebody else changed these settings meanwhile. They are shown below as they are now."))
    if wanted.closes_at is not None and wanted.closes_at <= wanted.opens_at:
        raise InputRefused(N_("The session would close before it opens. Give a later day to close."))
    ends = wanted.enrolment_closes_at
    if ends is not None and wanted.closes_at is not None and ends > wanted.closes_at:
        raise InputRefused(N_("Enrolment would end after the session. Give an earlier day, or leave it empty."))
    if not 0 <= wanted.pass_mark <= 1:
        raise InputRefused(N_("A pass mark lies between 0 and 100."))
    if wanted.listed and held.private_to_id is not None:
        raise InputRefused(N_("A private session is in no list. Leave it out of the course list."))
    check_due(run, wanted.due, opens_at=wanted.opens_at)
    names = ("opens_at", "closes_at", "enrolment_closes_at", "pass_mark", "listed", "due")
    changed = [name for name in names if getattr(wanted, name) != getattr(before, name)]
    for name in changed:
        value = dict(wanted.due) if name == "due" else getattr(wanted, name)
        setattr(held, name, value)
        setattr(run, name, value)
    held.save(update_fields=changed)
    about = ", ".join(changed)
    note_act(account=by, act="run.teach", place=f"run:{held.key}", people=0, about=f"settings: {about}", now=now)
    if before.listed or wanted.listed:
        index_courses([held.course_id])
    return True
