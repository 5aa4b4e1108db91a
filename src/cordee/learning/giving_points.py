"""Give a learner points in place of those earned, for a reason that the learner reads; or take that back."""

from __future__ import annotations

import datetime as dt
import math

from django.db import transaction

from cordee.core.errors import N_, InputRefused
from cordee.courses.outlines import Entry, Outline
from cordee.learning.deciding import decide, read_reason
from cordee.learning.marking import update_grade
from cordee.learning.models import ActivityState, Decision, Enrolment
from cordee.people.models import Account


@transaction.atomic
def give_points(
    *,
    enrolment: Enrolment,
    outline: Outline,
    entry: Entry,
    points: float | None,
    reason: str,
    by: Account,
    now: dt.datetime,
) -> None:
    """`points` of `entry` count from now on, whatever is handed in; None: what was earned counts again.

    The answers stay as they are. The same again changes nothing (a double click). Raises InputRefused for points that
    the activity does not have, and without a reason. `enrolment` comes with its account, run, version and cohort.
    """
    reason = read_reason(reason)
    if points is not None and not (math.isfinite(points) and 0 <= points <= entry.points):
        raise InputRefused(
            N_("{points} cannot be given here. Give a number from 0 to {most}."),
            points=points,
            most=entry.points,
        )
    Enrolment.objects.select_for_update().get(pk=enrolment.pk)  # an answer that is handed in now queues here
    state, _made = ActivityState.objects.get_or_create(
        enrolment=enrolment, activity=entry.id, defaults={"possible": entry.points}
    )
    if (state.given, state.given_because) == (points, reason if points is not None else ""):
        return
    before = state.points
    state.given, state.given_because = points, reason if points is not None else ""
    state.possible = entry.points if state.possible is None else state.possible
    state.save(update_fields=["given", "given_because", "possible"])
    data = {"before": before, "given": points, "possible": entry.points}
    decide(enrolment, Decision.POINTS, about=entry.id, data=data, reason=reason, by=by, now=now)
    update_grade(enrolment, outline, now)
