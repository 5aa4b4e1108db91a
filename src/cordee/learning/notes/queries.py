"""What did this person write and mark for themselves?"""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse

from cordee.courses.outlines import Outline, pick
from cordee.courses.queries import outline as read_outline
from cordee.learning.models import Enrolment, UnitNote, UnitView
from cordee.people.models import Account
from cordee.ui.outline import numbered


@dataclass(frozen=True, slots=True)
class Note:
    """A note as it is now."""

    text: str
    revision: UUID
    changed_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Kept:
    """A unit that somebody marked, or wrote about."""

    unit: str  # its heading, or its id where the session has it no more
    url: str  # "" where it cannot be opened any more
    note_url: str
    text: str  # "" for a bookmark alone
    bookmarked: bool
    changed_at: dt.datetime  # of the note, else of the bookmark


@dataclass(frozen=True, slots=True)
class KeptInRun:
    """What somebody keeps of one session, in the order of the course."""

    run_key: str
    title: str
    has_left: bool
    units: tuple[Kept, ...]


def note_on(enrolment: Enrolment, unit: str) -> Note | None:
    """1 query."""
    found = UnitNote.objects.filter(enrolment=enrolment, unit=unit).first()
    return Note(found.text, found.revision, found.changed_at) if found else None


def kept_by(account: Account, *, language: str, search: str = "") -> tuple[KeptInRun, ...]:
    """All notes and bookmarks, of sessions that were left too, the latest session first; those that hold every word.

    3 queries, and one for each version that the process has not met.
    """
    enrolments = list(
        Enrolment.objects.filter(account=account)
        .select_related("run__version")
        .defer("run__version__outline", "run__version__files", "run__version__extra", "run__version__report")
        .order_by("-enrolled_at", "-pk")
    )
    notes = {(one.enrolment_id, one.unit): one for one in UnitNote.objects.filter(enrolment__account=account)}
    marks = {
        (one.enrolment_id, one.unit): one
        for one in UnitView.objects.filter(enrolment__account=account, bookmarked_at__isnull=False)
    }
    words = plain(search).split()
    found = []
    for enrolment in enrolments:
        ids = {unit for owner, unit in notes.keys() | marks.keys() if owner == enrolment.pk}
        if not ids:
            continue
        outline = read_outline(enrolment.run.version.sha256)
        title = pick(outline.titles, language, outline.language)
        units = []
        for unit in _in_order(ids, outline):
            one = _kept(
                enrolment, outline, unit, language, notes.get((enrolment.pk, unit)), marks.get((enrolment.pk, unit))
            )
            told = plain(f"{title} {one.unit} {one.text}")
            if all(word in told for word in words):
                units.append(one)
        if units:
            found.append(KeptInRun(enrolment.run.key, title, enrolment.left_at is not None, tuple(units)))
    return tuple(found)


def plain(words: str) -> str:
    """For searching: neither case nor accents count."""
    return "".join(sign for sign in unicodedata.normalize("NFKD", words).casefold() if not unicodedata.combining(sign))


def _in_order(ids: Iterable[str], outline: Outline) -> list[str]:
    rank = {unit: number for number, unit in enumerate(outline.places)}
    return sorted(ids, key=lambda unit: (rank.get(unit, len(rank)), unit))


def _kept(
    enrolment: Enrolment, outline: Outline, unit: str, language: str, note: UnitNote | None, mark: UnitView | None
) -> Kept:
    place = outline.places.get(unit)
    is_there = place is not None and enrolment.left_at is None
    moment = note.changed_at if note else mark.bookmarked_at if mark else None
    if moment is None:
        raise ValueError(f"neither a note nor a bookmark on {unit}")
    return Kept(
        unit=numbered(place.number, pick(place.unit.titles, language, outline.language)) if place else unit,
        url=reverse("unit", args=[enrolment.run.key, unit]) if is_there else "",
        note_url=reverse("unit-note", args=[enrolment.run.key, unit]) if is_there else "",
        text=note.text if note else "",
        bookmarked=mark is not None,
        changed_at=moment,
    )
