"""Remember what a container showed to a learner the first time, and tell the journal."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from cordee.courses.outlines import Split, Unit
from cordee.learning.choosing import Viewer
from cordee.learning.journal import record
from cordee.learning.models import Enrolment


def keep_draws(*, enrolment: Enrolment, viewer: Viewer, unit: Unit, now: dt.datetime) -> None:
    """Keep every draw that the unit shows and that is new, with one event each ("assigned").

    No query where nothing is drawn or nothing new was; else 2, and 1 an event. Two tabs write one event.
    """
    if viewer.sees_all or unit.id not in viewer.outline.units_with_containers:
        return
    if all(enrolment.drawn.get(key) == drawn for key, _entry, drawn in viewer.drawn(unit)):
        return
    with transaction.atomic():
        row = Enrolment.objects.select_for_update().only("drawn").get(pk=enrolment.pk)
        kept = dict(row.drawn)
        for key, entry, drawn in viewer.drawn(unit):
            if kept.get(key) == drawn:
                continue
            kept[key] = drawn
            split = entry.choice if isinstance(entry.choice, Split) else None
            record(
                verb="assigned",
                actor=enrolment.account.pseudonym,
                run=enrolment.run.key,
                version=enrolment.run.version.number,
                activity=entry.id,
                at=now,
                data={"partition": split.partition, "group": drawn[0]} if split else {"children": drawn},
            )
        if kept != row.drawn:
            Enrolment.objects.filter(pk=enrolment.pk).update(drawn=kept)
    enrolment.drawn = kept
