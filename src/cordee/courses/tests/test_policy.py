"""What may a kind add to the content policy of its page?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from cordee.courses.kinds import PageView, installed, policy_of


class Asking:
    """A kind that asks for something, and is a text otherwise."""

    def __init__(self, asked: Mapping[str, tuple[str, ...]]) -> None:
        self.asked = asked

    def __getattr__(self, name: str) -> Any:
        return getattr(installed()["text"], name)

    def policy(self, definition: object, view: PageView) -> Mapping[str, tuple[str, ...]]:
        return self.asked


VIEW = PageView(activity_id="a", title="", language="en", seed=0, render=lambda html: html)  # type: ignore[arg-type, return-value] # nothing is rendered


def test_a_kind_that_asks_for_nothing_adds_nothing() -> None:
    assert policy_of(installed()["text"], None, VIEW) == {}


@pytest.mark.parametrize("host", ["https://films.example.org", "http://127.0.0.1:8080"])
def test_hosts_of_films_and_frames_may_be_added(host: str) -> None:
    assert policy_of(Asking({"media-src": (host,)}), None, VIEW) == {"media-src": (host,)}


@pytest.mark.parametrize(
    ("directive", "source"),
    [
        ("script-src", "https://films.example.org"),
        ("media-src", "*"),
        ("media-src", "https:"),
        ("media-src", "https://films.example.org; script-src *"),
        ("frame-src", "'self'"),
        ("media-src", "https://films.example.org/path"),
    ],
)
def test_nothing_else_may_be(directive: str, source: str) -> None:
    with pytest.raises(ValueError, match="may not add"):
        policy_of(Asking({directive: (source,)}), None, VIEW)
