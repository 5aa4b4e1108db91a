"""What does the page of a unit show?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.timezone import get_current_timezone_name
from django.utils.translation import gettext as _

from cordee.courses.outlines import Place
from cordee.learning.organisations.showing import Look as Band
from cordee.learning.organisations.showing import look_of
from cordee.learning.pages.activity import NO_WISH, ActivityView, Refused, Wish, content_language, page_parts
from cordee.learning.pages.containers import ContainerNote
from cordee.learning.pages.looking import Look
from cordee.learning.pages.outline import OutlineView, outline_view
from cordee.ui import dates
from cordee.ui.language import language_name
from cordee.ui.outline import OutlineUnit, numbered


@dataclass(frozen=True, slots=True)
class Step:
    """The unit before or after."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Later:
    """The unit that comes next and is not open yet: `day` from which it is, "" where something is to be done first."""

    title: str
    day: str
    url: str


@dataclass(frozen=True, slots=True)
class UnitFrame:
    """What everybody who opens the unit sees around its activities and beside the outline."""

    run_key: str
    course_title: str
    module_title: str
    module_number: int
    number: str
    title: str
    id: str
    language: str
    corrected: str  # what is said of a translation that lags, "" when it does not, or nobody wishes it
    graded: bool
    assignment_type: str
    due: str  # the deadline in words, "" when there is none
    closes: str  # until when answers are taken, whatever the deadline, in words; "" for no such day
    due_because: str  # why it was moved for this learner, "" when it is everybody's
    previous: Step | None
    next: Step | None
    later: Later | None  # where nothing more is open
    preview: bool
    as_learner: bool
    family: str
    band: Band | None  # of the organisation whose own session it is
    is_timed: bool  # the time of its section is limited

    @property
    def heading(self) -> str:
        return numbered(self.number, self.title)

    @property
    def module_heading(self) -> str:
        return numbered(f"{self.module_number}.", self.module_title)


@dataclass(frozen=True, slots=True)
class Own:
    """What the learner keeps of the unit for themselves, as far as its page says: see `notes`."""

    run_key: str
    unit: str
    bookmarked: bool
    noted: bool


@dataclass(frozen=True, slots=True)
class UnitPage:
    frame: UnitFrame
    activities: tuple[ActivityView | ContainerNote, ...]
    outline: OutlineView
    own: Own | None  # None: nobody's place

    @property
    def policy(self) -> dict[str, list[str]]:
        """What the page adds to the site's content policy, by directive."""
        found: dict[str, list[str]] = {}
        for activity in self.activities:
            if isinstance(activity, ContainerNote):
                continue
            for directive, sources in activity.policy.items():
                found.setdefault(directive, []).extend(sources)
        return found


def unit_page(look: Look, place: Place, *, wish: Wish = NO_WISH, refused: Refused | None = None) -> UnitPage:
    """Everything on a unit's page."""
    seat = look.seat
    outline = outline_view(look, here=place.unit.id)
    shown = [unit for unit in outline.units if unit.url]
    position = next(i for i, unit in enumerate(shown) if unit.id == place.unit.id)
    frame = UnitFrame(
        run_key=seat.run.key,
        course_title=outline.title,
        module_title=look.words(place.module.titles),
        module_number=seat.outline.modules.index(place.module) + 1,
        number=place.number,
        title=look.words(place.unit.titles),
        id=place.unit.id,
        language=content_language(filter(look.reads, place.unit.activities()), look.language, seat.outline.language),
        corrected=_corrected(place, look),
        graded=place.section.graded,
        assignment_type=seat.outline.category_name(place.section, look.language),
        due=_due(place, look) if place.section.graded else "",
        closes=_closes(place, look),
        due_because=seat.calendar.moved_because(place.section) if place.section.graded else "",
        previous=_step(shown, position - 1),
        next=_step(shown, position + 1),
        later=None if position + 1 < len(shown) else _later(look, outline.units, place.unit.id),
        preview=seat.enrolment is None,
        as_learner=seat.as_learner,
        family=seat.outline.family,
        band=look_of(seat.run.private_to, look.now) if seat.run.private_to else None,
        is_timed=bool(place.section.limit_min),
    )
    parts = tuple(page_parts(look, place, wish=wish, refused=refused))
    return UnitPage(frame, parts, outline, _own(look, place.unit.id))


def _own(look: Look, unit: str) -> Own | None:
    """From the row that tells of the visit, which the page has read anyway."""
    if look.seat.enrolment is None:
        return None
    view = look.views.get(unit)
    is_marked, is_noted = (view.bookmarked_at is not None, view.noted_at is not None) if view else (False, False)
    return Own(look.seat.run.key, unit, is_marked, is_noted)


def _corrected(place: Place, look: Look) -> str:
    """When the page was corrected in the language that it was written in first, and not yet in the reader's."""
    day = place.unit.corrected.get(look.language)
    if day is None:
        return ""
    own = look.seat.outline.language
    moment = dt.datetime.fromisoformat(day).replace(tzinfo=dt.UTC)
    return _("This page was corrected in %(language)s on %(day)s; its translation does not say so yet.") % {
        "language": language_name(own),
        "day": dates.day(moment, "UTC", look.language, now=look.now),
    }


def _due(place: Place, look: Look) -> str:
    due_at = look.seat.calendar.due_of(place.section)
    if due_at is None:
        return ""
    zone = get_current_timezone_name()
    return dates.when(due_at, look.now, zone, look.language, begins=False)  # it follows a colon


def _closes(place: Place, look: Look) -> str:
    calendar = look.seat.calendar
    moment = calendar.closing_of(place.section)
    if moment is None or calendar.last_moment(place.section, look.seat.outline) != moment:  # something else comes first
        return ""
    return dates.when(moment, look.now, get_current_timezone_name(), look.language, begins=False)


def _later(look: Look, units: Sequence[OutlineUnit], here: str) -> Later | None:
    """The first of the units that open later: those behind this one that wait for something done, then any by its day.

    What is to be done may stand on this very page, so the address is that of the unit: it opens, or says what lacks.
    """
    behind = [unit.id for unit in units].index(here) + 1
    waiting = next((unit for unit in units[behind:] if unit.waits_at), None)
    if waiting is not None:
        return Later(waiting.title, "", waiting.waits_at)
    coming = next((unit for unit in units if not unit.url and unit.opens_at is not None), None)
    if coming is None or coming.opens_at is None:
        return None
    day = dates.day(coming.opens_at, get_current_timezone_name(), look.language, now=look.now)
    return Later(coming.title, day, reverse("outline", args=[look.seat.run.key]))


def _step(shown: list[OutlineUnit], position: int) -> Step | None:
    if not 0 <= position < len(shown):
        return None
    return Step(shown[position].title, shown[position].url)
