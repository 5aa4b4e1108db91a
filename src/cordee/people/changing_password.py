"""How does a password change, and what becomes of the sessions that the old one opened?"""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.hashers import make_password
from django.db import transaction

from cordee.people.by_letter import wording
from cordee.people.by_letter.joining import set_password
from cordee.people.confirming import confirm
from cordee.people.devices import family_of
from cordee.people.models import Account
from cordee.people.passwords import read_new_password
from cordee.people.sessions import SessionClaim
from cordee.people.signing_in import begin_session


def change_password(*, account: Account, new_password: str, agent: str, now: dt.datetime) -> SessionClaim:
    """Set the password, end every session of the account, and begin a new one for the browser that asked.

    The epoch rises, so even a cookie whose row was missed is dead, and so is every link to choose a password, and the
    secret address of the calendar. The owner is told by letter. Raises `PasswordRefused`. 5 statements, and 4 for the
    letter.
    """
    hashed = make_password(read_new_password(new_password, email=account.email, name=account.name))
    with transaction.atomic():
        calendar_ended = set_password(account, hashed, now=now)
        said = wording.password_changed(family_of(agent), calendar_ended=calendar_ended)
        wording.tell(said, account=account, now=now)
        return begin_session(account=account, agent=agent, now=now)


def choose_first_password(*, account: Account, password: str, agent: str, now: dt.datetime) -> SessionClaim:
    """Set the password of an account that nobody could sign in to, for who holds the secret link of a letter to it.

    The address counts as confirmed: the link was in its mailbox. No letter tells of it, for nothing was changed.
    Raises `PasswordRefused`. 6 statements.
    """
    hashed = make_password(read_new_password(password, email=account.email, name=account.name))
    with transaction.atomic():
        set_password(account, hashed, now=now)
        confirm(account, now=now)
        return begin_session(account=account, agent=agent, now=now)
