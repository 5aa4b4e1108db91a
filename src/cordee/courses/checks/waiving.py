"""Leave a finding as it is, with the reason; look at it again."""

from __future__ import annotations

import datetime as dt
from typing import Final

from cordee.core.errors import N_, Conflict, InputRefused
from cordee.courses.checks.checking import all_rules
from cordee.courses.checks.models import Waiver
from cordee.courses.models import Course
from cordee.people.models import Account

LONGEST_REASON: Final = 500  # characters


def waive(*, course: Course, rule: str, place: str, reason: str, by: Account, now: dt.datetime) -> Waiver:
    """One finding of a course, in all its versions; the same again changes nothing.

    Raises InputRefused without a reason or a rule, Conflict when somebody has given another reason before.
    """
    reason = " ".join(reason.split())
    if not reason:
        raise InputRefused(N_("Say why it may stay as it is: whoever comes after you will ask."))
    if len(reason) > LONGEST_REASON:
        raise InputRefused(N_("The reason is too long. Write at most {most} characters."), most=LONGEST_REASON)
    if rule not in all_rules() or len(place) > Waiver.LONGEST_PLACE:
        raise InputRefused(N_("There is no such check. Reload the page."))
    wanted = {"reason": reason, "waived_by": by, "waived_by_name": by.name, "waived_at": now}
    found, made = Waiver.objects.get_or_create(course=course, rule=rule, place=place, defaults=wanted)
    if not made and found.reason != reason:
        raise Conflict(N_("Somebody has waived this meanwhile. Their reason is shown below."))
    return found


def look_again(*, course: Course, rule: str, place: str) -> bool:
    """Take a waiver back; whether there was one."""
    gone, _tables = Waiver.objects.filter(course=course, rule=rule, place=place).delete()
    return bool(gone)
