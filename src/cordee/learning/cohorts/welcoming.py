"""How does somebody who was invited, and whose account has no password yet, come in?"""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from cordee.core.errors import N_, Conflict
from cordee.learning.cohorts.inviting import Invitation, accept
from cordee.people.changing_password import choose_first_password
from cordee.people.minors.agreeing import say_year
from cordee.people.models import Account
from cordee.people.names import read_name
from cordee.people.sessions import SessionClaim


def welcome(
    *, invitation: Invitation, name: str, password: str, year: int, agent: str, now: dt.datetime
) -> SessionClaim:
    """Name, password, the group, a place in its session and a sign-in: all or nothing. About 15 queries.

    `year` of birth: 0 where no age is asked. Whoever is too young to agree alone gets the account and the sign-in; they
    accept by the same link once a parent has agreed (`invitation.member.account.waits_for_parent` says so).

    The link gives a password once: later it leads to the sign-in page. Raises Conflict when another tab was first,
    PasswordRefused, NameRefused, and NotAllowed where enrolment is closed.
    """
    with transaction.atomic():
        account = Account.objects.select_for_update().get(pk=invitation.member.account_id)
        if account.has_usable_password():
            raise Conflict(N_("This account has a password by now. Sign in with it."))
        account.name = read_name(name)
        account.save(update_fields=["name"])
        claim = choose_first_password(account=account, password=password, agent=agent, now=now)
        if year:
            say_year(account=account, year=year, now=now)
        invitation.member.account = account
        if not account.waits_for_parent:
            accept(invitation=invitation, now=now)
    return claim
