"""How does a run that is played here come into the pilot? Its journal and its rows, as the other sources give them.

Everybody is their pseudonym; names and addresses go into `persons`. What accounts chose to say of themselves (sex, year
of birth, education, country, first language) goes into `people`; "I'd rather not say" is like no answer there. What
they come for goes into `aims`.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator, Mapping
from typing import Any, Final
from uuid import UUID

from cordee.awards.queries import attested_in
from cordee.core.errors import N_
from cordee.courses.models import Run
from cordee.courses.outlines import CONTAINER, Entry, Outline, Section, Unit, pick
from cordee.courses.queries import outline as read_outline
from cordee.courses.queries import run_by_key
from cordee.learning.cohorts.naming_apart import names_apart
from cordee.learning.models import Enrolment, Submission
from cordee.learning.queries import everybody_in, film_lengths, journal_of, submissions_in
from cordee.people.models import AboutMe
from cordee.people.queries import team_of
from cordee.pilot.buffer import Buffer
from cordee.pilot.reports import naive
from cordee.pilot.sources import JOURNAL, Landing
from cordee.pilot.sources.edx_profile_report import EDUCATION, SEX
from cordee.pilot.structures import Node, add_tree
from cordee.ui.countries import is_country

SOURCE: Final = JOURNAL  # names the files of the store
PERCENT: Final = 100
ANSWER_SIGNS: Final = 200
TOLD_ELSEWHERE: Final = N_("said by the grades, the answers or the structure")
STRANGER: Final = N_("somebody who has no place in the session")

TOLD: Final = "told"  # fills `feedback` alone; `asked_hint` fills both tables
UNHELPED: Final = "unhelped"  # fills the table of this name alone

# Our verbs -> the pilot's, and which of the event's data are `from_s` and `to_s`.
VERBS: Final[Mapping[str, tuple[str, str, str]]] = {
    "enrolled": ("enrolled", "", ""),
    "left": ("left", "", ""),
    "viewed": ("viewed", "", ""),
    "submitted": ("submitted", "", ""),
    "told": (TOLD, "", ""),
    "unhelped": (UNHELPED, "", ""),
    "asked_hint": ("asked_hint", "", ""),
    "played": ("played", "at_s", ""),
    "paused": ("paused", "at_s", ""),
    "seeked": ("seeked", "from_s", "to_s"),
    "progressed": ("watched", "from_s", "to_s"),
}
Handed = tuple[str, str, int]  # pseudonym, activity, attempt


def read_run(run_key: str, landing: Landing, *, with_events: bool = True) -> None:
    """Fill the landing with a run of this site. 9 queries, two of them read row by row. Raises NotFound.

    Without the events where those come by themselves (sealing.py).
    """
    run = run_by_key(run_key)
    outline = read_outline(run.version.sha256)
    enrolments = everybody_in(run.pk)
    buffer = Buffer(landing)
    _add_run(buffer, run, outline)
    handed_in, late = _add_answers(buffer, run, {one.pk: str(one.account.pseudonym) for one in enrolments})
    _add_people(buffer, run, outline, enrolments, handed_in)
    if with_events:
        lengths = _add_events(buffer, landing, run, {str(one.account.pseudonym) for one in enrolments}, late)
    else:
        lengths = film_lengths(run.key)
    _add_structure(buffer, run, outline, lengths)
    buffer.close()


def _add_run(buffer: Buffer, run: Run, outline: Outline) -> None:
    weeks = [week.total_h for week in outline.effort]
    buffer.add(
        "runs",
        course=run.key,
        title=pick(outline.titles, outline.language, outline.language),
        subject=run.course.key,
        host=run.host,
        opens_at=naive(run.opens_at),
        closes_at=naive(run.closes_at) if run.closes_at else None,
        pass_mark=run.pass_mark * PERCENT,
        hours_a_week=sum(weeks) / len(weeks) if weeks else None,
    )


def _add_people(
    buffer: Buffer, run: Run, outline: Outline, enrolments: list[Enrolment], handed_in: Mapping[int, set[str]]
) -> None:
    """Enrolments, grades and names."""
    team = team_of(["", f"org:{run.course.organisation}", f"course:{run.course.key}", f"run:{run.key}"])
    attested, groups = attested_in(run.pk), names_apart(run)
    graded = _graded(outline)
    for enrolment in enrolments:
        person = str(enrolment.account.pseudonym)
        buffer.add(
            "persons", person=person, user_id=person, username="", email=enrolment.account.email,
            name=enrolment.account.name,
        )  # fmt: skip
        said = getattr(enrolment.account, "about_me", None)  # came with the enrolment: no query
        if said is not None:
            buffer.add("people", course=run.key, person=person, **_declared(said))
        aim = getattr(enrolment, "aim", None)  # came with it, too
        if aim is not None:  # also one that was taken back, so that this table takes the place of the one before
            buffer.add("aims", course=run.key, person=person, aim=aim.aim)
        buffer.add(
            "enrolments",
            course=run.key,
            person=person,
            enrolled_at=naive(enrolment.enrolled_at),
            active=enrolment.left_at is None,
            mode="",
            cohort=groups.get(enrolment.cohort_id or 0, ""),
            staff=enrolment.account_id in team,
        )
        buffer.add(
            "grades",
            course=run.key,
            person=person,
            grade=enrolment.grade * PERCENT,
            passed=outline.gives_grade and enrolment.grade >= run.pass_mark,
            certified=enrolment.pk in attested,
            complete=graded <= handed_in.get(enrolment.pk, set()) if graded is not None else None,
        )


def _declared(said: AboutMe) -> dict[str, str | int | None]:
    """What somebody said of themselves, as the profile report of edX would; None where they did not."""
    return {
        "sex": said.gender if said.gender in SEX else None,
        "birth_year": said.year_of_birth or None,
        "education": EDUCATION.get(said.level_of_education),
        "country": said.country if is_country(said.country) else None,
        "language": said.languages[0] if said.languages else None,
    }


def _graded(outline: Outline) -> frozenset[str] | None:
    """Ids of all graded activities; None where they differ from learner to learner."""
    found: set[str] = set()
    for module in outline.modules:
        for section in module.sections:
            for unit in section.units if section.graded else ():
                if unit.id in outline.units_with_containers or unit.audience or section.audience:
                    return None
                found |= {entry.id for entry in unit.activities() if entry.points > 0}
    return frozenset(found)


def _add_answers(
    buffer: Buffer, run: Run, people: Mapping[int, str]
) -> tuple[Mapping[int, set[str]], Mapping[Handed, tuple[float, float | None]]]:
    """The last answer of each learner to each input that was graded.

    Returns the activities that each enrolment handed in, and the points of every submission that has them.
    """
    handed_in: dict[int, set[str]] = {}
    points: dict[Handed, tuple[float, float | None]] = {}
    last: Submission | None = None
    for one in submissions_in(run.pk):
        if last is not None and (last.enrolment_id, last.activity) != (one.enrolment_id, one.activity):
            _add_inputs(buffer, run, people[last.enrolment_id], last)
        last = one
        handed_in.setdefault(one.enrolment_id, set()).add(one.activity)
        if one.earned is not None:
            points[people[one.enrolment_id], one.activity, one.attempt] = (one.earned, one.possible)
    if last is not None:
        _add_inputs(buffer, run, people[last.enrolment_id], last)
    return handed_in, points


def _add_inputs(buffer: Buffer, run: Run, person: str, submission: Submission) -> None:
    for name, verdict in submission.feedback.items():
        value = submission.answer.get(name) if isinstance(submission.answer, dict) else None
        if value in (None, "", []) or not isinstance(verdict, list) or not verdict:
            continue
        words = ", ".join(str(one) for one in value) if isinstance(value, list) else str(value)
        buffer.add(
            "answers",
            course=run.key,
            person=person,
            activity=submission.activity,
            input=name.partition("_")[2] or name,  # "p_2_1" is the input 2_1
            question="",
            answer=words[:ANSWER_SIGNS],
            correct=verdict[0] == "correct",
        )


def _add_events(
    buffer: Buffer, landing: Landing, run: Run, people: set[str], points: Mapping[Handed, tuple[float, float | None]]
) -> Mapping[str, float]:
    """The journal. Returns the seconds of each film, as its player told them."""
    lengths: dict[str, float] = {}
    for event in journal_of(run.key):
        landing.tally.read += 1
        person = str(event.actor)
        if event.verb == "played" and isinstance(event.data.get("length_s"), int | float):
            lengths[event.activity] = max(lengths.get(event.activity, 0.0), float(event.data["length_s"]))
        if event.verb not in VERBS:
            landing.tally.drop(TOLD_ELSEWHERE, event.verb)
            continue
        if person not in people:
            landing.tally.drop(STRANGER)  # the team looking at a run without a place in it
            continue
        verb, begins, ends = VERBS[event.verb]
        for number, rule, hint in feedback_of(event.id, event.verb, event.data):
            about: dict[str, Any] = {"hint": hint} if verb != UNHELPED else {}
            buffer.add(
                "feedback" if verb != UNHELPED else UNHELPED,
                id=number,
                course=run.key,
                person=person,
                happened_at=happened_at(event.at, event.device_at),
                activity=event.activity,
                rule=rule,
                **about,
            )
        if verb in (TOLD, UNHELPED):
            landing.tally.kept += 1
            continue
        attempt = event.data.get("attempt")
        earned, possible = event.data.get("earned"), event.data.get("possible")
        if earned is None:  # it was graded later
            earned, possible = points.get((person, event.activity, attempt or 0), (None, possible))
        buffer.add(
            "events",
            id=event_id(event.id),
            course=run.key,
            person=person,
            happened_at=happened_at(event.at, event.device_at),
            verb=verb,
            activity=event.activity,
            from_s=event.data.get(begins) if begins else None,
            to_s=event.data.get(ends) if ends else None,
            earned=earned if verb == "submitted" else None,
            possible=possible if verb == "submitted" else None,
            attempt=attempt if verb == "submitted" else None,
        )
        landing.tally.kept += 1
    return lengths


def event_id(number: UUID) -> int:
    """The pilot's id of an event of ours: 64 bits of a hash, since a device may have made the number."""
    return int.from_bytes(hashlib.sha256(number.bytes).digest()[:8], "big")


def feedback_of(number: UUID, verb: str, data: Mapping[str, Any]) -> list[tuple[int, str, int | None]]:
    """What an event says in the table `feedback` or `unhelped`: (id, rule, hint), a row for each rule."""
    if verb == UNHELPED:
        return [(event_id(number), str(data.get("rule", "")), None)]
    if verb == TOLD:
        return [
            (int.from_bytes(hashlib.sha256(number.bytes + rule.encode()).digest()[:8], "big"), rule, None)
            for rule in map(str, data.get("rules", ()))
        ]
    hint = data.get("hint")
    return [(event_id(number), "", hint)] if verb == "asked_hint" and isinstance(hint, int) else []


def happened_at(at: dt.datetime, device_at: dt.datetime | None) -> dt.datetime:
    """When it happened on the device, where that is not later than when we heard of it."""
    return naive(device_at if device_at and device_at <= at else at)


def _add_structure(buffer: Buffer, run: Run, outline: Outline, lengths: Mapping[str, float]) -> None:
    def add(table: str, **values: Any) -> None:
        buffer.add(table, course=run.key, **values)

    own = outline.language
    modules = [
        Node(
            module.id,
            "chapter",
            pick(module.titles, own, own),
            children=tuple(_section(section, own, lengths) for section in module.sections if not section.staff_only),
        )
        for module in outline.modules
        if not module.staff_only
    ]
    add_tree(add, modules)


def _section(section: Section, own: str, lengths: Mapping[str, float]) -> Node:
    return Node(
        section.id,
        "sequential",
        pick(section.titles, own, own),
        graded=section.graded,
        type=section.assignment_type,
        children=tuple(_unit(unit, own, lengths) for unit in section.units if not unit.staff_only),
    )


def _unit(unit: Unit, own: str, lengths: Mapping[str, float]) -> Node:
    leaves = tuple(
        Node(
            entry.id,
            entry.tag,
            pick(entry.titles, own, own) if entry.titles else "",
            weight=entry.points,
            length_s=lengths.get(entry.id),
        )
        for entry in _entries(unit)
    )
    return Node(unit.id, "vertical", pick(unit.titles, own, own), children=leaves)


def _entries(unit: Unit) -> Iterator[Entry]:
    for top in unit.entries:
        for entry in top.walk():
            if entry.kind != CONTAINER and not entry.staff_only:
                yield entry
