"""How is Django told of the database? One answer an engine, both durable: what a receipt says survives a power cut."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cordee.web.database_url import PostgreSQL
from cordee.web.environment import Environment

WAIT_FOR_A_WRITER_S = 10
CONNECT_S = "5"
KEEP_CONNECTION_S = 600
PREPARED_AFTER = 5  # times that a statement was sent
KEEPALIVES = {"keepalives_idle": "30", "keepalives_interval": "5", "keepalives_count": "3"}


def django_database(environment: Environment) -> dict[str, Any]:
    """The entry of `DATABASES` for the site's rows."""
    if environment.postgresql is not None:
        return postgresql(environment.postgresql)
    file = environment.database_file
    assert file is not None  # noqa: S101 - what is not PostgreSQL is a file
    return sqlite(file, test=environment.home / "test.sqlite3")


def sqlite(file: Path, *, test: Path | None = None) -> dict[str, Any]:
    """A file: many readers beside one writer, each commit on disk when it is told."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(file),
        "CONN_MAX_AGE": None,  # opening the file for each request costs three times a page
        "OPTIONS": {
            "timeout": WAIT_FOR_A_WRITER_S,
            "transaction_mode": "IMMEDIATE",
            "init_command": pragmas(synchronous="FULL"),
        },
        "TEST": {"NAME": str(test)} if test else {},  # a file: threads of a test meet as in production
    }


def pragmas(*, synchronous: str) -> str:
    """What each connection is told first. Only who syncs before answering takes less than FULL (`web/disk.py`)."""
    return (
        f"PRAGMA journal_mode=WAL; PRAGMA synchronous={synchronous}; PRAGMA mmap_size=268435456; "
        "PRAGMA cache_size=-8000"
    )


def postgresql(place: PostgreSQL) -> dict[str, Any]:
    """A database of a server: one lasting connection a process, made anew when the server was started again."""
    return {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": place.host,
        "PORT": str(place.port),
        "NAME": place.name,
        "USER": place.user,
        "PASSWORD": place.password,
        "CONN_MAX_AGE": KEEP_CONNECTION_S,  # connecting for each request costs three and a half times a page
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "application_name": "cordee",
            "connect_timeout": CONNECT_S,
            # Planning a page's joins costs the server five times what running them does: it keeps the plans.
            "server_side_binding": True,
            "prepare_threshold": PREPARED_AFTER,
            **KEEPALIVES,
            **dict(place.options),
        },
    }
