"""How does a group of an organisation come to follow a session that is played elsewhere?"""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, transaction

from cordee.core.errors import N_, Conflict, NotFound
from cordee.courses.private_elsewhere import Elsewhere, name_run_elsewhere
from cordee.learning.cohorts.making import ACT, make_cohort
from cordee.learning.cohorts.teaching import set_use, use_digest
from cordee.learning.models import Cohort
from cordee.people.auditing import note_act
from cordee.people.models import Account, Organisation


def follow_elsewhere(
    *,
    told: Elsewhere,
    organisation: Organisation,
    group: int | str,
    ects: float,
    by: Account,
    now: dt.datetime,
) -> Cohort:
    """Name the session and put a group on it: both or none. `group`: the number of one without a session, or the name
    of a new one. About 15 queries.

    The second click finds the session's key taken. Raises Conflict, InputRefused, and NotFound for a group of others.
    """
    with transaction.atomic():
        run = name_run_elsewhere(told=told, organisation=organisation, by=by, now=now)
        if isinstance(group, str):
            cohort = make_cohort(name=group, organisation=organisation, run=run, by=by, now=now)
        else:
            found = Cohort.objects.select_for_update().filter(pk=group, organisation=organisation, run=None).first()
            if found is None:
                raise NotFound(N_("There is no such group without a session here. Choose one of the list."))
            cohort = found
            cohort.run = run
            try:
                with transaction.atomic():
                    cohort.save(update_fields=["run"])
            except IntegrityError:
                raise Conflict(
                    N_("There is a cohort “{name}” here already. Choose another name."), name=cohort.name
                ) from None
            note_act(account=by, act=ACT, place=f"cohort:{cohort.pk}", people=0, about="follows elsewhere", now=now)
        set_use(cohort=cohort, use=cohort.use, ects=ects, seen=use_digest(cohort), by=by, now=now)
    return cohort


def groups_without_session(organisation: Organisation) -> list[tuple[int, str]]:
    """Number and name of each, by name (1 query)."""
    return list(Cohort.objects.filter(organisation=organisation, run=None).order_by("name").values_list("pk", "name"))
