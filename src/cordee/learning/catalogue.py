"""Which courses can one take here, and what is each one?"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.timezone import get_current_timezone_name
from django.utils.translation import get_language_info, gettext

from cordee.core.errors import N_, NotFound
from cordee.courses.compiling import UNKNOWN_LANGUAGE
from cordee.courses.licences import licence_name
from cordee.courses.models import Run
from cordee.courses.outlines import Effort, Outline, pick
from cordee.courses.pages import Renderer
from cordee.courses.queries import listed_runs, runs_of_course
from cordee.courses.queries import outline as read_outline
from cordee.learning.access import is_shown
from cordee.learning.pages.outline import unit_url
from cordee.learning.queries import enrolments_of, told_counts
from cordee.people.models import Account
from cordee.ui import dates
from cordee.ui.outline import Tag
from cordee.ui.profile import Stack

_HEADING_FIRST = re.compile(r"\s*(<(div|section)>\s*)*<h3")

RunState = Literal["coming", "open", "over"]


@dataclass(frozen=True, slots=True)
class CourseCard:
    key: str
    title: str
    language: str  # of the title
    languages: tuple[str, ...]
    organisation: str
    summary: str
    family: str
    effort: tuple[Effort, ...]
    stacks: tuple[Stack, ...]  # units by module: what is drawn when the effort is unknown
    state: RunState
    opens_at: dt.datetime
    self_paced: bool
    url: str
    tags: tuple[Tag, ...]
    facts: tuple[str, ...]
    language_label: str  # when the title is in another language than the page

    @property
    def workload(self) -> tuple[Effort, ...] | None:
        return self.effort or None


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


def language_name(code: str) -> str:
    """The language by its own name, e.g. "Français"; the code itself when nobody here knows it."""
    try:
        return str(get_language_info(code)["name_local"]).capitalize()
    except KeyError:
        return gettext("language not stated") if code == UNKNOWN_LANGUAGE else code


def course_cards(*, language: str, now: dt.datetime) -> list[CourseCard]:
    """One card a course with a listed run (1 query; one more for each version that the process has not met)."""
    by_course: dict[int, list[Run]] = {}
    for run in listed_runs():
        by_course.setdefault(run.course_id, []).append(run)
    cards = [_card(_best(runs, now), language, now) for runs in by_course.values()]
    return sorted(cards, key=lambda card: (("open", "coming", "over").index(card.state), card.title.casefold()))


def course_page(key: str, *, account: Account | None, language: str, now: dt.datetime) -> CoursePage:
    """All of a course's page (4 queries at most). Raises NotFound."""
    runs = runs_of_course(key)
    if not runs:
        raise NotFound(N_("There is no course {key} here. Look in the course list."), key=key)
    run = _best(runs, now)
    outline = read_outline(run.version.sha256)
    mine = {enrolment.run_id for enrolment in enrolments_of(account)} if account else set()
    counts = told_counts([one.pk for one in runs])
    lines = {one.pk: _run_line(one, counts, mine, now) for one in runs}
    chosen = next((line for line in lines.values() if line.mine and line.state != "over"), lines[run.pk])
    about = pick(outline.about, language, outline.language) if outline.about else {}
    about_language = language if language in outline.about else outline.language
    renderer = Renderer(run.version.sha256, about_language, lambda unit: unit_url(run.key, unit), now.date())
    return CoursePage(
        card=_card(run, language, now),
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


def _state(run: Run, now: dt.datetime) -> RunState:
    if run.opens_at > now:
        return "coming"
    return "over" if run.closes_at is not None and run.closes_at <= now else "open"


def _best(runs: list[Run], now: dt.datetime) -> Run:
    """The run to propose: an open one, else the next to come, else the last."""
    order = {"open": 0, "coming": 1, "over": 2}
    return min(
        runs,
        key=lambda run: (
            order[_state(run, now)],
            run.opens_at.timestamp() if run.opens_at > now else -run.opens_at.timestamp(),
        ),
    )


def _card(run: Run, language: str, now: dt.datetime) -> CourseCard:
    outline = read_outline(run.version.sha256)
    about = pick(outline.about, language, outline.language) if outline.about else {}
    state = _state(run, now)
    zone = get_current_timezone_name()
    hours = sum(one.total_h for one in outline.effort)
    shown_language = language if language in outline.titles else outline.language
    opening = gettext("starts %(day)s") % {"day": dates.day(run.opens_at, zone, language, now=now)}
    return CourseCard(
        key=run.course.key,
        title=pick(outline.titles, language, outline.language),
        language=shown_language,
        languages=outline.languages,
        organisation=outline.organisation_name or run.course.organisation,
        summary=about.get("short_description", ""),
        family=outline.family,
        effort=outline.effort,
        stacks=() if outline.effort else tuple(_stacks(outline)),
        state=state,
        opens_at=run.opens_at,
        self_paced=run.closes_at is None,
        url=reverse("course", args=[run.course.key]),
        tags=(
            Tag(gettext("Open now"), "good")
            if state == "open"
            else Tag(opening, "rope")
            if state == "coming"
            else Tag(gettext("Over")),
        ),
        facts=tuple(
            fact
            for fact in (
                gettext("about %(hours)s h") % {"hours": round(hours)} if hours else "",
                _promise(run, outline),
            )
            if fact
        ),
        language_label="" if shown_language == language else language_name(shown_language),
    )


def _promise(run: Run, outline: Outline) -> str:
    """What there is to earn, in two words."""
    if outline.lets_pass(run.pass_mark):
        return gettext("with attestation")
    promises_nothing = outline.gives_grade or outline.has_work_not_graded_here
    return gettext("without attestation") if promises_nothing else gettext("practice only")


def _run_line(run: Run, counts: Mapping[int, int], mine: set[int], now: dt.datetime) -> RunLine:
    closed = run.enrolment_closes_at is not None and run.enrolment_closes_at <= now
    state = _state(run, now)
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


def _stacks(outline: Outline) -> Iterable[Stack]:
    """How many units of each module anybody may see, and whether work in it is graded."""
    places = outline.places
    for module in outline.modules:
        units = [unit for section in module.sections for unit in section.units]
        shown = [unit for unit in units if is_shown(places[unit.id], None, groups=(), teaches=False)]
        if shown:
            yield Stack(len(shown), any(section.graded and outline.gives_grade for section in module.sections))


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
