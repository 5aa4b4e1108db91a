"""What do I do now? The learner's own page: where to resume, what to hand in, what is under way."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from cordee.courses.outlines import Effort, foreign, pick
from cordee.courses.queries import latest_runs, subject_of_run
from cordee.courses.queries import outline as read_outline
from cordee.learning import access
from cordee.learning.grades import graded_entries, graded_sections
from cordee.learning.models import Enrolment, WeeklyAim
from cordee.learning.pages.first import to_do_first
from cordee.learning.pages.looking import Look
from cordee.learning.pages.outline import OutlineView, outline_view
from cordee.learning.queries import (
    Seat,
    enrolled_counts,
    enrolments_of,
    states_of_many,
    times_of_many,
    views_of_many,
)
from cordee.learning.rhythm.pausing import rests
from cordee.people.models import Account
from cordee.people.permissions import grants_of, may
from cordee.ui.outline import OutlineUnit

MOST_TAUGHT = 50  # runs on one page; a list to search comes with the pages for those who teach


@dataclass(frozen=True, slots=True)
class RunCard:
    """One run under way."""

    key: str
    title: str
    opens_at: dt.datetime
    closes_at: dt.datetime | None
    is_open: bool
    is_over: bool
    outline: OutlineView
    grade: float
    passed: bool
    pass_mark: float
    has_grades: bool
    next_unit: OutlineUnit | None  # where to go on; None: nothing open
    last_visit_at: dt.datetime | None
    effort: tuple[Effort, ...]
    family: str
    here: float  # position in the course, in modules: 1.5 = middle of the second
    rests_until: dt.datetime | None  # a pause that the learner takes now
    lang: str  # of the title, when it is not the page's


@dataclass(frozen=True, slots=True)
class ToHandIn:
    """A graded section with a deadline to come and something left to hand in."""

    run_title: str
    title: str
    url: str  # where to go on: of what comes first, while something does
    address: str  # of its first unit, by which a calendar knows it
    first: str  # what is to be done before it opens, in words; "" when it is open
    due_at: dt.datetime
    quizzes: int
    rests: bool  # the learner takes a pause there: it is told, and nobody is called for it


@dataclass(frozen=True, slots=True)
class TaughtRun:
    """A run that the person may look at as a teacher, author, tutor or operator."""

    key: str
    title: str
    opens_at: dt.datetime
    closes_at: dt.datetime | None
    enrolled: int
    may_see_report: bool
    may_see_pilot: bool


@dataclass(frozen=True, slots=True)
class Dashboard:
    resume: RunCard | None
    to_hand_in: tuple[ToHandIn, ...]
    runs: tuple[RunCard, ...]
    taught: tuple[TaughtRun, ...]
    weekly_aim: WeeklyAim | None

    @property
    def under_way(self) -> tuple[RunCard, ...]:
        return tuple(run for run in self.runs if not run.is_over)

    @property
    def over(self) -> tuple[RunCard, ...]:
        return tuple(run for run in self.runs if run.is_over)


def dashboard(account: Account, *, language: str, now: dt.datetime) -> Dashboard:
    """The page of an account.

    4 queries, 1 more where the time of a section is limited, 2 more for who has a role, and one for each version that
    the process has not met.
    """
    enrolments = enrolments_of(account)
    states, views = states_of_many(enrolments), views_of_many(enrolments)
    outlines = {enrolment.pk: read_outline(enrolment.run.version.sha256) for enrolment in enrolments}
    times = times_of_many(enrolments, outlines)
    cards: list[RunCard] = []
    limits: list[ToHandIn] = []
    for enrolment in enrolments:
        outline = outlines[enrolment.pk]
        seat = Seat(account, enrolment.run, outline, enrolment, teaches=False, times=times[enrolment.pk])
        look = Look(seat, language, now, states[enrolment.pk], views[enrolment.pk])
        card = _card(look, enrolment)
        cards.append(card)
        if card.is_open:
            limits += _limits(look, card)
    resumable = [card for card in cards if card.is_open and card.next_unit and card.rests_until is None]
    oldest = dt.datetime.min.replace(tzinfo=dt.UTC)
    return Dashboard(
        resume=max(resumable, key=lambda card: card.last_visit_at or oldest, default=None),
        to_hand_in=tuple(sorted(limits, key=lambda line: line.due_at)),
        runs=tuple(cards),
        taught=tuple(_taught(account, language)),
        weekly_aim=getattr(enrolments[0].account, "weekly_aim", None) if enrolments else None,  # came with them
    )


def _taught(account: Account, language: str) -> Iterable[TaughtRun]:
    """The latest runs of the courses in which the account has a role."""
    if not grants_of(account):
        return
    runs = [run for run in latest_runs() if may(account, "course.preview", subject_of_run(run))][:MOST_TAUGHT]
    counts = enrolled_counts([run.pk for run in runs])
    for run in runs:
        outline = read_outline(run.version.sha256)
        yield TaughtRun(
            key=run.key,
            title=pick(outline.titles, language, outline.language),
            opens_at=run.opens_at,
            closes_at=run.closes_at,
            enrolled=counts.get(run.pk, 0),
            may_see_report=may(account, "course.import_report", subject_of_run(run)),
            may_see_pilot=may(account, "run.pilot", subject_of_run(run)),
        )


def _card(look: Look, enrolment: Enrolment) -> RunCard:
    seat, views, now = look.seat, look.views, look.now
    outline = outline_view(look)
    latest = max(views.values(), key=lambda view: view.visit_at, default=None)
    units = [unit for unit in outline.units if unit.url]
    next_unit = _next_unit(units, latest.unit if latest else "")
    run = seat.run
    return RunCard(
        key=run.key,
        title=outline.title,
        opens_at=run.opens_at,
        closes_at=run.closes_at,
        is_open=run.opens_at <= now and (run.closes_at is None or now < run.closes_at),
        is_over=run.closes_at is not None and run.closes_at <= now,
        outline=outline,
        grade=enrolment.grade,
        passed=seat.passed,
        pass_mark=run.pass_mark,
        has_grades=seat.outline.gives_grade,
        next_unit=next_unit,
        last_visit_at=latest.visit_at if latest else None,
        effort=seat.outline.effort,
        family=seat.outline.family,
        here=_position(outline, next_unit),
        rests_until=enrolment.rests_until if rests(enrolment, now) else None,
        lang=foreign(seat.outline.titles, look.language, seat.outline.language),
    )


def _next_unit(units: list[OutlineUnit], latest: str) -> OutlineUnit | None:
    """The unit last opened while it is not done, else the first one after it that is not, else any that is not."""
    start = next((i for i, unit in enumerate(units) if unit.id == latest), 0)
    undone = [unit for unit in units[start:] + units[:start] if unit.state != "done"]
    return undone[0] if undone else (units[start] if units else None)


def _position(outline: OutlineView, unit: OutlineUnit | None) -> float:
    for index, module in enumerate(outline.modules):
        ids = [one.id for one in module.units]
        if unit and unit.id in ids:
            return index + (ids.index(unit.id) + 0.5) / len(ids)
    return 0.0


def _limits(look: Look, card: RunCard) -> Iterable[ToHandIn]:
    seat, states = look.seat, look.states
    visible = access.belongs(*look.viewer.groups)
    urls = {unit.id: unit.url for unit in card.outline.units}
    waiting = {unit.id: unit.waits_at for unit in card.outline.units if unit.waits_at}
    for section in graded_sections(seat.outline, visible):
        due_at = look.seat.calendar.due_of(section)
        if due_at is None or due_at < look.now:
            continue
        own_end = look.seat.calendar.time_over_at(section)
        if own_end is not None and own_end < look.now:  # nothing can be handed in any more
            continue
        left = [
            entry
            for entry in graded_entries(section, visible, look.viewer.activities)
            if not entry.ungradable and (entry.id not in states or not states[entry.id].attempts)
        ]
        address = url = next((urls[unit.id] for unit in section.units if urls.get(unit.id)), "")
        first = () if url else to_do_first(look, section)
        if first:
            address = next((waiting[unit.id] for unit in section.units if unit.id in waiting), "")
            url = next((one.url for one in first if one.url), "")
        if left and url and address:
            yield ToHandIn(
                run_title=card.title,
                title=look.words(section.titles),
                url=url,
                address=address,
                first=", ".join(one.words for one in first),
                due_at=due_at,
                quizzes=len(left),
                rests=card.rests_until is not None,
            )
