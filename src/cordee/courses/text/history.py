"""What did the versions of a course that were published here call its parts, and from which texts were they made?

A part is known by its id for good; its name in the text may change (`was`). Older versions are read only when the
latest does not answer.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from cordee.courses.models import Course, Version
from cordee.courses.outlines import Outline
from cordee.courses.publishing import TEXT
from cordee.courses.queries import outline as read_outline
from cordee.formats.coursetext.folder import DRAWER

LEVELS = ("chapter", "sequential", "vertical")  # tags of modules, sections, units
CountAnswers = Callable[[Course], Mapping[str, int]]  # how many answers each activity has, over all runs


@dataclass(frozen=True, slots=True)
class Known:
    """A part of a published version. `tag`: of OLX, which tells a quiz from a poll."""

    id: str
    tag: str


@dataclass(frozen=True, slots=True)
class Issue:
    """One version: its number, when it was published, and what names its outline."""

    number: int
    sha256: str
    published_at: dt.datetime


class History:
    """The published versions of one course, the latest first; there is at least one."""

    def __init__(
        self,
        issues: Sequence[Issue],
        *,
        outline: Callable[[str], Outline],
        texts: Callable[[int], Mapping[str, str]],
        answers: Callable[[], Mapping[str, int]] | None = None,
    ) -> None:
        """`outline`: by SHA-256; `texts`: of a version by number; `answers`: None where nobody can count them."""
        self.issues = tuple(issues)
        self._outline, self._texts, self._answers = outline, texts, answers
        self._read_texts: dict[int, Mapping[str, str]] = {}

    @cached_property
    def latest(self) -> Mapping[str, Known]:
        """What the latest version holds, by the names of its text."""
        return names_in(self._outline(self.issues[0].sha256))

    def find(self, name: str) -> Known | None:
        """What the name meant in the latest version that had it."""
        return self.latest.get(name) or self._before.get(name)

    @cached_property
    def _before(self) -> Mapping[str, Known]:
        """What older versions held, a name that several had as in the latest of them. Each is read once."""
        found: dict[str, Known] = {}
        for issue in self.issues[1:]:
            for name, known in names_in(self._outline(issue.sha256)).items():
                found.setdefault(name, known)
        return found

    def texts(self, number: int) -> Mapping[str, str]:
        """Path -> text of the folder that a version was made from; none for one that came from elsewhere."""
        if number not in self._read_texts:
            self._read_texts[number] = self._texts(number)
        return self._read_texts[number]

    @cached_property
    def answers(self) -> Mapping[str, int] | None:
        """How many answers each activity has, by its id; None: nobody can tell."""
        return None if self._answers is None else self._answers()


def names_in(outline: Outline) -> dict[str, Known]:
    """Everything of an outline by its name in the text."""
    found: dict[str, Known] = {}
    for module in outline.modules:
        found[module.called or module.id] = Known(module.id, LEVELS[0])
        for section in module.sections:
            found[section.called or section.id] = Known(section.id, LEVELS[1])
            for unit in section.units:
                found[unit.called or unit.id] = Known(unit.id, LEVELS[2])
    for _place, entry in outline.entries.values():
        found.setdefault(entry.called or entry.id, Known(entry.id, entry.tag))
    return found


def history_of(organisation: str, number: str, count: CountAnswers | None = None) -> History | None:
    """None when no version was published here. 2 queries; more when outlines, texts and answers are asked for."""
    course = Course.objects.filter(organisation=organisation, number=number).first()
    return None if course is None else _history(course, None, count)


def history_until(sha256: str) -> History | None:
    """The version that this names, and those before it. 2 queries; more as of `history_of`."""
    version = (
        Version.objects.filter(sha256=sha256).order_by("-number").select_related("course").only("course", "number")
    )
    found = version.first()
    return None if found is None else _history(found.course, found.number, None)


def _history(course: Course, until: int | None, count: CountAnswers | None) -> History | None:
    rows = Version.objects.filter(course=course).order_by("-number").values_list("number", "sha256", "published_at")
    issues = [Issue(*row) for row in rows if until is None or row[0] <= until]
    if not issues:
        return None

    def texts(wanted: int) -> Mapping[str, str]:
        rows = Version.objects.filter(course=course, number=wanted)
        files: Any = rows.values_list(f"extra__{TEXT}__files", flat=True).get()
        return {path: text for path, text in (files or {}).items() if not path.startswith(f"{DRAWER}/")}

    answers = None if count is None else (lambda: count(course))
    return History(issues, outline=read_outline, texts=texts, answers=answers)
