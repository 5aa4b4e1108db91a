"""Who did what, when: the one door into the journal.

An event carries the person's pseudonym, never the person. The verbs and the data each may carry are a closed list: what
is not in it cannot be recorded by mistake.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from cordee.core.ids import uuid7s
from cordee.learning.models import Enrolment, Event
from cordee.learning.prepared import add, add_columns, add_new, stored_column

VERBS: Final[Mapping[str, frozenset[str]]] = {
    "enrolled": frozenset(),
    "left": frozenset(),
    "viewed": frozenset({"language"}),  # activity = the unit's id
    "assigned": frozenset({"partition", "group", "children"}),  # a container showed a learner what was drawn
    "began": frozenset({"limit_min"}),  # activity = the id of a section whose time is limited; minutes
    "submitted": frozenset({"attempt", "earned", "possible", "late", "language"}),
    "told": frozenset({"rules"}),  # what was found of an answer, by the names of rules
    "unhelped": frozenset({"rule", "attempt"}),  # a learner says that what they were told of this one did not help
    "asked_hint": frozenset({"hint"}),  # of those that the author wrote to be asked for: which one, from 1
    "graded": frozenset({"grade", "passed"}),  # the course grade changed
    "done": frozenset({"by"}),  # of an activity: by the learner's word, or by what its kind found
    "played": frozenset({"at_s", "speed", "length_s"}),  # of a film; seconds of the film
    "paused": frozenset({"at_s"}),
    "seeked": frozenset({"from_s", "to_s"}),
    "progressed": frozenset({"from_s", "to_s"}),  # played without a gap
    "ended": frozenset({"at_s"}),
    "attestation_issued": frozenset({"grade", "supersedes"}),
}


@dataclass(frozen=True, slots=True)
class Seen:
    """An event that a device saw and sent later, under an id of its own making."""

    id: UUID
    verb: str
    device_at: dt.datetime
    data: Mapping[str, Any]


def record_seen(
    events: Sequence[Seen], *, actor: UUID, run: str, version: int, activity: str, content: str, at: dt.datetime
) -> None:
    """Add what a device saw, all or nothing (1 query).

    An id that is known already adds nothing, so a batch may be sent again.
    """
    for event in events:
        _check(event.verb, event.data)
    add_new(
        Event,
        [
            {"id": event.id, "verb": event.verb, "device_at": event.device_at, "data": dict(event.data)}
            for event in events
        ],
        actor=actor,
        run=run,
        version=version,
        activity=activity,
        content=content,
        at=at,
    )


def record_grades(
    graded: Iterable[tuple[Any, float]], *, run: str, version: int, pass_mark: float, at: dt.datetime
) -> None:
    """That the grades of many changed (1 query): (pseudonym as the database gives it, grade)."""
    told = sorted(graded, key=lambda one: str(one[0]))  # each page of the index of actors is then written once
    said: dict[float, str] = {}
    for grade in {grade for _actor, grade in told}:
        data = {"grade": grade, "passed": grade >= pass_mark}
        _check("graded", data)
        said[grade] = json.dumps(data)
    own = {
        "id": stored_column(Event, "id", uuid7s(len(told))),
        "actor": [actor for actor, _grade in told],
        "data": [said[grade] for _actor, grade in told],
    }
    add_columns(Event, own, verb="graded", run=run, version=version, at=at)


def _check(verb: str, data: Mapping[str, Any]) -> None:
    extra = set(data) - VERBS[verb]
    if extra:
        raise ValueError(f"the verb {verb!r} carries no {sorted(extra)}")


def record(
    *,
    verb: str,
    actor: UUID,
    run: str,
    at: dt.datetime,
    version: int | None = None,
    activity: str = "",
    content: str = "",
    data: Mapping[str, Any] | None = None,
) -> Event:
    """Add one event (1 query), in the transaction of the fact that it tells. `version` is the version's number."""
    _check(verb, data or {})
    event = Event(
        verb=verb,
        actor=actor,
        run=run,
        at=at,
        version=version,
        activity=activity,
        content=content,
        data=dict(data or {}),
    )
    add(event)
    return event


def record_of(
    enrolment: Enrolment,
    *,
    verb: str,
    at: dt.datetime,
    activity: str = "",
    content: str = "",
    data: Mapping[str, Any] | None = None,
) -> Event:
    """The same of a learner, in the version that their run shows; it comes with its account, run and version."""
    return record(
        verb=verb,
        actor=enrolment.account.pseudonym,
        run=enrolment.run.key,
        version=enrolment.run.version.number,
        activity=activity,
        content=content,
        at=at,
        data=data,
    )


def record_once(
    number: UUID,
    enrolment: Enrolment,
    *,
    verb: str,
    at: dt.datetime,
    activity: str,
    content: str,
    data: Mapping[str, Any],
) -> None:
    """The same under a number that the fact itself gives: one that is known already adds nothing (1 query)."""
    _check(verb, data)
    add_new(
        Event,
        [{"id": number, "data": dict(data)}],
        verb=verb,
        actor=enrolment.account.pseudonym,
        run=enrolment.run.key,
        version=enrolment.run.version.number,
        activity=activity,
        content=content,
        at=at,
    )
