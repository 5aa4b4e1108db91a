"""What does the public page of one course tell?

Its content comes from the version that the proposed session plays, the rest from its sheet. What is not known is not
shown.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from cordee.core.errors import N_, NotFound
from cordee.courses.durations import unit_seconds
from cordee.courses.licences import licence_address, licence_name
from cordee.courses.models import Course
from cordee.courses.opening import DEFAULT_PASS_MARK
from cordee.courses.outlines import Effort, Outline, pick
from cordee.courses.pages import Renderer
from cordee.courses.queries import outline as read_outline
from cordee.courses.sheets.reading import (
    Around,
    Listed,
    around,
    course_by_key,
    courses_about,
    latest_version,
    sheet_of,
)
from cordee.courses.sheets.sheet import Sheet
from cordee.learning.catalogue.cards import language_name
from cordee.learning.catalogue.overview import PREREQUISITES, STAFF, without_sections
from cordee.learning.catalogue.runs import RunLine, Runs, runs_of
from cordee.learning.catalogue.syllabus import ModuleLine, module_lines
from cordee.learning.catalogue.told import Place, Told, organisation_place, told
from cordee.learning.pages.outline import unit_url
from cordee.people.models import Account
from cordee.ui.profile import Stack
from cordee.ui.shell import Link

_HEADING_FIRST = re.compile(r"\s*(<(div|section)>\s*)*<h3")


@dataclass(frozen=True, slots=True)
class WeightLine:
    name: str
    share: float
    count: int

    @property
    def share_percent(self) -> float:
        return 100 * self.share


@dataclass(frozen=True, slots=True)
class OtherCourse:
    """Another course that this one has to do with."""

    title: str
    language: str  # of the title
    language_name: str
    url: str


@dataclass(frozen=True, slots=True)
class ProgrammePlace:
    """A path that leads through the course."""

    name: str
    url: str
    rank: int
    count: int


@dataclass(frozen=True, slots=True)
class CoursePage:
    key: str
    title: str
    language: str  # of the title
    own_language: str
    languages: tuple[str, ...]
    summary: str
    about: SafeString
    about_language: str
    family: str
    effort: tuple[Effort, ...]
    stacks: tuple[Stack, ...]  # units by module: what is drawn when the effort is unknown
    modules: tuple[ModuleLine, ...]
    has_content: bool  # here: the titles of its units are known
    organisation: Place
    categories: tuple[Place, ...]
    programmes: tuple[ProgrammePlace, ...]
    told: Told
    subtitles: str
    versions: tuple[OtherCourse, ...]
    builds_on: tuple[OtherCourse, ...]
    leads_to: tuple[OtherCourse, ...]
    runs: Runs
    run: RunLine | None  # the one to propose
    times_played: int
    enrolled: int  # over all sessions of which the number may be told; 0: none
    pass_mark: float
    best_grade: float  # that anybody can have here
    can_pass: bool
    has_work_not_graded_here: bool
    weights: tuple[WeightLine, ...]
    credits: str
    licence: str
    licence_url: str
    version_sha256: str

    @property
    def about_opens_with_a_heading(self) -> bool:
        """The author's own first heading then stands for ours."""
        return bool(_HEADING_FIRST.match(self.about))

    @property
    def language_names(self) -> str:
        return ", ".join(language_name(code) for code in self.languages)

    @property
    def effort_h(self) -> float:
        return sum(one.total_h for one in self.effort)

    @property
    def least_h(self) -> float:
        return min((one.total_h for one in self.effort), default=0.0)

    @property
    def most_h(self) -> float:
        return max((one.total_h for one in self.effort), default=0.0)

    @property
    def is_elsewhere(self) -> bool:
        """Whether its sessions are all played on other sites: what counts in the grade is known there."""
        return not self.has_content and all(not run.is_here for run in self.runs.lines)

    @property
    def has_team(self) -> bool:
        return bool(self.told.team or self.told.partners)

    @property
    def has_voices(self) -> bool:
        return bool(self.told.used or self.told.opinions or self.told.prizes)

    @property
    def asks_something(self) -> bool:
        return bool(self.told.requires or self.told.needs or self.builds_on)

    @property
    def breadcrumbs(self) -> list[Link]:
        found = [Link(label=gettext("Courses"), url=reverse("catalogue"))]
        return found + [Link(label=one.name, url=one.url) for one in self.categories[:1]]


def course_page(
    key: str, *, account: Account | None, language: str, now: dt.datetime, instead: Sheet | None = None
) -> CoursePage:
    """All of a course's page (5 queries at most, two more for each version that the process has not met).

    `instead`: a sheet that is not stored yet, to look at. Raises NotFound.
    """
    course = course_by_key(key)
    runs = runs_of(course, account=account, smallest=settings.CORDEE.small_cell, now=now)
    run = runs.best()
    shown = run.version_sha256 if run else _without_run(course, is_looked_at=instead is not None)
    sheet = sheet_of(course) if instead is None else instead
    known = around()
    others = courses_about(key, {*sheet.versions, *sheet.after})
    outline = read_outline(shown)
    about = pick(outline.about, language, outline.language) if outline.about else {}
    about_language = language if language in outline.about else outline.language
    renderer = Renderer(shown, about_language, lambda unit: unit_url(run.key, unit) if run else "", now.date())
    seconds = unit_seconds(shown, language) if outline.places else {}
    modules = tuple(module_lines(outline, language, seconds))
    pass_mark = run.pass_mark if run else DEFAULT_PASS_MARK
    titles = sheet.calls_it(outline.titles)
    return CoursePage(
        key=key,
        title=pick(titles, language, outline.language),
        language=language if language in titles else outline.language,
        own_language=outline.language,
        languages=outline.languages,
        summary=about.get("short_description", ""),
        about=renderer(without_sections(about.get("overview", ""), _said_by(sheet))),
        about_language=about_language,
        family=_family(sheet, known, outline),
        effort=outline.effort,
        stacks=() if outline.effort else _stacks(modules),
        modules=modules,
        has_content=any(module.units for module in modules),
        organisation=_organisation(course, outline, known, language),
        categories=tuple(
            Place(known.categories[code].name_in(language), reverse("category", args=[code]))
            for code in sheet.categories
            if code in known.categories
        ),
        programmes=tuple(
            ProgrammePlace(
                one.name_in(language),
                reverse("programme", args=[one.code]),
                one.courses.index(key) + 1,
                len(one.courses),
            )
            for one in known.programmes_with(key)
        ),
        told=told(sheet, language=language, own=outline.language, around=known),
        subtitles=", ".join(language_name(code) for code in sheet.subtitles),
        versions=_others(others, language, lambda one: one.key in sheet.versions or key in one.sheet.versions),
        builds_on=_others(others, language, lambda one: one.key in sheet.after),
        leads_to=_others(others, language, lambda one: key in one.sheet.after),
        runs=runs,
        run=run,
        times_played=sheet.earlier_runs + sum(one.state not in {"coming"} for one in runs.lines),
        enrolled=sum(one.enrolled or 0 for one in runs.lines),
        pass_mark=pass_mark,
        best_grade=outline.best_grade,
        can_pass=outline.lets_pass(pass_mark),
        has_work_not_graded_here=outline.has_work_not_graded_here,
        weights=tuple(
            WeightLine(line.name_in(language, outline.language), line.weight, line.min_count)
            for line in outline.assignment_types
            if line.weight and outline.gives_grade
        ),
        credits=outline.credits,
        licence=licence_name(outline.licence),
        licence_url=licence_address(outline.licence),
        version_sha256=shown,
    )


def _said_by(sheet: Sheet) -> set[str]:
    """The sections of the author's page that the sheet says in places of its own."""
    said = {STAFF: sheet.team, PREREQUISITES: sheet.requires or sheet.needs}
    return {section for section, words in said.items() if words}


def _without_run(course: Course, *, is_looked_at: bool) -> str:
    """A course whose page was written before its first session. Raises NotFound where there is nothing to show."""
    found = ""
    if course.sheet_id or is_looked_at:
        found = latest_version(course, only_without_runs=not is_looked_at)
    if not found:
        raise NotFound(N_("There is no course {key} here. Look in the course list."), key=course.key)
    return found


def _family(sheet: Sheet, known: Around, outline: Outline) -> str:
    """The colours of its first category, else its own."""
    return next((known.categories[code].more for code in sheet.categories if code in known.categories), outline.family)


def _organisation(course: Course, outline: Outline, known: Around, language: str) -> Place:
    place = organisation_place(course.organisation, known, language)
    if place and place.url:
        return place
    return Place(outline.organisation_name or course.organisation, "")


def _stacks(modules: Sequence[ModuleLine]) -> tuple[Stack, ...]:
    return tuple(Stack(len(one.units), one.has_graded_work) for one in modules if one.units)


def _others(found: Iterable[Listed], language: str, is_meant: Callable[[Listed], bool]) -> tuple[OtherCourse, ...]:
    return tuple(other_course(one, language) for one in found if is_meant(one))


def other_course(listed: Listed, language: str) -> OtherCourse:
    """Its title in the reader's language, else in its own. 1 query for a version that the process has not met."""
    outline = read_outline(listed.version_sha256)
    titles = listed.sheet.calls_it(outline.titles)
    return OtherCourse(
        title=pick(titles, language, outline.language),
        language=language if language in titles else outline.language,
        language_name=language_name(outline.language),
        url=reverse("course", args=[listed.key]),
    )
