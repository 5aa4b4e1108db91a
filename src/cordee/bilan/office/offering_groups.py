"""Which schools and companies use the courses through groups of this site, as rows of the programme's tables?

A school's group in a session, of which its team has said how it uses the course, is a row of `use`; a company's group
is a row of `companies`, with the sector and the need that the register of companies knows (`people.companies`). A
company that has no group here is a row by its register alone. Counted are those who have accepted.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from django.db import transaction

from cordee.bilan.office.editing import ChangedMeanwhile, StoredAlready, add_row, change_row, id_for
from cordee.bilan.office.queries import Held
from cordee.bilan.office.sheets import Cells, cells_of, tag_of
from cordee.bilan.programme import Company, Use
from cordee.learning.cohorts.queries import GroupInUse, groups_in_use
from cordee.people.companies import Told, companies_told
from cordee.people.models import Account, OrganisationKind

SHEETS: Final = ("use", "companies")
OWN: Final = frozenset({OrganisationKind.SCHOOL, OrganisationKind.SUBSIDIARY})


FROM_REGISTER: Final = ("sector_fr", "sector_en", "need_fr", "need_en")


@dataclass(frozen=True, slots=True)
class Offer:
    """A row that would be added, or whose empty cells would be filled.

    `key`: the group's number, or "org:" and a company's code. `there`: the cells of a row that is there already.
    """

    key: str
    title: str
    cells: Cells
    row_id: UUID
    there: Cells | None = None

    @property
    def fills(self) -> bool:
        """Whether the row is there, and the register says what stands empty in it."""
        return self.there is not None


def offers(held: Held, sheet: str) -> list[Offer]:
    """Groups that no row of the table was made from, whose course the tables know; of companies, too, those that have
    none, and rows in which the register fills what is empty (1 or 2 queries, one more for companies).

    What is written in the row afterwards is the office's: the group is not offered again as long as the row is there,
    and no cell with something in it is ever changed.
    """
    known = {course.id for course in held.programme.courses}
    there = {row.id: row.cells for row in held.of(sheet)}
    register = companies_told() if sheet == "companies" else {}
    found, met = [], set()
    for group in groups_in_use():
        is_company = group.organisation.kind == OrganisationKind.COMPANY
        if is_company != (sheet == "companies") or group.course.lower() not in known:
            continue
        code = group.organisation.code
        met.add(code)
        told = register[code][1] if code in register else Told()
        row: Use | Company | None = _company(group, told) if is_company else _use(group)
        if row is not None:
            title = f"{group.organisation.name_fr} · {group.name}"
            row_id = id_for("group", sheet, group.number)
            found.append(_offer(str(group.number), title, cells_of(row), row_id, there.get(row_id)))
    for code, (organisation, told) in register.items():
        courses = tuple(course for course in told.courses if course in known)
        if code not in met and (courses or not told.courses):
            row_id = id_for("company", code)
            cells = cells_of(replace(_registered(told), courses=courses))
            found.append(_offer(f"org:{code}", organisation.name_fr, cells, row_id, there.get(row_id)))
    return [offer for offer in found if offer is not None]


def take(keys: Collection[str], sheet: str, *, held: Held, account: Account, now: dt.datetime) -> int:
    """Add the rows of these groups and companies, or fill what is empty in them, once; how many.

    Raises InputRefused where the table is full.
    """
    chosen = [offer for offer in offers(held, sheet) if offer.key in keys]
    with transaction.atomic():
        for offer in chosen:
            try:
                if offer.there is None:
                    add_row(sheet=sheet, cells=offer.cells, row_id=offer.row_id, account=account, now=now)
                else:
                    tag = tag_of(offer.there)
                    change_row(sheet=sheet, row_id=offer.row_id, cells=offer.cells, tag=tag, account=account, now=now)
            except (StoredAlready, ChangedMeanwhile):  # the second click; somebody who writes in the row at this moment
                continue
    return len(chosen)


def _offer(key: str, title: str, cells: Cells, row_id: UUID, there: Cells | None) -> Offer | None:
    """None where nothing is to be added or filled."""
    if there is None:
        return Offer(key, title, cells, row_id) if cells else None
    empty = {name: cells[name] for name in FROM_REGISTER if cells.get(name) and not there.get(name)}
    return Offer(key, title, {**there, **empty}, row_id, there) if empty else None


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


def _company(group: GroupInUse, told: Told) -> Company:
    return replace(
        _registered(told),
        courses=(group.course.lower(),),
        people=group.people,
        tutoring=group.has_tutor,
        since=f"{group.opens_at:%Y-%m}",
    )


def _registered(told: Told) -> Company:
    """What the register says, as a row."""
    return Company(
        sector_fr=told.sector_fr,
        sector_en=told.sector_en,
        need_fr=told.need_fr,
        need_en=told.need_en,
        courses=told.courses,
        people=told.people,
        tutoring=told.tutoring,
        since=told.since,
    )
