"""Ask for a hint, or say that a message does not help: nothing is handed in or counted, and the journal keeps it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.utils.crypto import salted_hmac

from cordee.courses.kinds import FOUND, judged_apart
from cordee.learning.journal import record_of, record_once
from cordee.learning.judging.queries import judged_again_of
from cordee.learning.models import Enrolment, Event, Submission
from cordee.learning.submitting import Task


@dataclass(frozen=True, slots=True)
class Asked:
    """What a learner asked for at one activity: how many hints; `unhelped`: attempt and rule of what did not help."""

    hints: int = 0
    unhelped: frozenset[tuple[int, str]] = frozenset()


def note_hint(*, enrolment: Enrolment, task: Task, hint: int, now: dt.datetime) -> None:
    """For who looks at where learners stumble. `hint`: which one, from 1 (1 query)."""
    record_of(
        enrolment,
        verb="asked_hint",
        activity=task.entry.id,
        content=task.content,
        at=now,
        data={"hint": hint},
    )


def note_unhelped(*, enrolment: Enrolment, task: Task, rule: str, now: dt.datetime) -> None:
    """That what the last submission was told by this rule did not help its learner (3 queries).

    Once for each submission and rule, however often the button is pressed; nothing of what it was not told.
    """
    apart = judged_apart(task.kind)
    last = Submission.objects.filter(enrolment=enrolment, activity=task.entry.id).order_by("-attempt").first()
    if apart is None or last is None:
        return
    again = judged_again_of([last.pk]).get(last.pk)
    if rule not in apart.told(again.found if again else last.answer.get(FOUND) or {}):
        return
    # The same number each time: the journal takes it once, also from two tabs at a time. By the site's key, so that
    # nobody else finds the trace of somebody who was erased by the receipt of what they had handed in.
    number = salted_hmac("unhelped", f"{last.pk} {rule}", algorithm="sha256").digest()[:16]
    record_once(
        UUID(bytes=number),
        enrolment,
        verb="unhelped",
        data={"rule": rule, "attempt": last.attempt},
        activity=task.entry.id,
        content=task.content,
        at=now,
    )


def asked_of(enrolment_id: int, activities: Collection[str]) -> Mapping[str, Asked]:
    """What their learner asked for in this session, by activity, where it was anything (1 query)."""
    mine = Enrolment.objects.filter(pk=enrolment_id)
    actor, run = mine.values("account__pseudonym")[:1], mine.values("run__key")[:1]
    events = Event.objects.filter(
        actor=actor, run=run, verb__in=("asked_hint", "unhelped"), activity__in=activities
    ).values_list("activity", "verb", "data")
    asked: dict[str, Asked] = {}
    for activity, verb, data in events:
        one = asked.get(activity, Asked())
        if verb == "asked_hint":
            asked[activity] = Asked(max(one.hints, int(data["hint"])), one.unhelped)
        else:
            asked[activity] = Asked(one.hints, one.unhelped | {(int(data["attempt"]), str(data["rule"]))})
    return asked
