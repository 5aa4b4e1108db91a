"""What does a list of people say, and which of its lines cannot be taken, each for which reason?

CSV with a line of names, as a school's office or a spreadsheet writes it: commas, semicolons or tabs; UTF-8, or
Windows-1252 as older spreadsheets save it. Columns by their English or French names, in any order.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.conf import settings

from cordee.core.errors import N_, CordeeError, InputRefused, shown
from cordee.people.emails import email_key, read_email
from cordee.people.names import read_name

MOST_PEOPLE: Final = 50_000
LONGEST_WORDS: Final = 120  # of a site, a zone
MARKS: Final = ("\t", ";", ",")
COLUMNS: Final[Mapping[str, str]] = {  # as it is written -> what it is
    "email": "email",
    "e-mail": "email",
    "email address": "email",
    "mail": "email",
    "courriel": "email",
    "adresse": "email",
    "adresse e-mail": "email",
    "adresse électronique": "email",
    "name": "name",
    "full name": "name",
    "nom complet": "name",
    "first name": "first",
    "prénom": "first",
    "prenom": "first",
    "last name": "last",
    "surname": "last",
    "nom": "last",
    "nom de famille": "last",
    "site": "site",
    "zone": "zone",
    "language": "language",
    "langue": "language",
    "username": "outside_id",
    "user name": "outside_id",
    "nom d’utilisateur": "outside_id",
    "nom d'utilisateur": "outside_id",
    "identifiant": "outside_id",
    "id": "outside_id",
}


@dataclass(frozen=True, slots=True)
class Line:
    """Somebody to take in."""

    number: int  # of the line in the file, from 1
    address: str
    name: str
    site: str = ""
    zone: str = ""
    language: str = ""  # "" for the site's
    outside_id: str = ""  # what the platform calls them on which the session is played


@dataclass(frozen=True, slots=True)
class Refused:
    """A line that is not taken, and why; line 1 names the columns."""

    number: int
    words: str  # what stands there, to be found again
    why: CordeeError


@dataclass(frozen=True, slots=True)
class People:
    """All that a list says."""

    lines: tuple[Line, ...]
    refused: tuple[Refused, ...]
    there: tuple[Line, ...] = ()  # in the group already
    ignored: tuple[str, ...] = ()  # columns that say nothing we know


def read_people(data: bytes, *, members: Collection[str] = ()) -> People:
    """The lines that can be taken, and the others. `members`: keys of the addresses that are in the cohort already.

    Raises InputRefused for what is no list at all. No query.
    """
    rows = _rows(_text(data))
    _number, head = next(rows, (0, []))
    if not head:
        raise InputRefused(N_("The list is empty. Write one person a line, below a line that names the columns."))
    try:
        columns, ignored = _columns(head)
    except CordeeError as why:
        return People((), (Refused(1, shown(" ".join(head), 80), why),))
    lines: list[Line] = []
    there: list[Line] = []
    refused: list[Refused] = []
    count = 0
    seen: dict[str, int] = {}
    for count, (number, cells) in enumerate(rows, 1):  # line by line: a long list is not held twice
        if count > MOST_PEOPLE:
            raise InputRefused(
                N_("The list has {count} people, more than {most}. Cut it into several."),
                count=count + sum(1 for _row in rows),
                most=MOST_PEOPLE,
            )
        try:
            line = _line(number, cells, columns, len(head))
            key = email_key(line.address)
            if key in seen:
                raise InputRefused(N_("The same address stands in line {line}. Keep one."), line=seen[key])
            seen[key] = number
        except CordeeError as why:
            refused.append(Refused(number, shown(" ".join(filter(None, cells)), 80), why))
        else:
            (there if key in members else lines).append(line)
    if not count:
        raise InputRefused(N_("The list names its columns and nobody. Write one person a line, below that line."))
    return People(tuple(lines), tuple(refused), tuple(there), ignored)


def _text(data: bytes) -> str:
    if b"\0" in data:
        raise InputRefused(N_("This is no CSV file. Save the table of your spreadsheet as CSV and choose that file."))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Lines with something in them, each with its number; cells without the spaces around."""
    first = text.lstrip().partition("\n")[0]
    mark = max(MARKS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, [cell.strip() for cell in cells]
    except csv.Error:
        raise InputRefused(
            N_("Line {line} cannot be read as CSV. Look for a quotation mark without its other half."),
            line=reader.line_num,
        ) from None


def _columns(head: Sequence[str]) -> tuple[dict[str, int], tuple[str, ...]]:
    """Where each column is, and those that are not known. Raises InputRefused."""
    places: dict[str, int] = {}
    ignored = []
    for place, words in enumerate(head):
        name = COLUMNS.get(" ".join(words.casefold().split()))
        if name is None:
            if words:
                ignored.append(shown(words, 40))
            continue
        if name in places:
            raise InputRefused(N_("Two columns are “{column}”. Keep one."), column=shown(words, 40))
        places[name] = place
    if "email" not in places:
        raise InputRefused(N_("The first line names no column “email”. Write the names of the columns there."))
    if "name" not in places and "last" not in places:
        raise InputRefused(N_("The first line names no column “name”. Write the names of the columns there."))
    return places, tuple(ignored)


def _line(number: int, cells: Sequence[str], columns: Mapping[str, int], named: int) -> Line:
    if len(cells) > named:
        raise InputRefused(
            N_("This line has {count} cells and the first one {named}. Look for a mark too many."),
            count=len(cells),
            named=named,
        )
    told = {name: cells[place] if place < len(cells) else "" for name, place in columns.items()}
    name = told.get("name") or " ".join(filter(None, (told.get("first", ""), told.get("last", ""))))
    return Line(
        number,
        address=read_email(told["email"]),
        name=read_name(name),
        site=_words(told.get("site", "")),
        zone=_words(told.get("zone", "")),
        language=_language(told.get("language", "")),
        outside_id=_words(told.get("outside_id", "")),
    )


def _words(text: str) -> str:
    if len(text) > LONGEST_WORDS or not text.isprintable():
        raise InputRefused(N_("“{words}” is too long, or cannot be shown. Shorten it."), words=shown(text, 40))
    return text


def _language(text: str) -> str:
    """ "fr", "FR" or "fr-FR" as "fr"; "" stays "". Raises InputRefused."""
    code = text.casefold().replace("_", "-").partition("-")[0]
    if code and code not in dict(settings.LANGUAGES):
        raise InputRefused(
            N_("The language “{language}” is not one of the site: write {known}, or nothing."),
            language=shown(text, 20),
            known=", ".join(dict(settings.LANGUAGES)),
        )
    return code
