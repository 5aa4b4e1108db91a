"""Does the set-up link make one operator, once?"""

from __future__ import annotations

import pytest
from django.test import Client

from cordee.core import clock
from cordee.core.errors import NotFound
from cordee.people.models import Account, RoleGrant
from cordee.people.signing_up import make_account
from cordee.web.setting_up import make_first_operator, new_link

FORM = {"name": "Inès Martin", "email": "op@example.org", "password": "a long enough password"}


@pytest.mark.django_db
def test_the_link_makes_one_operator_and_then_nothing_more(client: Client) -> None:
    link = new_link()
    assert link is not None
    assert client.get(link).status_code == 200
    answer = client.post(link, FORM)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/sign-in")
    assert RoleGrant.objects.get().role == "operator"
    assert RoleGrant.objects.get().scope == ""
    assert client.post(link, FORM | {"email": "second@example.org"}).status_code == 404
    assert client.get(link).status_code == 404
    assert Account.objects.count() == 1
    assert new_link() is None


@pytest.mark.django_db
def test_a_second_click_at_the_same_moment_makes_no_second_account() -> None:
    link = new_link()
    assert link is not None
    token = link.rpartition("/")[2]
    make_first_operator(token=token, **FORM)
    with pytest.raises(NotFound):
        make_first_operator(token=token, **FORM | {"email": "second@example.org"})
    assert Account.objects.count() == 1


@pytest.mark.django_db
def test_a_form_with_something_to_correct_leaves_the_link_good(client: Client) -> None:
    link = new_link()
    assert link is not None
    assert client.post(link, FORM | {"password": "short"}).status_code == 400
    assert Account.objects.count() == 0
    assert client.post(link, FORM).status_code == 302


@pytest.mark.django_db
def test_a_guessed_or_older_link_is_nothing(client: Client) -> None:
    assert client.get("/set-up/guess").status_code == 404
    older, newer = new_link(), new_link()
    assert older is not None
    assert newer is not None
    assert client.get(older).status_code == 404
    assert client.get(newer).status_code == 200


@pytest.mark.django_db
def test_a_site_with_an_account_has_no_link(client: Client) -> None:
    link = new_link()
    assert link is not None
    make_account(email="a@example.org", name="A", language="fr", time_zone="UTC", now=clock.now())
    assert new_link() is None
    assert client.get(link).status_code == 404
