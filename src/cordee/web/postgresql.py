"""Can the PostgreSQL server be reached, and may answers be entrusted to it?

Asked by `cordee doctor`, `migrate` and `serve` before Django opens the database: what is wrong with a server is said in
a sentence, without the password. Reasons are found by trying, not by reading the server's words, which it may say in
any language.
"""

from __future__ import annotations

import re
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cordee.core.errors import N_, Conflict, CordeeError
from cordee.web.database_url import PostgreSQL

if TYPE_CHECKING:
    import psycopg

OLDEST = 150000  # as `server_version_num` counts: PostgreSQL 14 is no longer kept since November 2026
EVERY_SERVER_HAS = "postgres"  # a database of this name
REACH_S = 5
DISK_FULL = "53100"
NOT_PERMITTED = "42501"
GONE = ("08", "57P")  # classes of errors: the connection broke, the server is going down


@dataclass(frozen=True, slots=True)
class Server:
    """What matters of a server, as this account sees it in this database."""

    version: int  # e.g. 150018
    version_text: str  # e.g. "15.18"
    encoding: str
    fsync: bool
    synchronous_commit: bool


def look(place: PostgreSQL) -> Server:
    """Ask the server. Raises `Conflict` that says why it cannot be asked and what to do. 1 query."""
    with connect(place) as connection:
        row = connection.execute(
            "SELECT current_setting('server_version_num')::int, split_part(current_setting('server_version'), ' ', 1),"
            " current_setting('server_encoding'), current_setting('fsync')::bool,"
            " current_setting('synchronous_commit') <> 'off'"
        ).fetchone()
    assert row is not None  # noqa: S101 - a SELECT without FROM gives one row
    return Server(*row)


def refuse_unfit(place: PostgreSQL) -> Server:
    """The server, when answers may be entrusted to it. Raises `Conflict` when it cannot be reached or is unfit."""
    server = look(place)
    unfit = why_unfit(server)
    if unfit:
        raise unfit[0]
    return server


def why_unfit(server: Server) -> list[CordeeError]:
    """What speaks against a server, with what to do about it; the worst first."""
    found: list[CordeeError] = []
    if server.version < OLDEST:
        found.append(
            Conflict(
                N_("PostgreSQL {version} is too old: Cordée needs 15 or later. Upgrade the server."),
                version=server.version_text,
            )
        )
    if server.encoding != "UTF8":
        found.append(
            Conflict(
                N_(
                    "The database is encoded in {encoding}, which cannot hold every name."
                    " Make it anew: createdb --template=template0 --encoding=UTF8."
                ),
                encoding=server.encoding,
            )
        )
    if not server.fsync:
        found.append(
            Conflict(
                N_(
                    "The PostgreSQL server runs with fsync=off: a power cut would lose answers already acknowledged,"
                    " or the whole database. Set fsync = on in postgresql.conf and restart the server."
                )
            )
        )
    if not server.synchronous_commit:
        found.append(
            Conflict(
                N_(
                    "PostgreSQL has synchronous_commit=off here: a power cut would lose answers already acknowledged."
                    " Set it to on, in postgresql.conf or with ALTER ROLE or ALTER DATABASE … SET synchronous_commit."
                )
            )
        )
    return found


def connect(place: PostgreSQL) -> psycopg.Connection[Any]:
    """A connection of its own, outside Django's. Raises `Conflict`."""
    try:
        import psycopg
    except ImportError:
        raise Conflict(
            N_(
                "PostgreSQL needs a package that is not installed. Run: sh bin/setup --postgresql, or, without a"
                " checkout: pip install 'cordee[postgresql]'."
            )
        ) from None
    try:
        return _connect(place, place.name)
    except psycopg.OperationalError as wrong:
        raise _reason(place, wrong) from None


def refusal_for(wrong: BaseException, place: PostgreSQL) -> CordeeError | None:
    """What to tell the operator of an error that came up in a command; None when it is a defect."""
    try:
        import psycopg
    except ImportError:
        return None
    cause: BaseException | None = wrong  # Django words errors as its own, sometimes twice
    while cause is not None and not isinstance(cause, psycopg.Error):
        cause = cause.__cause__ or cause.__context__
    return None if cause is None else _of_the_server(cause, place)


def _of_the_server(cause: psycopg.Error, place: PostgreSQL) -> CordeeError | None:
    if cause.sqlstate == DISK_FULL:
        return Conflict(
            N_("The disk of the PostgreSQL server {server} is full. Free some room, then try again."),
            server=place.server,
        )
    if cause.sqlstate == NOT_PERMITTED:
        return Conflict(
            N_(
                "PostgreSQL does not let this account write in the database {name}: {why}. Make the account its owner:"
                " ALTER DATABASE {name} OWNER TO the account."
            ),
            name=place.name,
            why=_words(cause),
        )
    if type(cause).__name__ != "OperationalError" and not (cause.sqlstate or "").startswith(GONE):
        return None
    try:
        connect(place).close()
    except Conflict as reason:
        return reason
    return Conflict(
        N_("The connection to PostgreSQL at {server} broke: {why}. Try again."), server=place.server, why=_words(cause)
    )


def _connect(place: PostgreSQL, name: str) -> psycopg.Connection[Any]:
    import psycopg

    known = {"host": place.host, "user": place.user, "password": place.password}
    asked: dict[str, Any] = {"connect_timeout": REACH_S, "application_name": "cordee", **dict(place.options)}
    asked |= {key: value for key, value in known.items() if value}
    return psycopg.connect(dbname=name, port=place.port, **asked)


def _reason(place: PostgreSQL, wrong: Exception) -> CordeeError:
    """Why the connection did not come about."""
    import psycopg

    if place.host and not place.host.startswith("/"):
        try:
            socket.create_connection((place.host, place.port), REACH_S).close()
        except OSError as why:
            return Conflict(
                N_(
                    "PostgreSQL cannot be reached at {server}: {why}. Start the server, or mend host and port in"
                    " CORDEE_DATABASE."
                ),
                server=place.server,
                why=why.strerror or why,
            )
    try:
        with _connect(place, EVERY_SERVER_HAS) as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [place.name]).fetchone()
    except psycopg.Error:
        known = (1,)
    if known is None:
        return Conflict(
            N_(
                "The PostgreSQL server {server} has no database {name}. Make it (createdb --encoding=UTF8 {name}), or"
                " mend the name in CORDEE_DATABASE."
            ),
            server=place.server,
            name=place.name,
        )
    return Conflict(
        N_(
            "PostgreSQL at {server} does not let {user} in: {why}. Check user, password and sslmode in CORDEE_DATABASE,"
            " and pg_hba.conf on the server."
        ),
        server=place.server,
        user=place.user or "?",
        why=_words(wrong),
    )


def _words(wrong: Exception) -> str:
    """The server's own words, in one line; libpq never repeats a password."""
    lines = [line.strip() for line in str(wrong).splitlines() if line.strip()]
    said = next((line for line in lines if "FATAL" in line or "ERROR" in line), lines[0] if lines else repr(wrong))
    return re.split(r"FATAL:|ERROR:|(?<=failed): ", said)[-1].strip().rstrip(".")
