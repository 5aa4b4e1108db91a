"""Who enters a cohort because of what they are: an address of a domain, a member of the organisation?

An address that somebody typed proves nothing: who enters by domain is invited like who was written into a list, and
counts once the link of the letter was opened. Members of the organisation have let it see what they do already.
"""

from __future__ import annotations

import datetime as dt
import logging
from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from cordee.core.errors import CordeeError
from cordee.learning.cohorts.filling import Filled, add_people
from cordee.learning.cohorts.inviting import take_place
from cordee.learning.cohorts.reading import Line
from cordee.learning.models import Cohort, CohortMember
from cordee.people.auditing import note_act
from cordee.people.models import Account

MOST_AT_ONCE: Final = 5_000  # of one cohort in one round: the rest comes in the next
logger = logging.getLogger("cordee.learning")


def apply_rule(*, cohort: Cohort, by: Account | None, now: dt.datetime) -> Filled:
    """Take in whom the rule names and the cohort never knew. Again adds nobody. Some 14 queries for each 500 people.

    Who left or was removed stays out. Raises NotAllowed where enrolment in the session is closed.
    """
    with transaction.atomic():
        Cohort.objects.select_for_update().get(pk=cohort.pk)
        match cohort.rule:
            case "domain":
                found = _never_known(cohort).filter(email_key__endswith=f"@{cohort.rule_value}", is_active=True)
                lines = [
                    Line(number, account.email, account.name, language=account.language)
                    for number, account in enumerate(found.order_by("pk")[:MOST_AT_ONCE], 1)
                ]
                if not lines:
                    return Filled(0, 0)
                return add_people(cohort=cohort, lines=lines, way=CohortMember.RULE, by=by, now=now)
            case "organisation":
                return _members_of_organisation(cohort, by, now)
    return Filled(0, 0)


def apply_all(*, now: dt.datetime) -> int:
    """Every cohort with a rule; one that is closed does not keep the others. How many people entered."""
    added = 0
    for cohort in Cohort.objects.exclude(rule="").select_related("organisation", "run__course", "run__version"):
        try:
            added += apply_rule(cohort=cohort, by=None, now=now).added
        except CordeeError as wrong:
            logger.info("the rule of cohort %s: %s", cohort.pk, wrong)
    return added


def _never_known(cohort: Cohort) -> QuerySet[Account]:
    return Account.objects.exclude(pk__in=CohortMember.objects.filter(cohort=cohort).values("account"))


def _members_of_organisation(cohort: Cohort, by: Account | None, now: dt.datetime) -> Filled:
    accepted = CohortMember.objects.filter(
        cohort__organisation=cohort.organisation, accepted_at__isnull=False, left_at=None
    ).exclude(cohort=cohort)
    found = _never_known(cohort).filter(pk__in=accepted.values("account"), is_active=True)
    of_account = {member.account_id: member for member in accepted}
    new = []
    for account in found.order_by("pk")[:MOST_AT_ONCE]:
        known = of_account[account.pk]
        new.append(
            CohortMember(
                cohort=cohort,
                account=account,
                name=account.name,
                address=known.address,
                site=known.site,
                zone=known.zone,
                way=CohortMember.RULE,
                added_at=now,
                accepted_at=now,
            )
        )
    CohortMember.objects.bulk_create(new, batch_size=500)
    for member in new:
        take_place(cohort=cohort, account=member.account, now=now)
    if new:
        note_act(
            account=by, act="cohort.make", place=f"cohort:{cohort.pk}", people=len(new), about="added by rule", now=now
        )
    return Filled(len(new), 0)
