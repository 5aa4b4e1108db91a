"""Have programs judged again once their task was mended: by the laboratory, each learner gains or stays as they are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from cordee.core import clock
from cordee.core.errors import N_, Conflict, NotYet
from cordee.courses.kinds import installed, judged_apart
from cordee.courses.models import Run
from cordee.courses.outlines import Entry, Outline, pick
from cordee.courses.queries import definitions
from cordee.courses.queries import outline as read_outline
from cordee.jobs.enqueuing import enqueue_many
from cordee.jobs.models import Job
from cordee.jobs.performing import NotNow
from cordee.learning.deciding import read_reason
from cordee.learning.judging.models import JudgedAgain
from cordee.learning.models import ActivityState, Enrolment, Submission
from cordee.learning.regrading import regrade
from cordee.people.models import Account

KIND: Final = "judge-again"
LATER_S: Final = 2.0
ROWS_AT_ONCE: Final = 500


def judge_all_again(*, run: Run, outline: Outline, entry: Entry, reason: str, by: Account, now: dt.datetime) -> int:
    """Ask for it for every last answer of the run that has not all points; how many.

    Once for each answer and content of the activity. Raises InputRefused without a reason, Conflict for another kind.
    """
    reason = read_reason(reason)
    if entry.kind not in installed() or judged_apart(installed()[entry.kind]) is None:
        raise Conflict(N_("This activity is not judged by the laboratory."))
    content = pick(entry.contents, outline.language, outline.language)
    with transaction.atomic():
        states = ActivityState.objects.filter(
            enrolment__run=run, enrolment__left_at__isnull=True, activity=entry.id, last__isnull=False, solved=False
        )
        last = list(states.values_list("last_id", flat=True))
        rows = (JudgedAgain(submission_id=one, content=content, reason=reason, asked_at=now) for one in last)
        JudgedAgain.objects.bulk_create(rows, batch_size=ROWS_AT_ONCE, ignore_conflicts=True)
        data = {"run": run.pk, "reason": reason, "by": by.pk, "content": content}
        # The release before wrote the answer first, and kept nothing of what was found: those are judged once more.
        jobs = ((f"{content}:{one}", {**data, "submission": str(one)}) for one in last)
        enqueue_many(kind=KIND, jobs=jobs, now=now)
    return len(last)


def judge_again(job: Job) -> None:
    """Judge one answer by the activity as the run shows it now. Raises NotNow while nobody here can."""
    submission = (
        Submission.objects.select_related("enrolment__account", "enrolment__run__version", "enrolment__run__course")
        .filter(pk=UUID(job.data["submission"]))
        .first()
    )
    by = Account.objects.filter(pk=job.data["by"]).first()
    if submission is None:
        return
    if by is None:
        _note(job, None)
        return
    enrolment: Enrolment = submission.enrolment
    outline = read_outline(enrolment.run.version.sha256)
    known = outline.entries.get(submission.activity)
    kind = judged_apart(installed()[known[1].kind]) if known is not None and known[1].kind in installed() else None
    if known is None or kind is None:  # the run moved to a version without this activity
        _note(job, None)
        return
    entry = known[1]
    content = pick(entry.contents, submission.language, outline.language)
    try:
        judged = kind.judge(definitions.of([content])[content], submission.answer, is_trial=False)
    except NotYet as later:
        raise NotNow(str(later), wait_s=LATER_S) from later
    if not judged.counts:
        _note(job, None)
        return
    with transaction.atomic():
        counted = regrade(
            enrolment=enrolment,
            outline=outline,
            entry=entry,
            reason=job.data["reason"],
            by=by,
            now=clock.now(),
            judged=(submission.pk, judged.found),
        )
        _note(job, judged.found, gained=counted is not None)


def give_up(job: Job, _why: str) -> None:
    """Nobody could judge it, again and again: what was found first stands."""
    _note(job, None)


def _note(job: Job, found: Mapping[str, Any] | None, *, gained: bool = False) -> None:
    """What came of it. Begun twice, the first that found something counts."""
    # Jobs of the release before name their content at the end of their key alone.
    content = job.data.get("content") or job.key.rpartition(":")[2]
    now = clock.now()
    row, _made = JudgedAgain.objects.get_or_create(
        submission_id=UUID(job.data["submission"]),
        content=content,
        defaults={"reason": job.data["reason"], "asked_at": now},
    )
    told = None if found is None else dict(found)
    JudgedAgain.objects.filter(pk=row.pk, found__isnull=True).update(judged_at=now, found=told, gained=gained)
