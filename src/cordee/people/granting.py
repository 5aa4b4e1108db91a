"""Who becomes author, teacher or operator of what?"""

from __future__ import annotations

import datetime as dt
import re

from cordee.core.errors import N_, InputRefused
from cordee.people.models import Account, Role, RoleGrant

SCOPE = re.compile(r"|(org|run):\S+|course:[^\s+]+\+\S+|cohort:[1-9][0-9]*")


def grant_role(*, account: Account, role: Role, scope: str, granted_by: Account | None, now: dt.datetime) -> RoleGrant:
    """Give a role in a scope ("", "org:KEY", "course:ORG+NUM", "run:KEY", "cohort:ID"); again is like once.

    `granted_by` is None for the command line. Whether the giver may is asked before, by `require(…, "role.grant")`.
    Raises `InputRefused` on a scope of another form. 2–4 statements.
    """
    if not SCOPE.fullmatch(scope):
        raise InputRefused(
            N_("{scope} is no place for a role. Write org:KEY, course:ORG+NUMBER, run:KEY or cohort:ID, or nothing."),
            scope=scope,
        )
    return RoleGrant.objects.get_or_create(
        account=account, role=role, scope=scope, defaults={"granted_by": granted_by, "granted_at": now}
    )[0]


def withdraw_role(*, account: Account, role: Role, scope: str) -> None:
    """Take a role back; the next request sees it. 1 statement."""
    RoleGrant.objects.filter(account=account, role=role, scope=scope).delete()
