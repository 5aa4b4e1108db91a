"""Say why a version was published. Said once: what others have read does not change."""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.db import transaction

from cordee.core.errors import N_, Conflict, InputRefused
from cordee.courses.models import Version
from cordee.people.auditing import note_act
from cordee.people.models import Account

ACT: Final = "course.publish"
LONGEST_NOTE: Final = 500


def read_note(text: str) -> str:
    """One line. Raises InputRefused."""
    note = " ".join(text.split())
    if "\0" in note:
        raise InputRefused(N_("This holds a sign that no text has. Write it anew."))
    if len(note) > LONGEST_NOTE:
        raise InputRefused(
            N_("This has {signs} signs; at most {most} are kept. Shorten it."), signs=len(note), most=LONGEST_NOTE
        )
    return note


@transaction.atomic
def note_version(*, version: Version, note: str, by: Account | None, now: dt.datetime) -> bool:
    """Whether it was noted now: the same note again is the same (a double click). 2 to 4 queries.

    Raises InputRefused on an empty one, Conflict where the version has another note.
    """
    words = read_note(note)
    if not words:
        raise InputRefused(N_("Write what is new in this version, or why it was published."))
    held = Version.objects.select_for_update().only("note", "number").get(pk=version.pk)
    if held.note == words:
        return False
    if held.note:
        raise Conflict(N_("This version has a note already, and others have read it. It stays as it is."))
    Version.objects.filter(pk=version.pk).update(note=words)
    version.note = words
    place = f"course:{version.course.key}"
    note_act(account=by, act=ACT, place=place, people=0, about=f"note on version {held.number}", now=now)
    return True
