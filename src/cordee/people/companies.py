"""What does the programme know of the companies that it trains: sector, need, courses, people, tutoring?

Written once, on the company's page; the review of the programme reads it from here. What its groups on this site say
(people who accepted, courses, a tutor) is counted there, and is not written here.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Final

from django.db import transaction

from cordee.core.errors import N_, Conflict, InputRefused, NotFound
from cordee.people.auditing import note_act
from cordee.people.models import Account, CompanyFacts, Organisation, OrganisationKind

ACT: Final = "organisation.edit"
LONGEST_SECTOR: Final = 120
LONGEST_NEED: Final = 300
MOST_COURSES: Final = 50
MOST_PEOPLE: Final = 10_000_000
A_NUMBER: Final = re.compile(r"[a-z0-9._~-]{1,60}", re.ASCII)
SINCE: Final = re.compile(r"(?:19|20)\d\d(?:-(?:0[1-9]|1[0-2]))?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """All that one writes of a company. `courses`: numbers, in small letters; None: not known."""

    sector_fr: str = ""
    sector_en: str = ""
    need_fr: str = ""
    need_en: str = ""
    courses: tuple[str, ...] = ()
    people: int | None = None
    tutoring: bool | None = None
    since: str = ""


def company_by_code(code: str) -> tuple[Organisation, Told, str]:
    """A company, what is written of it, and when that was last changed (ISO 8601, "" for never). 1 query.

    Raises NotFound, also for an organisation of another kind.
    """
    found = Organisation.objects.select_related("company_facts").filter(code=code).first()
    if found is None or found.kind != OrganisationKind.COMPANY:
        raise NotFound(N_("There is no company {code} here. Look for a slip of the hand."), code=code[:60])
    facts = getattr(found, "company_facts", None)  # a company of which nothing is written has none
    return found, _told(facts) if facts else Told(), facts.changed_at.isoformat() if facts else ""


def companies_told() -> Mapping[str, tuple[Organisation, Told]]:
    """Every company of which something is written, by its code (1 query)."""
    rows = CompanyFacts.objects.select_related("organisation").filter(organisation__kind=OrganisationKind.COMPANY)
    return {row.organisation.code: (row.organisation, _told(row)) for row in rows.order_by("organisation__code")}


def write_company(*, organisation: Organisation, told: Told, seen: str, by: Account, now: dt.datetime) -> None:
    """Write all of it anew; the same again changes nothing. 4 queries. `seen`: as `company_by_code` gave it.

    Raises Conflict when somebody else changed it since, InputRefused.
    """
    read = _read(told)
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=organisation.pk)  # of two who write first, one waits
        there = CompanyFacts.objects.filter(organisation=organisation).first()
        if there is not None and _told(there) == read:
            return
        if (there.changed_at.isoformat() if there else "") != seen:
            raise Conflict(N_("Somebody changed this company meanwhile. Open it again and compare."))
        fields = asdict(read) | {"courses": list(read.courses), "changed_at": now}
        CompanyFacts.objects.update_or_create(organisation=organisation, defaults=fields)
        note_act(account=by, act=ACT, place=f"org:{organisation.code}", people=0, about="company", now=now)


def read_courses(text: str) -> tuple[str, ...]:
    """Numbers with commas, semicolons or spaces between them, each once. Raises InputRefused."""
    numbers = tuple(dict.fromkeys(re.sub(r"[,;|\s]+", " ", text).lower().split()))
    for number in numbers:
        if not A_NUMBER.fullmatch(number):
            raise InputRefused(
                N_("“{number}” is no number of a course. Write for example: RES101, 04018."), number=number
            )
    if len(numbers) > MOST_COURSES:
        raise InputRefused(N_("A company has at most {most} courses here."), most=MOST_COURSES)
    return numbers


def read_since(text: str) -> str:
    """A year or a month, or "". Raises InputRefused."""
    since = text.strip()
    if since and not SINCE.fullmatch(since):
        raise InputRefused(N_("Write a year or a month, for example 2026 or 2026-11."))
    return since


def _told(row: CompanyFacts) -> Told:
    names = ("sector_fr", "sector_en", "need_fr", "need_en", "people", "tutoring", "since")
    return Told(courses=tuple(row.courses), **{name: getattr(row, name) for name in names})


def _read(told: Told) -> Told:
    if told.people is not None and not 0 <= told.people <= MOST_PEOPLE:
        raise InputRefused(N_("A number of people is a whole number from 0."))
    return Told(
        sector_fr=_line(told.sector_fr, LONGEST_SECTOR),
        sector_en=_line(told.sector_en, LONGEST_SECTOR),
        need_fr=_line(told.need_fr, LONGEST_NEED),
        need_en=_line(told.need_en, LONGEST_NEED),
        courses=read_courses(" ".join(told.courses)),
        people=told.people,
        tutoring=told.tutoring,
        since=read_since(told.since),
    )


def _line(text: str, most: int) -> str:
    words = " ".join(text.split())
    if len(words) > most or not words.isprintable():
        raise InputRefused(N_("This is too long, or cannot be shown. Write at most {most} signs."), most=most)
    return words
