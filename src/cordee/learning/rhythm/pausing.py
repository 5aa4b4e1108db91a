"""How does a learner take a pause in a session, and come back?

A pause stops what would call them (the letter of what is due) and what the home page puts first. It moves no deadline:
those are told as they are.
"""

from __future__ import annotations

import datetime as dt
from typing import Final
from zoneinfo import ZoneInfo

from cordee.core.errors import N_, InputRefused
from cordee.learning.models import Enrolment

LONGEST: Final = dt.timedelta(days=366)


def rest_until(*, enrolment: Enrolment, day: dt.date, zone: str, now: dt.datetime) -> None:
    """Rest up to the first moment of that day in the learner's zone. 1 statement. Raises InputRefused."""
    moment = dt.datetime.combine(day, dt.time(), ZoneInfo(zone))
    if moment <= now:
        raise InputRefused(N_("A pause ends on a day to come. Choose a later day."))
    if moment > now + LONGEST:
        raise InputRefused(N_("A pause lasts a year at most. Choose an earlier day, or leave the session."))
    Enrolment.objects.filter(pk=enrolment.pk).update(rests_until=moment)


def come_back(*, enrolment: Enrolment) -> None:
    """End the pause. Again changes nothing. 1 statement."""
    Enrolment.objects.filter(pk=enrolment.pk).update(rests_until=None)


def rests(enrolment: Enrolment, now: dt.datetime) -> bool:
    """Whether the learner takes a pause at this moment."""
    return enrolment.rests_until is not None and now < enrolment.rests_until
