"""How do old lines of the journal stop leading to the people who left them?

As in an erasure: the pseudonym becomes another one, known to nobody, one for each person and session at a time. Lines
that are counted stay counted. Only lines that the pilot's store has taken over, whose files are another matter.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Final

from django.db.models import QuerySet

from cordee.learning.models import Event
from cordee.people.models import Account

AT_ONCE: Final = 2_000  # people and sessions of one day


def old_lines(*, before: dt.datetime) -> QuerySet[Event]:
    """Those that lead to an account. No query."""
    people = Account.objects.values("pseudonym")
    return Event.objects.filter(at__lt=before, sent_at__isnull=False, actor__in=people).order_by()


def unlink_old_lines(*, before: dt.datetime) -> int:
    """How many. 1 query, and 1 for each person and session, of some of them: the rest another day."""
    pairs = list(old_lines(before=before).values_list("actor", "run").distinct()[:AT_ONCE])
    return sum(
        Event.objects.filter(at__lt=before, sent_at__isnull=False, actor=actor, run=run).update(actor=uuid.uuid4())
        for actor, run in pairs
    )
