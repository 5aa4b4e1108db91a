"""Give one learner more time in a section whose time is limited, or let them begin it again."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import replace
from typing import Final

from django.db import transaction

from cordee.core.errors import N_, InputRefused
from cordee.courses.outlines import Section
from cordee.learning.deciding import decide, read_reason
from cordee.learning.models import Decision, Enrolment, SectionTime
from cordee.learning.queries import own_time
from cordee.people.models import Account

MOST_MINUTES: Final = 24 * 60
MOST_PERCENT: Final = 400


@transaction.atomic
def give_time(
    *,
    enrolment: Enrolment,
    section: Section,
    minutes: float,
    percent: float,
    reason: str,
    by: Account,
    now: dt.datetime,
) -> None:
    """The learner has so many minutes and so much of the limit besides, also while their time runs; 0 and 0: as
    everybody.

    The same again changes nothing. Raises InputRefused for a section without a limit, for what is no time, for time
    that would be over by now, and without a reason.
    """
    reason = read_reason(reason)
    _check_limited(section)
    if not all(map(math.isfinite, (minutes, percent))) or not (0 <= minutes <= MOST_MINUTES):
        raise InputRefused(N_("Give from 0 to {most} minutes more."), most=MOST_MINUTES)
    if not 0 <= percent <= MOST_PERCENT:
        raise InputRefused(N_("Give from 0 to {most} % more."), most=MOST_PERCENT)
    row = _row(enrolment, section)
    because = reason if minutes or percent else ""
    if (row.extra_min, row.extra_percent, row.extra_because) == (minutes, percent, because):
        return
    before = own_time(row)
    over = replace(before, extra_min=minutes, extra_percent=percent).over_at(section)
    if over is not None and over <= now and (minutes or percent):
        raise InputRefused(N_("The time would be over all the same. Give more, or let the learner start again."))
    row.extra_min, row.extra_percent, row.extra_because = minutes, percent, because
    row.save(update_fields=["extra_min", "extra_percent", "extra_because"])
    data = {"minutes": minutes, "percent": percent}
    decide(enrolment, Decision.TIME, about=section.id, data=data, reason=reason, by=by, now=now)


@transaction.atomic
def let_begin_again(*, enrolment: Enrolment, section: Section, reason: str, by: Account, now: dt.datetime) -> None:
    """The section waits for the learner as before they began; what they handed in stays, and attempts stay used.

    Twice is once. Raises InputRefused where they have not begun, and without a reason.
    """
    reason = read_reason(reason)
    _check_limited(section)
    row = _row(enrolment, section)
    if row.begun_at is None:
        if row.anew_because == reason:
            return
        raise InputRefused(N_("The learner has not started this section: there is nothing to start again."))
    data = {"begun": row.begun_at.isoformat()}
    row.begun_at, row.limit_min, row.anew_because = None, None, reason
    row.save(update_fields=["begun_at", "limit_min", "anew_because"])
    decide(enrolment, Decision.ANEW, about=section.id, data=data, reason=reason, by=by, now=now)


def _check_limited(section: Section) -> None:
    if not section.limit_min:
        raise InputRefused(N_("The time of this section is not limited: there is nothing to give."))


def _row(enrolment: Enrolment, section: Section) -> SectionTime:
    """The learner's row, held to the end of the transaction; made where there is none."""
    SectionTime.objects.get_or_create(enrolment=enrolment, section=section.id)
    return SectionTime.objects.select_for_update().get(enrolment=enrolment, section=section.id)
