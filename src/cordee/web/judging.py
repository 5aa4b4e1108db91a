"""The process that judges programs of learners: as many at once as there are cores, each in a thread of its own.

It is apart from the worker, which forks: what judging holds open must not be held twice. The compiler's library is
built first, where it is not there yet; answers wait meanwhile.
"""

from __future__ import annotations

import logging
import logging.config
import os
import signal
import threading
from typing import TYPE_CHECKING, Final

from cordee.core import memory
from cordee.web import logs
from cordee.web.environment import Environment

if TYPE_CHECKING:
    from cordee.jobs.performing import Works

LOOK_S: Final = 0.1  # how often is asked, for all threads, whether somebody waits: a learner does
BUILD_AGAIN_S: Final = 60.0
LESS_URGENT: Final = 5  # pages go before verdicts

logger = logging.getLogger("cordee.laboratory")


def perform(works: Works, stopping: threading.Event, woken: threading.Event) -> None:
    """One thread: judge what waits until told to stop. `woken`: there is something."""
    from django.db import connections

    from cordee.jobs.performing import work_off

    try:
        work_off(works, stopping, pause=woken.wait)
    finally:
        connections.close_all()


def wake(works: Works, stopping: threading.Event, woken: threading.Event) -> None:
    """Until told to stop: `woken` is set as long as something waits."""
    from django.db import DatabaseError, connection

    from cordee.core import clock
    from cordee.jobs.queries import asker

    ask = asker(tuple(works))
    while not stopping.wait(LOOK_S):
        try:
            waits = ask(clock.now())
        except DatabaseError:  # it is away: the threads ask by themselves, more seldom, and say so
            connection.close()
            waits = False
        if waits:
            woken.set()
        else:
            woken.clear()
    woken.set()  # so that nobody goes on waiting


def make_ready(environment: Environment, stopping: threading.Event) -> bool:
    """Build the compiler's library where it is not there. False when told to stop before there is one."""
    from cordee.sandbox.c.toolchain import CompilerMissing, Toolchain
    from cordee.sandbox.confinement import ConfinementError, require_confinement

    while not stopping.is_set():
        try:
            require_confinement()
            Toolchain.under(environment.code_folder).make_ready(lambda words: logger.info("%s", words))
        except (CompilerMissing, ConfinementError, OSError):
            logger.exception("programs cannot be judged, and this is tried again")
            stopping.wait(BUILD_AGAIN_S)
        else:
            return True
    return False


def main() -> None:
    """Judge until SIGTERM, in a process of `cordee serve`."""
    os.nice(LESS_URGENT)
    environment = Environment.read()
    logging.config.dictConfig(logs.configuration(environment, "laboratory"))
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    with memory.importing():
        import django

        django.setup()
    memory.give_back()
    building = threading.Thread(target=make_ready, args=(environment, stopping), daemon=True)
    building.start()
    while building.is_alive() and not stopping.is_set():  # a site that stops does not wait for half a minute
        building.join(LOOK_S)
    if stopping.is_set():
        return
    from cordee.learning.judging.handing_in import rest, works

    jobs, woken = works(), threading.Event()
    threads = [
        threading.Thread(target=perform, args=(jobs, stopping, woken), name=f"judge {number}", daemon=True)
        for number in range(os.cpu_count() or 1)
    ]
    for thread in threads:
        thread.start()
    wake(jobs, stopping, woken)
    for thread in threads:
        thread.join(environment.stop_wait)
    if not any(thread.is_alive() for thread in threads):  # else what is under way is judged after the next start
        rest()
