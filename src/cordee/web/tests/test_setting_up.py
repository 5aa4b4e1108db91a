"""Does the set-up link make one operator, once?"""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client

from cordee.core import clock
from cordee.core.errors import NotFound
from cordee.courses.tests.make import small_run
from cordee.people.granting import grant_role
from cordee.people.models import Account, Role, RoleGrant
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


@pytest.mark.attack(130)
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


@pytest.mark.attack(130)
@pytest.mark.django_db
def test_a_guessed_or_older_link_is_nothing(client: Client) -> None:
    assert client.get("/set-up/guess").status_code == 404
    older, newer = new_link(), new_link()
    assert older is not None
    assert newer is not None
    assert client.get(older).status_code == 404
    assert client.get(newer).status_code == 200


@pytest.mark.django_db
def test_a_stranger_who_signs_up_first_does_not_lock_the_operator_out(client: Client) -> None:
    link = new_link()
    assert link is not None
    stranger = make_stranger("stranger@example.org")
    assert client.get(link).status_code == 200
    link = new_link()  # the next start prints one again
    assert link is not None
    assert client.post(link, FORM).status_code == 302
    assert RoleGrant.objects.get().account.email == FORM["email"]
    assert not RoleGrant.objects.filter(account=stranger).exists()
    assert new_link() is None


@pytest.mark.django_db
def test_a_stranger_who_took_the_operators_address_does_not_become_operator(client: Client) -> None:
    link = new_link()
    assert link is not None
    make_stranger(FORM["email"])
    answer = client.post(link, FORM, headers={"Accept-Language": "en"})
    assert answer.status_code == 400
    assert "op@example.org already has an account, and this is not its password." in answer.content.decode()
    assert not RoleGrant.objects.exists()
    assert client.post(link, FORM | {"email": "other@example.org"}).status_code == 302


@pytest.mark.django_db
def test_who_has_an_account_already_becomes_operator_with_its_password(client: Client) -> None:
    link = new_link()
    assert link is not None
    mine = make_stranger("OP@example.org", password=FORM["password"])
    assert client.post(link, FORM).status_code == 302
    assert RoleGrant.objects.get().account == mine
    assert Account.objects.count() == 1


@pytest.mark.django_db
def test_another_role_is_not_the_operators() -> None:
    grant_role(account=make_stranger("a@example.org"), role=Role.TEACHER, scope="", granted_by=None, now=clock.now())
    assert new_link() is not None


@pytest.mark.django_db
def test_the_set_up_page_offers_no_other_way_to_an_account(client: Client) -> None:
    link = new_link()
    assert link is not None
    assert 'href="/sign-up"' in client.get("/sign-in").content.decode()
    assert 'href="/sign-up"' not in client.get(link).content.decode()
    assert 'href="/sign-up"' not in client.post(link, {}).content.decode()


@pytest.mark.django_db
def test_the_operator_opens_the_pages_of_a_run_without_enrolling(client: Client, tmp_path: Path) -> None:
    run = small_run(tmp_path)
    link = new_link()
    assert link is not None
    client.post(link, FORM)
    assert client.post("/sign-in", FORM).status_code == 302
    for page in ("", "units/u1", "import-report"):
        assert client.get(f"/runs/{run.key}/{page}").status_code == 200, page
    stranger = Client()
    make_stranger("stranger@example.org", password=FORM["password"])
    assert stranger.post("/sign-in", FORM | {"email": "stranger@example.org"}).status_code == 302
    assert stranger.get(f"/runs/{run.key}/").status_code == 403


def make_stranger(email: str, password: str | None = None) -> Account:
    return make_account(email=email, name="A", password=password, language="fr", time_zone="UTC", now=clock.now())
