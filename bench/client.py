"""How do many browsers ask at once, and how long does each wait? One thread, keep-alive connections, no library.

A load generator that costs more than the server measures itself. This one costs about 0.04 ms a request.
"""

from __future__ import annotations

import selectors
import socket
import time
from collections import deque
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field

PATIENCE_S = 30.0
PIECE_BYTES = 262_144


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of the server."""

    status: int
    head: bytes
    body: bytes  # as it came over the wire


Visit = Generator[bytes, Answer, None]  # yields requests, is sent their answers; raises when one is not as it should be


class Refused(Exception):
    """The server did not answer as the visit needs it."""


@dataclass(slots=True)
class Load:
    """What a number of visits took."""

    clients: int
    seconds: float = 0.0
    visits: int = 0
    waits_ms: list[float] = field(default_factory=list)  # of each request
    body_bytes: int = 0

    @property
    def requests(self) -> int:
        return len(self.waits_ms)

    @property
    def visits_per_second(self) -> float:
        return self.visits / self.seconds if self.seconds else 0.0

    def percentile(self, share: float) -> float:
        """Milliseconds that this share of the requests stayed under."""
        ordered = sorted(self.waits_ms)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def run(port: int, visits: Iterator[Visit], *, clients: int, most: int, seconds: float) -> Load:
    """Let `clients` browsers make visits until `most` are made, none is left or the time is over."""
    load = Load(clients)
    limited = _limited(visits, most, time.monotonic() + seconds)
    with selectors.DefaultSelector() as selector:
        browsers = [_Browser(port, limited, load, selector) for _ in range(clients)]
        begun = time.perf_counter()
        alive = sum(browser.begin() for browser in browsers)
        while alive:
            ready = selector.select(PATIENCE_S)
            if not ready:
                raise Refused(f"no answer within {PATIENCE_S:.0f} s")
            alive -= sum(key.data.receive() for key, _events in ready)
        load.seconds = time.perf_counter() - begun
    return load


def _limited(visits: Iterator[Visit], most: int, end: float) -> Iterator[Visit]:
    for number, visit in enumerate(visits):
        if number >= most or time.monotonic() > end:
            return
        yield visit


class _Browser:
    """One connection, kept open, that makes visit after visit."""

    def __init__(self, port: int, visits: Iterator[Visit], load: Load, selector: selectors.BaseSelector) -> None:
        self._port = port
        self._visits = visits
        self._load = load
        self._selector = selector
        self._socket: socket.socket | None = None
        self._visit: Visit | None = None
        self._request = b""
        self._asked_at = 0.0
        self._pieces: deque[bytes] = deque()
        self._missing = -1  # bytes of the answer to come; -1 while its head is not whole

    def begin(self) -> bool:
        """Make the next visit; False when there is none."""
        self._visit = next(self._visits, None)
        if self._visit is None:
            self._close()
            return False
        self._ask(next(self._visit))
        return True

    def receive(self) -> bool:
        """Take what has come; True when this browser has nothing left to do."""
        assert self._socket is not None
        piece = self._socket.recv(PIECE_BYTES)
        if not piece:
            raise Refused("the server closed the connection")
        self._pieces.append(piece)
        if self._missing < 0:
            self._missing = self._length()
        else:
            self._missing -= len(piece)
        if self._missing != 0:
            return False
        self._load.waits_ms.append(1000 * (time.perf_counter() - self._asked_at))
        return not self._go_on(self._answer())

    def _ask(self, request: bytes) -> None:
        if self._socket is None:
            self._socket = socket.create_connection(("127.0.0.1", self._port), timeout=PATIENCE_S)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._selector.register(self._socket, selectors.EVENT_READ, self)
        self._pieces.clear()
        self._missing = -1
        self._asked_at = time.perf_counter()
        self._socket.sendall(request)

    def _length(self) -> int:
        """How much is still to come, -1 when the head is not whole."""
        received = b"".join(self._pieces)
        self._pieces = deque([received])
        head, gap, body = received.partition(b"\r\n\r\n")
        if not gap:
            return -1
        for line in head.lower().split(b"\r\n"):
            if line.startswith(b"content-length:"):
                return int(line[15:]) - len(body)
        return 0

    def _answer(self) -> Answer:
        head, _gap, body = b"".join(self._pieces).partition(b"\r\n\r\n")
        self._load.body_bytes += len(body)
        return Answer(int(head[9:12]), head, body)

    def _go_on(self, answer: Answer) -> bool:
        """The visit's next request, or the next visit; False when there is none."""
        assert self._visit is not None
        try:
            self._ask(self._visit.send(answer))
        except StopIteration:
            self._load.visits += 1
            return self.begin()
        return True

    def _close(self) -> None:
        if self._socket is not None:
            self._selector.unregister(self._socket)
            self._socket.close()
            self._socket = None
