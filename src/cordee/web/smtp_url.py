"""Which server takes the site's letters, as `CORDEE_SMTP` says?

No Django here: `cordee doctor` and `--help` read it too. The password is kept out of whatever can be printed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import quote, unquote, urlsplit

from cordee.core.errors import N_, InputRefused

PORTS = {"smtp": 587, "smtps": 465, "smtp+plain": 25}  # RFC 6409, RFC 8314
LONGEST_PORT = 65535
LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Smtp:
    """A server for letters."""

    host: str
    port: int
    user: str  # "" where no name is asked
    password: str = field(repr=False)
    security: Literal["starttls", "tls", "none"]

    def __str__(self) -> str:
        """As it may be shown: without the password."""
        user = f"{quote(self.user)}@" if self.user else ""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{user}{host}:{self.port}"


def read(text: str) -> Smtp:
    """What the setting says. Raises `InputRefused` with what to write; the text itself, which may hold a password, is
    never repeated."""
    advice = InputRefused(
        N_(
            "Write smtp://user:password@host:587 (or smtps://, port 465); in a name or a password, {signs} are"
            " written {written}."
        ),
        signs="@ : / #",
        written="%40 %3A %2F %23",
    )
    try:
        parts = urlsplit(text)
        port = parts.port or PORTS.get(parts.scheme, 0)
    except ValueError:
        raise advice from None
    host, user, password = parts.hostname or "", unquote(parts.username or ""), unquote(parts.password or "")
    if parts.scheme not in PORTS or not host or not 0 < port <= LONGEST_PORT or bool(user) != bool(password):
        raise advice
    if parts.path not in {"", "/"} or parts.query or parts.fragment or not (user + password + host).isprintable():
        raise advice
    if parts.scheme == "smtp+plain" and user and host not in LOOPBACK:
        raise InputRefused(
            N_("The password would go to {host} in clear. Write smtp:// or smtps://, which encrypt."), host=host
        )
    security: Literal["starttls", "tls", "none"] = "starttls"
    if parts.scheme == "smtps":
        security = "tls"
    elif parts.scheme == "smtp+plain":
        security = "none"
    return Smtp(host, port, user, password, security)
