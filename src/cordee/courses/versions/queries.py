"""Which versions does a course have, and where do two of them differ?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from cordee.core.errors import N_, NotFound
from cordee.core.kept import Kept
from cordee.courses.differences.course import contents_to_compare, difference
from cordee.courses.differences.model import Change, Difference, Placed, Said
from cordee.courses.models import Course, Run, Version
from cordee.courses.outlines import CONTAINER, Entry, Outline, pick
from cordee.courses.queries import definitions, files_of
from cordee.courses.queries import outline as read_outline
from cordee.courses.versions.approval import USABLE, State, states_of, wants_review
from cordee.courses.versions.models import ReviewStep
from cordee.people.models import Account, RoleGrant
from cordee.people.permissions import TABLE, Subject, grants_of, may

LARGE = ("outline", "files", "extra", "report")
DIFFERENCES_KEPT = 64
CONTENT_SIGNS = 12  # of a content's hash, as a form carries them
MOST_COLLEAGUES = 100  # to choose a reviewer from
MOST_STEPS = 500  # requests that are looked through for somebody
MOST_SHOWN = 20  # of them on one page
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
    state: State = "unneeded"  # of its review


def course_of(key: str) -> Course:
    """1 query. Raises NotFound."""
    organisation, _, number = key.partition("+")
    course = Course.objects.select_related("sheet").filter(organisation=organisation, number=number).first()
    if course is None:
        raise NotFound(N_("There is no course {key} here. Look in the course list."), key=key)
    return course


def versions_of(course: Course, *, sees: Callable[[Run], bool]) -> list[Line]:
    """The latest first, with the runs that `sees` lets through.

    4 queries (3 where no reviews are wanted), and 1 for each version whose outline this process has not read yet.
    """
    states = states_of(course) if wants_review(course.pk) else None
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
            "unneeded" if states is None else states.get(version.number, "unasked"),
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


def compared_with(version: Version) -> int:
    """The version to compare one with that waits for a review: the latest before it that a session may show or shows.

    0 for the first of a course; where there is none, the one before. 3 queries.
    """
    states = states_of(version.course)
    before = [n for n in numbers_of(version.course) if n < version.number]
    shown = set(Run.objects.filter(course=version.course_id).values_list("version__number", flat=True))
    return next((n for n in before if n in shown or states.get(n) in USABLE), before[0] if before else 0)


def colleagues(course: Course) -> list[Account]:
    """Who may review versions of the course, by name; at most 100. 1 query."""
    scopes = _subject(course).scopes
    grants = RoleGrant.objects.filter(role__in=TABLE["course.review"], scope__in=scopes)
    people = Account.objects.filter(pk__in=grants.values("account"), is_active=True)
    return list(people.order_by("name", "pk")[:MOST_COLLEAGUES])


def reviews_for(account: Account) -> tuple[list[ReviewStep], list[ReviewStep]]:
    """What waits for them, and what of their own was answered and is the latest and no session's yet.

    No query for who has no such role, else 2.
    """
    held = [grant for grant in grants_of(account) if grant.role in TABLE["course.review"]]
    if not held:
        return [], []
    last = ReviewStep.objects.order_by("-number").filter(version=OuterRef("version")).values("pk")[:1]
    wanted = Q(version__course__reviews=True)
    if settings.CORDEE.review_versions:
        wanted |= Q(version__course__reviews__isnull=True)
    steps = (
        ReviewStep.objects.filter(wanted, pk=Subquery(last))
        .select_related("version__course")
        .defer(*(f"version__{name}" for name in LARGE))
        .order_by("-at", "-pk")
    )
    asked = steps.filter(kind=ReviewStep.ASKED).exclude(by=account).exclude(author=account)
    newer = Version.objects.filter(course=OuterRef("version__course"), number__gt=OuterRef("version__number"))
    mine = steps.filter(~Exists(newer), author=account).exclude(kind=ReviewStep.ASKED).exclude(by=account)
    mine = mine.exclude(version__runs__isnull=False)
    waiting = [one for one in asked[:MOST_STEPS] if may(account, "course.review", _subject(one.version.course))]
    return waiting[:MOST_SHOWN], list(mine[:MOST_SHOWN])


def title_of_version(version: Version, language: str) -> str:
    """What the course is called in it. No query once this process has read its outline, else 1."""
    outline = read_outline(version.sha256)
    return pick(outline.titles, language, outline.language)


def _subject(course: Course) -> Subject:
    return Subject.of_course(course.organisation, course.number)


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
        (N_("files added: {names}"), sorted(_names(now) - _names(was))),
        (N_("files gone: {names}"), sorted(_names(was) - _names(now))),
    ):
        if names:
            yield Placed(Change(Said(template, {"names": ", ".join(names)}), "harmless"))


def _names(files: Iterable[tuple[str, str]]) -> set[str]:
    """Names of files, whatever the languages that have them: a language that comes or goes is told once."""
    return {name for _language, name in files}


def _light(course: Course) -> QuerySet[Version]:
    return Version.objects.filter(course=course).select_related("published_by").defer(*LARGE)
