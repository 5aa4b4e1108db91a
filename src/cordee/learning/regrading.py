"""Grade an answer again with the problem as it stands now: its author has mended it since."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction

from cordee.core.errors import N_, Conflict, NotYet
from cordee.courses.kinds import FOUND, AnswerUnreadable, graded_at_once, installed, judged_apart
from cordee.courses.outlines import Entry, Outline, pick
from cordee.courses.queries import definitions
from cordee.learning.deciding import decide, read_reason
from cordee.learning.marking import update_grade
from cordee.learning.models import ActivityState, Decision, Enrolment, Submission
from cordee.people.models import Account


@transaction.atomic
def regrade(
    *,
    enrolment: Enrolment,
    outline: Outline,
    entry: Entry,
    reason: str,
    by: Account,
    now: dt.datetime,
    judged: tuple[UUID, Mapping[str, Any]] | None = None,
) -> float | None:
    """Grade the last answer to `entry` by the version of the run; the better of what it earned and earns now counts.

    The answer and its first verdict stay as they are: what changes is what counts, at least these points from now on,
    with this reason; a later answer that earns more counts more. The points that count now; None when nothing changed.
    `judged`: the submission that a worker judged anew, and what it found; nothing changes where another one is the last
    by now, and points given by hand stand: nobody decided about this learner. Raises Conflict where there is no answer
    or no grader, where the problem now asks something else, or where a worker has to judge.
    """
    reason = read_reason(reason)
    kind = installed().get(entry.kind)
    grader = graded_at_once(kind) if kind is not None and not entry.ungradable else None
    if grader is None:
        raise Conflict(N_("This activity is not graded by the machine, so it cannot be graded again. Give points."))
    if judged is None and judged_apart(grader) is not None:
        raise Conflict(N_("Programs are judged again on the page of their exercise, all of them together."))
    Enrolment.objects.select_for_update().get(pk=enrolment.pk)
    state = ActivityState.objects.select_related("last").filter(enrolment=enrolment, activity=entry.id).first()
    last: Submission | None = state.last if state else None
    if state is None or last is None:
        raise NotYet(N_("Nothing was handed in here yet, so there is nothing to grade again."))
    if judged is not None and judged[0] != last.pk:
        return None
    content = pick(entry.contents, last.language, outline.language)
    answer = last.answer if judged is None else {**last.answer, FOUND: dict(judged[1])}
    try:
        result = grader.grade(definitions.of([content])[content], answer, last.seed)
    except (AnswerUnreadable, KeyError, ValueError):
        raise Conflict(
            N_("The problem now asks for something else than what was answered. Give points instead.")
        ) from None
    earned = result.score.weighted(entry.rules.weight).earned
    before = state.points or 0.0
    data = {"attempt": last.attempt, "before": before, "after": earned}
    if judged is not None and state.is_given_by_hand:
        if earned > (state.earned or 0.0):  # it counts once those are taken back
            data["stands"] = before
            decide(enrolment, Decision.REGRADE, about=entry.id, data=data, reason=reason, by=by, now=now)
        return None
    if earned <= before:
        return None
    state.given, state.given_because, state.given_is_floor = earned, reason, True
    state.possible = entry.points if state.possible is None else state.possible
    state.solved = state.solved or (result.score.possible > 0 and result.score.earned >= result.score.possible)
    state.save(update_fields=["given", "given_because", "given_is_floor", "possible", "solved"])
    decide(enrolment, Decision.REGRADE, about=entry.id, data=data, reason=reason, by=by, now=now)
    update_grade(enrolment, outline, now)
    return earned
