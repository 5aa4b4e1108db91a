"""What does one course look like in a list?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.timezone import get_current_timezone_name
from django.utils.translation import get_language_info, gettext, ngettext

from cordee.courses.compiling import UNKNOWN_LANGUAGE
from cordee.courses.models import Run
from cordee.courses.outlines import Effort, Outline, pick
from cordee.courses.queries import outline as read_outline
from cordee.courses.search.facts import CardFacts, Facts, RunFacts
from cordee.courses.search.indexing import card_facts
from cordee.courses.search.shelf import STATES, Name, Place, Shelf, State, shelf
from cordee.courses.search.words import fold
from cordee.learning.access import is_shown
from cordee.learning.catalogue.levels import level_name
from cordee.ui import dates
from cordee.ui.outline import Tag
from cordee.ui.profile import Stack

RunState = State
TOLD_KEPT = 300  # of courses whose cards are drawn for several pages
HERE = Run.HERE


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
    family_label: str = ""  # its first category, as people call it

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
    """One card a course with a listed run, those that are open first (2 queries, more after a change)."""
    held = shelf(now)
    return cards_at(held, by_next_session(held, language), language=language, now=now)


def featured_cards(*, language: str, now: dt.datetime, most: int) -> list[CourseCard]:
    """The courses that one can begin, or will be able to soonest (2 queries, more after a change)."""
    held = shelf(now)
    return cards_at(held, by_next_session(held, language)[:most], language=language, now=now)


def cards_of_courses(keys: Iterable[str], *, language: str, now: dt.datetime) -> list[CourseCard]:
    """Cards of these courses in this order; those that are not listed are left out (2 queries)."""
    held = shelf(now)
    numbers = {place.facts.key: place.number for place in held.places if place is not None}
    return cards_at(held, [numbers[key] for key in keys if key in numbers], language=language, now=now)


def cards_among(facet: str, value: str, *, language: str, now: dt.datetime) -> list[CourseCard]:
    """Cards of the courses of one category, language, organisation… (2 queries). `facet`: one of `shelf.FACETS`."""
    held = shelf(now)
    courses = held.facets[facet].get(value, 0)
    numbers = [number for number in by_next_session(held, language) if courses >> number & 1]
    return cards_at(held, numbers, language=language, now=now)


def by_next_session(held: Shelf, language: str) -> list[int]:
    """Numbers of all courses: those that are open, then the next to begin, then those that are over, each by title."""
    return held.in_order(f"session {language}", lambda place: next_session(place, language))


def next_session(place: Place, language: str) -> tuple[int, float, str, str]:
    coming = place.best.opens_at.timestamp() if place.best and place.state == "coming" else 0.0
    return STATES.index(place.state), coming, *by_title(place, language)


def by_title(place: Place, language: str) -> tuple[str, str]:
    return fold(pick(place.facts.titles, language, place.facts.language)), place.facts.key


def cards_at(held: Shelf, numbers: Sequence[int], *, language: str, now: dt.datetime) -> list[CourseCard]:
    """Cards of these courses of the shelf, in this order (1 query, none for none)."""
    places = [held.place(number) for number in numbers]
    told = told_of(held, places)
    return [card_at(held, place, told[place.course_id], language, now) for place in places if place.course_id in told]


_told: dict[tuple[str, int, int], CardFacts] = {}


def told_of(held: Shelf, places: Sequence[Place]) -> dict[int, CardFacts]:
    """What cards say besides the facts, by course (1 query when the process has not met some of them)."""
    keys = {place.course_id: (held.build, place.course_id, place.edition) for place in places}
    found = {course_id: _told[key] for course_id, key in keys.items() if key in _told}
    missing = [course_id for course_id in keys if course_id not in found]
    if missing:
        if len(_told) > TOLD_KEPT:
            _told.clear()
        new = card_facts(missing)
        _told.update({keys[course_id]: told for course_id, told in new.items()})
        found |= new
    return found


def card_at(held: Shelf, place: Place, told: CardFacts, language: str, now: dt.datetime) -> CourseCard:
    """No query."""
    facts, run, state = place.facts, place.best, place.state
    assert run is not None, "a course of the catalogue has a run"  # noqa: S101
    shown_language = language if language in facts.titles else facts.language
    category = _category(held, facts)
    return CourseCard(
        key=facts.key,
        title=pick(facts.titles, language, facts.language),
        language=shown_language,
        languages=facts.languages,
        organisation=organisation_name(held, facts.organisation, language, own=facts.organisation_name),
        summary=pick(told.summary, language, facts.language) if told.summary else "",
        family=category.family if category else told.family,
        effort=told.effort,
        stacks=tuple(Stack(units, graded) for units, graded in told.modules),
        state=state,
        opens_at=run.opens_at,
        self_paced=run.closes_at is None,
        url=reverse("course", args=[facts.key]),
        tags=(_state_tag(state, run.opens_at, language, now), *_earned(facts)),
        facts=tuple(
            fact
            for fact in (
                ngettext("%(n)s week", "%(n)s weeks", len(told.effort)) % {"n": len(told.effort)}
                if told.effort
                else "",
                gettext("about %(hours)s h") % {"hours": round(facts.hours)} if facts.hours else "",
                level_name(facts.level) or _promise_of(facts, run, told),
            )
            if fact
        ),
        language_label="" if shown_language == language else language_name(shown_language),
        family_label=category.in_(language) if category else "",
    )


def organisation_name(held: Shelf, code: str, language: str, own: str = "") -> str:
    """As the site calls it, else as courses in this language do, else as the course (`own`) or any other does."""
    known = held.organisations.get(code)
    if known:
        return known.in_(language)
    said = held.own_names.get(code, {})
    return said.get(language) or own or next(iter(said.values()), code)


def _category(held: Shelf, facts: Facts) -> Name | None:
    return next((held.categories[code] for code in facts.categories if code in held.categories), None)


def _state_tag(state: RunState, opens_at: dt.datetime, language: str, now: dt.datetime) -> Tag:
    if state == "open":
        return Tag(gettext("Open now"), "good")
    if state == "over":
        return Tag(gettext("Over"))
    day = dates.day(opens_at, get_current_timezone_name(), language, now=now)
    return Tag(gettext("Starts %(day)s") % {"day": day}, "rope")


def _earned(facts: Facts) -> tuple[Tag, ...]:
    """What there is to earn beside the attestation."""
    if facts.ects:
        return (Tag(gettext("%(ects)s ECTS") % {"ects": f"{facts.ects:g}"}),)
    return (Tag(gettext("Certifying")),) if facts.certificate else ()


def _promise_of(facts: Facts, run: RunFacts, told: CardFacts) -> str:
    if run.host != HERE:
        return ""
    if facts.attests(run):
        return gettext("with attestation")
    return gettext("without attestation") if told.grades_nothing_but_promises else gettext("practice only")


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
    hours = sum(one.total_h for one in outline.effort)
    shown_language = language if language in outline.titles else outline.language
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
        tags=(_state_tag(state, run.opens_at, language, now),),
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
