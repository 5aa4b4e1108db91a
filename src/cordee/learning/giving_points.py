"""Give a learner points in place of those earned, for a reason that the learner reads; or take that back."""

from __future__ import annotations

import datetime as dt
import math

from django.db import transaction
from django.db.models import QuerySet

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

    Taken back, points given by hand give way to what grading again had given, if it had; that is taken back the same
    way, once nothing is given by hand. The answers stay as they are. The same again changes nothing (a double click).
    Raises InputRefused for points that the activity does not have, and without a reason. `enrolment` comes with its
    account, run, version and cohort.
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
    if _is_so(state, points, reason):
        return
    before = state.points
    floor = _floor_of(state) if points is None and state.is_given_by_hand else None
    state.given, state.given_because = floor or (points, reason if points is not None else "")
    state.given_is_floor = floor is not None
    state.possible = entry.points if state.possible is None else state.possible
    state.save(update_fields=["given", "given_because", "given_is_floor", "possible"])
    data = {"before": before, "given": points, "possible": entry.points}
    if floor is not None:
        data["floor"] = floor[0]
    decide(enrolment, Decision.POINTS, about=entry.id, data=data, reason=reason, by=by, now=now)
    update_grade(enrolment, outline, now)


def _past(state: ActivityState) -> QuerySet[Decision]:
    """What was decided about points here, the latest first."""
    kinds = (Decision.POINTS, Decision.REGRADE)
    return Decision.objects.filter(enrolment=state.enrolment_id, about=state.activity, kind__in=kinds).order_by("-pk")


def _is_so(state: ActivityState, points: float | None, reason: str) -> bool:
    """Whether this was decided a moment ago."""
    if points is not None:
        return state.is_given_by_hand and (state.given, state.given_because) == (points, reason)
    if state.given is None:
        return True
    last = None if state.is_given_by_hand else _past(state).first()
    return last is not None and last.kind == Decision.POINTS and last.data["given"] is None and last.reason == reason


def _floor_of(state: ActivityState) -> tuple[float, str] | None:
    """The most that grading again gave since it was last taken back, and why; None: it gave nothing (1 query)."""
    found: list[tuple[float, str]] = []
    for one in _past(state):
        if one.kind == Decision.REGRADE:
            found.append((one.data["after"], one.reason))
        elif one.data["given"] is None and "floor" not in one.data:
            break
    return max(found, key=lambda one: one[0], default=None)
