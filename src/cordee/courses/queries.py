"""Every read of this room's tables, one function a question."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db.models import QuerySet

from cordee.core.errors import N_, NotFound
from cordee.courses.kinds import installed
from cordee.courses.models import Content, Course, Run, Version
from cordee.courses.outlines import Outline, from_json
from cordee.people.models import Account
from cordee.people.permissions import Subject, grants_of

OUTLINES_KEPT = 64
HELD = 8
DEFINITIONS_KEPT = 4096


@dataclass(frozen=True, slots=True)
class Held:
    """What a version contains that no row says: it is shown to its author alone, by this process alone."""

    outline: Outline
    files: Mapping[str, Mapping[str, tuple[str, str]]]  # as `files_of`


_held: dict[str, Held] = {}  # by the version's hash


def hold(version_sha256: str, held: Held) -> None:
    """From now on this process knows the version, until `HELD` others came after it."""
    _held[version_sha256] = held
    for forgotten in list(_held)[:-HELD]:
        del _held[forgotten]


def outline(version_sha256: str) -> Outline:
    """What a version contains (1 query the first time in a process, then 0: versions never change)."""
    held = _held.get(version_sha256)
    return held.outline if held else _outline(version_sha256)


@lru_cache(maxsize=OUTLINES_KEPT)
def _outline(version_sha256: str) -> Outline:
    data = Version.objects.filter(sha256=version_sha256).values_list("outline", flat=True).first()
    if data is None:
        raise NotFound(N_("This version of the course is not here. Go back to the course list."))
    return from_json(data)


@lru_cache(maxsize=OUTLINES_KEPT)
def course_names(version_sha256: str) -> tuple[str, str]:
    """Organisation and number of a version's course (1 query the first time in a process, then 0).

    Of courses with the same content, the one that had it first: its links are those that the others copied.
    """
    held = Version.objects.filter(sha256=version_sha256).order_by("pk")
    return held.values_list("course__organisation", "course__number").first() or ("", "")


def files_of(version_sha256: str) -> Mapping[str, Mapping[str, tuple[str, str]]]:
    """Files by language and name: (sha256, content type). 1 query the first time in a process, then 0."""
    held = _held.get(version_sha256)
    return held.files if held else _files_of(version_sha256)


@lru_cache(maxsize=OUTLINES_KEPT)
def _files_of(version_sha256: str) -> Mapping[str, Mapping[str, tuple[str, str]]]:
    data: Any = Version.objects.filter(sha256=version_sha256).values_list("files", flat=True).first()
    return {
        language: {name: (found[0], found[1]) for name, found in files.items()}
        for language, files in (data or {}).items()
    }


class Definitions:
    """Definitions by content hash, kept by the process: a content never changes."""

    def __init__(self) -> None:
        self._kept: dict[str, Any] = {}

    def of(self, hashes: Iterable[str]) -> Mapping[str, Any]:
        """Definitions of several contents (1 query for those not yet kept, else 0)."""
        wanted = list(hashes)
        missing = [sha256 for sha256 in wanted if sha256 not in self._kept]
        if missing:
            if len(self._kept) + len(missing) > DEFINITIONS_KEPT:
                self._kept.clear()
            for row in Content.objects.filter(sha256__in=missing):
                self._kept[row.sha256] = installed()[row.kind].from_json(row.data)
        return {sha256: self._kept[sha256] for sha256 in wanted if sha256 in self._kept}


definitions = Definitions()


def run_by_key(key: str) -> Run:
    """The run with its course and version (1 query). Raises NotFound."""
    try:
        return _light().get(key=key)
    except Run.DoesNotExist:
        raise NotFound(N_("There is no session {key}. Choose one in the course list."), key=key) from None


def owner_of_private_run(key: str) -> str:
    """The code of the organisation whose own run it is; "" for every other key (1 query)."""
    return Run.objects.filter(key=key).values_list("private_to__code", flat=True).first() or ""


def subject_of_run(run: Run, *, standing: Collection[str] = ()) -> Subject:
    """What holds a run, as roles are asked. No query for a run that was read here."""
    owner = run.private_to.code if run.private_to is not None else ""
    return Subject.of_run_key(run.key, owner=owner, standing=standing)


def subject_of_run_key(key: str, account: Account | None) -> Subject:
    """The same before it is known whether there is one. 1 query for who has a role in an organisation, else 0 (and 1
    for the roles).
    """
    in_organisation = account is not None and any(one.scope.startswith("org:") for one in grants_of(account))
    return Subject.of_run_key(key, owner=owner_of_private_run(key) if in_organisation else "")


def private_runs_of(code: str) -> list[Run]:
    """An organisation's own runs, the latest first (1 query)."""
    return list(_light().filter(private_to__code=code).order_by("-opens_at"))


def listed_runs() -> list[Run]:
    """Runs of the course list, with course and version (1 query)."""
    return list(_light().filter(listed=True).order_by("opens_at"))


def courses_played_here() -> frozenset[str]:
    """Keys of the courses that have a listed run on this site (1 query)."""
    rows = Run.objects.filter(listed=True, host=Run.HERE).values_list("course__organisation", "course__number")
    return frozenset(f"{organisation}+{number}" for organisation, number in rows)


def runs_elsewhere_of(course: Course) -> list[Run]:
    """The listed runs of a course that are played on other sites, the latest first (1 query)."""
    return list(_light().filter(course=course, listed=True).exclude(host=Run.HERE).order_by("-opens_at", "key"))


def latest_runs() -> list[Run]:
    """Every run, listed or not, the latest first (1 query)."""
    return list(_light().order_by("-opens_at"))


def runs_of_course(course_key: str) -> list[Run]:
    """Every run of a course, listed or not, the latest first (1 query); empty when there is no such course."""
    organisation, _, number = course_key.partition("+")
    return list(_light().filter(course__organisation=organisation, course__number=number).order_by("-opens_at"))


def is_in_course_list(course_id: int) -> bool:
    """Whether a session of the course is listed: without one it has no page to enrol on (1 query)."""
    return Run.objects.filter(course=course_id, listed=True).exists()


def _light() -> QuerySet[Run]:
    """Runs with what every page needs of course, version and owner, without the large columns."""
    return Run.objects.select_related("course", "version", "private_to").defer(
        "version__outline", "version__files", "version__extra", "version__report"
    )


def import_report_of(version: Version) -> Mapping[str, Any]:
    """What the author should know of the version's import (1 query)."""
    report: Mapping[str, Any] = Version.objects.values_list("report", flat=True).get(pk=version.pk)
    return report


def cost_estimates(versions: Collection[int]) -> Mapping[int, Mapping[str, Any]]:
    """What making each version costs, as `checks.costs.Estimate.to_json` gave it when it was published (1 query).

    A version that was published before that was reckoned is left out.
    """
    rows = Version.objects.filter(pk__in=list(versions)).values_list("pk", "report__estimate")
    return {pk: estimate for pk, estimate in rows if estimate is not None}
