"""What does the public page of one course tell?"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.safestring import SafeString

from cordee.core.errors import N_, NotFound
from cordee.courses.licences import licence_name
from cordee.courses.models import Run
from cordee.courses.outlines import Outline, pick
from cordee.courses.pages import Renderer
from cordee.courses.queries import outline as read_outline
from cordee.courses.queries import runs_of_course
from cordee.learning.access import is_shown
from cordee.learning.catalogue.cards import CourseCard, RunState, best_run, card_of, language_name, state_of
from cordee.learning.pages.outline import unit_url
from cordee.learning.queries import enrolments_of, told_counts
from cordee.people.models import Account

_HEADING_FIRST = re.compile(r"\s*(<(div|section)>\s*)*<h3")


@dataclass(frozen=True, slots=True)
class RunLine:
    key: str
    name: str  # the last part of its key
    opens_at: dt.datetime
    closes_at: dt.datetime | None
    state: RunState
    may_enrol: bool
    enrolled: int | None  # None: too few to tell the public
    mine: bool


@dataclass(frozen=True, slots=True)
class ModuleLine:
    number: int
    title: str
    units: tuple[str, ...]
    graded: tuple[str, ...]  # "Quiz": assignment types of its graded sections


@dataclass(frozen=True, slots=True)
class WeightLine:
    name: str
    share: float
    count: int

    @property
    def share_percent(self) -> float:
        return 100 * self.share


@dataclass(frozen=True, slots=True)
class CoursePage:
    card: CourseCard
    about: SafeString
    about_language: str
    effort_h: float
    pass_mark: float
    best_grade: float  # that anybody can have here
    can_pass: bool
    has_work_not_graded_here: bool
    weights: tuple[WeightLine, ...]
    modules: tuple[ModuleLine, ...]
    runs: tuple[RunLine, ...]
    run: RunLine  # the one to enrol in
    credits: str
    licence: str

    @property
    def about_opens_with_a_heading(self) -> bool:
        """The author's own first heading then stands for ours."""
        return bool(_HEADING_FIRST.match(self.about))

    @property
    def language_names(self) -> str:
        return ", ".join(language_name(code) for code in self.card.languages)


def course_page(key: str, *, account: Account | None, language: str, now: dt.datetime) -> CoursePage:
    """All of a course's page (4 queries at most). Raises NotFound."""
    runs = runs_of_course(key)
    if not runs:
        raise NotFound(N_("There is no course {key} here. Look in the course list."), key=key)
    run = best_run(runs, now)
    outline = read_outline(run.version.sha256)
    mine = {enrolment.run_id for enrolment in enrolments_of(account)} if account else set()
    counts = told_counts([one.pk for one in runs])
    lines = {one.pk: _run_line(one, counts, mine, now) for one in runs}
    chosen = next((line for line in lines.values() if line.mine and line.state != "over"), lines[run.pk])
    about = pick(outline.about, language, outline.language) if outline.about else {}
    about_language = language if language in outline.about else outline.language
    renderer = Renderer(run.version.sha256, about_language, lambda unit: unit_url(run.key, unit), now.date())
    return CoursePage(
        card=card_of(run, language, now),
        about=renderer(about.get("overview", "")),
        about_language=about_language,
        effort_h=sum(one.total_h for one in outline.effort),
        pass_mark=run.pass_mark,
        best_grade=outline.best_grade,
        can_pass=outline.lets_pass(run.pass_mark),
        has_work_not_graded_here=outline.has_work_not_graded_here,
        weights=tuple(
            WeightLine(line.name, line.weight, line.min_count)
            for line in outline.assignment_types
            if line.weight and outline.gives_grade
        ),
        modules=tuple(_module_lines(outline, language)),
        runs=tuple(lines.values()),
        run=chosen,
        credits=outline.credits,
        licence=licence_name(outline.licence),
    )


def _run_line(run: Run, counts: Mapping[int, int], mine: set[int], now: dt.datetime) -> RunLine:
    closed = run.enrolment_closes_at is not None and run.enrolment_closes_at <= now
    state = state_of(run, now)
    return RunLine(
        key=run.key,
        name=run.key.rpartition("+")[2],
        opens_at=run.opens_at,
        closes_at=run.closes_at,
        state=state,
        may_enrol=state != "over" and not closed and run.host == Run.HERE,
        enrolled=counts.get(run.pk),
        mine=run.pk in mine,
    )


def _module_lines(outline: Outline, language: str) -> Iterable[ModuleLine]:
    places = outline.places
    for number, module in enumerate(outline.modules, 1):
        units = [unit for section in module.sections for unit in section.units]
        shown = [unit for unit in units if is_shown(places[unit.id], None, groups=(), teaches=False)]
        if shown:
            yield ModuleLine(
                number=number,
                title=pick(module.titles, language, outline.language),
                units=tuple(pick(unit.titles, language, outline.language) for unit in shown),
                graded=tuple(section.assignment_type for section in module.sections if section.graded),
            )
