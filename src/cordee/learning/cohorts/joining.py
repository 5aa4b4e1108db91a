"""How does somebody enter a cohort by a code, when it lets in so many and no more?

The seat is taken by one conditional UPDATE, and the database refuses a seat too many: fifty requests at once for the
last seat give one.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import F

from cordee.core.codes import new_code, read_code
from cordee.core.errors import N_, Conflict, InputRefused
from cordee.learning.cohorts.inviting import take_place
from cordee.learning.cohorts.queries import code_found
from cordee.learning.models import Cohort, CohortMember, JoiningCode
from cordee.people.auditing import note_act
from cordee.people.models import Account

ACT: Final = "cohort.make"
MOST_SEATS: Final = 100_000
LONGEST: Final = dt.timedelta(days=366)


class NoSeatLeft(Conflict):
    """The code has let in as many as it may, or its day is over."""


def make_code(*, cohort: Cohort, seats: int, expires_at: dt.datetime, by: Account, now: dt.datetime) -> JoiningCode:
    """A code for so many people. 2 queries. Raises InputRefused."""
    if not 1 <= seats <= MOST_SEATS:
        raise InputRefused(N_("A code lets in 1 to {most} people. Give another number."), most=float(MOST_SEATS))
    if not now < expires_at <= now + LONGEST:
        raise InputRefused(N_("A code ends on a day to come, within a year. Give another day."))
    with transaction.atomic():
        code = JoiningCode.objects.create(
            cohort=cohort, code=new_code(), seats=seats, made_at=now, expires_at=expires_at
        )
        note_act(account=by, act=ACT, place=f"cohort:{cohort.pk}", people=0, about=f"code of {seats} seats", now=now)
    return code


def close_code(*, cohort: Cohort, number: int, by: Account, now: dt.datetime) -> None:
    """Let nobody in by it any more. Twice is like once. 2 queries."""
    with transaction.atomic():
        if JoiningCode.objects.filter(cohort=cohort, pk=number, closed_at=None).update(closed_at=now):
            note_act(account=by, act=ACT, place=f"cohort:{cohort.pk}", people=0, about="code closed", now=now)


def join(*, code: JoiningCode, account: Account, now: dt.datetime) -> CohortMember:
    """A seat for the account, which thereby lets the cohort see what it does. Who has accepted before takes no seat.

    5 to 12 queries. Raises NoSeatLeft, and NotAllowed where enrolment in the session is closed.
    """
    try:
        with transaction.atomic():
            return _join(code, account, now)
    except IntegrityError:  # another click of the same person was first: its seat stands
        with transaction.atomic():
            return _join(code, account, now)


def read_joining_code(typed: str) -> JoiningCode:
    """The code that somebody typed (1 query). Raises InputRefused, NotFound."""
    code = read_code(typed)
    if code is None:
        raise InputRefused(N_("This is no code. It has 17 signs, in groups of four: compare it with what you got."))
    return code_found(code)


def check_seats(code: JoiningCode, account: Account | None, *, now: dt.datetime) -> None:
    """Raises NoSeatLeft for a code that would not let this reader in any more. 0 or 1 query."""
    if code.closed_at is None and code.expires_at > now and code.taken < code.seats:
        return
    accepted = CohortMember.objects.filter(cohort=code.cohort, account=account, accepted_at__isnull=False)
    if account is None or not accepted.exists():
        raise NoSeatLeft(N_("This code lets nobody in any more. Ask whoever gave it to you for another one."))


def _join(code: JoiningCode, account: Account, now: dt.datetime) -> CohortMember:
    cohort = code.cohort
    member = CohortMember.objects.select_for_update().filter(cohort=cohort, account=account).first()
    if member is None or member.accepted_at is None:
        free = JoiningCode.objects.filter(pk=code.pk, closed_at=None, expires_at__gt=now, taken__lt=F("seats")).update(
            taken=F("taken") + 1
        )
        if not free:
            raise NoSeatLeft(N_("This code lets nobody in any more. Ask whoever gave it to you for another one."))
    if member is None:
        member = CohortMember(cohort=cohort, account=account, added_at=now)
        member.way, member.address = CohortMember.CODE, account.email
    member.name, member.left_at = account.name, None
    member.accepted_at = member.accepted_at or now
    member.save()
    take_place(cohort=cohort, account=account, now=now)
    return member
