"""Is the reader's address their own, and is what no page can mean refused?"""

from __future__ import annotations

import ipaddress
import re

import pytest
from django.test import Client
from pytest_django import Settings

from cordee.web.incoming import client_address, request_number

TRUSTED = (ipaddress.ip_network("10.0.0.0/8"), ipaddress.ip_network("127.0.0.1"))


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("203.0.113.5", "", "203.0.113.5"),
        ("203.0.113.5", "198.51.100.1", "203.0.113.5"),  # a stranger's word
        ("127.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "192.0.2.66, 198.51.100.1", "198.51.100.1"),  # what the reader wrote comes first
        ("127.0.0.1", "198.51.100.1, 10.1.2.3", "198.51.100.1"),
        ("127.0.0.1", "10.9.9.9", "10.9.9.9"),
        ("127.0.0.1", "unknown", "127.0.0.1"),
        ("127.0.0.1", "2001:db8::7", "2001:db8::7"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("", "198.51.100.1", ""),
    ],
)
def test_an_address_is_believed_only_from_the_operators_proxies(peer: str, forwarded: str, expected: str) -> None:
    assert client_address(peer, forwarded, TRUSTED) == expected


def test_no_proxy_is_trusted_unless_the_operator_says_so() -> None:
    assert client_address("127.0.0.1", "198.51.100.1", ()) == "127.0.0.1"


@pytest.mark.django_db
def test_each_answer_has_a_number_of_its_own(client: Client) -> None:
    numbers = {client.get("/sign-in").headers["X-Request-Id"] for _ in range(3)}
    assert len(numbers) == 3


@pytest.mark.parametrize(
    ("peer", "given", "kept"),
    [
        ("127.0.0.1", "4f1c-ab.99_0", True),
        ("127.0.0.1", "x" * 64, True),
        ("127.0.0.1", "x" * 65, False),
        ("127.0.0.1", "short", False),
        ("127.0.0.1", "a b c d e f g", False),
        ("127.0.0.1", 'abcdefgh","level":"x', False),
        ("127.0.0.1", "abcdefgh\r\nX: y", False),
        ("127.0.0.1", "abcdefg\u0660", False),
        ("127.0.0.1", "", False),
        ("203.0.113.5", "4f1c-ab.99_0", False),  # a stranger's word
        ("", "4f1c-ab.99_0", False),
    ],
)
def test_the_number_of_a_request_is_taken_only_from_the_operators_proxies(peer: str, given: str, kept: bool) -> None:
    number = request_number(peer, given, TRUSTED)
    assert (number == given) is kept
    assert kept or re.fullmatch("[0-9a-f]{16}", number)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("TRACE", "/", 405), ("BREW", "/", 405), ("GET", "/a\0b", 400), ("GET", "/" + "a" * 3000, 414)],
)
def test_what_no_page_can_mean_is_refused_in_the_readers_language(
    client: Client, method: str, path: str, status: int
) -> None:
    answer = client.generic(method, "/", PATH_INFO=path, headers={"accept-language": "fr"})
    assert answer.status_code == status
    assert '<html lang="fr"' in answer.content.decode()
    if status == 405:
        assert "POST" in answer.headers["Allow"]


def test_more_than_a_form_may_hold_is_413_before_anything_is_read(client: Client, settings: Settings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    answer = client.post("/sign-in", {"email": "x" * 2000})
    assert answer.status_code == 413
