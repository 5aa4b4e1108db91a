"""Is it told of a table whose rows lead to people what becomes of them, or what is to be written there?"""

from __future__ import annotations

from typing import ClassVar

import pytest
from django.db import models
from django.test.utils import isolate_apps

from cordee.core.privacy import DELETE, NONE, UNLINK, Personal, keep
from cordee.people import personal_rows
from cordee.people.models import Account


def read(model: type[models.Model]) -> tuple[list[tuple[str, str]], str]:
    """(column, fate) of each lead by a foreign key, and what is wrong."""
    found = list(personal_rows._leads_by_keys(model, {Account: [("pk", False)]}))
    leads = [(lead.field, str(lead.fate)) for lead, _problem in found if lead is not None]
    return leads, " ".join(problem for _lead, problem in found if problem)


def table(declared: Personal, **fields: models.Field) -> type[models.Model]:  # type: ignore[type-arg]  # of any kind
    with isolate_apps("cordee.people"):

        class Bookmark(models.Model):
            personal: ClassVar[Personal] = declared

            class Meta:
                app_label = "people"

            def __str__(self) -> str:
                return ""

        for name, field in fields.items():
            Bookmark.add_to_class(name, field)
        return Bookmark


def key(*, null: bool = False) -> models.ForeignKey[Account, Account]:
    return models.ForeignKey(
        Account, null=null, on_delete=models.SET_NULL if null else models.PROTECT, related_name="+"
    )


def test_a_row_goes_with_the_person_that_it_belongs_to_and_is_unlinked_from_another() -> None:
    assert read(table(DELETE, account=key(), given_by=key(null=True))) == (
        [("account", "deleted"), ("given_by", "unlinked")],
        "",
    )


def test_a_row_that_leads_to_two_people_says_whose_it_is() -> None:
    leads, problem = read(table(DELETE, learner=key(), marker=key()))
    assert leads == []
    assert 'DELETE.of("<whose it is>")' in problem
    leads, problem = read(table(DELETE.of("learner"), learner=key(), marker=key(null=True)))
    assert leads == [("learner", "deleted"), ("marker", "unlinked")]
    assert problem == ""


def test_a_column_that_must_be_emptied_and_cannot_is_told() -> None:
    for declared in (UNLINK, DELETE.of("learner")):
        _leads, problem = read(table(declared, learner=key(), marker=key()))
        assert "marker cannot be unlinked: make it null=True, on_delete=SET_NULL." in problem


def test_a_table_that_says_nobody_is_in_it_and_leads_to_somebody_is_told() -> None:
    _leads, problem = read(table(NONE, account=key()))
    assert "declares NONE, and its column account leads to a person" in problem


def test_what_is_kept_lets_go_of_an_account_that_goes() -> None:
    assert read(table(keep("Proof."), account=key(null=True))) == ([("account", "unlinked")], "")
    assert "account cannot be unlinked" in read(table(keep("Proof."), account=key()))[1]


@pytest.mark.parametrize("name", ["password", "totp_secret", "recovery_codes", "token"])
def test_a_field_that_looks_like_a_secret_is_asked_about(name: str) -> None:
    assert personal_rows.SECRET.search(name)


def test_every_room_that_keeps_people_outside_of_tables_is_found_by_its_place() -> None:
    assert {"awards", "jobs", "pilot"} <= {room for room, _keeper in personal_rows.keepers()}
