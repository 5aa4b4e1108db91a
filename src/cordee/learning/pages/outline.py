"""What does the outline of a course show to one person: what is done, what is open, what is near?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from django.urls import reverse
from django.utils.timezone import get_current_timezone_name
from django.utils.translation import gettext

from cordee.core.kept import Kept
from cordee.courses.durations import unit_seconds
from cordee.courses.outlines import Module, Section, Unit
from cordee.learning.completion import Completion, State, completion_of
from cordee.learning.pages.first import ToDoFirst, to_do_first
from cordee.learning.pages.limited import time_words
from cordee.learning.pages.looking import Look
from cordee.ui import dates
from cordee.ui.outline import KnotState, OutlineModule, OutlineSection, OutlineUnit, Step, Tag

KNOTS: Mapping[State, KnotState] = {"todo": "", "started": "half", "done": "done"}
NEAR = dt.timedelta(days=7)  # a deadline nearer than this is said in the outline
URLS_KEPT = 16_384
MODULES_KEPT = 1024


@dataclass(frozen=True, slots=True)
class OutlineView:
    """The outline beside each unit, and the rope above it."""

    title: str
    modules: tuple[OutlineModule, ...]
    percent: int

    @property
    def units(self) -> list[OutlineUnit]:
        return [unit for module in self.modules for unit in module.units]


@lru_cache(maxsize=URLS_KEPT)
def unit_url(run_key: str, unit: str) -> str:
    return reverse("unit", args=[run_key, unit])


@dataclass(frozen=True, slots=True)
class UnitAddresses:
    """Where each unit of a run is."""

    run_key: str

    def __call__(self, unit: str) -> str:
        return unit_url(self.run_key, unit)


def outline_view(look: Look, here: str = "") -> OutlineView:
    """The outline; `here`: the id of the unit on the page."""
    seat = look.seat
    completion = completion_of(
        look.viewer,
        handed_in={activity for activity, state in look.states.items() if state.done_at},
        opened=look.views,
    )
    modules = tuple(
        found
        for number in range(1, len(seat.outline.modules) + 1)
        if (found := _outline_module(look, number, completion, here)).units
    )
    if not any(module.open for module in modules):
        first = next((module for module in modules if module.state != "done"), None)
        modules = tuple(replace(module, open=module is first) for module in modules)
    return OutlineView(title=look.words(seat.outline.titles), modules=modules, percent=round(100 * completion.share))


@dataclass(frozen=True, slots=True)
class _Dates:
    """What the dates of a section say today of its units."""

    opens_at: dt.datetime | None = None  # when it is still to come
    due_at: dt.datetime | None = None  # of a graded section
    tag: Tag | None = None  # of a unit that is to do
    tag_when_done: Tag | None = None
    is_hidden: bool = False  # since its deadline has passed
    first: tuple[ToDoFirst, ...] = ()  # what is to be done before it opens
    time: str = ""  # that the learner has in it, where it is limited


def _outline_module(look: Look, number: int, completion: Completion, here: str) -> OutlineModule:
    """A module of the outline, made once for all who stand alike in it."""
    seat, module = look.seat, look.seat.outline.modules[number - 1]
    days = tuple(
        replace(said, time=time_words(seat, section)) if section.limit_min else said
        for section in module.sections
        for said in (_dates(look, module, section),)
    )
    states = tuple(completion.units.get(unit.id) for section in module.sections for unit in section.units)
    here = here if here and seat.outline.places[here].module is module else ""
    key = (seat.run.key, seat.run.version.sha256, look.language, number, days, states, here)
    return _modules.of(key, lambda: _new_module(look, number, completion, days, here))


_modules: Kept[tuple[Hashable, ...], OutlineModule] = Kept(MODULES_KEPT)


def _new_module(look: Look, number: int, completion: Completion, days: Sequence[_Dates], here: str) -> OutlineModule:
    module = look.seat.outline.modules[number - 1]
    seconds = unit_seconds(look.seat.run.version.sha256, look.language)
    sections = []
    for section, said in zip(module.sections, days, strict=True):
        units = tuple(
            replace(
                _outline_unit(look, section, unit, completion.units[unit.id], said, is_here=unit.id == here),
                duration_s=seconds.get(unit.id),
            )
            for unit in section.units
            if unit.id in completion.units
        )
        if units:
            note = tuple(Step(one.words, one.url) for one in said.first)
            sections.append(OutlineSection(look.words(section.titles), units, note, said.time))
    if len(sections) == 1:
        sections = [replace(sections[0], title="")]
    found = {unit.state for section in sections for unit in section.units}
    return OutlineModule(
        number=number,
        name=look.words(module.titles),
        sections=tuple(sections),
        state="done" if found == {"done"} else "" if found <= {""} else "half",
        open=any(unit.current for section in sections for unit in section.units),
    )


def _outline_unit(
    look: Look, section: Section, unit: Unit, state: State, days: _Dates, *, is_here: bool
) -> OutlineUnit:
    return OutlineUnit(
        id=unit.id,
        number=look.seat.outline.places[unit.id].number,
        name=look.words(unit.titles),
        url="" if days.opens_at or days.is_hidden or days.first else unit_url(look.seat.run.key, unit.id),
        state=KNOTS[state],
        current=is_here,
        graded=section.graded,
        due_at=days.due_at,
        opens_at=days.opens_at,
        waits_at=unit_url(look.seat.run.key, unit.id) if days.first else "",
        tag=days.tag_when_done if state == "done" else days.tag,
    )


def _dates(look: Look, module: Module, section: Section) -> _Dates:
    calendar = look.seat.calendar
    opens_at = calendar.opening_of(module, section)
    due_at = calendar.due_of(section) if section.graded else None
    if opens_at > look.now and not look.seat.teaches:
        day = dates.day(opens_at, get_current_timezone_name(), look.language, now=look.now)
        tag = Tag(gettext("opens %(day)s") % {"day": day}, icon="clock")
        return _Dates(opens_at, due_at, tag, tag)
    if calendar.is_hidden(section, look.seat.outline, look.now) and not look.seat.teaches:
        tag = Tag(gettext("closed"), icon="clock")
        return _Dates(None, due_at, tag, tag, is_hidden=True)
    first = to_do_first(look, section)
    if first:
        tag = Tag(gettext("not open yet"), icon="clock")
        return _Dates(None, due_at, tag, tag, first=first)
    if not section.graded:
        return _Dates()
    usual = Tag(gettext("graded"))
    if due_at and look.now <= due_at < look.now + NEAR:
        words = dates.how_far(due_at, look.now, get_current_timezone_name(), look.language)
        return _Dates(None, due_at, Tag(words, tone="warn", icon="clock"), usual)
    return _Dates(None, due_at, usual, usual)
