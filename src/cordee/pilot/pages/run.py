"""What is there to see and to do about one session? One finding, then the figures that it stands on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext, ngettext

from cordee.core import clock
from cordee.pilot.desk import Desk, Run
from cordee.pilot.figures import Filters, count, figure, interval, number_of, place_of, share, shares
from cordee.pilot.indicators import Row
from cordee.pilot.pages.exercises import Exercises, exercises_of
from cordee.pilot.pages.funnel import Funnel, funnel_of, is_open
from cordee.pilot.pages.learners import learners_of, stopped_url, write_url
from cordee.pilot.pages.people import cohorts_of, people_of, portrait_words
from cordee.pilot.pages.stops import Stops, never_words, stops_of
from cordee.pilot.scopes import Scope
from cordee.ui import dates
from cordee.ui.language import language

PEOPLE = ("age", "sex", "education", "countries", "aims")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """An entry of a list to choose from."""

    key: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """What one can do about a finding."""

    label: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """The sentence on top of the page."""

    sentence: str
    words: str
    actions: tuple[Action, ...] = ()


def page(
    desk: Desk,
    filters: Filters,
    *,
    all_exercises: bool = False,
    everybody: bool = False,
    stop: str = "",
    page_number: str = "",
) -> dict[str, Any]:
    """All that `pilot/run.html` shows. About a dozen queries the first time, none later. Raises NotFound."""
    run = desk.run(filters.run)
    scope = desk.scope(filters.run, filters.cohort)
    before = desk.run(filters.compare) if filters.compare else None
    before_scope = desk.scope(filters.compare) if before else None
    funnel = funnel_of(desk, run, scope, filters, before=before, before_scope=before_scope)
    stops = stops_of(desk, scope, filters, before=before, before_scope=before_scope)
    exercises = exercises_of(desk, scope, filters, everything=all_exercises)
    people = tuple(people_of(desk, name, scope, filters) for name in PEOPLE)
    said = [group for group in people if group.figure.is_known]
    nobody_said = None if said or not people[0].figure.is_due else people[0].figure
    return {
        "run": run,
        "filters": filters,
        "dates": dates_of(run),
        "choices": [Choice(key=one.key, words=f"{one.short} – {one.title}") for one in desk.runs()],
        "others": [
            Choice(key=one.key, words=f"{one.short} – {one.title}")
            for one in sorted(desk.runs(), key=lambda one: one.subject != run.subject)
            if one.key != run.key
        ],
        "cohort_choices": [name for name, _size in desk.cohorts_of(filters.run)],
        "finding": early_finding(desk, run, scope, filters)
        or finding_of(desk, filters, funnel=funnel, stops=stops, exercises=exercises),
        "funnel": funnel,
        "stops": stops,
        "never": never_words(desk, scope, filters),
        "exercises": exercises,
        "cohorts": cohorts_of(desk, desk.scope(filters.run), filters),
        "people": said,
        "nobody_said": nobody_said,
        "portrait": portrait_words(desk, scope, filters),
        "learners": learners_of(desk, scope, filters, everybody=everybody, stop=stop, page=page_number)
        if desk.names
        else None,
        "letters_url": reverse("pilot:letters", args=[run.key]) if write_url(desk, filters) else "",
        "all_url": reverse("pilot:indicators") + filters.query(compare=""),
        "places": _places(filters),
        "compare_url": reverse("pilot:comparison") + Filters(sessions=(before.key, run.key)).query() if before else "",
        "research_url": reverse("pilot:research") + Filters(run=run.key).query()
        if desk.may_export and desk.cohorts is None
        else "",
    }


def _places(filters: Filters) -> tuple[Action, ...]:
    """The other pages of the same people."""
    here = filters.query(compare="")
    pages = (
        (gettext("Week by week"), reverse("pilot:weeks") + here),
        (gettext("Films"), reverse("pilot:films") + here),
        (gettext("Map of the world"), reverse("pilot:world") + here),
        (gettext("All numbers"), reverse("pilot:indicators") + here),
    )
    return tuple(Action(label=label, url=url) for label, url in pages)


def dates_of(run: Run) -> str:
    """From when to when it was open, as far as a file says it."""
    zone = get_current_timezone()
    ends = [dates.day(moment, zone, language()) for moment in (run.opens_at, run.closes_at) if moment]
    return " – ".join(ends)


# The finding


def finding_of(desk: Desk, filters: Filters, *, funnel: Funnel, stops: Stops, exercises: Exercises) -> Finding:
    """Where most active learners stop; else the hardest exercise; else what the funnel says; else what is missing."""
    worst = stops.worst
    if worst is not None:
        return _stop_found(desk, filters, worst)
    see = Action(label=gettext("See the exercises"), url="#exercises")
    numbers = Action(label=gettext("All numbers"), url=reverse("pilot:indicators") + filters.query(compare=""))
    value, low, high = shares(funnel.figure.row, "assiduous")
    if value is not None:
        words = gettext("Of the assiduous, {share} passed.").format(
            share=share(shares(funnel.figure.row, "passed_of_assiduous")[0])
        )
        return Finding(
            sentence=gettext("{share} of those enrolled reach the second module.").format(share=share(value)),
            words=gettext("The interval is {interval}.").format(interval=interval(low, high))
            + (f" {words}" if shares(funnel.figure.row, "passed_of_assiduous")[0] is not None else ""),
            actions=(see, numbers) if exercises.count else (numbers,),
        )
    value, low, high = shares(funnel.figure.row, "passed")
    if value is not None:
        return Finding(
            sentence=gettext("{share} of those enrolled pass.").format(share=share(value)),
            words=gettext("The interval is {interval}.").format(interval=interval(low, high)),
            actions=(see, numbers) if exercises.count else (numbers,),
        )
    if exercises.told:
        first = exercises.rows[0]
        return Finding(
            sentence=gettext("“{title}” is to be looked at first.").format(title=first.title),
            words=gettext("{share} of those who tried it solved it.").format(share=first.solved),
            actions=(Action(label=gettext("See this exercise"), url=first.url), numbers),
        )
    if funnel.figure.refused:
        return Finding(sentence=gettext("Too few learners to tell numbers of."), words=funnel.figure.unknown)
    enrolled = number_of(funnel.figure.row, "enrolled")
    return Finding(
        sentence=ngettext("{count} learner is enrolled.", "{count} learners are enrolled.", int(enrolled or 0)).format(
            count=count(enrolled or 0)
        ),
        words=funnel.unknown[0] if funnel.unknown and not funnel.figure.own else funnel.figure.unknown,
        actions=(
            numbers,
            Action(label=gettext("Which files were read"), url=reverse("pilot:sources")),
        ),
    )


def early_finding(desk: Desk, run: Run, scope: Scope, filters: Filters) -> Finding | None:
    """How many have begun of a session that is open, while nobody has come to its second module; else None."""
    told, funnel = figure(desk, "never", scope, filters), figure(desk, "funnel", scope, filters)
    if told.refused or funnel.refused or not is_open(run):
        return None
    enrolled = number_of(told.row, "enrolled") or number_of(funnel.row, "enrolled")
    if not enrolled:
        if not run.is_here or filters.cohort:
            return None
        return Finding(
            sentence=gettext("Nobody is enrolled yet."),
            words=gettext("This page fills as learners enrol and work."),
            actions=_elsewhere(desk, run),
        )
    if any(number_of(funnel.row, name) for name in ("assiduous", "week_two", "passed")):
        return None
    if not told.is_known and not run.is_here:
        return None
    waiting = sum(number_of(told.row, name) or 0 for name in ("never", "new")) if told.is_known else enrolled
    begun = int(enrolled - waiting)
    told_how_many = ngettext("{begun} of {enrolled} has begun.", "{begun} of {enrolled} have begun.", begun).format(
        begun=count(begun), enrolled=count(enrolled)
    )
    opens = run.opens_at
    days = None if opens is None else (timezone.localdate(clock.now()) - timezone.localdate(opens)).days
    if opens is None:
        sentence = told_how_many
    elif days == 0:
        sentence = gettext("It opened today: {words}").format(words=told_how_many)
    else:
        day = dates.day(opens, get_current_timezone(), language())
        sentence = (
            gettext("It opened on {day}: {words}") if opens <= clock.now() else gettext("It opens on {day}: {words}")
        ).format(day=day, words=told_how_many)
    return Finding(sentence=sentence, words=gettext("What cannot be said yet appears here as learners work."))


def _elsewhere(desk: Desk, run: Run) -> tuple[Action, ...]:
    """A session that has learners, for who looks at one without: in the demo, the simulated one."""
    busiest = max((one for one in desk.runs() if one.key != run.key), key=lambda one: one.learners, default=None)
    if busiest is None or not busiest.learners:
        return ()
    label = gettext("See a session with learners: {title}, {run}").format(title=busiest.title, run=busiest.short)
    return (Action(label=label, url=reverse("pilot:run") + Filters(run=busiest.key).query()),)


def _stop_found(desk: Desk, filters: Filters, worst: Row) -> Finding:
    stopped, at_risk = number_of(worst, "stopped") or 0, number_of(worst, "at_risk") or 1
    place = place_of(worst)
    one_in = round(at_risk / stopped)
    if one_in <= 10:  # noqa: PLR2004 - a share that people see
        sentence = gettext("One active learner in {number} stops at {place}.").format(number=one_in, place=place)
    else:
        sentence = gettext("{share} of active learners stop at {place}.").format(
            share=share(stopped / at_risk), place=place
        )
    words = ngettext(
        "{stopped} of the {at_risk} learners who got there did nothing after it.",
        "{stopped} of the {at_risk} learners who got there did nothing after it.",
        int(stopped),
    ).format(stopped=count(stopped), at_risk=count(at_risk))
    write = write_url(desk, filters, why="stopped_at", activity=str(worst["activity"]))
    asked = desk.address_of(filters.run, str(worst["activity"]))
    who: tuple[Action, ...] = ()
    if write:
        who = (Action(label=gettext("Write to the {count}").format(count=count(stopped)), url=write),)
    elif desk.names:
        who = (Action(label=gettext("See who they are"), url=stopped_url(filters, str(worst["activity"]))),)
    return Finding(
        sentence=sentence,
        words=words + " " + gettext("It is the largest fall of the session."),
        actions=(
            Action(
                label=gettext("See its figures"),
                url=reverse("pilot:exercise") + filters.query(compare="", activity=str(worst["activity"])),
            ),
            *who,
            *((Action(label=gettext("Open it in the course"), url=asked),) if asked else ()),
        ),
    )
