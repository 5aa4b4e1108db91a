"""What has a learner to do before a section opens to them? (`after` in module.yaml.) Pure.

A door once gone through stays open: who has opened a unit of the section keeps it, whatever a regrade, a later attempt
or a newer version says since. What is not for a learner (of another group, not drawn for them) is not asked of them.
"""

from __future__ import annotations

from collections.abc import Iterator

from cordee.courses.kinds import graded_at_once, installed
from cordee.courses.outlines import CONTAINER, Before, Entry, Module, Outline, Place, Section, Unit
from cordee.learning.access import is_shown
from cordee.learning.choosing import Viewer
from cordee.learning.completion import unit_state

DIGITS = 6  # of a percentage: a hair's breadth of floating point keeps nobody out
HUNDRED = 100


def still_to_do(viewer: Viewer, section: Section) -> tuple[Before, ...]:
    """What is still to do before this section opens; nothing for who sees all."""
    if not section.first or viewer.sees_all or any(unit.id in viewer.opened for unit in section.units):
        return ()
    return tuple(one for one in section.first if not is_done(viewer, one))


def is_done(viewer: Viewer, before: Before) -> bool:
    """Whether the learner has done what comes first, as far as it is asked of them."""
    entries = list(_asked_entries(viewer, before.source))
    match before.verb:
        case "done":
            return all(_is_unit_done(viewer, unit) for unit in _asked_units(viewer, before.source)) and all(
                _has_done(viewer, entry) for entry in _asked_alone(viewer, before.source)
            )
        case "seen":
            return all(unit.id in viewer.opened for unit in _asked_units(viewer, before.source)) and all(
                _has_done(viewer, entry) for entry in _asked_alone(viewer, before.source)
            )
        case "answered":
            return all(_attempts(viewer, entry) > 0 for entry in entries if _is_handed_in(entry))
        case "right":
            return all(_is_solved(viewer, entry) for entry in entries if _is_judged(entry))
        case "score":
            scored = [entry for entry in entries if not entry.ungradable and entry.points > 0]
            possible = sum(entry.points for entry in scored)
            earned = sum(_points(viewer, entry) for entry in scored)
            return possible <= 0 or round(HUNDRED * earned / possible, DIGITS) >= before.percent


def where_to_begin(viewer: Viewer, before: Before) -> Place | None:
    """The first unit in which something of it is left to do, None where nothing of it is shown to the learner."""
    places = list(_places(viewer, before.source))
    if before.source in viewer.outline.entries:
        return next(iter(places), None)
    left = (one for one in places if not _is_unit_done(viewer, one.unit))
    return next(left, next(iter(places), None))


def titles_of(outline: Outline, before: Before) -> tuple[dict[str, str], dict[str, str]]:
    """How it is called, by language, and how the unit is called in which it stands, for what has no title."""
    source = before.source
    if source in outline.entries:
        place, entry = outline.entries[source]
        return dict(entry.titles), dict(place.unit.titles)
    for module in outline.modules:
        for section in module.sections:
            levels: tuple[Module | Section | Unit, ...] = (module, section, *section.units)
            found = next((level for level in levels if level.id == source), None)
            if found is not None:
                return dict(found.titles), dict(module.titles)
    return {}, {}


def _places(viewer: Viewer, source: str) -> Iterator[Place]:
    """The units of a module or a section, the unit, or the unit that an activity stands on, shown to the learner."""
    known = viewer.outline.entries.get(source)
    for place in viewer.outline.places.values():
        names = (place.module.id, place.section.id, place.unit.id)
        is_meant = place.unit.id == known[0].unit.id if known else source in names
        if not is_meant or not is_shown(place, None, groups=viewer.groups, teaches=False):
            continue
        if known is None or known[1].kind == CONTAINER or any(_counts(viewer, place.unit, known[1])):
            yield place


def _asked_units(viewer: Viewer, source: str) -> Iterator[Unit]:
    """Units that are to be done as a whole."""
    if source not in viewer.outline.entries:
        yield from (place.unit for place in _places(viewer, source))


def _asked_alone(viewer: Viewer, source: str) -> Iterator[Entry]:
    """The activity, or those in the container, that are to be done by themselves."""
    if source in viewer.outline.entries:
        yield from _asked_entries(viewer, source)


def _asked_entries(viewer: Viewer, source: str) -> Iterator[Entry]:
    """What of it counts for this learner."""
    known = viewer.outline.entries.get(source)
    for place in _places(viewer, source):
        if known is None:
            yield from viewer.counted(place.unit)
        else:
            yield from _counts(viewer, place.unit, known[1])


def _counts(viewer: Viewer, unit: Unit, entry: Entry) -> Iterator[Entry]:
    inside = {one.id for one in entry.walk()}
    return (one for one in viewer.counted(unit) if one.id in inside)


def _is_unit_done(viewer: Viewer, unit: Unit) -> bool:
    done = {name for name, state in viewer.states.items() if state.is_done}
    return unit_state(unit, viewer.activities(unit), handed_in=done, opened=viewer.opened) == "done"


def _has_done(viewer: Viewer, entry: Entry) -> bool:
    state = viewer.states.get(entry.id)
    if state is not None and state.is_done:
        return True
    kind = installed().get(entry.kind)
    if kind is None or entry.ungradable or kind.completion == "never":
        return True  # nothing is to be done there
    return kind.completion == "viewed" and viewer.outline.entries[entry.id][0].unit.id in viewer.opened


def _attempts(viewer: Viewer, entry: Entry) -> int:
    state = viewer.states.get(entry.id)
    return state.attempts if state else 0


def _is_solved(viewer: Viewer, entry: Entry) -> bool:
    state = viewer.states.get(entry.id)
    return state is not None and state.solved


def _points(viewer: Viewer, entry: Entry) -> float:
    state = viewer.states.get(entry.id)
    return (state.points or 0.0) if state else 0.0


def _is_handed_in(entry: Entry) -> bool:
    kind = installed().get(entry.kind)
    return kind is not None and not entry.ungradable and kind.completion == "submitted"


def _is_judged(entry: Entry) -> bool:
    kind = installed().get(entry.kind)
    return kind is not None and not entry.ungradable and graded_at_once(kind) is not None
