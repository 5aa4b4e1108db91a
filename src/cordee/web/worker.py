"""What does the worker process of a site do, and when?

A schedule of plain functions, one after the other: what takes long or comes by the clock is nobody's page. Each is
called again after its time, also when it failed; why is in the log. A function that others may not wait for looks at
`stopping` itself. What needs the pilot's column store is done apart, in a child that ends with it: at rest this process
holds none of it.

Beside it, in a thread of its own, the queue: no duty waits for a slow server. One that is done apart waits for the job
at hand, for a child that is forked in the middle of one could find a lock that nobody opens.
"""

from __future__ import annotations

import contextlib
import logging
import logging.config
import signal
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cordee.core import clock, figures, memory
from cordee.web import logs
from cordee.web.apart import do_apart
from cordee.web.environment import Environment

if TYPE_CHECKING:
    from cordee.jobs.performing import Works

LOOK_S: Final = 5.0  # how often it looks whether something is due
Stopping = Callable[[], bool]

_BETWEEN_JOBS = threading.Lock()  # held while a job is done, and while a child is forked
_REMEMBERED: dict[str, float] = {}  # from when on a run may be read again

logger = logging.getLogger("cordee.worker")


@dataclass(frozen=True, slots=True)
class Duty:
    """One thing to do every so often. `presses`: whether it is due before its time."""

    name: str
    every_s: float
    act: Callable[[Stopping], None]
    presses: Callable[[], bool] = lambda: False


def seal_journal(stopping: Stopping) -> None:
    """Bring the journal's events into the pilot's store, if there are any (2 queries when there are none)."""
    from cordee.pilot import outbox

    def act() -> None:
        from cordee.pilot import live, sealing
        from cordee.pilot.store import InUse

        # While an import runs, what is not sealed is read from the database.
        with contextlib.suppress(InUse):
            done = sealing.seal(live.site_store(), now=clock.now, stopping=stopping)
            figures.add(figures.EVENTS_SEALED, amount=done.events)

    if outbox.anything_to_seal(settings().pilot_folder):
        do_apart(act, stopping=stopping, quiet=_BETWEEN_JOBS)


def many_wait() -> bool:
    """Whether a whole batch of events waits to be sealed (1 query)."""
    from cordee.pilot import outbox

    return outbox.waiting_events() >= outbox.BATCH


def refresh_states(stopping: Stopping) -> None:
    """Read anew who is enrolled, grades, answers and outline of the runs in which something happened.

    What their pages ask is answered ahead. Both together take a twentieth of the time at most (`outbox.REST`).
    """
    from cordee.pilot import outbox

    due = outbox.runs_due(settings().pilot_folder, _REMEMBERED, now=clock.now())

    def act() -> None:
        from cordee.pilot import live, refreshing, small_cells
        from cordee.pilot.store import InUse

        with contextlib.suppress(InUse):
            store = live.site_store()
            done = refreshing.refresh(store, due, now=clock.now, stopping=stopping)
            small_cells.roll_up(store)  # so that pages about all runs do not wait for these
            refreshing.prepare_answers(store, done, k=settings().small_cell, stopping=stopping)

    if due:
        began = time.monotonic()
        do_apart(act, stopping=stopping, quiet=_BETWEEN_JOBS)
        for key in due:
            _REMEMBERED[key] = time.monotonic() + outbox.REST * (time.monotonic() - began) / len(due)


def compact_store(stopping: Stopping) -> None:
    """Make one file of a month's many."""

    def act() -> None:
        from cordee.pilot import compacting, live
        from cordee.pilot.store import InUse

        with contextlib.suppress(InUse):
            compacting.compact(live.site_store(), stopping=stopping)

    do_apart(act, stopping=stopping, quiet=_BETWEEN_JOBS)


def count_hours(stopping: Stopping) -> None:
    """Add up the hours of everybody by week, for the home page."""

    def act() -> None:
        from cordee.jobs.site import COMMUNITY_HOURS, keep_fact
        from cordee.pilot import live
        from cordee.pilot.community_hours import community_hours

        found = community_hours(live.site_store(), now=clock.now(), smallest=settings().small_cell)
        keep_fact(COMMUNITY_HOURS, found)

    do_apart(act, stopping=stopping, quiet=_BETWEEN_JOBS)


def settings() -> Environment:
    """What the site is told by its variables; Django is set up."""
    from django.conf import settings as django

    found: Environment = django.CORDEE
    return found


def forget_what_lasted(_stopping: Stopping) -> None:
    """Delete what has lasted its term: sign-ins, letters, exports, jobs that were done."""
    from cordee.web import retention

    found = retention.apply(now=clock.now())
    if any(found.values()):
        logger.info("forgotten after their term: %s", found)


def write_digests(_stopping: Stopping) -> None:
    """Write to who agreed to it about what is due."""
    from cordee.learning.digest import write_digests

    write_digests(now=clock.now())


def perform_apart(stopping: Stopping) -> None:
    """Do the jobs that read or rewrite the pilot's store, or hold much for a while (1 query when none is due)."""
    from cordee.courses.handing_over import KIND as COURSE
    from cordee.jobs.performing import perform_next
    from cordee.jobs.queries import anything_due
    from cordee.people.asking_data import KIND as EXPORT
    from cordee.people.asking_erasure import KIND as ERASURE

    if not anything_due((EXPORT, ERASURE, COURSE), now=clock.now()):
        return

    def act() -> None:
        works = works_apart()
        while not stopping() and perform_next(works) <= 0:
            pass

    do_apart(act, stopping=stopping, quiet=_BETWEEN_JOBS)


def forget_account_letters(_stopping: Stopping) -> None:
    """Delete links of letters that ended long ago, and letters about accounts of a season ago."""
    from cordee.jobs.writing_letters import forget_necessary
    from cordee.people.by_letter.links import forget_links

    forget_links(now=clock.now())
    forget_necessary(now=clock.now())


def fill_cohorts(_stopping: Stopping) -> None:
    """Let in whom the rules of cohorts name (1 query when there are none)."""
    from cordee.learning.cohorts.ruling import apply_all

    apply_all(now=clock.now())


def forget_lists_of_people(_stopping: Stopping) -> None:
    """Delete lists of people and reports of marks that were looked at and not taken within a day."""
    from cordee.learning.cohorts.filling import forget_lists
    from cordee.learning.elsewhere.marks import forget_mark_lists

    forget_lists(now=clock.now())
    forget_mark_lists(now=clock.now())


def write_about_next_runs(_stopping: Stopping) -> None:
    """Write to who waits for the next session of a course (1 query when nobody does)."""
    from cordee.learning.catalogue.next_run import write_about_next_runs

    write_about_next_runs(now=clock.now())


SCHEDULE: Final = (
    Duty("seal the journal", 60.0, seal_journal, presses=many_wait),
    Duty("read the states of runs", 60.0, refresh_states),
    Duty("compact the pilot’s store", 600.0, compact_store),
    Duty("forget letters about accounts", 6 * 3600.0, forget_account_letters),
    Duty("give people their data, erase who asked, write courses", 5.0, perform_apart),
    Duty("write about what is due", 3600.0, write_digests),
    Duty("forget what has lasted its term", 24 * 3600.0, forget_what_lasted),
    Duty("fill cohorts by their rules", 600.0, fill_cohorts),
    Duty("forget lists of people", 3600.0, forget_lists_of_people),
    Duty("write about next sessions", 600.0, write_about_next_runs),
    Duty("count everybody’s hours", 24 * 3600.0, count_hours),
)


def works_apart() -> Works:
    """Kinds of jobs that need the pilot's column store, or a whole course in memory: not for this process."""
    from cordee.courses import handing_over
    from cordee.people import asking_data, asking_erasure, erasing, exporting

    return {
        asking_data.KIND: exporting.work(),
        asking_erasure.KIND: erasing.work(),
        handing_over.KIND: handing_over.work(),
    }


def works() -> Works:
    """Every other kind of job, and how it is done."""
    from cordee.jobs.performing import Work
    from cordee.jobs.sending_letters import Post
    from cordee.jobs.writing_letters import KIND as LETTER
    from cordee.learning import counting_anew
    from cordee.learning.cohorts import inviting
    from cordee.people.queries import address_to_write_to

    return {
        LETTER: Post(address_to_write_to).work(),
        inviting.KIND: Work(act=inviting.write_some),
        counting_anew.KIND: Work(act=counting_anew.count_anew),
    }


def perform_jobs(jobs: Works, stopping: threading.Event) -> None:
    """The queue's thread. It imports nothing: a child forked in the middle of an import would wait for it for ever."""
    from django.db import connections

    from cordee.jobs.performing import work_off

    try:
        work_off(jobs, stopping, quiet=_BETWEEN_JOBS)
    finally:
        connections.close_all()  # this thread's own


def work(schedule: Sequence[Duty], stopping: threading.Event, *, look_s: float = LOOK_S) -> None:
    """Do what is due until `stopping` is set. The first round is at once: whoever was killed left something to end."""
    due = dict.fromkeys((duty.name for duty in schedule), 0.0)
    while not stopping.is_set():
        for duty in schedule:
            if stopping.is_set():
                break
            if time.monotonic() >= due[duty.name] or _is_pressed(duty):
                _do(duty, stopping.is_set)
                due[duty.name] = time.monotonic() + duty.every_s
        figures.add(figures.WORKER_ROUNDS)
        stopping.wait(look_s)


def _is_pressed(duty: Duty) -> bool:
    try:
        return duty.presses()
    except Exception:
        _failed(duty)
        return False


def _do(duty: Duty, stopping: Stopping) -> None:
    began = time.monotonic()
    try:
        duty.act(stopping)
    except Exception:  # whatever one meets, the others go on
        _failed(duty)
    else:
        logger.debug("%s: %.3f s", duty.name, time.monotonic() - began)


def _failed(duty: Duty) -> None:
    from django.db import connection

    figures.add(figures.WORKER_FAILURES)
    logger.exception("%s: failed, and is tried again", duty.name)
    connection.close()  # the next one to ask opens it anew


def main() -> None:
    """Work until SIGTERM, in a process of `cordee serve`."""
    environment = Environment.read()
    logging.config.dictConfig(logs.configuration(environment, "worker"))
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    with memory.importing():
        import django

        django.setup()
    memory.give_back()
    import cordee.jobs.performing  # noqa: F401 - before there is a second thread

    queue = threading.Thread(target=perform_jobs, args=(works(), stopping), name="queue", daemon=True)
    queue.start()
    work(SCHEDULE, stopping)
    queue.join(environment.stop_wait)  # a server that hangs holds up no stop: the job is done again
    from django.db import connections

    connections.close_all()
