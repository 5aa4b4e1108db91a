"""Who did what, when: the one door into the journal.

An event carries the person's pseudonym, never the person. The verbs and the data each may carry are a closed list: what
is not in it cannot be recorded by mistake.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from cordee.learning.models import Event
from cordee.learning.prepared import add

VERBS: Final[Mapping[str, frozenset[str]]] = {
    "enrolled": frozenset(),
    "left": frozenset(),
    "viewed": frozenset({"language"}),  # activity = the unit's id
    "assigned": frozenset({"partition", "group", "children"}),  # a container showed a learner what was drawn
    "submitted": frozenset({"attempt", "earned", "possible", "late", "language"}),
    "graded": frozenset({"grade", "passed"}),  # the course grade changed
    "attestation_issued": frozenset({"grade", "supersedes"}),
}


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
    extra = set(data or ()) - VERBS[verb]
    if extra:
        raise ValueError(f"the verb {verb!r} carries no {sorted(extra)}")
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
