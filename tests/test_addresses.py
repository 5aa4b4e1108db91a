"""Every address of the site names the act that it does, so that no view forgets to ask who may."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from cordee.core import clock
from cordee.people.granting import grant_role
from cordee.people.models import Role
from cordee.people.permissions import ANYONE, SIGNED_IN, TABLE, act_of
from cordee.people.tests.make import make_account, signed_in_client

MODELS_WITHOUT_PEOPLE = {"none"}


def views(patterns: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[tuple[str, Callable[..., object]]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from views(pattern.url_patterns, prefix + str(pattern.pattern))
        else:
            yield prefix + str(pattern.pattern), pattern.callback


ALL = list(views(get_resolver().url_patterns))


SAMPLES = {"int": "1", "uuid": "0199c1c4-0000-7000-8000-000000000000", "slug": "runs", "str": "A+B+C"}


def filled(address: str) -> str:
    """An address of something that is not there."""
    return "/" + re.sub(r"<(\w+):\w+>", lambda found: SAMPLES[found[1]], address)


def test_there_are_addresses_to_walk() -> None:
    assert len(ALL) > 20


@pytest.mark.parametrize(("address", "view"), ALL, ids=[address for address, _view in ALL])
def test_every_view_names_an_act_that_the_table_knows(address: str, view: Callable[..., object]) -> None:
    assert act_of(view) in TABLE, f"{address} names no act"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", sorted({address for address, view in ALL if ANYONE not in TABLE[act_of(view) or ""]})
)
def test_a_stranger_is_never_let_into_what_is_not_public(address: str) -> None:
    url = filled(address)
    for method in (Client().get, Client().post):
        answer = method(url)
        assert answer.status_code in (302, 404, 405), url
        if answer.status_code == 302:
            assert "/sign-in" in answer["Location"]


# What everybody who has the role anywhere may open: it shows what is their own, and nothing of other places.
OWN_PAGES = {"pilot/", "pilot/sources", "pilot/catalogue", "pilot/compare", "cohorts", "cohorts/new", "organisations"}
OWN_PAGES |= {"team", "pilot/run"}  # without a session, the last leads to the first
TEAM_ONLY = sorted({address for address, view in ALL if not TABLE[act_of(view) or ""] & {ANYONE, SIGNED_IN}})


@pytest.mark.django_db
def test_whoever_has_no_role_is_let_into_nothing_of_the_team() -> None:
    client = signed_in_client(make_account())
    for address in TEAM_ONLY:
        for method in (client.get, client.post):
            answer = method(filled(address))
            assert answer.status_code in (403, 404, 405), (address, answer.status_code)


@pytest.mark.long
@pytest.mark.django_db
@pytest.mark.parametrize("role", list(Role))
def test_a_role_in_other_places_opens_nothing_here(role: Role) -> None:
    account = make_account()
    for scope in ("org:Z", "course:Z+1", "run:Z+1+2", "cohort:77"):
        grant_role(account=account, role=role, scope=scope, granted_by=None, now=clock.now())
    client = signed_in_client(account)
    for address in TEAM_ONLY:
        if address in OWN_PAGES:
            continue
        for method in (client.get, client.post):
            answer = method(filled(address))
            assert answer.status_code in (403, 404, 405), (address, answer.status_code)
