"""Begin a section whose time is limited: from then on the learner's time runs, and no version takes any of it away."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from cordee.courses.outlines import Section
from cordee.learning.journal import record_of
from cordee.learning.models import Enrolment, SectionTime
from cordee.learning.prepared import add
from cordee.learning.time_limits import OwnTime


@transaction.atomic
def begin_section(*, enrolment: Enrolment, section: Section, now: dt.datetime) -> None:
    """The time runs from `now`. Where it runs already (a second tab, a double click), nothing changes.

    2 queries, 3 where a teacher had given more time. `enrolment` comes with its account, run and version.
    """
    row = SectionTime(enrolment=enrolment, section=section.id, begun_at=now, limit_min=section.limit_min)
    if not add(row, unless_there=True):
        waiting = SectionTime.objects.filter(enrolment=enrolment, section=section.id, begun_at=None)
        if not waiting.update(begun_at=now, limit_min=section.limit_min):
            return
    record_of(enrolment, verb="began", activity=section.id, at=now, data={"limit_min": section.limit_min})


def keep_limit(*, enrolment: Enrolment, section: Section, own: OwnTime) -> None:
    """A version gives more than the learner began with: they have read so, and keep it whatever comes after it.

    Call it where the page is drawn or told. 1 query the first time, else none. `own`: as it was read.
    """
    if own.begun_at is None or section.limit_min <= own.limit_min:
        return
    mine = SectionTime.objects.filter(enrolment=enrolment, section=section.id, begun_at=own.begun_at)
    mine.filter(limit_min__lt=section.limit_min).update(limit_min=section.limit_min)
