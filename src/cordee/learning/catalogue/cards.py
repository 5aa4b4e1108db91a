"""What does one course look like in a list?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from django.urls import reverse
from django.utils.timezone import get_current_timezone_name
from django.utils.translation import get_language_info, gettext

from cordee.courses.compiling import UNKNOWN_LANGUAGE
from cordee.courses.models import Run
from cordee.courses.outlines import Effort, Outline, pick
from cordee.courses.queries import listed_runs
from cordee.courses.queries import outline as read_outline
from cordee.learning.access import is_shown
from cordee.ui import dates
from cordee.ui.outline import Tag
from cordee.ui.profile import Stack

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
    cards = [card_of(best_run(runs, now), language, now) for runs in by_course.values()]
    return sorted(cards, key=lambda card: (("open", "coming", "over").index(card.state), card.title.casefold()))


def state_of(run: Run, now: dt.datetime) -> RunState:
    if run.opens_at > now:
        return "coming"
    return "over" if run.closes_at is not None and run.closes_at <= now else "open"


def best_run(runs: list[Run], now: dt.datetime) -> Run:
    """The run to propose: an open one, else the next to come, else the last."""
    order = {"open": 0, "coming": 1, "over": 2}
    return min(
        runs,
        key=lambda run: (
            order[state_of(run, now)],
            run.opens_at.timestamp() if run.opens_at > now else -run.opens_at.timestamp(),
        ),
    )


def card_of(run: Run, language: str, now: dt.datetime) -> CourseCard:
    outline = read_outline(run.version.sha256)
    about = pick(outline.about, language, outline.language) if outline.about else {}
    state = state_of(run, now)
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


def _stacks(outline: Outline) -> Iterable[Stack]:
    """How many units of each module anybody may see, and whether work in it is graded."""
    places = outline.places
    for module in outline.modules:
        units = [unit for section in module.sections for unit in section.units]
        shown = [unit for unit in units if is_shown(places[unit.id], None, groups=(), teaches=False)]
        if shown:
            yield Stack(len(shown), any(section.graded and outline.gives_grade for section in module.sections))
