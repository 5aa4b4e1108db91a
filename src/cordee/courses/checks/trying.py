"""Do the links to other sites still answer? Asked only when somebody asks for it, over https alone.

One question at a time for each address, without following it elsewhere; nothing of the course is sent.
"""

from __future__ import annotations

import http.client
import ssl
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlsplit

from cordee.core.errors import N_

TIMEOUT_S: Final = 10.0
MOST_AT_ONCE: Final = 8
AGENT: Final = "Cordee-link-check"
NOT_ALLOWED_THERE: Final = frozenset((401, 403, 405, 429, 999))  # it answers, and not to us: no fault of the link

NO_HTTPS = N_("It is not https, so it was not tried.")
NO_ANSWER = N_("Nobody answered in {seconds} seconds.")
NO_SITE = N_("There is no such site, or it does not answer.")
NO_TRUST = N_("Its certificate is not good.")
GONE = N_("It answers {status}.")


@dataclass(frozen=True, slots=True)
class Tried:
    """An address, and why it is no good: a sentence with {named} values; "" when it answered."""

    address: str
    why: str = ""
    values: tuple[tuple[str, object], ...] = ()


Ask = Callable[[str], int]  # https address -> HTTP status; raises OSError, http.client.HTTPException


def try_links(addresses: Iterable[str], *, ask: Ask | None = None) -> Iterator[Tried]:
    """Each address once, in its order."""
    wanted = list(dict.fromkeys(addresses))
    with ThreadPoolExecutor(MOST_AT_ONCE) as pool:
        yield from pool.map(lambda address: _tried(address, ask or status_of), wanted)


def _tried(address: str, ask: Ask) -> Tried:
    if not address.startswith("https://"):
        return Tried(address, NO_HTTPS)
    try:
        status = ask(address)
    except TimeoutError:
        return Tried(address, NO_ANSWER, (("seconds", int(TIMEOUT_S)),))
    except ssl.SSLCertVerificationError:
        return Tried(address, NO_TRUST)
    except (OSError, http.client.HTTPException, ValueError):
        return Tried(address, NO_SITE)
    if status < http.client.BAD_REQUEST or status in NOT_ALLOWED_THERE:
        return Tried(address)
    return Tried(address, GONE, (("status", status),))


def status_of(address: str, *, timeout_s: float = TIMEOUT_S) -> int:
    """What a site says to HEAD, or to GET where it knows no HEAD; its body is not read.

    Raises OSError (TimeoutError among them), HTTPException, ValueError on an address that none can be.
    """
    parts = urlsplit(address)
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._") + (
        f"?{quote(parts.query, safe='/%:@!$&()*+,;=~-._?')}" if parts.query else ""
    )
    host = (parts.hostname or "").encode("idna").decode("ascii")
    status = 0
    for method in ("HEAD", "GET"):
        connection = http.client.HTTPSConnection(
            host, parts.port, timeout=timeout_s, context=ssl.create_default_context()
        )
        try:
            connection.request(method, path, headers={"User-Agent": AGENT, "Accept": "*/*"})
            status = connection.getresponse().status
        finally:
            connection.close()
        if status not in (http.client.METHOD_NOT_ALLOWED, http.client.NOT_IMPLEMENTED, http.client.NOT_FOUND):
            break
    return status
