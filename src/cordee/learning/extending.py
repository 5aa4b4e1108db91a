"""Move a deadline for one learner, or move it back."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from cordee.core.errors import N_, InputRefused
from cordee.courses.outlines import Section
from cordee.learning.deciding import decide, read_reason
from cordee.learning.models import Decision, Enrolment
from cordee.learning.queries import calendar_of
from cordee.people.models import Account


@transaction.atomic
def extend_deadline(
    *, enrolment: Enrolment, section: Section, until: dt.datetime | None, reason: str, by: Account, now: dt.datetime
) -> None:
    """The learner may hand in what `section` holds up to `until`, past the end of the run too; None: as everybody.

    The same again changes nothing. Raises InputRefused for a moment that is no later than everybody's, and without a
    reason.
    """
    reason = read_reason(reason)
    usual = calendar_of(enrolment.run, None).usual_of(section) or enrolment.run.closes_at
    if until is not None and usual is None:
        raise InputRefused(N_("This section has no deadline: there is nothing to move."))
    if until is not None and usual is not None and until <= usual:
        raise InputRefused(N_("That is no later than everybody's deadline. Give a later day."))
    held = Enrolment.objects.select_for_update().get(pk=enrolment.pk)
    moment = until.astimezone(dt.UTC).isoformat() if until is not None else None
    if held.extensions.get(section.id) == moment:
        return
    held.extensions = {key: value for key, value in held.extensions.items() if key != section.id}
    held.extended_because = {key: why for key, why in held.extended_because.items() if key != section.id}
    if moment is not None:
        held.extensions[section.id] = moment
        held.extended_because[section.id] = reason
    held.save(update_fields=["extensions", "extended_because"])
    enrolment.extensions, enrolment.extended_because = held.extensions, held.extended_because
    data = {"until": moment}
    decide(enrolment, Decision.EXTENSION, about=section.id, data=data, reason=reason, by=by, now=now)
