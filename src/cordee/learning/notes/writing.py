"""How does a learner keep something for themselves on a unit: a bookmark, a note?"""

from __future__ import annotations

import datetime as dt
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction

from cordee.core.errors import N_, Conflict, InputRefused, NotYet
from cordee.core.ids import uuid7
from cordee.learning.models import Enrolment, UnitNote, UnitView

LONGEST_NOTE: Final = 20_000  # signs


class NoteTooLong(InputRefused):
    """More signs than fit."""


class NoteChanged(Conflict):
    """The note was changed elsewhere since the form was drawn. Nothing was written."""


def set_bookmark(*, enrolment: Enrolment, unit: str, marked: bool, now: dt.datetime) -> None:
    """Mark the unit, or take the mark away; the same again changes nothing. 1–2 statements. Raises NotYet."""
    views = UnitView.objects.filter(enrolment=enrolment, unit=unit)
    if marked:
        views.filter(bookmarked_at=None).update(bookmarked_at=now)
    else:
        views.update(bookmarked_at=None)
    if marked and not views.exists():
        raise NotYet(N_("You have not opened this unit yet. Open it, then mark it."))


def keep_note(*, enrolment: Enrolment, unit: str, text: str, seen: UUID | None, now: dt.datetime) -> None:
    """Write `text` in place of the note that the form was drawn with; blank text deletes it. 3–5 statements.

    `seen`: that note's revision, None where there was none. The same text again (a double click) changes nothing.
    Raises NoteTooLong, NotYet for a unit that was never opened, and NoteChanged.
    """
    text = cleaned(text)
    if len(text) > LONGEST_NOTE:
        raise NoteTooLong(
            N_("This note has {signs} signs and {most} fit. Shorten it: nothing of it is lost so far."),
            signs=len(text),
            most=LONGEST_NOTE,
        )
    try:
        with transaction.atomic():
            _write(enrolment, unit, text, seen, now)
    except IntegrityError:  # another tab wrote the first one at the same moment
        raise NoteChanged(CHANGED) from None


def cleaned(text: str) -> str:
    """Line ends of one sort, no signs that a database refuses, nothing at the end."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").rstrip()


CHANGED: Final = N_("This note was changed in another tab or on another device. Nothing is lost: compare the two.")


def _write(enrolment: Enrolment, unit: str, text: str, seen: UUID | None, now: dt.datetime) -> None:
    held = UnitNote.objects.select_for_update().filter(enrolment=enrolment, unit=unit).first()
    if (held.text if held else "") == text:
        return
    if (held.revision if held else None) != seen:
        raise NoteChanged(CHANGED)
    opened = UnitView.objects.filter(enrolment=enrolment, unit=unit).update(noted_at=now if text else None)
    if not opened:
        raise NotYet(N_("You have not opened this unit yet. Open it, then write your note."))
    if held is None:
        UnitNote.objects.create(enrolment=enrolment, unit=unit, text=text, changed_at=now)
    elif text:
        held.text, held.revision, held.changed_at = text, uuid7(), now
        held.save(update_fields=["text", "revision", "changed_at"])
    else:
        held.delete()
