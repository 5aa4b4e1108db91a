"""Take a place in a run, and give it back."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from uuid import UUID

from django.db import transaction

from cordee.core.errors import N_, Conflict, NotAllowed, NotFound
from cordee.courses.models import Run
from cordee.jobs.site import site_key
from cordee.learning.journal import record
from cordee.learning.models import CohortMember, Enrolment
from cordee.people.models import Account

SEED_BITS = 48


@transaction.atomic
def enrol(*, account: Account, run: Run, now: dt.datetime) -> Enrolment:
    """The account's place in the run; the same one again when it already has one (a double click, a return).

    Raises NotAllowed when enrolment is closed, Conflict for a run that is played elsewhere, NotFound for a private run
    into which the organisation has not let the person (1 query more).
    """
    enrolment = Enrolment.objects.select_for_update().filter(account=account, run=run).first()
    if enrolment and enrolment.left_at is None:
        return enrolment
    if run.private_to_id and not _is_let_in(account, run):
        raise NotFound(N_("There is no session {key}. Choose one in the course list."), key=run.key)
    if run.host != Run.HERE:
        raise Conflict(N_("This session is played on another platform. Enrol there."))
    if (run.enrolment_closes_at and run.enrolment_closes_at <= now) or (run.closes_at and run.closes_at <= now):
        raise NotAllowed(N_("Enrolment in this session is closed. Look for another session of the course."))
    if enrolment:
        enrolment.left_at = None
        enrolment.save(update_fields=["left_at"])
    else:
        enrolment, made = Enrolment.objects.get_or_create(
            account=account,
            run=run,
            defaults={"enrolled_at": now, "seed": seed_for(pseudonym=account.pseudonym, run=run)},
        )
        if not made:  # another click was first between our look and our insert
            return enrolment
    record(verb="enrolled", actor=account.pseudonym, run=run.key, at=now)
    return enrolment


@transaction.atomic
def leave(*, enrolment: Enrolment, now: dt.datetime) -> None:
    """Leave the run: what was done is kept, and coming back finds it again. Leaving twice is leaving once."""
    if Enrolment.objects.filter(pk=enrolment.pk, left_at__isnull=True).update(left_at=now):
        record(verb="left", actor=enrolment.account.pseudonym, run=enrolment.run.key, at=now)


def _is_let_in(account: Account, run: Run) -> bool:
    """Whether a cohort of the run counts the account as one of its own."""
    return CohortMember.objects.filter(
        cohort__run=run, account=account, accepted_at__isnull=False, left_at__isnull=True
    ).exists()


def seed_for(*, pseudonym: UUID, run: Run) -> int:
    """This learner's seed in this run: nobody can guess it, and a restored database gives the same one."""
    digest = hmac.digest(site_key(), f"seed|{pseudonym}|{run.key}".encode(), hashlib.sha256)
    return int.from_bytes(digest[: SEED_BITS // 8], "big")
