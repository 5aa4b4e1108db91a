"""How is work put off until later, so that it is neither forgotten nor done for a fact that was undone?

A job is a row written in the transaction of the fact that asks for it: both are there, or neither is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from cordee.jobs.models import Job

ROWS_AT_ONCE = 500


def enqueue(*, kind: str, key: str, data: Mapping[str, Any], now: dt.datetime) -> None:
    """Have this done soon; a job of this kind and key that is there already, done or not, is left as it is. 1 query.

    Raises RuntimeError outside a transaction.
    """
    enqueue_many(kind=kind, jobs={key: data}.items(), now=now)


def enqueue_many(
    *,
    kind: str,
    jobs: Iterable[tuple[str, Mapping[str, Any]]],
    now: dt.datetime,
    due_at: dt.datetime | None = None,
) -> None:
    """The same of many (key, data), in few queries (500 rows each; SQLite takes about a hundred).

    Jobs are begun in the order of `due_at` (default: now): one that lies in the past overtakes what waits.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a job is enqueued in the transaction of its fact")
    rows = [Job(kind=kind, key=key, data=dict(data), enqueued_at=now, due_at=due_at or now) for key, data in jobs]
    Job.objects.bulk_create(rows, batch_size=ROWS_AT_ONCE, ignore_conflicts=True)
