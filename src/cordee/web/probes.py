"""Does this process live, and should requests be sent to it? For supervisors and load balancers, not for people.

`/healthz` says that the process answers, and asks nothing of anything. `/readyz` says whether it can do its work: 200,
or 503 with the names of what fails. Both are answered before Django sees them, under any host name, and are never kept.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

from cordee.core import figures
from cordee.web.environment import Environment

Probe = Callable[[], tuple[int, str]]
Check = Callable[[], None]  # raises when it fails

HEADERS: Mapping[str, str] = {
    "content-type": "application/json",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
}
READY, NOT_READY = 200, 503

logger = logging.getLogger("cordee.ready")


class NotReady(Exception):
    """Why, for the log."""


def probes_of_web(environment: Environment) -> Mapping[str, Probe]:
    """Of a process that makes pages. `/readyz` costs 1 query and a small file."""
    checks: dict[str, Check] = {
        "stopping": _not_stopping,
        "database": _Database(),
        "files": lambda: can_write(environment.files_folder),
        "disk": lambda: has_room(environment.home, environment.free_bytes),
    }
    return {"/healthz": _alive, "/readyz": lambda: _all_of(checks)}


def probes_of_files(environment: Environment) -> Mapping[str, Probe]:
    """Of the files process, which opens no database."""
    checks: dict[str, Check] = {
        "stopping": _not_stopping,
        "files": lambda: can_read(environment.files_folder),
    }
    return {"/healthz": _alive, "/readyz": lambda: _all_of(checks)}


def _alive() -> tuple[int, str]:
    return READY, '{"alive": true}\n'


def _all_of(checks: Mapping[str, Check]) -> tuple[int, str]:
    """Names only: why goes to the log, since anybody may ask."""
    failed = []
    for name, check in checks.items():
        try:
            check()
        except Exception as wrong:  # whatever a check meets, the answer is that it failed
            failed.append(name)
            logger.warning("not ready: %s: %s", name, wrong)
    status = NOT_READY if failed else READY
    return status, json.dumps({"ready": not failed, "failed": failed}) + "\n"


def _not_stopping() -> None:
    if figures.board().is_stopping:
        raise NotReady("the site was asked to stop")


def can_write(folder: Path) -> None:
    """Raise unless a file can be made in `folder`, and has room for one block."""
    with tempfile.TemporaryFile(dir=folder) as file:
        file.write(b"\0" * 4096)
        file.flush()


def can_read(folder: Path) -> None:
    if not os.access(folder, os.R_OK | os.X_OK):
        raise NotReady(f"{folder} cannot be read")


def has_room(folder: Path, least_bytes: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < least_bytes:
        raise NotReady(f"{free} bytes are free on the disk of {folder}, fewer than {least_bytes}")


class _Database:
    """The database answers, and every migration of this code has run in it."""

    def __call__(self) -> None:
        from django.db import DatabaseError, connection

        expected = migrations_of_the_code()
        if not connection.in_atomic_block:  # a test's
            connection.close_if_unusable_or_obsolete()  # it broke, because the server was started again
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT app, name FROM django_migrations")
                done = frozenset(cursor.fetchall())
        except DatabaseError:
            if not connection.in_atomic_block:
                connection.close()  # the next one to ask opens it anew
            raise
        missing = expected - done
        if missing:
            raise NotReady(f"{len(missing)} migrations have not run")


@cache
def migrations_of_the_code() -> frozenset[tuple[str, str]]:
    """(app, name) of each. No query; reads the modules of all migrations the first time."""
    from django.db.migrations.loader import MigrationLoader

    return frozenset(MigrationLoader(None, ignore_no_migrations=True).disk_migrations)
