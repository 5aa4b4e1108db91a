"""Which unit or activity does an address name, and may this person have it now?

Hidden, closed and absent ones are refused alike, so that guessing addresses tells nothing.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from cordee.core.errors import N_, Conflict, NotFound
from cordee.courses.kinds import Answer, grades_again, installed, taken
from cordee.courses.outlines import CONTAINER, Entry, Place, pick
from cordee.courses.queries import definitions
from cordee.courses.versions.queries import content_once
from cordee.learning import access
from cordee.learning.pages.activity import content_language
from cordee.learning.pages.first import refusal_of, to_do_first
from cordee.learning.pages.limited import refusal_to_show
from cordee.learning.pages.looking import look_at
from cordee.learning.queries import Seat, states_of, views_of
from cordee.learning.submitting import Task
from cordee.ui.language import language


def open_units(seat: Seat, now: dt.datetime) -> list[str]:
    """Ids of the units that this person may open now, in order (2 queries where a section opens after another)."""
    groups = seat.groups
    waiting = _waiting(seat, now)
    return [
        unit_id
        for unit_id, place in seat.outline.places.items()
        if access.is_shown(place, None, groups=groups, teaches=seat.teaches)
        and _is_open(seat, place, now)
        and place.section.id not in waiting
    ]


def _waiting(seat: Seat, now: dt.datetime) -> set[str]:
    """Ids of the sections that open after something that this person has not done yet."""
    sections = [one for module in seat.outline.modules for one in module.sections if one.first]
    if not sections or seat.teaches:
        return set()
    look = look_at(seat, language=language(), now=now)
    return {one.id for one in sections if to_do_first(look, one)}


def place_in(seat: Seat, unit_id: str, now: dt.datetime) -> Place:
    """The unit's place, of which anything may be shown to this person now.

    2 queries where its section opens after something. Raises NotFound, SomethingFirst, and NotBegun where the time of
    its section is limited and does not run yet.
    """
    place = place_to_begin(seat, unit_id, now)
    if waits_to_begin(seat, place, now):
        raise refusal_to_show(seat, place)
    return place


def waits_to_begin(seat: Seat, place: Place, now: dt.datetime) -> bool:
    """Whether nothing of the unit is shown before this person begins its section (no query)."""
    return not seat.teaches and seat.calendar.waits_to_begin(place.section, seat.outline, now)


def place_to_begin(seat: Seat, unit_id: str, now: dt.datetime) -> Place:
    """The unit's place, whether its section is begun or not (queries as above). Raises NotFound, SomethingFirst."""
    place = seat.outline.places.get(unit_id)
    if place is None or not access.is_shown(place, None, groups=seat.groups, teaches=seat.teaches):
        raise NotFound(N_("This unit is not open to you, or not in the session. Go back to the course outline."))
    if not _is_open(seat, place, now):
        raise NotFound(N_("This unit is not open to you, or not in the session. Go back to the course outline."))
    if place.section.first and not seat.teaches:
        look = look_at(seat, language=language(), now=now)
        first = to_do_first(look, place.section)
        if first:
            raise refusal_of(look, place.section, first)
    return place


def _is_open(seat: Seat, place: Place, now: dt.datetime) -> bool:
    """By its dates."""
    calendar = seat.calendar
    return seat.teaches or (calendar.is_open(place, now) and not calendar.is_hidden(place.section, seat.outline, now))


def entry_in(seat: Seat, activity_id: str, now: dt.datetime) -> tuple[Place, Entry]:
    """The activity and the place of its unit (2 queries where a container may hide it). Raises as `place_in` does."""
    found = seat.outline.entries.get(activity_id)
    if found is None or not access.is_shown(found[0], found[1], groups=seat.groups, teaches=seat.teaches):
        raise NotFound(N_("This activity is not in the session. Go back to the course outline."))
    place, entry = found
    place_in(seat, place.unit.id, now)
    if not _is_on_the_page(seat, place, entry):
        raise NotFound(N_("This activity is not in the session. Go back to the course outline."))
    return found


def task_in(seat: Seat, activity_id: str, *, language: str, now: dt.datetime, drawn: str = "") -> Task:
    """What a learner answers (1 query the first time that a process meets the content; 2 more where a container may
    hide it). Raises as `place_in` does, and Conflict.

    `drawn`: how the hash of the content on the page begins. A page that was drawn before the run moved to this version
    asked something else: it is found among the versions of the course (2 queries or more, then).
    """
    place, entry = entry_in(seat, activity_id, now)
    kind = taken(installed()[entry.kind]) if entry.kind != CONTAINER else None
    if kind is None or entry.ungradable:
        raise Conflict(N_("This activity is not graded here. There is nothing to hand in."))
    own = seat.outline.language
    content = pick(entry.contents, language, own)
    definition = definitions.of([content])[content]
    task = Task(seat.outline, place, entry, kind, definition, content, content_language([entry], language, own))
    if not drawn or any(one.startswith(drawn) for one in entry.contents.values()):
        return task
    older = content_once(seat.run.course_id, entry, drawn) if grades_again(kind) is not None else None
    if older is None:
        return task
    return replace(task, content=older[1], language=older[0], older=definitions.of([older[1]])[older[1]])


def answer_now(task: Task, answer: Answer) -> Answer:
    """What was typed on an older page, in the terms of the page that is drawn now."""
    again = grades_again(task.kind) if task.older is not None else None
    return answer if again is None else again.answer_now(task.older, task.definition, answer)


def _is_on_the_page(seat: Seat, place: Place, entry: Entry) -> bool:
    """A question that was not drawn, or stands behind a closed door, is not there, whoever knows its address."""
    if seat.teaches or entry.kind == CONTAINER or place.unit.id not in seat.outline.units_with_containers:
        return True
    enrolment = seat.enrolment
    viewer = seat.viewer(states_of(enrolment), views_of(enrolment)) if enrolment else seat.viewer()
    return any(found.id == entry.id for found in viewer.activities(place.unit))
