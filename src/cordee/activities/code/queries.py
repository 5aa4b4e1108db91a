"""What was handed in: by one learner, each time; by everybody in a run, each the last time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db.models import OuterRef, Subquery

from cordee.activities.code.findings import FULL, points_of
from cordee.courses.kinds import FOUND
from cordee.learning.judging.models import JudgedAgain
from cordee.learning.models import ActivityState, Submission

MOST_EARLIER: Final = 20
FOUND_OF_LAST: Final = f"last__answer__{FOUND}__"
MET: Final = ("verdict", "messages__0__0", "cards__0__rule", "failing__verdict", "failing__name")


@dataclass(frozen=True, slots=True)
class Earlier:
    """One attempt with its files by name."""

    attempt: int
    received_at: dt.datetime
    points: int  # of 100
    programs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Recalled:
    """What is known of one learner at one exercise: attempts, the latest first, and how many hints they asked for.

    `unhelped`: of which attempt they said that which message did not help, by the name of its rule.
    """

    earlier: tuple[Earlier, ...] = ()
    hints: int = 0
    unhelped: frozenset[tuple[int, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Cluster:
    """Learners whose last program meets the same. `key`: "right", "rule:NAME", "card:NAME", "test:VERDICT:NAME"."""

    key: str
    count: int
    example: UUID  # the latest submission of them


def earlier_programs(enrolment_id: int, activities: Collection[str]) -> Mapping[str, tuple[Earlier, ...]]:
    """By activity, the latest first; of all together, the latest 20 for each that there is (1 query).

    Points are those of the newest judgement.
    """
    found: dict[str, list[Earlier]] = {}
    rows = Submission.objects.filter(enrolment_id=enrolment_id, activity__in=activities).order_by("-received_at")
    fields = ("activity", "attempt", "received_at", "answer", "earned", "possible")
    newest = JudgedAgain.objects.filter(submission=OuterRef("pk"), found__isnull=False).order_by("-judged_at", "-pk")
    for one in rows.only(*fields).annotate(again=Subquery(newest.values("found")[:1]))[
        : MOST_EARLIER * len(activities)
    ]:
        score = FULL * (one.earned or 0.0) / one.possible if one.possible else 0.0
        points = points_of(score if one.again is None else float(one.again["score"]))
        programs = tuple((name, str(text)) for name, text in one.answer.items() if name != FOUND)
        found.setdefault(one.activity, []).append(Earlier(one.attempt, one.received_at, points, programs))
    return {activity: tuple(mine) for activity, mine in found.items()}


def clusters_of(run_id: int, activity: str) -> Sequence[Cluster]:
    """The last programs of everybody who is in the run, by what they meet, the largest first (2 queries).

    Of one that was judged again, the newest judgement tells.
    """
    again = JudgedAgain.objects.filter(
        submission__enrolment__run=run_id, submission__activity=activity, found__isnull=False
    ).order_by("judged_at", "pk")
    newest = {one: met for one, *met in again.values_list("submission_id", *(f"found__{name}" for name in MET))}
    states = ActivityState.objects.filter(
        enrolment__run_id=run_id, enrolment__left_at__isnull=True, activity=activity, last__isnull=False
    )
    rows = states.order_by("last_at").values_list("last_id", *(f"{FOUND_OF_LAST}{name}" for name in MET))
    counts: dict[str, int] = {}
    examples: dict[str, UUID] = {}
    for submission, *found in rows:
        key = _key(*newest.get(submission, found))
        counts[key] = counts.get(key, 0) + 1
        examples[key] = submission
    return sorted((Cluster(key, count, examples[key]) for key, count in counts.items()), key=lambda one: -one.count)


def _key(verdict: str, message: str | None, card: str | None, ended: str | None, test: str | None) -> str:
    if verdict == "accepted":
        return "right"
    if message:
        return f"rule:{message}"
    if card:  # the cause, before what came of it in a test
        return f"card:{card}"
    return f"test:{ended or verdict}:{test or ''}"


def submissions(ids: Collection[UUID]) -> Mapping[UUID, Submission]:
    """With their learners (1 query)."""
    return {one.pk: one for one in Submission.objects.select_related("enrolment__account").filter(pk__in=ids)}
