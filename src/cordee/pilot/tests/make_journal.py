"""Events of our own journal for this room's tests, without a course behind them."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from cordee.core.ids import uuid7
from cordee.learning.models import Event

NOW = dt.datetime(2026, 11, 24, 9, 0, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)
RUN = "Ingenia+TST101+2026"


def make_events(
    count: int = 1,
    *,
    verb: str = "viewed",
    run: str = RUN,
    actor: uuid.UUID | None = None,
    at: dt.datetime = NOW,
    device_at: dt.datetime | None = None,
    activity: str = "u1",
    data: dict[str, Any] | None = None,
) -> list[Event]:
    """So many, a second apart, of one person, or of one each."""
    return Event.objects.bulk_create(
        [
            Event(
                id=uuid7(),
                verb=verb,
                run=run,
                actor=actor or uuid.uuid4(),
                at=at + number * SECOND,
                device_at=device_at,
                activity=activity,
                data=data or {},
            )
            for number in range(count)
        ]
    )
