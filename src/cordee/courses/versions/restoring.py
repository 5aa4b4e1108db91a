"""Publish an earlier version again: the course gets a new version that holds what that one held."""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.db import transaction

from cordee.core.errors import N_, Conflict
from cordee.courses.models import Course, Version
from cordee.courses.search.indexing import index_courses
from cordee.courses.versions.moving import follow_harmless
from cordee.courses.versions.noting import read_note
from cordee.people.auditing import note_act
from cordee.people.models import Account

ACT: Final = "course.publish"


@transaction.atomic
def restore_version(
    *, version: Version, note: str, seen: int, by: Account | None, now: dt.datetime
) -> tuple[Version, bool]:
    """The latest version, which then holds what `version` held, and whether it was added now.

    A latest version of the same content is not published again (a double click, a second tab). `seen`: the number that
    was the latest before whoever decided. Its files are there still: no file of a version is ever taken away. 5 queries
    and those of runs that follow. Raises InputRefused, Conflict when somebody published meanwhile.
    """
    words = read_note(note)
    course = Course.objects.select_for_update().get(pk=version.course_id)
    latest = Version.objects.filter(course=course).order_by("-number").first()
    if latest is not None and latest.sha256 == version.sha256:
        return latest, False
    if latest is not None and latest.number != seen:
        raise Conflict(
            N_("Version {number} was published meanwhile. Look at it, then decide again."), number=latest.number
        )
    whole = Version.objects.get(pk=version.pk)
    added = Version.objects.create(
        course=course,
        number=(latest.number if latest else 0) + 1,
        sha256=whole.sha256,
        outline=whole.outline,
        files=whole.files,
        extra=whole.extra,
        report=whole.report,
        published_at=now,
        published_by=by,
        published_by_name=by.name if by else "",
        note=words,
    )
    about = f"version {version.number} restored as {added.number}"
    note_act(account=by, act=ACT, place=f"course:{course.key}", people=0, about=about, now=now)
    follow_harmless(added, now)
    index_courses([course.pk])
    return added, True
