"""What does making the courses of this site cost, by the estimate that each version keeps, as rows of `costs`?

A proposal for courses that the tables know and of which no row of `costs` speaks: an estimate, so `declared` is no.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from django.db import transaction

from cordee.bilan.office.editing import StoredAlready, add_row, id_for
from cordee.bilan.office.queries import Held
from cordee.bilan.office.sheets import cells_of
from cordee.bilan.programme import Cost
from cordee.courses.checks.costs import Estimate
from cordee.courses.queries import cost_estimates, latest_runs
from cordee.people.models import Account

SHEET: Final = "costs"


@dataclass(frozen=True, slots=True)
class Offer:
    """The estimate of one course. `key`: its id in the tables."""

    key: str
    title: str
    hours: float
    rows: tuple[Cost, ...]


def offers(held: Held) -> list[Offer]:
    """Courses of the tables that are played here and of which `costs` says nothing (2 queries)."""
    titles = {course.id: course.title for course in held.programme.courses}
    told = {cost.course for cost in held.programme.costs}
    latest: dict[str, int] = {}
    for run in latest_runs():
        id_ = run.course.number.lower()
        if id_ in titles and id_ not in told and run.host == run.HERE:
            latest.setdefault(id_, run.version_id)
    estimates = cost_estimates(latest.values())
    found = ((id_, estimates[version]) for id_, version in sorted(latest.items()) if version in estimates)
    return [_offer(id_, titles[id_], Estimate.from_json(data)) for id_, data in found]


def take(keys: Collection[str], *, held: Held, account: Account, now: dt.datetime) -> int:
    """Add the rows of these courses, once; how many courses. Raises InputRefused where the table is full."""
    chosen = [offer for offer in offers(held) if offer.key in keys]
    with transaction.atomic():
        for offer in chosen:
            for row in offer.rows:
                try:
                    row_id = id_for("estimate", offer.key, row.role)
                    add_row(sheet=SHEET, cells=cells_of(row), row_id=row_id, account=account, now=now)
                except StoredAlready:  # the second click
                    continue
    return len(chosen)


def _offer(id_: str, title: str, estimate: Estimate) -> Offer:
    rows = tuple(
        Cost(course=id_, role=role, person_years=round(years, 3), declared=False)
        for role, years in estimate.person_years.items()
        if round(years, 3) > 0
    )
    return Offer(id_, title, estimate.total_hours, rows)
