"""How does a request reach Django without a slow sender holding a thread?

The page server (granian, RSGI) reads the whole request here, on its event loop, where waiting costs nothing. Only then
is it taken to Django, on the same one thread, and the page given back in one piece. Measured: behind granian's own
WSGI, as many half-sent forms as there are processes stop the site; here they wait, at the same cost a page. A second
thread for Django would cost 0.4 ms more.
"""

from __future__ import annotations

import asyncio
import io
import logging
import sys
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Protocol
from urllib.parse import unquote_to_bytes

from cordee.core import figures
from cordee.core.memory import give_back
from cordee.web.disk import Disk, changed_rows
from cordee.web.probes import HEADERS, Probe

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
Gate = Callable[[Any, Any], Awaitable[None]]
Headers = list[tuple[str, str]]
IDLE_S = 20.0  # between two pieces of a body
LONGEST_S = 120.0  # for a whole body
LENT_S = 10.0
SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
NOT_KEPT = "The disk of this site does not keep what it is given. Try again later.\n"

logger = logging.getLogger("cordee.web")


class Scope(Protocol):
    """What granian says of a request (RSGI 1.6)."""

    http_version: str
    method: str
    path: str
    query_string: str
    client: str
    server: str
    authority: str | None

    @property
    def headers(self) -> Any: ...


class TooSlow(Exception):
    """The body did not come in time."""


class MemoryLent:
    """What answers took is given back to the system `lent_s` after the first of them: idle processes sleep.

    A sign-in takes 19 MB. Taking them from the system each time would make it a fifth slower, so who comes meanwhile
    finds them there.
    """

    def __init__(self, *, lent_s: float = LENT_S, give_back: Callable[[], None] = give_back) -> None:
        self._lent_s = lent_s
        self._give_back = give_back
        self._is_due = False

    def give_back_later(self) -> None:
        """To be called where the event loop runs."""
        if not self._is_due:
            self._is_due = True
            asyncio.get_running_loop().call_later(self._lent_s, self._now)

    def _now(self) -> None:
        self._is_due = False
        self._give_back()


def gate(
    application: Wsgi,
    *,
    scheme: str,
    largest_body_bytes: int,
    probes: Mapping[str, Probe] | None = None,
    disk: Disk | None = None,
    largest_for: Callable[[str, str], int] | None = None,
) -> Gate:
    """The RSGI application in front of a WSGI one that is called by one thread. `probes` are answered without it.

    `largest_for` says by path and header of cookies which senders may send more than `largest_body_bytes`.

    With a `disk`, an answer to a request that may have changed something leaves when the change is on it; the thread
    takes the next request meanwhile.
    """
    known_probes = probes or {}
    memory = MemoryLent()

    async def answer(scope: Any, protocol: Any) -> None:
        probe = known_probes.get(scope.path)
        if probe is not None and scope.method in {"GET", "HEAD"}:
            with _no_event_loop():
                status, text = probe()
            protocol.response_str(status, list(HEADERS.items()), "" if scope.method == "HEAD" else text)
            return
        figures.add(figures.IN_FLIGHT)
        try:
            await _answer(scope, protocol)
        finally:
            figures.add(figures.IN_FLIGHT, (), -1)
            memory.give_back_later()

    def _largest(scope: Any) -> int:
        if largest_for is None or scope.method != "POST":
            return largest_body_bytes
        return max(largest_body_bytes, largest_for(scope.path, scope.headers.get("cookie") or ""))

    async def _answer(scope: Any, protocol: Any) -> None:
        try:
            body, length = await read_body(scope.headers, protocol, _largest(scope))
        except TooSlow:
            figures.add(figures.TURNED_AWAY)
            logger.info("a request that did not come in within the limit was given up")
            protocol.response_str(408, [("content-type", "text/plain"), ("connection", "close")], "Too slow.\n")
            return
        variables = variables_of(scope, body, length, scheme)
        with _no_event_loop():
            before = changed_rows() if disk else 0
            status, headers, page = _call(application, variables)
            # Whoever asks again for what is done already changes nothing, and is told that it was received, too.
            may_have_changed = disk is not None and (scope.method not in SAFE or changed_rows() != before)
        if disk is not None and may_have_changed:
            try:
                await disk.synced()
            except OSError:
                logger.critical("the disk did not take what was committed; nobody was told that it was received")
                protocol.response_str(503, [("content-type", "text/plain"), ("retry-after", "10")], NOT_KEPT)
                return
        if scope.method == "HEAD" or not page:
            protocol.response_empty(status, headers)
        else:
            protocol.response_bytes(status, headers, page)

    return answer


async def read_body(headers: Any, protocol: Any, largest_bytes: int) -> tuple[bytes, int]:
    """The body and its length as the sender says; a larger one than we take is not read, only its length told."""
    said = headers.get("content-length")
    if said is None and headers.get("transfer-encoding") is None:
        return b"", 0
    if said is not None and said.isdecimal() and int(said) > largest_bytes:
        return b"", int(said)
    parts, length = [], 0
    pieces = aiter(protocol)
    try:
        async with asyncio.timeout(LONGEST_S):
            while True:
                piece = await asyncio.wait_for(anext(pieces), IDLE_S)
                length += len(piece)
                if length > largest_bytes:
                    return b"", length
                parts.append(bytes(piece))
    except StopAsyncIteration:
        return b"".join(parts), length
    except TimeoutError:
        raise TooSlow from None


def variables_of(scope: Scope, body: bytes, length: int, scheme: str) -> dict[str, Any]:
    """The request as WSGI (PEP 3333) words it. A header whose name holds "_" is left out: it could pass for another."""
    host, _, port = scope.server.rpartition(":")
    variables: dict[str, Any] = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(scope.path).decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": host,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": scope.client.rpartition(":")[0].strip("[]"),
        "CONTENT_LENGTH": str(length),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scheme,
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    if scope.authority:  # HTTP/2 names the host there
        variables["HTTP_HOST"] = scope.authority
    for name, value in scope.headers.items():
        if name == "content-type":
            variables["CONTENT_TYPE"] = value
        elif name != "content-length" and "_" not in name:
            key = f"HTTP_{name.upper().replace('-', '_')}"
            known = variables.get(key)
            variables[key] = value if known is None else f"{known}{'; ' if name == 'cookie' else ','}{value}"
    return variables


@contextmanager
def _no_event_loop() -> Iterator[None]:
    """Django runs as in any synchronous server: it would refuse the database, or open it anew, where a loop runs.

    Nothing is awaited meanwhile, so nothing else of the loop can run.
    """
    loop = asyncio.get_running_loop()
    asyncio._set_running_loop(None)  # noqa: SLF001 - asyncio names it for those who run loops, as we do
    try:
        yield
    finally:
        asyncio._set_running_loop(loop)  # noqa: SLF001


def _call(application: Wsgi, variables: dict[str, Any]) -> tuple[int, Headers, bytes]:
    """Status, headers and body of one answer."""
    answered: list[tuple[int, Headers]] = []

    def start_response(status: str, headers: Headers, _error: object = None) -> None:
        answered.append((int(status.split(" ", 1)[0]), headers))

    response = application(variables, start_response)
    try:
        page = b"".join(response)
    finally:
        close = getattr(response, "close", None)
        if close is not None:
            close()
    status, headers = answered[-1]
    return status, headers, page
