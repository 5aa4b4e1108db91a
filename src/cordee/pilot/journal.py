"""Which rows do events of our own journal give, a few at a time: a batch to seal, or the tail that a page reads?

What an event says in the pilot's tables is in own.py, which reads whole runs. The journal knows more verbs than an
indicator asks for; those that tell of no act of learning (a draw, a grade, an attestation) have no row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final
from uuid import UUID

from django.db.models import Q

from cordee.learning.models import Event
from cordee.pilot.own import TOLD, UNHELPED, VERBS, event_id, feedback_of, happened_at
from cordee.pilot.parts import moment_of
from cordee.pilot.reports import naive

# The pilot's columns, in order, of what `rows` gives; "received_at" is when the server had it.
# Which of the rows stand in which table is said by `OF_TABLE`.
COLUMNS: Final = (
    "id",
    "course",
    "actor",
    "happened_at",
    "verb",
    "activity",
    "from_s",
    "to_s",
    "earned",
    "possible",
    "attempt",
    "rule",
    "hint",
    "received_at",
)
OF_TABLE: Final[Mapping[str, str]] = {
    "events": f"verb NOT IN ('{TOLD}', '{UNHELPED}')",
    "feedback": f"(rule <> '' OR hint IS NOT NULL) AND verb <> '{UNHELPED}'",
    "unhelped": f"verb = '{UNHELPED}'",
}
CHUNK: Final = 5000
Row = tuple[Any, ...]


def rows(which: Q, actor_of: Callable[[str], int], *, most: int | None = None) -> Iterator[Row]:
    """The pilot's rows of the events that `which` chooses, by their time on the server (1 query, read in pieces).

    What was told of an answer is a row for each rule; so a few more than `most` may come.
    `happened_at` is the device's time where a device told it: what was done offline is told late, with its own time.
    """
    actors: dict[UUID, int] = {}
    found = (
        Event.objects.filter(which, verb__in=VERBS)
        .order_by("sent_at", "at", "id")[:most]
        .values_list("id", "run", "actor", "at", "device_at", "verb", "activity", "data")
    )
    for number, run, person, at, device_at, verb, activity, data in found.iterator(chunk_size=CHUNK):
        name, begins, ends = VERBS[verb]
        actor = actors.get(person)
        if actor is None:
            actor = actors[person] = actor_of(str(person))
        said = feedback_of(number, verb, data)
        for one, rule, hint in said if verb in (TOLD, UNHELPED) else said or [(event_id(number), "", None)]:
            yield (
                one,
                run,
                actor,
                happened_at(at, device_at),
                name,
                activity,
                data.get(begins) if begins else None,
                data.get(ends) if ends else None,
                *_score(verb, data),
                rule,
                hint,
                naive(at),
            )


def waiting(until: int, runs: Iterable[str] = ()) -> Q:
    """Events that a store sealed until then does not hold, of these runs, () for all."""
    later = Q(sent_at=None) | Q(sent_at__gt=moment_of(until))
    chosen = tuple(runs)
    return later & Q(run__in=chosen) if chosen else later


def _score(verb: str, data: Mapping[str, Any]) -> tuple[float | None, float | None, int | None]:
    if verb != "submitted":
        return None, None, None
    return data.get("earned"), data.get("possible"), data.get("attempt")
