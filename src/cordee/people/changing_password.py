"""How does a password change, and what becomes of the sessions that the old one opened?"""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.hashers import make_password
from django.db import transaction

from cordee.people.models import Account, SignIn
from cordee.people.passwords import read_new_password
from cordee.people.sessions import SessionClaim
from cordee.people.signing_in import begin_session


def change_password(*, account: Account, new_password: str, agent: str, now: dt.datetime) -> SessionClaim:
    """Set the password, end every session of the account, and begin a new one for the browser that asked.

    The epoch rises, so even a cookie whose row was missed is dead. Raises `PasswordRefused`. 4 statements.
    """
    hashed = make_password(read_new_password(new_password, email=account.email, name=account.name))
    with transaction.atomic():
        locked = Account.objects.select_for_update().get(pk=account.pk)
        account.password, account.epoch = hashed, locked.epoch + 1
        account.save(update_fields=["password", "epoch"])
        SignIn.objects.filter(account=account, ended_at__isnull=True, created_at__lte=now).update(ended_at=now)
        return begin_session(account=account, agent=agent, now=now)
