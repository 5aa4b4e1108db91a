"""What of a learner is with a worker, or came back from one; what was judged again; which messages did not help?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, Q

from cordee.courses.kinds import Held
from cordee.learning.judging.models import HeldAnswer, JudgedAgain
from cordee.learning.models import ActivityState, Enrolment, Event

ROWS_AT_ONCE: Final = 5000
A_MOMENT: Final = dt.timedelta(seconds=10)  # longer than a page takes


def held_of(enrolment: Enrolment | None, activities: Collection[str], now: dt.datetime) -> Mapping[str, Held]:
    """By activity id; of what was handed in, only what was a moment ago (1 query, none when nothing is asked)."""
    if enrolment is None or not activities:
        return {}
    return {
        one.activity: Held(
            one.answer, one.is_trial, one.received_at, one.found, one.judged_at is not None and one.found is None
        )
        for one in HeldAnswer.objects.filter(enrolment=enrolment, activity__in=activities)
        if one.judged_at is None or one.found is not None or now - one.judged_at < A_MOMENT
    }


def without_all_points(run_id: int, activities: Collection[str]) -> Mapping[str, int]:
    """Learners of a run whose last answer has not all points, by activity; none for none (1 query)."""
    rows = ActivityState.objects.filter(
        enrolment__run=run_id,
        enrolment__left_at__isnull=True,
        activity__in=activities,
        last__isnull=False,
        solved=False,
    )
    return dict(rows.order_by("activity").values_list("activity").annotate(Count("pk")))


@dataclass(frozen=True, slots=True)
class Again:
    """What was found of an answer when it was judged again: in place of what was found first."""

    found: Mapping[str, Any]
    reason: str
    at: dt.datetime


def judged_again_of(submissions: Collection[UUID]) -> Mapping[UUID, Again]:
    """The newest judgement of each that was judged again (1 query, none when nothing is asked)."""
    if not submissions:
        return {}
    rows = JudgedAgain.objects.filter(submission__in=submissions, found__isnull=False).order_by("judged_at", "pk")
    return {
        one.submission_id: Again(one.found, one.reason, one.judged_at)
        for one in rows
        if one.found is not None and one.judged_at is not None
    }


@dataclass(frozen=True, slots=True)
class Round:
    """The answers to an activity that were last asked to be judged again, counted."""

    at: dt.datetime
    asked: int
    waiting: int
    gained: int  # have more points by it
    unjudged: int  # nobody could


def latest_round(run_id: int, activity: str) -> Round | None:
    """Those of the latest press; None: nothing was judged again (2 queries)."""
    here = JudgedAgain.objects.filter(submission__enrolment__run=run_id, submission__activity=activity)
    newest = here.order_by("-asked_at", "-pk").first()
    if newest is None:
        return None
    found = here.filter(content=newest.content, asked_at=newest.asked_at).aggregate(
        asked=Count("pk"),
        waiting=Count("pk", filter=Q(judged_at=None)),
        gained=Count("pk", filter=Q(gained=True)),
        unjudged=Count("pk", filter=Q(judged_at__isnull=False, found__isnull=True)),
    )
    return Round(at=newest.asked_at, **found)


@dataclass(frozen=True, slots=True)
class Unhelped:
    """A message of which learners said that it did not help them, by its rule; `told`: how many were told it."""

    rule: str
    learners: int
    told: int


def unhelped_in(run_key: str, activity: str) -> Sequence[Unhelped]:
    """Those of one activity, the one that did not help most learners first (1 query, 1 more where there are any)."""
    events = Event.objects.filter(run=run_key, activity=activity)
    said: dict[str, set[UUID]] = {}
    for actor, rule in events.filter(verb="unhelped").values_list("actor", "data__rule"):
        said.setdefault(rule, set()).add(actor)
    if not said:
        return ()
    told = {rule: set(actors) for rule, actors in said.items()}  # who says so was told it, if only by judging again
    for actor, rules in events.filter(verb="told").values_list("actor", "data__rules").iterator(ROWS_AT_ONCE):
        for rule in said.keys() & set(rules):
            told[rule].add(actor)
    found = (Unhelped(rule, len(actors), len(told[rule])) for rule, actors in said.items())
    return sorted(found, key=lambda one: (-one.learners, one.rule))
