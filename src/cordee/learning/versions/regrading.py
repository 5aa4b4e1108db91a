"""Grade every answer of a run again by the version that it is to show; or put the scores of before back.

One transaction: the run, then every enrolment in the order of its number is locked, so that answers handed in meanwhile
wait (a second at most) and are then graded by the newer version (`submitting` finds out by `marks_of`). Answers are
never touched: what changes is which score counts. What was there before is kept for each learner.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.db.models import Sum, TextField
from django.db.models.functions import Cast

from cordee.core.errors import N_, Conflict
from cordee.courses.models import Run, Version
from cordee.courses.queries import outline as read_outline
from cordee.courses.versions.moving import ACT, move_run
from cordee.learning.deciding import read_reason
from cordee.learning.journal import record_grades
from cordee.learning.marking import update_grade
from cordee.learning.models import ActivityState, Enrolment, Regrade, RegradedEnrolment
from cordee.learning.prepared import add_columns, as_stored, change_values
from cordee.learning.versions.planning import Before, Plan, Standing, Uncollected, fetch, plan_regrade
from cordee.people.auditing import note_act
from cordee.people.models import Account

BATCH: Final = 500  # learners read at once


@Uncollected()
@transaction.atomic
def move_and_regrade(
    *, run: Run, to: Version, seen: int, reason: str, by: Account | None, now: dt.datetime
) -> Regrade | None:
    """The run shows `to`, and every answer counts as `to` grades it. None when no score changed by it.

    `seen`: the number of the version that the run showed to whoever decided; `to` may be that one. Raises InputRefused
    without a reason or for a version of another course, Conflict when somebody moved the run meanwhile. A double click
    finds nothing to do. Some 20 queries, whatever the number of learners; the plan's among them. SQLite gets up
    to 1 more for each 100 rows that change (`change_values`).
    """
    reason = read_reason(reason)
    held = Run.objects.select_for_update(of=("self",), no_key=True).select_related("version").get(pk=run.pk)
    before = held.version
    people = _lock(run)
    move_run(run=run, to=to, seen=seen, by=by, now=now, people=people)
    plan = plan_regrade(run, read_outline(to.sha256), shown=read_outline(before.sha256))
    changed = [one for one in plan.standings.values() if one.before or one.new_grade != one.grade]
    regrade = None
    if changed:
        regrade = Regrade.objects.create(
            run=run,
            from_version=before,
            to_version=to,
            reason=reason,
            figures=plan.figures.to_json(),
            made_by=by,
            made_by_name=by.name if by else "",
            made_at=now,
        )
        _keep_what_was(regrade, changed)
        about = f"regrade {regrade.pk} by version {to.number}: {reason}"[:200]
        note_act(account=by, act=ACT, place=f"run:{run.key}", people=len(changed), about=about, now=now)
    _write_states(plan, now)
    _write_grades(plan, run, to, now)
    return regrade


@Uncollected()
@transaction.atomic
def undo_regrade(*, regrade: Regrade, by: Account | None, now: dt.datetime) -> int:
    """How many learners have their scores of before again: all whom it changed, but who handed in something since.

    The run stays on its version. Undone once, it is undone (a double click). Raises Conflict for a regrade that is not
    the latest of its run. Some 12 queries, and 3 for each learner to whom points were given since.
    """
    run = (
        Run.objects.select_for_update(of=("self",), no_key=True)
        .select_related("version", "course")
        .get(pk=regrade.run_id)
    )
    held = Regrade.objects.select_for_update(of=("self",)).get(pk=regrade.pk)
    if held.undone_at is not None:
        return held.put_back or 0
    if Regrade.objects.filter(run=run, pk__gt=held.pk, undone_at__isnull=True).exists():
        raise Conflict(N_("The session was graded again since. Undo the later regrade first."))
    _lock(run)
    sums = ActivityState.objects.filter(enrolment__run=run).values_list("enrolment").annotate(n=Sum("attempts"))
    attempts = dict(sums.order_by())
    kept = _kept(held)
    untouched = [one for one in kept if attempts.get(one.enrolment, 0) == one.attempts]
    _restore_states(run, untouched)
    _restore_grades(run, untouched, now)
    held.undone_by, held.undone_by_name, held.undone_at = by, by.name if by else "", now
    held.put_back = len(untouched)
    held.save(update_fields=["undone_by", "undone_by_name", "undone_at", "put_back"])
    note_act(
        account=by, act=ACT, place=f"run:{run.key}", people=len(untouched), about=f"regrade {held.pk} undone", now=now
    )
    return len(untouched)


def _lock(run: Run) -> int:
    """Whoever hands something in waits from here on. How many learners the run has."""
    return len(Enrolment.objects.select_for_update(of=("self",)).filter(run=run).order_by("pk").values_list("pk"))


def _keep_what_was(regrade: Regrade, changed: Sequence[Standing]) -> None:
    """Scores and grade before, for each learner (1 query)."""
    written: dict[tuple[str, Before], str] = {}  # few are different: each is written as JSON once
    states: list[str] = []
    for one in changed:
        parts: list[str] = []
        for known in one.before.items():
            part = written.get(known)
            if part is None:
                part = written[known] = json.dumps(dict((known,)))[1:-1]
            parts.append(part)
        states.append(f"{{{', '.join(parts)}}}")
    own: dict[str, Sequence[Any]] = {
        "enrolment_id": [one.enrolment for one in changed],
        "grade_before": [one.grade for one in changed],
        "grade_after": [one.new_grade for one in changed],
        "attempts": [one.attempts for one in changed],
        "states": states,
    }
    add_columns(RegradedEnrolment, own, regrade_id=regrade.pk)


def _write_states(plan: Plan, now: dt.datetime) -> None:
    """In the order of their keys: by their values, each page of the table would be written again and again."""
    at = as_stored(ActivityState, "regraded_at", now)
    rows = [(*row, at) for row in plan.states]
    change_values(ActivityState, ("earned", "possible", "solved", "regraded_at"), rows, stored=True)


def _write_grades(plan: Plan, run: Run, to: Version, now: dt.datetime) -> None:
    """Grades where they changed, marks for all: they say of which version they are. A changed grade is an event."""
    everybody = sorted(plan.standings.values(), key=lambda one: one.enrolment)
    changed = [one for one in everybody if one.new_grade != one.grade]
    same = [one for one in everybody if one.new_grade == one.grade]
    at = as_stored(Enrolment, "graded_at", now)
    rows = [(one.enrolment, one.marks, to.pk, one.new_grade, at) for one in changed]
    change_values(Enrolment, ("marks", "marks_of", "grade", "graded_at"), rows, stored=True)
    change_values(Enrolment, ("marks", "marks_of"), [(one.enrolment, one.marks, to.pk) for one in same], stored=True)
    said = ((one.pseudonym, one.new_grade) for one in changed)
    record_grades(said, run=run.key, version=to.number, pass_mark=run.pass_mark, at=now)


@dataclass(frozen=True, slots=True)
class _Kept:
    """What one learner had before a regrade, as `RegradedEnrolment` keeps it."""

    enrolment: int
    grade_before: float
    grade_after: float
    attempts: int
    states: Mapping[str, Sequence[Any]]


def _kept(regrade: Regrade) -> list[_Kept]:
    """In the order of enrolments (1 query)."""
    names = ("enrolment_id", "grade_before", "grade_after", "attempts", Cast("states", TextField()))
    rows = RegradedEnrolment.objects.filter(regrade=regrade).order_by("enrolment_id").values_list(*names)
    return [_Kept(who, before, after, n, json.loads(states)) for who, before, after, n, states in fetch(rows)]


def _restore_states(run: Run, learners: Sequence[_Kept]) -> None:
    """By enrolment and activity (3 queries)."""
    wanted = {one.enrolment: one.states for one in learners}
    nothing: Mapping[str, Sequence[Any]] = {}
    names = {activity for one in learners for activity in one.states}
    states = ActivityState.objects.filter(enrolment__run=run, activity__in=names)
    first: list[tuple[Any, ...]] = []
    earlier: list[tuple[Any, ...]] = []  # their score before was that of an earlier regrade
    for key, enrolment, activity in fetch(states.order_by("pk").values_list("pk", "enrolment_id", "activity")):
        was = wanted.get(enrolment, nothing).get(activity)
        if was is not None:
            earned, possible, solved, again = was
            if again:
                earlier.append((key, earned, possible, solved))
            else:
                first.append((key, earned, possible, solved, None))
    names_of = ("earned", "possible", "solved")
    change_values(ActivityState, names_of, earlier, stored=True)
    change_values(ActivityState, (*names_of, "regraded_at"), first, stored=True)


def _restore_grades(run: Run, learners: Sequence[_Kept], now: dt.datetime) -> None:
    """The grade of before; where something else changed it since (points given), it is computed anew."""
    rows = Enrolment.objects.filter(run=run).order_by().values_list("pk", "grade", "account__pseudonym")
    present = {pk: (grade, pseudonym) for pk, grade, pseudonym in fetch(rows)}
    same = [one for one in learners if present[one.enrolment][0] == one.grade_after]
    at = as_stored(Enrolment, "graded_at", now)
    change_values(
        Enrolment,
        ("grade", "graded_at", "marks_of"),
        [(one.enrolment, one.grade_before, at, None) for one in same],
        stored=True,
    )
    said = ((present[one.enrolment][1], one.grade_before) for one in same if one.grade_before != one.grade_after)
    record_grades(said, run=run.key, version=run.version.number, pass_mark=run.pass_mark, at=now)
    others = {one.enrolment for one in learners} - {one.enrolment for one in same}
    outline = read_outline(run.version.sha256)
    for some in _batches(sorted(others)):
        chosen = Enrolment.objects.select_related("account", "run__version", "cohort").filter(pk__in=some)
        for enrolment in chosen.order_by("pk"):
            update_grade(enrolment, outline, now)


def _batches(keys: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(keys), BATCH):
        yield keys[start : start + BATCH]
