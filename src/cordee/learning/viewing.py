"""Open a unit: the first time, and each visit, are remembered."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from cordee.learning.journal import record_of
from cordee.learning.models import Enrolment, UnitView
from cordee.learning.prepared import add

VISIT = dt.timedelta(minutes=30)


def view_unit(*, enrolment: Enrolment, unit: str, known: UnitView | None, language: str, now: dt.datetime) -> None:
    """Remember that the learner opened a unit. A reload within half an hour writes nothing.

    `known` is the row that the page has already read (None: never opened). 2 queries when something is written, else 0.
    """
    if known is not None and now - known.visit_at < VISIT:
        return
    with transaction.atomic():
        if not _is_first(enrolment, unit, known, now):
            return  # another tab was: one row, one event
        record_of(
            enrolment,
            verb="viewed",
            activity=unit,
            at=now,
            data={"language": language},
        )


def _is_first(enrolment: Enrolment, unit: str, known: UnitView | None, now: dt.datetime) -> bool:
    """Write the visit; False when another request of the same visit has."""
    if known is None:
        view = UnitView(enrolment=enrolment, unit=unit, first_at=now, visit_at=now)
        return add(view, unless_there=True)
    return bool(UnitView.objects.filter(pk=known.pk, visit_at=known.visit_at).update(visit_at=now))
