"""Does everybody find in the menu what they may open, from the first page on?"""

from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from cordee.core import clock
from cordee.people.granting import grant_role
from cordee.people.models import Role
from cordee.people.permissions import ROLES_SEEN
from cordee.people.tests.make import make_account, signed_in_client


@pytest.mark.django_db
def test_a_manager_finds_the_menu_of_the_team_on_the_first_page_after_a_start() -> None:
    manager = make_account(name="Hélène")
    grant_role(account=manager, role=Role.PROGRAMME_MANAGER, scope="", granted_by=None, now=clock.now())
    client = signed_in_client(manager)
    ROLES_SEEN.clear()  # as in a process that has just started

    page = client.get("/en/").content.decode()

    assert 'href="/organisations"' in page
    assert 'href="/bilan/"' in page


@pytest.mark.django_db
def test_who_has_no_role_is_asked_for_it_once(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    client = signed_in_client(make_account())
    client.get("/reading")  # the footer's pages are kept
    ROLES_SEEN.clear()
    with django_assert_num_queries(2):  # the sign-in, the roles
        first = client.get("/reading")
    with django_assert_num_queries(1):
        client.get("/reading")

    assert 'href="/organisations"' not in first.content.decode()
