"""Are links to other sites tried over https alone, once each, and are those that are no good told?"""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator

import pytest

from cordee.courses.checks.trying import GONE, NO_ANSWER, NO_HTTPS, NO_SITE, Tried, status_of, try_links
from tests.ports import free_ports


def test_each_address_is_asked_once_and_what_is_no_https_never() -> None:
    asked: list[str] = []

    def ask(address: str) -> int:
        asked.append(address)
        if address.endswith("slow"):
            raise TimeoutError
        return {"ok": 200, "moved": 301, "gone": 404, "closed": 403}[address.rpartition("/")[2]]

    names = ("ok", "moved", "gone", "closed", "slow", "ok")
    found = list(try_links([f"https://a.example/{name}" for name in names] + ["http://a.example/ok"], ask=ask))
    assert sorted(asked) == sorted(f"https://a.example/{name}" for name in set(names))
    assert {one.address.rpartition("/")[2]: one.why for one in found[:-1]} == {
        "ok": "",
        "moved": "",
        "gone": GONE,
        "closed": "",  # it answers, only not to us
        "slow": NO_ANSWER,
    }
    assert found[-1] == Tried("http://a.example/ok", NO_HTTPS)


@contextlib.contextmanager
def silent_server() -> Iterator[int]:
    """Takes connections and says nothing."""
    port = free_ports()
    with socket.create_server(("127.0.0.1", port)) as server:
        held: list[socket.socket] = []

        def take() -> None:
            with contextlib.suppress(OSError):
                while True:
                    held.append(server.accept()[0])

        threading.Thread(target=take, daemon=True).start()
        yield port
        for one in held:
            one.close()


def test_a_site_that_says_nothing_is_left_after_the_time() -> None:
    with silent_server() as port, pytest.raises(TimeoutError):
        status_of(f"https://127.0.0.1:{port}/", timeout_s=0.2)


def test_a_site_that_is_not_there_or_an_address_that_none_can_be_is_told_and_raises_nothing() -> None:
    addresses = [f"https://127.0.0.1:{free_ports()}/", "https://", "https://[", "https://a b/", "https://x:99999/"]
    assert [one.why for one in try_links(addresses)] == [NO_SITE] * len(addresses)
