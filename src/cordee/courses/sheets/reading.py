"""Which sheets and classing does a public page read?"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import IntegerField, OuterRef, Q, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Cast

from cordee.core.errors import N_, NotFound
from cordee.core.two_languages import of_both
from cordee.courses.models import Category, Course, Programme, Run, SheetEdition, Version
from cordee.courses.sheets.sheet import Sheet, read_sheet
from cordee.people.models import Organisation

_POSITION: Final = Cast("position", IntegerField())


@dataclass(frozen=True, slots=True)
class Named:
    """Something with a page of its own: an organisation, a category, a programme."""

    code: str
    names: Mapping[str, str]  # language -> name
    more: str  # a category's colour family

    def name_in(self, language: str) -> str:
        return of_both(language, self.names["fr"], self.names["en"])


@dataclass(frozen=True, slots=True)
class NamedProgramme:
    code: str
    names: Mapping[str, str]
    courses: tuple[str, ...]  # keys in order
    organisation: str

    def name_in(self, language: str) -> str:
        return of_both(language, self.names["fr"], self.names["en"])


@dataclass(frozen=True, slots=True)
class Around:
    """What the site knows by a code."""

    organisations: Mapping[str, Named]
    categories: Mapping[str, Named]
    programmes: tuple[NamedProgramme, ...]  # in order

    def programmes_with(self, key: str) -> list[NamedProgramme]:
        return [one for one in self.programmes if key in one.courses]


@dataclass(frozen=True, slots=True)
class Listed:
    """A course that has a public page, as lists of people and paths need it."""

    key: str
    version_sha256: str
    data: Mapping[str, object]  # its sheet as plain JSON

    @property
    def sheet(self) -> Sheet:
        return read_sheet(self.data)


def course_by_key(key: str) -> Course:
    """The course with its sheet (1 query). Raises NotFound."""
    organisation, _, number = key.partition("+")
    course = Course.objects.select_related("sheet").filter(organisation=organisation, number=number).first()
    if course is None:
        raise NotFound(N_("There is no course {key} here. Look in the course list."), key=key)
    return course


def sheet_of(course: Course) -> Sheet:
    """What its page says beside its content; an empty sheet when nobody wrote one (no query after course_by_key)."""
    return read_sheet(course.sheet.data) if course.sheet else Sheet()


def written_titles(course_ids: Iterable[int]) -> Mapping[int, Mapping[str, str]]:
    """By course, the titles that its page gives in place of those of its content (1 query); none for most courses."""
    rows = Course.objects.filter(pk__in=list(course_ids), sheet__data__has_key="titles")
    return dict(rows.values_list("pk", "sheet__data__titles"))


def around() -> Around:
    """Every organisation, category and programme by code, without what is told of them (1 query)."""
    nothing, zero = Value("", TextField()), Value(0, IntegerField())
    rows = _rows(Organisation.objects.all(), ("organisation", zero, nothing, nothing)).union(
        _rows(Category.objects.all(), ("category", _POSITION, Cast("family", TextField()), nothing)),
        _rows(
            Programme.objects.all(),
            ("programme", _POSITION, Cast("courses", TextField()), Cast("organisation", TextField())),
        ),
        all=True,
    )
    organisations: dict[str, Named] = {}
    categories: dict[str, Named] = {}
    programmes: list[NamedProgramme] = []
    for kind, _position, code, french, english, first, second in sorted(rows, key=lambda row: row[:3]):
        names = {"fr": french, "en": english}
        if kind == "programme":
            programmes.append(NamedProgramme(code, names, tuple(json.loads(first)), second))
        else:
            (organisations if kind == "organisation" else categories)[code] = Named(code, names, first)
    return Around(organisations, categories, tuple(programmes))


def _rows(found: QuerySet[Any], told: tuple[str, Any, Any, Any]) -> QuerySet[Any, tuple[Any, ...]]:
    kind, position, first, second = told
    return found.order_by().values_list(
        Value(kind, TextField()), position, Cast("code", TextField()), "name_fr", "name_en", first, second
    )


def listed_courses() -> list[Listed]:
    """Every course with a listed run, by key (1 query). The version is the latest run's."""
    return _listed(Q())


def courses_about(key: str, keys: Iterable[str]) -> list[Listed]:
    """Those among `keys`, and those whose sheet names `key` (1 query)."""
    wanted = Q(written__contains=json.dumps(key))
    for one in keys:
        organisation, _, number = one.partition("+")
        wanted |= Q(organisation=organisation, number=number)
    return [one for one in _listed(wanted) if one.key != key]


def _listed(wanted: Q) -> list[Listed]:
    latest = Run.objects.filter(course=OuterRef("pk"), listed=True).order_by("-opens_at").values("version__sha256")[:1]
    rows = (
        Course.objects.annotate(shown=Subquery(latest), written=Cast("sheet__data", TextField()))
        .filter(wanted, shown__isnull=False)
        .order_by("organisation", "number")
        .values_list("organisation", "number", "shown", "sheet__data")
    )
    return [Listed(f"{organisation}+{number}", sha256, data or {}) for organisation, number, sha256, data in rows]


def latest_version(course: Course, *, only_without_runs: bool) -> str:
    """The latest version's sha256 (1 query); "" when there is none.

    `only_without_runs`: and when the course has any session, though it were not listed.
    """
    found = Version.objects.filter(course=course).order_by("-number")
    if only_without_runs:
        found = found.filter(course__runs__isnull=True)
    return found.values_list("sha256", flat=True).first() or ""


@dataclass(frozen=True, slots=True)
class Edition:
    """One line of a sheet's history."""

    number: int
    made_at: dt.datetime
    by: str  # "" for a command
    is_current: bool


def editions_of(course: Course) -> list[Edition]:
    """The latest first (1 query)."""
    rows = SheetEdition.objects.filter(course=course).order_by("-number")
    return [
        Edition(number, made_at, by, pk == course.sheet_id)
        for pk, number, made_at, by in rows.values_list("pk", "number", "made_at", "made_by_name")
    ]


def edition_of(course: Course, number: int) -> SheetEdition:
    """1 query. Raises NotFound."""
    found = SheetEdition.objects.filter(course=course, number=number).first()
    if found is None:
        raise NotFound(N_("This page has no edition {number}. Choose one from its history."), number=number)
    return found


def category_by_code(code: str) -> Category:
    """1 query. Raises NotFound."""
    found = Category.objects.filter(code=code).first()
    if found is None:
        raise NotFound(N_("There is no field {code} here. Look in the course list."), code=code[:60])
    return found


def programme_by_code(code: str) -> Programme:
    """1 query. Raises NotFound."""
    found = Programme.objects.filter(code=code).first()
    if found is None:
        raise NotFound(N_("There is no path {code} here. Look in the list of paths."), code=code[:60])
    return found
