"""What happens to a table's rows when the person they speak of is erased, and what is a person given of them?

Each table answers with `personal`. How its rows lead to a person is derived from its foreign keys where it has some,
and declared where it holds a pseudonym (`people.personal_rows` reads both):

    personal: ClassVar[Personal] = DELETE.called(N_("Your sign-ins"))
    personal: ClassVar[Personal] = DELETE.called(N_("Letters to you")).by("person")
    personal: ClassVar[Personal] = UNLINK.called(N_("Letters that you wrote")).by("author").naming(author="author_name")
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal
from uuid import UUID

Fate = Literal["deleted", "unlinked", "kept"]


@dataclass(frozen=True, slots=True)
class Personal:
    """One answer: `delete` the row, `unlink` it from the person, `keep` it for a reason, or `none`: nobody in it."""

    treatment: str
    reason: str = ""
    words: str = ""  # what the rows are, said to the person, e.g. N_("Your sign-ins")
    pseudonyms: tuple[str, ...] = ()  # fields that hold somebody's pseudonym
    owners: tuple[str, ...] = ()  # of several foreign keys: those of whose person the row is
    secrets: tuple[str, ...] = ()  # fields that no export gives, e.g. the hash of a password
    named: tuple[tuple[str, str], ...] = ()  # (field that leads to somebody, text that says their name)
    apart: str = ""  # a field: rows with another value of it get another pseudonym when they are unlinked

    def called(self, words: str) -> Personal:
        """What the rows are, to the person they speak of. Every table with somebody in it says so."""
        return replace(self, words=words)

    def by(self, *fields: str) -> Personal:
        """These fields hold a pseudonym."""
        return replace(self, pseudonyms=fields)

    def of(self, *fields: str) -> Personal:
        """The row is the person's whom these foreign keys lead to; others (who graded, who allowed) are unlinked."""
        return replace(self, owners=fields)

    def without(self, *fields: str) -> Personal:
        """No export gives these fields."""
        return replace(self, secrets=fields)

    def naming(self, **texts: str) -> Personal:
        """By field that leads to somebody, the text that says their name: nobody else is given it, and it is emptied
        with the field, unless the row is kept as proof."""
        return replace(self, named=tuple(texts.items()))

    def apart_by(self, field: str) -> Personal:
        """Once unlinked, rows that differ in this field do not lead to each other either."""
        return replace(self, apart=field)


DELETE = Personal("delete")
UNLINK = Personal("unlink")
NONE = Personal("none")


def keep(reason: str) -> Personal:
    """Keep the rows; `reason` is printed in the record of processing, in every receipt and in every export."""
    return Personal("keep", reason)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is given what is kept of them, or is erased."""

    account_id: int
    pseudonym: UUID
    email: str
    name: str
    language: str
    # Of the addresses that are or were theirs alone: keys (`people.emails`), and who stands for them in letters that
    # were written to them before there was an account
    address_keys: frozenset[str] = frozenset()
    strangers: tuple[UUID, ...] = ()
    withdraws: bool = False  # also what stays in their name for others, e.g. attestations


@dataclass(frozen=True, slots=True)
class Piece:
    """A file of an export that is no table."""

    path: str  # inside the archive, below files/
    words: str  # what it is, in the person's language
    data: bytes


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a receipt. Says of nobody who it was."""

    what: str  # e.g. "people.SignIn", "pilot store"
    words: str  # untranslated, as `Personal.words`
    fate: Fate
    count: int
    reason: str = ""  # untranslated; of what is kept


class Keeper:
    """What a room keeps of people beyond the rows that its tables declare; found by its place.

    A room or a kind that keeps such things has a module `personal.py` that binds `keeper` to an object of this kind.
    """

    def pieces(self, person: Person) -> Iterable[Piece]:
        """Files for the person's export, inside its snapshot of the database."""
        return ()

    def take_out(self, person: Person) -> Iterable[Line]:
        """Erase what lies outside of the database, before its rows go. Again must be like once."""
        return ()

    def before_rows(self, person: Person) -> Iterable[Line]:
        """Change rows in the transaction that erases the person's, before it does."""
        return ()


# A count of people is shown from this many on: below, one could tell who is behind it. Source: docs/decisions.
SMALL_CELL = 10
