"""Every address of the site names the act that it does, so that no view forgets to ask who may."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from cordee.people.permissions import ANYONE, TABLE, act_of

MODELS_WITHOUT_PEOPLE = {"none"}


def views(patterns: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[tuple[str, Callable[..., object]]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from views(pattern.url_patterns, prefix + str(pattern.pattern))
        else:
            yield prefix + str(pattern.pattern), pattern.callback


ALL = list(views(get_resolver().url_patterns))


def test_there_are_addresses_to_walk() -> None:
    assert len(ALL) > 20


@pytest.mark.parametrize(("address", "view"), ALL, ids=[address for address, _view in ALL])
def test_every_view_names_an_act_that_the_table_knows(address: str, view: Callable[..., object]) -> None:
    assert act_of(view) in TABLE, f"{address} names no act"


def _given(place: re.Match[str]) -> str:
    """Something that fits into a place of an address."""
    of_kind = {"int": "1", "uuid": str(uuid.UUID(int=1))}
    return "A+B+C" if place[2] == "run_key" else of_kind.get(place[1], "a")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", sorted({address for address, view in ALL if ANYONE not in TABLE[act_of(view) or ""]})
)
def test_a_stranger_is_never_let_into_what_is_not_public(address: str) -> None:
    url = "/" + re.sub(r"<(\w+):(\w+)>", _given, address)
    for method in (Client().get, Client().post):
        answer = method(url)
        assert answer.status_code in (302, 404, 405), url
        if answer.status_code == 302:
            assert "/sign-in" in answer["Location"]
