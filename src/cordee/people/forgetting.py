"""What of people is forgotten by itself, after its term? The terms are settings (`web/retention.py`)."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import OuterRef, Subquery

from cordee.people.models import Account, Consent, SignIn, StaffAct, Throttle


def forget_sign_ins(*, before: dt.datetime) -> int:
    """Delete those whose session was over before; how many. The account keeps when the last was over. 2 queries."""
    forgotten = SignIn.objects.filter(expires_at__lt=before)
    last = forgotten.filter(account=OuterRef("pk")).order_by("-expires_at").values("expires_at")[:1]
    with transaction.atomic():
        Account.objects.filter(pk__in=forgotten.values("account")).update(last_seen_at=Subquery(last))
        return forgotten.delete()[0]


def forget_tries(*, before: dt.datetime) -> int:
    """Delete the counts of failed tries since whose last this moment has come; how many. 1 query."""
    return Throttle.objects.filter(counted_at__lt=before).delete()[0]


def forget_staff_acts(*, before: dt.datetime) -> int:
    """Delete what the team did, or looked at, before; how many. 1 query."""
    return StaffAct.objects.filter(done_at__lt=before).delete()[0]


def forget_consents(*, before: dt.datetime) -> int:
    """Delete those that were withdrawn before; how many. 1 query."""
    return Consent.objects.filter(withdrawn_at__lt=before).delete()[0]
