"""How does a session end?"""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from cordee.core.errors import N_, NotFound
from cordee.people.models import Account, SignIn
from cordee.people.sessions import SessionClaim


def sign_out(*, claim: SessionClaim, now: dt.datetime) -> None:
    """End this session: a copy of its cookie is worth nothing from now on. Twice is like once. 1 statement."""
    SignIn.objects.filter(
        pk=claim.sign_in_id, account=claim.account_id, ended_at__isnull=True, created_at__lte=now
    ).update(ended_at=now)


def end_other_sessions(*, claim: SessionClaim, now: dt.datetime) -> int:
    """End every session of the account but this one, at once. Gives back how many were still alive. 1 statement."""
    others = SignIn.objects.filter(
        account=claim.account_id, ended_at__isnull=True, created_at__lte=now, expires_at__gt=now
    )
    return others.exclude(pk=claim.sign_in_id).update(ended_at=now)


def end_session(*, account: Account, number: UUID, now: dt.datetime) -> None:
    """End one session of one's own. Twice is like once; one of somebody else is none. 1–2 statements. NotFound."""
    own = SignIn.objects.filter(pk=number, account=account)
    if not own.filter(ended_at__isnull=True, created_at__lte=now).update(ended_at=now) and not own.exists():
        raise NotFound(N_("You are not signed in there. Look at the list again."))


def end_all_sessions(*, account: Account, now: dt.datetime) -> None:
    """End every session of the account. The caller raises the epoch, too. 1 statement."""
    SignIn.objects.filter(account=account, ended_at__isnull=True, created_at__lte=now).update(ended_at=now)
