"""Let a run show another version of its course. Answers stay with the version that they were given to."""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.db import transaction

from cordee.core.errors import N_, Conflict, InputRefused
from cordee.courses.differences.model import Weight
from cordee.courses.models import Run, Version
from cordee.courses.search.indexing import index_courses
from cordee.courses.versions.approval import is_usable, refuse_unapproved
from cordee.courses.versions.queries import difference_of
from cordee.people.auditing import note_act
from cordee.people.models import Account

ACT: Final = "run.version"


def move_run(*, run: Run, to: Version, seen: int, by: Account | None, now: dt.datetime, people: int = 0) -> bool:
    """Whether the run moved: one that shows `to` already stays (a double click). Call it inside a transaction.

    `seen`: the number of the version that the run showed to whoever decided. `people`: how many have a place in it.
    Raises InputRefused for a version of another course, Conflict when somebody else moved the run since, ReviewFirst
    for a version that a colleague has to approve before.
    """
    if to.course_id != run.course_id:
        raise InputRefused(N_("This version belongs to another course. Choose one of this course."))
    held = Run.objects.select_for_update(of=("self",), no_key=True).select_related("version", "course")
    now_shown = held.defer("version__outline", "version__files", "version__extra", "version__report").get(pk=run.pk)
    if now_shown.version_id == to.pk:
        run.version = to
        return False
    if now_shown.version.number != seen:
        raise Conflict(
            N_("Somebody else moved this session meanwhile: it shows version {number} now. Look again, then decide."),
            number=now_shown.version.number,
        )
    refuse_unapproved(to)
    _show(now_shown, to, by=by, people=people, now=now)
    run.version = to
    return True


@transaction.atomic
def set_following(*, run: Run, follows: bool, by: Account, now: dt.datetime) -> bool:
    """Whether the run follows harmless changes from now on; False when it did so already. 1 to 3 queries."""
    if not Run.objects.filter(pk=run.pk, follows_harmless=not follows).update(follows_harmless=follows):
        return False
    run.follows_harmless = follows
    about = "follows harmless changes" if follows else "no longer follows harmless changes"
    note_act(account=by, act=ACT, place=f"run:{run.key}", people=0, about=about, now=now)
    return True


def follow_harmless(version: Version, now: dt.datetime) -> list[Run]:
    """The runs of the course that moved to a version that may be shown now: those whose teachers wish it, where it is
    harmless and newer than what they show.

    Call it in the transaction that publishes or approves. 1 query where no run wishes it; whether the version may be
    shown is asked once for all of them.
    """
    wishing = Run.objects.filter(course=version.course_id, follows_harmless=True, host=Run.HERE)
    runs = wishing.select_for_update(of=("self",), no_key=True).select_related("version", "course").order_by("pk")
    weights: dict[int, Weight] = {}
    followed: list[Run] = []
    if not runs or not is_usable(version):
        return followed
    for run in runs:
        if run.version.number > version.number:  # approved after a newer one that it shows already
            continue
        if run.version_id not in weights:
            weights[run.version_id] = difference_of(run.version, version, "").weight
        if run.version_id != version.pk and weights[run.version_id] == "harmless":
            _show(run, version, by=None, people=0, now=now)
            followed.append(run)
    return followed


def _show(run: Run, to: Version, *, by: Account | None, people: int, now: dt.datetime) -> None:
    """To be called for a version that may be shown."""
    before, run.version = run.version.number, to
    run.save(update_fields=["version"])
    about = f"version {before} to {to.number}"
    note_act(account=by, act=ACT, place=f"run:{run.key}", people=people, about=about, now=now)
    if run.listed:
        index_courses([run.course_id])
