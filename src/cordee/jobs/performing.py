"""How are jobs done: each at least once, none by two at a time, and none given up in silence?

Who takes a job raises its `claims` where they still are what was read (one UPDATE, on either engine), and has until
`due_at` to end it. A worker that is killed ends nothing, so the next one takes the job when that lease is over; a slow
one that comes back finds that `claims` went on, and its word no longer counts. So a work may be begun twice, and must
be such that twice is like once. No transaction is open, and no lock is held, while a work goes on or nothing is due.
"""

from __future__ import annotations

import datetime as dt
import logging
import threading
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Final

from django.db import DatabaseError, connection

from cordee.core import clock, figures
from cordee.jobs.models import Job

LEASE: Final = dt.timedelta(minutes=3)  # longer than any work takes: a letter's words with its server
FIRST_WAIT_S: Final = 30.0
LONGEST_WAIT_S: Final = 2 * 3600.0
MOST_FAILURES: Final = 10  # with these waits the last try comes some seven hours after the first
LOOK_S: Final = 2.0  # how often an idle worker asks (1 query on a small index)
FEW: Final = 10  # candidates read at once: others may take the first
LAPSED: Final = "The worker that had begun it ended in the middle."
HELD: Final = "Held by an operator."

logger = logging.getLogger("cordee.jobs")


class NotNow(Exception):
    """The work cannot be done before `wait_s` seconds, for a reason that is not its own: no failure is counted."""

    def __init__(self, why: str, *, wait_s: float) -> None:
        super().__init__(why)
        self.wait_s = wait_s


class ForGood(Exception):
    """The work failed, and trying again would not help."""


@dataclass(frozen=True, slots=True)
class Work:
    """How jobs of one kind are done."""

    act: Callable[[Job], None]  # raises when it failed
    wait_s: Callable[[], float] = lambda: 0.0  # until one more of them may be begun
    gave_up: Callable[[Job, str], None] = lambda _job, _why: None  # what else is to be noted then
    end: Callable[[], None] = lambda: None  # when the worker stops: leave what is kept open
    lease: dt.timedelta | None = None  # after which somebody else takes what a killed worker had begun; None: LEASE


AT_ONCE: Final = nullcontext()
Works = Mapping[str, Work]  # kind -> how it is done


def perform_next(works: Works, *, now: Callable[[], dt.datetime] = clock.now) -> float:
    """Do one job that is due. Returns the seconds until to ask again: 0 when one was done. 1 query for nothing."""
    waits = {kind: work.wait_s() for kind, work in works.items()}
    ready = [kind for kind, wait_s in waits.items() if wait_s <= 0]
    job = _claim(works, ready, now()) if ready else None
    if job is None:
        return min([LOOK_S, *(wait_s for wait_s in waits.values() if wait_s > 0)])
    _perform(works[job.kind], job, now)
    return 0.0


def work_off(
    works: Works,
    stopping: threading.Event,
    *,
    quiet: AbstractContextManager[object] = AT_ONCE,
    pause: Callable[[float], object] | None = None,
) -> None:
    """Do what is due until `stopping` is set. `quiet` is entered for each job: between two, nothing is under way.

    `pause`: waits so many seconds, or less where somebody knows that there is something to do.
    """
    while not stopping.is_set():
        try:
            with quiet:
                wait_s = perform_next(works)
        except Exception:  # the database is away, for instance: the lease of what was begun lapses
            figures.add(figures.WORKER_FAILURES)
            logger.exception("the queue could not be read or written")
            connection.close()
            wait_s = LOOK_S
        if wait_s > 0:
            (pause or stopping.wait)(wait_s)
    for work in works.values():
        work.end()


def try_again(*, ids: tuple[str, ...] = (), now: dt.datetime) -> int:
    """Have jobs that were given up done again, all of them or those with these ids; how many. 1 query."""
    given_up = Job.objects.filter(given_up_at__isnull=False)
    if ids:
        given_up = given_up.filter(pk__in=ids)
    return given_up.update(given_up_at=None, failures=0, due_at=now, leased=False)


def hold_waiting(*, now: dt.datetime) -> int:
    """Give up all that waits and that nobody has begun, until `try_again`; how many. 1 query."""
    waiting = Job.objects.filter(done_at__isnull=True, given_up_at__isnull=True, leased=False)
    return waiting.update(given_up_at=now, error=HELD)


def _claim(works: Works, kinds: list[str], now: dt.datetime) -> Job | None:
    open_jobs = Job.objects.filter(done_at__isnull=True, given_up_at__isnull=True)
    for job in list(open_jobs.filter(kind__in=kinds, due_at__lte=now).order_by("due_at")[:FEW]):
        lapsed = job.leased
        seen, job.claims = job.claims, job.claims + 1
        if lapsed:
            job.failures, job.error = job.failures + 1, LAPSED
        taken = open_jobs.filter(pk=job.pk, claims=seen).update(
            claims=job.claims,
            leased=True,
            due_at=now + (works[job.kind].lease or LEASE),
            failures=job.failures,
            error=job.error,
        )
        if not taken:
            continue  # somebody else was faster
        if job.failures >= MOST_FAILURES:
            _give_up(works[job.kind], job, job.error, now)
            continue
        return job
    return None


def _perform(work: Work, job: Job, now: Callable[[], dt.datetime]) -> None:
    try:
        work.act(job)
    except NotNow as later:
        _end(job, due_at=now() + dt.timedelta(seconds=later.wait_s), error=_words(later))
    except ForGood as wrong:
        _give_up(work, job, _words(wrong), now())
    except Exception as wrong:
        figures.add(figures.WORKER_FAILURES)
        if isinstance(wrong, DatabaseError):
            connection.close()  # the next statement opens it anew
        job.failures += 1
        logger.warning("%s: failed (%s of %s)", job, job.failures, MOST_FAILURES, exc_info=wrong)
        if job.failures >= MOST_FAILURES:
            _give_up(work, job, _words(wrong), now())
        else:
            wait = dt.timedelta(seconds=wait_after(job.failures))
            _end(job, due_at=now() + wait, failures=job.failures, error=_words(wrong))
    else:
        _end(job, done_at=now(), error="")
        figures.add(figures.JOBS_DONE)


def wait_after(failures: int) -> float:
    """Seconds until a job that failed so often is tried again: 30 s, then twice as long each time, 2 h at most."""
    return min(FIRST_WAIT_S * float(2 ** (failures - 1)), LONGEST_WAIT_S)


def _give_up(work: Work, job: Job, why: str, now: dt.datetime) -> None:
    logger.error("%s: given up: %s", job, why)
    work.gave_up(job, why)
    _end(job, given_up_at=now, failures=job.failures, error=why)


def _end(job: Job, **fields: object) -> None:
    """Note what became of a job, unless it was taken by another meanwhile."""
    Job.objects.filter(pk=job.pk, claims=job.claims).update(leased=False, **fields)


def _words(wrong: Exception) -> str:
    return (str(wrong) or type(wrong).__name__)[:500]
