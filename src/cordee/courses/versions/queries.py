"""Which versions does a course have, and where do two of them differ?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import QuerySet

from cordee.core.errors import N_, NotFound
from cordee.core.kept import Kept
from cordee.courses.differences.course import contents_to_compare, difference
from cordee.courses.differences.model import Change, Difference, Placed, Said
from cordee.courses.models import Course, Run, Version
from cordee.courses.outlines import CONTAINER, Entry, Outline
from cordee.courses.queries import definitions, files_of
from cordee.courses.queries import outline as read_outline

LARGE = ("outline", "files", "extra", "report")
DIFFERENCES_KEPT = 64
CONTENT_SIGNS = 12  # of a content's hash, as a form carries them
PIECES = 400  # contents read at once: a whole course has no more than some thousands


@dataclass(frozen=True, slots=True)
class Line:
    """One version in the list."""

    number: int
    sha256: str
    published_at: dt.datetime
    by: str  # "" for a command, or for who has gone
    note: str
    activities: int
    runs: tuple[Run, ...]  # that show it


def course_of(key: str) -> Course:
    """1 query. Raises NotFound."""
    organisation, _, number = key.partition("+")
    course = Course.objects.select_related("sheet").filter(organisation=organisation, number=number).first()
    if course is None:
        raise NotFound(N_("There is no course {key} here. Look in the course list."), key=key)
    return course


def versions_of(course: Course, *, sees: Callable[[Run], bool]) -> list[Line]:
    """The latest first, with the runs that `sees` lets through.

    2 queries, and 1 for each version whose outline this process has not read yet.
    """
    runs: dict[int, list[Run]] = {}
    for run in Run.objects.filter(course=course).select_related("private_to", "course").order_by("-opens_at"):
        if sees(run):
            runs.setdefault(run.version_id, []).append(run)
    return [
        Line(
            version.number,
            version.sha256,
            version.published_at,
            version.published_by_name,
            version.note,
            activities_in(read_outline(version.sha256)),
            tuple(runs.get(version.pk, ())),
        )
        for version in _light(course).order_by("-number")
    ]


def activities_in(outline: Outline) -> int:
    """How many activities it holds; containers themselves do not count."""
    return sum(1 for _place, entry in outline.entries.values() if entry.kind != CONTAINER)


def version_numbered(course: Course, number: int) -> Version:
    """1 query. Raises NotFound."""
    version = _light(course).filter(number=number).first()
    if version is None:
        raise NotFound(N_("This course has no version {number}. Choose one from its list."), number=number)
    version.course = course
    return version


def numbers_of(course: Course) -> list[int]:
    """The latest first (1 query)."""
    return list(Version.objects.filter(course=course).order_by("-number").values_list("number", flat=True))


def content_once(course_id: int, entry: Entry, begins: str) -> tuple[str, str] | None:
    """Language and hash of what an activity held in another version, by how the hash begins; None when it never did.

    1 query, and 1 for each version whose outline this process has not read yet, the latest first.
    """
    if len(begins) < CONTENT_SIGNS:
        return None
    for sha256 in Version.objects.filter(course=course_id).order_by("-number").values_list("sha256", flat=True):
        known = read_outline(sha256).entries.get(entry.id)
        if known is not None and known[1].kind == entry.kind:
            for language, content in known[1].contents.items():
                if content.startswith(begins):
                    return language, content
    return None


def difference_of(before: Version, after: Version, language: str) -> Difference:
    """Everything that changed from one to the other, titles in `language` ("" for the course's own).

    Up to 2 queries for outlines and files, and 1 for each 400 contents that this process has not read yet; 0 the next
    time: neither version changes.
    """
    return _differences.of((before.sha256, after.sha256, language), lambda: _difference(before, after, language))


_differences: Kept[tuple[str, str, str], Difference] = Kept(DIFFERENCES_KEPT)


def _difference(before: Version, after: Version, language: str) -> Difference:
    old, new = read_outline(before.sha256), read_outline(after.sha256)
    wanted = sorted(contents_to_compare(old, new))
    found: dict[str, Any] = {}
    for start in range(0, len(wanted), PIECES):
        found |= definitions.of(wanted[start : start + PIECES])
    told = difference(old, new, found, language)
    return replace(told, changes=(*told.changes, *_files(before, after)))


def _files(before: Version, after: Version) -> Iterable[Placed]:
    """Files of the same name that hold something else, files that came and files that went."""
    old, new = files_of(before.sha256), files_of(after.sha256)
    was = {(language, name): found for language, names in old.items() for name, found in names.items()}
    now = {(language, name): found for language, names in new.items() for name, found in names.items()}
    for template, names in (
        (N_("files replaced: {names}"), sorted({key[1] for key in was.keys() & now.keys() if was[key] != now[key]})),
        (N_("files added: {names}"), sorted({key[1] for key in now.keys() - was.keys()})),
        (N_("files gone: {names}"), sorted({key[1] for key in was.keys() - now.keys()})),
    ):
        if names:
            yield Placed(Change(Said(template, {"names": ", ".join(names)}), "harmless"))


def _light(course: Course) -> QuerySet[Version]:
    return Version.objects.filter(course=course).select_related("published_by").defer(*LARGE)
