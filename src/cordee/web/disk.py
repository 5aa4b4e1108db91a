"""When may an answer leave? When what it tells is on the disk; and how do many answers share the wait for it?

SQLite with `synchronous=FULL` syncs in each commit, while it holds the lock of the one writer and the thread of Django:
a disk that takes 5 ms lets 200 commits a second through, however many ask. A process that makes pages commits without
waiting (`synchronous=NORMAL`), goes on with the next request, and lets an answer leave once its write-ahead log was
synced after the commit. One sync serves all who wait, of this process; those of two processes meet in the kernel. A
disk that took less than a millisecond the last time is synced at once.

Sound because a log counts up to its last whole frame: a sync that begins after a commit brings that commit and all
before it to the disk, whoever made them. SQLite itself syncs the log before it copies it into the database and the
database before it writes over the log, also with NORMAL. What a reader may see a few milliseconds before it is on the
disk is not told as received to anybody. Commands and the worker keep FULL: what they do to the outside of what they
read here comes after a commit of their own.
"""

from __future__ import annotations

import asyncio
import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from cordee.web import engines
from cordee.web.environment import Environment

QUICK_S = 0.001  # a disk that syncs in less is not worth a change of threads

_sync = getattr(os, "fdatasync", os.fsync)  # macOS has no fdatasync


class Disk:
    """The write-ahead log of one database file."""

    def __init__(self, database: Path) -> None:
        self._log = Path(f"{database}-wal")
        self._known = 0  # inode of the log whose name is on the disk, too
        self.took_s = 0.0  # the last sync
        self._thread = ThreadPoolExecutor(1, "cordee-disk")
        self._running: asyncio.Task[None] | None = None
        self._next: asyncio.Task[None] | None = None

    async def synced(self) -> None:
        """Return when all that was committed before this call is on the disk. Raises OSError when it cannot be told."""
        if self._next is None and self.took_s < QUICK_S:
            self._timed_sync()
            return
        if self._next is None:
            self._next = asyncio.create_task(self._after(self._running))
        await asyncio.shield(self._next)  # who hangs up lets the others wait on

    async def _after(self, running: asyncio.Task[None] | None) -> None:
        if running is not None:
            await asyncio.wait([running])
        self._running, self._next = self._next, None  # who comes from here on waits for the next one
        await asyncio.get_running_loop().run_in_executor(self._thread, self._timed_sync)

    def _timed_sync(self) -> None:
        began = time.monotonic()
        self.sync()
        self.took_s = time.monotonic() - began

    def sync(self) -> None:
        """At once. A log that is not there was copied into the database, and both were synced."""
        try:
            log = os.open(self._log, os.O_RDONLY)
        except FileNotFoundError:
            return
        try:
            _sync(log)
            inode = os.fstat(log).st_ino
        finally:
            os.close(log)
        if inode != self._known:
            folder = os.open(self._log.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
            self._known = inode


def commit_before_syncing(environment: Environment) -> Disk | None:
    """From here on, connections of this process commit without waiting for the disk: whoever answers waits.

    None on PostgreSQL, whose server lets commits of all its connections share their syncs.
    """
    if environment.database_file is None:
        return None
    from django.db import connections

    connections.settings["default"]["OPTIONS"]["init_command"] = engines.pragmas(synchronous="NORMAL")
    return Disk(environment.database_file)


def changed_rows() -> int:
    """How many rows the connection of this thread has changed so far; a rollback counts, too."""
    from django.db import connection

    opened = connection.connection
    return 0 if opened is None else int(getattr(opened, "total_changes", 0))
