"""Does a request reach Django as it was sent, and does a slow or greedy sender get nowhere?"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import pytest

from cordee.web import gate as gates

Variables = dict[str, Any]


@dataclass
class FakeHeaders:
    pairs: list[tuple[str, str]]

    def items(self) -> list[tuple[str, str]]:
        return self.pairs

    def get(self, name: str) -> str | None:
        return next((value for key, value in self.pairs if key == name), None)


@dataclass
class FakeScope:
    pairs: list[tuple[str, str]] = field(default_factory=list)
    method: str = "GET"
    path: str = "/"
    query_string: str = ""
    client: str = "203.0.113.5:4000"
    server: str = "127.0.0.1:8000"
    authority: str | None = None
    http_version: str = "1.1"

    @property
    def headers(self) -> FakeHeaders:
        return FakeHeaders(self.pairs)


@dataclass
class FakeProtocol:
    pieces: list[bytes] = field(default_factory=list)
    then_wait: bool = False
    answered: list[tuple[int, Any, Any]] = field(default_factory=list)
    taken: int = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self.pieces:
            self.taken += 1
            yield piece
        if self.then_wait:
            await asyncio.Event().wait()

    def response_bytes(self, status: int, headers: Any, body: bytes) -> None:
        self.answered.append((status, headers, body))

    response_str = response_bytes

    def response_empty(self, status: int, headers: Any) -> None:
        self.answered.append((status, headers, b""))


def ask(
    scope: FakeScope, protocol: FakeProtocol, application: Callable[..., Iterable[bytes]] | None = None
) -> tuple[Variables, tuple[int, Any, Any]]:
    seen: Variables = {}

    def echo(variables: Variables, start_response: Callable[..., Any]) -> list[bytes]:
        seen.update(variables, body=variables["wsgi.input"].read())
        start_response("200 OK", [("x-a", "b")])
        return [b"pa", b"ge"]

    application = application or echo
    asyncio.run(gates.gate(application, scheme="https", largest_body_bytes=100)(scope, protocol))  # type: ignore[arg-type] # a coroutine
    return seen, protocol.answered[-1]


def test_a_request_arrives_as_it_was_sent() -> None:
    pairs = [
        ("host", "learn.example.org"),
        ("content-type", "text/plain"),
        ("content-length", "5"),
        ("cookie", "a=1"),
        ("cookie", "b=2"),
        ("accept", "x"),
        ("accept", "y"),
    ]
    scope = FakeScope(pairs, method="POST", path="/caf%C3%A9%00/%zz", query_string="q=%C3%A9")
    seen, answer = ask(scope, FakeProtocol([b"hel", b"lo"]))
    assert seen["body"] == b"hello"
    assert seen["CONTENT_LENGTH"] == "5"
    assert seen["PATH_INFO"] == "/café\0/%zz".encode().decode("latin-1")
    assert seen["QUERY_STRING"] == "q=%C3%A9"
    assert seen["REMOTE_ADDR"] == "203.0.113.5"
    assert seen["wsgi.url_scheme"] == "https"
    assert (seen["HTTP_HOST"], seen["HTTP_COOKIE"], seen["HTTP_ACCEPT"]) == ("learn.example.org", "a=1; b=2", "x,y")
    assert answer == (200, [("x-a", "b")], b"page")


def test_a_header_that_could_pass_for_another_is_left_out() -> None:
    seen, _ = ask(FakeScope([("x_forwarded_for", "1.1.1.1"), ("x-forwarded-for", "2.2.2.2")]), FakeProtocol())
    assert seen["HTTP_X_FORWARDED_FOR"] == "2.2.2.2"


def test_an_address_of_the_new_kind_is_read() -> None:
    seen, _ = ask(FakeScope(client="[2001:db8::1]:4000"), FakeProtocol())
    assert seen["REMOTE_ADDR"] == "2001:db8::1"


def test_a_body_said_to_be_too_large_is_not_read() -> None:
    protocol = FakeProtocol([b"x" * 50] * 1000)
    seen, _ = ask(FakeScope([("content-length", "50000")], method="POST"), protocol)
    assert (protocol.taken, seen["body"], seen["CONTENT_LENGTH"]) == (0, b"", "50000")


def test_a_body_of_unknown_length_is_read_no_further_than_we_take() -> None:
    protocol = FakeProtocol([b"x" * 50] * 1000)
    seen, _ = ask(FakeScope([("transfer-encoding", "chunked")], method="POST"), protocol)
    assert (protocol.taken, seen["body"], seen["CONTENT_LENGTH"]) == (3, b"", "150")


def test_a_sender_who_stops_half_way_is_turned_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gates, "IDLE_S", 0.05)
    protocol = FakeProtocol([b"half"], then_wait=True)
    seen, (status, _, _) = ask(FakeScope([("content-length", "10")], method="POST"), protocol)
    assert (seen, status) == ({}, 408)


def test_nobody_drips_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gates, "LONGEST_S", 0.05)
    protocol = FakeProtocol([b"half"], then_wait=True)
    _, (status, _, _) = ask(FakeScope([("content-length", "10")], method="POST"), protocol)
    assert status == 408


def test_head_gets_no_body() -> None:
    _, answer = ask(FakeScope(method="HEAD"), FakeProtocol())
    assert answer == (200, [("x-a", "b")], b"")


def test_django_sees_no_event_loop_and_the_loop_is_back_afterwards() -> None:
    loops: list[bool] = []

    def application(_: Variables, start_response: Callable[..., Any]) -> list[bytes]:
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            loops.append(False)
        start_response("204 No Content", [])
        return []

    async def twice() -> None:
        answer = gates.gate(application, scheme="http", largest_body_bytes=1)
        await answer(FakeScope(), FakeProtocol())
        await asyncio.sleep(0)
        await answer(FakeScope(), FakeProtocol())

    asyncio.run(twice())
    assert loops == [False, False]


def test_what_answers_took_is_given_back_once_for_many_and_again_for_the_next() -> None:
    given: list[int] = []

    async def answers() -> None:
        lent = gates.MemoryLent(lent_s=0.02, give_back=lambda: given.append(1))
        for _ in range(3):
            lent.give_back_later()
        assert given == []
        await asyncio.sleep(0.1)
        assert given == [1]
        lent.give_back_later()
        await asyncio.sleep(0.1)

    asyncio.run(answers())
    assert given == [1, 1]
