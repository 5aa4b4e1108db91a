"""What does an operator ask of the queue, and a room above of letters?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.db.models import Count, Min, Q

from cordee.jobs.models import Job, Letter, Message, NoLetters

ADDRESSES_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class QueueState:
    """How the queue stands."""

    waiting: int  # jobs neither done nor given up
    oldest_at: dt.datetime | None  # since when the one that has waited longest is here
    given_up: int


def queue_state() -> QueueState:
    """1 query."""
    is_open = Q(done_at__isnull=True, given_up_at__isnull=True)
    found = Job.objects.filter(done_at__isnull=True).aggregate(
        waiting=Count("pk", filter=is_open),
        oldest=Min("enqueued_at", filter=is_open),
        given_up=Count("pk", filter=Q(given_up_at__isnull=False)),
    )
    return QueueState(found["waiting"], found["oldest"], found["given_up"])


def anything_due(kinds: Collection[str], *, now: dt.datetime) -> bool:
    """Whether a job of one of these kinds may be begun. 1 query on a small index."""
    due = Job.objects.filter(done_at__isnull=True, given_up_at__isnull=True, due_at__lte=now)
    return due.filter(kind__in=kinds).exists()


def asker(kinds: Collection[str]) -> Callable[[dt.datetime], bool]:
    """`anything_due` for who asks ten times a second: the statement is composed once."""
    table = connection.ops.quote_name(Job._meta.db_table)  # noqa: SLF001 - documented
    marks = ", ".join(["%s"] * len(kinds))
    statement = (
        f"SELECT 1 FROM {table} WHERE done_at IS NULL AND given_up_at IS NULL AND due_at <= %s "  # noqa: S608 - our own
        f"AND kind IN ({marks}) LIMIT 1"
    )

    def ask(now: dt.datetime) -> bool:
        with connection.cursor() as cursor:
            cursor.execute(statement, [connection.ops.adapt_datetimefield_value(now), *kinds])
            return cursor.fetchone() is not None

    return ask


def jobs_called(kind: str, keys: Collection[str]) -> dict[str, Job]:
    """Those jobs of a kind that are there, done or not, by key. 1 query."""
    return {job.key: job for job in Job.objects.filter(kind=kind, key__in=list(keys))}


def jobs_given_up(most: int = 100) -> list[Job]:
    """Those that failed for good, the latest first. 1 query."""
    return list(Job.objects.filter(given_up_at__isnull=False).order_by("-given_up_at")[:most])


def last_trouble() -> str:
    """Why the job that has waited longest after a failure was not done; "" when none has failed. 1 query."""
    open_jobs = Job.objects.filter(done_at__isnull=True, given_up_at__isnull=True)
    found = open_jobs.exclude(error="").order_by("enqueued_at").values_list("error", flat=True).first()
    return found or ""


def who_said_no(topic: str) -> frozenset[UUID]:
    """The persons who want no letters of this topic, or none at all. 1 query."""
    return frozenset(NoLetters.objects.filter(topic__in=("", topic)).values_list("person", flat=True))


def said_no(person: UUID, topic: str) -> bool:
    """1 query."""
    return NoLetters.objects.filter(person=person, topic__in=("", topic)).exists()


def topics_refused(person: UUID) -> frozenset[str]:
    """What somebody wants no letters of; "" among them where it is everything. 1 query."""
    return frozenset(NoLetters.objects.filter(person=person).values_list("topic", flat=True))


def is_written(key: str) -> bool:
    """Whether there is a message of this key. 1 query."""
    return Message.objects.filter(key=key).exists()


def bounced_among(addresses: Iterable[str]) -> frozenset[str]:
    """Those of these addresses that a server has refused. 1 query for each 500."""
    wanted = sorted(set(addresses))
    found: set[str] = set()
    for begin in range(0, len(wanted), ADDRESSES_AT_ONCE):
        some = wanted[begin : begin + ADDRESSES_AT_ONCE]
        refused = Letter.objects.filter(state=Letter.BOUNCED, address__in=some)
        found.update(refused.values_list("address", flat=True))
    return frozenset(found)


def letters_by_state(keys: Collection[str]) -> Mapping[str, Mapping[str, int]]:
    """Of each of these messages, how many letters are in each state. 1 query."""
    found: dict[str, dict[str, int]] = {key: dict.fromkeys(Letter.STATES, 0) for key in keys}
    rows = Letter.objects.filter(key__in=list(keys)).values_list("key", "state").annotate(count=Count("pk"))
    for key, state, count in rows:
        found[key][state] = count
    return found
