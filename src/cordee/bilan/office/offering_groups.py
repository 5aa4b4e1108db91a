"""Which schools and companies use the courses through groups of this site, as rows of the programme's tables?

A school's group in a session, of which its team has said how it uses the course, is a row of `use`; a company's group
is a row of `companies`, in which the office then writes the sector and the need. Counted are those who have accepted.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db import transaction

from cordee.bilan.office.editing import StoredAlready, add_row, id_for
from cordee.bilan.office.queries import Held
from cordee.bilan.office.sheets import cells_of
from cordee.bilan.programme import Company, Use
from cordee.learning.cohorts.queries import GroupInUse, groups_in_use
from cordee.people.models import Account, OrganisationKind

SHEETS: Final = ("use", "companies")
OWN: Final = frozenset({OrganisationKind.SCHOOL, OrganisationKind.SUBSIDIARY})


@dataclass(frozen=True, slots=True)
class Offer:
    """A group as the row that it would become. `key`: the group's number."""

    key: str
    title: str
    row: Use | Company
    row_id: UUID


def offers(held: Held, sheet: str) -> list[Offer]:
    """Groups that no row of the table was made from, whose course the tables know (1 or 2 queries).

    What is written in the row afterwards is the office's: the group is not offered again as long as the row is there.
    """
    known = {course.id for course in held.programme.courses}
    there = {row.id for row in held.of(sheet)}
    found = []
    for group in groups_in_use():
        is_company = group.organisation.kind == OrganisationKind.COMPANY
        row_id = id_for("group", sheet, group.number)
        if is_company != (sheet == "companies") or group.course.lower() not in known or row_id in there:
            continue
        row: Use | Company | None = _company(group) if is_company else _use(group)
        if row is not None:
            title = f"{group.organisation.name_fr} · {group.name}"
            found.append(Offer(str(group.number), title, row, row_id))
    return found


def take(keys: Collection[str], sheet: str, *, held: Held, account: Account, now: dt.datetime) -> int:
    """Add the rows of these groups, once; how many. Raises InputRefused where the table is full."""
    chosen = [offer for offer in offers(held, sheet) if offer.key in keys]
    with transaction.atomic():
        for offer in chosen:
            try:
                add_row(sheet=sheet, cells=cells_of(offer.row), row_id=offer.row_id, account=account, now=now)
            except StoredAlready:  # the second click
                continue
    return len(chosen)


def _use(group: GroupInUse) -> Use | None:
    """None for a group of which nobody has said how it uses the course."""
    if not group.use:
        return None
    return Use(
        year=group.opens_at.year,
        institution=group.organisation.name_fr,
        own=group.organisation.kind in OWN,
        course=group.course.lower(),
        mode=group.use,
        people=group.people,
    )


def _company(group: GroupInUse) -> Company:
    return Company(
        courses=(group.course.lower(),),
        people=group.people,
        tutoring=group.has_tutor,
        since=f"{group.opens_at:%Y-%m}",
    )
