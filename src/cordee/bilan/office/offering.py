"""Which sessions of this site are not in the tables yet, and how do they come in without being typed?

The numbers of a session that is played here are computed from the site's own store of the pilot: its row names the
store and the key, and nothing else has to be kept up to date.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from cordee.bilan.office.editing import add_rows, id_for
from cordee.bilan.office.queries import Held
from cordee.bilan.office.sheets import cells_of
from cordee.bilan.programme import Course, Run
from cordee.courses.models import Run as SiteRun
from cordee.courses.queries import latest_runs, outline
from cordee.people.models import Account

HOSTS = {"fun": "FUN", "coursera": "Coursera", "edx": "edX"}


@dataclass(frozen=True, slots=True)
class Offer:
    """A session of the site as the rows that it would become. `course`: None where courses.csv knows it already."""

    key: str
    title: str
    run: Run
    course: Course | None


def site_store() -> str:
    """What the column `store` calls the site's own store."""
    return settings.CORDEE.pilot_folder.name


def offers(held: Held) -> list[Offer]:
    """Sessions of the site that no row names, the earliest first (1 query, and 1 for each version not met before)."""
    there = {run.key for run in held.programme.runs if run.key} | {
        run.address for run in held.programme.runs if run.address
    }
    known = {course.id for course in held.programme.courses}
    found = []
    for run in reversed(latest_runs()):
        if run.key in there or (run.address and run.address in there):
            continue
        id_, plan = run.course.number.lower(), outline(run.version.sha256)
        title = plan.titles.get(plan.language) or next(iter(plan.titles.values()), run.key)
        course = None
        if id_ not in known:
            course = Course(id=id_, title=title, language=plan.language[:2], since=f"{run.opens_at:%Y-%m}")
            known.add(id_)
        found.append(Offer(run.key, title, _row(run, id_), course))
    return found


def take(keys: Collection[str], *, held: Held, account: Account, now: dt.datetime) -> int:
    """Add the rows of these sessions, once; how many sessions. Raises InputRefused where a table is full."""
    chosen = [offer for offer in offers(held) if offer.key in keys]
    with transaction.atomic():
        for offer in chosen:
            rows = [("courses", offer.course)] if offer.course else []
            for sheet, record in [*rows, ("runs", offer.run)]:
                form_id = id_for("offer", sheet, offer.key, held.state)
                add_rows(sheet=sheet, rows=[cells_of(record)], form_id=form_id, account=account, now=now)
    return len(chosen)


def _row(run: SiteRun, course: str) -> Run:
    here = run.host == SiteRun.HERE
    return Run(
        course=course,
        host=(settings.CORDEE.operator or "Cordée") if here else HOSTS.get(run.host, run.host),
        address=run.address,
        opens=run.opens_at.date().isoformat(),
        closes=run.closes_at.date().isoformat() if run.closes_at else "",
        store=site_store() if here else "",
        key=run.key,
    )
