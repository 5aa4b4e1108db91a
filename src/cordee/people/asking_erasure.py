"""How does a person ask to be erased, and how do they take that back?

Nothing happens for some days (`CORDEE_ERASURE_WAIT_DAYS`): whoever sat down at an open computer can harm nobody for
good, and who changes their mind stays.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import F

from cordee.core.errors import N_, Conflict
from cordee.jobs.enqueuing import enqueue
from cordee.people.auditing import note_act
from cordee.people.models import Account, ErasureRequest, Role, RoleGrant

KIND: Final = "erasure"  # of the jobs that do it
OPERATOR: Final = "operator"  # `ErasureRequest.because`: whoever runs the site ordered it


class LastOperator(Conflict):
    """Nobody else could run the site."""


def ask_for_erasure(*, account: Account, withdraws: bool, now: dt.datetime) -> ErasureRequest:
    """From the day that it says on, a job erases the person. Asked again, the first day stands. 4 queries.

    Raises LastOperator.
    """
    refuse_last_operator(account)
    due_at = now + dt.timedelta(days=settings.CORDEE.erasure_wait_days)
    with transaction.atomic():
        request, is_new = ErasureRequest.objects.get_or_create(
            account=account, defaults={"asked_at": now, "due_at": due_at, "withdraws": withdraws}
        )
        if not is_new and (request.withdraws != withdraws or request.because):
            request.withdraws, request.because = withdraws, ""  # from now on it is their own wish
            request.save(update_fields=["withdraws", "because"])
        number = str(request.number)
        # As if it came on that day: what is not due yet is no sign of a queue that stands still.
        enqueue(kind=KIND, key=number, data={"request": number}, now=request.due_at)
    return request


def order_erasure(*, account: Account, by: Account, withdraws: bool, now: dt.datetime) -> ErasureRequest:
    """An operator has somebody erased: their account is shut now, and the next job erases. Audited. 9 queries.

    Raises LastOperator, Conflict for the operator's own account.
    """
    if account.pk == by.pk:
        raise Conflict(N_("This is your own account. Leave by the page of your data."))
    refuse_last_operator(account)
    with transaction.atomic():
        held = ErasureRequest.objects.select_for_update().filter(account=account).first()
        if held is not None and held.because == OPERATOR:  # a double click
            return held
        ErasureRequest.objects.filter(account=account).delete()  # its job finds nothing to do
        request = ErasureRequest.objects.create(
            account=account, asked_at=now, due_at=now, withdraws=withdraws, because=OPERATOR
        )
        Account.objects.filter(pk=account.pk).update(is_active=False, epoch=F("epoch") + 1)
        number = str(request.number)
        enqueue(kind=KIND, key=number, data={"request": number}, now=now)
        note_act(account=by, act="account.erase_other", place="", people=1, about=f"receipt {number}", now=now)
    return request


def stay(*, account: Account) -> bool:
    """The person stays, unless they wait for a parent's answer; whether they were to go. 1 query.

    The job that was enqueued finds nothing to do.
    """
    return bool(ErasureRequest.objects.filter(account=account).exclude(because="no_parent").delete()[0])


def erasure_asked_by(account: Account) -> ErasureRequest | None:
    """None too for an account that nobody used: who asks this has signed in. 1 query."""
    return ErasureRequest.objects.filter(account=account).exclude(because="inactive").first()


def refuse_last_operator(account: Account) -> None:
    """Raise LastOperator where nobody else in use runs the site. 1–2 queries."""
    runs_it = RoleGrant.objects.filter(role=Role.OPERATOR, scope="", account__is_active=True)
    if runs_it.filter(account=account).exists() and not runs_it.exclude(account=account).exists():
        raise LastOperator(
            N_("You are the only one who runs this site. Make somebody else operator first (cordee role grant).")
        )
