"""Which rows of which tables lead to a person, and by which column?

Derived from the models: a foreign key to the account, or to a row that is somebody's, leads to them; a pseudonym does
where the table says so (`personal`, see `core.privacy`). Export and erasure are generated from it, so that a new
table is in both from its first day, or `problems` says what to add to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from graphlib import TopologicalSorter
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final, cast

from django.apps import apps
from django.db import models

from cordee.core.privacy import Fate, Keeper, Person, Personal
from cordee.people.emails import email_key, stranger
from cordee.people.models import Account, MailedLink

SECRET: Final = re.compile(r"password|secret|token|recovery|one_time")  # names of fields that no export may give
ID_OF_A_FORM: Final = frozenset({"form_id", "state", "number", "revision"})  # UUIDs that are nobody's pseudonym

DOORS_OF_OWN_ADDRESS: Final = (MailedLink.PASSWORD, MailedLink.CONFIRM, MailedLink.TAKE_BACK)

Model = type[models.Model]


@dataclass(frozen=True, slots=True)
class Lead:
    """How rows of a table lead to a person, and what becomes of them when that person is erased."""

    model: Model
    field: str  # the table's own column, e.g. "enrolment"
    path: str  # the lookup that leads from a row to the account or the pseudonym, e.g. "enrolment__account"
    by_pseudonym: bool
    fate: Fate

    def rows(self, person: Person) -> models.QuerySet[Any]:
        """The person's rows, in the order of their keys."""
        found: models.QuerySet[Any] = self.model._default_manager.filter(  # noqa: SLF001 - documented by Django
            **{self.path: person.pseudonym if self.by_pseudonym else person.account_id}
        )
        return found.order_by("pk")


def person_of(account: Account, *, withdraws: bool = False) -> Person:
    """What keepers and leads need to know. 1 query, or 2 where they had other addresses."""
    keys = _keys_of(account)
    return Person(
        account.pk,
        account.pseudonym,
        account.email,
        account.name,
        account.language,
        address_keys=keys,
        strangers=tuple(stranger(key) for key in sorted(keys)),
        withdraws=withdraws,
    )


def _keys_of(account: Account) -> frozenset[str]:
    """Of the present address, and of earlier ones that nobody else has taken since."""
    links = MailedLink.objects.filter(account=account, door__in=DOORS_OF_OWN_ADDRESS)
    earlier = {email_key(address) for address in links.values_list("address", flat=True)} - {account.email_key}
    if earlier:
        earlier -= set(Account.objects.filter(email_key__in=earlier).values_list("email_key", flat=True))
    return frozenset({account.email_key, *earlier})


def declared(model: Model) -> Personal | None:
    """What the table says of itself; None for nothing."""
    said = getattr(model, "personal", None)
    return said if isinstance(said, Personal) else None


def label_of(model: Model) -> str:
    """E.g. "people.SignIn"."""
    return model._meta.label  # noqa: SLF001 - documented by Django


@cache
def tables() -> tuple[Model, ...]:
    """Every table that says what it holds of people, in the order of their names."""
    found = [model for model in apps.get_models() if declared(model)]
    return tuple(sorted(found, key=label_of))


@cache
def leads() -> tuple[Lead, ...]:
    """All of them; those of one table next to each other."""
    return tuple(_found()[0])


def deletions() -> list[Lead]:
    """Leads whose rows go, tables that point at others before those: the account last."""
    going = {lead.model for lead in leads() if lead.fate == "deleted"}
    graph: dict[Model, set[Model]] = {model: set() for model in going}
    for model in going:
        for field in _foreign_keys(model):
            target = field.related_model
            if target in going and target is not model:
                graph[target].add(model)
    order = list(
        TopologicalSorter({key: sorted(graph[key], key=label_of) for key in sorted(going, key=label_of)}).static_order()
    )
    return [lead for model in order for lead in leads() if lead.model is model and lead.fate == "deleted"]


def problems() -> list[str]:
    """What keeps a table out of exports and erasures: one sentence each, with what to write where. No query."""
    found = _found()[1]
    with_leads = {lead.model for lead in leads()}
    for model in tables():
        said, name = declared(model), label_of(model)
        assert said is not None  # noqa: S101 - `tables` gives no other
        if model._meta.many_to_many:  # noqa: SLF001 - documented by Django
            found.append(f"{name} has a many-to-many field: make it a table of its own that declares `personal`.")
        if said.treatment == "none":
            continue
        if model not in with_leads and said.treatment != "keep":
            found.append(
                f'Nothing leads from {name} to a person. Add a foreign key, write personal = ….by("<field with the'
                f' pseudonym>"), keep("why it is neither exported nor erased"), or NONE.'
            )
        if model in with_leads and not said.words:
            found.append(f'{name} says nothing to its person: write personal = ….called(N_("what the rows are")).')
        named = {field.name for field in model._meta.concrete_fields}  # noqa: SLF001 - likewise
        for field in sorted(
            {*said.pseudonyms, *said.owners, *said.secrets, *(one for pair in said.named for one in pair)} - named
        ):
            found.append(f"{name} has no field {field}, which its `personal` names.")
        for field in sorted(one for one in named if SECRET.search(one) and one not in said.secrets):
            found.append(f'{name}.{field} looks like a secret: write personal = ….without("{field}").')
    for model in tables():
        said = declared(model)
        for column in model._meta.concrete_fields:  # noqa: SLF001 - likewise
            is_id = isinstance(column, models.UUIDField) and not column.primary_key and model is not Account
            if is_id and column.name not in ID_OF_A_FORM and said and column.name not in said.pseudonyms:
                found.append(
                    f"{label_of(model)}.{column.name} is a UUID: if it holds a pseudonym write personal ="
                    f' ….by("{column.name}"), else add its name to ID_OF_A_FORM in people/personal_rows.py.'
                )
    return found


@cache
def keepers() -> tuple[tuple[str, Keeper], ...]:
    """What rooms and kinds keep beyond rows, by the name of the room, in its order: found by `personal.py`."""
    found = []
    for config in sorted(apps.get_app_configs(), key=lambda one: one.name):
        name = f"{config.name}.personal"
        if config.name.startswith("cordee.") and find_spec(name) is not None:
            found.append((config.label, cast(Keeper, import_module(name).keeper)))
    return tuple(found)


def _found() -> tuple[list[Lead], list[str]]:
    owned: dict[Model, list[tuple[str, bool]]] = {Account: [("pk", False)]}
    found: dict[Model, list[Lead]] = {Account: [Lead(Account, "id", "pk", by_pseudonym=False, fate="deleted")]}
    wrong: list[str] = []
    for model in tables():
        said = declared(model)
        for field in said.pseudonyms if said else ():
            fate = _fate_of_pseudonym(model, field)
            found.setdefault(model, []).append(Lead(model, field, field, by_pseudonym=True, fate=fate))
            if fate == "deleted":
                owned.setdefault(model, []).append((field, True))
    waiting = [model for model in tables() if model is not Account]
    while True:  # tables that point at tables that point at the account: until nothing new is found
        grew = False
        for model in waiting:
            for lead, problem in _leads_by_keys(model, owned):
                known = found.setdefault(model, [])
                if lead is None:
                    wrong.append(problem) if problem not in wrong else None
                elif lead not in known:
                    known.append(lead)
                    grew = True
                    if lead.fate == "deleted" and (lead.path, lead.by_pseudonym) not in owned.setdefault(model, []):
                        owned[model].append((lead.path, lead.by_pseudonym))
        if not grew:
            break
    return [lead for model in tables() for lead in found.get(model, [])], wrong


def _leads_by_keys(model: Model, owned: dict[Model, list[tuple[str, bool]]]) -> Iterator[tuple[Lead | None, str]]:
    """Leads by foreign keys, or what is wrong with one."""
    said = declared(model)
    assert said is not None  # noqa: S101 - `tables` gives no other
    keys = [
        field for field in _foreign_keys(model) if field.related_model in owned and field.related_model is not model
    ]
    if said.treatment == "delete" and not said.owners:
        sure = [field for field in keys if not field.null]
        if len(sure) > 1:
            names = " and ".join(field.name for field in sure)
            yield None, f'{label_of(model)} leads to people by {names}: write personal = DELETE.of("<whose it is>").'
            return
        if sure:  # the row is this one's person's; a nullable key to another row of theirs says nothing new
            keys = [field for field in keys if field in sure or field.related_model is Account]
    for field in keys:
        fate, problem = _fate_of_key(model, said, field)
        if fate is None:
            yield None, problem
            continue
        for path, by_pseudonym in owned[field.related_model]:
            to = field.name if path == "pk" else f"{field.name}__{path}"
            yield Lead(model, field.name, to, by_pseudonym=by_pseudonym, fate=fate), ""


def _fate_of_key(model: Model, said: Personal, field: models.ForeignKey[Any, Any]) -> tuple[Fate | None, str]:
    name = f"{label_of(model)}.{field.name}"
    if said.treatment == "none":
        return None, f"{label_of(model)} declares NONE, and its column {field.name} leads to a person: say whose it is."
    if said.treatment == "delete":
        is_owner = field.name in said.owners if said.owners else field.remote_field.on_delete is not models.SET_NULL
        if is_owner:
            return "deleted", ""
    if field.null:
        return "unlinked", ""
    return None, f"{name} cannot be unlinked: make it null=True, on_delete=SET_NULL."


def _fate_of_pseudonym(model: Model, field: str) -> Fate:
    said = declared(model)
    assert said is not None  # noqa: S101 - asked by the caller
    if said.treatment == "delete":
        return "deleted"
    if said.treatment == "unlink" or model._meta.get_field(field).null:  # noqa: SLF001 - documented by Django
        return "unlinked"
    return "kept"


def _foreign_keys(model: Model) -> Sequence[models.ForeignKey[Any, Any]]:
    return [field for field in model._meta.concrete_fields if isinstance(field, models.ForeignKey)]  # noqa: SLF001 - likewise
