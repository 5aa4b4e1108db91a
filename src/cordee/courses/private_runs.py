"""How does an organisation get a session of its own (SPOC), with its own dates and its own pass mark?"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from django.db import IntegrityError, transaction

from cordee.core.errors import N_, Conflict, InputRefused
from cordee.courses.due_dates import OwnDue, check_due
from cordee.courses.models import Run, Version
from cordee.courses.opening import day_here, run_key
from cordee.courses.versions.approval import refuse_unapproved
from cordee.people.auditing import note_act
from cordee.people.models import Account, Organisation

ACT: Final = "run.open_private"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What the organisation says of its session. `pass_mark`: share of 1."""

    opens_at: dt.datetime
    closes_at: dt.datetime | None
    enrolment_closes_at: dt.datetime | None
    pass_mark: float
    due: OwnDue = ()  # deadlines of its own; every other section has the version's


def open_private_run(
    *, version: Version, key: str, organisation: Organisation, terms: Terms, by: Account | None, now: dt.datetime
) -> Run:
    """Open it: not listed, closed to others. `key`: the last part of the run's key, or all of it. 4 queries.

    Raises Conflict for a key that is taken, InputRefused for dates or a mark that cannot be, ReviewFirst for a version
    that a colleague has to approve before.
    """
    _check(terms)
    refuse_unapproved(version)
    run = Run(
        key=run_key(key, version.course.key),
        course=version.course,
        version=version,
        opens_at=terms.opens_at,
        closes_at=terms.closes_at,
        enrolment_closes_at=terms.enrolment_closes_at,
        pass_mark=terms.pass_mark,
        listed=False,
        private_to=organisation,
    )
    try:
        with transaction.atomic():
            run.save(force_insert=True)
            note_act(account=by, act=ACT, place=f"run:{run.key}", people=0, about=organisation.code, now=now)
    except IntegrityError:
        if Run.objects.filter(key=run.key).exists():
            raise Conflict(
                N_("There is a session {key} already. Choose another name for this one."), key=run.key
            ) from None
        raise
    return run


def change_terms(*, run: Run, terms: Terms, by: Account | None, now: dt.datetime) -> None:
    """Other dates and deadlines, another mark; grades that are there stay, and pass or not by the new mark. 3 queries.

    Raises InputRefused.
    """
    _check(terms)
    with transaction.atomic():
        there = Run.objects.select_for_update().get(pk=run.pk)
        check_due(run, terms.due, opens_at=terms.opens_at)
        there.opens_at, there.closes_at = terms.opens_at, terms.closes_at
        there.enrolment_closes_at, there.pass_mark = terms.enrolment_closes_at, terms.pass_mark
        there.due = dict(terms.due)
        there.save(update_fields=["opens_at", "closes_at", "enrolment_closes_at", "pass_mark", "due"])
        note_act(account=by, act=ACT, place=f"run:{run.key}", people=0, about="terms changed", now=now)


def _check(terms: Terms) -> None:
    if not 0 <= terms.pass_mark <= 1:
        raise InputRefused(N_("A pass mark lies between 0 and 100. Give another one."))
    for end in (terms.closes_at, terms.enrolment_closes_at):
        if end is not None and end <= terms.opens_at:
            raise InputRefused(
                N_("It would close on {closes} before it opens on {opens}. Give other dates."),
                closes=day_here(end),
                opens=day_here(terms.opens_at),
            )
