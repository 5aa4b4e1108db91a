"""Give a course's public page another text. What stood there before stays in its history."""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.db import transaction

from cordee.core.errors import N_, Conflict
from cordee.courses.models import Course, SheetEdition
from cordee.courses.search.indexing import index_courses
from cordee.courses.sheets.sheet import Sheet, to_json
from cordee.people.auditing import note_act
from cordee.people.models import Account

ACT: Final = "course.sheet"


@transaction.atomic
def write_sheet(
    *, course: Course, sheet: Sheet, by: Account | None, now: dt.datetime, seen: int | None = None
) -> tuple[SheetEdition, bool]:
    """The edition that holds it, and whether it was added now: the same sheet again adds none. 2 to 5 queries.

    `by` is None for a command. `seen`: the number of the edition that the writer had before them, 0 for none. Raises
    Conflict when somebody else wrote one since.
    """
    held = Course.objects.select_for_update().get(pk=course.pk)
    latest = SheetEdition.objects.filter(pk=held.sheet_id).first() if held.sheet_id else None
    number = latest.number if latest else 0
    data = to_json(sheet)
    if latest and latest.data == data:
        return latest, False  # a double click, or both wrote the same
    if seen is not None and seen != number:
        raise Conflict(N_("Somebody else changed this page meanwhile. Open it again and compare."))
    edition = SheetEdition.objects.create(
        course=held, number=number + 1, data=data, made_by=by, made_by_name=by.name if by else "", made_at=now
    )
    Course.objects.filter(pk=held.pk).update(sheet=edition)
    course.sheet = edition
    note_act(account=by, act=ACT, place=f"course:{held.key}", people=0, about=f"edition {edition.number}", now=now)
    index_courses([held.pk])
    return edition, True
