"""Remember what a container showed to a learner the first time, and tell the journal."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from cordee.courses.outlines import Entry, Partition, Split, Unit
from cordee.learning.choosing import Viewer
from cordee.learning.journal import record_of
from cordee.learning.models import Enrolment


def keep_draws(*, enrolment: Enrolment, viewer: Viewer, unit: Unit, now: dt.datetime) -> None:
    """Keep every draw that the unit shows and that is new, with one event each ("assigned").

    No query where nothing is drawn or nothing new was; else 2, and 1 an event. Two tabs write one event.
    """
    outline = viewer.outline
    if viewer.sees_all or not (outline.partitions or unit.id in outline.units_with_containers):
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
            partition = _partition_of(entry)
            record_of(
                enrolment,
                verb="assigned",
                activity=entry.id if isinstance(entry, Entry) else "",
                at=now,
                data={"children": drawn} if partition is None else {"partition": partition, "group": drawn[0]},
            )
        if kept != row.drawn:
            Enrolment.objects.filter(pk=enrolment.pk).update(drawn=kept)
    enrolment.drawn = kept


def _partition_of(place: Entry | Partition) -> str | None:
    """The id of the partition whose group was drawn; None for a bank."""
    if isinstance(place, Partition):
        return place.id
    return place.choice.partition if isinstance(place.choice, Split) else None
