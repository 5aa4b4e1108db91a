"""What does the outline of a course show to one person: what is done, what is open, what is near?"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from django.urls import reverse
from django.utils.timezone import get_current_timezone_name
from django.utils.translation import gettext

from cordee.courses.outlines import Module, Section, Unit
from cordee.learning.completion import Completion, State, completion_of
from cordee.learning.pages.looking import Look
from cordee.ui import dates

KnotState = Literal["", "half", "done"]
KNOTS: Mapping[State, KnotState] = {"todo": "", "started": "half", "done": "done"}
NEAR = dt.timedelta(days=7)  # a deadline nearer than this is said in the outline
_OWN_NUMBER = re.compile(r"\d+([.)]|\s)")


def numbered(number: str, name: str) -> str:
    """A title with its number, unless the author already wrote one."""
    return name if _OWN_NUMBER.match(name) else f"{number} {name}"


@dataclass(frozen=True, slots=True)
class Tag:
    text: str
    tone: str = ""
    icon: str = ""


@dataclass(frozen=True, slots=True)
class OutlineUnit:
    id: str
    number: str
    name: str
    url: str  # "" while it is not open
    state: KnotState
    current: bool
    graded: bool
    due_at: dt.datetime | None
    opens_at: dt.datetime | None  # set when it is still to come
    tag: Tag | None
    duration: None = None  # not known yet: no author has said it

    @property
    def title(self) -> str:
        return numbered(self.number, self.name)


@dataclass(frozen=True, slots=True)
class OutlineSection:
    title: str  # "" when the module has only one
    units: tuple[OutlineUnit, ...]


@dataclass(frozen=True, slots=True)
class OutlineModule:
    number: int
    name: str
    sections: tuple[OutlineSection, ...]
    state: KnotState
    open: bool

    @property
    def title(self) -> str:
        return numbered(f"{self.number}.", self.name)

    @property
    def units(self) -> list[OutlineUnit]:
        return [unit for section in self.sections for unit in section.units]


@dataclass(frozen=True, slots=True)
class OutlineView:
    """The plan of the course beside each unit, and the rope above it."""

    title: str
    modules: tuple[OutlineModule, ...]
    percent: int

    @property
    def units(self) -> list[OutlineUnit]:
        return [unit for module in self.modules for unit in module.units]


def unit_url(run_key: str, unit: str) -> str:
    return reverse("unit", args=[run_key, unit])


def outline_view(look: Look, here: str = "") -> OutlineView:
    """The plan; `here`: the id of the unit on the page."""
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


def _outline_module(look: Look, number: int, completion: Completion, here: str) -> OutlineModule:
    module = look.seat.outline.modules[number - 1]
    sections = []
    for section in module.sections:
        units = tuple(
            _outline_unit(look, module, section, unit, completion.units[unit.id], is_here=unit.id == here)
            for unit in section.units
            if unit.id in completion.units
        )
        if units:
            sections.append(OutlineSection(look.words(section.titles), units))
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
    look: Look, module: Module, section: Section, unit: Unit, state: State, *, is_here: bool
) -> OutlineUnit:
    opens_at = look.seat.calendar.opening_of(module, section)
    locked = opens_at > look.now and not look.seat.teaches
    return OutlineUnit(
        id=unit.id,
        number=look.seat.outline.places[unit.id].number,
        name=look.words(unit.titles),
        url="" if locked else unit_url(look.seat.run.key, unit.id),
        state=KNOTS[state],
        current=is_here,
        graded=section.graded,
        due_at=section.due_at if section.graded else None,
        opens_at=opens_at if locked else None,
        tag=_unit_tag(look, section, opens_at if locked else None, is_done=state == "done"),
    )


def _unit_tag(look: Look, section: Section, opens_at: dt.datetime | None, *, is_done: bool) -> Tag | None:
    zone = get_current_timezone_name()
    if opens_at is not None:
        day = dates.day(opens_at, zone, look.language, now=look.now)
        return Tag(gettext("opens %(day)s") % {"day": day}, icon="clock")
    if not section.graded:
        return None
    if section.due_at and look.now <= section.due_at < look.now + NEAR and not is_done:
        return Tag(dates.how_far(section.due_at, look.now, zone, look.language), tone="warn", icon="clock")
    return Tag(gettext("graded"))
