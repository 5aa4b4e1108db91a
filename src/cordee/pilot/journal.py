"""What does an event of our own journal say in the pilot's tables?

The journal knows more verbs than an indicator asks for; those that tell of no act of learning (a draw, a grade, an
attestation) have no row there.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final
from uuid import UUID

from django.db.models import Q

from cordee.learning.models import Event
from cordee.pilot.parts import moment_of

# The pilot's columns, in order, of what `rows` gives; "received_at" is when the server had it.
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
    "received_at",
)
VERBS: Final[Mapping[str, str]] = {
    "enrolled": "enrolled",
    "left": "left",
    "viewed": "viewed",
    "submitted": "submitted",
    "played": "played",
    "paused": "paused",
    "ended": "paused",  # a film that came to its end stands still, at its last second
    "seeked": "seeked",
    "progressed": "watched",
}
CHUNK: Final = 5000
Row = tuple[Any, ...]


def rows(which: Q, actor_of: Callable[[str], int], *, most: int | None = None) -> Iterator[Row]:
    """The pilot's rows of the events that `which` chooses, by their time on the server (1 query, read in pieces).

    `happened_at` is the device's time where a device told it: what was done offline is told late, with its own time.
    """
    actors: dict[UUID, int] = {}
    found = (
        Event.objects.filter(which, verb__in=VERBS)
        .order_by("sent_at", "at", "id")[:most]
        .values_list("id", "run", "actor", "at", "device_at", "verb", "activity", "data")
    )
    for number, run, person, at, device_at, verb, activity, data in found.iterator(chunk_size=CHUNK):
        actor = actors.get(person)
        if actor is None:
            actor = actors[person] = actor_of(str(person))
        yield (
            id_of(number),
            run,
            actor,
            _naive(device_at or at),
            VERBS[verb],
            activity,
            *_places(data),
            *_score(verb, data),
            _naive(at),
        )


def waiting(until: int, runs: Iterable[str] = ()) -> Q:
    """Events that a store sealed until then does not hold, of these runs, () for all."""
    later = Q(sent_at=None) | Q(sent_at__gt=moment_of(until))
    chosen = tuple(runs)
    return later & Q(run__in=chosen) if chosen else later


def id_of(number: UUID) -> int:
    """The pilot's id of a record: 64 bits of a hash, since a device may have made the number."""
    return int.from_bytes(hashlib.blake2b(number.bytes, digest_size=8).digest(), "big")


def _naive(moment: dt.datetime) -> dt.datetime:
    return moment.astimezone(dt.UTC).replace(tzinfo=None)


def _places(data: Mapping[str, Any]) -> tuple[float | None, float | None]:
    """Seconds of a film."""
    start = data.get("from_s", data.get("at_s"))
    return (None if start is None else float(start), None if data.get("to_s") is None else float(data["to_s"]))


def _score(verb: str, data: Mapping[str, Any]) -> tuple[float | None, float | None, int | None]:
    if verb != "submitted":
        return None, None, None
    return data.get("earned"), data.get("possible"), data.get("attempt")
