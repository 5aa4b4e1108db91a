"""How does a room above have letters leave? It gives the words in each language and says to whom.

Here are the letters' rows and a job for each; `sending_letters` hands them over, one by one and not too fast.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import transaction

from cordee.core.errors import N_, Conflict, InputRefused
from cordee.core.ids import uuid8
from cordee.jobs.enqueuing import ROWS_AT_ONCE, enqueue_many
from cordee.jobs.models import Letter, Message

KIND: Final = "letter"  # of the jobs that send them
NECESSARY: Final = "account"  # topic of letters that nobody can say no to: a link one asked for, a warning
HEAD_START: Final = dt.timedelta(days=1)  # by which those overtake the thousands that a teacher may have sent
NO_MORE: Final = "https://no-more.invalid/"  # in a message's text and HTML, for the address at which one says no
BREAKS: Final = frozenset({"Cc", "Zl", "Zp"})  # what ends a line, or is no sign at all
TURNS: Final = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})  # of the direction of writing
KEPT: Final = dt.timedelta(days=90)  # of letters about accounts
LONGEST_SUBJECT: Final = 200


@dataclass(frozen=True, slots=True)
class Words:
    """A message in one language."""

    subject: str
    text: str
    html: str
    about: str  # the topic in words


@dataclass(frozen=True, slots=True)
class Addressee:
    """Somebody to write to: pseudonym, address, language."""

    person: UUID
    address: str
    language: str


def letters_leave() -> bool:
    """Whether a letter would go anywhere: to a server, or, on this machine alone, into files."""
    return settings.CORDEE.smtp is not None or files_folder() is not None


def files_folder() -> Path | None:
    """Where letters are written instead of sent; None where they are sent, and on every site that others reach."""
    environment = settings.CORDEE
    return environment.home / "mail" if environment.smtp is None and environment.is_local else None


def read_line(text: str) -> str:
    """Words for the head of a letter: one line.

    Raises InputRefused for a sign that could begin another head, and for one that shows words in another order than
    they stand (U+202A to U+202E, U+2066 to U+2069), with which "exe.fdp" looks like "pdf.exe".
    """
    line = text.strip()
    if not line or any(unicodedata.category(sign) in BREAKS for sign in line):
        raise InputRefused(N_("The subject of a letter is one line of text. Take out line ends and special signs."))
    if line != without_turns(line):
        raise InputRefused(
            N_("The subject holds a hidden sign that turns the direction of writing. Delete it, type the words again.")
        )
    if len(line) > LONGEST_SUBJECT:
        raise InputRefused(N_("The subject has more than {most} signs. Shorten it."), most=LONGEST_SUBJECT)
    return line


def without_turns(text: str) -> str:
    """The text without the signs that turn the direction of writing; letters of every script find theirs alone."""
    return "".join(sign for sign in text if unicodedata.bidirectional(sign) not in TURNS)


def write_letters(
    *,
    key: str,
    topic: str,
    sender: str,
    words: Mapping[str, Words],
    addressees: Iterable[Addressee],
    now: dt.datetime,
) -> int:
    """Letters of one message to these people, in the transaction of the fact; how many were given.

    `words` by language, of all the addressees' languages. Who has this message already does not get it again. 2 queries
    for each language, 2 for each 500 people (on SQLite for each hundred or so). Raises InputRefused, and Conflict where
    letters would go nowhere.
    """
    _refuse_nowhere()
    people = list(addressees)
    with transaction.atomic():
        messages = {language: _message(key, topic, sender, language, said) for language, said in words.items()}
        letters = [
            Letter(
                id=letter_id(key, one.person),
                message=messages[one.language],
                key=key,
                person=one.person,
                address=one.address,
                written_at=now,
            )
            for one in people
        ]
        Letter.objects.bulk_create(letters, batch_size=ROWS_AT_ONCE, ignore_conflicts=True)
        enqueue_many(kind=KIND, jobs=((str(letter.pk), {"letter": str(letter.pk)}) for letter in letters), now=now)
    return len(letters)


def write_necessary_letter(*, key: str, words: Words, addressee: Addressee, now: dt.datetime) -> None:
    """One letter about somebody's own account, in the transaction of the fact: it leaves before all others.

    It goes to the address given here, not to the account's, since it may be about a new one, or to nobody who has an
    account. No "no" and no earlier refusal of the address holds it back. The words name nobody: they stay when the
    person goes. The same key again writes no second one. 4 queries. Raises Conflict where letters would go nowhere.
    """
    _refuse_nowhere()
    with transaction.atomic():
        letter = Letter(
            id=letter_id(key, addressee.person),
            message=_message(key, NECESSARY, "", addressee.language, words),
            key=key,
            person=addressee.person,
            address=addressee.address,
            written_at=now,
        )
        Letter.objects.bulk_create([letter], ignore_conflicts=True)
        name = str(letter_id(key, addressee.person))
        enqueue_many(kind=KIND, jobs=[(name, {"letter": name})], now=now, due_at=now - HEAD_START)


def _refuse_nowhere() -> None:
    if not letters_leave():
        raise Conflict(
            N_("This site sends no letters yet. Whoever runs it has to set CORDEE_SMTP, as docs/mail.md says.")
        )


def letter_id(key: str, person: UUID) -> UUID:
    """The same message to the same person is the same letter, whoever writes it when."""
    return uuid8(hashlib.sha256(f"letter|{key}|{person}".encode()).digest())


def _message(key: str, topic: str, sender: str, language: str, words: Words) -> Message:
    said = {
        "topic": topic,
        "about": words.about[:200],
        "sender": read_line(without_turns(sender)) if sender else "",
        "subject": read_line(words.subject),
        "text": words.text,
        "html": words.html,
    }
    return Message.objects.get_or_create(key=key, language=language, defaults=said)[0]


def forget_necessary(*, now: dt.datetime) -> int:
    """Delete letters about accounts that were settled a season ago, also to who never had one; how many. 3 queries."""
    old = Letter.objects.filter(message__topic=NECESSARY, written_at__lt=now - KEPT).exclude(state=Letter.WAITING)
    count = old.delete()[0]
    Message.objects.filter(topic=NECESSARY, letters__isnull=True).delete()
    return count
