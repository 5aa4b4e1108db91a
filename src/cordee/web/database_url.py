"""Where are the rows, as `CORDEE_DATABASE` says: a SQLite file, or a database of a PostgreSQL server?

No Django and no driver here: `cordee doctor` and `--help` read it too. A password that stands in the address is kept
out of whatever can be printed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from cordee.core.errors import N_, InputRefused

POSTGRESQL_PORT = 5432
LONGEST_PORT = 65535
OPTIONS = (  # of libpq: how to reach the server, and how to trust it
    "channel_binding",
    "connect_timeout",
    "host",
    "options",
    "passfile",
    "sslcert",
    "sslcrl",
    "sslkey",
    "sslmode",
    "sslrootcert",
    "target_session_attrs",
)


@dataclass(frozen=True, slots=True)
class PostgreSQL:
    """One database of one server."""

    host: str  # a name, an address, or the folder of a socket; "" for the default socket of this machine
    port: int
    name: str
    user: str  # "" for the name of the system's account
    password: str = field(repr=False)  # "" when it is in a password file, or none is asked
    options: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        """As it may be shown: without the password and the options."""
        user = f"{quote(self.user)}@" if self.user else ""
        host = quote(self.host, safe="")
        return f"postgresql://{user}{host}:{self.port}/{quote(self.name)}"

    @property
    def server(self) -> str:
        """The server alone, e.g. "db.example.org:5432"."""
        return f"{self.host or 'localhost'}:{self.port}"

    @property
    def pg_dump(self) -> str:
        """The command that saves it; pg_dump asks for the password, or finds it in ~/.pgpass."""
        host = f" --host={self.host}" if self.host else ""
        user = f" --username={self.user}" if self.user else ""
        return f"pg_dump --format=custom{host} --port={self.port}{user} --file={self.name}.dump {self.name}"


def read(text: str) -> Path | PostgreSQL:
    """What the setting says. Raises `InputRefused` with what to write; the text itself, which may hold a password, is
    never repeated."""
    scheme, _, rest = text.partition(":")
    if scheme in {"postgresql", "postgres"}:
        return _postgresql(text)
    if scheme != "sqlite":
        raise InputRefused(
            N_("Write sqlite:////folder/file.sqlite3 or postgresql://user@host:port/name, not {scheme}:…."),
            scheme=scheme if scheme.isalnum() and rest else "",
        )
    if not rest.startswith("///") or len(rest) == len("///"):
        raise InputRefused(N_("Write sqlite:/// followed by the file, e.g. sqlite:////srv/cordee/cordee.sqlite3."))
    return Path(rest.removeprefix("///"))


def _postgresql(text: str) -> PostgreSQL:
    advice = InputRefused(
        N_(
            "Write postgresql://user@host:port/name with the name of a database;"
            " in a password, {signs} are written {written}."
        ),
        signs="@ : / #",
        written="%40 %3A %2F %23",
    )
    try:
        parts = urlsplit(text)
        port = parts.port or POSTGRESQL_PORT
        options = dict(parse_qsl(parts.query, strict_parsing=True)) if parts.query else {}
    except ValueError:
        raise advice from None
    name = unquote(parts.path.removeprefix("/"))
    if not name or "/" in name or parts.fragment or not 0 < port <= LONGEST_PORT or "\0" in unquote(text):
        raise advice
    unknown = sorted(set(options) - set(OPTIONS))
    if unknown:
        raise InputRefused(
            N_("After the question mark, {names} is not known; known are {known}."),
            names=", ".join(unknown),
            known=", ".join(OPTIONS),
        )
    host = unquote(parts.hostname or "") or options.pop("host", "")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return PostgreSQL(host, port, name, user, password, tuple(sorted(options.items())))
