"""What of people is forgotten by itself, after its term? The terms are settings (`web/retention.py`)."""

from __future__ import annotations

import datetime as dt

from cordee.people.models import Consent, SignIn, StaffAct, Throttle


def forget_sign_ins(*, before: dt.datetime) -> int:
    """Delete those whose session was over before; how many. 1 query."""
    return SignIn.objects.filter(expires_at__lt=before).delete()[0]


def forget_tries(*, before: dt.datetime) -> int:
    """Delete the counts of failed tries since whose last this moment has come; how many. 1 query."""
    return Throttle.objects.filter(counted_at__lt=before).delete()[0]


def forget_staff_acts(*, before: dt.datetime) -> int:
    """Delete what the team did, or looked at, before; how many. 1 query."""
    return StaffAct.objects.filter(done_at__lt=before).delete()[0]


def forget_consents(*, before: dt.datetime) -> int:
    """Delete those that were withdrawn before; how many. 1 query."""
    return Consent.objects.filter(withdrawn_at__lt=before).delete()[0]
